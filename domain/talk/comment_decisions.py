"""What a comment answers to each command."""

import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from domain.facts import Decision, Refusal
from domain.ids import CommentId, PersonId
from domain.people.person import Person
from domain.refusals import already_exists, blank, invalid, not_found
from domain.talk.comment import (
    LONGEST_COMMENT,
    Comment,
    CommentCommand,
    CommentEdited,
    CommentPosted,
    CommentReacted,
    CommentWithdrawn,
    EditComment,
    NewComment,
    PostComment,
    ReactionTakenBack,
    ReactToComment,
    ReplyToComment,
    WithdrawComment,
)
from domain.talk.mentions import mentioned, refuse_mentions
from domain.text import SealedText

LONGEST_EMOJI: Final = 16
MOST_EMOJIS: Final = 30
_OF_EMOJI: Final = frozenset({"So", "Sk", "Sm", "Mn", "Me", "Cf", "Cn", "Nd", "Po"})
"""Kinds of characters in an emoji; with skin tones, flags and keycaps one has several."""


def decide_post(command: PostComment, state: Comment, author: Person, *people: Person) -> Decision:
    return _say(command, None, state, author, people)


def decide_reply(
    command: ReplyToComment, state: Comment, parent: Comment, author: Person, *people: Person
) -> Decision:
    """Replies go one level deep, so that a thread stays readable; its thing is its parent's."""
    if not parent.exists:
        return not_found("comment", command.reply_to, "/reply_to")
    if parent.reply_to is not None:
        detail = f"Replies go one level deep: reply to the comment {parent.reply_to} instead."
        return invalid("invalid-reply-to", detail, "/reply_to")
    if parent.about != command.about:
        detail = "That comment is about something else: say the same thing under about."
        return invalid("invalid-reply-to", detail, "/about")
    if parent.withdrawn:
        return _withdrawn()
    return _say(command, command.reply_to, state, author, people)


def decide_edit(command: EditComment, state: Comment, *people: Person) -> Decision:
    """Only words that are new mention somebody anew; who was named before may have left since."""
    refusal = _not_yours(command, state) or _refuse_text(command.text)
    if refusal:
        return refusal
    text = SealedText(command.text.rstrip())
    if text == state.text:
        return ()
    mentions = mentioned(command.text)
    new = [pair for pair in zip(mentions, people, strict=True) if pair[0] not in state.mentions]
    return refuse_mentions(new, "/text") or (
        CommentEdited(
            **_place(state),
            text=text,
            mentions=mentions,
            newly_mentioned=tuple(person_id for person_id, _ in new),
            edited_at=command.at,
        ),
    )


def decide_withdraw(command: WithdrawComment, state: Comment) -> Decision:
    """Withdrawing once more changes nothing."""
    if state.withdrawn and state.author_id == command.by.id:
        return ()
    return _not_yours(command, state) or (CommentWithdrawn(**_place(state)),)


def decide_react(command: ReactToComment, state: Comment, person: Person) -> Decision:
    if not state.exists:
        return not_found("comment", command.comment_id)
    if state.withdrawn:
        return _withdrawn()
    refusal = _unsigned(person) or _refuse_emoji(command.emoji, state)
    if refusal:
        return refusal
    person_id = PersonId(command.by.id)
    said = {**_place(state), "person_id": person_id, "emoji": command.emoji}
    if person_id in state.reactions.get(command.emoji, ()):
        return (ReactionTakenBack(**said),)
    return (CommentReacted(**said),)


def _say(
    command: NewComment,
    reply_to: CommentId | None,
    state: Comment,
    author: Person,
    people: Sequence[Person],
) -> Decision:
    if state.exists:
        return already_exists("comment")
    mentions = mentioned(command.text)
    refusal = (
        _unsigned(author)
        or _refuse_text(command.text)
        or refuse_mentions(zip(mentions, people, strict=True), "/text")
    )
    return refusal or (
        CommentPosted(
            comment_id=command.comment_id,
            about=command.about,
            within=command.within,
            text=SealedText(command.text.rstrip()),
            author_id=PersonId(command.by.id),
            mentions=mentions,
            reply_to=reply_to,
            posted_at=command.at,
        ),
    )


def _place(state: Comment) -> dict[str, Any]:
    """Where the comment stands, as each of its facts says it."""
    return {"comment_id": state.comment_id, "about": state.about, "within": state.within}


def _unsigned(author: Person) -> Refusal | None:
    if author.exists:
        return None
    return Refusal("person-needed", "Choose who you are first: only people say something here.")


def _not_yours(command: CommentCommand, state: Comment) -> Refusal | None:
    if not state.exists:
        return not_found("comment", command.comment_id)
    if state.author_id != command.by.id:
        detail = "This comment is somebody else's: only its author edits or withdraws it."
        return Refusal("not-yours", detail, kind="forbidden")
    return _withdrawn() if state.withdrawn else None


def _withdrawn() -> Refusal:
    return Refusal("comment-withdrawn", "This comment was withdrawn: write a new one.")


def _refuse_text(words: str) -> Refusal | None:
    if blank(words):
        return invalid("invalid-text", "A comment says something.", "/text")
    if len(words) > LONGEST_COMMENT:
        detail = f"A comment has at most {LONGEST_COMMENT:,} characters."
        return invalid("invalid-text", detail, "/text")
    return None


def _refuse_emoji(emoji: str, state: Comment) -> Refusal | None:
    kinds = {unicodedata.category(character) for character in emoji}
    looks_like_one = bool(kinds) and kinds <= _OF_EMOJI and not emoji.isascii()
    if len(emoji) > LONGEST_EMOJI or not looks_like_one:
        return invalid("invalid-emoji", "A reaction is one emoji.", "/emoji")
    if emoji not in state.reactions and len(state.reactions) >= MOST_EMOJIS:
        detail = f"There are {MOST_EMOJIS} different reactions already: choose one of them."
        return invalid("invalid-emoji", detail, "/emoji")
    return None
