"""How far the views are. Asked hundreds of times a second while somebody waits for a position."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Engine, and_, func, select

from projections.engine.bookkeeping import CHECKPOINTS, POINTERS
from projections.engine.bulk import named

OF_POINTER = and_(
    CHECKPOINTS.c.view == POINTERS.c.view, CHECKPOINTS.c.generation == POINTERS.c.generation
)
"""The checkpoints of the generations that readers see."""

_REACHED = (
    select(func.min(CHECKPOINTS.c.position))
    .join(POINTERS, OF_POINTER)
    .where(CHECKPOINTS.c.state != "halted")
)


class Gauge:
    """Reads the position that every view has reached; halted ones hold nobody up."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        literally = {"literal_binds": True}
        self._statement = str(_REACHED.compile(dialect=engine.dialect, compile_kwargs=literally))

    @contextmanager
    def looking(self) -> Iterator[Callable[[], int]]:
        """A function that looks, over one connection and past the layers: a fifth of the cost.

        No look sees less than what was committed before it, for none is in a snapshot: SQLite's
        connections begin no transaction by themselves, PostgreSQL's read what is committed.
        """
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()

            def look() -> int:
                try:
                    cursor.execute(self._statement)
                    return cursor.fetchall()[0][0] or 0
                except (sqlite3.Error, psycopg.Error) as error:
                    raise named(self._statement, error) from error

            yield look
        finally:
            connection.close()
