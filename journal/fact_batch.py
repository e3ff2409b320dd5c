"""A batch of consecutive facts on their way through: each is decoded when it is come to, or never.

A list of decoded facts would outlive Python's young generation, and collecting garbage among
hundreds of thousands of objects then takes a tenth of a rebuild.
"""

from collections.abc import Callable, Iterator, Sequence

from domain.facts import Envelope
from journal.append import Row


class FactBatch:
    """Consecutive facts of the whole log. Each look decodes them anew, one by one, and keeps none.

    Iterating raises UnreadableFact at the first fact that cannot be decoded; the facts before it
    have been given out by then.
    """

    def __init__(self, rows: Sequence[Row], decode: Callable[[Row], Envelope]) -> None:
        self.rows = rows
        self._decode = decode

    @property
    def reached(self) -> int:
        """The position of the last fact."""
        return self.rows[-1][0]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Envelope]:
        return map(self._decode, self.rows)

    def wanted(self, wants: Callable[[str, str], bool]) -> Iterator[Envelope]:
        """The facts whose stream and wire name are wanted; the others are not even decoded."""
        return (self._decode(row) for row in self.rows if wants(row[1], row[3]))
