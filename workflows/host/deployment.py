"""Worker versioning, where two builds can run side by side.

A pinned run stays on its build until its next page. After a new build has become current the
running clocks must be woken, for they look for a new build only when they wake.
"""

import asyncio
import logging
from typing import Final

from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workflows.bridge.reconcile import running_query
from workflows.clock.clockwork import Clockworks
from workflows.clock.contracts import NUDGE

DEPLOYMENT: Final = "okr"
_TRIES: Final = 50  # the server hears of a version only from the first poll of its worker

log = logging.getLogger(__name__)


async def make_current(client: Client, build_id: str) -> bool:
    """Make ``build_id`` the build that new runs and new pages use; False when it was already.

    Raises:
        RPCError: the server does not know this build after ten seconds.
    """
    if await _current(client) == build_id:
        return False
    for attempt in range(1, _TRIES + 1):
        try:
            await client.workflow_service.set_worker_deployment_current_version(
                SetWorkerDeploymentCurrentVersionRequest(
                    namespace=client.namespace,
                    deployment_name=DEPLOYMENT,
                    build_id=build_id,
                    ignore_missing_task_queues=True,
                )
            )
        except RPCError as error:
            unknown = error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)
            if not unknown or attempt == _TRIES:
                raise
            await asyncio.sleep(0.2)
        else:
            break
    log.info("build %s is current", build_id)
    return True


async def wake_all(client: Client, clockworks: Clockworks) -> int:
    """Nudge every listed clock with no news at all: it looks around and goes on waiting.

    After a new build became current it moves there instead; one that was missed moves when it wakes
    for its next due, or within a week.
    """
    count = 0
    async for one in client.list_workflows(running_query(clockworks)):
        await client.get_workflow_handle(one.id).signal(NUDGE, 0)
        count += 1
    return count


async def _current(client: Client) -> str | None:
    try:
        found = await client.workflow_service.describe_worker_deployment(
            DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT)
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    build: str = found.worker_deployment_info.routing_config.current_deployment_version.build_id
    return build or None
