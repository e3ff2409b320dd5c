"""The rows of one table of one generation as they are written: a cache before the table.

Changes pile up in memory and go out in one ``INSERT`` and one ``UPDATE`` a table and batch. Rows
stay cached between batches, for nobody else writes this generation: whoever tried would fail to
move its checkpoint.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, select, tuple_

from projections.engine.bulk_writes import BulkWrites
from projections.engine.versions import Row, keys_of, user_columns, value_columns

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
    """One table: cache, new versions, ends of old ones.

    Invariant: for each key in the cache that is not ``unseen``, ``row`` is its current version as
    table, ``fresh`` and ``ended`` taken together say it. A version that this batch made stands once
    in ``fresh`` (two of one key never begin at one position), and a version of the table is ended
    at most once in ``ended``.
    """

    def __init__(self, table: Table, generation: int, *, empty: bool) -> None:
        self.table = table
        self.generation = generation
        self.keys = keys_of(table)
        self.values = value_columns(table)
        self.columns = user_columns(table)
        self.cache: OrderedDict[Key, Held] = OrderedDict()
        self.whole = empty
        """Invariant: while true, the cache holds every key that the generation ever had a version
        of, so a miss means that there is none. It is true from an empty table on, until a key has
        to leave the cache or a transaction fails."""
        self.fresh: list[list[Any]] = []
        self.ended: list[tuple[Any, ...]] = []
        self.unseen: dict[Key, list[Any]] = {}
        """Keys that were written without looking at what stood in the table, with the first version
        that this batch made of each. ``_settle`` looks, and makes it as if it had been known."""
        self.touched: dict[Key, Held] = {}
        self.lists: dict[tuple[str, ...], dict[tuple[Any, ...], set[Key]]] = {}
        """Invariant: lists exist only while the cache is whole, and each holds exactly the keys of
        current rows, by the values of the columns that they were looked for by."""
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
        """A new current version of ``key``, if it says anything new.

        Invariant: what one fact does to a key ends up as at most one version that begins at its
        position, whatever it put and ended on the way.
        """
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
        """``key`` has no current version any more."""
        if key in self.unseen:
            self._settle(connection, [key])  # whether it ever was decides what an end leaves
        held = self.held(connection, key)
        if held.row is None:
            return
        if held.record is not None and held.since == position:
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

    def flush(self, connection: Connection, out: BulkWrites) -> None:
        """Writes what piled up; the rows are committed with the transaction of ``connection``."""
        if self.unseen:
            self._settle(connection, list(self.unseen))
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

    def _settle(self, connection: Connection, keys: Sequence[Key]) -> None:
        """Looks at what stood in the table before keys that were written without looking.

        Invariant: afterwards ``fresh``, ``ended`` and the cache are what they would be if each key
        had been looked at before it was first written, and the key is ``unseen`` no more.
        """
        c = self.table.c
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
            record, held = self.unseen[key], self.touched[key]
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
        for key in keys:
            del self.unseen[key]

    def drop(self) -> None:
        """Forgets everything: what was not committed, and what the cache believes."""
        self.cache.clear()
        self.fresh, self.ended, self.touched, self.unseen = [], [], {}, {}
        self.lists.clear()
        self.whole = False


def _equal(table: Table, names: Iterable[str], key: Key) -> list[Any]:
    return [table.c[name] == value for name, value in zip(names, key, strict=True)]
