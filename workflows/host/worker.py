"""The worker process: clocks, activities and relay under one roof, ended cleanly by SIGTERM.

Exit code 0 for a stop that was asked for. Everything that awaits is cancelled and awaited before
the loop ends; the last line against the exit crash is in ``workflows.host.client``.
"""

import asyncio
import logging
import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError
from temporalio.worker import Worker, WorkerDeploymentConfig

from journal.clock import SystemClock
from journal.errors import JournalUnavailable
from journal.log import Journal
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.engine.view_store import ViewStore
from workflows.bridge.checkpoint import Checkpoint
from workflows.bridge.open_streams import ViewsBehind
from workflows.bridge.relay import Relay, pause
from workflows.clock.activities import Activities
from workflows.clock.clocks import CycleWorkflow, ImprovementWorkflow, ObstacleWorkflow
from workflows.clock.contracts import NAMESPACE, TASK_QUEUE
from workflows.clock.server_clock import NO_SHIFT, ServerClock
from workflows.host.client import TemporalAway, open_client
from workflows.host.deployment import DEPLOYMENT, make_current, wake_all
from workflows.host.namespace import ensure_schedules, register_attributes
from workflows.host.routines import PlannerWorkflow, ReconcileWorkflow
from workflows.host.upkeep import Upkeep

THREADS: Final = 16
HEARTBEAT: Final = 5.0
UNVERSIONED: Final = "unversioned"
# The list of running clocks and the news of a build spread with some delay.
WAKING_ROUNDS: Final = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WorkerSettings:
    """Where the worker finds its parts.

    ``shift`` is zero but under a simulated clock (ServerClock). ``build_id`` turns on worker
    versioning: only where two builds can run side by side; without it an upgrade ends the clocks
    and starts them afresh by reconcile, which is legal at any moment. ``heartbeat`` is a file that
    is touched while Temporal answers.
    """

    journal_url: str
    views_url: str
    checkpoint: Path
    address: str = "127.0.0.1:7233"
    namespace: str = NAMESPACE
    timezone: str = "UTC"
    shift: timedelta = NO_SHIFT
    build_id: str | None = None
    heartbeat: Path | None = None
    sticky: timedelta = timedelta(seconds=5)
    schedules: bool = True
    relay: bool = True
    cached: int = 500


def run_worker(settings: WorkerSettings) -> int:
    """Run until SIGTERM or SIGINT; the exit code."""
    # In a simulated time, a shifted one, facts keep the time of their commands.
    clock = SystemClock() if settings.shift == NO_SHIFT else None
    journal = open_journal(settings.journal_url, domain_decider(), clock)
    try:
        views = ViewStore(settings.views_url)
        return asyncio.run(_serve(settings, journal, views))
    finally:
        journal.close()


def build_worker(
    client: Client,
    journal: Journal,
    views: ViewStore,
    clock: ServerClock,
    *,
    executor: ThreadPoolExecutor,
    sticky: timedelta = timedelta(seconds=5),
    cached: int = 500,
    build_id: str | None = None,
) -> Worker:
    """The worker with all workflows and activities; the settings are WORKFLOWS' for small hosts."""
    activities = Activities(journal, views, clock)
    upkeep = Upkeep(journal, views, clock, client)
    # Named even where versioning is off: otherwise the SDK reads and compiles every module loaded,
    # just to hash a name, and a worker takes seconds longer to start.
    deployment = WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(DEPLOYMENT, build_id or UNVERSIONED),
        use_worker_versioning=build_id is not None,
        # Said here and not at the workflows: a server refuses the tasks of an unversioned worker
        # whose workflows claim to be pinned.
        default_versioning_behavior=(
            VersioningBehavior.PINNED if build_id else VersioningBehavior.UNSPECIFIED
        ),
    )
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[
            CycleWorkflow,
            ObstacleWorkflow,
            ImprovementWorkflow,
            PlannerWorkflow,
            ReconcileWorkflow,
        ],
        activities=[
            activities.next_due,
            activities.perform,
            upkeep.open_next_cycle,
            upkeep.reconcile,
        ],
        activity_executor=executor,
        max_concurrent_activities=THREADS,
        max_concurrent_workflow_tasks=20,
        max_cached_workflows=cached,
        graceful_shutdown_timeout=timedelta(seconds=20),
        sticky_queue_schedule_to_start_timeout=sticky,
        identity=f"{socket.gethostname()}/{os.getpid()}/{build_id or UNVERSIONED}",
        deployment_config=deployment,
    )


async def _serve(settings: WorkerSettings, journal: Journal, views: ViewStore) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    client = await _connect(settings, stop)
    if client is None:
        return 0
    clock = ServerClock(settings.shift)
    upkeep = Upkeep(journal, views, clock, client)
    with (
        Checkpoint(settings.checkpoint) as checkpoint,
        ThreadPoolExecutor(THREADS, "activity") as executor,
    ):
        worker = build_worker(
            client,
            journal,
            views,
            clock,
            executor=executor,
            sticky=settings.sticky,
            cached=settings.cached,
            build_id=settings.build_id,
        )
        # Before the first task: an unregistered attribute would make it fail and retry.
        await _registered(client, stop)
        async with worker, asyncio.TaskGroup() as beside:
            log.info("the clocks run against %s", settings.address)
            beside.create_task(_look_after(settings, client, upkeep, stop))
            if settings.relay:
                relay = Relay(journal, client, checkpoint, clock)
                beside.create_task(relay.run(stop))
            await stop.wait()
    log.info("the clocks stopped")
    return 0


async def _registered(client: Client, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await register_attributes(client)
        except RPCError as error:
            log.warning("Temporal is not ready yet: %s", error.message)
            await pause(stop, 1.0)
        else:
            return


async def _look_after(
    settings: WorkerSettings, client: Client, upkeep: Upkeep, stop: asyncio.Event
) -> None:
    """Keep the namespace prepared; reconcile at the start and whenever Temporal was away.

    A server that came back with an empty database lacks the search attributes: that is how the loss
    is noticed within seconds, even when nobody saw the server go.
    """
    settled, rounds = False, 0
    while not stop.is_set():
        try:
            lost = await register_attributes(client)
            if lost or not settled:
                if settings.schedules:
                    await ensure_schedules(client, settings.timezone)
                if settings.build_id and await make_current(client, settings.build_id):
                    rounds = WAKING_ROUNDS
                await upkeep.repair()
                settled = True
            if rounds:
                await wake_all(client)
                rounds -= 1
            if settings.heartbeat is not None:
                settings.heartbeat.touch()
        except (RPCError, TemporalAway) as error:
            log.warning("Temporal is away: %s", error)
            settled = False
        except (JournalUnavailable, ViewsBehind) as error:
            log.warning("cannot compare log and clocks yet: %s", error)
            settled = False
        except Exception:  # the clocks must go on, whatever upkeep meets
            log.exception("upkeep failed, trying again")
            settled = False
        await pause(stop, HEARTBEAT if settled else 1.0)


async def _connect(settings: WorkerSettings, stop: asyncio.Event) -> Client | None:
    """A connected client; waits for Temporal as long as it takes, or until ``stop``."""
    wait = 0.2
    while not stop.is_set():
        try:
            return await open_client(settings.address, settings.namespace, lazy=False)
        except RuntimeError as error:
            if wait == 0.2:
                log.warning("Temporal does not answer at %s, waiting: %s", settings.address, error)
        await pause(stop, wait)
        wait = min(wait * 2, 5.0)
    return None
