"""A resource: one kind of thing as the API shows it, the one way from a state to an answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.fields import UUID_TEXT
from api.core.problems import not_found
from api.core.reading import Reading
from api.core.topics import Near
from api.core.undo import Undo
from api.core.writing import Write
from api.services import Services
from domain.facts import Command
from domain.thing import Permission, Thing
from journal.append import Receipt

S = TypeVar("S")

Body = dict[str, Any]
"""A thing as JSON-ready data."""


@dataclass(frozen=True, slots=True)
class Look:
    """What an answer is of: the stores, the position folded up to, the instants asked about.

    ``upto`` None is the present; ``at`` is the instant of the question, ``effective_at`` when it
    shall have been true in the world (RULES B1).
    """

    services: Services
    upto: int | None
    at: datetime
    effective_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found(Generic[S]):
    """A thing in the log: its state and the version of its stream."""

    id: str
    state: S
    version: int


WayBack = Callable[[Found[S], Found[S]], Undo | None]
"""From a thing before and after a write to the request that takes it back; None where none does.

Of a new thing there is nothing before: its state is the initial one, its version 0.
"""


@dataclass(frozen=True, eq=False)
class Resource(Generic[S]):
    """A thing, its address, and how it is shown. Its routes are added to ``router``.

    Args:
        thing: the domain's descriptor.
        path: the address of all of them; a single one is ``{path}/{id}``.
        render: what was found as it is shown, as of a look.
        tags: where the served documentation lists the routes.
        topics: the names of the lists that show it, as live events tell them.
        also: kinds of other streams whose facts change what is shown.
        near: what else shows a thing of this kind.
        proof: the kind whose stream proves that there is such a thing; its own by default.
    """

    thing: Thing[S]
    path: str
    render: Callable[[Found[S], Look], Body]
    tags: tuple[str, ...]
    topics: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    near: Near | None = None
    proof: str | None = None
    router: APIRouter = field(init=False, repr=False)
    kinds: tuple[str, ...] = field(init=False, repr=False)
    permits: frozenset[Permission] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        router = APIRouter(prefix=self.path, tags=[*self.tags], route_class=StrictRoute)
        wishes = self.thing.wishes.values()
        object.__setattr__(self, "router", router)
        object.__setattr__(self, "kinds", (self.thing.kind, *self.also))
        object.__setattr__(self, "permits", frozenset(wish.permits for wish in wishes))

    # --- from the log --------------------------------------------------------------------------

    def find(self, services: Services, thing_id: str, upto: int | None = None) -> Found[S]:
        """The thing folded up to a position. Raises 404 when there is none, or none any more."""
        found = self.find_ever(services, thing_id, upto)
        if self.thing.gone(found.state):
            raise not_found(self.proof or self.thing.kind)
        return found

    def find_ever(self, services: Services, thing_id: str, upto: int | None = None) -> Found[S]:
        """The same, of what is gone too. Raises 404 when the log knows none by then."""
        kind = self.thing.kind
        if (only := self.thing.only) is not None:
            state, version = services.journal.state(f"{kind}/{only}", upto=upto)
            return Found(only, state, version)
        if not UUID_TEXT.match(thing_id):
            raise not_found(self.proof or kind)
        state, version = services.journal.state(f"{kind}/{thing_id}", upto=upto)
        proven = version
        if self.proof is not None:
            _, proven = services.journal.state(f"{self.proof}/{thing_id}", upto=upto)
        if not proven and thing_id not in self.thing.always:
            raise not_found(self.proof or kind)
        return Found(thing_id, state, version)

    def show(self, thing_id: str, look: Look) -> Body:
        """The thing as it is shown. Raises 404."""
        return self.render(self.find(look.services, thing_id, look.upto), look)

    # --- answers -------------------------------------------------------------------------------

    def answer(self, read: Reading, thing_id: str) -> Response:
        """One thing, as of the moment that was asked about."""
        look = looking(read)
        found = self.find(read.services, thing_id, look.upto)
        return read.thing(self.render(found, look), found.version)

    def done(
        self,
        write: Write,
        command: Command,
        body: BaseModel | None,
        *,
        status: int = 200,
        undo: Undo | WayBack[S] | None = None,
    ) -> Response:
        """Hand the command over; the answer is the thing as it stands after it.

        A new one, ``status`` 201, is told its address. ``undo`` is the way back, or finds it.
        """
        return self.shown(write, write.handle(command, body), status=status, undo=undo)

    def shown(
        self,
        write: Write,
        receipt: Receipt,
        *,
        status: int = 200,
        undo: Undo | WayBack[S] | None = None,
    ) -> Response:
        """The answer to a write that was handed over: the thing as it stands after it."""
        thing_id = receipt.stream.partition("/")[2]
        at = f"{self.path}/{thing_id}" if status == 201 else None
        look = after(write, receipt)
        found = self.find_ever(look.services, thing_id, look.upto)
        back = self.way_back(undo, write, receipt, found)
        return write.respond(receipt, self.render(found, look), status=status, at=at, undo=back)

    def way_back(
        self, undo: Undo | WayBack[S] | None, write: Write, receipt: Receipt, now: Found[S]
    ) -> Undo | None:
        """The undo of a write after which the thing is as in ``now``; of a repeated one the same.

        For answers that show something else than the thing; ``done`` asks for it by itself.
        """
        if undo is None or isinstance(undo, Undo):
            return undo
        stream = f"{self.thing.kind}/{now.id}"
        before = receipt.position - receipt.facts
        state, version = write.services.journal.state(stream, upto=before)
        return undo(Found(now.id, state, version), now)


def looking(read: Reading) -> Look:
    """The look of a read."""
    return Look(read.services, read.upto, read.at, read.effective_at)


def after(write: Write, receipt: Receipt) -> Look:
    """The look of a write's answer: as it stood right after it, also when it is repeated."""
    return Look(write.services, receipt.position, write.answered_at(receipt))
