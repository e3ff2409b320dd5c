"""E-mail addresses: each is one person's, and is claimed before anything enters the log.

The directory holds an address once. Whoever wants one puts an entry with it there first; of many at
once one gets it. Then the log decides, then the entry becomes the person's own or goes. A crash in
between leaves a claim: the same request, repeated, goes on with it, and to others the address is
free after ``ABANDONED``.
"""

from datetime import timedelta
from typing import Final

from api.core.problems import Problem
from api.core.writing import Write
from journal.directory import EmailTaken
from journal.ids import id_for, is_for, made_at

ABANDONED: Final = timedelta(minutes=1)  # no write is under way for that long


def claimed(write: Write, name: str, email: str, own_id: str | None = None) -> str:
    """The id of the entry under which ``email`` is this request's own.

    Args:
        name: who the address is for.
        own_id: the person whose address changes; who has it already needs no claim.

    Raises 409 when another person has the address.
    """
    services = write.services
    directory, claim_id = services.directory, id_for(write.command_id, write.at)
    while True:
        try:
            directory.put_person(claim_id, name, email)
        except EmailTaken:
            holder = directory.find_person(email)
        else:
            return claim_id
        if holder is None:
            continue  # just given back
        if holder.id == own_id or is_for(holder.id, write.command_id):
            return holder.id
        _, version = services.journal.state(f"person/{holder.id}")
        if version or write.at - made_at(holder.id) < ABANDONED:
            raise taken()
        directory.remove_person(holder.id)


def taken() -> Problem:
    """409: the address is somebody else's."""
    detail = "A person with this e-mail is known already: choose another address."
    pointer = {"pointer": "/email", "detail": detail}
    return Problem(409, "already-exists", detail, allowed=[], errors=[pointer])
