"""The present as views show it, never older than the log at the moment of the question."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from api.core.problems import behind
from api.services import Services
from projections.engine.errors import ViewHalted
from projections.engine.moment import Moment

Found = TypeVar("Found")

_PATIENCE: Final = 2.0
FIRST_PATIENCE: Final = 3.0
"""Seconds that a view of a young installation is given to be built; answers take 5 at most."""


def present(services: Services, views: Sequence[str]) -> Moment:
    """The moment in which each of ``views`` shows all that is in the log. Raises 503."""
    if not services.views.wait_for(services.journal.head(), _PATIENCE, views):
        raise behind("the end of the log")
    return Moment(services.views.position(views), services.clock.now(), live=True)


def once_built(services: Services, look: Callable[[], Found]) -> Found:
    """What ``look`` finds; a view that is just being built for the first time is waited for.

    Raises ViewHalted when it is not built by then, or never will be.
    """
    try:
        return look()
    except ViewHalted as halted:
        if not halted.coming:
            raise
        services.views.wait_for(1, FIRST_PATIENCE, (halted.view,))
    return look()
