"""The store of views: how far they are, what a moment is, and a look at all of them."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import Connection, Engine, event, or_, select

from journal.log import Journal
from projections.engine import followers, succession
from projections.engine.damage import examined, path_of, put_aside
from projections.engine.errors import NOT_YET, ViewHalted, ViewsDamaged
from projections.engine.fingerprint import fingerprint
from projections.engine.followers import Follower, Followers
from projections.engine.migrate import migrate
from projections.engine.moment import Moment, MomentAhead, position_in, time_in
from projections.engine.moments import LOG, MOMENTS
from projections.engine.projection import Projection
from projections.engine.reading import READ, Reading
from projections.engine.same_log import SameLog
from projections.engine.states import States
from projections.engine.stores import log, open_engine, snapshot
from projections.engine.view_growth import ViewGrowth
from projections.engine.view_positions import RUNNING, ViewPositions, reached, shown

PATIENCE_SECONDS = 2.0
"""How long a question about a position waits for views that have not reached it yet."""

JUST_NOW = timedelta(seconds=5)
"""A question about a time as recent as this is one about the present: clocks differ a little."""

ALL: None = None
"""Every view, and each of them has to show what is asked for."""

MOVING: tuple[str, ...] = ()
"""No view in particular: those that move; a reading refuses the others itself."""


class ViewStore:
    """The views of one log. Safe for any number of threads.

    Args:
        url: ``sqlite:///…/views.db`` or ``postgresql://…`` (schema ``views``).
        projections: what is projected, as the composition root hands it down.
        journal: the log that the views belong to. With it, no reading shows a fact that is not in
            the log, whoever put an older one back.
        code: the fingerprint of the code that makes a projection's rows.
    """

    def __init__(
        self,
        url: str,
        projections: Sequence[Projection],
        *,
        journal: Journal | None = None,
        code: Callable[[Projection], str] = fingerprint,
    ) -> None:
        self.url = url
        self.projections = tuple(projections)
        self.code = code
        self.engine: Engine = open_engine(url)
        self.followers = Followers(self.engine)
        self.states = States(opener=None if journal is None else journal.keys.open)
        self.names = tuple(projection.name for projection in projections)
        self._views = {
            table: projection.name for projection in projections for table in projection.tables
        }
        self._positions = ViewPositions(self.engine, self.names)
        self._same_log = SameLog(journal)
        self._growth = ViewGrowth(path_of(self.engine))
        self._file: Any = None
        event.listen(self.engine, "connect", self._notice_another_file)

    def migrate(self) -> None:
        """Brings the store to this release; a damaged file is put aside and begun anew."""
        try:
            migrate(self.engine, self.projections, self.code)
        except ViewsDamaged as error:
            self._heal(str(error))

    def heal(self) -> bool:
        """Puts a damaged file aside and begins anew; whether it was damaged. Reads all of it."""
        path = path_of(self.engine)
        wrong = examined(path) if path is not None else None
        if wrong is None:
            return False
        self._heal(wrong)
        return True

    def _heal(self, wrong: str) -> None:
        path = path_of(self.engine)
        if path is not None and examined(path) is not None:
            aside = put_aside(self.engine)
            log.warning("the views are made anew from the log: %s; it lies in %s", wrong, aside)
        migrate(self.engine, self.projections, self.code)

    def _notice_another_file(self, _: Any, record: Any) -> None:
        file = record.info.get("file")
        if self._file not in (None, file):
            self.states.clear()
            self._growth.renew()
        self._file = file

    # --- moments -------------------------------------------------------------------------------

    def moment(self, as_of: str | None, now: datetime) -> Moment:
        """The moment that ``as_of`` names: an RFC 3339 time, ``@<position>``, None for now.

        A time means the last position recorded by then; one that is just over means the head when
        the log is ahead of our clock.

        Raises:
            UnreadableMoment, MomentAhead: there is no such moment, or not yet.
            ViewHalted: it is not known any more what the log held then, or not yet.
        """
        if as_of is None:
            return Moment(self._present(), now, live=True)
        if as_of.startswith("@"):
            return self._at_position(position_in(as_of[1:]))
        at = time_in(as_of)
        if at > now:
            raise MomentAhead(as_of)
        c = MOMENTS.c
        by_then = c.at <= at
        if now - at < JUST_NOW:
            # A clock that is or was ahead has recorded facts at instants that are still to come.
            # They are there all the same: whoever asks for the present must see them.
            by_then = or_(by_then, c.at > now)
        last_by_then = select(c.position).where(by_then).order_by(c.at.desc()).limit(1)
        return Moment(self._known_time(last_by_then) or 0, at, live=False)

    def _present(self) -> int:
        position = self.position()
        if position == 0 and self._same_log.longer_than(0):
            # Nothing is shown yet. An empty page would say that there is nothing.
            with snapshot(self.engine) as connection:
                for view in self.names:
                    read = followers.get(connection, view, self._read(connection).get(view, 0))
                    if read is None or read.state != RUNNING:
                        raise self._unbuilt(connection, view)
        return position

    def _at_position(self, position: int) -> Moment:
        if not self.wait_for(position, PATIENCE_SECONDS, MOVING):
            raise MomentAhead(f"@{position}")
        c = MOMENTS.c
        recorded = select(c.at).where(c.position >= max(position, 1)).order_by(c.position).limit(1)
        at = self._known_time(recorded) or datetime.fromtimestamp(0, UTC)
        return Moment(position, at, live=False)

    def _known_time(self, question: Any) -> Any:
        with snapshot(self.engine) as connection:
            known = followers.get(connection, LOG, self._read(connection).get(LOG, 0))
            if known is None or known.state != RUNNING:
                raise self._unbuilt(connection, LOG)
            reason = self._same_log.divergence(known.position, known.event_id)
            if reason is not None:
                raise ViewHalted(LOG, "building", known.position, reason)
            return connection.scalar(question)

    @staticmethod
    def _read(connection: Connection) -> dict[str, int]:
        return succession.read_generations(connection)

    # --- how far ---------------------------------------------------------------------------------

    def position(self, views: Sequence[str] | None = MOVING) -> int:
        """The position that ``views`` have reached; by default all that move: a stopped one holds
        nobody up who does not read it."""
        with self._positions.looking() as look:
            stands = look()
        if not views:
            return shown(stands)
        known = {each.view: each.position for each in stands}
        return min(known.get(view, 0) for view in views)

    def wait_for(self, position: int, timeout: float, views: Sequence[str] | None = ALL) -> bool:
        """Waits until ``views`` show what happened up to ``position``.

        Args:
            timeout: seconds.
            views: those that the caller is going to read; every one by default. ``MOVING`` waits
                for those that move.

        Returns:
            False when the time was not enough.

        Raises:
            ViewHalted: one of them has stopped before ``position``, or has nothing to show yet.
        """
        deadline, pause = time.monotonic() + timeout, 0.0
        wanted = frozenset(self.names if views is None else views)
        with self._positions.looking() as look:
            while True:
                seen = self._growth.count
                stands = look()
                if not wanted and shown(stands) >= position:
                    return True
                if wanted and reached(stands, wanted, position):
                    return True
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                pause = self._growth.wait(seen, pause, left)
        missing = wanted - {each.view for each in stands if each.state == RUNNING}
        if missing:
            with snapshot(self.engine) as connection:
                raise self._unbuilt(connection, min(missing))
        return False

    def tell(self) -> None:
        """Wakes who waits in this process; others look for themselves."""
        self._growth.tell()

    def health(self, head: int | None = None) -> list[dict[str, Any]]:
        """How each view is.

        Args:
            head: of the log; with it each view has a ``lag``. Below zero the log is shorter than
                what the view was made from.

        Returns:
            view, position, generation, state, reason, lag and beat_at (when its projector was last
            heard of). A view that a new generation is being built for has its state and reason.
            ``shown`` is false where nobody can read the present: nothing is complete yet, or what
            is there is of another release or another log.
        """
        with snapshot(self.engine) as connection:
            read = self._read(connection)
            known = followers.every(connection)
        return [
            _health(
                [each for each in known if each.name == view],
                read.get(view),
                head,
                self._unfit,
            )
            for view in self.names
            if any(each.name == view for each in known)
        ]

    def _unfit(self, generation: Follower) -> str | None:
        """In words, why a generation cannot be shown by this release; None if it can."""
        needed = {table.name for table, view in self._views.items() if view == generation.name}
        if not needed <= set(generation.tables.split()):
            return "another release keeps it in another shape"
        return self._same_log.divergence(generation.position, generation.event_id)

    # --- reading -------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One consistent look at all views, for one answer."""
        with snapshot(self.engine) as connection:
            read = {row.name: Follower(*row) for row in connection.execute(READ)}
            lost = self._same_log.divergence
            yield Reading(connection, self._views, read, lost, self._unbuilt, self.states)

    @staticmethod
    def _unbuilt(connection: Connection, view: str) -> ViewHalted:
        """What to say of a view that does not show the present yet."""
        known = [each for each in followers.every(connection) if each.name == view]
        if not known:
            return ViewHalted(view, "building", 0, "this release has not begun it; run migrate")
        latest = known[-1]
        return ViewHalted(view, latest.state, latest.position, latest.reason or NOT_YET)

    def close(self) -> None:
        """Closes every connection."""
        self._growth.close()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _health(
    known: Sequence[Follower],
    read: int | None,
    head: int | None,
    unfit: Callable[[Follower], str | None],
) -> dict[str, Any]:
    """One view: what is read of it, and what comes next if something is being built."""
    shown_ = next((each for each in known if each.generation == read), None)
    building = [each for each in known if each.generation != read and each.holder is None]
    newest = building[-1] if building else None
    told = newest if newest is not None and (read is None or newest.generation > read) else shown_
    told = told or known[-1]
    position = shown_.position if shown_ is not None else told.position
    lag = None if head is None else head - position
    state, reason = told.state, told.reason
    if lag is not None and lag < 0 and state == "running":
        state, reason = "halted", f"position {position} lies behind the end of the log, at {head}"
    if state == "building" and reason is None:
        reason = f"generation {told.generation} is being built, at position {told.position}"
    shown = shown_ is not None and shown_.state != "building"
    if shown_ is not None and (wrong := unfit(shown_)) is not None:
        shown = False
        state, reason = ("building", wrong) if state == RUNNING else (state, reason)
    return {
        "view": told.name,
        "position": position,
        "generation": told.generation if shown_ is None else shown_.generation,
        "state": state,
        "reason": reason,
        "lag": lag,
        "beat_at": told.beat_at,
        "shown": shown,
    }
