"""Real stores for tests: SQLite files, and a private PostgreSQL cluster on a unix socket.

The cluster lives in a short temporary directory (socket paths are limited to about 100 bytes),
listens on no port, and dies with the test session. ``fsync`` is off by default: a test kills
processes, never the machine, so nothing is lost by it and commits are many times faster.
``durable=True`` keeps it on; benchmarks need that.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

_numbers = count(1)

_EMPTY: LiteralString = """
SET lock_timeout = '2s';
DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT nspname FROM pg_namespace
                WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', each.nspname);
    END LOOP;
    CREATE SCHEMA public;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
END $$;
"""


def postgres_binaries() -> Path | None:
    """The folder of initdb and postgres: by pg_config, by PATH, or where Debian puts them."""
    candidates = []
    if pg_config := shutil.which("pg_config"):
        found = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(found.stdout.strip()))
    if initdb := shutil.which("initdb"):
        candidates.append(Path(initdb).parent)
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


_libc = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """A test session that is killed must not leave its server behind (prctl, PR_SET_PDEATHSIG)."""
    _libc.prctl(1, int(signal.SIGQUIT))


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root; then somebody else has to be its owner."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise RuntimeError("PostgreSQL cannot run as root, and there is no user postgres or nobody")


@dataclass
class PostgresServer:
    """A running private cluster; ``url()`` names a database in it, ``new_database()`` makes one."""

    binaries: Path
    folder: Path
    user: str | None
    durable: bool
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    emptied: list[str] = field(default_factory=list, repr=False)

    @classmethod
    def create(cls, *, durable: bool = False) -> "PostgresServer":
        """A new cluster, initialised and started.

        Raises:
            RuntimeError: no PostgreSQL binaries on this machine.
        """
        binaries = postgres_binaries()
        if binaries is None:
            raise RuntimeError("no PostgreSQL server binaries found (Debian: postgresql)")
        user = _unprivileged()
        folder = Path(tempfile.mkdtemp(prefix="tn-pg-", dir="/tmp"))
        if user:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        server = cls(binaries, folder, user, durable)
        subprocess.run(
            [binaries / "initdb", "-D", folder / "data", "-U", "truenorth", "-A", "trust",
             "-E", "UTF8", "--no-locale", "--no-sync"],
            user=user, cwd=folder, check=True, capture_output=True, env=server._environment(),
        )  # fmt: skip
        server.start()
        return server

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        fsync = "on" if self.durable else "off"
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.folder / "data", "-k", self.folder,
                 "-c", "listen_addresses=", "-c", f"fsync={fsync}", "-c", "max_connections=60",
                 "-c", "shared_buffers=64MB", "-c", "synchronous_commit=on"],
                user=self.user, cwd=self.folder, stdout=log, stderr=log,
                env=self._environment(), start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - calls prctl and nothing else
            )  # fmt: skip
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: fast shutdown. SIGQUIT: immediate, as in a crash (recovery at the next start)."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def url(self, database: str = "postgres", user: str = "truenorth") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The URL of an empty database."""
        if self.emptied:
            return self.url(self.emptied.pop())
        name = f"db{os.getpid()}_{next(_numbers)}"
        self.admin(f"CREATE DATABASE {name}")
        return self.url(name)

    def empty_database(self, url: str) -> None:
        """Takes a database back for the next test; making and removing one is 300 files of work."""
        name = url.partition("@/")[2].partition("?")[0]
        with contextlib.suppress(psycopg.Error):
            self.admin(_EMPTY, name)
            self.emptied.append(name)

    def admin(self, statement: str, database: str = "postgres") -> None:
        """Runs one statement as the superuser."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def destroy(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.stop(signal.SIGQUIT)  # nothing is kept, so nothing needs a checkpoint
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _environment() -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One private cluster for the whole session (per worker under xdist)."""
    server = PostgresServer.create()
    yield server
    server.destroy()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database of its own for one test."""
    url = postgres_server.new_database()
    yield url
    postgres_server.empty_database(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file of its own for one test; not yet made."""
    return f"sqlite:///{tmp_path}/journal.db"
