"""Which errors mean that a store cannot answer for now, and how an activity bears that.

An outage ends by itself or by somebody's hand; what was to be done is done afterwards. So it costs
one line in the log when it begins (``workflows.host.outages``), not a traceback a try.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DatabaseError, InterfaceError
from sqlalchemy.exc import TimeoutError as NoConnection
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from journal.errors import DiskFull, JournalUnavailable, LogDamaged, UnreadableFact
from projections.engine.errors import ViewHalted, ViewsDamaged

LOG_AWAY: Final = (JournalUnavailable, DiskFull, LogDamaged)
VIEWS_AWAY: Final = (DatabaseError, InterfaceError, NoConnection, ViewsDamaged)
"""Damaged or not yet migrated counts as away: the projector, or somebody, makes them anew."""


class ViewsBehind(Exception):
    """The views that are needed did not reach the head of the log in time; try again later."""


@contextmanager
def patiently() -> Iterator[None]:
    """Without a traceback in the log an activity inside fails, and is tried again, when a store
    is away, a view behind or halted, or a fact is one that only another release can read.

    Raises:
        ApplicationError: it says which store does not answer.
    """
    try:
        yield
    except (*LOG_AWAY, *VIEWS_AWAY, ViewsBehind, ViewHalted, UnreadableFact) as error:
        raise ApplicationError(
            str(error), type=type(error).__name__, category=ApplicationErrorCategory.BENIGN
        ) from None
