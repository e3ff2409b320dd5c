"""Who asks, and what that one may do.

| role    | things and views | history, events | OKR and lean things | people, teams, cycles |
|---------|------------------|-----------------|---------------------|-----------------------|
| admin   | reads            | reads           | writes              | writes                |
| member  | reads            | reads           | writes              | reads                 |
| auditor | reads            | reads           | reads               | reads                 |
| viewer  | reads            | no              | reads               | reads                 |

On loopback (local mode) no key is needed: whoever reaches the port is the admin of this machine,
and the header ``TrueNorth-Person`` says which person acts. A bearer key is honoured in both modes.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from starlette.concurrency import run_in_threadpool

from api.core.fields import UUID_TEXT
from api.core.problems import Problem
from api.services import Services
from domain.facts import Actor
from domain.people.person import Person

Role = Literal["admin", "member", "auditor", "viewer"]
Permission = Literal["read", "audit", "write", "administer", "clock"]
"""What routes and commands permit; nobody who comes over HTTP is a clock."""

MAY: Mapping[str, frozenset[Permission]] = {
    "admin": frozenset({"read", "audit", "write", "administer"}),
    "member": frozenset({"read", "audit", "write"}),
    "auditor": frozenset({"read", "audit"}),
    "viewer": frozenset({"read"}),
}
LOCAL: Final = "local"
"""Who acts on this machine when no person is named."""
_REMEMBER_SECONDS = 5.0  # a key that was revoked, or whose person has left, works no longer
_REMEMBER_KEYS = 1024
_GUESSES = 30
_GUESS_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Principal:
    """The asker: a person, a key without a person (a machine), or the local admin."""

    role: Role
    person_id: str | None = None
    key_id: str | None = None

    @property
    def actor(self) -> Actor:
        if self.person_id is not None:
            return Actor(kind="person", id=self.person_id)
        return Actor(kind="system", id=f"key:{self.key_id}")

    @property
    def name(self) -> str:
        """The scope of this asker's idempotency keys."""
        return f"{self.actor.kind}/{self.actor.id}"

    def may(self, permission: Permission) -> bool:
        return permission in MAY[self.role]

    def must(self, permission: Permission) -> None:
        """Raises a 403 problem unless this role may do it."""
        self.must_any((permission,))

    def must_any(self, permissions: Collection[Permission]) -> None:
        """Raises a 403 problem unless this role may do one of these."""
        if MAY[self.role].isdisjoint(permissions):
            told = ", ".join(sorted(permissions))
            raise Problem(
                403,
                "forbidden",
                f"The role {self.role} may not do this. It needs one of: {told}.",
            )


class Guesses:
    """Different wrong keys by peer within a minute; beyond a handful the peer has to wait.

    One old key that a client goes on sending is no guessing, however often it comes.
    """

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, OrderedDict[bytes, float]] = OrderedDict()

    def count(self, peer: str, key: bytes) -> None:
        """Note a wrong key. Raises 429 when this peer has guessed too often."""
        now = time.monotonic()
        guesses = self._wrong.setdefault(peer, OrderedDict())
        while guesses and next(iter(guesses.values())) < now - _GUESS_SECONDS:
            guesses.popitem(last=False)
        too_many = len(guesses) >= _GUESSES and key not in guesses
        if not too_many:
            guesses[key] = now
            guesses.move_to_end(key)
        while len(self._wrong) > _REMEMBER_KEYS:
            self._wrong.popitem(last=False)
        if too_many:
            raise Problem(
                429,
                "too-many-guesses",
                "Too many unknown keys came from your address. Wait a minute, then send yours.",
                headers={"Retry-After": str(round(_GUESS_SECONDS))},
            )


class Doorkeeper:
    """Finds out who asks, from the headers of a request."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()
        self._people: set[str] = set()
        self._guesses = Guesses()
        self._local = Principal("admin", LOCAL)

    def recall(self, authorization: str | None, person: str | None) -> Principal | None:
        """The principal when no store has to be asked, else None. Cheap; for the fast path."""
        if authorization is not None:
            found = self._known.get(_digest(authorization))
            if found is not None and found[0] > time.monotonic():
                return found[1]
            return None
        if self._services.mode != "local":
            return None
        if person is None:
            return self._local
        return Principal("admin", person) if person in self._people else None

    async def admit(
        self, authorization: str | None, person: str | None, peer: str = ""
    ) -> Principal:
        """The principal; raises a 401 problem, or 429 for a peer that keeps guessing keys."""
        found = self.recall(authorization, person)
        if found is not None:
            return found
        if authorization is not None:
            return await self._bearer(authorization, peer)
        if self._services.mode != "local" or person is None:
            raise unauthorized("Send a key: Authorization: Bearer <key>.")
        return await self._local_person(person)

    async def _bearer(self, authorization: str, peer: str) -> Principal:
        scheme, _, secret = authorization.partition(" ")
        secret = secret.strip()
        if scheme.lower() != "bearer" or not secret or not secret.isascii():
            raise unauthorized("Send a key: Authorization: Bearer <key>.")
        key = await run_in_threadpool(self._services.directory.key, secret)
        if key is None:
            # A key that is known is never refused for what others of the same address have tried.
            self._guesses.count(peer, _digest(authorization))
            raise unauthorized("This key is not known, or it was revoked. Ask for a new one.")
        if key.person_id is not None and await run_in_threadpool(self._has_left, key.person_id):
            detail = "The person of this key is not active any more. Ask for a key of your own."
            raise unauthorized(detail, "holder-inactive")
        principal = Principal(key.role, key.person_id, key.id)
        self._known[_digest(authorization)] = (time.monotonic() + _REMEMBER_SECONDS, principal)
        while len(self._known) > _REMEMBER_KEYS:
            self._known.popitem(last=False)
        return principal

    def _has_left(self, person_id: str) -> bool:
        person: Person = self._services.journal.state(f"person/{person_id}")[0]
        return person.exists and not person.active

    async def _local_person(self, person: str) -> Principal:
        if person == LOCAL:
            return self._local
        if UUID_TEXT.match(person):
            _, version = await run_in_threadpool(self._services.journal.state, f"person/{person}")
            if version:
                self._people.add(person)
                return Principal("admin", person)
        raise unauthorized(
            "TrueNorth-Person names nobody known here. Send the id of a person.", "unknown-person"
        )


def unauthorized(detail: str, code: str = "unauthorized") -> Problem:
    return Problem(401, code, detail, headers={"WWW-Authenticate": 'Bearer realm="truenorth"'})


def _digest(authorization: str) -> bytes:
    return hashlib.blake2b(authorization.encode(), digest_size=16).digest()
