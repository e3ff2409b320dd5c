"""A view: everything that readers are told about one kind of thing, in one descriptor.

Its rows, what history says of each of its facts, what its facts make people owe, and whether its
clock may have something due. A view is not a projection: checkpoint, generation and halt belong to
the *projection* whose tables hold the rows, and several views may share one. History, obligations
and relations are projections *derived* from all views together.

``Views`` is the tuple of them, as one object that is handed to whoever projects and reads. Whoever
forgets a fact is told at import (``Overlooked``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

from sqlalchemy import Column, ColumnElement, Table

from domain.facts import Fact
from domain.thing import Overlooked, Thing
from projections.engine.projection import Projection
from projections.handling import Handling
from projections.history.change import Change, Mark
from projections.history.words import Said
from projections.obligations.words import Ask
from projections.search.findable import Findable
from projections.stored import Stored

S = TypeVar("S")
F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, eq=False, slots=True)
class Telling:
    """What history says of a fact: which thing it changes and how, and the sentence it becomes.

    Attributes:
        mark: what auditors look for in such a fact, if anything.
        technical: whether it only tells how the machinery went on; readers may leave it out.
        folds: whether those of one person, day and cycle are one round, such as check-ins.
    """

    fact: type[Fact]
    change: Callable[[Any], Change]
    sentence: Callable[[Said], str]
    mark: Callable[[Any], Mark | None]
    technical: bool = False
    folds: bool = False


def tell(
    fact: type[F],
    change: Callable[[F], Change],
    sentence: Callable[[Said], str],
    *,
    mark: Mark | Callable[[F], Mark | None] | None = None,
    technical: bool = False,
    folds: bool = False,
) -> Telling:
    """History tells ``fact`` as this change and in this sentence."""
    marked = mark if callable(mark) else lambda _: mark
    return Telling(fact, change, sentence, marked, technical, folds)


InCycle = Literal["fact", "thing"]
"""Where a fact's cycle is known from: the fact says it in ``cycle_id``, or its thing was begun in
one."""

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Home(NamedTuple):
    """Where ids of one kind of parts are found: in a column that a projection keeps, beside the id
    of the thing of ``kind`` that they are parts of.
    """

    kind: str
    projection: str
    ids: Column[Any]


@dataclass(frozen=True, eq=False)
class View(Generic[S]):
    """What readers are told about one kind of thing.

    Attributes:
        projection: name of the projection that its tables belong to; None for a thing without rows.
        tables: the thing's own table comes first; its key is the thing's id.
        stored: how its folded states are kept; facts that ``rows`` does not name only fold them.
        rows: what facts do to the tables beyond or instead of folding.
        silent: facts that change none of the tables.
        telling: what history says of each fact.
        owes: what facts make people owe, or pay; of as many facts as there is something to say.
        found: what search finds of the things; None where they have no name to be found by.
        asks: the words of what is asked of people, by the name that obligations have for it.
        concerns: whom facts concern, who are told of them; of as many facts as there is somebody.
        cycle: where the cycle of its facts is known from; None for what belongs to no cycle.
        awake: which rows of the thing's own table have a clock that may have something due.
        parts: tables with the ids, ``<kind>_id``, of what lives in this thing's stream.

    Raises:
        Overlooked: a fact of the thing has no row handling and is not silent, or is not told; the
            thing has a clock and nothing says whose is awake; or a part of it has no table.
    """

    thing: Thing[S]
    projection: str | None = None
    tables: tuple[Table, ...] = ()
    stored: Stored[S] | None = None
    rows: Sequence[Handling] = ()
    silent: tuple[type[Fact], ...] = ()
    telling: Sequence[Telling] = ()
    found: Findable | None = None
    owes: Sequence[Handling] = ()
    asks: Mapping[str, Ask] = field(default_factory=lambda: _NOTHING)
    concerns: Sequence[Handling] = ()
    cycle: InCycle | None = None
    awake: ColumnElement[bool] | None = None
    parts: Mapping[str, Table] = field(default_factory=lambda: _NOTHING)

    def __post_init__(self) -> None:
        facts = set(self.thing.steps)
        if self.projection is not None:
            self._complete("rows", [*(each.fact for each in self.handlings), *self.silent], facts)
        self._complete("telling", [each.fact for each in self.telling], facts)
        if self.found is not None:
            self._among("places", [each.fact for each in self.found.places], facts)
            self._among("passes", self.found.passes, facts)
        self._among("owes", [each.fact for each in self.owes], facts)
        self._among("concerns", [each.fact for each in self.concerns], facts)
        if self.thing.due is not None and self.awake is None:
            raise Overlooked(f"{self.kind} has a clock: say which rows are awake")
        if wrong := {part.kind for part in self.thing.parts} ^ set(self.parts):
            raise Overlooked(f"parts of {self.kind}: {', '.join(sorted(wrong))}")

    @property
    def kind(self) -> str:
        return self.thing.kind

    @property
    def handlings(self) -> tuple[Handling, ...]:
        """What each fact does to the tables: as ``rows`` says, else the state is folded."""
        if self.stored is None:
            return tuple(self.rows)
        special = {*(each.fact for each in self.rows), *self.silent}
        return (
            *self.rows,
            *(Handling(fact, self.stored.fold) for fact in self.thing.steps if fact not in special),
        )

    def _complete(self, duty: str, said: Sequence[type[Fact]], facts: set[type[Fact]]) -> None:
        self._among(duty, said, facts)
        if forgotten := facts - set(said):
            raise Overlooked(f"{duty} of {self.kind}: nothing about {_names(forgotten)}")

    def _among(self, duty: str, said: Sequence[type[Fact]], facts: set[type[Fact]]) -> None:
        if foreign := set(said) - facts:
            raise Overlooked(f"{duty} of {self.kind}: {_names(foreign)} is another thing's")
        if len(set(said)) < len(said):
            twice = {each for each in said if said.count(each) > 1}
            raise Overlooked(f"{duty} of {self.kind}: {_names(twice)} is named twice")


def _names(facts: Iterable[type[Fact]]) -> str:
    return ", ".join(sorted(each.TYPE for each in facts))


Derived = Callable[[Sequence[View[Any]]], Projection]
"""A projection that is made of what all views say, such as history."""


class Views:
    """All views together: what is projected, and what readers derive from it.

    Args:
        views: each kind once; projections are ordered by their first view.
        derived: projections over all of them, in the order they are shown in.

    Attributes:
        derived: as given.
        projections: what the runner keeps up to date.
        tellings: what history says of a fact, by its wire name.
        asks: the words of what is asked of people, by name.
        parts: by kind, where the ids of what lives in another thing's stream are found.

    Raises:
        Overlooked: two views share a kind.
    """

    def __init__(self, views: Sequence[View[Any]], derived: Sequence[Derived] = ()) -> None:
        self._views = tuple(views)
        self.derived = tuple(derived)
        self._by_kind = {view.kind: view for view in self._views}
        if len(self._by_kind) < len(self._views):
            raise Overlooked("two views are of one kind: " + ", ".join(v.kind for v in self._views))
        names = dict.fromkeys(view.projection for view in self._views if view.projection)
        self.projections: tuple[Projection, ...] = (
            *(self._projection(name) for name in names),
            *(derive(self._views) for derive in derived),
        )
        self.tellings: Mapping[str, Telling] = MappingProxyType(
            {each.fact.TYPE: each for view in self._views for each in view.telling}
        )
        self.asks: Mapping[str, Ask] = MappingProxyType(
            {name: ask for view in self._views for name, ask in view.asks.items()}
        )
        self.parts: Mapping[str, Home] = MappingProxyType(
            {
                kind: Home(view.kind, view.projection, table.c[f"{kind}_id"])
                for view in self._views
                if view.projection is not None
                for kind, table in view.parts.items()
            }
        )

    def __iter__(self) -> Iterator[View[Any]]:
        return iter(self._views)

    def of(self, kind: str) -> View[Any]:
        """The view of things of this kind.

        Raises:
            LookupError: there is no such kind.
        """
        try:
            return self._by_kind[kind]
        except KeyError:
            raise LookupError(f"there is no view of kind {kind!r}") from None

    def _projection(self, name: str) -> Projection:
        own = [view for view in self._views if view.projection == name]
        return Projection(
            name,
            tables=tuple(table for view in own for table in view.tables),
            handlers={each.fact: each.handler for view in own for each in view.handlings},
            kinds={view.kind: tuple(view.thing.steps) for view in own},
            silent=frozenset(fact for view in own for fact in view.silent),
        )
