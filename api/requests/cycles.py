"""Bodies about cycles and their policy."""

from typing import Annotated, Literal

from api.fields import AsArray, Day, Id, Instant, Like, Number, Request, Title, Word
from domain.cycle.policy import CyclePolicy, Phase

Whole = int


class Policy(Request):
    """Choices of a cycle; what is left out takes the default of RULES."""

    slot_weekday: Whole | None = None
    ask_at: Word | None = None
    pace: Literal["ratio", "gap"] | None = None
    score_floor: Number | None = None
    score_cap: Number | None = None
    rollup: Literal["key_results", "children", "both"] | None = None
    status_rollup: Literal["worst", "mean"] | None = None
    backdating_grace_days: Whole | None = None
    outdated_after_days: Whole | None = None
    objectives_per_team: Whole | None = None
    draft_days: Whole | None = None
    align_days: Whole | None = None
    commit_days: Whole | None = None
    grading_days: Whole | None = None
    learn_days: Whole | None = None
    close_days: Whole | None = None
    window_week: Whole | None = None
    workdays: Annotated[tuple[Whole, ...], AsArray] | None = None
    holidays: Annotated[tuple[Day, ...], AsArray] | None = None
    resume: Literal["keep", "shift"] | None = None

    def policy(self) -> CyclePolicy:
        return CyclePolicy(**self.model_dump(exclude_none=True))


class NewCycle(Request):
    name: Title
    starts_on: Day
    ends_on: Day
    timezone: Annotated[
        str, Like(r"[A-Za-z0-9_+\-/]{1,64}", "a time zone looks like Europe/Berlin")
    ]
    policy: Policy | None = None
    coordinator_id: Id | None = None


class Reschedule(Request):
    phase: Phase
    ends_at: Instant
    reason: Title | None = None
