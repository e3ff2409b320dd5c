"""A digest over what a generation says up to a position: equal facts and code, equal digest."""

from hashlib import blake2b

from sqlalchemy import Connection, Table, select

from projections.engine.projection import Projection
from projections.engine.versions import name_of

_BITS = 256


def digest(connection: Connection, projection: Projection, generation: int, position: int) -> str:
    """Over all versions made by ``position``; ends after it count as not yet there.

    Rows are hashed one by one and added up, so no order and no sorting is needed.
    """
    total, count = 0, 0
    for table in projection.tables:
        for row in _rows(connection, table, generation, position):
            said = repr((name_of(table), *row)).encode()
            total += int.from_bytes(blake2b(said, digest_size=_BITS // 8).digest(), "big")
            count += 1
    return f"{count}:{total % (1 << _BITS):064x}"


def _rows(connection: Connection, table: Table, generation: int, position: int):  # type: ignore[no-untyped-def]
    c = table.c
    told = [column for column in table.columns if column.name not in ("gen", "until")]
    rows = connection.execution_options(yield_per=5000).execute(
        select(c.until, *told).where(c.gen == generation, c.since <= position)
    )
    for until, *values in rows:
        yield (until if until is not None and until <= position else None, *values)
