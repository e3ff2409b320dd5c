"""What the store of views remembers beside them: generations, checkpoints, and when facts came.

A view has one *generation* that is read (its pointer) and maybe one that is being built. Every
generation has a *checkpoint*: the last position it has taken in, moved in the same transaction as
the rows, so a killed process repeats nothing and leaves nothing out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert_postgres
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from projections.engine.versions import METADATA, Instant

State = Literal["running", "halted", "building"]

POINTERS: Final = Table(
    "view_pointers",
    METADATA,
    Column("view", Text, primary_key=True),
    Column("generation", Integer, nullable=False),
)
"""The generation of each view that readers see."""

CHECKPOINTS: Final = Table(
    "view_checkpoints",
    METADATA,
    Column("view", Text, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("code", Text, nullable=False),
)
"""``code`` is the fingerprint of the code that built the generation from its beginning."""

SHAPES: Final = Table(
    "view_shapes",
    METADATA,
    Column("view", Text, primary_key=True),
    Column("shape", Text, nullable=False),
)
"""The definition of each view's tables; another one means that they are made anew."""

MOMENTS: Final = Table(
    "view_moments",
    METADATA,
    Column("at", Instant, primary_key=True),
    Column("position", BigInteger, nullable=False, unique=True),
)
"""The last position that was recorded by each instant.

Clocks of several writers differ a little, so the instant is the greatest recorded so far: what a
moment shows never holds a fact that was recorded after it.
"""

LOG: Final = "log"
"""Name under which the table of moments keeps its own checkpoint."""


class Overtaken(Exception):
    """Another process moved or removed this generation's checkpoint: look at it anew."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    view: str
    generation: int
    position: int
    state: State
    reason: str | None
    code: str


def checkpoints(connection: Connection) -> list[Checkpoint]:
    """Every generation there is."""
    rows = connection.execute(
        select(CHECKPOINTS).order_by(CHECKPOINTS.c.view, CHECKPOINTS.c.generation)
    )
    return [Checkpoint(*row) for row in rows]


def pointers(connection: Connection) -> dict[str, int]:
    """The generation that is read, by view."""
    rows = connection.execute(select(POINTERS.c.view, POINTERS.c.generation))
    return {row.view: row.generation for row in rows}


_ADVANCE: Final = (
    update(CHECKPOINTS)
    .where(
        tuple_(CHECKPOINTS.c.view, CHECKPOINTS.c.generation).in_(
            bindparam("generations", expanding=True)
        ),
        CHECKPOINTS.c.position == bindparam("seen"),
        CHECKPOINTS.c.state != "halted",
    )
    .values(position=bindparam("reached"))
)


def advance(
    connection: Connection, generations: Sequence[tuple[str, int]], seen: int, reached: int
) -> None:
    """Moves checkpoints from ``seen`` to ``reached``. Raises Overtaken when one stands elsewhere.

    Called first in a transaction: it takes the rows' locks, so two runners never write the same.

    Args:
        generations: (view, generation) of each.
    """
    moved = connection.execute(
        _ADVANCE, {"generations": generations, "seen": seen, "reached": reached}
    )
    if moved.rowcount != len(generations):
        raise Overtaken(f"not every checkpoint of {generations} is at {seen}")


def begin(connection: Connection, checkpoint: Checkpoint) -> None:
    """A new generation's checkpoint."""
    connection.execute(
        insert(CHECKPOINTS).values(
            view=checkpoint.view,
            generation=checkpoint.generation,
            position=checkpoint.position,
            state=checkpoint.state,
            reason=checkpoint.reason,
            code=checkpoint.code,
        )
    )


def mark(
    connection: Connection, view: str, generation: int, state: State, reason: str | None = None
) -> None:
    """Sets how a generation is."""
    connection.execute(
        update(CHECKPOINTS)
        .where(CHECKPOINTS.c.view == view, CHECKPOINTS.c.generation == generation)
        .values(state=state, reason=reason)
    )


def forget(connection: Connection, view: str, generation: int) -> None:
    """Removes a generation's checkpoint; its rows are swept afterwards."""
    connection.execute(
        delete(CHECKPOINTS).where(
            CHECKPOINTS.c.view == view, CHECKPOINTS.c.generation == generation
        )
    )


def latest_moment(connection: Connection) -> datetime | None:
    """The instant by which everything known so far was recorded."""
    latest: datetime | None = connection.scalar(select(func.max(MOMENTS.c.at)))
    return latest


def _noting(insertion: Any) -> Any:
    return insertion.on_conflict_do_update(
        index_elements=["at"], set_={"position": insertion.excluded.position}
    )


_NOTE: Final = {
    "sqlite": _noting(upsert_sqlite(MOMENTS)),
    "postgresql": _noting(upsert_postgres(MOMENTS)),
}


def note_moments(connection: Connection, reached: Mapping[datetime, int]) -> None:
    """Writes down the last position that was recorded by each instant."""
    connection.execute(
        _NOTE[connection.dialect.name],
        [{"at": at, "position": position} for at, position in reached.items()],
    )
