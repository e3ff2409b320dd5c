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

from domain.things import THINGS
from projections.engine.view_store import ViewStore
from projections.okr.objective import CHECK_INS, KEY_RESULTS, OBJECTIVES

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
        self.states: dict[str, dict[str, Any]] = {}
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
            THINGS.facts[name].__pydantic_validator__.validate_python(fact)
        match name:
            case "okr.check-in-recorded":
                # By far the commonest fact, so written out in the order of the columns.
                self.rows[CHECK_INS].append(
                    [
                        1, fact["objective_id"], version, fact["key_result_id"],
                        fact["check_in_id"], None, _said(fact), position, None, meta["id"], 1,
                    ]
                )  # fmt: skip
            case "okr.objective-drafted":
                self.states[fact["objective_id"]] = {**_DRAFT, **_known(fact, _DRAFT)}
                at = _utc(meta["at"])
                values = {"status": "draft", "status_since": at, "drafted_at_position": position}
                self._put(fact["objective_id"], {**fact, **values}, position, version, meta["id"])
            case "okr.objective-activated":
                at = _utc(meta["at"])
                self.states[fact["objective_id"]]["status"] = "active"
                values = {"status": "active", "status_since": at, "activated_at": at}
                self._put(fact["objective_id"], values, position, version, meta["id"])
            case "okr.key-result-added":
                measure = {**_METRIC, **fact["measure"]}
                part = {**_KEY_RESULT, **_known(fact, _KEY_RESULT), "id": fact["key_result_id"]}
                part |= {"measure": measure, "first_measure": measure}
                part["added_at"] = _instant(fact["added_at"])
                self.states[fact["objective_id"]]["key_results"][part["id"]] = part
                self.rows[KEY_RESULTS].append(
                    [1, fact["objective_id"], part["id"], position, None, meta["id"], 1]
                )
                self._put(fact["objective_id"], {}, position, version, meta["id"])
            case _:
                raise LookupError(name)

    def _put(
        self, id_: str, values: Mapping[str, Any], position: int, version: int, cause: str
    ) -> None:
        """A further version of an objective."""
        before = self.current.get(id_)
        held = {} if before is None else dict(zip(COLUMNS[OBJECTIVES], before, strict=True))
        known = {
            **held,
            **values,
            "gen": 1,
            "version": version,
            "state": orjson.dumps(self.states[id_]).decode(),
            "since": position,
            "until": None,
            "cause": cause,
            "first": int(before is None),
        }
        if before is not None:
            if any(before is each for each in self.rows[OBJECTIVES]):
                before[UNTIL] = position
            else:
                self.ended.append((position, id_, before[SINCE]))
        row = [known.get(column) for column in COLUMNS[OBJECTIVES]]
        self.rows[OBJECTIVES].append(row)
        self.current[id_] = row


_DRAFT: Final[Mapping[str, Any]] = {
    "objective_id": "", "cycle_id": "", "team_id": "", "owner_id": "", "title": "",
    "ambition": "", "lean": None, "priority": None, "supports": [], "carried_from": None,
    "status": "draft", "activated_at": None, "key_results": {}, "round": 0, "countered": None,
    "grade": None, "computed": None, "locked": False, "left_ungraded": False,
    "merged_into": None, "carried_into": None, "check_in_count": 0,
}  # fmt: skip
_KEY_RESULT: Final[Mapping[str, Any]] = {
    "id": "", "title": "", "measure": None, "first_measure": None, "weight": "1",
    "owner_id": None, "due_on": None, "added_at": None, "dropped_at": None, "check_ins": [],
    "grade": None, "carried_from": None, "converted_from": None,
}  # fmt: skip
_METRIC: Final[Mapping[str, Any]] = {
    "kind": "", "baseline": "0", "target": "0", "unit": None, "phases": [],
}  # fmt: skip


def _known(fact: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in fact.items() if name in names}
    return {**known, "key_results": {}} if "key_results" in names else known


def _said(fields: Mapping[str, Any]) -> str:
    said = {name: value for name, value in fields.items() if value is not None}
    said["reading"] = {name: value for name, value in said["reading"].items() if value is not None}
    return orjson.dumps(said).decode()


def _instant(text: str) -> str:
    return f"{text[:19]}+00:00"


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
            f"UPDATE {OBJECTIVES.name} SET until=? WHERE gen=1 AND objective_id=? AND since=?",
            plain.ended,
        )
        for table, records in _filled(plain):
            marks = ", ".join("?" * len(COLUMNS[table]))
            out.executemany(f"INSERT INTO {_named(table)} VALUES ({marks})", records)
        out.execute("UPDATE followers SET position=? WHERE name='okr'", (position,))
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
                    cast(
                        "LiteralString",
                        f"UPDATE {OBJECTIVES.name} SET until=%s"
                        " WHERE gen=1 AND objective_id=%s AND since=%s",
                    ),
                    plain.ended,
                )
                for table, records in _filled(plain):
                    statement = cast("LiteralString", f"COPY {_named(table)} FROM STDIN")
                    with cursor.copy(statement) as copy:
                        for record in records:
                            copy.write_row(record)
                cursor.execute("UPDATE followers SET position=%s WHERE name='okr'", (position,))
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
