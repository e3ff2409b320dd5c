"""Which things have a clock that may have something due, as each view says of its own."""

from collections.abc import Iterator
from typing import Any, TypeVar

from sqlalchemy import select

from projections.catalogue import VIEWS
from projections.engine.versions import keys_of
from projections.engine.view_store import Moment, Reading, ViewStore
from projections.view import View, Views

S = TypeVar("S")


def open_streams(store: ViewStore, views: Views = VIEWS) -> list[str]:
    """Every stream whose clock may have something due, the present of the views."""
    clocked = [view for view in views if view.awake is not None]
    with store.reading() as look:
        return [f"{view.kind}/{id_}" for view in clocked for id_ in _ids(look, view)]


def _ids(look: Reading, view: View[Any]) -> list[str]:
    table = view.tables[0]
    key = table.c[keys_of(table)[0]]
    current = (table.c.gen == look.generation(table), table.c.until.is_(None))
    return list(look.connection.scalars(select(key).where(*current, view.awake).order_by(key)))


def awake(look: Reading, moment: Moment, view: View[S]) -> Iterator[tuple[str, S]]:
    """Ids and folded states of the things of one kind whose clock may have something due.

    Raises:
        LookupError: things of this kind have no clock, or their states are not kept.
    """
    if view.awake is None or view.stored is None:
        raise LookupError(f"the view of {view.kind} knows nothing of clocks")
    (key,) = keys_of(view.tables[0])
    for row in look.rows(view.tables[0], moment, view.awake):
        yield row[key], view.stored.read(look.states, row)
