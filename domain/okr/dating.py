"""Since when a change of a key result counts: its effective instant, said or not (RULES B1).

Two borders: recorded before the objective's activation it counts from the key result's start, and
recorded after the cycle's end at the cycle's last instant.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from pydantic import AwareDatetime

from domain.cycle.calendar import Frame, frame_of, instant
from domain.cycle.cycle import Cycle
from domain.facts import Refusal
from domain.ids import CycleId
from domain.okr.moves import BEFORE_ACTIVATION
from domain.okr.stream import KeyResult, KeyResultCommand, ObjectiveState
from domain.refusals import invalid

CLOCK_DRIFT: Final = timedelta(minutes=5)
"""Clocks differ by this much; so little ahead means now."""


class DatedCommand(KeyResultCommand):
    """A change that counts since ``effective_at``, by default now.

    Also reads the cycle: nothing counts after its end, and its policy says what is back-dated.
    """

    cycle_id: CycleId
    effective_at: AwareDatetime | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"objective/{self.objective_id}", f"cycle/{self.cycle_id}")


@dataclass(frozen=True, slots=True)
class Since:
    """Since when a change counts; ``backdated``: that was longer ago than the grace."""

    at: datetime
    backdated: bool


def effective(
    command: DatedCommand, state: ObjectiveState, held: KeyResult, cycle: Cycle
) -> Since | Refusal:
    """Since when the change counts, or why it cannot count since then."""
    if state.cycle_id != command.cycle_id or not cycle.exists:
        return invalid("invalid-cycle", "The objective stands in another cycle.", "/cycle_id")
    asked, frame = command.effective_at, frame_of(cycle)
    if asked is not None and (refusal := _refuse_instant(asked, command.at, held, frame)):
        return refusal
    at = min(asked or command.at, command.at)
    return Since(min(at, frame.last_instant), is_backdated(at, command.at, cycle))


def is_backdated(effective_at: datetime, recorded_at: datetime, cycle: Cycle) -> bool:
    """Whether what was true at ``effective_at`` was told later than the cycle's grace allows."""
    return recorded_at - effective_at > timedelta(
        days=cycle.policy_at(recorded_at).backdating_grace_days
    )


def refuse_future(effective_at: datetime, at: datetime, what: str) -> Refusal | None:
    """Nobody knows what will be true."""
    # Compared this way round: adding to the last representable instant would overflow.
    if effective_at - at <= CLOCK_DRIFT:
        return None
    detail = f"{what}: effective_at lies in the future."
    return invalid("invalid-effective-at", detail, "/effective_at")


def _refuse_instant(asked: datetime, at: datetime, held: KeyResult, frame: Frame) -> Refusal | None:
    if refusal := refuse_future(asked, at, "A change counts from now on or from an earlier day"):
        return refusal
    starts = held.starts(frame)
    if asked >= instant(starts, time(), frame.timezone):
        return None
    detail = f"The key result starts on {starts}, and nothing of it counts before."
    return invalid("invalid-effective-at", detail, "/effective_at")


def dated_since(state: ObjectiveState, effective_at: datetime) -> datetime | None:
    """Since when a recorded change counts; None is the key result's start."""
    return None if state.status in BEFORE_ACTIVATION else effective_at


def since_recorded(data: dict[str, Any], recorded_at: str) -> dict[str, Any]:
    """Schema 1 of a change did not say since when it counts: since it was recorded."""
    return {**data, "effective_at": recorded_at}
