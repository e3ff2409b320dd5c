"""What a follower could not deliver and goes on without: news of one thing must not hold up all.

Kept beside the followers, so that any process can say what was given up, and a second host need
not find it out anew.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Engine, Integer, Table, Text, and_, case, delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgres
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from projections.engine.followers import BOOKS
from projections.engine.stores import writing

PATIENCE: Final = 20
"""How often delivering one thing's news may fail before it is given up."""

SET_ASIDE: Final = Table(
    "set_aside",
    BOOKS,
    Column("follower", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """News of a stream that could not be delivered yet, how often it was tried, why it failed."""

    stream: str
    position: int
    failures: int
    reason: str

    @property
    def given_up(self) -> bool:
        """Somebody has to look."""
        return self.failures >= PATIENCE


class SetAside:
    """What one follower set aside, each call one transaction. Safe for any number of threads.

    Args:
        engine: of the views' database, migrated.
        follower: its name.
    """

    def __init__(self, engine: Engine, follower: str) -> None:
        self._engine = engine
        self._follower = follower

    def keep(self, stream: str, position: int, reason: str) -> Undelivered:
        """One more failure for this stream."""
        with writing(self._engine) as connection:
            connection.execute(
                _KEEP[connection.dialect.name],
                {
                    "follower": self._follower,
                    "stream": stream,
                    "position": position,
                    "failures": 1,
                    "reason": reason,
                },
            )
            row = connection.execute(_ROWS.where(self._one(stream))).one()
        return Undelivered(*row)

    def release(self, stream: str) -> None:
        """It was delivered after all, or shall be tried afresh."""
        with writing(self._engine) as connection:
            connection.execute(delete(SET_ASIDE).where(self._one(stream)))

    def clear(self) -> None:
        """Nothing is set aside any more."""
        with writing(self._engine) as connection:
            connection.execute(delete(SET_ASIDE).where(SET_ASIDE.c.follower == self._follower))

    def every(self) -> tuple[Undelivered, ...]:
        """All of it by stream, what was given up included."""
        with self._engine.connect() as connection:
            rows = connection.execute(_ROWS.where(SET_ASIDE.c.follower == self._follower))
            return tuple(Undelivered(*row) for row in rows)

    def _one(self, stream: str) -> Any:
        return and_(SET_ASIDE.c.follower == self._follower, SET_ASIDE.c.stream == stream)


_ROWS: Final = select(
    SET_ASIDE.c.stream, SET_ASIDE.c.position, SET_ASIDE.c.failures, SET_ASIDE.c.reason
).order_by(SET_ASIDE.c.stream)


def _once_more(insertion: Any) -> Any:
    new, held = insertion.excluded, SET_ASIDE.c
    return insertion.on_conflict_do_update(
        index_elements=["follower", "stream"],
        set_={
            "position": case((held.position > new.position, held.position), else_=new.position),
            "failures": held.failures + 1,
            "reason": new.reason,
        },
    )


_KEEP: Final = {
    "sqlite": _once_more(insert_sqlite(SET_ASIDE)),
    "postgresql": _once_more(insert_postgres(SET_ASIDE)),
}
