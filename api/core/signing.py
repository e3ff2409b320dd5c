"""Who signs what only a person can say or keep: a machine, or nobody yet, cannot."""

from typing import Final

from api.core.fields import UUID_TEXT
from api.core.principal import Principal
from api.core.problems import Problem
from api.core.writing import Write
from domain.ids import PersonId

_NOBODY: Final = (
    "Choose who you are first: send TrueNorth-Person, or use a key that belongs to a person."
)


def person_of(principal: Principal) -> PersonId | None:
    """The person who asks; None for a machine, and for the administrator who is nobody yet."""
    person_id = principal.person_id
    return PersonId(person_id) if person_id and UUID_TEXT.match(person_id) else None


def signed(write: Write) -> PersonId:
    """The person who writes. Raises 409 ``person-needed`` when none is known."""
    person_id = person_of(write.principal)
    if person_id is None:
        raise Problem(409, "person-needed", _NOBODY, allowed=[])
    return person_id
