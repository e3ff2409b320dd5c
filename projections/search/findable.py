"""What is found of a kind of thing: declared in its view, beside what history tells.

History is told title, state, owner, team and cycle of a thing whenever a fact changes them, and so
is the index: whoever tells a new name has told it to both. A view adds only what history need not
know, such as what a thing belongs to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypedDict, TypeVar

from domain.facts import Fact

F = TypeVar("F", bound=Fact)

Name = tuple[str, str]
"""The kind and the id of a thing."""


class Place(TypedDict, total=False):
    """Where a thing stands, as far as a fact says so. ``parent`` is the thing that it is part of,
    or about; what a thing does not say of itself is its parent's.
    """

    state: str | None
    owner_id: str | None
    team_id: str | None
    cycle_id: str | None
    parent: Name | None


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
    """A fact with what it says of a thing's place beyond what history is told.

    ``begins`` a part: nothing is known of it before, so nothing needs to be looked for.
    """

    fact: type[Fact]
    place: Callable[[Any], Place]
    begins: bool = False


def placed(fact: type[F], place: Callable[[F], Place], *, begins: bool = False) -> Placed:
    """``fact`` puts its thing there; ``begins`` says that it is the first word of a part."""
    return Placed(fact, place, begins)


_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Findable:
    """How a view's things, and the parts that have titles of their own, are found.

    Attributes:
        parts: what lives in a thing's stream and has a title of its own, by kind.
        places: what facts say of a thing's place beyond what history is told of them.
        parent: the kind of what is told as ``parent_id``.
        over: states of things that are over; they are shown after those that are not.
        gone: states of things that are not found at all any more.
        passes: facts that never say anything that is found. Those that come often should be
            named: nothing is read of them then.
        twins: what is found by the name of each thing, as a kind of its own, with the words that
            tell it apart: a team's board.
    """

    parts: tuple[str, ...] = ()
    places: tuple[Placed, ...] = ()
    parent: str | None = None
    over: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    passes: tuple[type[Fact], ...] = ()
    twins: Mapping[str, str] = field(default_factory=lambda: _NONE)
