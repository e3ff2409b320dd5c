"""One batch of the log taken in: one transaction, checkpoints first, a fact decoded at most once.

A row is decoded only for who wants it, so a fact that cannot be read concerns only those who listen
to its kind.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy import Connection, Engine

from domain.facts import Envelope
from journal.append import Row
from journal.log import Journal
from projections.engine import followers
from projections.engine.followers import row_id
from projections.engine.stores import writing


class Passing:
    """A fact on its way through: decoded when the first one asks for it, or never."""

    __slots__ = ("_decode", "_envelope", "row")

    def __init__(self, row: Row, decode: Callable[[Row], Envelope]) -> None:
        self.row = row
        self._decode = decode
        self._envelope: Envelope | None = None

    @property
    def envelope(self) -> Envelope:
        """The fact itself. Raises UnreadableFact."""
        if self._envelope is None:
            self._envelope = self._decode(self.row)
        return self._envelope


class Taker(Protocol):
    """Something that takes the log in: a generation of a view, or the table of moments."""

    name: str
    number: int
    position: int

    def begin(self, connection: Connection) -> None:
        """A batch begins; what it writes goes into the transaction of ``connection``."""
        ...

    def take_in(self, fact: Passing) -> None:
        """One fact of the batch, whether it is of use or not."""
        ...

    def write(self) -> None:
        """Writes what the batch brought."""
        ...

    def drop_cache(self) -> None:
        """After a transaction that failed: nothing that is remembered is known to be true."""
        ...


def take(engine: Engine, journal: Journal, takers: Sequence[Taker], rows: Sequence[Row]) -> None:
    """Takes ``rows`` in: the checkpoints move first, which takes their locks.

    Args:
        takers: all at the position before the first row.

    Raises:
        Overtaken: somebody else moved one of them.
        UnreadableFact: a fact that one of them wants; nothing was taken in.
    """
    reached = rows[-1][0]
    with writing(engine) as connection:
        places = [(each.name, each.number) for each in takers]
        event_id = row_id(journal, rows[-1])
        followers.advance(connection, places, takers[0].position, reached, event_id)
        for each in takers:
            each.begin(connection)
        for row in rows:
            # Let go before the next one comes: a list of envelopes would outlive Python's young
            # generation, and collecting garbage among them takes a tenth of a rebuild.
            fact = Passing(row, journal.envelope)
            for each in takers:
                each.take_in(fact)
        for each in takers:
            each.write()
    for each in takers:
        each.position = reached
