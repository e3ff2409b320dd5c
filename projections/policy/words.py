"""Policies in words: sentences of history, and what each choice is called."""

from collections.abc import Mapping
from typing import Final

from projections.history.words import Said, minute, shown

CHOICES: Final[Mapping[str, str]] = {
    "slot_weekday": "weekday of check-ins",
    "ask_at": "time of asking",
    "pace": "pace",
    "score_floor": "least score",
    "score_cap": "greatest score",
    "rollup": "what scores are rolled up from",
    "status_rollup": "how health is rolled up",
    "supporters": "whose votes count",
    "backdating_grace_days": "days of grace for late readings",
    "outdated_after_days": "days until outdated",
    "objectives_per_team": "objectives per team",
    "draft_days": "working days of drafting before the start",
    "align_days": "working days of alignment before the start",
    "commit_days": "working days of commitment before the start",
    "grading_days": "working days of grading",
    "learn_days": "working days of learning",
    "close_days": "working days until the close",
    "window_week": "week of the adjustment window",
    "workdays": "working days",
    "holidays": "holidays",
    "resume": "deadlines after a pause",
}
"""A choice as people call it; one that has no words here is told by its name."""

FEW: Final = 4
"""So many choices a sentence tells one by one."""


def called(choice: str) -> str:
    """The name of a choice in words."""
    return CHOICES.get(choice, choice.replace("_", " "))


def moved(s: Said) -> str:
    """``pace: ratio → gap; least score: 0 → -1``, or how many there are."""
    names = s.says["changed"]
    if len(names) > FEW:
        return f"{len(names)} choices"
    return "; ".join(
        f"{called(name)}: {shown(s.before.get(name))} → {shown(s.after.get(name))}"
        for name in names
    )


def since(s: Said) -> str:
    """From when it counts, and whether that is long ago."""
    late = ", back-dated" if s.says.get("backdated") else ""
    return f"from {minute(s.says['from'])} on{late}"


def defined(s: Said) -> str:
    return f"{s.actor} wrote down the policy “{s.title}”"


def revised(s: Said) -> str:
    return (
        f"{s.actor} changed the policy “{s.title}” to version {s.says['version']}, {since(s)}:"
        f" {moved(s)}"
    )


def renamed(s: Said) -> str:
    return f"{s.actor} renamed the policy “{s.before.get('title')}” to “{s.after['title']}”"


def described(s: Said) -> str:
    if s.after.get("description") is None:
        return f"{s.actor} took away the description of the policy “{s.title}”"
    changed = "changed the description of" if s.before.get("description") else "described"
    return f"{s.actor} {changed} the policy “{s.title}”"


def linked(s: Said) -> str:
    return f"{s.actor} changed the links of the policy “{s.title}”"
