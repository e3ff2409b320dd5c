"""Connections to PostgreSQL with deadlines: nothing waits for a dead database for long (J8)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Any

import psycopg
from eventsourcing import persistence
from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection, OperationalError, errors
from psycopg.abc import RV, PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from journal.postgres_schema import SCHEMA

CONNECT_SECONDS = 2
DEADLINE_SECONDS = 5
SILENCE_SECONDS = DEADLINE_SECONDS + 0.5
CONNECTIONS = 10
"""Most connections of one log; further threads wait for one of them."""

IDLE_SECONDS = 60
"""A connection that nobody needed for so long is closed."""

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
        "idle_in_transaction_session_timeout": milliseconds,
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
    """The library's datastore on our schema and deadlines, with connections kept here.

    The library's pool connects in the background, and after an outage ever more seldom: a database
    that is back again would be used only many seconds later. Here whoever finds none idle connects,
    and whoever finds his own dead throws the idle ones away, which died with it.
    """

    def __init__(self, url: str, *, connections: int = CONNECTIONS) -> None:
        self._given = parameters(url)
        self.place = f"the database {self._given.get('dbname') or ''}".rstrip()
        super().__init__(
            dbname=str(self._given.get("dbname") or ""),
            host=str(self._given.get("host") or ""),
            port=str(self._given.get("port") or ""),
            user=str(self._given.get("user") or ""),
            password=str(self._given.get("password") or ""),
            schema=SCHEMA,
            originator_id_type="text",
            enable_db_functions=True,
        )
        self._free = BoundedSemaphore(connections)
        self._lock = Lock()
        self._idle: list[tuple[float, PunctualConnection]] = []
        self._closed = False

    @contextmanager
    def get_connection(self) -> Iterator[Connection[Any]]:
        """As the library asks for one."""
        with self.connection_until(time.monotonic() + DEADLINE_SECONDS) as connection:
            yield connection

    @contextmanager
    def connection_until(self, until: float) -> Iterator[Connection[Any]]:
        """A connection for this thread alone; nothing on it, nor the wait for it, lasts longer."""
        if not self._free.acquire(timeout=max(0.0, until - time.monotonic())):
            raise persistence.OperationalError("no connection became free in time")
        connection = None
        try:
            connection = self._take(until)
            connection.until = until
            yield connection
        except psycopg.Error as e:
            raise _named(e) from e
        finally:
            if connection is not None:
                self._give(connection)
            self._free.release()

    def close(self) -> None:
        """Closes every idle connection, and the busy ones when they are given back."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop()[1].close()

    def _take(self, until: float) -> PunctualConnection:
        with self._lock:
            if self._closed:
                raise psycopg.InterfaceError("the log is closed")
            if self._idle:
                return self._idle.pop()[1]
        left = max(1, min(CONNECT_SECONDS, int(until - time.monotonic())))
        connection = PunctualConnection.connect(
            **{**self._given, "connect_timeout": left}, autocommit=True, row_factory=dict_row
        )
        assert isinstance(connection, PunctualConnection)
        return connection

    def _give(self, connection: PunctualConnection) -> None:
        connection.until = None
        sound = connection.pgconn.transaction_status == TransactionStatus.IDLE
        now = time.monotonic()
        with self._lock:
            tired = [each for since, each in self._idle if now - since > IDLE_SECONDS or not sound]
            self._idle = [each for each in self._idle if each[1] not in tired]
            if sound and not self._closed:
                self._idle.append((now, connection))
            else:
                tired.append(connection)
        for each in tired:
            each.close()

    def register_type_adapters(self) -> None:
        """None are needed: our function takes plain arrays. (The library would ask the server.)"""


def _named(error: psycopg.Error) -> persistence.PersistenceError:
    """The library's error for psycopg's."""
    for theirs, ours in _ERRORS:
        if isinstance(error, theirs):
            return ours(str(error))
    return persistence.PersistenceError(str(error))
