"""Waking coroutines from threads: everybody who waits now hears of the news, nobody else."""

import asyncio
import logging

log = logging.getLogger("truenorth.api")


class Signal:
    """Bound to the event loop that made it; ``wake`` may come from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def wake(self) -> None:
        """Wake everybody who waits now; whoever comes later waits for the next news."""
        if self._loop.is_closed():
            return
        try:
            self._loop.call_soon_threadsafe(self._pulse)
        except RuntimeError:
            log.debug("the loop closed while it was being woken")

    def _pulse(self) -> None:
        self._event.set()
        self._event.clear()

    async def wait(self, timeout: float) -> bool:
        """True when it was woken within ``timeout`` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._event.wait()
        except TimeoutError:
            return False
        return True
