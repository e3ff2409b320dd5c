"""Drills: the worker is killed, Temporal's database is lost, and the quarter goes on."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.workflows.organisation import Organisation
from tests.workflows.stage import Store, play
from workflows.rehearsal.rehearsal import Rehearsal, projecting
from workflows.rehearsal.time_server import TimeServer, time_server

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Death:
    """The worker's ``at``-th command from its start, before or after it is committed."""

    at: int
    when: str


def deaths(seed: int, number: int, longest: int = 6) -> list[Death]:
    """Random points to die at."""
    draw = random.Random(seed)
    return [
        Death(draw.randint(1, longest), draw.choice(("before", "after"))) for _ in range(number)
    ]


def start_worker(store: Store, address: str, **more: Any) -> subprocess.Popen[bytes]:
    """The real worker as a process."""
    told = {
        "journal_url": store.journal_url,
        "views_url": store.views_url,
        "address": address,
        **more,
    }
    with (store.folder / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.workflows.mortal_worker", json.dumps(told)],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )


@dataclass
class Patient:
    """A worker that is started again whenever it died."""

    store: Store
    server: TimeServer
    shift: timedelta
    fates: list[Death]
    died: list[int] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def revive(self) -> None:
        """Start it if it does not live."""
        if self.process is not None:
            if self.process.poll() is None:
                return
            self.died.append(self.process.returncode)
            del self.fates[:1]
        fate = self.fates[0] if self.fates else Death(0, "after")
        self.process = start_worker(
            self.store,
            self.server.address,
            shift=self.shift.total_seconds(),
            schedules=False,
            relay=False,
            # The time-skipping server loses a task that it handed to a dead worker's own queue.
            cached=0,
            dies_at=fate.at,
            dies=fate.when,
        )

    @contextmanager
    def cared_for(self) -> Iterator[None]:
        """Alive while the block lasts, ended with it."""
        self.revive()
        try:
            yield
        finally:
            assert self.process is not None
            self.process.terminate()
            if code := self.process.wait(30):
                self.died.append(code)


class Drill(Rehearsal):
    """A stage whose worker may be dead: it is revived; what it held times out in real time."""

    def __init__(
        self,
        store: Store,
        server: TimeServer,
        shift: timedelta,
        patient: Patient,
    ):
        super().__init__(store.journal, store.views, server, shift)
        self._patient = patient

    async def idle(self, looked: int) -> None:
        self._patient.revive()
        await super().idle(looked)


async def drilled(
    store: Store,
    organisation: Organisation,
    fates: Sequence[Death],
    *,
    temporal_lost_at: datetime | None = None,
) -> list[int]:
    """Play an organisation's script under these fates; the exit codes of the dead workers."""
    coming = list(fates)
    losses = [temporal_lost_at] if temporal_lost_at else []
    script, died = organisation.script, list[int]()
    begins = organisation.founded_at
    for ends in [*losses, organisation.closes_by()]:
        async with time_server() as server:
            shift = await server.now() - begins
            patient = Patient(store, server, shift, coming, died)
            with (
                projecting(store.journal, store.views),
                patient.cared_for(),
            ):
                stage = Drill(store, server, shift, patient)
                await stage.open()
                part = [event for event in script if begins <= event.at <= ends]
                await play(stage, store, part, ends)
        script = [event for event in script if event.at > ends]
        begins = ends
    return died
