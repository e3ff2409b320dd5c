"""Facts with what they do to rows, pair by pair, so that nothing can be listed and not handled."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from domain.facts import Envelope, Fact
from projections.engine.projection import Handler
from projections.engine.versions import Changes, Rows

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, eq=False, slots=True)
class Handling:
    """A fact with what it does to rows."""

    fact: type[Fact]
    handler: Handler


def on(fact: type[F], handler: Callable[[F, Envelope, Rows], Changes]) -> Handling:
    """On ``fact``, ``handler`` says which rows change; it is a generator, so that it sees its own
    changes.
    """

    def handle(envelope: Envelope, rows: Rows) -> Changes:
        return handler(envelope.fact, envelope, rows)  # type: ignore[arg-type]

    return Handling(fact, handle)
