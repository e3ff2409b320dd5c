"""The activities of the scheduled routines: open the next cycle, reconcile."""

import asyncio
from dataclasses import dataclass

from temporalio import activity
from temporalio.client import Client

from journal.log import Journal
from projections.engine.set_aside import SetAside
from projections.engine.view_store import ViewStore
from workflows.bridge.dues import dues_now
from workflows.bridge.reconcile import Repairs, listing, reconcile
from workflows.bridge.relay import RELAY
from workflows.bridge.starter import Starter
from workflows.clock.clockwork import Clockworks
from workflows.clock.contracts import OPEN_NEXT_CYCLE, RECONCILE, PlannerNote, RepairNote
from workflows.clock.patience import patiently
from workflows.clock.server_clock import ServerClock
from workflows.cycle.planner import cycle_ids, open_next_cycle


@dataclass(frozen=True)
class Upkeep:
    """What the routines need; ``client`` is the worker's own."""

    journal: Journal
    views: ViewStore
    clock: ServerClock
    client: Client
    clockworks: Clockworks

    @activity.defn(name=OPEN_NEXT_CYCLE)
    def open_next_cycle(self) -> PlannerNote:
        with patiently():
            now = self.clock.now()
            return open_next_cycle(self.journal, cycle_ids(self.journal, self.views, now), now)

    @activity.defn(name=RECONCILE)
    async def reconcile(self) -> RepairNote:
        with patiently():
            repairs = await self.repair()
        return RepairNote(
            repairs.open,
            len(repairs.started),
            len(repairs.nudged),
            len(repairs.orphans),
            len(repairs.failed),
        )

    async def repair(self, *, afresh: bool = False) -> Repairs:
        """Reconcile now; the log is read in a thread, the event loop stays free."""
        dues = await asyncio.to_thread(
            dues_now, self.journal, self.views, self.clockworks, self.clock.now()
        )
        repairs = await reconcile(
            dues,
            Starter(self.client, self.clockworks),
            self.clock,
            listing(self.client, self.clockworks),
            afresh=afresh,
        )
        await asyncio.to_thread(self._forgive, repairs)
        return repairs

    def _forgive(self, repairs: Repairs) -> None:
        """What the relay set aside is told now: every clock was just compared with the log."""
        untold = SetAside(self.views.engine, RELAY)
        for one in untold.every():
            if one.stream not in repairs.failed:
                untold.release(one.stream)
