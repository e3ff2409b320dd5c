"""What people are told, in words.

Most of it is what history tells of the fact. What concerns the reader in person says so.
"""

from typing import Any

from projections.obligations.words import Ask


def round_(kind: str, title: str, ask: Ask | None, count: int) -> str:
    """A round of a cycle's asks: ``2026 Q1 asks you to check in (3 things)``."""
    things = "1 thing" if count == 1 else f"{count} things"
    if kind == "escalated":
        task = f" ({ask.task})" if ask else ""
        return f"{title}: {things} that others owe {'is' if count == 1 else 'are'} late{task}"
    verb = "reminds" if kind == "reminded" else "asks"
    return f"{title} {verb} you {ask.clause if ask else 'for something'} ({things})"


def mention(actor: str, title: str) -> str:
    return f"{actor} mentioned you in a comment on “{title}”"


def and_more(sentence: str, count: int) -> str:
    """What is told together with other things of the same kind."""
    return f"{sentence}, and {count} more"


def fallback(kind: str, title: str) -> str:
    """What is said of a fact that history does not tell yet."""
    return f"“{title}”: {kind.replace('_', ' ')}"


def actor_name(actor: dict[str, Any]) -> str:
    return actor["name"] or ("Somebody" if actor["kind"] == "person" else "The clock")
