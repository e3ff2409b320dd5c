"""One generation of one view, being written: its projection's handlers, and the rows they name.

Invariant: between ``write`` of one batch and ``begin`` of the next one, the caches hold what is
committed, no more and no less; nobody else writes this generation, for whoever tried would fail to
move its checkpoint. After a transaction that failed ``drop_cache`` makes it so again.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table

from domain.facts import Envelope
from projections.engine.batch import Passing
from projections.engine.bulk_writes import BulkWrites
from projections.engine.fact_rows import FactRows
from projections.engine.projection import Projection
from projections.engine.table_rows import Key, TableRows
from projections.engine.versions import Put, is_immutable


class Generation:
    """One generation of one view, being written. ``Rows`` for its projection's handlers."""

    def __init__(self, projection: Projection, generation: int, position: int) -> None:
        self.projection = projection
        self._wants = projection.wants
        self.name = projection.name
        self.number = generation
        self.position = position
        self._tables: dict[Table, TableRows | FactRows] = {
            table: FactRows(table, generation)
            if is_immutable(table)
            else TableRows(table, generation, empty=position == 0)
            for table in projection.tables
        }
        self._out = BulkWrites()
        self._connection: Connection | None = None

    def begin(self, connection: Connection) -> None:
        """A batch begins; its rows are written in the transaction of ``connection``."""
        self._connection = connection

    def take_in(self, fact: Passing) -> None:
        """Applies one fact of the batch, if it is wanted. Raises UnreadableFact."""
        if self._wants(fact.row[1], fact.row[3]):
            self.apply(fact.envelope)

    def apply(self, envelope: Envelope) -> None:
        """What a fact does to the rows."""
        connection, tables = self._connection, self._tables
        assert connection is not None
        position, cause = envelope.position, envelope.event_id
        for change in self.projection.changes(envelope, self):
            if isinstance(change, Put):
                tables[change.table].put(connection, change.key, change.values, position, cause)
            else:
                tables[change.table].end(connection, change.key, position)

    def write(self) -> None:
        """Writes what the facts of the batch changed."""
        assert self._connection is not None
        for rows in self._tables.values():
            rows.flush(self._connection, self._out)
        self._connection = None

    def drop_cache(self) -> None:
        """After a transaction that failed: nothing cached is known to be true."""
        for rows in self._tables.values():
            rows.drop()

    # --- Rows ----------------------------------------------------------------------------------

    def get(self, table: Table, key: Key) -> Mapping[str, Any] | None:
        assert self._connection is not None
        return self._tables[table].held(self._connection, key).row

    def where(self, table: Table, **equals: Any) -> list[Mapping[str, Any]]:
        assert self._connection is not None
        return self._tables[table].where(self._connection, equals)
