"""A stretch of the log on its way through: facts that are decoded as they are come to."""

from collections.abc import Callable, Iterator, Sequence

from domain.facts import Envelope
from journal.append import Row


class Stretch:
    """Consecutive facts. Each look decodes them anew, one by one, and keeps none.

    A list of decoded facts would outlive Python's young generation, and collecting garbage among
    hundreds of thousands of objects then takes a tenth of a rebuild.
    """

    def __init__(self, rows: Sequence[Row], decode: Callable[[Row], Envelope]) -> None:
        self._rows = rows
        self._decode = decode

    @property
    def reached(self) -> int:
        """The position of the last fact."""
        return self._rows[-1][0]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Envelope]:
        return map(self._decode, self._rows)

    def only(self, wants: Callable[[str, str], bool]) -> Iterator[Envelope]:
        """The facts that are wanted by stream and type; the others are not even decoded."""
        return (self._decode(row) for row in self._rows if wants(row[1], row[3]))
