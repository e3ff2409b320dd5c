"""Many rows at once: one statement a table and batch, ``COPY`` on PostgreSQL."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final

import psycopg
from sqlalchemy import Boolean, Connection, Dialect, Table, bindparam, insert, update

from projections.engine.damage import driver_error
from projections.engine.versions import Exact, Instant, keys_of, utc_text

COPY_FROM: Final = 8
"""From so many rows on, COPY is faster than a prepared INSERT for each."""


class BulkWrites:
    """Compiled statements and converters of values, made once for each table."""

    def __init__(self) -> None:
        self._inserts: dict[Table, tuple[str, list[tuple[int, Callable[[Any], Any]]]]] = {}
        self._ends: dict[Table, tuple[str, list[tuple[int, Callable[[Any], Any]]]]] = {}

    def insert(self, connection: Connection, table: Table, rows: Sequence[list[Any]]) -> None:
        """Adds rows: values in the order of the columns, changed in place to stored ones."""
        known = self._inserts.get(table)
        if known is None:
            statement = str(insert(table).compile(dialect=_positional(connection.dialect)))
            known = statement, _converters(connection.dialect, list(table.columns))
            self._inserts[table] = known
        statement, converters = known
        for at, convert in converters:
            for row in rows:
                value = row[at]
                if value is not None:
                    row[at] = convert(value)
        if connection.dialect.name == "postgresql" and len(rows) >= COPY_FROM:
            self._copy(connection, table, rows)
        else:
            _many(connection, statement, rows)

    def end(self, connection: Connection, table: Table, ends: Sequence[tuple[Any, ...]]) -> None:
        """Ends versions: (until, gen, key …, since)."""
        known = self._ends.get(table)
        if known is None:
            names = ("gen", *keys_of(table), "since")
            statement = str(
                update(table)
                .values(until=bindparam("p_until"))
                .where(*(table.c[name] == bindparam(f"p_{name}") for name in names))
                .compile(dialect=_positional(connection.dialect))
            )
            columns = [table.c.until, *(table.c[name] for name in names)]
            known = statement, _converters(connection.dialect, columns)
            self._ends[table] = known
        statement, converters = known
        if converters:
            rows = [list(end) for end in ends]
            for at, convert in converters:
                for row in rows:
                    row[at] = convert(row[at])
            ends = [tuple(row) for row in rows]
        _many(connection, statement, ends)

    @staticmethod
    def _copy(connection: Connection, table: Table, rows: Sequence[list[Any]]) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
        ):
            try:
                for row in rows:
                    copy.write_row(row)
            except psycopg.Error as error:
                raise driver_error(connection.engine, f"COPY {table.name}", error) from error


def _many(connection: Connection, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """Past the layers: they would look at every parameter of every row."""
    cursor = connection.connection.cursor()
    try:
        if len(rows) == 1:  # psycopg opens and closes a pipeline even for one
            cursor.execute(statement, rows[0])
        else:
            cursor.executemany(statement, rows)
    except (sqlite3.Error, psycopg.Error) as error:
        raise driver_error(connection.engine, statement, error) from error
    finally:
        cursor.close()


def _positional(dialect: Dialect) -> Dialect:
    """The dialect with placeholders by position, whatever the driver prefers."""
    style = "qmark" if dialect.name == "sqlite" else "format"
    positional: Dialect = type(dialect)(paramstyle=style)  # type: ignore[call-arg]
    return positional


def _converters(dialect: Dialect, columns: Sequence[Any]) -> list[tuple[int, Callable[[Any], Any]]]:
    """For columns whose stored form is another than Python's: place and function."""
    found = []
    for at, column in enumerate(columns):
        convert = _converter(dialect, column.type)
        if convert is not None:
            found.append((at, convert))
    return found


def _converter(dialect: Dialect, kind: Any) -> Callable[[Any], Any] | None:
    # These three are most of what is written; their own functions cost half of the layers' ones.
    if isinstance(kind, Boolean):
        return None
    if isinstance(kind, Instant):
        return utc_text if dialect.name == "sqlite" else None
    if isinstance(kind, Exact):
        return str if dialect.name == "sqlite" else None
    convert: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return convert
