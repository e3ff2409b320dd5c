"""A projection: a pure function from one envelope, and the rows it names, to changes of rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from domain.facts import Envelope, Fact
from projections.engine.versions import Changes, Rows

Handler = Callable[[Any, Rows], Changes]
"""Takes the envelope of a fact and the rows; a generator, so that it sees its own changes."""


class UnhandledFact(Exception):
    """A fact that a projection neither handles nor lists as ignored."""


@dataclass(frozen=True)
class Projection:
    """One view: its tables and what each fact does to them.

    ``ignored`` lists the facts that it knows and has no use for; any other one is an error, so
    that a new fact is never overlooked.
    """

    name: str
    tables: tuple[Table, ...]
    handlers: Mapping[type[Fact], Handler]
    ignored: frozenset[type[Fact]]

    @property
    def unused(self) -> frozenset[str]:
        """Wire names of the ignored facts: a rebuild need not decode them."""
        return frozenset(kind.TYPE for kind in self.ignored)

    def changes(self, envelope: Envelope, rows: Rows) -> Changes:
        """What ``envelope`` does to the rows. Raises UnhandledFact."""
        kind = type(envelope.fact)
        handler = self.handlers.get(kind)
        if handler is not None:
            return handler(envelope, rows)
        if kind in self.ignored:
            return ()
        raise UnhandledFact(f"{self.name} has no handler for {envelope.type}")
