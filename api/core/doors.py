"""Where a write comes in: who asks may do something with such a thing, it exists, it is as seen.

What the commands of a route permit opens its door, those of the whole resource unless the route
names its own; which of them is sent exactly is looked at when it is handed over. So whoever may do
nothing hears of that before faults in a body are told.
"""

from collections.abc import Collection
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Path, Request

from api.core.resource import Resource
from api.core.writing import IdempotencyKey, IfMatch, Write, begin, expected_version
from domain.facts import Command
from domain.thing import Permission


def creating(resource: Resource[Any] | None, *commands: type[Command]) -> Any:
    """A dependency: a write that makes a new thing.

    Without a resource the door is open: what the write is about has to be found first.
    """

    async def create(request: Request, idempotency_key: IdempotencyKey = None) -> Write:
        write = begin(request, idempotency_key)
        if resource is not None:
            write.principal.must_any(_permits(resource, commands))
        return write

    return Depends(create)


def editing(
    resource: Resource[Any],
    parameter: str,
    *commands: type[Command],
    versioned: bool = True,
    gone: bool = False,
) -> Any:
    """A dependency: a write on the existing thing that ``parameter`` of the address names.

    ``versioned`` writes need If-Match; additive ones take it if it is there. ``gone`` lets in what
    is shown to nobody any more, to bring it back.
    """

    async def edit(
        request: Request,
        thing_id: Annotated[str, Path(alias=parameter)],
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Write:
        write = begin(request, idempotency_key)
        return await _opened(write, resource, thing_id, commands, if_match, versioned, gone=gone)

    return Depends(edit)


def editing_the_one(
    resource: Resource[Any], *commands: type[Command], versioned: bool = True
) -> Any:
    """A dependency: a write on the one thing of its kind (see ``Thing.only``)."""

    async def edit(
        request: Request, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
    ) -> Write:
        write = begin(request, idempotency_key)
        return await _opened(write, resource, "", commands, if_match, versioned)

    return Depends(edit)


async def _opened(
    write: Write,
    resource: Resource[Any],
    thing_id: str,
    commands: Collection[type[Command]],
    if_match: str | None,
    versioned: bool,
    *,
    gone: bool = False,
) -> Write:
    find = resource.find_ever if gone else resource.find
    look = partial(find, write.services, thing_id)
    found = await write.writers.run(look, write.deadline)
    write.thing_id, write.state, write.version = found.id, found.state, found.version
    write.principal.must_any(_permits(resource, commands))
    write.expected = expected_version(if_match, write.version, needed=versioned)
    return write


def _permits(resource: Resource[Any], commands: Collection[type[Command]]) -> frozenset[Permission]:
    wishes = resource.thing.wishes
    return frozenset(wishes[one].permits for one in commands) if commands else resource.permits
