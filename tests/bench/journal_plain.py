"""L: the plainest code that does the same on the same store with the same durability.

No library, no receipts table to look up first, no folding cache, no group of any kind: prepared
statements, one transaction, bytes that are ready. What a careful person would write for one log.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any, LiteralString

import psycopg

Ready = tuple[str, int, str, bytes, str]
"""stream, version, wire name, stored bytes, command id"""

_SQLITE = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE facts (
    position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, version INTEGER NOT NULL,
    type TEXT NOT NULL, data BLOB NOT NULL, UNIQUE (stream, version)
);
CREATE TABLE receipts (command_id TEXT PRIMARY KEY, version INTEGER, position INTEGER)
    WITHOUT ROWID;
"""


class PlainSQLite:
    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.executescript(_SQLITE)

    def append(self, fact: Ready) -> None:
        self.append_all((fact,))

    def append_all(self, facts: Iterable[Ready]) -> None:
        """One transaction; the unique key is the check of the expected version."""
        execute = self.connection.execute
        execute("BEGIN IMMEDIATE")
        for stream, version, name, data, command_id in facts:
            position = execute(
                "INSERT INTO facts (stream, version, type, data) VALUES (?,?,?,?)",
                (stream, version, name, data),
            ).lastrowid
            execute("INSERT INTO receipts VALUES (?,?,?)", (command_id, version, position))
        execute("COMMIT")

    def read(self, stream: str) -> list[Any]:
        return self.connection.execute(
            "SELECT type, data FROM facts WHERE stream=? ORDER BY version", (stream,)
        ).fetchall()

    def close(self) -> None:
        self.connection.close()


_POSTGRES: LiteralString = """
CREATE TABLE facts (
    position bigserial, stream text NOT NULL, version bigint NOT NULL, type text NOT NULL,
    data bytea NOT NULL, PRIMARY KEY (stream, version)
);
CREATE UNIQUE INDEX ON facts (position);
CREATE TABLE receipts (command_id text PRIMARY KEY, version bigint, position bigint);
"""
_INSERT: LiteralString = (
    "INSERT INTO facts (stream, version, type, data) VALUES (%s, %s, %s, %b) RETURNING position"
)
_RECEIPT: LiteralString = "INSERT INTO receipts VALUES (%s, %s, %s)"


class PlainPostgres:
    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute(_POSTGRES)

    def append(self, fact: Ready) -> None:
        stream, version, name, data, command_id = fact
        with self.connection.transaction(), self.connection.cursor() as c:
            row = c.execute(_INSERT, (stream, version, name, data), prepare=True).fetchone()
            assert row is not None
            c.execute(_RECEIPT, (command_id, version, row[0]), prepare=True)

    def append_all(self, facts: Iterable[Ready]) -> None:
        """One transaction, pipelined."""
        facts = list(facts)
        with self.connection.transaction(), self.connection.cursor() as c:
            c.executemany(_INSERT, [fact[:4] for fact in facts])
            c.executemany(_RECEIPT, [(fact[4], fact[1], 0) for fact in facts])

    def read(self, stream: str) -> list[Any]:
        with self.connection.cursor(binary=True) as c:
            return c.execute(
                "SELECT type, data FROM facts WHERE stream=%s ORDER BY version", (stream,),
                prepare=True,
            ).fetchall()  # fmt: skip

    def close(self) -> None:
        self.connection.close()
