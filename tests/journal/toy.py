"""A small domain for the journal's own tests: tallies under a shared ceiling.

``Add`` writes one tally and only reads the ceiling; ``Transfer`` writes two tallies in one append;
``Look`` writes nothing, ``Remark`` writes private words. Enough to ask every question that the
journal has to answer.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from domain.facts import Actor, Command, Decision, Fact, Refusal, Value
from domain.text import SealedText
from journal.decider import Upcaster
from journal.ids import new_id

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ANN = Actor(kind="person", id="ann")


class TallyFact(Fact):
    tally_id: str

    @property
    def stream(self) -> str:
        return f"tally/{self.tally_id}"


class Added(TallyFact):
    """Schema 1 held ``n``, schema 2 ``amount`` without ``unit``."""

    TYPE: ClassVar[str] = "toy.added"
    SCHEMA: ClassVar[int] = 3
    amount: Decimal
    unit: str = "piece"
    note: str | None = None


class Weighed(TallyFact):
    """A fact with a float, which could hold what JSON cannot."""

    TYPE: ClassVar[str] = "toy.weighed"
    weight: float


class Line(Value):
    """A line of a remark; ``label`` is no private word."""

    label: str
    text: SealedText | None = None


class Remarked(TallyFact):
    """A fact with private words, one of them nested."""

    TYPE: ClassVar[str] = "toy.remarked"
    words: SealedText
    lines: tuple[Line, ...] = ()


class CeilingSet(Fact):
    TYPE: ClassVar[str] = "toy.ceiling-set"
    ceiling: Decimal

    @property
    def stream(self) -> str:
        return "ceiling/all"


class ToyCommand(Command):
    tally_id: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"tally/{self.tally_id}", "ceiling/all")


class Add(ToyCommand):
    amount: Decimal
    note: str | None = None


class Weigh(ToyCommand):
    weight: float


class Remark(ToyCommand):
    words: SealedText
    lines: tuple[Line, ...] = ()


class Look(ToyCommand):
    """Changes nothing."""


class Transfer(ToyCommand):
    to_id: str
    amount: Decimal

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"tally/{self.tally_id}", f"tally/{self.to_id}")


class SetCeiling(Command):
    ceiling: Decimal

    @property
    def reads(self) -> tuple[str, ...]:
        return ("ceiling/all",)


class ToyDecider:
    """Folds to plain sums."""

    facts: Mapping[str, type[Fact]] = {
        cls.TYPE: cls for cls in (Added, Weighed, Remarked, CeilingSet)
    }
    upcasters: Mapping[tuple[str, int], Upcaster] = {
        ("toy.added", 1): lambda data, _: {"tally_id": data["tally_id"], "amount": str(data["n"])},
        ("toy.added", 2): lambda data, _: {**data, "unit": "piece"},
    }

    def initial(self, stream: str) -> Any:
        return Decimal(10**9) if stream == "ceiling/all" else Decimal(0)

    def evolve(self, stream: str, state: Any, fact: Fact) -> Any:
        match fact:
            case Added():
                return state + fact.amount
            case CeilingSet():
                return fact.ceiling
            case _:
                return state

    def decide(self, command: Command, states: tuple[Any, ...]) -> Decision:
        match command:
            case Add():
                total, ceiling = states
                if total + command.amount > ceiling:
                    return Refusal("over-the-ceiling", f"{total} + {command.amount} > {ceiling}")
                if total + command.amount < 0:
                    return Refusal("not-found", "no such tally", kind="missing")
                return (Added(tally_id=command.tally_id, amount=command.amount, note=command.note),)
            case Weigh():
                return (Weighed(tally_id=command.tally_id, weight=command.weight),)
            case Remark():
                said = Remarked(tally_id=command.tally_id, words=command.words, lines=command.lines)
                return (said,)
            case Look():
                return ()
            case Transfer():
                if states[0] < command.amount:
                    return Refusal("too-little", f"only {states[0]}")
                return (
                    Added(tally_id=command.tally_id, amount=-command.amount),
                    Added(tally_id=command.to_id, amount=command.amount),
                )
            case SetCeiling():
                return (CeilingSet(ceiling=command.ceiling),)
            case _:
                raise LookupError(type(command).__name__)


def add(tally_id: str, amount: int = 1, **fields: Any) -> Add:
    """An ``Add`` with everything else filled in."""
    return Add(
        **{"command_id": new_id(), "at": NOON, "by": ANN, **fields},
        tally_id=tally_id,
        amount=Decimal(amount),
    )


def transfer(from_id: str, to_id: str, amount: int) -> Transfer:
    return Transfer(
        command_id=new_id(), at=NOON, by=ANN, tally_id=from_id, to_id=to_id, amount=Decimal(amount)
    )


def set_ceiling(ceiling: int) -> SetCeiling:
    return SetCeiling(command_id=new_id(), at=NOON, by=ANN, ceiling=Decimal(ceiling))


def look(tally_id: str) -> Look:
    return Look(command_id=new_id(), at=NOON, by=ANN, tally_id=tally_id)


def remark(tally_id: str, words: str, *lines: str, **fields: Any) -> Remark:
    return Remark(
        **{"command_id": new_id(), "at": NOON, "by": ANN, **fields},
        tally_id=tally_id,
        words=SealedText(words),
        lines=tuple(Line(label="line", text=SealedText(line)) for line in lines),
    )
