"""Mentions: how a text names people, ``@`` and the id of a person.

Ids and no names: the log knows none, and a page puts the name of today in their place.
"""

import re
from collections.abc import Iterable
from typing import Final

from domain.facts import Refusal
from domain.ids import PersonId
from domain.people.person import Person
from domain.refusals import invalid

MOST_MENTIONS: Final = 50

_ID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# Not within an address such as ann@…, and not the beginning of something longer.
_MENTION: Final = re.compile(rf"(?<![\w@.])@({_ID})(?![\w-])", re.IGNORECASE)


def mentioned(words: str) -> tuple[PersonId, ...]:
    """Ids of the people whom ``words`` mention, each once, in the order they come."""
    found = (PersonId(one.group(1).lower()) for one in _MENTION.finditer(words))
    return tuple(dict.fromkeys(found))


def refuse_mentions(mentions: Iterable[tuple[PersonId, Person]], pointer: str) -> Refusal | None:
    """Why these people cannot be mentioned, or None: each is known and has not left, and they are
    not too many.
    """
    pairs = tuple(mentions)
    if len(pairs) > MOST_MENTIONS:
        detail = f"One comment mentions at most {MOST_MENTIONS} people."
        return invalid("too-many-mentions", detail, pointer)
    for person_id, person in pairs:
        if not person.exists:
            detail = f"There is no person {person_id} to mention: choose somebody from the list."
            return invalid("unknown-mention", detail, pointer)
        if not person.active:
            detail = f"The person {person_id} is not active any more: mention somebody else."
            return invalid("unknown-mention", detail, pointer)
    return None
