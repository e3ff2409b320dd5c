"""The worker process: clocks, activities and relay under one roof, ended cleanly by SIGTERM.

Exit code 0 for a stop that was asked for, and no other end: an outage of a store or of Temporal is
waited for, at the start and at any time. Everything that awaits is cancelled and awaited before the
loop ends; the last line against the exit crash is in ``workflows.host.client``.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from domain.thing import Things
from domain.things import THINGS
from journal.clock import SystemClock
from journal.log import Journal
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine.followers import Followers
from projections.engine.holder import holder
from projections.engine.projection import Projection
from projections.engine.view_store import ViewStore
from workflows.bridge.relay import Relay, pause
from workflows.clock.activities import Activities
from workflows.clock.clockwork import Clockworks
from workflows.clock.contracts import NAMESPACE, TASK_QUEUE
from workflows.clock.server_clock import NO_SHIFT, ServerClock
from workflows.clock.thing_clock import ThingClock
from workflows.clockworks import CLOCKWORKS
from workflows.host.client import TemporalAway, open_client
from workflows.host.deployment import DEPLOYMENT, make_current, wake_all
from workflows.host.heartbeat import give_sign
from workflows.host.namespace import ensure_schedules, register_attributes
from workflows.host.outages import BEHIND, LOG, TEMPORAL, VIEWS, Outages
from workflows.host.routines import PlannerWorkflow, ReconcileWorkflow
from workflows.host.upkeep import Upkeep

T = TypeVar("T")

THREADS: Final = 16
LOOK_EVERY: Final = 5.0
UNVERSIONED: Final = "unversioned"
# The list of running clocks and the news of a build spread with some delay.
WAKING_ROUNDS: Final = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WorkerSettings:
    """Where the worker finds its parts.

    Without ``keys_url`` the keys stand beside the log. ``shift`` is zero but under a simulated
    clock (ServerClock). ``build_id`` turns on worker versioning: only where two builds can run side
    by side; without it an upgrade ends the clocks and starts them afresh by reconcile, which is
    legal at any moment.
    """

    journal_url: str
    views_url: str
    keys_url: str | None = None
    address: str = "127.0.0.1:7233"
    namespace: str = NAMESPACE
    timezone: str = "UTC"
    shift: timedelta = NO_SHIFT
    build_id: str | None = None
    sticky: timedelta = timedelta(seconds=5)
    schedules: bool = True
    relay: bool = True
    cached: int = 500


def run_worker(
    settings: WorkerSettings,
    things: Things = THINGS,
    projections: Sequence[Projection] = PROJECTIONS,
    clockworks: Clockworks = CLOCKWORKS,
) -> int:
    """Run until SIGTERM or SIGINT; the exit code.

    Raises:
        JournalError: the log is of another release, or not guarded: somebody has to look.
    """
    with ExitStack() as stores:

        def opened() -> tuple[Journal, ViewStore]:
            # In a simulated time, a shifted one, facts keep the time of their commands.
            clock = SystemClock() if settings.shift == NO_SHIFT else None
            journal = open_journal(
                settings.journal_url, domain_decider(things), clock, settings.keys_url
            )
            stores.callback(journal.close)
            views = ViewStore(settings.views_url, projections, journal=journal)
            stores.callback(views.close)
            return journal, views

        return asyncio.run(_serve(settings, opened, clockworks))


def build_worker(
    client: Client,
    journal: Journal,
    views: ViewStore,
    clock: ServerClock,
    *,
    executor: ThreadPoolExecutor,
    clockworks: Clockworks = CLOCKWORKS,
    sticky: timedelta = timedelta(seconds=5),
    cached: int = 500,
    build_id: str | None = None,
) -> Worker:
    """The worker with all workflows and activities, set for small hosts."""
    activities = Activities(journal, views, clock, clockworks)
    upkeep = Upkeep(journal, views, clock, client, clockworks)
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
        workflows=[ThingClock, PlannerWorkflow, ReconcileWorkflow],
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
        # Signs of life go out this often; left alone they would leave two seconds of the ten.
        max_heartbeat_throttle_interval=timedelta(seconds=3),
        graceful_shutdown_timeout=timedelta(seconds=20),
        sticky_queue_schedule_to_start_timeout=sticky,
        identity=f"{holder()}/{build_id or UNVERSIONED}",
        deployment_config=deployment,
    )


async def _serve(
    settings: WorkerSettings,
    open_stores: Callable[[], tuple[Journal, ViewStore]],
    clockworks: Clockworks,
) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    outages = Outages()

    async def connected() -> Client:
        try:
            return await open_client(settings.address, settings.namespace, lazy=False)
        except RuntimeError as error:
            raise TemporalAway(f"no answer at {settings.address}: {error}") from error

    async def opened() -> tuple[Journal, ViewStore]:
        return await asyncio.to_thread(open_stores)

    client = await _patiently(connected, outages, TEMPORAL, stop)
    parts = await _patiently(opened, outages, LOG, stop)
    if client is None or parts is None:
        return 0
    journal, views = parts
    clock = ServerClock(settings.shift)
    upkeep = Upkeep(journal, views, clock, client, clockworks)
    relay = Relay(journal, views, client, clock, clockworks, outages)
    with ThreadPoolExecutor(THREADS, "activity") as executor:
        worker = build_worker(
            client,
            journal,
            views,
            clock,
            executor=executor,
            clockworks=clockworks,
            sticky=settings.sticky,
            cached=settings.cached,
            build_id=settings.build_id,
        )

        async def registered() -> bool:
            return await register_attributes(client, clockworks)

        # Before the first task: an unregistered attribute would make it fail and retry.
        await _patiently(registered, outages, TEMPORAL, stop)
        async with worker, asyncio.TaskGroup() as beside:
            log.info("the clocks run against %s", settings.address)
            beside.create_task(
                _look_after(settings, client, upkeep, relay, Followers(views.engine), outages, stop)
            )
            if settings.relay:
                beside.create_task(relay.run(stop))
            await stop.wait()
    log.info("the clocks stopped")
    return 0


async def _look_after(
    settings: WorkerSettings,
    client: Client,
    upkeep: Upkeep,
    relay: Relay,
    followers: Followers,
    outages: Outages,
    stop: asyncio.Event,
) -> None:
    """Keep the namespace prepared; reconcile at the start and whenever anything was away.

    A server that came back with an empty database lacks the search attributes: that is how the loss
    is noticed within seconds, even when nobody saw the server go.
    """
    settled, rounds, failures = False, 0, 0
    while not stop.is_set():
        try:
            lost = await register_attributes(client, upkeep.clockworks)
            if lost or not settled:
                if settings.schedules:
                    await ensure_schedules(client, settings.timezone)
                if settings.build_id and await make_current(client, settings.build_id):
                    rounds = WAKING_ROUNDS
                # What happens from now on is the relay's, what happened before is compared.
                await asyncio.to_thread(relay.begin)
                await upkeep.repair()
                settled = True
            if rounds:
                await wake_all(client, upkeep.clockworks)
                rounds -= 1
            await asyncio.to_thread(give_sign, followers)
        except Exception as error:
            settled, failures = False, failures + 1
            if not outages.met(error):
                # The clocks must go on, whatever upkeep meets.
                log.exception("upkeep failed, trying again")
        else:
            failures = 0
            outages.over(LOG, VIEWS, BEHIND, TEMPORAL)
        await pause(stop, LOOK_EVERY if settled else min(0.5 * 2 ** min(failures, 4), LOOK_EVERY))


async def _patiently(
    attempt: Callable[[], Awaitable[T]], outages: Outages, part: str, stop: asyncio.Event
) -> T | None:
    """What ``attempt`` answers, however long the outage lasts; None when ``stop`` comes first."""
    wait = 0.2
    while not stop.is_set():
        try:
            answer = await attempt()
        except Exception as error:
            if not outages.met(error):
                raise
        else:
            outages.over(part)
            return answer
        await pause(stop, wait)
        wait = min(wait * 2, 5.0)
    return None
