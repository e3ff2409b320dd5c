"""What people of the demo put right, each with its reason: slips, names, dates, measures."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from deploy.demo.cast import Cast, Step, working_day
from deploy.demo.courses import WEEKS
from deploy.demo.quarter import Quarter
from domain.facts import Command
from domain.lean.action_editing import EditAction
from domain.okr.check_in import CorrectCheckIn, RecordCheckIn, WithdrawCheckIn
from domain.okr.conversion import ConvertKeyResult
from domain.okr.editing import EditObjective
from domain.okr.key_result import DropKeyResult
from domain.okr.key_result_editing import EditKeyResult
from domain.okr.measure import Reading
from domain.okr.measure_correction import CorrectMeasure
from domain.okr.retarget import RetargetKeyResult
from domain.people.team_editing import EditTeam


class Repairs:
    """Of both quarters; whoever puts something right may do so."""

    def __init__(self, cast: Cast, first: Quarter, second: Quarter) -> None:
        self._cast = cast
        self._first = first
        self._second = second

    def steps(self) -> Iterator[Step]:
        yield from self._in_first_quarter()
        yield from self._in_second_quarter()

    def _in_first_quarter(self) -> Iterator[Step]:
        """A typing slip corrected, a target moved in the mid-cycle window, a key result dropped."""
        quarter = self._first
        plan = next(plan for plan in quarter.plans if plan.key == "pick")
        week, slipped = next(
            (week, at) for week in range(4, WEEKS) if (at := quarter.answered(plan, 0, week))
        )
        yield self._on(
            quarter, ("pick", 0), quarter.keeper(plan, 0), slipped + timedelta(hours=2),
            CorrectCheckIn, cycle_id=True,
            corrects=quarter.check_in_id(plan, 0, week), check_in_id=self._cast.id("correction"),
            reading=Reading(value=Decimal("0.91")), confidence=Decimal("0.6"),
            reason="Read from the wrong week of the pick report.",
        )  # fmt: skip
        yield self._on(
            quarter, ("lead", 1), "tomas", quarter.when(44, 10), RetargetKeyResult, cycle_id=True,
            target=Decimal(25), reason_code="external_change",
            reason="The new press arrives next year; 15 minutes needs it.",
        )  # fmt: skip
        yield self._on(
            quarter, ("listen", 2), "amina", quarter.when(46, 14), DropKeyResult, cycle_id=True,
            reason="Interviews are now part of every case; counting them says nothing.",
        )  # fmt: skip
        renamed = quarter.when(31, 9)
        yield self._step(
            "amina", renamed, EditTeam, team_id=self._cast.teams["care"], name="Customer Care",
            reason="Dealers kept asking who the service was for.",
        )  # fmt: skip

    def _in_second_quarter(self) -> Iterator[Step]:
        quarter = self._second
        yield self._on(
            quarter, ("voice", None), "amina", quarter.when(9, 9), EditObjective, cycle_id=True,
            title="Every complaint becomes a countermeasure",
            reason="An answer is what we owe anyway; the goal is that it does not come back.",
        )  # fmt: skip
        yield self._on(
            quarter, ("pack", 0), "tomas", quarter.when(16, 9), CorrectMeasure,
            measure={
                "kind": "decrease", "baseline": "52", "target": "15", "unit": "min",
            },
            reason="The first measuring left out the night shift.",
        )  # fmt: skip
        yield from self._converted()
        yield from self._meant_for_another()
        yield self._step(
            "mira", quarter.when(40, 9), EditAction,
            action_id=quarter.action("Point-of-use racks for line 2"),
            due_on=_day(quarter, 52), reason="The racks come a week later than ordered.",
        )  # fmt: skip

    def _converted(self) -> Iterator[Step]:
        """Once the number is known, the key result is to bring it down."""
        quarter, cost = self._second, ("stop", 2)
        yield self._on(
            quarter, cost, "lena", quarter.when(18, 16), ConvertKeyResult, cycle_id=True,
            measure={"kind": "decrease", "baseline": "84", "target": "60", "unit": "EUR"},
            reason="We know what a minute costs; now we bring it down.",
        )  # fmt: skip
        yield self._on(
            quarter, cost, "lena", quarter.when(18, 16, 4), EditKeyResult,
            title="Cost of one minute of stopped line", reason="It is measured now, not sought.",
        )  # fmt: skip

    def _meant_for_another(self) -> Iterator[Step]:
        """A check-in on the wrong key result, withdrawn minutes later."""
        quarter, check_in = self._second, self._cast.id("check-in on the wrong key result")
        said = quarter.when(22, 13)
        yield self._on(
            quarter, ("clear", 0), "ravi", said, RecordCheckIn, cycle_id=True,
            check_in_id=check_in, reading=Reading(value=Decimal(26)), confidence=Decimal("0.7"),
        )  # fmt: skip
        yield self._on(
            quarter, ("clear", 0), "ravi", said + timedelta(minutes=20), WithdrawCheckIn,
            cycle_id=True, check_in_id=check_in,
            reason="Meant for the pages with a fitting drawing.",
        )  # fmt: skip

    def _on(
        self, quarter: Quarter, where: tuple[str, int | None], who: str, at: datetime,
        wanted: type[Command], /, *, cycle_id: bool = False, **fields: Any,
    ) -> Step:  # fmt: skip
        """About an objective, or the key result of that number; ``cycle_id``: it names its cycle."""
        key, index = where
        plan = next(plan for plan in quarter.plans if plan.key == key)

        def ids() -> dict[str, str]:
            found = {"objective_id": quarter.objective(plan)}
            if index is not None:
                found["key_result_id"] = quarter.key_result(plan, index)
            return {**found, "cycle_id": quarter.cycle_id()} if cycle_id else found

        return Step(at, lambda: [self._cast.give(wanted, who, at, **ids(), **fields)])

    def _step(self, who: str, at: datetime, wanted: type[Command], /, **fields: Any) -> Step:
        return Step(at, lambda: [self._cast.give(wanted, who, at, **fields)])


def _day(quarter: Quarter, day: int) -> date:
    return working_day(quarter.monday + timedelta(days=day))
