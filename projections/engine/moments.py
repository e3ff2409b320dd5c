"""When each position was recorded: what a time means that somebody asks about.

Kept like a view, with a checkpoint of its own, so that it too misses nothing; but no fact needs to
be decoded for it. It is called ``log`` among the followers.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, Table, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from journal.errors import UnreadableFact
from journal.log import Journal
from projections.engine.batch import Passing
from projections.engine.followers import BOOKS
from projections.engine.versions import Instant

LOG: Final = "log"
CODE: Final = "moments"

MOMENTS: Final = Table(
    "log_moments",
    BOOKS,
    Column("at", Instant, primary_key=True),
    Column("position", BigInteger, nullable=False, unique=True),
)
"""The last position that was recorded by each instant.

Clocks of several writers differ a little, so the instant is the greatest recorded so far: what a
moment shows never holds a fact that was recorded after it.
"""


class Moments:
    """The one generation of this table, being written."""

    def __init__(self, journal: Journal, generation: int, position: int) -> None:
        self.name = LOG
        self.number = generation
        self.position = position
        self._header = journal.header
        self._latest: datetime | None = None
        self._known = False
        self._found: dict[datetime, int] = {}
        self._connection: Connection | None = None

    def begin(self, connection: Connection) -> None:
        """A batch begins."""
        self._connection, self._found = connection, {}
        if self.position == 0:
            connection.execute(delete(MOMENTS))  # those of a log that is no longer there
            self._latest, self._known = None, True
        if not self._known:
            self._latest, self._known = connection.scalar(select(func.max(MOMENTS.c.at))), True

    def take_in(self, fact: Passing) -> None:
        """Notes when a fact was recorded; one that has lost its time counts with the one before."""
        try:
            at = self._header(fact.row).recorded_at
        except UnreadableFact:
            if self._latest is None:
                return
            at = self._latest
        if self._latest is None or at > self._latest:
            self._latest = at
        self._found[self._latest] = fact.row[0]

    def write(self) -> None:
        """Writes what the batch brought."""
        assert self._connection is not None
        if self._found:
            _note(self._connection, self._found)

    def drop_cache(self) -> None:
        """After a transaction that failed."""
        self._known = False


def _noting(insertion: Any) -> Any:
    return insertion.on_conflict_do_update(
        index_elements=["at"], set_={"position": insertion.excluded.position}
    )


_NOTE: Final = {
    "sqlite": _noting(upsert_sqlite(MOMENTS)),
    "postgresql": _noting(upsert_postgres(MOMENTS)),
}


def _note(connection: Connection, reached: Mapping[datetime, int]) -> None:
    connection.execute(
        _NOTE[connection.dialect.name],
        [{"at": at, "position": position} for at, position in reached.items()],
    )
