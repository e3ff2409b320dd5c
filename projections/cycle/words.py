"""Cycles in words: sentences of history, what is asked of people, and milestones as people call
them (``week-07.chase`` is a reminder about check-ins).
"""

from collections.abc import Mapping
from typing import Final

from projections.history.words import Said, minute, week
from projections.obligations.words import Ask

ASKS: Final[Mapping[str, Ask]] = {
    "objectives": Ask("Draft objectives", "to draft objectives"),
    "agreement": Ask("Agree on the objective", "to agree on objectives"),
    "commitment": Ask("Commit to the objective", "to commit"),
    "check_in": Ask("Check in", "to check in"),
    "adjustment": Ask("Adjust at mid-cycle", "for adjustments"),
    "grades": Ask("Grade the objective", "to grade"),
    "lessons": Ask("Write down the lessons", "for lessons"),
}

LEVELS: Final[Mapping[str, str]] = {
    "owner": "the owners",
    "lead": "the team leads",
    "sponsor": "the sponsors",
    "coordinator": "the coordinator",
}

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


# --- sentences ------------------------------------------------------------------------------------


def planned(s: Said) -> str:
    return f"{s.actor} planned {s.title}, {s.after['starts_on']} to {s.after['ends_on']}"


def calendar_adopted(s: Said) -> str:
    before, after = s.before.get("holidays"), s.after["holidays"]
    count = f"{len(after)} holiday{'' if len(after) == 1 else 's'}"
    was = "" if before is None else f"{len(before)} → "
    return (
        f"{s.title} goes by the organisation's calendar: {was}{count}, {week(s.after['workdays'])}"
    )


def started(s: Said) -> str:
    return f"{s.actor} started {s.title}"


def timetable_published(s: Said) -> str:
    return f"Timetable {s.after['timetable']} of {s.title}: {s.says['count']} milestones"


def rescheduled(s: Said) -> str:
    phase = s.says["phase"]
    was, now = (minute(fields.get(f"{phase} ends")) for fields in (s.before, s.after))
    return f"{s.actor} moved the end of the {phase} phase of {s.title}: {was} → {now}"


def milestone_reached(s: Said) -> str:
    late = s.says.get("late_by") or 0
    reached = milestone_words(s.says["milestone"])
    return f"{s.title} reached {reached}" + (f", {late} s late" if late else "")


def phase_entered(s: Said) -> str:
    return f"{s.title} entered {s.after['phase']} ({s.after['state']})"


def asked(s: Said) -> str:
    return f"{s.title} asked {s.people()} {ASKS[s.says['asked']].clause}{_instead(s)}"


def reminded(s: Said) -> str:
    heard = LEVELS[s.says["level"]]
    return (
        f"{s.title} reminded {s.people()} {ASKS[s.says['asked']].clause}{_instead(s)}; told {heard}"
    )


def _instead(s: Said) -> str:
    """Who was asked instead of whom, of the first two."""
    pairs = s.says.get("deputies") or []
    said = [f"{s.name(deputy)} for {s.name(away)}" for deputy, away in pairs[:2]]
    more = f" and {len(pairs) - 2} more" if len(pairs) > 2 else ""
    return f" ({', '.join(said)}{more})" if said else ""


def owed_listed(s: Said) -> str:
    return asked(s) if s.says["level"] is None else reminded(s)


def renamed(s: Said) -> str:
    return f"{s.actor} renamed a cycle: {s.moved('title')}"


def reassigned(s: Said) -> str:
    who = s.says.get("person")
    old = s.before.get("coordinator_id")
    instead = f" instead of {s.name(old)}" if old else ""
    return f"{s.actor} let {s.name(who) if who else 'nobody'} coordinate {s.title}{instead}"


def described(s: Said) -> str:
    if s.after.get("description") is None:
        return f"{s.actor} took away the description of {s.title}"
    changed = "changed the description of" if s.before.get("description") else "described"
    return f"{s.actor} {changed} {s.title}"


def linked(s: Said) -> str:
    return f"{s.actor} changed the links of {s.title}"


def adjustment_opened(s: Said) -> str:
    return f"{s.title} opened its mid-cycle window"


def adjustment_closed(s: Said) -> str:
    return f"{s.title} closed its mid-cycle window"


def grading_locked(s: Said) -> str:
    return f"{s.title} locked its grades"


def paused(s: Said) -> str:
    return f"{s.actor} paused {s.title}"


def resumed(s: Said) -> str:
    days = s.says["days"]
    moved = f"moved by {days} working day{'' if days == 1 else 's'}" if days else "stay"
    return f"{s.actor} resumed {s.title}; deadlines {moved}"


def closed(s: Said) -> str:
    return f"{s.title} closed"


def reopened(s: Said) -> str:
    return f"{s.actor} reopened {s.title}"
