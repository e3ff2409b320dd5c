"""The roles a process can take: API, worker, projector; and the reconciliation by hand."""

import asyncio
import threading

from deploy.clocks import warn_when_the_log_is_ahead
from deploy.compose import opened
from deploy.datadir import DataDirectory
from deploy.logs import log_to_stderr
from deploy.settings import Settings
from deploy.stores import identity_of


def run_api(settings: Settings) -> int:
    """Serve HTTP until SIGTERM; the exit code."""
    from api.server import serve  # noqa: PLC0415 - each role loads its own parts only
    from api.services import Services  # noqa: PLC0415
    from projections.engine.followers import Followers  # noqa: PLC0415
    from workflows.host.heartbeat import clock_status  # noqa: PLC0415

    log_to_stderr()
    simulation = _simulation(settings)
    with opened(settings) as parts:
        warn_when_the_log_is_ahead(parts.journal)
        services = Services(
            journal=parts.journal,
            views=parts.views,
            directory=parts.directory,
            mode=settings.mode,
            hosts=frozenset(settings.allowed_hosts),
            simulated=simulation is not None,
            demo_note=simulation,
            installation=identity_of(settings),
            clock_status=lambda: clock_status(Followers(parts.views.engine)),
        )
        return serve(services, settings.host, settings.port)


def run_worker(settings: Settings) -> int:
    """Run clocks and relay until SIGTERM; the exit code."""
    from workflows.host.worker import WorkerSettings  # noqa: PLC0415
    from workflows.host.worker import run_worker as run  # noqa: PLC0415

    log_to_stderr()
    return run(
        WorkerSettings(
            journal_url=settings.journal,
            views_url=settings.views,
            keys_url=settings.keys,
            address=settings.temporal_address,
            namespace=settings.temporal_namespace,
        )
    )


def run_projector(settings: Settings, stop: threading.Event) -> int:
    """Keep the views up with the log until ``stop``; the exit code."""
    from projections.engine.runner import Runner  # noqa: PLC0415

    log_to_stderr()
    with opened(settings) as parts:
        warn_when_the_log_is_ahead(parts.journal)
        Runner(parts.journal, parts.views).run(stop)
    return 0


def reconcile_once(settings: Settings, *, afresh: bool = False) -> str:
    """Compare log and clocks, repair, and say what was done; ``afresh`` starts each clock anew."""
    from workflows.clock.server_clock import ServerClock  # noqa: PLC0415
    from workflows.clockworks import CLOCKWORKS  # noqa: PLC0415
    from workflows.host.client import open_client  # noqa: PLC0415
    from workflows.host.upkeep import Upkeep  # noqa: PLC0415

    async def repair() -> str:
        client = await open_client(settings.temporal_address, settings.temporal_namespace)
        with opened(settings) as parts:
            upkeep = Upkeep(parts.journal, parts.views, ServerClock(), client, CLOCKWORKS)
            repairs = await upkeep.repair(afresh=afresh)
        return str(repairs)

    return asyncio.run(repair())


def _simulation(settings: Settings) -> str | None:
    directory = DataDirectory(settings.data.resolve())
    simulation = directory.simulation if directory.stamp.exists() else None
    return None if simulation is None else str(simulation["note"])
