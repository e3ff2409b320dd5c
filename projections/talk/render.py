"""Comments as they are shown, alone and in their thread."""

from typing import Any

from domain.talk.comment import Comment


def comment(state: Comment, version: int, position: int | None) -> dict[str, Any]:
    """A comment; a withdrawn one keeps its place and shows no words."""
    return {
        "id": state.comment_id,
        "about": state.about and state.about.model_dump(),
        "text": None if state.withdrawn else state.text,
        "author_id": state.author_id,
        "at": state.posted_at,
        "edited_at": state.edited_at,
        "withdrawn": state.withdrawn,
        "reply_to": state.reply_to,
        "mentions": [] if state.withdrawn else list(state.mentions),
        "reactions": [
            {"emoji": emoji, "people": list(people)} for emoji, people in state.reactions.items()
        ],
        "version": version,
        "position": position,
    }
