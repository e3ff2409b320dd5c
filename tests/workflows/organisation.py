"""A simulated organisation instead of mocks: its people answer late, forget, refuse, answer twice.

Everything it does is drawn from a seed beforehand and stands in ``script``: (instant, command)
pairs with fixed ids, so that two runs differ only in what the clocks do.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from domain.cycle.calendar import instant, slots, working_days
from domain.cycle.cycle import PlanCycle, StartCycle
from domain.cycle.policy import CyclePolicy
from domain.facts import Actor, Command, Pointer
from domain.lean.action import MoveAction, OpenAction, VerifyAction
from domain.lean.board import Column, DefineBoard
from domain.lean.obstacle import AcknowledgeObstacle, RaiseObstacle, ResolveObstacle
from domain.okr.catchball import AcceptObjective, CounterObjective, ProposeObjective
from domain.okr.check_in import RecordCheckIn
from domain.okr.drafting import DraftObjective
from domain.okr.grading import GradeKeyResult, GradeObjective
from domain.okr.key_result import AddKeyResult
from domain.okr.measure import Binary, Measure, Metric, Percentage, Reading, Threshold
from domain.people.person import AddPerson
from domain.people.team import AddMember, FormTeam
from journal.ids import derived_id

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEMPERS = ("prompt", "prompt", "late", "forgetful", "twice", "asleep")

COLUMNS = (
    Column(key="open", title="Open", stage="ready"),
    Column(key="doing", title="Doing", stage="active", wip_limit=3),
    Column(key="done", title="Done", stage="done"),
)


@dataclass(frozen=True, order=True)
class Event:
    """One thing that somebody does."""

    at: datetime
    number: int
    command: Command = field(compare=False)


@dataclass
class Organisation:
    """``teams`` teams under one company, each with objectives of ``key_results`` key results."""

    seed: int
    teams: int = 3
    objectives: int = 1
    key_results: int = 2
    starts_on: date = date(2026, 4, 1)
    ends_on: date = date(2026, 6, 30)
    timezone: str = "Europe/Berlin"
    policy: CyclePolicy = CyclePolicy()  # noqa: RUF009 - a frozen value
    answers: bool = True  # False: objectives are agreed, and then nobody does anything
    script: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self.cycle_id = self.id("cycle")
        self.founded_at = self.local(
            working_days(self.policy).shifted(self.starts_on, -self.policy.draft_days - 3), 10
        )
        self._found()
        for team in range(self.teams):
            for number in range(self.objectives):
                self._objective(team, number)
            if self.answers:
                self._lean(team)
        self.script.sort()

    # --- words ----------------------------------------------------------------------------------

    def id(self, *parts: object) -> str:
        """A stable id of this organisation."""
        return derived_id("organisation", str(self.seed), *(str(part) for part in parts))

    def local(self, day: date, hour: int, minute: int = 0) -> datetime:
        return instant(day, time(hour, minute), self.timezone)

    def closes_by(self) -> datetime:
        """A moment after the cycle's close."""
        return self.local(self.ends_on + 25 * DAY, 12)

    def does(self, at: datetime, person: str, command: type[Command], **fields: Any) -> None:
        """``person`` wishes ``command`` at the instant ``at``."""
        number = len(self.script)
        made = command(
            command_id=f"person/{self.seed}/{number}",
            at=at,
            by=Actor(kind="person", id=person),
            **fields,
        )
        self.script.append(Event(at, number, made))

    def again(self) -> None:
        """The last wish once more, as from an impatient double click."""
        last = self.script[-1]
        self.script.append(Event(last.at + timedelta(seconds=1), len(self.script), last.command))

    # --- what happens ---------------------------------------------------------------------------

    def _found(self) -> None:
        boss, at = self.id("boss"), self.founded_at
        company = self.id("company")
        self.does(at, boss, AddPerson, person_id=boss)
        self.does(at, boss, FormTeam, team_id=company, name="Company", kind="company")
        self.does(at, boss, AddMember, team_id=company, person_id=boss, role="lead")
        for team in range(self.teams):
            team_id = self.id("team", team)
            self.does(
                at, boss, FormTeam, team_id=team_id, name=f"T{team}", kind="team", parent_id=company
            )
            for role in ("lead", "member"):
                person = self.id(role, team)
                self.does(at, boss, AddPerson, person_id=person)
                self.does(at, boss, AddMember, team_id=team_id, person_id=person, role=role)
            self.does(at, boss, DefineBoard, team_id=team_id, columns=COLUMNS)
        self.does(
            at + HOUR,
            boss,
            PlanCycle,
            cycle_id=self.cycle_id,
            name="Q2 2026",
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            timezone=self.timezone,
            policy=self.policy,
            coordinator_id=boss,
        )
        self.does(at + 2 * HOUR, boss, StartCycle, cycle_id=self.cycle_id)

    def _objective(self, team: int, number: int) -> None:
        draw = self._random
        objective, owner = self.id("objective", team, number), self.id("member", team)
        lead = self.id("lead", team)
        opens = working_days(self.policy).shifted(self.starts_on, -self.policy.draft_days)
        at = self.local(opens, 10, draw.randrange(60))
        at += draw.randrange(max(1, (self.starts_on - opens).days // 2 - 2)) * DAY
        self.does(
            at,
            owner,
            DraftObjective,
            objective_id=objective,
            cycle_id=self.cycle_id,
            team_id=self.id("team", team),
            owner_id=owner,
            title=f"Objective {number} of team {team}",
            ambition=draw.choice(("committed", "aspirational")),
        )
        plan = [self._key_result(objective, owner, at, n) for n in range(self.key_results)]
        self.does(at + HOUR, owner, ProposeObjective, objective_id=objective)
        answer = at + draw.randrange(1, 4) * DAY
        refuses = self.answers and draw.random() < 0.15
        countered = refuses or draw.random() < 0.3
        if countered:
            self.does(answer, lead, CounterObjective, objective_id=objective, note="Aim higher.")
            answer += DAY
        if refuses:
            return  # the owner never comes back to it
        if countered:
            self.does(answer, owner, ProposeObjective, objective_id=objective)
        self.does(answer + HOUR, lead, AcceptObjective, objective_id=objective)
        if draw.random() < 0.2:
            self.again()
        if not self.answers:
            return
        for key_result, measure in plan:
            self._check_ins(objective, owner, key_result, measure)
        self._grade(objective, lead, plan)

    def _key_result(
        self, objective: str, owner: str, at: datetime, number: int
    ) -> tuple[str, Measure]:
        key_result = self.id("key-result", objective, number)
        measure = self._random.choice(
            (
                Metric(kind="increase", baseline=Decimal(20), target=Decimal(40)),
                Metric(kind="decrease", baseline=Decimal(50), target=Decimal(10)),
                Percentage(kind="percentage"),
                Binary(kind="binary"),
                Threshold(kind="stay_below", upper=Decimal(5)),
            )
        )
        self.does(
            at + timedelta(minutes=number + 1),
            owner,
            AddKeyResult,
            objective_id=objective,
            key_result_id=key_result,
            title=f"Key result {number}",
            measure=measure,
        )
        return key_result, measure

    def _check_ins(self, objective: str, owner: str, key_result: str, measure: Measure) -> None:
        draw, temper = self._random, self._random.choice(TEMPERS)
        planned = slots(self.starts_on, self.ends_on, self.policy.slot_weekday)
        sleeps = range(4, 8) if temper == "asleep" else range(0)
        for week, slot in enumerate(planned):
            asked = self.local(slot, 9)
            match temper:
                case "late":
                    at = asked + draw.randrange(20, 70) * HOUR
                case "forgetful" if draw.random() < 0.35:
                    continue
                case "asleep" if week in sleeps:
                    continue
                case _:
                    at = asked + draw.randrange(1, 8) * HOUR
            for turn in range(2 if temper == "twice" and draw.random() < 0.5 else 1):
                self.does(
                    at + turn * HOUR,
                    owner,
                    RecordCheckIn,
                    objective_id=objective,
                    key_result_id=key_result,
                    cycle_id=self.cycle_id,
                    check_in_id=self.id("check-in", key_result, week, turn),
                    reading=self._reading(measure, week / len(planned)),
                    confidence=Decimal(draw.randrange(3, 10)) / 10,
                )

    def _reading(self, measure: Measure, progress: float) -> Reading:
        match measure:
            case Metric():
                way = measure.target - measure.baseline
                return Reading(value=measure.baseline + round(way * Decimal(progress), 1))
            case Percentage():
                return Reading(value=Decimal(int(progress * 100)))
            case Binary():
                return Reading(done=progress > 0.8)
            case _:
                return Reading(value=Decimal(self._random.randrange(3, 7)))

    def _grade(self, objective: str, lead: str, plan: list[tuple[str, Measure]]) -> None:
        draw = self._random
        if draw.random() < 0.25:
            return  # forgotten: left ungraded by the lock
        at = self.local(self.ends_on + DAY, 15) + draw.randrange(4) * DAY
        grades = tuple(
            GradeKeyResult(
                key_result_id=key,
                agreed_grade=self._judged(measure, draw.randrange(11)),
                reason="as the two of us see it",
            )
            for key, measure in plan
        )
        self.does(
            at, lead, GradeObjective, objective_id=objective, cycle_id=self.cycle_id,
            key_results=grades,
        )  # fmt: skip

    def _judged(self, measure: Measure, tenths: int) -> Decimal:
        """A grade of so many tenths; what is done or not has only 0 and 1."""
        if isinstance(measure, Binary):
            return Decimal(tenths > 5)
        return Decimal(tenths) / 10

    def _lean(self, team: int) -> None:
        draw = self._random
        lead, member, team_id = (
            self.id("lead", team),
            self.id("member", team),
            self.id("team", team),
        )
        obstacle, action = self.id("obstacle", team), self.id("action", team)
        length = (self.ends_on - self.starts_on).days
        at = self.local(self.starts_on + draw.randrange(length // 9, length // 2) * DAY, 11)
        self.does(
            at, member, RaiseObstacle, obstacle_id=obstacle, title="Parts arrive late",
            about=Pointer(kind="objective", id=self.id("objective", team, 0)), severity="medium",
            owner_id=lead,
        )  # fmt: skip
        taken = at + draw.choice((8, 22, 30, 60)) * HOUR
        self.does(taken, lead, AcknowledgeObstacle, obstacle_id=obstacle)
        self.does(
            taken + 9 * DAY, lead, ResolveObstacle, obstacle_id=obstacle, result="A second carrier",
            evidence="Delivery notes of three weeks",
        )  # fmt: skip
        due = self.starts_on + draw.randrange(length // 2, 2 * length // 3) * DAY
        self.does(
            taken + HOUR, lead, OpenAction, action_id=action, title="Order a day earlier",
            kind="countermeasure", team_id=team_id, owner_id=member, due_on=due,
            about=Pointer(kind="obstacle", id=obstacle), prediction="No late part in a month",
            verify_after_days=10,
        )  # fmt: skip
        begun = taken + 2 * DAY
        self.does(begun, member, MoveAction, action_id=action, team_id=team_id, column="doing")
        if draw.random() < 0.7:
            done = self.local(due, 16) + draw.randrange(-3, 9) * DAY
            self.does(done, member, MoveAction, action_id=action, team_id=team_id, column="done")
            self.does(
                done + draw.randrange(11, 16) * DAY, lead, VerifyAction, action_id=action,
                team_id=team_id, result="One late part", effective=draw.random() < 0.7,
                evidence="Delivery notes of April and May",
            )  # fmt: skip


def fortnight(seed: int, **choices: Any) -> Organisation:
    """An organisation with a cycle of two working weeks, all phases in it."""
    policy = CyclePolicy(
        draft_days=8,
        align_days=5,
        commit_days=2,
        grading_days=3,
        learn_days=6,
        close_days=7,
        window_week=1,
        **choices.pop("policy", {}),
    )
    planned = {"starts_on": date(2026, 6, 1), "ends_on": date(2026, 6, 19), "teams": 2}
    return Organisation(seed, policy=policy, **{**planned, **choices})


def moments(script: list[Event]) -> Iterator[tuple[datetime, list[Command]]]:
    """The script by instants, oldest first."""
    at: datetime | None = None
    batch: list[Command] = []
    for event in script:
        if at is not None and event.at != at:
            yield at, batch
            batch = []
        at = event.at
        batch.append(event.command)
    if at is not None:
        yield at, batch
