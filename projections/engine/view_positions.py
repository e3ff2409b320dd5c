"""How far the views are. Asked again and again while somebody waits for a position."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import psycopg
from sqlalchemy import ColumnElement, Engine, and_, select

from projections.engine.damage import driver_error
from projections.engine.errors import ViewHalted
from projections.engine.followers import FOLLOWERS
from projections.engine.moments import LOG
from projections.engine.succession import GENERATIONS

OF_READ: ColumnElement[bool] = and_(
    FOLLOWERS.c.name == GENERATIONS.c.view, FOLLOWERS.c.generation == GENERATIONS.c.generation
)
"""The followers that are the generations which readers see."""

RUNNING: Final = "running"
BUILDING: Final = "building"
STOPPED: Final = frozenset({"halted", "waiting-for-release"})
"""States in which a view comes no further by itself."""


class Stand(NamedTuple):
    """How far a view's readers see, and how it is."""

    view: str
    position: int
    state: str
    reason: str | None


class ViewPositions:
    """Reads how far every view has come.

    Args:
        views: names of those that count.
    """

    def __init__(self, engine: Engine, views: Iterable[str]) -> None:
        self._engine = engine
        c = FOLLOWERS.c
        stands = (
            select(c.name, c.position, c.state, c.reason)
            .join(GENERATIONS, OF_READ)
            .where(c.name.in_([*views, LOG]))
        )
        literally = {"literal_binds": True}
        self._statement = str(stands.compile(dialect=engine.dialect, compile_kwargs=literally))

    @contextmanager
    def looking(self) -> Iterator[Callable[[], list[Stand]]]:
        """A function that looks, over one connection and past the layers: a fifth of the cost.

        No look sees less than what was committed before it, for none is in a snapshot: SQLite's
        connections begin no transaction by themselves, PostgreSQL's read what is committed.
        """
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()

            def look() -> list[Stand]:
                try:
                    cursor.execute(self._statement)
                    rows: Sequence[Any] = cursor.fetchall()
                except (sqlite3.Error, psycopg.Error) as error:
                    raise driver_error(self._engine, self._statement, error) from error
                return [Stand(*row) for row in rows]

            yield look
        finally:
            connection.close()


def shown(stands: Iterable[Stand]) -> int:
    """The position that every running view has reached; the others hold nobody up."""
    return min((each.position for each in stands if each.state == RUNNING), default=0)


def reached(stands: Iterable[Stand], views: frozenset[str], position: int) -> bool:
    """Whether each of ``views`` shows what happened up to ``position``.

    Raises:
        ViewHalted: one of them never will by itself: a stopped view is never reached.
    """
    known = {each.view: each for each in stands if each.state != BUILDING}
    behind = [view for view in views if view not in known or known[view].position < position]
    for view in sorted(behind):
        if view in known and known[view].state in STOPPED:
            stand = known[view]
            raise ViewHalted(stand.view, stand.state, stand.position, stand.reason)
    return not behind
