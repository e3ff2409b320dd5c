"""Where a write comes in: who asks may do something with such a thing, it exists, it is as seen.

What a resource's commands permit opens its door; which of them is sent exactly is looked at when
it is handed over. So whoever may do nothing hears of that before faults in a body are told.
"""

from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Path, Request

from api.core.resource import Resource
from api.core.writing import IdempotencyKey, IfMatch, Write, begin, expected_version


def creating(resource: Resource[Any] | None) -> Any:
    """A dependency: a write that makes a new thing.

    Without a resource the door is open: what the write is about has to be found first.
    """

    async def create(request: Request, idempotency_key: IdempotencyKey = None) -> Write:
        write = begin(request, idempotency_key)
        if resource is not None:
            write.principal.must_any(resource.permits)
        return write

    return Depends(create)


def editing(resource: Resource[Any], parameter: str, *, versioned: bool = True) -> Any:
    """A dependency: a write on the existing thing that ``parameter`` of the address names.

    ``versioned`` writes need If-Match; additive ones take it if it is there.
    """

    async def edit(
        request: Request,
        thing_id: Annotated[str, Path(alias=parameter)],
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Write:
        write = begin(request, idempotency_key)
        look = partial(resource.find, write.services, thing_id)
        found = await write.writers.run(look, write.deadline)
        write.thing_id, write.state, write.version = found.id, found.state, found.version
        write.principal.must_any(resource.permits)
        write.expected = expected_version(if_match, write.version, needed=versioned)
        return write

    return Depends(edit)
