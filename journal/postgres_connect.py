"""Connections to PostgreSQL with deadlines: nothing waits for a dead database for long (J8)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from eventsourcing import persistence
from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection, OperationalError, errors
from psycopg.abc import RV, PQGen
from psycopg.conninfo import conninfo_to_dict

from journal.postgres_schema import SCHEMA

CONNECT_SECONDS = 2
DEADLINE_SECONDS = 5
SILENCE_SECONDS = DEADLINE_SECONDS + 0.5

_ERRORS = (
    (psycopg.InterfaceError, persistence.InterfaceError),
    (psycopg.OperationalError, persistence.OperationalError),
    (psycopg.DataError, persistence.DataError),
    (psycopg.IntegrityError, persistence.IntegrityError),
    (psycopg.InternalError, persistence.InternalError),
    (psycopg.ProgrammingError, persistence.ProgrammingError),
    (psycopg.NotSupportedError, persistence.NotSupportedError),
    (psycopg.DatabaseError, persistence.DatabaseError),
)


def parameters(url: str) -> dict[str, Any]:
    """libpq keywords of ``postgresql://…`` with our deadlines added where the URL names none."""
    given = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
    milliseconds = DEADLINE_SECONDS * 1000
    settings = {
        "statement_timeout": milliseconds,
        "lock_timeout": milliseconds,
        # Every query of ours has its index. A plan made while the table was empty must not stay.
        "enable_seqscan": "off",
        "jit": "off",
        # Every statement must see what was committed while it waited for the lock.
        "default_transaction_isolation": r"read\ committed",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    given["options"] = f"{options} {given.get('options') or ''}".strip()
    given.setdefault("connect_timeout", CONNECT_SECONDS)
    given.setdefault("tcp_user_timeout", milliseconds)
    given.setdefault("keepalives_idle", DEADLINE_SECONDS)
    given.setdefault("application_name", "truenorth journal")
    return given


class PunctualConnection(Connection[Any]):
    """A connection whose server must answer in time, also when it hangs or the network swallows.

    The server's own ``statement_timeout`` tells of slow statements; this tells of silence.
    ``until``, on ``time.monotonic``'s scale, is when whoever holds it now wants to know.
    """

    until: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        longest = SILENCE_SECONDS
        if self.until is not None:
            longest = max(0.05, min(longest, self.until - time.monotonic()))
        try:
            return super().wait(gen, interval, longest if timeout is None else timeout)
        except errors._WaitTimeout as e:
            if timeout is not None:
                raise
            self.pgconn.finish()  # what the server may still answer belongs to nobody now
            raise OperationalError("the server has fallen silent") from e


class PostgresLogDatastore(PostgresDatastore):
    """The library's datastore on our schema and deadlines."""

    def __init__(self, url: str, *, pool_size: int = 1, max_overflow: int = 9) -> None:
        given = parameters(url)
        self.place = f"the database {given.get('dbname') or ''}".rstrip()
        super().__init__(
            dbname=str(given.get("dbname") or ""),
            host=str(given.get("host") or ""),
            port=str(given.get("port") or ""),
            user=str(given.get("user") or ""),
            password=str(given.get("password") or ""),
            connect_timeout=CONNECT_SECONDS,
            idle_in_transaction_session_timeout=DEADLINE_SECONDS,
            pool_size=pool_size,
            max_overflow=max_overflow,
            schema=SCHEMA,
            originator_id_type="text",
            enable_db_functions=True,
        )
        assert isinstance(self.pool.kwargs, dict)
        self.pool.kwargs.update(given)
        self.pool.connection_class = PunctualConnection

    @contextmanager
    def connection_until(self, until: float) -> Iterator[Connection[Any]]:
        """A connection of the pool; nothing on it, nor the wait for it, lasts beyond ``until``."""
        left = max(0.05, until - time.monotonic())
        try:
            self.pool.open(wait=False)
            with self.pool.connection(timeout=min(CONNECT_SECONDS, left)) as connection:
                assert isinstance(connection, PunctualConnection)
                connection.until = until
                try:
                    yield connection
                finally:
                    connection.until = None
        except psycopg.Error as e:
            raise _named(e) from e

    def register_type_adapters(self) -> None:
        """None are needed: our function takes plain arrays. (The library would ask the server.)"""


def _named(error: psycopg.Error) -> persistence.PersistenceError:
    """The library's error for psycopg's."""
    for theirs, ours in _ERRORS:
        if isinstance(error, theirs):
            return ours(str(error))
    return persistence.PersistenceError(str(error))
