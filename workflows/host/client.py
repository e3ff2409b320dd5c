"""The one module that builds Temporal clients, and so the one that cures the exit crash.

A process that opened a client may abort (or hang, with a poll still open) while the interpreter
finalises: the last completed call wakes the main thread through a socket, and its Tokio thread
still needs the GIL. Letting go of the GIL in Python code once before finalisation cures it on every
pair of SDK and Python tried. Hence the one line below the imports.
"""

import atexit
import ipaddress
import time
from typing import Final

from temporalio.client import Client
from temporalio.service import GrpcCompression, RPCError, RPCStatusCode

from workflows.clock.contracts import NAMESPACE

atexit.register(time.sleep, 0.05)

_AWAY: Final = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
    }
)


class TemporalAway(Exception):
    """Temporal does not answer for now; nothing is lost, what it shall hear it will hear later."""


def is_away(error: Exception) -> bool:
    """Whether this error of a call means that Temporal is away, not that the call was wrong.

    A lazy client that finds nobody at the address raises a bare RuntimeError in this SDK.
    """
    if isinstance(error, RPCError):
        return error.status in _AWAY
    return type(error) is RuntimeError and "client connect" in str(error)


def is_loopback(address: str) -> bool:
    """Whether ``host:port`` is this machine."""
    host = address.rpartition(":")[0].strip("[]") or address
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def open_client(address: str, namespace: str = NAMESPACE, *, lazy: bool = True) -> Client:
    """Build a client for ``host:port``.

    Lazy by default: nothing is sent before the first call, so a process starts while Temporal is
    away. Compression costs more than it saves on loopback.
    """
    return await Client.connect(
        address,
        namespace=namespace,
        lazy=lazy,
        grpc_compression=GrpcCompression.NONE if is_loopback(address) else GrpcCompression.GZIP,
    )
