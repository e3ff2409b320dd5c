"""Which generation of a view is read, and how one succeeds another.

A view's rows are written in *generations*. One is read; another may be built beside it, because a
release brought other code or another shape, or because the log turned out to be another one.
Readers stay on the one that is read until the new one stands where it stands; then the pointer
moves, in one step. No reading sees a mixture: it takes pointer and rows from one snapshot.

Invariant: a generation is written only by the code that began it (``Follower.code``), from position
0 on; so all its rows follow from one and the same code.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)

from projections.engine import followers
from projections.engine.followers import BOOKS, FOLLOWERS, Follower, Overtaken
from projections.engine.projection import Projection
from projections.engine.stores import snapshot, writing
from projections.engine.versions import BESIDE

GENERATIONS: Final = Table(
    "view_generations",
    BOOKS,
    Column("view", Text, primary_key=True),
    Column("generation", Integer),
    Column("latest", Integer, nullable=False),
)
"""``generation`` is the one that readers see, null while there is none; ``latest`` the greatest
number ever given out, so that no two generations share one."""

SWEEP_ROWS: Final = 5_000
"""So many rows are swept in one transaction, so that nobody waits for long."""

COUNTED_FROM: Final = 1_000
"""Of fewer facts a database needs no statistics."""

_MARKS: Final = frozenset({"gen", "since", "until", "cause", "first"})
"""Columns by which a table of some release's view is known."""

_OLD_BOOKS: Final = ("view_checkpoints", "view_pointers", "view_shapes", "view_moments")
"""What the first release kept instead of followers and generations."""


def read_generations(connection: Connection) -> dict[str, int]:
    """The generation that readers see, by view; views that have none to show are left out."""
    c = GENERATIONS.c
    rows = connection.execute(select(c.view, c.generation).where(c.generation.is_not(None)))
    return {row.view: row.generation for row in rows}


def begin(
    connection: Connection,
    view: str,
    code: str,
    tables: Sequence[Table],
    reason: str | None = None,
    holder: str | None = None,
) -> int:
    """A new generation at position 0, ``building``; its number.

    Where there is none to read it is the one that readers see, so that a past which it has reached
    can be read; the present cannot until it is there.

    Args:
        reason: why it has to be made anew.
        holder: who builds it; without one the runner does.
    """
    known = connection.execute(
        select(GENERATIONS).where(GENERATIONS.c.view == view).with_for_update()
    ).first()
    number = 1 if known is None else known.latest + 1
    if known is None:
        connection.execute(insert(GENERATIONS).values(view=view, generation=1, latest=1))
    else:
        read = number if known.generation is None else known.generation
        connection.execute(
            update(GENERATIONS)
            .where(GENERATIONS.c.view == view)
            .values(generation=read, latest=number)
        )
    names = [table.name for table in tables]
    followers.begin(
        connection,
        view,
        number,
        state="building",
        reason=reason,
        code=code,
        tables=names,
        holder=holder,
    )
    return number


def succeed(connection: Connection, view: str, number: int) -> bool:
    """Lets readers see generation ``number`` from now on, and forgets those before it.

    Returns:
        False when the one that is read stands further: then there is more to take in first.

    Raises:
        Overtaken: the generation is gone.
    """
    c = GENERATIONS.c
    read = connection.scalar(select(c.generation).where(c.view == view).with_for_update())
    known = {each.generation: each for each in _locked(connection, view)}
    if number not in known:
        raise Overtaken(f"generation {number} of {view} is gone")
    if read in known and known[read].position > known[number].position:
        return False
    if known[number].position >= COUNTED_FROM:
        _count(connection, known[number].tables.split())
    followers.mark(connection, view, number, "running")
    connection.execute(update(GENERATIONS).where(c.view == view).values(generation=number))
    for other in known:
        if other < number:
            followers.forget(connection, view, other)
    return True


def _count(connection: Connection, tables: Sequence[str]) -> None:
    """Lets PostgreSQL see what is in new tables: it would read them whole until, within a minute or
    more, it looks by itself. SQLite goes by its indexes alone.
    """
    if connection.dialect.name == "postgresql":
        for name in tables:
            connection.exec_driver_sql(f'ANALYZE "{name}"')


def withdraw(connection: Connection, view: str, number: int) -> None:
    """A generation says what is not so: nobody shall read it, nobody write it any more."""
    c = GENERATIONS.c
    connection.execute(
        update(GENERATIONS).where(c.view == view, c.generation == number).values(generation=None)
    )
    followers.forget(connection, view, number)


def _locked(connection: Connection, view: str) -> list[Follower]:
    """Every generation of a view; none of them moves until the transaction ends."""
    c = FOLLOWERS.c
    rows = connection.execute(
        select(FOLLOWERS).where(c.name == view).order_by(c.generation).with_for_update()
    )
    return [Follower(*row) for row in rows]


# --- what nobody needs any more -------------------------------------------------------------------


def sweep_rows(engine: Engine, projection: Projection) -> None:
    """Removes rows of generations that are gone, some at a time."""
    with snapshot(engine) as connection:
        known = {
            each.generation for each in followers.every(connection) if each.name == projection.name
        }
        strays = [
            (table, generation)
            for table in projection.tables
            for generation in _generations(connection, table)
            if generation not in known
        ]
    for table, generation in strays:
        swept = SWEEP_ROWS
        while swept == SWEEP_ROWS:
            with writing(engine) as connection:
                swept = _sweep(connection, table, generation)


def _sweep(connection: Connection, table: Table, generation: int) -> int:
    """Removes some rows; how many."""
    place = "rowid" if connection.dialect.name == "sqlite" else "ctid"
    some = f"SELECT {place} FROM {table.name} WHERE gen = :gen LIMIT :some"  # noqa: S608
    # As an array PostgreSQL goes straight to the rows; for IN it would read the whole table.
    among = f"IN ({some})" if connection.dialect.name == "sqlite" else f"= ANY(ARRAY({some}))"
    statement = text(f"DELETE FROM {table.name} WHERE {place} {among}")  # noqa: S608
    return connection.execute(statement, {"gen": generation, "some": SWEEP_ROWS}).rowcount


def _generations(connection: Connection, table: Table) -> Iterator[int]:
    """The generations that ``table`` has rows of; one index step each."""
    found = connection.scalar(select(func.min(table.c.gen)))
    while found is not None:
        yield found
        found = connection.scalar(select(func.min(table.c.gen)).where(table.c.gen > found))


def drop_tables(engine: Engine, projections: Iterable[Projection]) -> list[str]:
    """Drops view tables that no generation of any release is written to; their names.

    Nothing is dropped while one of ``projections`` is still being built.
    """
    with writing(engine) as connection:
        read = read_generations(connection)
        known = followers.every(connection)
        running = {
            each.name
            for each in known
            if read.get(each.name) == each.generation and each.state == "running"
        }
        if any(each.name not in running for each in projections):
            return []
        kept = {name for each in known for name in each.tables.split()}
        inspector: Any = inspect(connection)
        names = [name for name in inspector.get_table_names() if name not in kept]
        strays = [
            name
            for name in names
            if name in _OLD_BOOKS
            or {column["name"] for column in inspector.get_columns(name)} >= _MARKS
        ]
        for name in strays:
            connection.exec_driver_sql(f'DROP TABLE "{name}"')
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}{BESIDE}"')
        return strays
