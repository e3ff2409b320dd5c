"""Who of the demo is away and who leaves for good, and on which days nobody works.

Sofia goes at the end of week 6 of the second quarter. All that was hers becomes Pavel's in one
step; then she has left.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from api.people.handing_over import change_of_hands
from deploy.demo.cast import Cast, StandIn, Step, local
from deploy.demo.quarter import Quarter
from domain.facts import Command
from domain.okr.stream import ObjectiveState
from domain.people.absence import PlanAbsence
from domain.people.handing_over import Handed, HandOver
from domain.people.organisation import OWN_CALENDAR, PublishHolidays
from domain.people.person_editing import EditPerson
from domain.people.team import RemoveMember
from journal.ids import derived_id
from projections.people.owned import Owned

LEAVER: Final = "sofia"
HEIR: Final = "pavel"
LEAVES: Final = 37
TOLD: Final = "Sofia moves to Lisbon; Pavel has led the late shift with her since spring."

HOLIDAYS: Final[Mapping[tuple[int, int], str]] = {
    (1, 1): "New Year's Day",
    (5, 1): "Labour Day",
    (10, 3): "German Unity Day",
    (12, 25): "Christmas Day",
    (12, 26): "Boxing Day",
}
"""Month and day; only those that fall on the same day each year."""


@dataclass(frozen=True)
class AbsencePlan:
    """Days of the second quarter, both included; told on day ``told``."""

    who: str
    deputy: str
    told: int
    first: int
    last: int


ABSENCES: Final = (
    AbsencePlan("amina", "nora", 15, 21, 27),
    AbsencePlan("ravi", "nora", 30, 42, 46),
    AbsencePlan("ines", "tomas", 35, 49, 55),
)


def stand_ins(monday: date) -> Iterator[StandIn]:
    """Who does what is somebody else's in the quarter that begins on ``monday``."""
    yield StandIn(HEIR, LEAVER, since=local(monday + timedelta(days=LEAVES), 16))
    for one in ABSENCES:
        first, after = (monday + timedelta(days=day) for day in (one.first, one.last + 1))
        yield StandIn(one.deputy, one.who, since=local(first, 0), until=local(after, 0))


def holidays(cast: Cast, who: str, at: datetime) -> PublishHolidays:
    """Of the year in which it is published and the two after it."""
    years = range(at.year, at.year + 3)
    days = tuple(
        {"on": date(year, month, day), "name": name}
        for year in years
        for (month, day), name in HOLIDAYS.items()
    )
    return cast.give(PublishHolidays, who, at, calendar=OWN_CALENDAR, days=days)


class Staff:
    """Told in the second quarter.

    Args:
        owned: what is somebody's, by the person's id.
        objective: an objective as it stands, by its id.
    """

    def __init__(
        self,
        quarter: Quarter,
        owned: Callable[[str], Sequence[Owned]],
        objective: Callable[[str], ObjectiveState],
    ) -> None:
        self._quarter = quarter
        self._cast = quarter.cast
        self._owned = owned
        self._objective = objective

    def steps(self) -> Iterator[Step]:
        for absence in ABSENCES:
            yield self._away(absence)
        leaves = self._quarter.when(LEAVES, 16)
        yield Step(leaves, lambda: self._hand_over(leaves), together=True)
        gone = leaves + timedelta(minutes=20)
        yield Step(gone, lambda: self._leave(gone))

    def _away(self, plan: AbsencePlan) -> Step:
        cast, monday, at = self._cast, self._quarter.monday, self._quarter.when(plan.told, 9, 10)
        wish = cast.give(
            PlanAbsence, plan.who, at,
            person_id=cast.people[plan.who], absence_id=cast.id("absence", plan.who),
            starts_on=monday + timedelta(days=plan.first),
            ends_on=monday + timedelta(days=plan.last), deputy_id=cast.people[plan.deputy],
        )  # fmt: skip
        return Step(at, lambda: [wish])

    def _hand_over(self, at: datetime) -> Iterator[Command]:
        cast = self._cast
        from_id, to_id = cast.people[LEAVER], cast.people[HEIR]
        stamp: dict[str, Any] = {
            "reason": TOLD, "correlation_id": derived_id("demo", "hand-over", from_id),
        }  # fmt: skip
        things = self._owned(from_id)
        for one in things:
            wanted, fields = change_of_hands(one, from_id, to_id, self._objective)
            yield cast.give(wanted, "amina", at, **fields, **stamp)
        handed = tuple(
            Handed(kind=one.kind, id=one.id, title=one.title, role=one.role) for one in things
        )
        yield cast.give(
            HandOver, "amina", at, person_id=from_id, to_id=to_id, things=handed, **stamp
        )

    def _leave(self, at: datetime) -> Iterator[Command]:
        person = {"person_id": self._cast.people[LEAVER]}
        yield self._cast.give(RemoveMember, "amina", at, team_id=self._cast.teams["care"], **person)
        yield self._cast.give(EditPerson, "amina", at, active=False, reason=TOLD, **person)
