"""Brings the store of views to this release: what is kept about them, their tables, generations.

Nothing that another release reads or writes is touched. Where code or shape of a view is another
one, a generation of its own begins beside the old one; the projector builds it and lets readers go
over to it when it is complete.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, Engine, Table, text

from projections.engine import followers, succession
from projections.engine import set_aside as _a_table_of_books  # noqa: F401
from projections.engine.followers import BOOKS
from projections.engine.moments import CODE, LOG, MOMENTS
from projections.engine.projection import Projection
from projections.engine.stores import SCHEMA, writing
from projections.engine.versions import METADATA

_LOCK = 7_264_114


def migrate(
    engine: Engine, projections: Sequence[Projection], code: Callable[[Projection], str]
) -> None:
    """Safe to run twice, and by several at once.

    Args:
        code: the fingerprint of the code that makes a projection's rows.
    """
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        BOOKS.create_all(connection)
        _settle(connection, LOG, CODE, [MOMENTS])
        for projection in projections:
            METADATA.create_all(connection, projection.tables)
            _settle(connection, projection.name, code(projection), projection.tables)


def _settle(connection: Connection, view: str, code: str, tables: Sequence[Table]) -> None:
    known = followers.every(connection)
    if not any((each.name, each.code) == (view, code) for each in known):
        succession.begin(connection, view, code, tables)
