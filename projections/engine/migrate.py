"""Makes the tables of views, and those anew whose definition changed: views are disposable."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from sqlalchemy import Connection, Dialect, Engine, Table, delete, insert, select, text
from sqlalchemy.schema import CreateIndex, CreateTable

from projections.engine.bookkeeping import (
    CHECKPOINTS,
    LOG,
    MOMENTS,
    POINTERS,
    SHAPES,
    Checkpoint,
    begin,
    pointers,
)
from projections.engine.fingerprint import fingerprint
from projections.engine.followers import BOOKS
from projections.engine.projection import Projection
from projections.engine.stores import SCHEMA, writing
from projections.engine.versions import METADATA

_LOCK = 7_264_114


def migrate(engine: Engine, projections: Sequence[Projection]) -> None:
    """Brings the store to this release; safe to run twice, and by several at once."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        BOOKS.create_all(connection)
        METADATA.create_all(connection, [POINTERS, CHECKPOINTS, SHAPES])
        _settle(connection, LOG, (MOMENTS,), "")
        code = fingerprint()
        for projection in projections:
            _settle(connection, projection.name, projection.tables, code)


def _settle(connection: Connection, view: str, tables: Sequence[Table], code: str) -> None:
    """The tables of one view, with a first generation to write into."""
    shape = shape_of(connection.dialect, tables)
    known = connection.scalar(select(SHAPES.c.shape).where(SHAPES.c.view == view))
    if known == shape:
        return
    METADATA.drop_all(connection, tables)
    METADATA.create_all(connection, tables)
    connection.execute(delete(SHAPES).where(SHAPES.c.view == view))
    connection.execute(insert(SHAPES).values(view=view, shape=shape))
    # Generations go on counting, so a runner of the release before cannot mistake one for another.
    generation = pointers(connection).get(view, 0) + 1
    connection.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.view == view))
    connection.execute(delete(POINTERS).where(POINTERS.c.view == view))
    begin(connection, Checkpoint(view, generation, 0, "running", None, code))
    connection.execute(insert(POINTERS).values(view=view, generation=generation))


def shape_of(dialect: Dialect, tables: Iterable[Table]) -> str:
    """A digest of the statements that make ``tables``."""
    digest = sha256()
    for table in tables:
        digest.update(str(CreateTable(table).compile(dialect=dialect)).encode())
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            digest.update(str(CreateIndex(index).compile(dialect=dialect)).encode())
    return digest.hexdigest()
