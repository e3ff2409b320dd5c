"""Whether the keys that are there are those under which the texts of a log were sealed.

A key store that was lost, or put back from an old backup, says nothing of itself: a new key would
be made for everybody who writes next, and the backup that comes too late would not fit any more.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import orjson

from domain.text import Sealed
from journal.append import Row
from journal.keys import KeyRing
from journal.port import Store

_BATCH: Final = 500
_MARK: Final = b'"cipher":"'
"""Stands in the bytes of every fact with a sealed text, and in no other: JSON escapes quotes."""


class Unfit(NamedTuple):
    """Authors whose newest text cannot be opened, although nobody destroyed their key."""

    missing: tuple[str, ...]
    """There is no key at all."""
    other: tuple[str, ...]
    """There is one, but the text was sealed under another."""


def holds_sealed(store: Store) -> bool:
    """Whether any text of the log is sealed."""
    return any(_MARK in row[4] for rows in _backwards(store) for row in rows)


def unfit(store: Store, keys: KeyRing, seconds: float) -> Unfit:
    """Compares log and keys from the newest fact backwards, for so long."""
    until = time.monotonic() + seconds
    seen = set[str]()
    missing, other = list[str](), list[str]()
    for rows in _backwards(store):
        for sealed in _newest(rows):
            if sealed.subject not in seen:
                seen.add(sealed.subject)
                match keys.fit(sealed):
                    case "missing":
                        missing.append(sealed.subject)
                    case "other":
                        other.append(sealed.subject)
        if time.monotonic() > until:
            break
    return Unfit(tuple(missing), tuple(other))


def begin_anew(store: Store, keys: KeyRing) -> int:
    """New keys for authors who have none any more: what they said is lost, they can go on. How
    many they were.
    """
    missing = unfit(store, keys, float("inf")).missing
    for subject in missing:
        keys.make(subject)
    return len(missing)


def _backwards(store: Store) -> Iterator[Sequence[Row]]:
    """The log in batches, the newest first."""
    end = store.head()
    while end > 0:
        start = max(0, end - _BATCH)
        yield store.tail(start, end - start)
        end = start


def _newest(rows: Sequence[Row]) -> Iterator[Sealed]:
    for row in reversed(rows):
        if _MARK in row[4]:
            try:
                yield from _sealed_in(orjson.loads(row[4]))
            except orjson.JSONDecodeError:
                continue  # a damaged fact: somebody else tells of it


def _sealed_in(value: Any) -> Iterator[Sealed]:
    if isinstance(value, dict):
        if value.keys() == set(Sealed._fields):
            yield Sealed(**value)
        else:
            for each in value.values():
                yield from _sealed_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _sealed_in(each)
