"""Who takes the log in for one runner: the generations that it writes, and the table of moments.

Only generations of its own code: those that readers see, and those that are being built by nobody
else. What another release wrote is left alone.
"""

import logging
from collections.abc import Callable, Sequence

from journal.append import Row
from journal.errors import UnreadableFact
from journal.log import Journal
from projections.engine import followers, succession
from projections.engine.batch import Taker, take
from projections.engine.followers import Follower, State, row_id
from projections.engine.generation import Generation
from projections.engine.moments import CODE, LOG, Moments
from projections.engine.stores import snapshot, writing
from projections.engine.view_positions import BUILDING, RUNNING, STOPPED
from projections.engine.view_store import ViewStore

log = logging.getLogger(__name__)


class Takers:
    """The takers of one runner, each with the id of the fact at its checkpoint."""

    def __init__(self, journal: Journal, views: ViewStore) -> None:
        self._journal = journal
        self._views = views
        self._codes = {LOG: CODE, **{each.name: views.code(each) for each in views.projections}}
        self._event_ids: dict[tuple[str, int], str | None] = {}
        self._superseded: set[str] = set()
        self.takers: list[Taker] = []
        self.building: set[Taker] = set()
        """Those among the takers that do not show the present yet."""

    # --- which they are ------------------------------------------------------------------------

    def load(self) -> None:
        """Takes them as the store has them; what was cached of their rows is forgotten."""
        projections = {each.name: each for each in self._views.projections}
        with snapshot(self._views.engine) as connection:
            known = followers.every(connection)
            own = self._own(known, succession.read_generations(connection))
        self.forget()
        for each in own:
            taker: Taker = (
                Moments(self._journal, each.generation, each.position)
                if each.name == LOG
                else Generation(projections[each.name], each.generation, each.position)
            )
            self.takers.append(taker)
            self._event_ids[each.name, each.generation] = each.event_id
            if each.state == BUILDING:
                self.building.add(taker)
        self._say_who_is_superseded({each.name for each in known if self._is_ours(each)})

    def forget(self) -> None:
        """Nobody, until they are loaded."""
        self.takers, self.building, self._event_ids = [], set(), {}

    def is_outdated(self) -> bool:
        """Whether another process began, switched or removed one of them."""
        with snapshot(self._views.engine) as connection:
            known = followers.every(connection)
            own = self._own(known, succession.read_generations(connection))
        here = {(each.name, each.number) for each in self.takers}
        return here != {(each.name, each.generation) for each in own}

    def _is_ours(self, follower: Follower) -> bool:
        return self._codes.get(follower.name) == follower.code

    def _own(self, known: Sequence[Follower], read: dict[str, int]) -> list[Follower]:
        return [
            each
            for each in known
            if self._is_ours(each)
            and each.state in (RUNNING, BUILDING)
            and (read.get(each.name) == each.generation or each.holder is None)
        ]

    def _say_who_is_superseded(self, ours: set[str]) -> None:
        for name in self._codes.keys() - ours - self._superseded:
            log.warning(
                "the view %s has no generation of this release: another one's is read, or the "
                "migrate step is due",
                name,
            )
        self._superseded = self._codes.keys() - ours

    # --- how they move -------------------------------------------------------------------------

    def take(self, group: Sequence[Taker], rows: Sequence[Row]) -> None:
        """One batch for some of them, who stand at one place."""
        take(self._views.engine, self._journal, group, rows)
        event_id = row_id(self._journal, rows[-1])
        for each in group:
            self._event_ids[each.name, each.number] = event_id

    def event_id(self, taker: Taker) -> str | None:
        """What names the fact at its checkpoint."""
        return self._event_ids.get((taker.name, taker.number))

    def let_succeed(self, built: Sequence[Taker]) -> bool:
        """Those that stand at the head are what readers see from now on; whether one is."""
        with writing(self._views.engine) as connection:
            shown = [
                each for each in built if succession.succeed(connection, each.name, each.number)
            ]
        for each in shown:
            self.building.discard(each)
            log.info("the view %s shows generation %d from now on", each.name, each.number)
        return bool(shown)

    def stop(self, taker: Taker, state: State, reason: str) -> None:
        """It comes no further; the others do."""
        with writing(self._views.engine) as connection:
            followers.mark(connection, taker.name, taker.number, state, reason)
        self.takers.remove(taker)
        self.building.discard(taker)

    def take_up(self, hopeful: Callable[[Follower], bool]) -> None:
        """Lets views go on that have stopped. Readers see the present again once it is there."""
        with snapshot(self._views.engine) as connection:
            stopped = [
                each
                for each in followers.every(connection)
                if each.state in STOPPED and self._is_ours(each) and hopeful(each)
            ]
        if stopped:
            with writing(self._views.engine) as connection:
                for each in stopped:
                    followers.mark(connection, each.name, each.generation, BUILDING)

    def is_readable(self, stopped: Follower) -> bool:
        """Whether the fact that a view waits before can be read now."""
        if stopped.state != "waiting-for-release":
            return False
        try:
            for row in self._journal.rows(stopped.position, 1):
                self._journal.envelope(row)
        except UnreadableFact:
            return False
        return True
