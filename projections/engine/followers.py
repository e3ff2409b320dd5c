"""Followers of the log: how far each has come, how it is, and who runs it.

Views, the relay and the live feed all follow the log the same way. Each has a row here, in the
database of the views, so that any process on any host can tell how it is. The row keeps the
*position and the id of the last fact taken in*: when the log holds another fact there, or ends
before it, the log is not the one that was followed (a backup was put back, or its end was lost),
and everything that follows from it is to be made anew.

A view has a row for each generation of its rows; other followers have the one of generation 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_postgres
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from journal.append import Row
from journal.errors import UnreadableFact
from journal.log import Journal
from projections.engine.stores import snapshot, writing
from projections.engine.versions import Instant

State = Literal["running", "building", "waiting-for-release", "halted"]
"""``building`` takes in what is long past and shows nothing yet; ``waiting-for-release`` stands
before a fact that this release cannot read; ``halted`` stands before one that it failed on."""

SINGLE: Final = 0
"""The generation of a follower that has no generations."""

BOOKS: Final = MetaData()
"""Tables that are kept from release to release; those of views come and go with their shape."""

FOLLOWERS: Final = Table(
    "followers",
    BOOKS,
    Column("name", Text, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("event_id", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("code", Text, nullable=False),
    Column("tables", Text, nullable=False),
    Column("beat_at", Instant),
    Column("holder", Text),
    Column("lease_until", Instant),
)
"""``code`` is the fingerprint of the code that took in everything from the beginning on, and
``tables`` names where it went; both are empty for who keeps no rows."""


class Overtaken(Exception):
    """Another process moved or removed this checkpoint: look at it anew."""


@dataclass(frozen=True, slots=True)
class Follower:
    """One row: a checkpoint, and how the follower is."""

    name: str
    generation: int
    position: int
    event_id: str | None
    state: State
    reason: str | None
    code: str
    tables: str
    beat_at: datetime | None
    holder: str | None
    lease_until: datetime | None


class Health(NamedTuple):
    """How a follower is. ``lag`` counts facts behind the head; below zero the log is shorter than
    what was followed, which is as wrong as a halt."""

    name: str
    state: State
    position: int
    lag: int
    reason: str | None
    beat_at: datetime | None

    @property
    def well(self) -> bool:
        return self.state == "running" and self.lag >= 0


class Followers:
    """The rows of this table, each call one transaction. Safe for any number of threads.

    Args:
        engine: of the views' database, migrated.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, name: str) -> Follower | None:
        """A follower without generations, None when it never was."""
        with self._engine.connect() as connection:
            return get(connection, name)

    def ensure(self, name: str) -> Follower:
        """The follower; at position 0 when it never was."""
        with writing(self._engine) as connection:
            return _ensured(connection, name)

    def advance(self, name: str, seen: int, position: int, event_id: str) -> None:
        """Moves the checkpoint from ``seen`` to ``position``, where the fact ``event_id`` stands.

        Raises Overtaken when it does not stand at ``seen``.
        """
        with writing(self._engine) as connection:
            advance(connection, [(name, SINGLE)], seen, position, event_id)

    def mark(self, name: str, state: State, reason: str | None = None) -> None:
        """Says how the follower is."""
        with writing(self._engine) as connection:
            mark(connection, name, SINGLE, state, reason)

    def rewind(self, name: str, reason: str) -> None:
        """Back to the beginning of the log, ``building`` until it has caught up."""
        with writing(self._engine) as connection:
            rewind(connection, name, SINGLE, reason)

    def beat(self, name: str, holder: str) -> None:
        """``holder`` runs the follower and is alive now."""
        with writing(self._engine) as connection:
            _ensured(connection, name)
            connection.execute(
                update(FOLLOWERS)
                .where(_row(name, SINGLE))
                .values(beat_at=database_now(connection), holder=holder)
            )

    def lease(self, name: str, holder: str, seconds: float) -> bool:
        """Takes or prolongs the right to run the follower alone, for so long; whether it is ours.

        Who is gone without a word loses it when the time is over. The clock is the database's, so
        hosts need not agree on the time.
        """
        with writing(self._engine) as connection:
            _ensured(connection, name)
            now = database_now(connection)
            c = FOLLOWERS.c
            free = or_(c.lease_until.is_(None), c.lease_until <= now, c.holder == holder)
            taken = connection.execute(
                update(FOLLOWERS)
                .where(_row(name, SINGLE), free)
                .values(beat_at=now, holder=holder, lease_until=now + timedelta(seconds=seconds))
            )
            return taken.rowcount == 1

    def release(self, name: str, holder: str) -> None:
        """Gives the lease back, if ``holder`` has it; the next one need not wait for its end."""
        with writing(self._engine) as connection:
            connection.execute(
                update(FOLLOWERS)
                .where(_row(name, SINGLE), FOLLOWERS.c.holder == holder)
                .values(lease_until=None)
            )

    def age(self, name: str) -> float | None:
        """Seconds since the last beat, by the database's clock; None when there never was one."""
        with snapshot(self._engine) as connection:
            known = get(connection, name)
            if known is None or known.beat_at is None:
                return None
            return (database_now(connection) - known.beat_at).total_seconds()

    def health(self, head: int) -> list[Health]:
        """How every follower without generations is, against the head of the log."""
        with self._engine.connect() as connection:
            known = every(connection)
        return [
            Health(
                each.name,
                each.state,
                each.position,
                head - each.position,
                each.reason,
                each.beat_at,
            )
            for each in known
            if each.generation == SINGLE
        ]


# --- in a transaction of the caller's -------------------------------------------------------------


def get(connection: Connection, name: str, generation: int = SINGLE) -> Follower | None:
    """One row."""
    row = connection.execute(select(FOLLOWERS).where(_row(name, generation))).first()
    return None if row is None else Follower(*row)


def every(connection: Connection) -> list[Follower]:
    """All rows."""
    c = FOLLOWERS.c
    rows = connection.execute(select(FOLLOWERS).order_by(c.name, c.generation))
    return [Follower(*row) for row in rows]


def begin(
    connection: Connection,
    name: str,
    generation: int = SINGLE,
    *,
    state: State = "running",
    reason: str | None = None,
    code: str = "",
    tables: Sequence[str] = (),
    holder: str | None = None,
) -> None:
    """A new row at position 0."""
    connection.execute(
        insert(FOLLOWERS).values(
            name=name,
            generation=generation,
            position=0,
            state=state,
            reason=reason,
            code=code,
            tables=" ".join(tables),
            holder=holder,
        )
    )


_ADVANCE: Final = (
    update(FOLLOWERS)
    .where(
        tuple_(FOLLOWERS.c.name, FOLLOWERS.c.generation).in_(
            bindparam("followers", expanding=True)
        ),
        FOLLOWERS.c.position == bindparam("seen"),
        FOLLOWERS.c.state.in_(("running", "building")),
    )
    .values(position=bindparam("reached"), event_id=bindparam("fact"))
)


def advance(
    connection: Connection,
    followers: Sequence[tuple[str, int]],
    seen: int,
    reached: int,
    event_id: str,
) -> None:
    """Moves checkpoints from ``seen`` to ``reached``. Raises Overtaken when one stands elsewhere.

    Called first in a transaction: it takes the rows' locks, so two processes never do the same.

    Args:
        followers: (name, generation) of each.
    """
    moved = connection.execute(
        _ADVANCE, {"followers": followers, "seen": seen, "reached": reached, "fact": event_id}
    )
    if moved.rowcount != len(followers):
        raise Overtaken(f"not every checkpoint of {followers} is at {seen}")


def mark(
    connection: Connection, name: str, generation: int, state: State, reason: str | None = None
) -> None:
    """Says how a follower is."""
    connection.execute(
        update(FOLLOWERS).where(_row(name, generation)).values(state=state, reason=reason)
    )


def beat(connection: Connection, followers: Sequence[tuple[str, int]], at: datetime) -> None:
    """Says that these followers were alive at an instant."""
    connection.execute(
        update(FOLLOWERS)
        .where(tuple_(FOLLOWERS.c.name, FOLLOWERS.c.generation).in_(followers))
        .values(beat_at=at)
    )


def rewind(connection: Connection, name: str, generation: int, reason: str) -> None:
    """Back to the beginning of the log."""
    connection.execute(
        update(FOLLOWERS)
        .where(_row(name, generation))
        .values(position=0, event_id=None, state="building", reason=reason)
    )


def forget(connection: Connection, name: str, generation: int) -> None:
    """Removes a row; what was kept under it is swept afterwards."""
    connection.execute(delete(FOLLOWERS).where(_row(name, generation)))


# --- whether the log is still the same ------------------------------------------------------------


def fact_id(journal: Journal, position: int) -> str | None:
    """What names the fact at a position; None when the log ends before it.

    A fact that is damaged has lost its id: then its stored bytes name it.
    """
    if position < 1:
        return None
    rows = journal.rows(position - 1, 1)
    return row_id(journal, rows[0]) if rows else None


def row_id(journal: Journal, row: Row) -> str:
    """What names the fact of a row of the log."""
    try:
        return journal.header(row).event_id
    except UnreadableFact:
        return f"damaged-{sha256(row[4]).hexdigest()[:32]}"


def divergence(
    position: int, event_id: str | None, found: Callable[[int], str | None]
) -> str | None:
    """In words, why a log is not the one that was followed up to a checkpoint; None if it is.

    Args:
        position, event_id: the checkpoint.
        found: the id of the fact that the log holds at a position.
    """
    if position == 0:
        return None
    there = found(position)
    if there is None:
        return (
            f"the log ends before position {position}, which was taken in: an older log was put "
            "back, or its end was lost"
        )
    if there != event_id:
        return (
            f"position {position} holds another fact than was taken in: an older log was put back"
        )
    return None


def _row(name: str, generation: int) -> Any:
    return and_(FOLLOWERS.c.name == name, FOLLOWERS.c.generation == generation)


def _if_new(insertion: Any) -> Any:
    values = {"generation": SINGLE, "position": 0, "state": "running", "code": "", "tables": ""}
    return insertion.values(name=bindparam("name"), **values).on_conflict_do_nothing()


_BORN: Final = {
    "sqlite": _if_new(insert_sqlite(FOLLOWERS)),
    "postgresql": _if_new(insert_postgres(FOLLOWERS)),
}


def _ensured(connection: Connection, name: str) -> Follower:
    known = get(connection, name)
    if known is None:
        connection.execute(_BORN[connection.dialect.name], {"name": name})
        known = get(connection, name)
        assert known is not None
    return known


def database_now(connection: Connection) -> datetime:
    """The time of whoever keeps the rows: the server's, or this host's for a file."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = connection.scalar(select(func.clock_timestamp()))  # type: ignore[assignment]
    return now.astimezone(UTC)
