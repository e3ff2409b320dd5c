"""A log for the benchmarks of views: real facts, appended a thousand at once."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from domain.cycle.cycle import CyclePlanned
from domain.cycle.policy import CyclePolicy
from domain.facts import Actor, Command, Decision, Fact
from domain.okr.check_in import CheckInRecorded
from domain.okr.drafting import ObjectiveDrafted
from domain.okr.key_result import KeyResultAdded
from domain.okr.measure import Metric, Reading
from domain.okr.objective import ObjectiveActivated
from domain.things import THINGS
from journal.decider import Upcaster
from journal.ids import derived_id
from journal.log import Journal

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ANN = Actor(kind="person", id=derived_id("person", "ann"))
OBJECTIVES, KEY_RESULTS = 50, 3


class Said(Command):
    """Facts as they are, on the streams that they belong to."""

    facts: tuple[Any, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fact.stream for fact in self.facts))


class Recorder:
    """A decider that records what it is told: the log is what is made here, not decided."""

    facts: Mapping[str, type[Fact]] = THINGS.facts
    upcasters: Mapping[tuple[str, int], Upcaster] = {}

    def initial(self, stream: str) -> Any:
        return None

    def evolve(self, stream: str, state: Any, fact: Fact) -> Any:
        return None

    def decide(self, command: Command, states: tuple[Any, ...]) -> Decision:
        assert isinstance(command, Said)
        return command.facts


def cycle_id(number: int) -> str:
    return derived_id("cycle", str(number))


def objective_id(cycle: int, number: int) -> str:
    return derived_id("objective", str(cycle), str(number))


def a_cycle(number: int, check_ins: int) -> Iterator[Fact]:
    """A cycle of fifty active objectives, then ``check_ins`` check-ins, round and round."""
    cycle: Any = cycle_id(number)
    yield CyclePlanned(
        cycle_id=cycle,
        name=f"Cycle {number}",
        starts_on=date(2026, 1, 5),
        ends_on=date(2026, 4, 3),
        timezone="Europe/Berlin",
        policy=CyclePolicy(),
    )
    parts: list[tuple[Any, Any]] = []
    for n in range(OBJECTIVES):
        objective: Any = objective_id(number, n)
        owner: Any = ANN.id
        team: Any = derived_id("team", str(n % 10))
        yield ObjectiveDrafted(
            objective_id=objective,
            cycle_id=cycle,
            team_id=team,
            owner_id=owner,
            title=f"Objective {n}, with a title of some length",
            ambition="aspirational",
        )
        for k in range(KEY_RESULTS):
            key_result: Any = derived_id(objective, str(k))
            parts.append((objective, key_result))
            yield KeyResultAdded(
                objective_id=objective,
                key_result_id=key_result,
                title=f"Key result {k}, with a title of some length",
                measure=Metric(kind="increase", baseline=Decimal(0), target=Decimal(100)),
                added_at=START,
            )
        yield ObjectiveActivated(objective_id=objective)
    for n in range(check_ins):
        objective, key_result = parts[n % len(parts)]
        new: Any = derived_id("check-in", str(number), str(n))
        yield CheckInRecorded(
            objective_id=objective,
            key_result_id=key_result,
            check_in_id=new,
            reading=Reading(value=Decimal(n % 1000) / 10),
            confidence=Decimal("0.7"),
            note="Two more customers signed; the third waits for legal.",
            effective_at=START + timedelta(minutes=n),
        )


def said(command_id: str, at: datetime, facts: tuple[Fact, ...]) -> Said:
    return Said.model_construct(
        command_id=command_id,
        at=at,
        by=ANN,
        reason=None,
        correlation_id=None,
        causation_id=None,
        facts=facts,
    )


def record(journal: Journal, facts: Iterator[Fact], *, first: int = 0, at_once: int = 1000) -> int:
    """Appends ``facts`` to a journal with a ``Recorder``, so many a command; the position reached.

    A command takes no more than 500 streams.
    """
    number = first
    while batch := tuple(islice(facts, at_once)):
        journal.handle(said(f"said/{number}", START + timedelta(minutes=number), batch))
        number += 1
    return journal.head()
