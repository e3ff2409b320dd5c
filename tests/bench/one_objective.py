"""What one objective of a large cycle costs to read, now and as it was.

    python -m tests.bench.one_objective            1,000 objectives with 4 key results each
    python -m tests.bench.one_objective 250        so many objectives

The cycle has asked for check-ins eight times over, each time everybody for everything. Objectives
are read over the whole application, in this process, in turns: now, then as of a position that
nobody asked about before. Processor time, so a busy machine changes little. Goal: then ≤ 2 × now.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from domain.cycle import cycle as c
from domain.cycle.milestones import ReachMilestone
from domain.cycle.policy import CyclePolicy, Owed
from domain.facts import Actor, Command, Pointer
from domain.okr import catchball, check_in, drafting, key_result, objective
from domain.okr.measure import Metric, Reading
from domain.people.person import AddPerson
from domain.people.team import FormTeam
from journal.ids import derived_id
from journal.log import Journal
from tests.api.installation import START, Stack, installation

TEAMS, EACH, READS = 20, 4, 60
BY = Actor(kind="system", id="bench")
CYCLE = derived_id("bench", "cycle")


class Filling:
    """Sends commands in batches, a second of the organisation's time apart."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._now = START - timedelta(days=60)
        self._waiting: list[Command] = []
        self._count = 0

    def send(self, wanted: type[Command], **fields: object) -> None:
        self._count += 1
        self._now += timedelta(seconds=1)
        stamp = {"command_id": f"bench-{self._count}", "at": self._now, "by": BY}
        self._waiting.append(wanted(**stamp, **fields))
        if len(self._waiting) == 200:
            self.settle()

    def settle(self) -> None:
        answers = self._journal.handle_many(self._waiting)
        assert isinstance(answers, tuple), answers
        self._waiting = []


def objectives(count: int) -> list[str]:
    return [derived_id("bench", f"objective {n}") for n in range(count)]


def key_results(objective_id: str) -> list[str]:
    return [derived_id(objective_id, str(n)) for n in range(EACH)]


def fill(journal: Journal, count: int) -> None:
    """``count`` running objectives whose key results were read once and asked for eight times."""
    filling = Filling(journal)
    people = [derived_id("bench", f"person {n}") for n in range(TEAMS)]
    teams = [derived_id("bench", f"team {n}") for n in range(TEAMS)]
    for number in range(TEAMS):
        filling.send(AddPerson, person_id=people[number])
        filling.send(FormTeam, team_id=teams[number], name=f"Team {number}", kind="team")
    filling.send(
        c.PlanCycle,
        cycle_id=CYCLE,
        name="2026 Q1",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 3, 31),
        timezone="UTC",
        policy=CyclePolicy(objectives_per_team=100),
    )
    filling.send(c.StartCycle, cycle_id=CYCLE)
    measure = Metric(kind="increase", baseline=Decimal(0), target=Decimal(100))
    for number, objective_id in enumerate(objectives(count)):
        team, owner = teams[number % TEAMS], people[number % TEAMS]
        own = {"objective_id": objective_id}
        filling.send(
            drafting.DraftObjective, **own, cycle_id=CYCLE, team_id=team, owner_id=owner,
            title=f"Objective {number}", ambition="aspirational",
        )  # fmt: skip
        for each in key_results(objective_id):
            filling.send(
                key_result.AddKeyResult, **own, key_result_id=each, title=each, measure=measure
            )
        filling.send(catchball.ProposeObjective, **own)
        filling.send(catchball.AcceptObjective, **own)
        filling.send(objective.ActivateObjective, **own)
        for each in key_results(objective_id):
            filling.send(
                check_in.RecordCheckIn, **own, cycle_id=CYCLE, key_result_id=each,
                check_in_id=derived_id(each, "first"), reading=Reading(value=Decimal(number % 90)),
            )  # fmt: skip
    filling.settle()
    _ask(journal, people, count)
    for number in range(READS):  # moments at which all of it was there
        filling.send(
            FormTeam, team_id=derived_id("bench", f"late {number}"), name="Late", kind="team"
        )
    filling.settle()


def _ask(journal: Journal, people: list[str], count: int) -> None:
    """The clock asks everybody for everything, eight weeks long."""
    state: c.Cycle = journal.state(f"cycle/{CYCLE}")[0]
    asks = [one for one in state.milestones if one.kind == "ask"][:8]
    for ask in asks:
        owed = tuple(
            Owed(
                person_id=person,
                due_at=ask.at,
                about=tuple(
                    Pointer(kind="key_result", id=each)
                    for objective_id in objectives(count)[number::TEAMS]
                    for each in key_results(objective_id)
                ),
            )
            for number, person in enumerate(people)
        )
        journal.handle(
            ReachMilestone(
                command_id=f"bench-{ask.id}",
                at=ask.at,
                by=BY,
                cycle_id=CYCLE,
                milestone=ask.id,
                generation=state.generation,
                owed=owed,
            )
        )


def reads(stack: Stack, count: int) -> Iterator[tuple[float, float]]:
    """Processor milliseconds of a read now and of one as of a position not asked about before."""
    head = stack.journal.head()
    wanted = objectives(count)
    for number in range(READS):
        address = f"/v1/objectives/{wanted[number * 7 % count]}"
        now = _cost(stack, address)
        then = _cost(stack, f"{address}?as_of=@{head - 1 - number}")
        yield now, then


def _cost(stack: Stack, address: str) -> float:
    began = time.process_time()
    answer = stack.client.get(address)
    spent = time.process_time() - began
    assert answer.status_code == 200, answer.text
    return spent * 1_000


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as stack:
        fill(stack.journal, count)
        stack.clock.pass_by(days=30)
        costs = list(reads(stack, count))[5:]
    now, then = (statistics.median(column) for column in zip(*costs, strict=True))
    print(
        f"one objective of {count * EACH:,} key results: now {now:.2f} ms, then {then:.2f} ms of"
        f" processor time, {then / now:.2f} times (goal 2)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
