"""The store of views: which moment a question is about, and reading all tables as of it."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import Connection, Engine, Table, and_, or_, select

from projections.catalogue import PROJECTIONS
from projections.engine import bookkeeping
from projections.engine.bookkeeping import CHECKPOINTS, MOMENTS, POINTERS
from projections.engine.followers import Followers
from projections.engine.gauge import OF_POINTER, Gauge
from projections.engine.migrate import migrate
from projections.engine.past import arguments, past
from projections.engine.projection import Projection
from projections.engine.recent import Recent
from projections.engine.stores import open_engine, snapshot
from projections.engine.versions import Row, is_immutable, keys_of

STATES = 5_000
"""Folded states kept; a version of a thing never changes, so they are never out of date."""

POLL_SECONDS = 0.002
_SLOWEST_POLL = 0.02
PATIENCE_SECONDS = 2.0
"""How long a question about a position waits for views that have not reached it yet."""


class UnreadableMoment(ValueError):
    """``as_of`` is neither an RFC 3339 time with an offset nor ``@<position>``."""


class MomentAhead(ValueError):
    """The moment asked for has not come yet."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in the log and the instant it stands for; ``live`` when it is the present."""

    position: int
    at: datetime
    live: bool


class Reading:
    """One consistent look at all views: every row comes from the same state of the store."""

    def __init__(
        self,
        connection: Connection,
        views: Mapping[Table, str],
        state: Sequence[Any],
        states: "Recent[Any]",
    ) -> None:
        self.connection = connection
        self.states = states
        self._views = views
        self.generations: dict[str, int] = {row.view: row.generation for row in state}
        self.positions: dict[str, int] = {row.view: row.position for row in state}

    def generation(self, table: Table) -> int:
        """The generation of the view that ``table`` belongs to."""
        return self.generations[self._views[table]]

    def is_current(self, table: Table, moment: Moment) -> bool:
        """Whether the view knows nothing newer than ``moment``: then current rows are its rows."""
        return self.positions[self._views[table]] <= moment.position

    def alive(self, table: Table, moment: Moment) -> Any:
        """The condition that a version was current at ``moment``; for keys with few versions."""
        c = table.c
        generation = c.gen == self.generation(table)
        if is_immutable(table):
            return (
                generation
                if self.is_current(table, moment)
                else and_(generation, c.since <= moment.position)
            )
        if self.is_current(table, moment):
            return and_(generation, c.until.is_(None))
        ended = or_(c.until.is_(None), c.until > moment.position)
        return and_(generation, c.since <= moment.position, ended)

    def one(self, table: Table, key: Sequence[Any], moment: Moment) -> Row | None:
        """The version of one key that was current at ``moment``."""
        c = table.c
        wanted = [c[name] == value for name, value in zip(keys_of(table), key, strict=True)]
        query = select(table).where(c.gen == self.generation(table), *wanted)
        if self.is_current(table, moment):
            query = query.where(c.until.is_(None))
        else:
            query = query.where(c.since <= moment.position).order_by(c.since.desc()).limit(1)
        row = self.connection.execute(query).mappings().first()
        if row is None or (row["until"] is not None and row["until"] <= moment.position):
            return None
        return row

    def rows(
        self,
        table: Table,
        moment: Moment,
        *conditions: Any,
        order_by: Sequence[Any] = (),
        limit: int | None = None,
        **equals: Any,
    ) -> list[Row]:
        """The versions of ``table`` that were current at ``moment``.

        Args:
            conditions: further SQL conditions on ``table.c``.
            order_by: by key unless it says otherwise.
            equals: column values; on a fixed column they are found by index, now and then.
        """
        c, given = table.c, dict[str, Any]()
        order = order_by or [c[name] for name in keys_of(table)]
        if is_immutable(table) or self.is_current(table, moment):
            query = select(table).where(self.alive(table, moment))
        else:
            fixed = {name: equals.pop(name) for name in table.info["fixed"] if name in equals}
            query = past(table, tuple(fixed))
            given = arguments(self.generation(table), moment.position, fixed)
        wanted = [*(c[name] == value for name, value in equals.items()), *conditions]
        found = self.connection.execute(query.where(*wanted).order_by(*order).limit(limit), given)
        return list(found.mappings())


class ViewStore:
    """The views of one log. Safe for any number of threads.

    Args:
        url: ``sqlite:///…/views.db`` or ``postgresql://…`` (schema ``views``).
        projections: what is projected; all of the catalogue.
    """

    def __init__(self, url: str, projections: Sequence[Projection] = PROJECTIONS) -> None:
        self.url = url
        self.projections = tuple(projections)
        self.engine: Engine = open_engine(url)
        self._views = {
            table: projection.name for projection in projections for table in projection.tables
        }
        self.followers = Followers(self.engine)
        self._gauge = Gauge(self.engine)
        self._moved = threading.Condition()
        self.states: Recent[Any] = Recent(STATES)

    def migrate(self) -> None:
        """Makes the tables, and those anew whose definition this release changed."""
        migrate(self.engine, self.projections)

    # --- moments -------------------------------------------------------------------------------

    def moment(self, as_of: str | None, now: datetime) -> Moment:
        """The moment that ``as_of`` names: an RFC 3339 time, ``@<position>``, None for now.

        A time means the last position recorded by then. Raises UnreadableMoment, MomentAhead.
        """
        if as_of is None:
            return Moment(self.position(), now, live=True)
        if as_of.startswith("@"):
            return self._at_position(_position(as_of[1:]))
        at = _time(as_of)
        if at > now:
            raise MomentAhead(as_of)
        with self.engine.connect() as connection:
            position = connection.scalar(
                select(MOMENTS.c.position)
                .where(MOMENTS.c.at <= at)
                .order_by(MOMENTS.c.at.desc())
                .limit(1)
            )
        return Moment(position or 0, at, live=False)

    def _at_position(self, position: int) -> Moment:
        if not self.wait_for(position, PATIENCE_SECONDS):
            raise MomentAhead(f"@{position}")
        with self.engine.connect() as connection:
            at = connection.scalar(
                select(MOMENTS.c.at)
                .where(MOMENTS.c.position >= max(position, 1))
                .order_by(MOMENTS.c.position)
                .limit(1)
            )
        return Moment(position, at or datetime.fromtimestamp(0, UTC), live=False)

    # --- how far ---------------------------------------------------------------------------------

    def position(self) -> int:
        """The position that every view has reached; halted ones hold nobody up."""
        with self._gauge.looking() as reached:
            return reached()

    def wait_for(self, position: int, timeout: float) -> bool:
        """Waits until ``position`` is reached; False when ``timeout`` seconds were not enough."""
        deadline, pause = time.monotonic() + timeout, POLL_SECONDS
        with self._gauge.looking() as reached:
            while reached() < position:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                with self._moved:
                    self._moved.wait(min(pause, left))
                pause = min(pause * 1.5, _SLOWEST_POLL)
        return True

    def tell(self) -> None:
        """Wakes who waits in this process; others look for themselves."""
        with self._moved:
            self._moved.notify_all()

    def health(self) -> list[dict[str, Any]]:
        """How each view is: position, generation, ``running`` or ``halted`` with the reason."""
        with snapshot(self.engine) as connection:
            current = bookkeeping.pointers(connection)
            known = {
                each.view: each
                for each in bookkeeping.checkpoints(connection)
                if current.get(each.view) == each.generation
            }
        return [
            {
                "view": name,
                "position": known[name].position,
                "generation": known[name].generation,
                "state": known[name].state,
                "reason": known[name].reason,
            }
            for name in (projection.name for projection in self.projections)
            if name in known
        ]

    # --- reading -------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One consistent look at all views, for one answer."""
        with snapshot(self.engine) as connection:
            state = connection.execute(_GENERATIONS).all()
            yield Reading(connection, self._views, state, self.states)

    def close(self) -> None:
        """Closes every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_GENERATIONS = select(POINTERS.c.view, POINTERS.c.generation, CHECKPOINTS.c.position).join(
    CHECKPOINTS, OF_POINTER
)


def _position(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise UnreadableMoment(text)
    number = int(text[:25])
    if number >= 2**63:
        raise MomentAhead(text)
    return number


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableMoment(text) from None
    if at.tzinfo is None or "T" not in text.upper():
        raise UnreadableMoment(text)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise UnreadableMoment(text) from None
