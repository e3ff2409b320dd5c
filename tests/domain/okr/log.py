"""A log as it was recorded: facts with their places and times, one command after the other."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from domain.facts import Actor, Envelope, Fact
from domain.okr.check_in import CheckInRecorded
from domain.okr.explain import Explained, Point
from domain.okr.objective import ObjectiveActivated
from domain.people.team import TeamFormed
from tests.domain.okr.quarter import added, checked_in, drafted, planned, value

BEGIN = datetime.fromisoformat("2026-01-02T09:00:00+00:00")


@dataclass
class Log:
    """Facts as they were recorded, one command after the other."""

    told: list[Envelope] = field(default_factory=list)

    def on(self, day: float, *facts: Fact) -> "Log":
        """Facts of one command, so many days into the quarter."""
        command = f"command-{len(self.told)}"
        for fact in facts:
            position = len(self.told) + 1
            self.told.append(
                Envelope(
                    position,
                    fact.stream,
                    1,
                    fact,
                    f"event-{position}",
                    1,
                    Actor(kind="person", id="ada"),
                    command,
                    command,
                    None,
                    day_of(day),
                    None,
                    b"",
                )
            )
        return self

    def point(self, position: int, at: datetime | None = None) -> Point:
        """The moment of a position, judged then or at another instant."""
        known = self.told[position - 1].recorded_at if position else day_of(-60)
        return Point(position, at or known)

    @property
    def now(self) -> Point:
        return self.point(len(self.told))


def day_of(day: float) -> datetime:
    return BEGIN + timedelta(days=day)


def begun() -> Log:
    """A company with a team below it, the quarter, and the objective with its key result."""
    return (
        Log()
        .on(-40, TeamFormed(team_id="company", name="Company", kind="company"))
        .on(-40, TeamFormed(team_id="team", name="Team", kind="team", parent_id="company"))
        .on(-30, planned())
        .on(-20, drafted())
        .on(-20, added())
        .on(-10, ObjectiveActivated(objective_id="objective", activated_at=day_of(-10)))
    )


def read(day: float, per_cent: int, check_in_id: str, **fields: Any) -> CheckInRecorded:
    return checked_in(value(per_cent), day_of(day), check_in_id, **fields)


def told(explained: Explained) -> list[tuple[str, str | None, Fraction]]:
    return [(each.cause, each.key_result_id, each.amount) for each in explained.parts]
