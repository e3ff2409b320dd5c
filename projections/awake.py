"""Which things have a clock that may have something due, as each view says of its own."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from domain.thing import Overlooked
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import keys_of
from projections.view import View

S = TypeVar("S")


def awake(view: View[S]) -> Callable[[Reading, Moment], Iterable[tuple[str, S]]]:
    """A reader of the ids and folded states of those things of a kind that may be awake.

    Raises:
        Overlooked: the view keeps no states, or does not say whose clock is awake.
    """
    condition, stored = view.awake, view.stored
    if condition is None or stored is None:
        raise Overlooked(f"the view of {view.kind} does not say whose clock is awake")
    (key,) = keys_of(stored.table)

    def read(look: Reading, moment: Moment) -> Iterator[tuple[str, S]]:
        for row in look.rows(stored.table, moment, condition):
            yield row[key], stored.read(look.states, row)

    return read
