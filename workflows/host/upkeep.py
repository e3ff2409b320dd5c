"""The activities of the scheduled routines: open the next cycle, reconcile."""

import asyncio
from dataclasses import dataclass

from temporalio import activity
from temporalio.client import Client

from journal.log import Journal
from projections.engine.view_store import ViewStore
from workflows.bridge.open_streams import clocked_streams, cycle_ids
from workflows.bridge.reconcile import Repairs, reconcile
from workflows.clock.contracts import OPEN_NEXT_CYCLE, RECONCILE, PlannerNote, RepairNote
from workflows.clock.server_clock import ServerClock
from workflows.host.planner import open_next_cycle


@dataclass(frozen=True)
class Upkeep:
    """What the routines need; ``client`` is the worker's own."""

    journal: Journal
    views: ViewStore
    clock: ServerClock
    client: Client

    @activity.defn(name=OPEN_NEXT_CYCLE)
    def open_next_cycle(self) -> PlannerNote:
        now = self.clock.now()
        return open_next_cycle(self.journal, cycle_ids(self.journal, self.views, now), now)

    @activity.defn(name=RECONCILE)
    async def reconcile(self) -> RepairNote:
        repairs = await self.repair()
        return RepairNote(
            repairs.open,
            len(repairs.started),
            len(repairs.nudged),
            len(repairs.orphans),
            len(repairs.failed),
        )

    async def repair(self, *, afresh: bool = False) -> Repairs:
        """Reconcile now; the log is read in a thread, the event loop stays free (JOURNAL J16)."""
        streams = await asyncio.to_thread(clocked_streams, self.journal, self.views)
        return await reconcile(self.journal, streams, self.client, self.clock, afresh=afresh)
