"""The directory: what may change and be forgotten, kept beside the log and never inside it.

People's names and e-mail addresses (facts carry opaque ids only) and API keys (only their hashes).
Another file, or another schema of the database: erasing here never touches a stored fact.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Self

import psycopg
import sqlalchemy as sa

from journal.errors import (
    DirectoryDamaged,
    JournalError,
    JournalUnavailable,
    StoreNotMigrated,
    StoreTooNew,
)
from journal.failures import named
from journal.ids import new_id
from journal.migrate import postgres_step, sqlite_step
from journal.postgres_connect import parameters
from journal.postgres_roles import give_roles
from journal.schema_steps import climb
from journal.urls import sqlite_path

Role = Literal["admin", "member", "auditor", "viewer"]

_VERSION_TABLE = """CREATE TABLE IF NOT EXISTS directory_version (
    one integer PRIMARY KEY CHECK (one = 1), version integer NOT NULL
)"""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS people (
        id text PRIMARY KEY, name text NOT NULL, email text, email_key text UNIQUE
    )""",
    """CREATE TABLE IF NOT EXISTS api_keys (
        id text PRIMARY KEY, secret_hash text NOT NULL UNIQUE, role text NOT NULL,
        person_id text, label text NOT NULL, created_at text NOT NULL, revoked_at text
    )""",
)

# The projector opens the directory with the other stores; what keys there are is not its business.
_GRANTS = """
GRANT USAGE ON SCHEMA directory TO truenorth_app, truenorth_projector;
GRANT SELECT, INSERT, UPDATE, DELETE ON directory.people, directory.api_keys TO truenorth_app;
GRANT SELECT ON directory.people TO truenorth_projector;
GRANT SELECT ON directory.directory_version TO truenorth_app, truenorth_projector;
ALTER SCHEMA directory OWNER TO truenorth_owner;
ALTER TABLE directory.people OWNER TO truenorth_owner;
ALTER TABLE directory.api_keys OWNER TO truenorth_owner;
ALTER TABLE directory.directory_version OWNER TO truenorth_owner;
"""

AT_ONCE: Final = 500
"""People that one statement asks for; SQLite takes at most 32,766 parameters."""

_THESE_PEOPLE = sa.text("SELECT id, name, email FROM people WHERE id IN :ids").bindparams(
    sa.bindparam("ids", expanding=True)
)
_KEY = "SELECT id, role, person_id, label, created_at, revoked_at FROM api_keys"


class EmailTaken(JournalError):
    """Another person has this e-mail address."""


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Key:
    """An API key without its secret, which is known to its holder alone."""

    id: str
    role: Role
    person_id: str | None
    label: str
    created_at: datetime
    revoked_at: datetime | None


Execute = Callable[[str], Any]
"""Runs one statement in the migration's transaction."""


def _first(execute: Execute) -> None:
    """The tables of an empty directory."""
    for statement in _TABLES:
        execute(statement)


def _second(_: Execute) -> None:
    """PostgreSQL's roles get their rights, which every climb puts anew; no table changes."""


STEPS: Final = (_first, _second)
VERSION: Final = len(STEPS)


def migrate(url: str) -> int:
    """Makes or lifts the directory's tables; safe to repeat and to run in parallel.

    Returns:
        the version now in force.

    Raises:
        StoreTooNew: a newer release migrated it.
        JournalUnavailable, StoreForbidden, DirectoryDamaged, DiskFull: it cannot be done now.
    """
    path = sqlite_path(url)
    if path is None:
        with postgres_step(url, DirectoryDamaged) as connection:
            connection.execute("CREATE SCHEMA IF NOT EXISTS directory")
            connection.execute("SET LOCAL search_path = directory")
            if _lift(lambda statement: connection.execute(statement.encode())):
                give_roles(connection, _GRANTS)
    else:
        with sqlite_step(path, DirectoryDamaged) as cursor:
            _lift(cursor.execute)
    return VERSION


def _lift(execute: Execute) -> bool:
    execute(_VERSION_TABLE)
    row = execute("SELECT max(version) FROM directory_version").fetchone()
    if not climb("the directory", row[0] or 0, STEPS, execute):
        return False
    execute("DELETE FROM directory_version")
    execute(f"INSERT INTO directory_version VALUES (1, {VERSION:d})")  # noqa: S608 - a constant
    return True


class Directory:
    """People and keys at ``url``; safe for any number of threads.

    Raises:
        StoreNotMigrated, StoreTooNew: see ``migrate``.
        JournalUnavailable: from every method, when the store does not answer.
    """

    def __init__(self, url: str) -> None:
        path = sqlite_path(url)
        if path is None:
            given = parameters(url)
            given["options"] += " -c search_path=directory"
            self._engine = sa.create_engine(
                "postgresql+psycopg://", creator=lambda: psycopg.connect(**given), pool_timeout=5
            )
        else:
            if not Path(path).exists():
                raise StoreNotMigrated(f"{path} does not exist; run the migrate step")
            self._engine = sa.create_engine(f"sqlite:///{path}", pool_timeout=5)
        self.place = "the database" if path is None else path
        # Named in full: of a schema that one may not use PostgreSQL says that it holds nothing.
        self._versions = f"{'directory.' if path is None else ''}directory_version"
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    # --- people --------------------------------------------------------------------------------

    def put_person(self, person_id: str, name: str, email: str | None = None) -> None:
        """Adds a person or changes name and address.

        Raises:
            EmailTaken: the address belongs to somebody else.
        """
        try:
            self._write(
                "INSERT INTO people (id, name, email, email_key) VALUES (:id, :name, :email, :key)"
                " ON CONFLICT (id) DO UPDATE SET name = :name, email = :email, email_key = :key",
                id=person_id,
                name=name,
                email=email,
                key=email_key(email),
            )
        except sa.exc.IntegrityError as e:
            raise EmailTaken(f"another person has the address {email}") from e

    def people(self, ids: Iterable[str] | None = None) -> dict[str, Person]:
        """Everybody, or those of ``ids`` that are known, by id, in order of name."""
        if ids is None:
            found = self._read("SELECT id, name, email FROM people")
        else:
            wanted, found = sorted(set(ids)), []
            for start in range(0, len(wanted), AT_ONCE):
                found += self._read(_THESE_PEOPLE, ids=wanted[start : start + AT_ONCE])
        people = sorted((Person(*row) for row in found), key=lambda each: (each.name, each.id))
        return {each.id: each for each in people}

    def names(self) -> dict[str, str]:
        """What everybody is called, by id."""
        return {row[0]: row[1] for row in self._read("SELECT id, name FROM people")}

    def find_person(self, email: str) -> Person | None:
        """The person with this address, in upper or lower case."""
        rows = self._read(
            "SELECT id, name, email FROM people WHERE email_key = :key", key=email_key(email)
        )
        return Person(*rows[0]) if rows else None

    def change_person(
        self, person_id: str, changes: Mapping[str, str | None], claim: str | None = None
    ) -> None:
        """Changes name or address of a person, or both; what ``changes`` leaves out stays.

        Args:
            changes: by ``name`` and ``email``; an address that is None goes.
            claim: the entry that holds the new address for this person; it goes in the same moment.

        Raises:
            EmailTaken: the address belongs to somebody else.
        """
        values: dict[str, str | None] = dict(changes)
        if "email" in values:
            values["email_key"] = email_key(values["email"])
        new = {"name": "", **values}
        names, marks = ", ".join(new), ", ".join(f":{name}" for name in new)
        sets = ", ".join(f"{name} = :{name}" for name in values)
        try:
            with self._translated(), self._engine.begin() as connection:
                if claim is not None:
                    connection.execute(sa.text("DELETE FROM people WHERE id = :id"), {"id": claim})
                connection.execute(
                    sa.text(
                        f"INSERT INTO people (id, {names}) VALUES (:id, {marks})"  # noqa: S608
                        f" ON CONFLICT (id) DO UPDATE SET {sets}"
                    ),
                    {"id": person_id, **new},
                )
        except sa.exc.IntegrityError as e:
            raise EmailTaken(f"another person has the address {changes.get('email')}") from e

    def remove_person(self, person_id: str) -> None:
        """Forgets name and address; the facts keep the id, which then says nothing."""
        self._write("DELETE FROM people WHERE id = :id", id=person_id)

    # --- keys ----------------------------------------------------------------------------------

    def create_key(self, role: Role, person_id: str | None, label: str) -> str:
        """Makes a key and returns its secret, which is never stored and shown only now."""
        secret = f"tn_{secrets.token_urlsafe(32)}"
        self._write(
            "INSERT INTO api_keys (id, secret_hash, role, person_id, label, created_at)"
            " VALUES (:id, :hash, :role, :person, :label, :now)",
            id=new_id(),
            hash=_hash(secret),
            role=role,
            person=person_id,
            label=label,
            now=datetime.now(UTC).isoformat(),
        )
        return secret

    def key(self, secret: str) -> Key | None:
        """The key of this secret; None when unknown or revoked."""
        rows = self._read(
            f"{_KEY} WHERE secret_hash = :hash AND revoked_at IS NULL", hash=_hash(secret)
        )
        return _key(rows[0]) if rows else None

    def keys(self) -> list[Key]:
        """All keys, also the revoked ones, oldest first."""
        return [_key(row) for row in self._read(f"{_KEY} ORDER BY created_at, id")]

    def revoke(self, key_id: str) -> bool:
        """Ends a key; False if there is none of this id that is still valid."""
        return self._write(
            "UPDATE api_keys SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL",
            id=key_id,
            now=datetime.now(UTC).isoformat(),
        )

    # --- plumbing ------------------------------------------------------------------------------

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check(self) -> None:
        rows = self._read(f"SELECT version FROM {self._versions}")  # noqa: S608 - a constant
        found = rows[0][0] if rows else 0
        if found < VERSION:
            raise StoreNotMigrated(
                f"the directory has schema {found}, this release needs {VERSION}: run the migrate"
                " step"
            )
        if found > VERSION:
            raise StoreTooNew(
                f"the directory has schema {found}, this release knows up to {VERSION}: start the"
                " release that migrated it, or a newer one"
            )

    def _read(self, statement: str | sa.TextClause, **values: Any) -> list[tuple[Any, ...]]:
        text = sa.text(statement) if isinstance(statement, str) else statement
        with self._translated(), self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text, values)]

    def _write(self, statement: str, **values: Any) -> bool:
        with self._translated(), self._engine.begin() as connection:
            return bool(connection.execute(sa.text(statement), values).rowcount)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.IntegrityError:
            raise
        except (sa.exc.DBAPIError, psycopg.Error) as e:
            cause = e.orig if isinstance(e, sa.exc.DBAPIError) else e
            raise (named(cause or e, self.place, DirectoryDamaged) or e) from e
        except sa.exc.TimeoutError as e:
            raise JournalUnavailable("no connection to the directory became free") from e


def email_key(email: str | None) -> str | None:
    """What two spellings of one address have in common."""
    return email.strip().casefold() if email else None


def _hash(secret: str) -> str:
    """Plain SHA-256 is enough: the secret has 256 random bits, there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: tuple[Any, ...]) -> Key:
    key_id, role, person_id, label, created_at, revoked_at = row
    return Key(
        key_id,
        role,
        person_id,
        label,
        datetime.fromisoformat(created_at),
        datetime.fromisoformat(revoked_at) if revoked_at else None,
    )
