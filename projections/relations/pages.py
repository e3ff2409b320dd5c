"""Relations of a thing in both directions, as of any moment."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import Row
from projections.engine.view_store import ViewStore
from projections.relations.rows import RELATION

Name = tuple[str, str]
"""The kind and the id of a thing."""


@dataclass(frozen=True, slots=True)
class Related:
    """``source`` stands in the relation ``kind`` to ``target``; ``since`` is the position of the
    fact that made it so.
    """

    kind: str
    source: Name
    target: Name
    weight: Decimal | None
    since: int


@dataclass(frozen=True, slots=True)
class Relations:
    """What a thing stands in relation to (``to``), and what stands in relation to it (``of``)."""

    to: tuple[Related, ...]
    of: tuple[Related, ...]


def relations_of(store: ViewStore, thing: Name, moment: Moment) -> Relations:
    """Every relation that a thing had at ``moment``, from either end, the oldest first."""
    with store.reading() as look:
        return relations_at(look, thing, moment)


def relations_at(look: Reading, thing: Name, moment: Moment) -> Relations:
    """As :func:`relations_of`, within a look at the views; two statements."""
    kind, id_ = thing
    c = RELATION.c
    order = (c.since, c.kind, c.target_id, c.source_id)
    to = look.rows(RELATION, moment, order_by=order, source_kind=kind, source_id=id_)
    of = look.rows(RELATION, moment, order_by=order, target_kind=kind, target_id=id_)
    return Relations(tuple(map(_related, to)), tuple(map(_related, of)))


def sources(
    look: Reading, moment: Moment, kind: str, target_kind: str, targets: Any
) -> Select[Any]:
    """The statement for ids of what stood in a relation to any of ``targets``.

    Args:
        targets: ids, a statement for them, or a column of an enclosing one.
    """
    c = RELATION.c
    several = isinstance(targets, list | Select)
    among = c.target_id.in_(targets) if several else c.target_id == targets
    return select(c.source_id).where(
        look.alive(RELATION, moment), c.target_kind == target_kind, among, c.kind == kind
    )


def _related(row: Row) -> Related:
    return Related(
        row["kind"],
        (row["source_kind"], row["source_id"]),
        (row["target_kind"], row["target_id"]),
        row["weight"],
        row["since"],
    )
