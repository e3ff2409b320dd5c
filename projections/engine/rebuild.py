"""Rebuild: a view is built anew beside itself, compared, and switched over in one step.

Readers see the old generation until the pointer moves and the new one from then on, never a
mixture: a reading takes the pointer and the rows from one snapshot. Killed half-way, a rebuild
leaves a generation that nobody reads; the next one sweeps it away.
"""

import time
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from journal.log import Journal
from projections.engine import followers, succession
from projections.engine.batch import Taker, take
from projections.engine.digest import digest
from projections.engine.followers import Follower, Overtaken
from projections.engine.generation import Generation
from projections.engine.moments import CODE, LOG, Moments
from projections.engine.projection import Projection
from projections.engine.recognition import recognise
from projections.engine.runner import BATCH
from projections.engine.stores import snapshot, writing
from projections.engine.view_store import ViewStore

REBUILD: Final = "rebuild"
"""Holder of a generation that is built by hand: no runner touches it."""


class UnknownView(LookupError):
    """There is no view of that name."""


class DigestDiffers(Exception):
    """The same code over the same log made other rows: the view is not a pure function of facts.

    The old generation stays in place; the new one is removed.
    """


class RebuildOvertaken(Exception):
    """Another rebuild of the same view began meanwhile and took this one's place."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One view: ``digest`` of its rows at ``position``; whether it was compared with the old
    generation's, and whether it differed and was kept all the same."""

    view: str
    generation: int
    position: int
    seconds: float
    digest: str
    compared: bool
    differs: bool = False

    def __str__(self) -> str:
        rate = f"{self.position / self.seconds:,.0f} facts/s" if self.seconds else "at once"
        said = "equal to the one before" if self.compared else "not compared: other code built it"
        if self.differs:
            said = "not equal to the one before, and kept because you said so"
        return (
            f"{self.view}: generation {self.generation} at position {self.position}, {rate}, {said}"
        )


@dataclass(frozen=True, slots=True)
class Report:
    views: tuple[Rebuilt, ...]

    def __str__(self) -> str:
        return "\n".join(str(each) for each in self.views)


def rebuild(
    journal: Journal, views: ViewStore, view: str | None = None, *, force: bool = False
) -> Report:
    """Builds one view anew, or all of them one after the other.

    A damaged store is put aside first. Generations that are not of this log are not compared with.

    Args:
        force: lets readers see the new rows also where equal code once made others.

    Raises:
        UnknownView: no such view.
        DigestDiffers: equal code made other rows; nothing was switched.
        RebuildOvertaken: another rebuild of this view began.
        UnreadableFact: this release cannot read a fact that the view needs; nothing was switched.
    """
    wanted = [each for each in views.projections if view in (None, each.name)]
    if not wanted:
        names = ", ".join(each.name for each in views.projections)
        raise UnknownView(f"no view is called {view!r}; there are {names}")
    views.heal()
    recognise(journal, views)
    _follow_moments(journal, views)
    return Report(tuple(_rebuild(journal, views, each, force=force) for each in wanted))


def _rebuild(journal: Journal, views: ViewStore, projection: Projection, *, force: bool) -> Rebuilt:
    began = time.monotonic()
    succession.sweep_rows(views.engine, projection)
    building = Generation(projection, _begin(views, projection), 0)
    try:
        follow(journal, views, building)
        position, seconds = building.position, time.monotonic() - began
        made, old = _compare(views, projection, building)
        if old not in (None, made) and not force:
            raise DigestDiffers(
                f"{projection.name}: rebuilt rows differ from those that are read now, made by the "
                "same code; they stay. Look for the reason, or rebuild with --force"
            )
        _switch(journal, views, building)
    except Overtaken as error:
        raise RebuildOvertaken(str(error)) from error
    except BaseException:
        _abandon(views, building)
        raise
    succession.sweep_rows(views.engine, projection)
    views.tell()
    return Rebuilt(
        projection.name,
        building.number,
        position,
        seconds,
        made,
        compared=old == made,
        differs=old not in (None, made),
    )


def _begin(views: ViewStore, projection: Projection) -> int:
    """A checkpoint for the next generation; whoever rebuilds it too finds theirs gone."""
    with writing(views.engine) as connection:
        for each in followers.every(connection):
            if (each.name, each.holder, each.state) == (projection.name, REBUILD, "building"):
                followers.forget(connection, each.name, each.generation)
        code = views.code(projection)
        return succession.begin(
            connection, projection.name, code, projection.tables, holder=REBUILD
        )


def follow(journal: Journal, views: ViewStore, building: Taker) -> None:
    """Takes in the log until its head."""
    while rows := journal.rows(building.position, BATCH):
        take(views.engine, journal, [building], rows)


def _follow_moments(journal: Journal, views: ViewStore) -> None:
    """The table of moments too, if it was begun anew and no runner is at it."""
    with snapshot(views.engine) as connection:
        begun = [c for c in followers.every(connection) if (c.name, c.code) == (LOG, CODE)]
    if not begun or begun[-1].state != "building":
        return
    moments = Moments(journal, begun[-1].generation, begun[-1].position)
    try:
        _switch(journal, views, moments)
    except Overtaken:
        return  # a runner is at it


def _compare(
    views: ViewStore, projection: Projection, building: Generation
) -> tuple[str, str | None]:
    """The digests of the new generation and of the old one, where both have been.

    The old one is None when other code made it, or when it has stopped.
    """
    with snapshot(views.engine) as connection:
        old = _old(connection, projection.name)
        if old is None or old.code != views.code(projection) or old.state != "running":
            return digest(connection, projection, building.number, building.position), None
        # The runner may be a little behind or ahead.
        both = min(old.position, building.position)
        return (
            digest(connection, projection, building.number, both),
            digest(connection, projection, old.generation, both),
        )


def _old(connection: Connection, view: str) -> Follower | None:
    read = succession.read_generations(connection).get(view)
    return None if read is None else followers.get(connection, view, read)


def _switch(journal: Journal, views: ViewStore, building: Taker) -> None:
    """Lets readers see it, once it stands no further back than the old one."""
    while True:
        follow(journal, views, building)
        with writing(views.engine) as connection:
            if succession.succeed(connection, building.name, building.number):
                return


def _abandon(views: ViewStore, building: Generation) -> None:
    with writing(views.engine) as connection:
        followers.forget(connection, building.name, building.number)
    succession.sweep_rows(views.engine, building.projection)
