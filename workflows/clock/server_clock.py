"""Which time it is for an activity: the Temporal server's, moved by a fixed shift.

In real life the shift is zero and the server's time is the time. Under time skipping the server's
clock starts today and runs ahead, while the quarter being played may lie anywhere; the shift is the
distance. Workflow code knows nothing of it: instants are moved here, at the border.
"""

from datetime import UTC, datetime, timedelta

from temporalio import activity

NO_SHIFT = timedelta(0)


class ServerClock:
    """A journal ``Clock``; inside an activity it reads the server's time of this attempt.

    A worker whose own clock is ten minutes wrong therefore neither acts early nor spins: the same
    clock that fired the timer says what time it is.
    """

    def __init__(self, shift: timedelta = NO_SHIFT) -> None:
        self.shift = shift

    def now(self) -> datetime:
        """The organisation's time."""
        if activity.in_activity():
            return activity.info().started_time - self.shift
        return datetime.now(UTC) - self.shift

    def on_server(self, at: datetime) -> datetime:
        """An instant of the organisation in the server's time, in UTC.

        In UTC, because adding to a local time counts on the wall clock: over a change of summer
        time it lands an hour off.
        """
        return at.astimezone(UTC) + self.shift
