"""Milestones of a cycle as people call them: ``week-07.chase`` is a reminder about check-ins."""

from collections.abc import Mapping
from typing import Final

_WHOLE: Final[Mapping[str, str]] = {
    "draft.open": "the start of drafting",
    "align.open": "the start of alignment",
    "commit.open": "the start of commitment",
    "run.open": "the start of its weeks",
    "window.open": "the start of its adjustment window",
    "window.close": "the end of its adjustment window",
    "grade.open": "the start of grading",
    "grade.lock": "the lock of its grades",
    "learn.open": "the start of learning",
    "close": "its close",
}
_THING: Final[Mapping[str, str]] = {
    "draft": "drafts",
    "align": "agreement",
    "commit": "commitment",
    "window": "adjustments",
    "grade": "grades",
    "learn": "lessons",
}
_STEP: Final[Mapping[str, str]] = {
    "ask": "the ask for",
    "remind": "the reminder about",
    "chase": "the reminder about",
    "lead": "the word to leads about",
    "sponsor": "the word to sponsors about",
    "escalate": "the escalation of",
}


def milestone_words(milestone: str) -> str:
    """``the reminder about check-ins of week 7``; an id without words stands for itself."""
    if whole := _WHOLE.get(milestone):
        return whole
    about, _, step = milestone.partition(".")
    kind, _, number = about.partition("-")
    thing = f"check-ins of week {int(number)}" if kind == "week" else _THING.get(about)
    return f"{_STEP[step]} {thing}" if thing and step in _STEP else milestone
