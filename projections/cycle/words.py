"""Cycles in words: sentences of history, what is asked of people, and milestones as people call
them (``week-07.chase`` is a reminder about check-ins).
"""

from collections.abc import Mapping
from typing import Final

from projections.history.words import Said, day, minute, week
from projections.obligations.words import Ask
from projections.policy.words import moved, since

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
    "draft.open": "began the drafting",
    "align.open": "began the alignment",
    "commit.open": "began the commitment",
    "run.open": "began the weeks",
    "window.open": "opened the adjustment window",
    "window.close": "closed the adjustment window",
    "grade.open": "began the grading",
    "grade.lock": "locked the grades",
    "learn.open": "began the learning",
    "close": "closed the books",
}
_THING: Final[Mapping[str, str]] = {
    "draft": "drafts",
    "align": "agreements",
    "commit": "commitments",
    "window": "adjustments",
    "grade": "grades",
    "learn": "lessons",
}
_STEP: Final[Mapping[str, str]] = {
    "ask": "asked for",
    "remind": "reminded owners of",
    "chase": "reminded owners of",
    "lead": "reminded leads of",
    "sponsor": "reminded sponsors of",
    "escalate": "escalated the missing",
}


def milestone_words(milestone: str, cycle: str) -> str:
    """What the clock did: ``reminded leads of week 7's check-ins (2026 Q1)``.

    An id without words stands for itself.
    """
    if whole := _WHOLE.get(milestone):
        return f"{whole} of {cycle}"
    about, _, step = milestone.partition(".")
    kind, _, number = about.partition("-")
    thing = f"week {int(number)}'s check-ins" if kind == "week" else _THING.get(about)
    if thing and step in _STEP:
        return f"{_STEP[step]} {thing} ({cycle})"
    return f"reached {milestone} of {cycle}"


# --- sentences ------------------------------------------------------------------------------------


def planned(s: Said) -> str:
    return f"{s.actor} planned {s.title}, {day(s.after['starts_on'])} to {day(s.after['ends_on'])}"


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
    return f"{s.actor} {milestone_words(s.says['milestone'], s.title)}{_late(late)}"


def _late(seconds: int) -> str:
    """What is a minute late or more is worth saying."""
    minutes = round(seconds / 60)
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    return f", {hours} h {rest} min late" if hours else f", {minutes} min late"


def phase_entered(s: Said) -> str:
    return f"{s.title} entered its {s.after['phase']} phase"


def asked(s: Said) -> str:
    return f"{s.actor} asked {s.people()} {ASKS[s.says['asked']].clause}{_instead(s)} ({s.title})"


def reminded(s: Said) -> str:
    heard = LEVELS[s.says["level"]]
    told = "" if s.says["level"] == "owner" else f" and told {heard}"
    clause = ASKS[s.says["asked"]].clause
    return f"{s.actor} reminded {s.people()} {clause}{_instead(s)}{told} ({s.title})"


def _instead(s: Said) -> str:
    """Who was asked instead of whom, of the first two."""
    pairs = s.says.get("deputies") or []
    said = [f"{s.name(deputy)} for {s.name(away)}" for deputy, away in pairs[:2]]
    more = f" and {len(pairs) - 2} more" if len(pairs) > 2 else ""
    return f" ({', '.join(said)}{more})" if said else ""


def owed_listed(s: Said) -> str:
    return asked(s) if s.says["level"] is None else reminded(s)


def renamed(s: Said) -> str:
    before = s.before.get("title")
    if before is None:
        return f"{s.actor} renamed a cycle to “{s.after['title']}”"
    return f"{s.actor} renamed the cycle “{before}” to “{s.after['title']}”"


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


def policy_adopted(s: Said) -> str:
    version = s.says["version"]
    title = s.says.get("policy")
    other = f"“{title}”" if title else "the organisation's policy"
    whose = f"version {version} of {'its own policy' if s.says['own'] else other}"
    what = f": {moved(s)}" if s.says["changed"] else ""
    return f"{s.title} goes by {whose} {since(s)}{what}"


def reopened(s: Said) -> str:
    return f"{s.actor} reopened {s.title}"
