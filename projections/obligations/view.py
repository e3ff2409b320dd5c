"""Who owes what: opened by the clock's asks and by what people start, closed by what people do.

Derived from what each view says of its facts. Nothing here decides who is late: the instant of the
question does.
"""

from collections.abc import Sequence
from typing import Any

from projections.engine.projection import Projection
from projections.obligations.rows import OBLIGATION, SUBJECT
from projections.view import View


def obligations(views: Sequence[View[Any]]) -> Projection:
    """The projection of everything that the facts of these views make people owe, and pay."""
    owing = [view for view in views if view.owes]
    handlers = {each.fact: each.handler for view in owing for each in view.owes}
    kinds = {view.kind: tuple(view.thing.steps) for view in owing}
    silent = {fact for facts in kinds.values() for fact in facts} - handlers.keys()
    return Projection("obligations", (OBLIGATION, SUBJECT), handlers, kinds, frozenset(silent))
