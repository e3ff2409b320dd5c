"""Temporal's time-skipping server as a child process: real workflows, a clock that can be moved."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.empty_pb2 import Empty
from temporalio.api.testservice.v1 import (
    LockTimeSkippingRequest,
    SleepRequest,
    UnlockTimeSkippingRequest,
)
from temporalio.client import Client

from workflows.clock.clockwork import Clockworks
from workflows.clockworks import CLOCKWORKS
from workflows.host.client import open_client
from workflows.host.namespace import register_attributes
from workflows.host.servers import free_port, test_server_binary

START_WITHIN: Final = 20.0


class TimeServerSilent(Exception):
    """The time-skipping server did not start; the message ends with its last words."""


@dataclass(frozen=True)
class TimeServer:
    """A running server whose clock stands still between skips (but for real time passing)."""

    address: str
    client: Client

    async def now(self) -> datetime:
        """The server's time."""
        answer = await self.client.test_service.get_current_time(Empty())
        return answer.time.ToDatetime(tzinfo=UTC)

    async def skip(self, span: timedelta) -> None:
        """Move the server's clock on by ``span``; timers in between fire on the way.

        Skipping does not wait for what they set off, so never skip past a timer: skip to it, let
        the clock settle, go on (``Rehearsal.until`` does).
        """
        if span <= timedelta(0):
            return
        duration = Duration()
        duration.FromTimedelta(span)
        await self.client.test_service.unlock_time_skipping_with_sleep(
            SleepRequest(duration=duration)
        )

    async def forget_task(self) -> None:
        """A task that was ended under way keeps the clock from being moved: let go for it."""
        await self.client.test_service.unlock_time_skipping(UnlockTimeSkippingRequest())

    async def skip_to(self, at: datetime) -> None:
        """Move the server's clock to ``at``; nothing when that is past."""
        await self.skip(at - await self.now())


@asynccontextmanager
async def time_server(clockworks: Clockworks = CLOCKWORKS) -> AsyncIterator[TimeServer]:
    """Start a server on a free loopback port; it ends with the block and keeps nothing."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - our own binary, gone in milliseconds
        [str(test_server_binary()), str(port), "--enable-time-skipping"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"127.0.0.1:{port}"
        client = await _answering(address, process)
        # It starts with its clock running ahead of every wait.
        await client.test_service.lock_time_skipping(LockTimeSkippingRequest())
        await register_attributes(client, clockworks)
        yield TimeServer(address, client)
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 5)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)


async def _answering(address: str, process: subprocess.Popen[bytes]) -> Client:
    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            return await open_client(address, lazy=False)
        except RuntimeError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise TimeServerSilent(f"the time-skipping server did not start: {error}") from None
        await asyncio.sleep(0.02)
