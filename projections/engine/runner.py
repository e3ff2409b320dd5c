"""The runner: one reader of the log, many projections, each batch one transaction.

Wake-ups are hints and may be lost; every half second the runner looks for itself. A fact that a
projection cannot take in halts that projection alone, red with position and reason; the others go
on (ARCHITECTURE, views that know time).
"""

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from domain.facts import Envelope
from journal.log import Journal
from projections.engine import bookkeeping
from projections.engine.bookkeeping import LOG, Overtaken
from projections.engine.generation import Generation
from projections.engine.stores import snapshot, writing
from projections.engine.view_store import ViewStore

BATCH: Final = 500
POLL_SECONDS: Final = 0.5
_SLOWEST_RETRY: Final = 5.0

log = logging.getLogger(__name__)


class Follower(Protocol):
    """Something that takes the log in: a generation of a view, or the table of moments."""

    name: str
    number: int
    position: int

    def begin(self, connection: Connection) -> None: ...
    def take_in(self, envelope: Envelope) -> None: ...
    def write(self) -> None: ...
    def drop_cache(self) -> None: ...


class Moments:
    """When each position was recorded, kept like a view so that it too misses nothing."""

    def __init__(self, generation: int, position: int) -> None:
        self.name = LOG
        self.number = generation
        self.position = position
        self._latest: datetime | None = None
        self._known = False
        self._found: dict[datetime, int] = {}
        self._connection: Connection | None = None

    def begin(self, connection: Connection) -> None:
        self._connection, self._found = connection, {}
        if not self._known:
            self._latest, self._known = bookkeeping.latest_moment(connection), True

    def take_in(self, envelope: Envelope) -> None:
        at = envelope.recorded_at
        if self._latest is None or at > self._latest:
            self._latest = at
        self._found[self._latest] = envelope.position

    def write(self) -> None:
        assert self._connection is not None
        bookkeeping.note_moments(self._connection, self._found)

    def drop_cache(self) -> None:
        self._known = False


class Runner:
    """Keeps the views of one log up to date. Several may run; one of them then does the work.

    Args:
        journal: the log to follow.
        views: where to; migrated.
    """

    def __init__(self, journal: Journal, views: ViewStore) -> None:
        self._journal = journal
        self._views = views
        self._followers: list[Follower] = []
        self._retried = False
        self._look_around_at = 0.0

    def catch_up(self) -> int:
        """Takes in everything up to the present head; the position reached."""
        self._look_around_at = 0.0
        return self._catch_up(self._journal.head(), threading.Event())

    def run(self, stop: threading.Event) -> None:
        """Follows the log until ``stop`` is set; what is committed then stays committed."""
        reached, pause = 0, 0.1
        while not stop.is_set():
            try:
                reached = self._catch_up(self._journal.wait(reached, POLL_SECONDS), stop)
                pause = 0.1
            except Exception:
                log.exception("the views cannot follow the log; trying again")
                self._followers, self._look_around_at = [], 0.0
                stop.wait(pause)
                pause = min(2 * pause, _SLOWEST_RETRY)

    def _catch_up(self, head: int, stop: threading.Event) -> int:
        if not self._retried:
            self._retry_halted()
            self._retried = True
        # Not for every fact: a generation that is gone is noticed when its checkpoint shall move,
        # and one that has come is as far as the one before.
        if time.monotonic() >= self._look_around_at:
            if self._moved_elsewhere():
                self._load()
            self._look_around_at = time.monotonic() + POLL_SECONDS
        while not stop.is_set():
            behind = [each for each in self._followers if each.position < head]
            if not behind:
                break
            try:
                self._step(behind, head)
            except Overtaken:
                self._load()
        return head

    # --- one batch -----------------------------------------------------------------------------

    def _step(self, behind: Sequence[Follower], head: int) -> None:
        """One batch for those who are furthest behind, at most up to where the next ones stand."""
        by_position = sorted(behind, key=_position)
        places = [(place, list(group)) for place, group in groupby(by_position, _position)]
        place, group = places[0]
        until = places[1][0] if len(places) > 1 else head
        facts = self._journal.tail(place, min(BATCH, until - place))
        if not facts:
            raise LookupError(f"the log has no fact after position {place} of {head}")
        try:
            take(self._views, group, facts, facts[-1].position)
        except Overtaken:
            raise
        except Exception as error:
            for each in group:
                each.drop_cache()
            if is_trouble_of_store(error):
                raise
            log.warning("a batch after position %d failed; taking it apart", place, exc_info=True)
            for each in group:
                self._carefully(each, facts)
        self._views.tell()

    def _carefully(self, follower: Follower, facts: Sequence[Envelope]) -> None:
        """The batch for one projection alone; halts it at the fact that it cannot take in."""
        try:
            take(self._views, [follower], facts, facts[-1].position)
            return
        except Overtaken:
            raise
        except Exception as error:
            follower.drop_cache()
            if is_trouble_of_store(error):
                raise
        for envelope in facts:
            try:
                take(self._views, [follower], [envelope], envelope.position)
            except Overtaken:
                raise
            except Exception as error:
                follower.drop_cache()
                if is_trouble_of_store(error):
                    raise
                reason = f"position {envelope.position}, {envelope.type}: {_said(error)}"
                log.exception("the view %s is halted at %s", follower.name, reason)
                with writing(self._views.engine) as connection:
                    bookkeeping.mark(connection, follower.name, follower.number, "halted", reason)
                self._followers = [each for each in self._followers if each is not follower]
                return

    # --- which generations ---------------------------------------------------------------------

    def _load(self) -> None:
        projections = {each.name: each for each in self._views.projections}
        with snapshot(self._views.engine) as connection:
            current = bookkeeping.pointers(connection)
            known = bookkeeping.checkpoints(connection)
        self._followers = []
        for each in known:
            if current.get(each.view) != each.generation or each.state != "running":
                continue
            if each.view == LOG:
                self._followers.append(Moments(each.generation, each.position))
            elif each.view in projections:
                projection = projections[each.view]
                self._followers.append(Generation(projection, each.generation, each.position))

    def _moved_elsewhere(self) -> bool:
        """Whether a rebuild switched a view over, or took a halted one up again."""
        with snapshot(self._views.engine) as connection:
            current = bookkeeping.pointers(connection)
            running = {
                (each.view, each.generation)
                for each in bookkeeping.checkpoints(connection)
                if each.state == "running" and current.get(each.view) == each.generation
            }
        names = {LOG, *(each.name for each in self._views.projections)}
        here = {(each.name, each.number) for each in self._followers}
        return here != {each for each in running if each[0] in names}

    def _retry_halted(self) -> None:
        """A new process may be a new release: what halted is tried once more."""
        with writing(self._views.engine) as connection:
            current = bookkeeping.pointers(connection)
            for each in bookkeeping.checkpoints(connection):
                if each.state == "halted" and current.get(each.view) == each.generation:
                    bookkeeping.mark(connection, each.view, each.generation, "running")


def take(
    views: ViewStore, followers: Sequence[Follower], facts: Iterable[Envelope], reached: int
) -> None:
    """One transaction: checkpoints first, which takes their locks, then rows.

    Args:
        followers: all at the same position.
        facts: what they have to know of the positions after theirs, up to ``reached``.
    """
    with writing(views.engine) as connection:
        generations = [(each.name, each.number) for each in followers]
        bookkeeping.advance(connection, generations, followers[0].position, reached)
        for each in followers:
            each.begin(connection)
        for envelope in facts:
            for each in followers:
                each.take_in(envelope)
        for each in followers:
            each.write()
    for each in followers:
        each.position = reached


def is_trouble_of_store(error: Exception) -> bool:
    """Whether the store failed, not the projection: then the same batch is tried again."""
    return isinstance(error, OperationalError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )


def _position(follower: Follower) -> int:
    return follower.position


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:500]
