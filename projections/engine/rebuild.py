"""Rebuild: a view is built anew beside itself, compared, and switched over in one step.

Readers see the old generation until the pointer moves and the new one from then on, never a
mixture: a reading takes the pointer and the rows from one snapshot. Killed half-way, a rebuild
leaves a generation that nobody reads; the next one sweeps it away.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select, text, update

from journal.log import Journal
from projections.engine import bookkeeping
from projections.engine.bookkeeping import POINTERS, Checkpoint, Overtaken
from projections.engine.digest import digest
from projections.engine.fingerprint import fingerprint
from projections.engine.generation import Generation
from projections.engine.projection import Projection
from projections.engine.runner import BATCH, take
from projections.engine.stores import snapshot, writing
from projections.engine.view_store import ViewStore

SWEEP_ROWS = 5_000
"""So many rows are swept in one transaction, so that nobody waits for long."""


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
    """One view: ``digest`` of its rows at ``position``; ``compared`` with the old generation's."""

    view: str
    generation: int
    position: int
    seconds: float
    digest: str
    compared: bool

    def __str__(self) -> str:
        rate = f"{self.position / self.seconds:,.0f} facts/s" if self.seconds else "at once"
        said = "equal to the one before" if self.compared else "not compared: other code built it"
        return (
            f"{self.view}: generation {self.generation} at position {self.position}, {rate}, {said}"
        )


@dataclass(frozen=True, slots=True)
class Report:
    views: tuple[Rebuilt, ...]

    def __str__(self) -> str:
        return "\n".join(str(each) for each in self.views)


def rebuild(journal: Journal, views: ViewStore, view: str | None = None) -> Report:
    """Builds one view anew, or all of them one after the other.

    Raises:
        UnknownView: no such view.
        DigestDiffers: equal code made other rows; nothing was switched.
        RebuildOvertaken: another rebuild of this view began.
    """
    wanted = [each for each in views.projections if view in (None, each.name)]
    if not wanted:
        names = ", ".join(each.name for each in views.projections)
        raise UnknownView(f"no view is called {view!r}; there are {names}")
    return Report(tuple(_rebuild(journal, views, each) for each in wanted))


def _rebuild(journal: Journal, views: ViewStore, projection: Projection) -> Rebuilt:
    began = time.monotonic()
    _sweep_strays(views, projection)
    building = Generation(projection, _begin(views, projection), 0)
    try:
        follow(journal, views, building)
        position, seconds = building.position, time.monotonic() - began
        made, compared = _compare(views, projection, building)
        _switch(journal, views, building)
    except Overtaken as error:
        raise RebuildOvertaken(str(error)) from error
    except BaseException:
        _abandon(views, building)
        raise
    _sweep_strays(views, projection)
    views.tell()
    return Rebuilt(projection.name, building.number, position, seconds, made, compared)


def _begin(views: ViewStore, projection: Projection) -> int:
    """A checkpoint for the next generation; whoever builds another one finds theirs gone."""
    with writing(views.engine) as connection:
        known = [c for c in bookkeeping.checkpoints(connection) if c.view == projection.name]
        for each in known:
            if each.state == "building":
                bookkeeping.forget(connection, each.view, each.generation)
        generation = max((each.generation for each in known), default=0) + 1
        bookkeeping.begin(
            connection,
            Checkpoint(projection.name, generation, 0, "building", None, fingerprint()),
        )
    return generation


def follow(journal: Journal, views: ViewStore, building: Generation) -> None:
    """Takes in the log until its head."""
    while facts := journal.batch(building.position, BATCH):
        take(views, [building], facts.wanted(building.projection.wants), facts.reached)


def _compare(views: ViewStore, projection: Projection, building: Generation) -> tuple[str, bool]:
    """The new digest, and whether there was an old generation of equal code to compare with."""
    with snapshot(views.engine) as connection:
        made = digest(connection, projection, building.number, building.position)
        current = bookkeeping.pointers(connection).get(projection.name)
        known = {
            each.generation: each
            for each in bookkeeping.checkpoints(connection)
            if each.view == projection.name
        }
        old = known.get(current) if current is not None else None
        if old is None or old.code != fingerprint() or old.state != "running":
            return made, False
        # The runner may be a little behind or ahead: both are compared where both have been.
        both = min(old.position, building.position)
        ours = made
        if both != building.position:
            ours = digest(connection, projection, building.number, both)
        theirs = digest(connection, projection, old.generation, both)
    if ours != theirs:
        raise DigestDiffers(
            f"{projection.name}: rebuilt rows differ from generation {old.generation} at position "
            f"{both} ({ours} is not {theirs}); the old generation stays"
        )
    return made, True


def _switch(journal: Journal, views: ViewStore, building: Generation) -> None:
    """Moves the pointer, once the new generation stands no further back than the old one."""
    while True:
        follow(journal, views, building)
        with writing(views.engine) as connection:
            old = connection.scalar(
                select(POINTERS.c.generation)
                .where(POINTERS.c.view == building.name)
                .with_for_update()
            )
            reached = {
                each.generation: each.position
                for each in bookkeeping.checkpoints(connection)
                if each.view == building.name
            }
            if building.number not in reached:
                raise Overtaken(f"generation {building.number} of {building.name} is gone")
            if reached.get(old or 0, 0) > building.position:
                continue
            bookkeeping.mark(connection, building.name, building.number, "running")
            connection.execute(
                update(POINTERS)
                .where(POINTERS.c.view == building.name)
                .values(generation=building.number)
            )
            if old is not None:
                bookkeeping.forget(connection, building.name, old)
        return


def _abandon(views: ViewStore, building: Generation) -> None:
    with writing(views.engine) as connection:
        bookkeeping.forget(connection, building.name, building.number)
    _sweep_strays(views, building.projection)


def _sweep_strays(views: ViewStore, projection: Projection) -> None:
    """Removes rows of generations that have no checkpoint, a stretch of positions at a time."""
    with snapshot(views.engine) as connection:
        known = {
            each.generation
            for each in bookkeeping.checkpoints(connection)
            if each.view == projection.name
        }
        strays = [
            (table, generation)
            for table in projection.tables
            for generation in _generations(connection, table)
            if generation not in known
        ]
    for table, generation in strays:
        swept = SWEEP_ROWS
        while swept == SWEEP_ROWS:
            with writing(views.engine) as connection:
                swept = _sweep(connection, table, generation)


def _sweep(connection: Connection, table: Table, generation: int) -> int:
    """Removes some rows; how many."""
    place = "rowid" if connection.dialect.name == "sqlite" else "ctid"
    some = f"SELECT {place} FROM {table.name} WHERE gen = :gen LIMIT :some"  # noqa: S608
    # As an array PostgreSQL goes straight to the rows; for IN it would read the whole table.
    among = f"IN ({some})" if connection.dialect.name == "sqlite" else f"= ANY(ARRAY({some}))"
    statement = text(f"DELETE FROM {table.name} WHERE {place} {among}")  # noqa: S608
    return connection.execute(statement, {"gen": generation, "some": SWEEP_ROWS}).rowcount


def _generations(connection: Connection, table: Table) -> Iterator[int]:
    """The generations that ``table`` has rows of; one index step each."""
    found = connection.scalar(select(func.min(table.c.gen)))
    while found is not None:
        yield found
        found = connection.scalar(select(func.min(table.c.gen)).where(table.c.gen > found))


__all__ = [
    "DigestDiffers",
    "RebuildOvertaken",
    "Rebuilt",
    "Report",
    "UnknownView",
    "follow",
    "rebuild",
]
