"""The present as views show it, never older than the log at the moment of the question."""

from collections.abc import Sequence
from typing import Final

from api.core.problems import behind
from api.services import Services
from projections.engine.moment import Moment

_PATIENCE: Final = 2.0


def present(services: Services, views: Sequence[str]) -> Moment:
    """The moment in which each of ``views`` shows all that is in the log. Raises 503."""
    if not services.views.wait_for(services.journal.head(), _PATIENCE, views):
        raise behind("the end of the log")
    return Moment(services.views.position(views), services.clock.now(), live=True)
