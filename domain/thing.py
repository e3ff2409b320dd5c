"""A thing: what the domain is made of, told in one descriptor (person, team, cycle, objective …).

A thing has a kind, which names its streams (``kind/id``), an empty state, the facts that lead from
state to state, and the commands that people and clocks may send. Each fact is paired with its step
and each command with its decision, so nothing can be listed and not handled; a long story is told
in chapters, each in a module of its own. Who forgets something is told at import (``Overlooked``).

``Things`` is all of them together, as one object that is handed to whoever folds and decides.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, TypeVar, get_args, overload

from domain.due import Due
from domain.facts import Command, Decision, Fact
from domain.relation import Link

S = TypeVar("S")
S1 = TypeVar("S1")
S2 = TypeVar("S2")
S3 = TypeVar("S3")
S4 = TypeVar("S4")
F = TypeVar("F", bound=Fact)
C = TypeVar("C", bound=Command)

Permission = Literal["write", "administer", "clock"]
"""Who may send a command: whoever may write, whoever may administer, or clocks only."""

Lift = Callable[[dict[str, Any], str], dict[str, Any]]
"""Lifts the stored fields of a fact from one schema to the next; knows when it was recorded.

The instant is RFC 3339, as facts store theirs.
"""


class Overlooked(Exception):
    """Something of a thing was forgotten or said twice. Raised at import, for the programmer."""


@dataclass(frozen=True, eq=False, slots=True)
class Step(Generic[S]):
    """Facts with the one function that takes the state a step further; None changes nothing.

    ``lifts`` maps each older schema of the fact to what lifts its stored fields to the next one.
    """

    facts: tuple[type[Fact], ...]
    evolve: Callable[[S, Any], S] | None
    lifts: Mapping[int, Lift]


_NO_LIFTS: Final[Mapping[int, Lift]] = MappingProxyType({})


def when(
    fact: type[F], evolve: Callable[[S, F], S], *, lifts: Mapping[int, Lift] = _NO_LIFTS
) -> Step[S]:
    """When ``fact`` has happened, ``evolve`` gives the state after it."""
    return Step((fact,), evolve, lifts)


def each(evolve: Callable[[S, Fact], S], *facts: type[Fact]) -> Step[S]:
    """After each of ``facts`` one and the same step is taken."""
    return Step(facts, evolve, _NO_LIFTS)


def silent(*facts: type[Fact]) -> Step[Any]:
    """Facts that only tell what happened: the fact beside them, or none, changes the state."""
    return Step(facts, None, _NO_LIFTS)


@dataclass(frozen=True, eq=False, slots=True)
class Wish(Generic[S]):
    """A command with its decision, the states it reads besides its own, and who may send it."""

    command: type[Command]
    decide: Callable[..., Decision]
    states: tuple[type[Any], ...]
    permits: Permission


@overload
def on(command: type[C], decide: Callable[[C, S], Decision], *, permits: Permission) -> Wish[S]: ...
@overload
def on(
    command: type[C],
    decide: Callable[[C, S, S1], Decision],
    first: type[S1],
    /,
    *,
    permits: Permission,
) -> Wish[S]: ...
@overload
def on(
    command: type[C],
    decide: Callable[[C, S, S1, S2], Decision],
    first: type[S1],
    second: type[S2],
    /,
    *,
    permits: Permission,
) -> Wish[S]: ...
@overload
def on(
    command: type[C],
    decide: Callable[[C, S, S1, S2, S3], Decision],
    first: type[S1],
    second: type[S2],
    third: type[S3],
    /,
    *,
    permits: Permission,
) -> Wish[S]: ...
@overload
def on(
    command: type[C],
    decide: Callable[[C, S, S1, S2, S3, S4], Decision],
    first: type[S1],
    second: type[S2],
    third: type[S3],
    fourth: type[S4],
    /,
    *,
    permits: Permission,
) -> Wish[S]: ...
def on(
    command: type[Command],
    decide: Callable[..., Decision],
    *states: type[Any],
    permits: Permission,
) -> Wish[Any]:
    """On ``command``, ``decide`` says what it leads to; ``permits`` says who may send it.

    ``states`` are the classes of the further states it reads, in the order of ``command.reads``
    after its own stream. A command that does not always read one gives its parameter a default.

    Raises:
        Overlooked: ``permits`` is no permission.
    """
    if permits not in get_args(Permission):
        raise Overlooked(f"{command.__name__}: permits {permits!r} is not {get_args(Permission)}")
    return Wish(command, decide, states, permits)


@dataclass(frozen=True, eq=False, slots=True)
class Chapter(Generic[S]):
    """A part of a long story, in a module of its own."""

    facts: Sequence[Step[S]] = ()
    commands: Sequence[Wish[S]] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What lives in a thing's stream and has an id of its own, such as a key result.

    ``about`` tells whether obstacles and actions may be about it, ``discussed`` whether people
    comment on it and follow it.
    """

    kind: str
    about: bool = False
    discussed: bool = False


@dataclass(frozen=True, eq=False)
class Thing(Generic[S]):
    """One kind of thing: ``initial`` is its state before the first fact of a stream ``kind/id``.

    ``due`` says what the thing's clock waits for next; a thing without it has no clock. ``about``
    tells whether obstacles and actions may be about it, ``discussed`` whether people comment on it
    and follow it. ``relations`` says which facts link it to other things. ``gone`` tells whether a
    thing in this state is there for nobody any more, such as a deleted draft: neither shown nor
    named. Where a log has but one of the kind, ``only`` is its id; it is there before its first
    fact. So are those whose ids are in ``always``, beside others that begin with one.

    Raises:
        Overlooked: a fact or a command is named twice or not at all, an older schema of a fact has
            no way to the present one, or a relation comes from a fact of another thing.
    """

    kind: str
    initial: S
    facts: Sequence[Step[S]] = ()
    commands: Sequence[Wish[S]] = ()
    chapters: Sequence[Chapter[S]] = ()
    due: Callable[[S, datetime], Due | None] | None = None
    about: bool = False
    discussed: bool = False
    parts: tuple[Part, ...] = ()
    relations: Sequence[Link[Any]] = ()
    gone: Callable[[S], bool] = lambda _: False
    only: str | None = None
    always: frozenset[str] = frozenset()
    steps: Mapping[type[Fact], Callable[[S, Any], S] | None] = field(init=False, repr=False)
    wishes: Mapping[type[Command], Wish[S]] = field(init=False, repr=False)
    upcasters: Mapping[tuple[str, int], Lift] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        steps: dict[type[Fact], Callable[[S, Any], S] | None] = {}
        upcasters: dict[tuple[str, int], Lift] = {}
        for step in (*self.facts, *(step for one in self.chapters for step in one.facts)):
            for fact in step.facts:
                _once(self.kind, steps, fact, fact.TYPE)
                steps[fact] = step.evolve
                upcasters |= _lifts(self.kind, fact, step.lifts)
        wishes: dict[type[Command], Wish[S]] = {}
        for wish in (*self.commands, *(wish for one in self.chapters for wish in one.commands)):
            _once(self.kind, wishes, wish.command, wish.command.__name__)
            wishes[wish.command] = wish
        _complete(self.kind, steps, wishes)
        for link in self.relations:
            if link.fact not in steps:
                raise Overlooked(f"{self.kind}: {link.fact.TYPE} links things and is not its fact")
        object.__setattr__(self, "steps", MappingProxyType(steps))
        object.__setattr__(self, "wishes", MappingProxyType(wishes))
        object.__setattr__(self, "upcasters", MappingProxyType(upcasters))

    def evolve(self, state: S, fact: Fact) -> S:
        """The state after ``fact``; facts of other things change nothing."""
        step = self.steps.get(type(fact))
        return state if step is None else step(state, fact)


def _once(kind: str, known: Mapping[Any, Any], one: type[Any], name: str) -> None:
    if one in known:
        raise Overlooked(f"{kind}: {name} is named twice")


def _lifts(kind: str, fact: type[Fact], lifts: Mapping[int, Lift]) -> dict[tuple[str, int], Lift]:
    """From (wire name, schema) to the next schema, complete up to the present one."""
    needed = set(range(1, fact.SCHEMA))
    if missing := needed ^ set(lifts):
        raise Overlooked(
            f"{kind}: {fact.TYPE} has schema {fact.SCHEMA} and needs one lift from each of"
            f" {sorted(needed)}; wrong or missing: {sorted(missing)}"
        )
    return {(fact.TYPE, schema): lift for schema, lift in lifts.items()}


def _complete(
    kind: str, steps: Mapping[type[Fact], Any], wishes: Mapping[type[Command], Any]
) -> None:
    """Every fact and command that shares a base with those of the thing is one of them."""
    for fact in _family(steps, Fact):
        if "TYPE" in vars(fact) and fact not in steps:
            raise Overlooked(f"{kind}: {fact.TYPE} has no step: pair it by when() or silent()")
    for command in _family(wishes, Command):
        if not command.__subclasses__() and command not in wishes:
            raise Overlooked(f"{kind}: {command.__name__} has no decision: pair it by on()")


def _family(members: Mapping[type[Any], Any], root: type[Any]) -> Iterator[type[Any]]:
    """All classes below the bases that ``members`` share, beneath ``root``."""
    bases = {
        base
        for member in members
        for base in member.__mro__[1:]
        if issubclass(base, root) and base is not root
    }
    waiting, seen = list(bases), set[type[Any]]()
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting.extend(one.__subclasses__())
            yield one


class Things:
    """All things together: what the journal folds and decides by, and what others derive from it.

    Args:
        things: in the order they are shown; each kind once.

    Attributes:
        facts: every class of fact by its wire name.
        upcasters: from (wire name, schema) of a stored fact to the fields of the next schema.
        commands: every command with its decision and who may send it.
        clocked: the kinds whose streams have a clock.
        about: kinds and parts that obstacles and actions may be about.
        discussed: kinds and parts that people comment on and follow.
        names: all kinds and parts.
        relations: the facts that make or end relations, each with its links.

    Raises:
        Overlooked: two things share a kind, a fact, a wire name or a command.
    """

    def __init__(self, things: Sequence[Thing[Any]]) -> None:
        self._things = tuple(things)
        self._by_kind: dict[str, Thing[Any]] = {}
        self._steps: dict[str, Mapping[type[Fact], Callable[[Any, Any], Any] | None]] = {}
        facts: dict[str, type[Fact]] = {}
        kinds: dict[str, str] = {}
        upcasters: dict[tuple[str, int], Lift] = {}
        commands: dict[type[Command], Wish[Any]] = {}
        for thing in self._things:
            if thing.kind in self._by_kind:
                raise Overlooked(f"two things are of kind {thing.kind!r}")
            self._by_kind[thing.kind] = thing
            self._steps[thing.kind] = thing.steps
            for fact in thing.steps:
                if fact.TYPE in facts:
                    raise Overlooked(f"{thing.kind} and {kinds[fact.TYPE]} both have {fact.TYPE}")
                facts[fact.TYPE], kinds[fact.TYPE] = fact, thing.kind
            for command in thing.wishes:
                if command in commands:
                    raise Overlooked(f"{thing.kind}: {command.__name__} is another thing's")
            commands |= thing.wishes
            upcasters |= thing.upcasters
        parts = [part for thing in self._things for part in thing.parts]
        self._kind_of = kinds
        self.facts: Mapping[str, type[Fact]] = MappingProxyType(facts)
        self.upcasters: Mapping[tuple[str, int], Lift] = MappingProxyType(upcasters)
        self.commands: Mapping[type[Command], Wish[Any]] = MappingProxyType(commands)
        self.names: tuple[str, ...] = (*self._by_kind, *(part.kind for part in parts))
        self.clocked: tuple[str, ...] = tuple(one.kind for one in self._things if one.due)
        self.about: tuple[str, ...] = (
            *(one.kind for one in self._things if one.about),
            *(part.kind for part in parts if part.about),
        )
        self.discussed: tuple[str, ...] = (
            *(one.kind for one in self._things if one.discussed),
            *(part.kind for part in parts if part.discussed),
        )
        links: dict[type[Fact], tuple[Link[Any], ...]] = {}
        for link in (link for thing in self._things for link in thing.relations):
            links[link.fact] = (*links.get(link.fact, ()), link)
        self.relations: Mapping[type[Fact], tuple[Link[Any], ...]] = MappingProxyType(links)
        if len(set(self.names)) < len(self.names):
            raise Overlooked(f"two kinds or parts share a name: {', '.join(self.names)}")

    def __iter__(self) -> Iterator[Thing[Any]]:
        return iter(self._things)

    def of(self, kind: str) -> Thing[Any]:
        """The thing of this kind.

        Raises:
            LookupError: there is no such kind in this release.
        """
        try:
            return self._by_kind[kind]
        except KeyError:
            raise LookupError(f"there is no thing of kind {kind!r}") from None

    def kind_of(self, fact_type: str) -> str:
        """The kind of thing whose streams hold facts of this wire name.

        Raises:
            LookupError: no thing of this release has such a fact.
        """
        try:
            return self._kind_of[fact_type]
        except KeyError:
            raise LookupError(f"no thing has a fact {fact_type!r}") from None

    def initial(self, stream: str) -> Any:
        """The state of ``stream`` (``kind/id``) before its first fact.

        Raises:
            LookupError: there is no such kind.
        """
        return self.of(stream.partition("/")[0]).initial

    def evolve(self, stream: str, state: Any, fact: Fact) -> Any:
        """The state of ``stream`` after ``fact``; facts of other things change nothing.

        Raises:
            LookupError: there is no such kind.
        """
        kind = stream.partition("/")[0]
        try:
            step = self._steps[kind].get(type(fact))
        except KeyError:
            raise LookupError(f"there is no thing of kind {kind!r}") from None
        return state if step is None else step(state, fact)

    def decide(self, command: Command, states: tuple[Any, ...]) -> Decision:
        """What ``command`` leads to, given the states of the streams it reads, in that order.

        Raises:
            LookupError: no thing knows such a command.
        """
        try:
            wish = self.commands[type(command)]
        except KeyError:
            raise LookupError(f"no thing decides on {type(command).__name__}") from None
        return wish.decide(command, *states)

    def next_due(self, stream: str, state: Any, now: datetime) -> Due | None:
        """What the clock of ``stream`` waits for at the instant ``now``; None when it is at rest.

        Raises:
            LookupError: there is no such kind.
        """
        due = self.of(stream.partition("/")[0]).due
        return None if due is None else due(state, now)
