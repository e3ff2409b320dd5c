"""Who owes what, and what people are told: opened by the clock's asks and by what people start,
closed by what people do.

Derived from what each view says of its facts. Nothing here decides who is late: the instant of the
question does. Whoever comes to own a thing is told so, whichever fact made it so.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from domain.facts import Envelope, Fact
from projections.engine.projection import Handler, Projection
from projections.engine.versions import Change, Put, Rows
from projections.notifications.rows import INTEREST, NOTIFICATION, ownership
from projections.obligations.rows import OBLIGATION, SUBJECT
from projections.view import View


def obligations(views: Sequence[View[Any]]) -> Projection:
    """The projection of everything that the facts of these views make people owe, pay and hear."""
    speaking = [view for view in views if view.owes or view.concerns]
    owes = {each.fact: each.handler for view in speaking for each in view.owes}
    concerns = {each.fact: each.handler for view in speaking for each in view.concerns}
    handlers: dict[type[Fact], Handler] = {
        fact: _told(owes.get(fact), concerns.get(fact)) for fact in owes | concerns
    }
    kinds = {view.kind: tuple(view.thing.steps) for view in speaking}
    silent = {fact for facts in kinds.values() for fact in facts} - handlers.keys()
    tables = (OBLIGATION, SUBJECT, NOTIFICATION, INTEREST)
    return Projection("obligations", tables, handlers, kinds, frozenset(silent))


def _told(owes: Handler | None, concerns: Handler | None) -> Handler:
    """First what is owed, so that whom a fact concerns is found by how things are after it."""

    def told(envelope: Envelope, rows: Rows) -> Iterator[Change]:
        for change in owes(envelope, rows) if owes is not None else ():
            if not isinstance(change, Put) or change.table is not SUBJECT:
                yield change
                continue
            kind, id_ = change.key
            before = (rows.get(SUBJECT, change.key) or {}).get("owner_id")
            yield change
            now = change.values.get("owner_id", before)
            yield from ownership(envelope, rows, (kind, id_), before, now)
        if concerns is not None:
            yield from concerns(envelope, rows)

    return told
