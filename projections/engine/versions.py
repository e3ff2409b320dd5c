"""View tables that know time: every row is a version, valid over a range of log positions.

``since`` is the position that made the version, ``until`` the one that ended it (null: current),
``cause`` the id of the fact behind it. Now is ``until is null``; as of P is ``since <= P and (until
is null or until > P)`` (ARCHITECTURE, views that know time). ``first`` marks the earliest version
of a key: through it the past is found by one index step a key, however many versions lie between.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final, NamedTuple, Protocol

import orjson
from pydantic import BaseModel
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeDecorator, TypeEngine

METADATA: Final = MetaData()
"""All view tables; on PostgreSQL they live in the schema ``views``, found by the search path."""

FIXED: Final[dict[Any, Any]] = {"fixed": True}
"""``Column(..., info=FIXED)``: this column never changes for a key, so lists may go by it."""


class Instant(TypeDecorator[datetime]):
    """An aware instant: ``timestamptz`` on PostgreSQL, sortable UTC text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        plain = Text() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return utc_text(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


def utc_text(at: datetime) -> str:
    """Microseconds always, so that text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Exact(TypeDecorator[Decimal]):
    """An exact decimal: ``numeric`` on PostgreSQL, text on SQLite, which has binary floats only."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value)


BESIDE: Final = "_fts"
"""What a database keeps beside a table, to search in it, has the table's name and this. Nobody
drops it by itself: it goes with the table."""

Row = Mapping[Any, Any]
"""A version as it is read: values by the names of the columns."""

CURRENT: Final = text("until IS NULL")
FIRST: Final = text("first = 1")


def versioned(
    name: str,
    *columns: Column[Any],
    immutable: bool = False,
    found_by: Sequence[str] = (),
    then_by: Sequence[str] = (),
) -> Table:
    """A table of versions; key columns are those with ``primary_key=True`` in ``columns``.

    The table in the database carries a digest of its shape in its name: a release that changes a
    column builds another table beside the one that the release before reads and writes.

    Args:
        name: what people call it.
        immutable: rows never change and never end: they are facts of their own, written without
            looking, and read by the position that made them.
        found_by: columns that rows are looked for by, each with an index of its own.
        then_by: columns that versions which ended are looked for by as well, for a past.
    """
    keys = [column.name for column in columns if column.primary_key]
    fixed = [column.name for column in columns if column.info.get("fixed")]
    if not keys:
        raise ValueError(f"the view table {name} has no key")
    for column in columns:
        column.primary_key = False  # the versions of a key are told apart by ``since``
        if isinstance(column.type, DateTime):
            column.type = Instant()  # SQLite would lose the offset
    info = {"name": name, "keys": tuple(keys), "fixed": tuple(fixed), "immutable": immutable}
    by_time = [*fixed, "since", *(key for key in keys if key not in fixed)]
    plain = Table(
        name,
        MetaData(),
        Column("gen", Integer, nullable=False),
        *columns,
        Column("since", BigInteger, nullable=False),
        Column("until", BigInteger, nullable=True),
        Column("cause", Text, nullable=False),
        Column("first", SmallInteger, nullable=False),
        PrimaryKeyConstraint("gen", *(by_time if immutable else (*keys, "since"))),
        info=info,
    )
    _index(plain, found_by, then_by)
    table = plain.to_metadata(METADATA, name=f"{name}_{_shape(plain)}")
    table.info.update(info)
    table.indexes.clear()  # named after the plain table; no two of a database may share a name
    _index(table, found_by, then_by)
    return table


def _index(table: Table, found_by: Sequence[str], then_by: Sequence[str]) -> None:
    keys, fixed, name = keys_of(table), table.info["fixed"], table.name
    for column in then_by:
        Index(f"{name}_ever_by_{column}", *_named(table, "gen", column))
    for column in found_by:
        if is_immutable(table):
            Index(f"{name}_by_{column}", *_named(table, "gen", column, "since"))
        else:
            Index(f"{name}_by_{column}", *_named(table, "gen", column), **_where(CURRENT))
    if is_immutable(table):
        return
    # Unique: two current versions of one key can never stand, whoever writes.
    Index(f"{name}_current", *_named(table, "gen", *keys), unique=True, **_where(CURRENT))
    if fixed and fixed != keys[: len(fixed)]:
        Index(f"{name}_current_by", *_named(table, "gen", *fixed), **_where(CURRENT))
    by_fixed = [*fixed, *(key for key in keys if key not in fixed)]
    Index(f"{name}_first_by", *_named(table, "gen", *by_fixed), **_where(FIRST))


def _shape(table: Table) -> str:
    """A digest of the statements that make a table, in words that no database minds."""
    digest = sha256(str(CreateTable(table)).encode())
    for index in sorted(table.indexes, key=lambda each: str(each.name)):
        digest.update(str(CreateIndex(index).compile(dialect=_DIALECT)).encode())
    return digest.hexdigest()[:8]


_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
"""Any would do that says of an index which rows it is for."""


def _named(table: Table, *names: str) -> list[Column[Any]]:
    return [table.c[name] for name in names]


def _where(condition: Any) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


def name_of(table: Table) -> str:
    """What people call the table, whatever its shape."""
    name: str = table.info["name"]
    return name


def keys_of(table: Table) -> tuple[str, ...]:
    """Names of the key columns."""
    names: tuple[str, ...] = table.info["keys"]
    return names


def is_immutable(table: Table) -> bool:
    """Whether rows of ``table`` never change."""
    return bool(table.info["immutable"])


def user_columns(table: Table) -> tuple[str, ...]:
    """Names of the columns that the projection gives, keys and values, as they stand."""
    return tuple(column.name for column in table.columns)[1:-4]


def value_columns(table: Table) -> tuple[str, ...]:
    """Names of the columns that a ``Put`` gives beside its key."""
    return tuple(name for name in user_columns(table) if name not in keys_of(table))


class Put(NamedTuple):
    """A new current version of ``key``; columns that ``values`` leaves out stay as they are.

    A version that says the same as the current one is not written.
    """

    table: Table
    key: tuple[Any, ...]
    values: Mapping[str, Any]


class End(NamedTuple):
    """``key`` has no current version from here on; harmless when it has none."""

    table: Table
    key: tuple[Any, ...]


Change = Put | End
Changes = Iterable[Put | End]


class Rows(Protocol):
    """Rows of the generation that is being written, changes of this very fact included."""

    def get(self, table: Table, key: tuple[Any, ...]) -> Mapping[str, Any] | None:
        """The current version of ``key``, with key and value columns."""

    def where(self, table: Table, **equals: Any) -> list[Mapping[str, Any]]:
        """Current versions with these column values, in the order of their keys."""


def as_json(value: Any) -> str | None:
    """Compact JSON text for a column that holds a nested value; decimals stay text."""
    if value is None:
        return None
    if isinstance(value, BaseModel):
        # The method of the same name does only this, after looking at a dozen options.
        return value.__pydantic_serializer__.to_json(value, exclude_none=True).decode()
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    return str(value)
