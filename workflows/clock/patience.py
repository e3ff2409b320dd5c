"""Which errors mean that a store is away for now, and how an activity bears that.

An outage ends by itself or by somebody's hand; what was to be done is done afterwards. So it costs
one line in the log when it begins (``workflows.host.outages``), not a traceback a try.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from journal.errors import DiskFull, JournalUnavailable

LOG_AWAY: Final = (JournalUnavailable, DiskFull)
VIEWS_AWAY: Final = (OperationalError, InterfaceError, NoConnection)


class ViewsBehind(Exception):
    """The views that are needed did not reach the head of the log in time; try again later."""


@contextmanager
def patiently() -> Iterator[None]:
    """An activity inside fails without a traceback in the log when a store is away: it is retried.

    Raises:
        ApplicationError: it says which store does not answer.
    """
    try:
        yield
    except (*LOG_AWAY, *VIEWS_AWAY, ViewsBehind) as error:
        raise ApplicationError(
            str(error), type=type(error).__name__, category=ApplicationErrorCategory.BENIGN
        ) from None
