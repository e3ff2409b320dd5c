"""Titles and names: one line that says what something is, the same rule for everything.

They are plain words, never sealed: lists, history and search show them for ever.
"""

import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator

from domain.facts import Refusal
from domain.refusals import blank, invalid

LONGEST_TITLE: Final = 500


def tidy(title: str) -> str:
    """``title`` as it is kept: in NFC, so that what looks alike is alike, with no space around."""
    return unicodedata.normalize("NFC", title).strip()


Title = Annotated[str, AfterValidator(tidy)]
"""A title or a name in a command; facts keep theirs as they were stored."""


def refuse_title(title: str, pointer: str = "/title", what: str = "A title") -> Refusal | None:
    """Why ``title`` is none, or None: it says something, in at most 500 characters."""
    if blank(title) or len(tidy(title)) > LONGEST_TITLE:
        detail = f"{what} has 1 to {LONGEST_TITLE} characters."
        return invalid("invalid-title", detail, pointer)
    return None
