"""Ports: is one free, does something listen there."""

import socket

from deploy.supervisor import StackError


def ensure_free(host: str, port: int) -> None:
    """Check that ``port`` can be bound, before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StackError(
                f"Port {port} on {host} is taken ({error.strerror}). "
                "Stop what uses it, or choose another with --port."
            ) from error


def listens(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0
