"""The way to one's own desk: who asks has to be a person, and it is theirs."""

from functools import partial
from typing import Any

from fastapi import Depends, Request

from api.core.reading import Reading
from api.core.signing import person_of, signed
from api.core.writing import IdempotencyKey, IfMatch, Write, begin, expected_version
from api.services import Services
from domain.desk.desk import INITIAL, Desk
from domain.desk.desk_thing import THING
from domain.facts import Command
from domain.ids import PersonId


def own(*commands: type[Command]) -> Any:
    """A dependency: a write on the desk of whoever asks; ``write.state`` is the desk."""

    async def mine(
        request: Request, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
    ) -> Write:
        write = begin(request, idempotency_key)
        write.principal.must_any({THING.wishes[one].permits for one in commands})
        person_id = signed(write)
        write.thing_id = person_id
        find = partial(_desk, write.services, person_id)
        write.state, write.version = await write.writers.run(find, write.deadline)
        write.expected = expected_version(if_match, write.version, needed=False)
        return write

    return Depends(mine)


def _desk(services: Services, person_id: str) -> tuple[Any, int]:
    return services.journal.state(f"desk/{person_id}")


def desk_of(read: Reading) -> tuple[PersonId | None, Desk, int]:
    """Who asks, their desk as of the moment asked about, and its version."""
    person_id = person_of(read.principal)
    if person_id is None:
        return None, INITIAL, 0
    desk, version = read.services.journal.state(f"desk/{person_id}", upto=read.upto)
    return person_id, desk, version


def whose(write: Write, reason: str | None = None) -> dict[str, Any]:
    """What every command about a desk carries."""
    return {"person_id": PersonId(write.thing_id), **write.stamp(reason)}
