"""What the people of Halden Works do, hour by hour, through two quarters.

Clocks, reminders, escalations, the opening of the second quarter, activation, locking and closing
are not written here: the workflows do those. The story ends at ``now``, in week 7 of the second
quarter.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from zoneinfo import ZoneInfo

from deploy.demo import cards, company
from deploy.demo.cast import ZONE, Cast, Step, local
from deploy.demo.company import ObjectivePlan
from deploy.demo.courses import WEEKS
from deploy.demo.first_quarter import FIRST_NOTES, FIRST_QUARTER
from deploy.demo.improvement import (
    FIRST_ACTIONS,
    FIRST_OBSTACLES,
    SECOND_ACTIONS,
    SECOND_OBSTACLES,
    Improvement,
)
from deploy.demo.quarter import Quarter
from deploy.demo.repairs import Repairs
from deploy.demo.second_quarter import CARRIED_OVER, SECOND_NOTES, SECOND_QUARTER
from deploy.demo.staff import Staff, holidays, stand_ins
from deploy.demo.talk import Talk
from domain.cycle.calendar import quarter_of
from domain.cycle.cycle import PlanCycle, StartCycle
from domain.cycle.policy import CyclePolicy
from domain.facts import Command
from domain.okr.carry_over import CarryOverObjective
from domain.okr.catchball import AcceptObjective, ProposeObjective
from domain.okr.objective import ActivateObjective
from domain.okr.stream import ObjectiveState
from domain.people.organisation import DescribeOrganisation
from domain.people.person import AddPerson
from domain.people.team import AddMember, FormTeam
from projections.people.owned import Owned

WEEK_OF_NOW = 7
FIRST_WEEK_OF_CARRIED = 3


class Story:
    """Two quarters told as steps in the order of time.

    Args:
        now: the instant the story ends.
        cycle_after: the id of the cycle that the planner opened after the given one.
        computed: objective id to the computed grades by key-result id.
        owned: what is somebody's, by the person's id.
        objective: an objective as it stands, by its id.
        head: the last position of the log.
    """

    def __init__(
        self,
        now: datetime,
        *,
        cycle_after: Callable[[str], str],
        computed: Callable[[str], Mapping[str, Decimal | None]],
        owned: Callable[[str], Sequence[Owned]],
        objective: Callable[[str], ObjectiveState],
        head: Callable[[], int],
    ) -> None:
        self._now = now
        today = now.astimezone(ZoneInfo(ZONE)).date()
        second = today - timedelta(days=today.weekday(), weeks=WEEK_OF_NOW - 1)
        first = second - timedelta(weeks=WEEKS)
        self.begins = local(first - timedelta(days=28), 7)
        self.cast = Cast(self.begins, tuple(stand_ins(second)))
        first_cycle = self.cast.id("cycle", "first")
        self.first = Quarter(
            self.cast, first, FIRST_QUARTER, lambda: first_cycle, computed, FIRST_NOTES
        )
        # Looked up in the log when it is first needed; it stays what it is.
        second_cycle = cache(lambda: cycle_after(first_cycle))
        self.second = Quarter(
            self.cast, second, SECOND_QUARTER, second_cycle, computed, SECOND_NOTES
        )
        self._staff = Staff(self.second, owned, objective)
        self._talk = Talk(self.first, self.second, head)

    def steps(self) -> list[Step]:
        """Everything people do up to now, earliest first."""
        told = [
            *self._founding(),
            *self.first.steps(),
            *Repairs(self.cast, self.first, self.second).steps(),
            *Improvement(
                self.cast, self.first, FIRST_OBSTACLES, FIRST_ACTIONS, boards=True
            ).steps(),
            *self.second.steps(),
            *self._carried_over(),
            *Improvement(self.cast, self.second, SECOND_OBSTACLES, SECOND_ACTIONS).steps(),
            *cards.steps(self.second),
            *self._staff.steps(),
            *self._talk.steps(),
        ]
        return sorted((s for s in told if s.at < self._now), key=lambda s: s.at)

    def _founding(self) -> Iterator[Step]:
        cast, at = self.cast, self.begins
        boss = company.PEOPLE[0].key

        def everybody() -> Iterator[Command]:
            for member in company.PEOPLE:
                yield cast.give(AddPerson, boss, at, person_id=cast.people[member.key])
            yield cast.give(DescribeOrganisation, boss, at, name=company.NAME, timezone=ZONE)
            yield holidays(cast, boss, at)
            for team in company.TEAMS:
                yield cast.give(
                    FormTeam, boss, at, team_id=cast.teams[team.key], name=team.name,
                    kind=team.kind, parent_id=cast.teams[team.parent] if team.parent else None,
                )  # fmt: skip
            for member in (*company.PEOPLE, *company.ALSO_MEMBERS):
                yield cast.give(
                    AddMember, boss, at, team_id=cast.teams[member.team],
                    person_id=cast.people[member.key], role=member.role,
                    department=member.department, level=member.level,
                )  # fmt: skip
            yield cast.give(
                PlanCycle, "greta", at, cycle_id=cast.id("cycle", "first"), timezone=ZONE,
                name=self.name_of(self.first), starts_on=self.first.monday,
                ends_on=self.first.monday + timedelta(weeks=WEEKS, days=-1),
                coordinator_id=cast.people["greta"],
                # One weak part should not paint the whole company red.
                policy=CyclePolicy(status_rollup="mean"),
            )  # fmt: skip
            yield cast.give(StartCycle, "greta", at, cycle_id=cast.id("cycle", "first"))

        yield Step(at, everybody)

    def name_of(self, quarter: Quarter) -> str:
        """Named by the calendar quarter that holds its middle, as in ``Q3 2026``."""
        middle = quarter_of(quarter.monday + timedelta(days=45))
        return f"Q{middle.number} {middle.year}"

    def _carried_over(self) -> Iterator[Step]:
        """Decided after grading, agreed again in the second quarter, then checked in like the rest."""
        for number, plan in enumerate(CARRIED_OVER):
            at = local(self.second.monday + timedelta(days=7), 13, 10 * number)
            yield Step(at, partial(self._decide_carry_over, plan, at))
            later = at + timedelta(days=1)
            yield Step(later, partial(self._agree_again, plan, later))
            yield from self.second.check_ins(plan, FIRST_WEEK_OF_CARRIED, origin=self.first)

    def _decide_carry_over(self, plan: ObjectivePlan, at: datetime) -> Iterator[Command]:
        old, new, key_results = self.first, self.second, range(len(plan.key_results))
        yield self.cast.give(
            CarryOverObjective, plan.owner, at,
            objective_id=old.objective(plan), into_objective_id=new.objective(plan),
            into_cycle_id=new.cycle_id(), decision="keep",
            key_result_ids=tuple(old.key_result(plan, i) for i in key_results),
            new_key_result_ids=tuple(new.key_result(plan, i) for i in key_results),
            why="Not there yet, and still the right thing.",
        )  # fmt: skip

    def _agree_again(self, plan: ObjectivePlan, at: datetime) -> Iterator[Command]:
        reviewer, objective = self.cast.reviewer(plan.team), self.second.objective(plan)
        yield self.cast.give(ProposeObjective, plan.owner, at, objective_id=objective)
        yield self.cast.give(AcceptObjective, reviewer, at, objective_id=objective)
        yield self.cast.give(ActivateObjective, reviewer, at, objective_id=objective)
