"""A digest over what a generation says up to a position: equal facts and code, equal digest."""

import re
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from projections.engine.projection import Projection
from projections.engine.versions import name_of

_BITS = 256
_CIPHER: Final = re.compile(r'(?<="cipher":")[^"]+')


def digest(connection: Connection, projection: Projection, generation: int, position: int) -> str:
    """Over all versions made by ``position``; ends after it count as not yet there.

    Rows are hashed one by one and added up, so no order and no sorting is needed. A sealed text
    counts by where its words stand: what an old fact says in plain words cannot be sealed again
    once its author's key was destroyed.
    """
    total, count = 0, 0
    for table in projection.tables:
        for row in _rows(connection, table, generation, position):
            said = repr((name_of(table), *map(_without_cipher, row))).encode()
            total += int.from_bytes(blake2b(said, digest_size=_BITS // 8).digest(), "big")
            count += 1
    return f"{count}:{total % (1 << _BITS):064x}"


def _without_cipher(value: Any) -> Any:
    if isinstance(value, str) and '"cipher":"' in value:
        return _CIPHER.sub("", value)
    return value


def _rows(connection: Connection, table: Table, generation: int, position: int):  # type: ignore[no-untyped-def]
    c = table.c
    told = [column for column in table.columns if column.name not in ("gen", "until")]
    rows = connection.execution_options(yield_per=5000).execute(
        select(c.until, *told).where(c.gen == generation, c.since <= position)
    )
    for until, *values in rows:
        yield (until if until is not None and until <= position else None, *values)
