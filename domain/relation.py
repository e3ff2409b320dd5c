"""Relations: links between things as one concept, readable from both ends.

An obstacle is about a key result, an objective supports another one, a carried objective comes from
the one before it. A thing says which of its facts make relations and which end them; a relation is
valid from the fact that made it until the fact that ended it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from domain.facts import Fact, Pointer

F = TypeVar("F", bound=Fact)

ABOUT: Final = "about"
SUPPORTS: Final = "supports"
CARRIED_FROM: Final = "carried_from"
OF_TEAM: Final = "of_team"


@dataclass(frozen=True, slots=True)
class Relation:
    """``source`` stands in the relation ``kind`` to ``target``.

    ``weight`` is how much the relation counts, where it counts at all: a support's share in a vote.
    """

    kind: str
    source: Pointer
    target: Pointer
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """Every relation of ``kind`` from ``source`` is over."""

    kind: str
    source: Pointer


@dataclass(frozen=True, eq=False, slots=True)
class Link(Generic[F]):
    """A fact with the relations that it makes and those that it ends."""

    fact: type[F]
    made: Callable[[F], Iterable[Relation]]
    ended: Callable[[F], Iterable[Ended]]


def makes(fact: type[F], made: Callable[[F], Iterable[Relation]]) -> Link[Any]:
    """``fact`` makes these relations."""
    return Link(fact, made, _none)


def ends(fact: type[F], ended: Callable[[F], Iterable[Ended]]) -> Link[Any]:
    """``fact`` ends these relations."""
    return Link(fact, _none, ended)


def _none(fact: Fact) -> tuple[()]:  # noqa: ARG001 - every link is asked the same way
    return ()
