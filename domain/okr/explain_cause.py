"""Why facts move a score: the cause that they are told under (RULES B11)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final, Literal

from domain.cycle.calendar import instant
from domain.cycle.cycle import Cycle
from domain.cycle.milestones import (
    MilestoneReached,
    PeopleAsked,
    PeopleReminded,
    TimetablePublished,
)
from domain.facts import Fact
from domain.okr.check_in import CheckInCorrected, CheckInRecorded, CheckInWithdrawn
from domain.okr.conversion import KeyResultConverted
from domain.okr.key_result import KeyResultAdded, KeyResultDropped, KeyResultReweighted
from domain.okr.key_result_editing import KeyResultRescheduled
from domain.okr.measure_correction import MeasureCorrected
from domain.okr.retarget import KeyResultRetargeted
from domain.okr.returning import KeyResultReinstated
from domain.people.team import MemberAdded, MemberRemoved, TeamCalendarNamed

Cause = Literal[
    "time",
    "check_in",
    "late",
    "correction",
    "withdrawal",
    "retarget",
    "reweight",
    "measure",
    "added",
    "dropped",
    "supporter",
    "policy",
    "cycle",
]

_CAUSES: Final[Mapping[type[Fact], Cause]] = {
    CheckInRecorded: "check_in",
    CheckInCorrected: "correction",
    CheckInWithdrawn: "withdrawal",
    KeyResultRetargeted: "retarget",
    KeyResultReweighted: "reweight",
    KeyResultConverted: "measure",
    MeasureCorrected: "measure",
    KeyResultAdded: "added",
    KeyResultReinstated: "added",
    KeyResultDropped: "dropped",
}

IDLE: Final[frozenset[type[Fact]]] = frozenset(
    {
        MilestoneReached,
        PeopleAsked,
        PeopleReminded,
        TimetablePublished,
        MemberAdded,
        MemberRemoved,
        TeamCalendarNamed,
    }
)
"""Facts of cycles and teams that are many and move no score: nobody needs to read them."""


def own_cause(facts: Sequence[Fact]) -> Cause | None:
    """The cause of facts of one command about key results; None if they are about none.

    A reading that was back-dated beyond the grace, or told after the deadline, is ``late``.
    """
    for fact in facts:
        cause = _CAUSES.get(type(fact))
        if isinstance(fact, CheckInRecorded) and (fact.backdated or fact.late):
            return "late"
        if cause is not None:
            return cause
    if any(isinstance(fact, KeyResultRescheduled) for fact in facts):
        return "added"  # it counts from another day on
    return None


def is_told(facts: Sequence[Fact]) -> bool:
    """Whether people ask for what these facts did to a score even where it was nothing."""
    return any(type(fact) in _CAUSES for fact in facts)


def cycle_cause(before: Cycle, after: Cycle) -> Cause:
    """What of a cycle was changed: its policy alone, or its days as well."""
    same = (before.ends_on, before.starts_on, before.timezone, before.adopted, before.status) == (
        after.ends_on,
        after.starts_on,
        after.timezone,
        after.adopted,
        after.status,
    )
    return "policy" if same and before.policy != after.policy else "cycle"


def dated(fact: Fact, timezone: str) -> datetime | None:
    """When a dated fact comes into force; None for one that holds from when it is recorded."""
    if isinstance(fact, KeyResultAdded | KeyResultRescheduled):
        day = fact.starts_on
        return None if day is None else instant(day, time(), timezone)
    for name in ("effective_at", "effective_from"):
        at: Any = getattr(fact, name, None)
        if isinstance(at, datetime):
            return at
    return None
