"""Alignment: objectives that support another one vote in its score (RULES B3).

An objective votes once it was activated, with the weight of its link; from another cycle only if
the link says so, and until the supported cycle closes. Each is judged by its own cycle, and at the
end of the supported one at the latest. Who supports a key result is shown there and votes nowhere:
a key result is measured.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from typing import Final, NamedTuple

from domain.cycle.calendar import Frame
from domain.okr.standing import ObjectiveStanding, Supporter, objective_standing
from domain.okr.stream import ObjectiveState, Support

VOTING: Final = frozenset({"active", "graded", "closed"})
"""Only what was activated has a score that counts for others."""


@dataclass(frozen=True, eq=False, slots=True)
class Family:
    """Objectives that are judged together: who supports one of them is among them, or has no vote.

    They stand in the order of drafting. ``frames`` are those of their cycles, by id. ``closed`` are
    the families of closed cycles as they were known when each closed: what votes in them from
    another cycle is seen as of then.
    """

    states: Mapping[str, ObjectiveState]
    frames: Mapping[str, Frame]
    closed: Mapping[str, "Family"] = field(default_factory=dict)

    def beyond(self, cycle_id: str) -> "Family":
        """Where objectives of ``cycle_id`` find their supporters from other cycles."""
        return self.closed.get(cycle_id, self)


def supports_of(state: ObjectiveState) -> tuple[Support, ...]:
    """What an objective supports; nothing before it was activated or after it left its cycle."""
    return state.supports if state.status in VOTING else ()


def is_shown(support: Support, *, same_cycle: bool) -> bool:
    """Whether the supported side shows this link.

    Recorded before links crossed cycles, it is known inside one cycle alone.
    """
    return same_cycle or support.votes_in is not None


def votes(support: Support, *, same_cycle: bool) -> bool:
    """Whether this link is a vote."""
    if support.kind != "objective":
        return False
    return same_cycle or support.votes_in == "any_cycle"


def family_of(states: Iterable[ObjectiveState], *frames: Frame) -> Family:
    """A family of these objectives, in these cycles, none of them closed before its supporters."""
    return Family(
        {state.objective_id: state for state in states},
        {frame.cycle_id: frame for frame in frames},
    )


def standings(
    family: Family, at: datetime, effective_at: datetime | None = None
) -> dict[str, ObjectiveStanding]:
    """How objectives stood at ``effective_at`` (default ``at``), as known at ``at``.

    Of those whose cycle is among the frames.
    """
    judged = _Judged(at)
    moment = effective_at or at
    asked = [
        _Asked(family, objective_id, moment)
        for objective_id, state in family.states.items()
        if state.cycle_id in family.frames
    ]
    judged.judge(asked)
    return {each.objective_id: judged.whole(each) for each in asked}


class _Asked(NamedTuple):
    """An objective of a family, judged at a moment."""

    family: Family
    objective_id: str
    moment: datetime

    @property
    def state(self) -> ObjectiveState:
        return self.family.states[self.objective_id]

    @property
    def frame(self) -> Frame:
        return self.family.frames[self.state.cycle_id]


class _Link(NamedTuple):
    """A supporter where it is judged, and what its link says."""

    supporter: _Asked
    support: Support
    votes: bool


Links = Mapping[str, Sequence[tuple[str, Support]]]
"""From what is supported, an objective or a key result, to its supporters and their links."""


class _Judged:
    """What was judged so far, each objective at each moment once."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._links: dict[Family, Links] = {}
        self._found: dict[_Asked, ObjectiveStanding] = {}

    def judge(self, asked: Sequence[_Asked]) -> None:
        """Supporters before whom they support; no chain of them is too long."""
        links: dict[_Asked, Sequence[_Link]] = {}
        waiting = list(reversed(asked))
        while waiting:
            one = waiting.pop()
            if one in links or one in self._found:
                continue
            links[one] = tuple(self._supporters(one, one.objective_id))
            waiting += [each.supporter for each in links[one]]
        for one in _supporters_first(links):
            known = [link for link in links[one] if link.supporter in self._found]
            voting = [self._supporter(link) for link in known if link.votes]
            stood = objective_standing(one.state, one.frame, self._at, one.moment, voting)
            if len(voting) < len(known):
                stood = replace(stood, supporters=tuple(map(self._supporter, known)))
            self._found[one] = stood

    def whole(self, one: _Asked) -> ObjectiveStanding:
        """How an objective stood, with those that support its key results."""
        stood = self._found[one]
        if not self._links_of(one.family) and not one.family.closed:
            return stood
        beneath = {
            key_result_id: links
            for key_result_id in one.state.key_results
            if (links := tuple(self._supporters(one, key_result_id)))
        }
        if not beneath:
            return stood
        self.judge([link.supporter for links in beneath.values() for link in links])
        supporters = {id_: tuple(map(self._supporter, links)) for id_, links in beneath.items()}
        return replace(stood, supporters_of=supporters)

    def _supporter(self, link: _Link) -> Supporter:
        one, weight = link.supporter, link.support.weight
        return Supporter(one.state, weight, self._found[one], one.frame.name)

    def _supporters(self, one: _Asked, supported_id: str) -> Sequence[_Link]:
        """Those of the same cycle as they stand, those of others as ``Family.beyond`` knows them.

        What became true after the end of the supported cycle moves nothing in it (RULES B1).
        """
        return sorted(self._links_to(one, supported_id), key=lambda each: _place(one, each))

    def _links_to(self, one: _Asked, supported_id: str) -> Iterator[_Link]:
        cycle_id, beyond = one.state.cycle_id, one.family.beyond(one.state.cycle_id)
        for family in {one.family: None, beyond: None}:
            for objective_id, support in self._links_of(family).get(supported_id, ()):
                supporter = family.states[objective_id]
                same_cycle = supporter.cycle_id == cycle_id
                if family is (one.family if same_cycle else beyond) and is_shown(
                    support, same_cycle=same_cycle
                ):
                    end = one.frame.at(one.moment).last_instant
                    moment = one.moment if same_cycle else min(one.moment, end)
                    found = _Asked(family, objective_id, moment)
                    yield _Link(found, support, votes(support, same_cycle=same_cycle))

    def _links_of(self, family: Family) -> Links:
        if (known := self._links.get(family)) is not None:
            return known
        links: dict[str, list[tuple[str, Support]]] = {}
        for objective_id, state in family.states.items():
            if state.supports and state.cycle_id in family.frames:
                for support in supports_of(state):
                    links.setdefault(support.id, []).append((objective_id, support))
        self._links[family] = links
        return links


def _place(one: _Asked, link: _Link) -> str:
    """Those of its own cycle come first, in the family's order, then the others by their ids."""
    supporter = link.supporter.state
    return "" if supporter.cycle_id == one.state.cycle_id else supporter.objective_id


def _supporters_first(links: Mapping[_Asked, Sequence[_Link]]) -> Iterable[_Asked]:
    """Each after those that support it.

    Links that lead back are refused. In a loop that came from elsewhere the first one lacks a vote,
    and every page still answers.
    """
    graph = {one: [each.supporter for each in above] for one, above in links.items()}
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        return sorted(links, key=lambda one: one.objective_id)
