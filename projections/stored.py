"""A row that is a thing's folded state: the state whole as JSON, and the columns lists go by.

The state is the domain's own, folded by the domain's own steps, so a list shows what the single
thing shows and no field can be forgotten. Columns beside it are only what is filtered or sorted by.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Table

from domain.facts import Envelope
from domain.text import SealedText
from domain.thing import Thing
from projections.engine.states import States
from projections.engine.versions import Put, Row, Rows, keys_of
from projections.sealed import sealed_form

S = TypeVar("S")

Columns = Mapping[str, Any]


def _none(*_: Any) -> Columns:
    return {}


@dataclass(frozen=True, eq=False)
class Stored(Generic[S]):
    """How the states of one kind of thing are kept in a table with ``version`` and ``state``.

    Attributes:
        columns: of a state, what lists filter and sort by.
        born: of the fact that begins a thing; kept by every later version.
        also: columns that the state does not know, of a fact, the row before it and the state.
    """

    thing: Thing[S]
    table: Table
    adapter: TypeAdapter[S]
    columns: Callable[[S], Columns] = _none
    born: Callable[[Envelope], Columns] = _none
    also: Callable[[Envelope, Row | None, S], Columns] = _none

    def fold(self, envelope: Envelope, rows: Rows) -> Iterator[Put]:
        """The next version of the row: the state, one fact further."""
        key = (envelope.stream.partition("/")[2],)
        before = rows.get(self.table, key)
        held = self.thing.initial if before is None else self.adapter.validate_json(before["state"])
        state = self.thing.evolve(held, envelope.fact)
        born = self.born(envelope)
        if before is not None:
            born = {name: before[name] for name in born}
        yield Put(
            self.table,
            key,
            {
                **self.columns(state),
                **born,
                **self.also(envelope, before, state),
                "version": envelope.version,
                "state": self.text(state),
            },
        )

    def text(self, state: S) -> str:
        """JSON of a state, the same in every process: a set has no order of its own."""
        return orjson.dumps(self.adapter.dump_python(state), default=_plain).decode()

    def read(self, states: States, row: Row) -> S:
        """The state of a row. A version of a thing never changes, so it is kept in ``states``."""
        key = (self.table.name, row["gen"], row[keys_of(self.table)[0]], row["version"])
        state: S | None = states.get(key)
        if state is None:
            state = self.adapter.validate_json(row["state"], context=states.opener)
            states.put(key, state)
        return state


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, SealedText):
        return sealed_form(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")
