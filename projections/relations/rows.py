"""Relations between things as rows: who supports, is about, or goes on with what, and when.

Derived from what each thing says of its facts: which make a relation and which end it. A relation
is found from both of its ends, now and as of any moment.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Column, Index, Text

from domain.facts import Envelope
from domain.relation import Link
from projections.engine.projection import Handler, Projection
from projections.engine.versions import FIXED, Change, End, Exact, Put, Rows, versioned
from projections.view import View

RELATION = versioned(
    "relation",
    Column("source_kind", Text, primary_key=True, info=FIXED),
    Column("source_id", Text, primary_key=True, info=FIXED),
    Column("kind", Text, primary_key=True, info=FIXED),
    Column("target_kind", Text, primary_key=True, info=FIXED),
    Column("target_id", Text, primary_key=True, info=FIXED),
    Column("weight", Exact),
)
"""The source stands in the relation to the target: the supporter supports the supported one."""

_C: Final = RELATION.c
# The id comes before the kind: whoever lists what is about a thing knows but its id.
Index(f"{RELATION.name}_of_target", _C.gen, _C.target_id, _C.target_kind, _C.kind, _C.since)

_KEY: Final = ("source_kind", "source_id", "kind", "target_kind", "target_id")


def relations(views: Sequence[View[Any]]) -> Projection:
    """The projection of all relations that the things of these views make and end."""
    linked = [view for view in views if view.thing.relations]
    handlers: dict[Any, Handler] = {}
    for view in linked:
        for fact in {link.fact: None for link in view.thing.relations}:
            links = [link for link in view.thing.relations if link.fact is fact]
            handlers[fact] = _linking(links)
    kinds = {view.kind: tuple(view.thing.steps) for view in linked}
    silent = {fact for facts in kinds.values() for fact in facts} - handlers.keys()
    return Projection("relations", (RELATION,), handlers, kinds, frozenset(silent))


def _linking(links: Sequence[Link[Any]]) -> Handler:
    def linked(envelope: Envelope, rows: Rows) -> Iterator[Change]:
        made = {
            (one.source.kind, one.source.id, one.kind, one.target.kind, one.target.id): one
            for link in links
            for one in link.made(envelope.fact)
        }
        for over in (over for link in links for over in link.ended(envelope.fact)):
            source = {"source_kind": over.source.kind, "source_id": over.source.id}
            for row in rows.where(RELATION, **source, kind=over.kind):
                key = tuple(row[name] for name in _KEY)
                if key not in made:  # what ends and is made anew goes on
                    yield End(RELATION, key)
        for key, one in made.items():
            yield Put(RELATION, key, {"weight": one.weight})

    return linked
