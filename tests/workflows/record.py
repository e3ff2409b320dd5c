"""Record the histories that strict replay keeps: ``python -m tests.workflows.record``.

Run for a release whose workflows changed on purpose. A recording is a chain of runs as the server
kept it; it is replaced, never edited.
"""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from domain.cycle.cycle import PauseCycle, ReschedulePhase, ResumeCycle
from tests.workflows.histories import chain_of
from tests.workflows.organisation import DAY, Organisation
from tests.workflows.replay import save
from tests.workflows.stage import Store, of_type, on_sqlite, play
from workflows.rehearsal.rehearsal import Rehearsal, rehearse


def eventful(seed: int) -> Organisation:
    """A quarter with a pause over the change to summer time and a moved deadline."""
    organisation = Organisation(seed, teams=2, key_results=2)
    boss, cycle_id = organisation.id("boss"), organisation.cycle_id
    before = organisation.local(organisation.starts_on - 6 * DAY, 12)
    organisation.does(before, boss, PauseCycle, cycle_id=cycle_id)
    organisation.does(before + 5 * DAY, boss, ResumeCycle, cycle_id=cycle_id)
    organisation.does(
        before + 40 * DAY,
        boss,
        ReschedulePhase,
        cycle_id=cycle_id,
        phase="run",
        ends_at=organisation.local(organisation.ends_on + 9 * DAY, 9),
        reason="the fair moved",
    )
    organisation.script.sort()
    return organisation


async def record(store: Store) -> list[Path]:
    """Play the eventful quarter and save one chain of each clock in it."""
    organisation = eventful(seed=7)
    async with rehearse(store.journal, store.views, organisation.founded_at) as stage:
        until = organisation.closes_by() + timedelta(days=20)
        await play(stage, store, organisation.script, until)
        return [
            await _saved(stage, "cycle", f"cycle/{organisation.cycle_id}"),
            await _saved(stage, "obstacle", _first(store, "lean.obstacle-escalated")),
            await _saved(stage, "improvement", _first(store, "lean.effect-asked")),
        ]


async def _saved(stage: Rehearsal, story: str, stream: str) -> Path:
    return save(story, await chain_of(stage.client, stream))


def _first(store: Store, wire_name: str) -> str:
    return of_type(store.journal, wire_name)[0].stream


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, on_sqlite(Path(folder)) as store:
        for path in asyncio.run(record(store)):
            print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
