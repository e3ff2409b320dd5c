"""The words of a cycle: its phases, its policy, its milestones, and who owes what (RULES B9)."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime

from domain.facts import Pointer, Value
from domain.ids import PersonId, PolicyId

CycleState = Literal["planned", "drafting", "aligning", "active", "grading", "closed"]
Supporters = Literal["any_cycle", "own_cycle"]
Phase = Literal["draft", "align", "commit", "run", "grade", "learn"]
Level = Literal["owner", "lead", "sponsor", "coordinator"]
Asked = Literal[
    "objectives", "agreement", "commitment", "check_in", "adjustment", "grades", "lessons"
]

PHASES: tuple[Phase, ...] = ("draft", "align", "commit", "run", "grade", "learn")


class CyclePolicy(Value):
    """Choices that are data, recorded with what goes by them. Defaults are the rules'.

    They stand for ever as what facts mean that were recorded before there was a choice.
    ``workdays`` and ``holidays`` that are None are the organisation's (RULES B18).
    """

    slot_weekday: int = 3  # Monday is 0; Thursday
    ask_at: str = "09:00"  # local time of day
    pace: Literal["ratio", "gap"] = "ratio"
    score_floor: Decimal = Decimal(0)
    score_cap: Decimal = Decimal(1)
    rollup: Literal["key_results", "children", "both"] = "both"
    status_rollup: Literal["worst", "mean"] = "worst"
    supporters: Supporters = "any_cycle"  # whose votes count in its objectives (RULES B3)
    backdating_grace_days: int = 3
    outdated_after_days: int = 3
    objectives_per_team: int = 5
    draft_days: int = 20  # working days before the start
    align_days: int = 10
    commit_days: int = 2
    grading_days: int = 4  # working days after the end
    learn_days: int = 9
    close_days: int = 10
    window_week: int = 7
    workdays: tuple[int, ...] | None = None
    holidays: tuple[date, ...] | None = None
    resume: Literal["keep", "shift"] = "shift"


def over(values: CyclePolicy, choices: CyclePolicy) -> CyclePolicy:
    """``values`` with those of ``choices`` that were made; the others stay."""
    made = {name: getattr(choices, name) for name in choices.model_fields_set}
    return values.model_copy(update=made)


class PolicyName(Value):
    """Which policy, and which version of it; ``pinned`` stays at that one, else newer ones follow.

    Where ``policy_id`` is None, the values are a thing's own, and ``version`` counts those.
    """

    policy_id: PolicyId | None
    version: int
    pinned: bool = False


class PolicyInForce(Value):
    """What a cycle goes by from ``since`` on; None is from its beginning (RULES B1)."""

    since: AwareDatetime | None
    name: PolicyName | None
    values: CyclePolicy


class Milestone(Value):
    """Something due in the cycle: ``id`` such as ``week-05.ask``; ``at`` is derived, in UTC.

    ``kind`` tells what performing it means: ``enter`` a phase, ``ask``, ``chase`` (at ``level``),
    ``activate``, ``window`` (open or close by id), ``lock`` or ``close``.
    """

    id: str
    kind: Literal["enter", "ask", "chase", "activate", "window", "lock", "close"]
    phase: Phase
    at: AwareDatetime
    asked: Asked | None = None
    level: Level | None = None
    slot: date | None = None


class Owed(Value):
    """Who owes what: one person, the things it is about, and when it was due.

    ``deputy_id`` is who was asked instead of a person who was away (RULES B18).
    """

    person_id: PersonId
    about: tuple[Pointer, ...]
    due_at: AwareDatetime
    deputy_id: PersonId | None = None
