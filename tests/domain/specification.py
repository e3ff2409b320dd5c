"""Given facts, when a command, then facts or a refusal: tests of decisions read like the rules."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from domain.facts import Command, Decision, Fact, Refusal
from domain.things import THINGS


def fold(facts: tuple[Fact, ...]) -> dict[str, Any]:
    """The state of every stream that ``facts`` touch."""
    streams: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        streams[fact.stream].append(fact)
    states = {}
    for stream, history in streams.items():
        state = THINGS.initial(stream)
        for fact in history:
            state = THINGS.evolve(stream, state, fact)
        states[stream] = state
    return states


@dataclass(frozen=True)
class Outcome:
    """What a command led to."""

    history: tuple[Fact, ...]
    decision: Decision

    def then(self, *facts: Fact) -> "Outcome":
        """Exactly these facts."""
        assert self.decision == facts
        return self

    def nothing(self) -> None:
        """The wish was fulfilled already: no facts, no refusal."""
        assert self.decision == ()

    def facts(self) -> tuple[Fact, ...]:
        """The facts, for tests that look at one of them more closely."""
        assert not isinstance(self.decision, Refusal), self.decision
        return self.decision

    def refused(self, code: str, **fields: Any) -> Refusal:
        """A refusal with this code and, where given, these fields."""
        assert isinstance(self.decision, Refusal), self.decision
        assert self.decision.code == code
        assert self.decision.detail
        for name, value in fields.items():
            assert getattr(self.decision, name) == value, name
        return self.decision


@dataclass(frozen=True)
class Given:
    """A history."""

    history: tuple[Fact, ...]

    def when(self, command: Command) -> Outcome:
        """Decides twice, because deciding is pure: the same question has the same answer."""
        states = fold(self.history)
        known = tuple(states.get(name, THINGS.initial(name)) for name in command.reads)
        decision = THINGS.decide(command, known)
        assert THINGS.decide(command, known) == decision
        return Outcome(self.history, decision)


def given(*facts: Fact) -> Given:
    """A history of ``facts``, of any streams, in log order."""
    return Given(facts)
