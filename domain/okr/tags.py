"""Tags of an objective: short words to group by, in the order they were given."""

import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator

from domain.facts import Refusal
from domain.refusals import blank, invalid

LONGEST_TAG: Final = 80
MOST_TAGS: Final = 20


def _tidy(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, however it was spaced or written in capitals the second time."""
    kept: dict[str, str] = {}
    for tag in tags:
        words = " ".join(unicodedata.normalize("NFC", tag).split())
        kept.setdefault(words.casefold(), words)
    return tuple(kept.values())


Tags = Annotated[tuple[str, ...], AfterValidator(_tidy)]
"""Tags in a command; facts keep theirs as they were stored."""


def refuse_tags(tags: tuple[str, ...]) -> Refusal | None:
    """Why ``tags`` cannot be kept, or None: at most 20 of 1 to 80 characters."""
    if len(tags) > MOST_TAGS:
        return invalid("invalid-tag", f"An objective has at most {MOST_TAGS} tags.", "/tags")
    for index, tag in enumerate(tags):
        if blank(tag) or len(tag) > LONGEST_TAG:
            detail = f"A tag has 1 to {LONGEST_TAG} characters."
            return invalid("invalid-tag", detail, f"/tags/{index}")
    return None
