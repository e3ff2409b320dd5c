"""How a store comes from the schema of any older release to that of this one.

A store's steps stand in order: the first makes the tables of an untouched store, each further one
lifts what the step before left. A new store climbs all of them, so there is one way only and every
test of a new store tries it. A step that a release has shipped with is never changed again.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from journal.errors import StoreTooNew

S = TypeVar("S")


def climb(what: str, found: int, steps: Sequence[Callable[[S], object]], store: S) -> bool:
    """Runs the steps that ``store`` has not seen yet; must run in one transaction.

    Args:
        what: the part that climbs, as an operator calls it.
        found: the version it has; 0 is untouched.
        steps: step ``n``, counted from 0, lifts version ``n`` to ``n + 1``.

    Returns:
        whether there was anything to do.

    Raises:
        StoreTooNew: a newer release lifted it beyond the last step.
    """
    if found > len(steps):
        raise StoreTooNew(
            f"{what} has schema {found}, this release knows up to {len(steps)}:"
            " start the release that migrated it, or a newer one"
        )
    for step in steps[found:]:
        step(store)
    return found < len(steps)
