"""The port through which the journal reaches the domain: fold, decide, wire names of facts."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from domain.facts import Command, Decision, Fact

Upcaster = Callable[[dict[str, Any], str], dict[str, Any]]


class Decider(Protocol):
    """Pure functions of the domain and the wire names of its facts.

    ``facts`` maps a wire name to its class; ``upcasters`` maps (wire name, schema) to the pure
    function that lifts stored data of that schema to the next one; it is told the instant of
    recording too (RFC 3339), for a fact that did not say since when it counts.
    """

    @property
    def facts(self) -> Mapping[str, type[Fact]]: ...

    @property
    def upcasters(self) -> Mapping[tuple[str, int], Upcaster]: ...

    def initial(self, stream: str) -> Any:
        """The state of ``stream`` before its first fact."""
        ...

    def evolve(self, stream: str, state: Any, fact: Fact) -> Any:
        """The state after ``fact``; total."""
        ...

    def decide(self, command: Command, states: tuple[Any, ...]) -> Decision:
        """Facts or a refusal; ``states`` in the order of ``command.reads``."""
        ...
