"""The rows of an immutable table as they are written: added, never looked at, never ended."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table

from projections.engine.bulk_writes import BulkWrites
from projections.engine.table_rows import Held, Key
from projections.engine.versions import keys_of, user_columns, value_columns


class FactRows:
    """An immutable table: rows are added, nothing is looked at."""

    def __init__(self, table: Table, generation: int) -> None:
        self.table = table
        self.generation = generation
        self.keys = keys_of(table)
        self.values = value_columns(table)
        self.columns = user_columns(table)
        self.straight = self.columns == (*self.keys, *self.values)
        self.fresh: list[list[Any]] = []

    def put(
        self, _: Connection, key: Key, values: Mapping[str, Any], position: int, cause: str
    ) -> None:
        if self.straight and tuple(values) == self.values:
            said: list[Any] = [*key, *values.values()]
        else:
            row = dict(zip(self.keys, key, strict=True))
            row.update(values)
            if len(row) != len(self.columns):
                raise KeyError(f"{self.table.name} wants every one of its columns, and no other")
            said = [row[name] for name in self.columns]
        self.fresh.append([self.generation, *said, position, None, cause, 1])

    def flush(self, connection: Connection, out: BulkWrites) -> None:
        if self.fresh:
            out.insert(connection, self.table, self.fresh)
        self.fresh = []

    def drop(self) -> None:
        self.fresh = []

    def end(self, _: Connection, key: Key, position: int) -> None:
        raise TypeError(f"rows of {self.table.name} do not end: {key} at {position}")

    def held(self, _: Connection, key: Key) -> Held:
        raise TypeError(f"rows of {self.table.name} are not read while they are written: {key}")

    def where(self, _: Connection, equals: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        raise TypeError(f"rows of {self.table.name} are not read while they are written: {equals}")
