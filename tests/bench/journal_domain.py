"""What the benchmarks write: the commonest fact, through the thinnest possible decider."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.facts import Actor, Command, Decision, Fact
from domain.okr.check_in import CheckInRecorded
from domain.okr.measure import Reading
from domain.things import THINGS
from journal.decider import Upcaster
from journal.ids import new_id

NOW = datetime(2026, 2, 3, 9, 30, tzinfo=UTC)
ANN = Actor(kind="person", id=new_id())


class CheckIn(Command):
    """Records one check-in on an objective, whatever its state."""

    objective_id: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"objective/{self.objective_id}",)


def fact(objective_id: str) -> CheckInRecorded:
    return CheckInRecorded(
        objective_id=objective_id,  # type: ignore[arg-type]
        key_result_id=_KEY_RESULT,  # type: ignore[arg-type]
        check_in_id=new_id(),  # type: ignore[arg-type]
        reading=Reading(value=Decimal("12.5")),
        confidence=Decimal("0.7"),
        note="Two more customers signed; the third waits for legal.",
        effective_at=NOW,
    )


_KEY_RESULT = new_id()


def check_in(objective_id: str) -> CheckIn:
    return CheckIn(command_id=new_id(), at=NOW, by=ANN, objective_id=objective_id)


class ThinDecider:
    """Real facts of the real catalogue; a fold that counts, so that nothing hides the journal."""

    facts: Mapping[str, type[Fact]] = THINGS.facts
    upcasters: Mapping[tuple[str, int], Upcaster] = {}

    def initial(self, stream: str) -> Any:
        return 0

    def evolve(self, stream: str, state: Any, fact: Fact) -> Any:
        return state + 1

    def decide(self, command: Command, states: tuple[Any, ...]) -> Decision:
        assert isinstance(command, CheckIn)
        return (fact(command.objective_id),)
