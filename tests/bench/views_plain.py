"""L: the plainest code that builds the same view rows from the same log on the same store.

No envelope, no projection, no cache to ask: stored bytes to a dict, the dict to
rows of the same tables with the same indexes, five hundred facts and a checkpoint a transaction.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, LiteralString, cast

import orjson
import psycopg
from sqlalchemy import Table

from domain.catalogue import FACTS
from projections.engine.view_store import ViewStore
from projections.okr.rows import CHECK_INS, KEY_RESULTS, OBJECTIVES

BATCH: Final = 500
TABLES: Final = (OBJECTIVES, KEY_RESULTS, CHECK_INS)
COLUMNS: Final = {table: [column.name for column in table.columns] for table in TABLES}
UNTIL: Final = COLUMNS[OBJECTIVES].index("until")
SINCE: Final = COLUMNS[OBJECTIVES].index("since")

Row = list[Any]


class PlainOkr:
    """The okr view by hand, for the facts of ``views_log``.

    ``checked`` facts are validated as they are read, as the log's readers do (L of G6 and G7);
    unchecked ones are believed.
    """

    def __init__(self, *, checked: bool) -> None:
        self.checked = checked
        self.current: dict[str, Row] = {}
        self.begin()

    def begin(self) -> None:
        """The next batch."""
        self.rows: dict[Table, list[Row]] = {table: [] for table in TABLES}
        self.ended: list[tuple[int, str, int]] = []

    def add(self, position: int, version: int, name: str, stored: bytes) -> None:
        """One fact."""
        if not name.startswith("okr."):
            return
        document = orjson.loads(stored)
        meta, fact = document["meta"], document["data"]
        if self.checked:
            FACTS[name].__pydantic_validator__.validate_python(fact)
        match name:
            case "okr.check-in-recorded":
                # By far the commonest fact, so written out in the order of the columns.
                self.rows[CHECK_INS].append(
                    [
                        1, fact["objective_id"], version, fact["key_result_id"],
                        fact["check_in_id"], _told(fact["reading"]), fact["confidence"],
                        fact["note"], _utc(fact["effective_at"]), _utc(meta["at"]), False, False,
                        None, position, None, meta["id"], 1,
                    ]
                )  # fmt: skip
            case "okr.objective-drafted":
                values = {
                    "status": "draft", "status_since": _utc(meta["at"]), "round": 0,
                    "locked": False, "left_ungraded": False, "supports": "[]",
                    "drafted_at_position": position, "version": version, "first": 1,
                }  # fmt: skip
                row = _row(OBJECTIVES, position, meta["id"], fact, values)
                self.rows[OBJECTIVES].append(row)
                self.current[fact["objective_id"]] = row
            case "okr.objective-activated":
                before = self.current[fact["objective_id"]]
                at = _utc(meta["at"])
                values = {"status": "active", "status_since": at, "activated_at": at}
                values |= {"version": version, "first": 0, "until": None}
                held = dict(zip(COLUMNS[OBJECTIVES], before, strict=True))
                row = _row(OBJECTIVES, position, meta["id"], held, values)
                if any(before is each for each in self.rows[OBJECTIVES]):
                    before[UNTIL] = position
                else:
                    self.ended.append((position, fact["objective_id"], before[SINCE]))
                self.rows[OBJECTIVES].append(row)
                self.current[fact["objective_id"]] = row
            case "okr.key-result-added":
                measure = _told(fact["measure"])
                values = {
                    "place": version, "measure": measure, "first_measure": measure,
                    "weight": fact.get("weight", "1"), "added_at": _utc(fact["added_at"]),
                    "version": version, "first": 1,
                }  # fmt: skip
                self.rows[KEY_RESULTS].append(_row(KEY_RESULTS, position, meta["id"], fact, values))
            case _:
                raise LookupError(name)


def _row(
    table: Table, position: int, cause: str, fact: Mapping[str, Any], values: Mapping[str, Any]
) -> Row:
    known = {**fact, **values, "gen": 1, "since": position, "cause": cause}
    return [known.get(column) for column in COLUMNS[table]]


def _told(fields: Mapping[str, Any]) -> str:
    said = {name: value for name, value in fields.items() if value is not None}
    return orjson.dumps(said).decode()


def _utc(text: str) -> str:
    # Stored times are UTC already; microseconds always, so that text order is time order.
    return f"{text[:19]}.000000+00:00"


def rebuild_sqlite(log: str, views: str, *, checked: bool) -> int:
    """Builds the view of the log in file ``log`` into file ``views``, made by the migrate step."""
    source = sqlite3.connect(log)
    out = sqlite3.connect(views, isolation_level=None)
    out.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL")
    plain, position = PlainOkr(checked=checked), 0
    while rows := source.execute(
        "SELECT rowid, originator_version, topic, state FROM stored_events"
        " WHERE rowid > ? ORDER BY rowid LIMIT ?",
        (position, BATCH),
    ).fetchall():
        plain.begin()
        for row in rows:
            plain.add(*row)
        position = rows[-1][0]
        out.execute("BEGIN IMMEDIATE")
        out.executemany(
            "UPDATE objectives SET until=? WHERE gen=1 AND objective_id=? AND since=?", plain.ended
        )
        for table, records in _filled(plain):
            marks = ", ".join("?" * len(COLUMNS[table]))
            out.executemany(f"INSERT INTO {_named(table)} VALUES ({marks})", records)
        out.execute("UPDATE view_checkpoints SET position=? WHERE view='okr'", (position,))
        out.execute("COMMIT")
    source.close()
    out.close()
    return position


def rebuild_postgres(log: str, views: str, *, checked: bool) -> int:
    """The same on PostgreSQL, rows by COPY."""
    position, plain = 0, PlainOkr(checked=checked)
    not_waiting = "-csynchronous_commit=off"  # as ours: views can be made again
    with psycopg.connect(log) as source, psycopg.connect(views, options=not_waiting) as out:
        out.execute("SET search_path = views")
        out.commit()
        while rows := source.execute(
            "SELECT notification_id, originator_version, topic, state FROM journal.stored_events"
            " WHERE notification_id > %s ORDER BY notification_id LIMIT %s",
            (position, BATCH),
        ).fetchall():
            plain.begin()
            for row in rows:
                plain.add(*row)
            position = rows[-1][0]
            with out.cursor() as cursor:
                cursor.executemany(
                    "UPDATE objectives SET until=%s WHERE gen=1 AND objective_id=%s AND since=%s",
                    plain.ended,
                )
                for table, records in _filled(plain):
                    statement = cast("LiteralString", f"COPY {_named(table)} FROM STDIN")
                    with cursor.copy(statement) as copy:
                        for record in records:
                            copy.write_row(record)
                cursor.execute(
                    "UPDATE view_checkpoints SET position=%s WHERE view='okr'", (position,)
                )
            out.commit()
    return position


def _filled(plain: PlainOkr) -> Iterator[tuple[Table, Sequence[Row]]]:
    return ((table, rows) for table, rows in plain.rows.items() if rows)


def _named(table: Table) -> str:
    names = ", ".join(f'"{column}"' for column in COLUMNS[table])
    return f"{table.name} ({names})"


def rows_of(views: ViewStore) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the okr view, to see that plain code made the same ones."""
    found = {}
    with views.engine.connect() as connection:
        for table in TABLES:
            rows = connection.execute(table.select().order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    return found
