"""The rows of one generation as its projection writes them: a cache before the tables.

Changes pile up in memory and go out in one ``INSERT`` and one ``UPDATE`` a table and batch. Rows
stay cached between batches, for nobody else writes this generation: whoever tried would fail to
move its checkpoint.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Table, select, tuple_

from domain.facts import Envelope
from projections.engine.bulk import Bulk
from projections.engine.projection import Projection
from projections.engine.versions import Put, Row, is_immutable, keys_of, user_columns, value_columns

CACHED_ROWS: Final = 20_000
"""Rows kept of each table; what lies longer untouched is read again when it is needed."""

Key = tuple[Any, ...]


class Held:
    """What is known of one key: its current version, or that it has none."""

    __slots__ = ("ever", "record", "row", "since")

    def __init__(self, row: dict[str, Any] | None, since: int, *, ever: bool) -> None:
        self.row = row
        self.since = since
        self.ever = ever  # whether the key had a version at all
        self.record: list[Any] | None = None  # of a version that is not in the table yet


class TableRows:
    """One table: cache, new versions, ends of old ones."""

    def __init__(self, table: Table, generation: int, *, empty: bool) -> None:
        self.table = table
        self.generation = generation
        self.keys = keys_of(table)
        self.values = value_columns(table)
        self.columns = user_columns(table)
        self.cache: OrderedDict[Key, Held] = OrderedDict()
        self.whole = empty
        """True while the cache holds every key of the generation: then a miss needs no query."""
        self.fresh: list[list[Any]] = []
        self.ended: list[tuple[Any, ...]] = []
        self.unseen: dict[Key, list[Any]] = {}
        self.touched: dict[Key, Held] = {}
        self.lists: dict[tuple[str, ...], dict[tuple[Any, ...], set[Key]]] = {}
        """While the cache is whole: keys of current rows by what they were looked for by."""
        self._until = len(self.columns) + 2

    # --- reading -------------------------------------------------------------------------------

    def held(self, connection: Connection, key: Key) -> Held:
        found = self.cache.get(key)
        if found is not None:
            self.cache.move_to_end(key)
            return found
        if self.whole:
            found = Held(None, 0, ever=False)
        else:
            c = self.table.c
            row = (
                connection.execute(
                    select(self.table)
                    .where(c.gen == self.generation, *_equal(self.table, self.keys, key))
                    .order_by(c.since.desc())
                    .limit(1)
                )
                .mappings()
                .first()
            )
            found = self._from(row)
        self.cache[key] = found
        return found

    def _from(self, row: Row | None) -> Held:
        if row is None:
            return Held(None, 0, ever=False)
        if row["until"] is not None:
            return Held(None, row["since"], ever=True)
        return Held({name: row[name] for name in self.columns}, row["since"], ever=True)

    def where(self, connection: Connection, equals: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        c = self.table.c
        found: dict[Key, Mapping[str, Any]] = {}
        if not self.whole:
            rows = connection.execute(
                select(self.table).where(
                    c.gen == self.generation,
                    c.until.is_(None),
                    *(c[name] == value for name, value in equals.items()),
                )
            ).mappings()
            for row in rows:
                key = tuple(row[name] for name in self.keys)
                if key not in self.touched:
                    found[key] = {name: row[name] for name in self.columns}
            for key, held in self.touched.items():
                row_ = held.row
                if row_ is not None and all(row_[name] == value for name, value in equals.items()):
                    found[key] = row_
        else:
            for key in self._listed(tuple(equals)).get(tuple(equals.values()), ()):
                held_row = self.cache[key].row
                assert held_row is not None
                found[key] = held_row
        return [found[key] for key in sorted(found)]

    def _listed(self, names: tuple[str, ...]) -> dict[tuple[Any, ...], set[Key]]:
        lists = self.lists.get(names)
        if lists is None:
            lists = self.lists[names] = {}
            for key, held in self.cache.items():
                if held.row is not None:
                    lists.setdefault(tuple(held.row[name] for name in names), set()).add(key)
        return lists

    def _relist(self, key: Key, before: Row | None, after: Row | None) -> None:
        for names, lists in self.lists.items():
            was = None if before is None else tuple(before[name] for name in names)
            now = None if after is None else tuple(after[name] for name in names)
            if was == now:
                continue
            if was is not None:
                lists[was].discard(key)
            if now is not None:
                lists.setdefault(now, set()).add(key)

    # --- changing ------------------------------------------------------------------------------

    def put(
        self,
        connection: Connection,
        key: Key,
        values: Mapping[str, Any],
        position: int,
        cause: str,
    ) -> None:
        held, unseen = self.cache.get(key), False
        if held is None and not self.whole and len(values) == len(self.values):
            # Complete: what stood there before is asked for once for all such keys of the batch.
            held = self.cache[key] = Held(None, 0, ever=False)
            unseen = True
        elif held is None:
            held = self.held(connection, key)
        before = held.row
        if before is None:
            row = dict.fromkeys(self.columns)
            row.update(zip(self.keys, key, strict=True))
            row.update(values)
        else:
            if all(before[name] == value for name, value in values.items()):
                return
            row = {**before, **values}
        if len(row) != len(self.columns):
            unknown = sorted(row.keys() - set(self.columns))
            raise KeyError(f"{self.table.name} has no column {', '.join(unknown)}")
        if held.record is not None and held.since == position:
            held.record[1 : 1 + len(self.columns)] = row.values()
        else:
            if before is not None:
                self._end(key, held, position)
            held.record = [
                self.generation,
                *row.values(),
                position,
                None,
                cause,
                int(not held.ever),
            ]
            self.fresh.append(held.record)
            if unseen:
                self.unseen[key] = held.record
        if self.lists:
            self._relist(key, before, row)
        held.row, held.since, held.ever = row, position, True
        self.touched[key] = held

    def end(self, connection: Connection, key: Key, position: int) -> None:
        held = self.held(connection, key)
        if held.row is None:
            return
        if held.record is not None and held.since == position and key not in self.unseen:
            # Made and ended by one fact: it never was.
            self.fresh.remove(held.record)
            held.ever = not held.record[-1]
        else:
            self._end(key, held, position)
        if self.lists:
            self._relist(key, held.row, None)
        held.row, held.record = None, None
        self.touched[key] = held

    def _end(self, key: Key, held: Held, position: int) -> None:
        if held.record is not None:
            held.record[self._until] = position
        else:
            self.ended.append((position, self.generation, *key, held.since))

    # --- writing out ---------------------------------------------------------------------------

    def flush(self, connection: Connection, out: Bulk) -> None:
        """Writes what piled up; the rows are committed with the transaction of ``connection``."""
        if self.unseen:
            self._settle(connection)
        if self.ended:
            out.end(connection, self.table, self.ended)
        if self.fresh:
            out.insert(connection, self.table, self.fresh)
        for held in self.touched.values():
            held.record = None
        self.fresh, self.ended, self.touched, self.unseen = [], [], {}, {}
        while len(self.cache) > CACHED_ROWS:
            self.cache.popitem(last=False)
            self.whole = False
        if not self.whole:
            self.lists.clear()

    def _settle(self, connection: Connection) -> None:
        """Finds out what stood before the keys that were written without asking."""
        c = self.table.c
        keys = list(self.unseen)
        rows = connection.execute(
            select(self.table)
            .where(
                c.gen == self.generation,
                tuple_(*(c[name] for name in self.keys)).in_(keys)
                if len(self.keys) > 1
                else c[self.keys[0]].in_([key[0] for key in keys]),
            )
            .order_by(c.since)
        ).mappings()
        latest = {tuple(row[name] for name in self.keys): row for row in rows}
        for key, row in latest.items():
            record, held = self.unseen[key], self.cache[key]
            since = record[self._until - 1]
            record[-1] = 0
            held.ever = True
            if row["until"] is not None:
                continue
            same = all(
                row[name] == value for name, value in zip(self.columns, record[1:], strict=False)
            )
            if not same:
                self.ended.append((since, self.generation, *key, row["since"]))
                continue
            self.fresh.remove(record)
            if record[self._until] is not None:
                self.ended.append((record[self._until], self.generation, *key, row["since"]))
            elif held.record is record:
                held.record, held.since = None, row["since"]

    def drop(self) -> None:
        """Forgets everything: what was not committed, and what the cache believes."""
        self.cache.clear()
        self.fresh, self.ended, self.touched, self.unseen = [], [], {}, {}
        self.lists.clear()
        self.whole = False


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

    def flush(self, connection: Connection, out: Bulk) -> None:
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


class Generation:
    """One generation of one view, being written. ``Rows`` for its projection's handlers."""

    def __init__(self, projection: Projection, generation: int, position: int) -> None:
        self.projection = projection
        self.name = projection.name
        self.number = generation
        self.position = position
        self._tables: dict[Table, TableRows | FactRows] = {
            table: FactRows(table, generation)
            if is_immutable(table)
            else TableRows(table, generation, empty=position == 0)
            for table in projection.tables
        }
        self._out = Bulk()
        self._connection: Connection | None = None

    def begin(self, connection: Connection) -> None:
        """A batch begins; its rows are written in the transaction of ``connection``."""
        self._connection = connection

    def take_in(self, envelope: Envelope) -> None:
        """Applies one fact of the batch."""
        connection, tables = self._connection, self._tables
        assert connection is not None
        position, cause = envelope.position, envelope.event_id
        for change in self.projection.changes(envelope, self):
            if isinstance(change, Put):
                tables[change.table].put(connection, change.key, change.values, position, cause)
            else:
                tables[change.table].end(connection, change.key, position)

    def write(self) -> None:
        """Writes what the facts of the batch changed."""
        assert self._connection is not None
        for rows in self._tables.values():
            rows.flush(self._connection, self._out)
        self._connection = None

    def drop_cache(self) -> None:
        """After a transaction that failed: nothing cached is known to be true."""
        for rows in self._tables.values():
            rows.drop()

    # --- Rows ----------------------------------------------------------------------------------

    def get(self, table: Table, key: Key) -> Mapping[str, Any] | None:
        assert self._connection is not None
        return self._tables[table].held(self._connection, key).row

    def where(self, table: Table, **equals: Any) -> list[Mapping[str, Any]]:
        assert self._connection is not None
        return self._tables[table].where(self._connection, equals)


def _equal(table: Table, names: Iterable[str], key: Key) -> list[Any]:
    return [table.c[name] == value for name, value in zip(names, key, strict=True)]
