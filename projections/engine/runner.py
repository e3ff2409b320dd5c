"""The runner: one reader of the log, many views, each batch one transaction.

Wake-ups are hints and may be lost; every half second the runner looks for itself. What stops a view
stops that view alone: a fact that its handlers fail on halts it, one that this release cannot read
lets it wait for a release that can, and both say at which position. What readers see goes first;
generations that are being built take a batch whenever nothing else is due.

A runner writes generations of its own code only. One of another release may run beside it: each
goes on with its own, until readers have gone over to the newer one and the older is told so.
"""

import logging
import math
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.exc import DBAPIError, OperationalError

from journal.append import Row
from journal.errors import UnreadableFact
from journal.log import Journal
from projections.engine import followers, succession
from projections.engine.batch import Taker
from projections.engine.errors import ViewsDamaged
from projections.engine.followers import Overtaken, State, row_id
from projections.engine.recognition import recognise
from projections.engine.stores import writing
from projections.engine.takers import Takers
from projections.engine.view_store import ViewStore

BATCH: Final = 500
POLL_SECONDS: Final = 0.5
AROUND_SECONDS: Final = 2.0
"""Between two looks at what other processes did to generations, and at whether the log is the same.
Whatever a batch meets is noticed at once; this is for while nothing comes."""

BEAT_SECONDS: Final = 10.0
RETRY_SECONDS: Final = 30.0
"""Between two looks at a fact that could not be read."""

SWEEP_AFTER: Final = 10.0
"""Seconds after a change of generations until the rows of old ones are swept: whoever reads them
has come to an end by then."""

DROP_AFTER: Final = 3600.0
"""Seconds after a change of generations until the tables of an earlier release are dropped: its
processes may run beside ours for as long as an upgrade takes."""

_SLOWEST_RETRY: Final = 5.0

log = logging.getLogger(__name__)


class AnotherLog(Exception):
    """The fact at a checkpoint is not the one that was taken in there."""


class Runner:
    """Keeps the views of one log up to date. Several may run; one of them then does the work.

    Args:
        journal: the log to follow.
        views: where to; migrated.
    """

    def __init__(self, journal: Journal, views: ViewStore) -> None:
        self._journal = journal
        self._views = views
        self._takers = Takers(journal, views)
        self._begun = False
        self._look_around_at = 0.0
        self._beat_at = 0.0
        self._retry_at = 0.0
        self._sweep_at = self._drop_at = math.inf

    def catch_up(self) -> int:
        """Takes in everything up to the present head; the position reached."""
        self._look_around_at = 0.0
        return self._catch_up(self._journal.head(), threading.Event())

    def run(self, stop: threading.Event) -> None:
        """Follows the log until ``stop`` is set; what is committed then stays committed."""
        reached, pause = 0, 0.1
        healthy = False
        while not stop.is_set():
            try:
                if not healthy:
                    healthy = True
                    self._views.heal()
                reached = self._catch_up(self._journal.wait(reached, POLL_SECONDS), stop)
                self._tidy_up(reached)
                pause = 0.1
            except Exception as error:
                log.error("the views cannot follow the log, trying again: %s", _said(error))
                log.debug("the views cannot follow the log", exc_info=True)
                self._takers.forget()
                self._look_around_at = 0.0
                healthy = not isinstance(error, ViewsDamaged)
                stop.wait(pause)
                pause = min(2 * pause, _SLOWEST_RETRY)

    def _catch_up(self, head: int, stop: threading.Event) -> int:
        while not stop.is_set():
            # Not for every fact: a generation that is gone is noticed when its checkpoint shall
            # move, and one that has come is as far as the one before.
            if time.monotonic() >= self._look_around_at:
                self._look_around()
            due = self._due(head)
            if not due:
                break
            try:
                if due[0].position < head:
                    self._step(due, head)
                elif not self._let_succeed(due) and self._journal.head() == head:
                    break
            except Overtaken:
                self._load()
            except AnotherLog:
                if not recognise(self._journal, self._views):
                    raise
                self._load()
            if self._takers.building:
                head = self._journal.head()
        return head

    def _due(self, head: int) -> list[Taker]:
        """Who has something to do next: who is read goes first, then who is furthest behind."""
        building, takers = self._takers.building, self._takers.takers
        behind = [each for each in takers if each.position < head and each not in building]
        behind = behind or [each for each in takers if each.position < head]
        return sorted(behind, key=_position) or [*building]

    # --- one batch -----------------------------------------------------------------------------

    def _step(self, behind: Sequence[Taker], head: int) -> None:
        """One batch for those who are furthest behind, at most up to where the next ones stand."""
        place = behind[0].position
        group = [each for each in behind if each.position == place]
        until = next((each.position for each in behind if each.position > place), head)
        rows = self._after(group[0], min(BATCH, until - place))
        try:
            self._takers.take(group, rows)
        except Overtaken:
            raise
        except Exception as error:
            for each in group:
                each.drop_cache()
            if is_trouble_of_store(error):
                raise
            log.info("a batch after position %d is taken apart: %s", place, _said(error))
            for each in group:
                self._carefully(each, rows)
        self._views.tell()

    def _after(self, taker: Taker, limit: int) -> Sequence[Row]:
        """The rows after a checkpoint, read together with the one at it: it has to be the same."""
        place = taker.position
        known = self._takers.event_id(taker)
        if place == 0 or known is None:
            rows = self._journal.rows(place, limit)
        else:
            rows = self._journal.rows(place - 1, limit + 1)
            if not rows or rows[0][0] != place or row_id(self._journal, rows[0]) != known:
                raise AnotherLog(f"position {place} holds another fact than was taken in")
            rows = rows[1:]
        if not rows:
            raise AnotherLog(f"the log has no fact after position {place}")
        return rows

    def _carefully(self, taker: Taker, rows: Sequence[Row]) -> None:
        """The batch for one view alone; stops it before the fact that it cannot take in."""
        try:
            self._takers.take([taker], rows)
            return
        except Overtaken:
            raise
        except Exception as error:
            taker.drop_cache()
            if is_trouble_of_store(error):
                raise
        for row in rows:
            try:
                self._takers.take([taker], [row])
            except Overtaken:
                raise
            except Exception as error:
                taker.drop_cache()
                if is_trouble_of_store(error):
                    raise
                self._stop(taker, row, error)
                return

    def _stop(self, taker: Taker, row: Row, error: Exception) -> None:
        if isinstance(error, UnreadableFact):
            state: State = "waiting-for-release"
            reason = f"position {row[0]}, {row[3]}: this release cannot read it ({error.detail})"
            log.error("the view %s waits for another release: %s", taker.name, reason)
        else:
            state = "halted"
            reason = f"position {row[0]}, {row[3]}: {_said(error)}"
            log.error("the view %s is halted at %s", taker.name, reason, exc_info=error)
        self._takers.stop(taker, state, _short(reason))
        self._retry_at = time.monotonic() + RETRY_SECONDS

    # --- now and then --------------------------------------------------------------------------

    def _look_around(self) -> None:
        """What other processes did meanwhile, and whether the log is still the same."""
        if recognise(self._journal, self._views):
            self._takers.forget()
        if not self._begun:
            self._takers.take_up(lambda _: True)  # a new process may be a new release
            self._begun = True
        elif time.monotonic() >= self._retry_at:
            self._takers.take_up(self._takers.is_readable)
            self._retry_at = time.monotonic() + RETRY_SECONDS
        if self._takers.is_outdated():
            self._load()
        if time.monotonic() >= self._beat_at:
            self._beat()
        self._look_around_at = time.monotonic() + AROUND_SECONDS

    def _load(self) -> None:
        self._takers.load()
        self._changed()

    def _let_succeed(self, built: Sequence[Taker]) -> bool:
        shown = self._takers.let_succeed(built)
        self._changed()
        self._views.tell()
        return shown

    def _changed(self) -> None:
        """Generations came or went: what is left of the old ones goes when its time has come."""
        now = time.monotonic()
        self._sweep_at, self._drop_at = now + SWEEP_AFTER, now + DROP_AFTER

    def _beat(self) -> None:
        places = [(each.name, each.number) for each in self._takers.takers]
        if places:
            with writing(self._views.engine) as connection:
                followers.beat(connection, places, datetime.now(UTC))
        self._beat_at = time.monotonic() + BEAT_SECONDS

    def _tidy_up(self, head: int) -> None:
        """Takes away what is left of generations that nobody reads, once nothing else is due."""
        now = time.monotonic()
        if now < min(self._sweep_at, self._drop_at) or self._due(head):
            return
        if now >= self._sweep_at:
            self._sweep_at = math.inf
            written = {each.name for each in self._takers.takers}
            for projection in self._views.projections:
                if projection.name in written:
                    succession.sweep_rows(self._views.engine, projection)
        if now >= self._drop_at:
            self._drop_at = math.inf
            if dropped := succession.drop_tables(self._views.engine, self._views.projections):
                log.info("tables of an earlier release are gone: %s", ", ".join(dropped))


def is_trouble_of_store(error: Exception) -> bool:
    """Whether the store failed, not the view: then the same batch is tried again."""
    return isinstance(error, OperationalError | ViewsDamaged) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )


def _position(taker: Taker) -> int:
    return taker.position


def _said(error: Exception) -> str:
    return _short(f"{type(error).__name__}: {error}".splitlines()[0])


def _short(text: str) -> str:
    return text[:500]
