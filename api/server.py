"""One API process: binds, says when it is ready, ends on SIGTERM with code 0."""

import asyncio
import contextlib
import gc
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable, Generator

import uvicorn
import uvloop

from api.app import INTERFACE, create_app
from api.core.interface import Interface
from api.core.protocol import Protocol
from api.services import Services

log = logging.getLogger("truenorth.api")

PORT_TAKEN = 3
REFUSED = 2
_PATIENCE = 10


class Server(uvicorn.Server):
    """uvicorn, ending our way: live streams first, then the rest, then exit code 0.

    uvicorn waits for open connections before it tells the application to end, and raises the
    signal again afterwards: an event stream would hold it for ever, and the process would count
    as killed.
    """

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_stop = on_stop

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        handled = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in handled}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Here and not in the signal's handler: that one interrupts whatever runs, perhaps while it
        # holds the very lock that ending takes, and both would wait for ever.
        self._on_stop()
        await super().shutdown(sockets)


def serve(
    services: Services,
    host: str = "127.0.0.1",
    port: int = 8700,
    *,
    ready: Callable[[str], None] | None = None,
    interface: Interface = INTERFACE,
) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code.

    ``ready`` hears the address once requests are answered; by default it goes to standard output.
    ``port`` 0 takes a free one.
    """
    if services.mode == "local" and not _is_loopback(host):
        log.error("local mode has no keys, so it binds to loopback only, not to %s", host)
        return REFUSED
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named: asyncio switches Nagle's delay off only for sockets that say TCP,
    # and without it every answer of two segments waits 40 ms for the client's ACK.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as fault:
        bound.close()
        log.error("cannot listen on %s:%s: %s", host, port, fault.strerror or fault)
        return PORT_TAKEN
    app = create_app(services, interface)
    # What stands by now lives as long as the process: a full collection of it would stall a request
    # for as long as fifty others take.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        app,
        http=Protocol,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=_PATIENCE,
    )
    server = Server(config, app.state.stop)
    shown = f"[{host}]" if family == socket.AF_INET6 else host
    address = f"http://{shown}:{bound.getsockname()[1]}"
    uvloop.run(_run(server, bound, address, ready or _say))
    return 0 if server.started else 1


async def _run(
    server: Server, bound: socket.socket, address: str, ready: Callable[[str], None]
) -> None:
    async def announce() -> None:
        while not server.started:
            await asyncio.sleep(0.01)
        ready(address)

    announcing = asyncio.create_task(announce())
    try:
        await server.serve(sockets=[bound])
    finally:
        announcing.cancel()


def _say(address: str) -> None:
    print(f"True North answers at {address}", flush=True)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
