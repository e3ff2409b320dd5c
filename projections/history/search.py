"""Words looked for in history as it is shown: after names were put in and seals were opened.

Nothing is kept for it, so what was erased is found nowhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

Item = dict[str, Any]

SEARCHED: Final = 2_000
"""So many facts a page of a search looks through, whether their words are found or not."""


_AT_ONCE: Final = 500


def searched(
    read: Callable[[str | None, int], tuple[list[Item], bool]],
    words: Sequence[str],
    limit: int,
    cursor: str | None,
) -> tuple[list[Item], str | None]:
    """Items that say all the words, and where to go on; None at the end."""
    found: list[Item] = []
    looked_through = 0
    while looked_through < SEARCHED:
        items, more = read(cursor, _AT_ONCE)
        for item in items:
            if _says(item, words):
                found.append(item)
                if len(found) == limit:
                    last = item is items[-1] and not more
                    return found, None if last else str(item["position"])
        if not more:
            return found, None
        looked_through += len(items)
        cursor = str(items[-1]["position"])
    return found, cursor


def _says(item: Mapping[str, Any], words: Iterable[str]) -> bool:
    parts = (item["sentence"], item["reason"], item["about"]["title"], item["actor"]["name"])
    values = [*_texts(item["before"]), *_texts(item["after"])]
    text = " ".join([*filter(None, parts), *values]).casefold()
    return all(word in text for word in words)


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
