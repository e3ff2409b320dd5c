"""One quarter of the demo as people live it: drafts, catchball, weekly check-ins, grades.

Some people are late, some forget a week, one forgets two in a row: the clock notices, not we.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from deploy.demo.background import KEY_RESULTS, OBJECTIVES, Background
from deploy.demo.cast import Cast, Step, local, working_day
from deploy.demo.company import ObjectivePlan
from deploy.demo.courses import WEEKS, KeyResultPlan, Notes
from domain.facts import Command
from domain.okr.catchball import AcceptObjective, CounterObjective, ProposeObjective
from domain.okr.check_in import RecordCheckIn
from domain.okr.drafting import DraftObjective
from domain.okr.grading import GradeKeyResult, GradeObjective
from domain.okr.key_result import AddKeyResult
from domain.okr.measure import Reading
from domain.okr.stream import Lean, Support
from domain.text import SealedText

FORGETFUL = ("shop", "find", 1, (5, 6))
"""Team, objective, key result and the weeks in a row in which its owner forgets to check in."""

DROPPED_AFTER: Mapping[tuple[str, int], int] = {("listen", 2): 6}
"""The last week of key results that are dropped on the way, by objective and number."""

LATE_GRADERS = ("dates",)
"""Objectives whose owner answers only when escalated."""


@dataclass
class Quarter:
    """``monday`` is its first day; ``cycle_id`` is asked late, since the planner opens some."""

    cast: Cast
    monday: date
    plans: tuple[ObjectivePlan, ...]
    cycle_id: Callable[[], str]
    computed: Callable[[str], Mapping[str, Decimal | None]]
    notes: Notes

    def steps(self) -> Iterator[Step]:
        """The whole quarter; the caller sorts and cuts it at the day the story ends."""
        for number, plan in enumerate(self.plans):
            yield from self._catchball(number, plan)
            yield from self.check_ins(plan)
            yield self._grades(number, plan)

    # --- before the quarter ---------------------------------------------------------------------

    def _catchball(self, number: int, plan: ObjectivePlan) -> Iterator[Step]:
        owner, reviewer = plan.owner, self.cast.reviewer(plan.team)
        objective = self.objective(plan)
        # The company's own first: what is below hangs under what is there already.
        days = timedelta(days=26 - self._levels_above(plan))
        drafted = local(self.monday - days, 10, 5 * number)
        yield Step(drafted, lambda: self._draft(plan, drafted))
        proposed = local(self.monday - timedelta(days=13 - number % 3), 11, 5 * number)
        yield self._says(ProposeObjective, owner, proposed, objective)
        answered = local(self.monday - timedelta(days=10 - number % 3), 14, 5 * number)
        if number % 5 == 2:
            again = local(self.monday - timedelta(days=6), 10, 5 * number)
            yield self._says(
                CounterObjective, reviewer, answered, objective,
                note="Good direction. Say which customers feel it first.",
            )  # fmt: skip
            yield self._says(ProposeObjective, owner, again, objective)
            answered = local(self.monday - timedelta(days=4), 15, 5 * number)
        yield self._says(AcceptObjective, reviewer, answered, objective)

    def _levels_above(self, plan: ObjectivePlan) -> int:
        above = next((each for each in self.plans if each.key == plan.supports), None)
        return 0 if above is None else 1 + self._levels_above(above)

    def _says(
        self, wanted: type[Command], who: str, at: datetime, objective: str, **fields: str
    ) -> Step:
        return Step(at, lambda: [self.cast.give(wanted, who, at, objective_id=objective, **fields)])

    def _draft(self, plan: ObjectivePlan, at: datetime) -> Iterator[Any]:
        cast = self.cast
        supports = (
            (Support(kind="objective", id=cast.id(str(self.monday), plan.supports)),)
            if plan.supports
            else ()
        )
        yield cast.give(
            DraftObjective, plan.owner, at,
            objective_id=self.objective(plan), cycle_id=self.cycle_id(),
            team_id=cast.teams[plan.team], owner_id=cast.people[plan.owner],
            title=plan.title, ambition=plan.ambition,
            supports=supports, above_cycles=(self.cycle_id(),) if supports else (),
            lean=Lean(principles=(plan.principle,)) if plan.principle else None,
            **self._background(plan),
        )  # fmt: skip
        for index, key_result in enumerate(plan.key_results):
            yield cast.give(
                AddKeyResult, plan.owner, at,
                objective_id=self.objective(plan), key_result_id=self.key_result(plan, index),
                title=key_result.title, weight=key_result.weight,
                measure=self._measure(plan, index, key_result),
                owner_id=cast.people[self.keeper(plan, index)],
                **_said(KEY_RESULTS.get((plan.key, index), Background())),
            )  # fmt: skip

    def _background(self, plan: ObjectivePlan) -> dict[str, Any]:
        background, people = OBJECTIVES.get(plan.key, Background()), self.cast.people
        helpers = [{"person_id": people[who], "share": share} for who, share in background.helpers]
        return {
            **_said(background),
            "tags": background.tags,
            "contributors": helpers,
            "reviewer_id": people[self.cast.reviewer(plan.team)],
        }

    def _measure(self, plan: ObjectivePlan, index: int, planned: KeyResultPlan) -> dict[str, Any]:
        measure = {k: v for k, v in planned.measure.items() if v is not None}
        titles = measure.pop("titles", None)
        if titles is not None:
            measure["milestones"] = [
                {"id": self.milestone(plan, index, title), "title": title} for title in titles
            ]
        return measure

    # --- in the quarter -------------------------------------------------------------------------

    def check_ins(
        self, plan: ObjectivePlan, from_week: int = 1, origin: "Quarter | None" = None
    ) -> Iterator[Step]:
        """The weekly check-ins on every key result of ``plan``, as its people keep them.

        ``origin`` is the quarter that a carried-over objective, and so its milestones, come from.
        """
        for index, key_result in enumerate(plan.key_results):
            last_week = DROPPED_AFTER.get((plan.key, index), WEEKS)
            for week in range(from_week, last_week + 1):
                chance = self._chance(plan, index, week)
                said, answered = key_result.course(week, chance), self.answered(plan, index, week)
                if said is not None and answered is not None:
                    yield self._check_in(plan, index, week, answered, said, chance, origin or self)

    def answered(self, plan: ObjectivePlan, index: int, week: int) -> datetime | None:
        """When the week's check-in came; None for a week that was forgotten."""
        if (plan.team, plan.key, index) == FORGETFUL[:3] and week in FORGETFUL[3]:
            return None
        return self._answer_time(week, self._chance(plan, index, week))

    def check_in_id(self, plan: ObjectivePlan, index: int, week: int) -> str:
        return self.cast.id(str(self.monday), plan.key, str(index), f"week {week}")

    def _chance(self, plan: ObjectivePlan, index: int, week: int) -> Random:
        return Random(f"{self.monday}/{plan.key}/{index}/{week}")  # noqa: S311 - a story

    def _answer_time(self, week: int, chance: Random) -> datetime | None:
        thursday = self.monday + timedelta(days=7 * (week - 1) + 3)
        luck = chance.random()
        if luck < 0.66:
            return local(thursday, chance.choice((10, 14)), chance.randrange(50))
        if luck < 0.86:
            return local(thursday + timedelta(days=1), 8, chance.randrange(50))
        if luck < 0.95:
            return local(thursday + timedelta(days=1), 15, chance.randrange(50))
        return (
            local(thursday + timedelta(days=4), 11, chance.randrange(50)) if luck < 0.98 else None
        )

    def _check_in(
        self, plan: ObjectivePlan, index: int, week: int, at: datetime,
        said: Mapping[str, Any], chance: Random, origin: "Quarter",
    ) -> Step:  # fmt: skip
        cast = self.cast
        who = cast.acting(self.keeper(plan, index), at)
        titles = plan.key_results[index].measure.get("titles")
        reading = (
            Reading(
                milestone_ids=tuple(origin.milestone(plan, index, titles[n]) for n in said["done"])
            )
            if titles
            else Reading(**said)
        )
        confidence = Decimal(round(10 * min(0.95, max(0.2, chance.gauss(0.68, 0.13))))) / 10
        thursday = self.monday + timedelta(days=7 * (week - 1) + 3)
        late = at.date() > thursday + timedelta(days=2)
        return Step(
            at,
            lambda: [
                cast.give(
                    RecordCheckIn, who, at,
                    objective_id=self.objective(plan), cycle_id=self.cycle_id(),
                    key_result_id=self.key_result(plan, index),
                    check_in_id=self.check_in_id(plan, index, week),
                    reading=reading, confidence=confidence,
                    note=self.notes.get((plan.key, index, week)),
                    effective_at=local(thursday, 17) if late else None,
                )
            ],
        )  # fmt: skip

    # --- after the quarter ----------------------------------------------------------------------

    def _grades(self, number: int, plan: ObjectivePlan) -> Step:
        late = plan.key in LATE_GRADERS
        day = self.monday + timedelta(weeks=WEEKS, days=3 if late else 1 + number % 2)
        at = local(day, 17 if late else 11, 4 * number)
        return Step(at, lambda: self._grade(plan, at))

    def _grade(self, plan: ObjectivePlan, at: datetime) -> Iterator[GradeObjective]:
        objective = self.objective(plan)
        grades = [self._judged(plan, kr, value) for kr, value in self.computed(objective).items()]
        yield self.cast.give(
            GradeObjective, plan.owner, at,
            objective_id=objective, cycle_id=self.cycle_id(), key_results=tuple(grades),
        )  # fmt: skip

    def _judged(
        self, plan: ObjectivePlan, key_result: str, computed: Decimal | None
    ) -> GradeKeyResult:
        value = Decimal(0) if computed is None else computed
        if plan.key == "answer" and value > Decimal("0.9"):
            return GradeKeyResult.model_validate({
                "key_result_id": key_result, "owner_grade": value, "agreed_grade": Decimal("0.9"),
                "reason": "Half of the gain came from fewer cases, not from better answers.",
            })  # fmt: skip
        reason = None
        if computed is None:
            reason = "Nothing could be computed; judged as not reached."
        elif plan.ambition == "committed" and value < 1:
            reason = "Promised and not reached: the other work took more hands than planned."
        return GradeKeyResult.model_validate(
            {"key_result_id": key_result, "agreed_grade": value, "reason": reason}
        )

    # --- names ----------------------------------------------------------------------------------

    def objective(self, plan: ObjectivePlan) -> str:
        return self.cast.id(str(self.monday), plan.key)

    def key_result(self, plan: ObjectivePlan, index: int) -> str:
        return self.cast.id(str(self.monday), plan.key, str(index))

    def milestone(self, plan: ObjectivePlan, index: int, title: str) -> str:
        return self.cast.id(str(self.monday), plan.key, str(index), "milestone", title)

    def action(self, title: str) -> str:
        return self.cast.id("action", str(self.monday), title)

    def obstacle(self, key: str) -> str:
        return self.cast.id("obstacle", str(self.monday), key)

    def keeper(self, plan: ObjectivePlan, index: int) -> str:
        """Who checks a key result in: the team's people in turn, the objective's owner first."""
        people = self.cast.colleagues(plan.team)
        return people[index % len(people)]

    # --- days -----------------------------------------------------------------------------------

    def when(self, day: int, hour: int, minute: int = 0) -> datetime:
        """The instant on a day of the quarter, its first Monday being 0; a weekend waits."""
        return local(working_day(self.monday + timedelta(days=day)), hour, minute)


def _said(background: Background) -> dict[str, Any]:
    """What is said about a thing beside its title, as commands take it."""
    return {
        "description": background.why and SealedText(background.why),
        "links": tuple({"title": title, "url": url} for title, url in background.links),
    }
