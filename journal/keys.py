"""The keys under which free texts are sealed: one for each subject, in a store of their own.

Never inside the log: the log is kept for ever, and a key must be able to go. Another file of mode
0600, or another schema of the database; it has its own backup. Destroying a key makes every text
of its subject unreadable at once, in the log, in the views and in all their backups, and changes no
stored byte. (Copies of the key store itself have to go too; PostgreSQL keeps the bytes of a
destroyed key in its files until they are vacuumed and written over.)
"""

import os
import secrets
import sqlite3
import time
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal, Self

import psycopg
import sqlalchemy as sa
from cachetools import LRUCache
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.text import Sealed
from journal.errors import (
    JournalError,
    JournalUnavailable,
    KeysDamaged,
    StoreForbidden,
    StoreNotMigrated,
    StoreTooNew,
)
from journal.failures import named
from journal.postgres_connect import parameters
from journal.postgres_roles import give_roles
from journal.schema_steps import climb
from journal.sqlite_connect import LOCK_TIMEOUT, file_uri
from journal.urls import sqlite_path

KEPT: Final = 10_000
"""Keys in memory; each about 250 bytes."""

KEPT_SECONDS: Final = 30.0
"""How long another process may still open texts whose key was destroyed."""

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_PERSON: Final = b"truenorth-text/1"
"""What the derived keys are for, in BLAKE2b's own sixteen bytes for that."""
_UNKNOWN: Final = b""  # no key is empty

_VERSION_TABLE: Final = """CREATE TABLE IF NOT EXISTS key_store_version (
    one integer PRIMARY KEY CHECK (one = 1), version integer NOT NULL
)"""
_KEYS_TABLE: Final = """CREATE TABLE subject_keys (
    subject text PRIMARY KEY, key {bytes}, made_at text NOT NULL, destroyed_at text
)"""

# Whoever reads the log reads its words. A key is also made by who only reads, for older facts hold
# plain words that are sealed on their way out.
_GRANTS: Final = """
GRANT USAGE ON SCHEMA keys TO truenorth_app, truenorth_projector, truenorth_reader;
GRANT SELECT ON keys.key_store_version TO truenorth_app, truenorth_projector, truenorth_reader;
GRANT SELECT, INSERT ON keys.subject_keys TO truenorth_app, truenorth_projector, truenorth_reader;
GRANT UPDATE (key, destroyed_at) ON keys.subject_keys TO truenorth_app;
ALTER SCHEMA keys OWNER TO truenorth_owner;
ALTER TABLE keys.key_store_version OWNER TO truenorth_owner;
ALTER TABLE keys.subject_keys OWNER TO truenorth_owner;
"""


Fit = Literal["opens", "destroyed", "missing", "other"]


class KeyDestroyed(JournalError):
    """The subject's key was destroyed, so nothing can be sealed for it any more."""


class KeyRing:
    """Seals and opens texts with the keys at ``url``; safe for any number of threads.

    Raises:
        StoreNotMigrated, StoreTooNew: from the constructor; see ``journal.migrate``.
        JournalUnavailable: from every method, when the store does not answer.
    """

    def __init__(self, url: str) -> None:
        path = sqlite_path(url)
        self._engine = _engine(url, path)
        self.place = "the database" if path is None else path
        # Named in full: of a schema that one may not use PostgreSQL says that it holds nothing.
        self._schema = "keys." if path is None else ""
        self._lock = Lock()
        self._closed = False
        self._kept: LRUCache[str, tuple[bytes | None, float]] = LRUCache(KEPT)
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    # --- texts ---------------------------------------------------------------------------------

    def seal(self, subject: str, event: str, field: str, words: str) -> Sealed:
        """The same bytes for the same words at the same place, always: a rebuild changes nothing.

        Raises:
            KeyDestroyed: there will never be a key for this subject again.
        """
        key = self._key(subject)
        if key is None:
            raise KeyDestroyed(f"the key of {subject} was destroyed")
        cipher, nonces = _derived(key, event, field)
        text = words.encode()
        # The key is this text's own, and the nonce depends on the words too. So even if a command
        # is tried again with other words after a failed append, whose bytes may still lie about in
        # the database's files, no (key, nonce) ever meets two texts, which is all GCM asks for.
        nonce = blake2b(text, key=nonces, digest_size=_NONCE_BYTES).digest()
        sealed = AESGCM(cipher).encrypt(nonce, text, _place(subject, event, field))
        return Sealed(subject, event, field, b2a_base64(nonce + sealed, newline=False).decode())

    def open(self, sealed: Sealed) -> str | None:
        """The words; None when the key is gone, or the text is not what was sealed there."""
        subject, event, field, cipher = sealed
        key = self._known(subject)
        if key is None:
            return None
        try:
            stored = a2b_base64(cipher, strict_mode=True)
            return (
                AESGCM(_derived(key, event, field)[0])
                .decrypt(
                    stored[:_NONCE_BYTES], stored[_NONCE_BYTES:], _place(subject, event, field)
                )
                .decode()
            )
        except (InvalidTag, NotBase64, ValueError):
            return None

    # --- keys ----------------------------------------------------------------------------------

    def destroy(self, subject: str) -> None:
        """Makes every text of the subject unreadable for ever; there will be no other key for it.

        Other processes forget the key within ``KEPT_SECONDS``.
        """
        self._write(
            "INSERT INTO subject_keys VALUES (:subject, NULL, :now, :now) ON CONFLICT (subject)"
            " DO UPDATE SET key = NULL, destroyed_at = excluded.destroyed_at"
            " WHERE subject_keys.key IS NOT NULL",
            subject=subject,
        )
        self._keep(subject, None)

    def make(self, subject: str) -> None:
        """Makes a key for the subject, if it never had one."""
        self._key(subject)

    def fit(self, sealed: Sealed) -> Fit:
        """Whether the subject's key is there, and the one that the text was sealed under."""
        row = self._stored(sealed.subject)
        if row is None:
            return "missing"
        if row[0] is None:
            return "destroyed"
        return "other" if self.open(sealed) is None else "opens"

    def _key(self, subject: str) -> bytes | None:
        """The subject's key, made if there is none yet; None if it was destroyed."""
        kept = self._at_hand(subject)
        if kept is not _UNKNOWN:
            return kept
        if (rows := self._stored(subject)) is None:
            # Durable before its first use: what is sealed must never outlive its key by a crash.
            self._write(
                "INSERT INTO subject_keys VALUES (:subject, :key, :now, NULL)"
                " ON CONFLICT (subject) DO NOTHING",
                subject=subject,
                key=secrets.token_bytes(_KEY_BYTES),
            )
            rows = self._stored(subject)  # perhaps somebody else's was first
            assert rows is not None
        return self._keep(subject, rows[0])

    def _known(self, subject: str) -> bytes | None:
        kept = self._at_hand(subject)
        if kept is not _UNKNOWN:
            return kept
        row = self._stored(subject)
        return None if row is None else self._keep(subject, row[0])

    def _at_hand(self, subject: str) -> bytes | None:
        with self._lock:
            kept = self._kept.get(subject)
        return _UNKNOWN if kept is None or kept[1] < time.monotonic() else kept[0]

    def _keep(self, subject: str, key: Any) -> bytes | None:
        kept = None if key is None else bytes(key)
        with self._lock:
            self._kept[subject] = kept, time.monotonic() + KEPT_SECONDS
        return kept

    def _stored(self, subject: str) -> tuple[Any, ...] | None:
        rows = self._read("SELECT key FROM subject_keys WHERE subject = :subject", subject=subject)
        return rows[0] if rows else None

    # --- plumbing ------------------------------------------------------------------------------

    def close(self) -> None:
        """Texts that somebody still holds stay shut from here on."""
        self._closed = True
        self._engine.dispose()
        with self._lock:
            self._kept.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check(self) -> None:
        rows = self._read(f"SELECT version FROM {self._schema}key_store_version")  # noqa: S608
        found = rows[0][0] if rows else 0
        if found < VERSION:
            raise StoreNotMigrated(
                f"the key store has schema {found}, this release needs {VERSION}: run the migrate"
                " step"
            )
        if found > VERSION:
            raise StoreTooNew(
                f"the key store has schema {found}, this release knows up to {VERSION}: start the"
                " release that migrated it, or a newer one"
            )

    def _read(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self._translated(), self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def _write(self, statement: str, **values: Any) -> None:
        now = datetime.now(UTC).isoformat()
        with self._translated(), self._engine.begin() as connection:
            connection.execute(sa.text(statement), {"now": now, **values})

    @contextmanager
    def _translated(self) -> Iterator[None]:
        if self._closed:
            raise JournalUnavailable("the key store was closed")
        try:
            yield
        except (sa.exc.DBAPIError, psycopg.Error) as e:
            cause = e.orig if isinstance(e, sa.exc.DBAPIError) else e
            raise (named(cause or e, self.place, KeysDamaged) or e) from e
        except sa.exc.TimeoutError as e:
            raise JournalUnavailable("no connection to the key store became free") from e


def _derived(key: bytes, event: str, field: str) -> tuple[bytes, bytes]:
    """A text's own key, and the key of its nonces: keyed BLAKE2b (RFC 7693) of its place.

    The subject's key is random, so nothing has to be extracted from it first. HKDF does the same in
    ten times as long, and every note of every check-in pays for it.
    """
    place = f"{len(event)}:{event}{len(field)}:{field}".encode()
    both = blake2b(place, key=key, person=_PERSON).digest()
    return both[:_KEY_BYTES], both[_KEY_BYTES:]


def _place(subject: str, event: str, field: str) -> bytes:
    """What a text is sealed to; lengths stand before the parts, so that no two look alike."""
    return f"{len(subject)}:{subject}{len(event)}:{event}{len(field)}:{field}".encode()


def _engine(url: str, path: str | None) -> sa.Engine:
    if path is None:
        given = parameters(url)
        given["options"] += " -c search_path=keys"
        return sa.create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(**given),
            pool_size=1,
            pool_timeout=5,
        )
    if not Path(path).exists():
        raise StoreNotMigrated(f"{path} does not exist; run the migrate step")
    return sa.create_engine(
        "sqlite://", creator=lambda: _sqlite(path), poolclass=sa.QueuePool, pool_timeout=5
    )


def _sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        file_uri(path, "rw"), uri=True, check_same_thread=False, timeout=LOCK_TIMEOUT
    )
    # A destroyed key is written over, and no journal beside the file keeps it: so no WAL.
    connection.executescript("PRAGMA secure_delete=ON; PRAGMA synchronous=EXTRA")
    return connection


# --- the migrate step -----------------------------------------------------------------------------

Execute = Callable[[str], Any]
"""Runs one statement in the migration's transaction; ``{bytes}`` is the store's type for bytes."""


def _first(execute: Execute) -> None:
    """The table of an empty key store."""
    execute(_KEYS_TABLE)


STEPS: Final[tuple[Callable[[Execute], object], ...]] = (_first,)
VERSION: Final = len(STEPS)


def lift_sqlite(path: str, wait_seconds: float) -> None:
    """Makes or lifts the key store in a file that nobody else may read.

    Raises:
        StoreTooNew, StoreForbidden, JournalUnavailable, KeysDamaged: it cannot be done now.
    """
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if Path(path).stat().st_mode & 0o077:
            Path(path).chmod(0o600)
    except OSError as e:
        raise StoreForbidden(f"{path} cannot be made: {e.strerror}") from e
    try:
        with closing(
            sqlite3.connect(path, isolation_level=None, timeout=wait_seconds)
        ) as connection:
            cursor = connection.execute("BEGIN IMMEDIATE")
            _lift(lambda statement: cursor.execute(statement.format(bytes="blob")))
            cursor.execute("COMMIT")
    except sqlite3.Error as e:
        raise (named(e, path, KeysDamaged) or e) from e


def lift_postgres(connection: psycopg.Connection[Any]) -> None:
    """Makes or lifts the schema ``keys`` inside a migration transaction."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS keys")
    connection.execute("SET LOCAL search_path = keys")
    if _lift(lambda statement: connection.execute(statement.format(bytes="bytea").encode())):
        give_roles(connection, _GRANTS)


def _lift(execute: Execute) -> bool:
    execute(_VERSION_TABLE)
    row = execute("SELECT max(version) FROM key_store_version").fetchone()
    if not climb("the key store", row[0] or 0, STEPS, execute):
        return False
    execute("DELETE FROM key_store_version")
    execute(f"INSERT INTO key_store_version VALUES (1, {VERSION:d})")  # noqa: S608 - a constant
    return True
