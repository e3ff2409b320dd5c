"""The real domain behind the journal's decider port."""

from collections.abc import Mapping
from typing import Any

from domain import catalogue, deciders
from domain.facts import Command, Decision, Fact
from journal.decider import Decider, Upcaster


class _Domain:
    facts: Mapping[str, type[Fact]] = catalogue.FACTS
    upcasters: Mapping[tuple[str, int], Upcaster] = catalogue.UPCASTERS

    def initial(self, stream: str) -> Any:
        return deciders.initial(stream)

    def evolve(self, stream: str, state: Any, fact: Fact) -> Any:
        return deciders.evolve(stream, state, fact)

    def decide(self, command: Command, states: tuple[Any, ...]) -> Decision:
        return deciders.decide(command, states)


def domain_decider() -> Decider:
    """The decider of ``domain.deciders`` with the facts of ``domain.catalogue``."""
    return _Domain()
