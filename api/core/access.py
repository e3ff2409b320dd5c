"""Which requests may come in at all: from where, under which name, from which page.

Local mode has no keys, so it must not be reachable by anybody else: only loopback peers that speak
for themselves (a proxy on this machine speaks for others), only names of this machine in ``Host``
(a foreign name that resolves to 127.0.0.1 is DNS rebinding), and no writes begun by pages of
another origin.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from api.core.problems import Problem
from api.services import Services

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers by which a proxy tells that it asks for somebody else."""


def check_peer(
    peer: tuple[str, int] | None, headers: Mapping[str, str], services: Services
) -> None:
    """Local mode serves this machine only. A peer is None on a Unix socket."""
    if services.mode != "local":
        return
    if any(name in headers for name in FORWARDED):
        raise _elsewhere()
    if peer is None:
        return
    try:
        address = ipaddress.ip_address(peer[0])
    except ValueError:
        raise _elsewhere() from None
    mapped = getattr(address, "ipv4_mapped", None)
    if not (mapped or address).is_loopback:
        raise _elsewhere()


def check_host(host: str | None, services: Services) -> None:
    """The server answers only to its own names, whatever the port."""
    if "*" in services.hosts and services.mode == "keys":
        return  # behind a proxy that checks names; local mode never leaves it to others
    if host is None or _name(host) not in services.hosts:
        raise Problem(
            400,
            "untrusted-host",
            "This server does not answer to that host name. Use one of its own names.",
        )


def check_origin(method: str, headers: Mapping[str, str], services: Services) -> None:
    """A write begun by a web page must come from a page of this very origin."""
    if method in SAFE:
        return
    origin = headers.get("origin")
    if origin is None:
        if headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
            return
    elif origin in services.origins or urlsplit(origin).netloc == headers.get("host"):
        return
    raise Problem(
        403,
        "cross-site",
        "Writes from pages of another origin are refused. Open the pages of this server.",
    )


def refuse_past(query: bytes) -> None:
    """A write comes without ``as_of``: nobody writes into the past."""
    if b"as_of" in query and "as_of" in parse_qs(query.decode("latin-1"), True):
        raise Problem(
            409,
            "past-is-read-only",
            "What was cannot be changed. Write without as_of.",
            allowed=[],
        )


def _name(host: str) -> str:
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _elsewhere() -> Problem:
    return Problem(
        403,
        "local-only",
        "Local mode answers to this machine only. Open it there, or run the server with keys.",
    )
