"""A projection: a pure function from one envelope, and the rows it names, to changes of rows."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from domain.facts import Envelope, Fact
from domain.thing import Overlooked
from projections.engine.versions import Changes, Rows

Handler = Callable[[Any, Rows], Changes]
"""Takes the envelope of a fact and the rows; a generator, so that it sees its own changes."""


@dataclass(frozen=True, eq=False)
class Projection:
    """One projection: its tables and what each fact does to them.

    Attributes:
        kinds: the kinds of streams that it listens to, each with the facts there are of it.
        silent: facts of those kinds that change none of its rows.

    Raises:
        Overlooked: a fact of these kinds is neither handled nor silent, or is both.
    """

    name: str
    tables: tuple[Table, ...]
    handlers: Mapping[type[Fact], Handler]
    kinds: Mapping[str, Collection[type[Fact]]]
    silent: frozenset[type[Fact]] = frozenset()
    _silent_types: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        heard = {fact for facts in self.kinds.values() for fact in facts}
        wrong = heard ^ (self.handlers.keys() | self.silent) | self.handlers.keys() & self.silent
        if wrong:
            names = ", ".join(sorted(fact.TYPE for fact in wrong))
            raise Overlooked(f"{self.name} neither handles nor passes over, or does both: {names}")
        types = frozenset(fact.TYPE for fact in self.silent)
        object.__setattr__(self, "_silent_types", types)

    def wants(self, stream: str, type_: str) -> bool:
        """Whether a stored fact, known by its stream and its type alone, has to be taken in.

        A type that this release does not know is wanted when its stream's kind is listened to: the
        projection cannot tell what it would change, and has to wait for the release that can.
        """
        return stream.partition("/")[0] in self.kinds and type_ not in self._silent_types

    def changes(self, envelope: Envelope, rows: Rows) -> Changes:
        """What ``envelope`` does to the rows: nothing when it is not wanted. Raises Overlooked."""
        handler = self.handlers.get(type(envelope.fact))
        if handler is not None:
            return handler(envelope, rows)
        if self.wants(envelope.stream, envelope.type):
            raise Overlooked(f"{self.name} has no handler for {envelope.type}")
        return ()
