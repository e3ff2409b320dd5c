"""Private words in views: kept sealed in every row, and opened when somebody reads.

A view that kept plain copies would still say them after their key was destroyed.
"""

from collections.abc import Mapping
from typing import Any, Final

from domain.text import Opener, Sealed, SealedText

_PARTS: Final = frozenset(Sealed._fields)


def sealed_form(text: SealedText) -> Any:
    """What goes into a row's JSON for ``text``: its seal; its words when it was never stored."""
    return text.text if text.sealed is None else text.sealed._asdict()


def opened(value: Any, opener: Opener | None) -> Any:
    """A row's JSON with every sealed text in it replaced by its words, None where they are gone."""
    if isinstance(value, Mapping):
        if value.keys() == _PARTS:
            return None if opener is None else opener(Sealed(**value))
        return {name: opened(each, opener) for name, each in value.items()}
    if isinstance(value, list):
        return [opened(each, opener) for each in value]
    return value
