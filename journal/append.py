"""What goes into a store in one piece and what comes back: guards, facts, receipt, outcome.

Tuples, for every append makes several: a frozen dataclass takes many times as long to build.
"""

from collections.abc import Sequence
from typing import NamedTuple

from journal.errors import KeyReused


class Receipt(NamedTuple):
    """The answer to a command, kept for ever in the append's own transaction.

    ``stream`` and ``version`` are those of the subject, ``position`` that of the last fact (the
    head at that time for a command without facts), ``facts`` how many were recorded. ``replayed``
    tells that the command had been answered before.
    """

    command_id: str
    subject: str
    stream: str
    version: int
    position: int
    facts: int
    fingerprint: str
    replayed: bool = False

    def at(self, position: int) -> "Receipt":
        """This receipt as the store completes it."""
        command_id, subject, stream, version, _, facts, fingerprint, replayed = self
        return Receipt(command_id, subject, stream, version, position, facts, fingerprint, replayed)

    def again(self, *, replayed: bool = True) -> "Receipt":
        """This receipt as the answer to a repeated command."""
        return self._replace(replayed=replayed)


Stored = tuple[str, int, str, bytes]
"""One fact as it goes into a store: stream, version, wire name, state."""


class Append(NamedTuple):
    """One command's facts and receipt, valid only while every guarded stream stands still.

    ``guards`` are (stream, version) pairs of every stream the decision read, also those that the
    facts do not touch. ``receipt.position`` is filled in by the store.
    """

    receipt: Receipt
    guards: tuple[tuple[str, int], ...]
    facts: tuple[Stored, ...]


class Stale(NamedTuple):
    """The append was not done: ``stream`` had moved on to ``version``."""

    stream: str
    version: int


Outcome = Receipt | Stale


def first_answer(receipt: Receipt, fingerprint: str) -> Receipt:
    """The receipt, if it answers the same request. Raises KeyReused."""
    if receipt.fingerprint != fingerprint:
        raise KeyReused(receipt.command_id)
    return receipt


def not_stored(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The first append that was not stored: it was stale, or its command answered before."""
    for outcome in outcomes:
        if isinstance(outcome, Stale) or outcome.replayed:
            return outcome
    return None


class Torn(Exception):
    """Unwinds the transaction of appends that belong together when one of them was not stored."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__("not all of the appends could be stored")
        self.outcomes = outcomes


Row = tuple[int, str, int, str, bytes]
"""One stored fact as it lies in the log: position, stream, version, wire name, state."""


class Loaded(NamedTuple):
    """One consistent look: the receipt, if the command was answered, and rows per wanted stream."""

    receipt: Receipt | None
    rows: tuple[Sequence[Row], ...]
