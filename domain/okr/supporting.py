"""What an objective may support: what there is, each once, and never itself (RULES B3).

Links go up: from a quarter's objective to a year's, from a team's to a key result of the company.
A link keeps what the supported side's policy says of votes from other cycles, and is told to the
roster of the supported cycle, which finds its supporters by it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.cycle.cycle import Cycle
from domain.facts import Refusal
from domain.ids import CycleId, ObjectiveId
from domain.okr.measure_check import refuse_weight
from domain.okr.roster import Roster, SupportClaimed
from domain.okr.stream import ObjectiveState, Support
from domain.refusals import invalid, not_found


class Supports(Protocol):
    """What says whom an objective supports.

    ``above`` are objectives further up, as far as the sender saw; ``above_cycles`` where the
    supported ones stand. Both are looked at, so nothing moves there unnoticed.
    """

    @property
    def at(self) -> datetime: ...
    @property
    def supports(self) -> tuple[Support, ...]: ...
    @property
    def above(self) -> tuple[ObjectiveId, ...]: ...
    @property
    def above_cycles(self) -> tuple[CycleId, ...]: ...


@dataclass(frozen=True, slots=True)
class Linked:
    """Links as they are recorded, and what other cycles are told of them."""

    supports: tuple[Support, ...]
    claims: tuple[SupportClaimed, ...] = ()


def home_of(support: Support) -> str | None:
    """The supported objective, or the one whose key result is supported; None in old links."""
    return support.id if support.kind == "objective" else support.objective_id


def streams_above(command: Supports) -> tuple[str, ...]:
    """The streams of what is supported and of all above it, and of the cycles it stands in."""
    homes = (home for each in command.supports if (home := home_of(each)) is not None)
    objectives = (f"objective/{each}" for each in (*homes, *command.above))
    cycles = (f"{kind}/{each}" for each in command.above_cycles for kind in ("cycle", "roster"))
    return tuple(dict.fromkeys((*objectives, *cycles)))


def link(
    command: Supports, objective_id: ObjectiveId, cycle_id: CycleId, found: Mapping[str, Any]
) -> Linked | Refusal:
    """The links of an objective of ``cycle_id``, or why it cannot have them.

    Args:
        found: the states of all streams that the command reads, by their names.
    """
    objectives: dict[str, ObjectiveState] = {
        name.partition("/")[2]: state
        for name, state in found.items()
        if name.startswith("objective/")
    }
    refusal = _refuse_each(command.supports, objective_id, objectives)
    if refusal := refusal or _refuse_loop(command.supports, objective_id, objectives):
        return refusal
    links: list[Support] = []
    told: dict[CycleId, list[str]] = {}
    for each in command.supports:
        supported = objectives[home_of(each) or ""]
        cycle: Cycle | None = found.get(f"cycle/{supported.cycle_id}")
        if cycle is None:
            return _moved()
        links.append(each.model_copy(update={"votes_in": cycle.policy_at(command.at).supporters}))
        if supported.cycle_id != cycle_id:
            told.setdefault(supported.cycle_id, []).append(each.id)
    claims = (
        SupportClaimed(cycle_id=cycle, objective_id=objective_id, supports=tuple(ids))
        for cycle, ids in told.items()
    )
    return Linked(tuple(links), tuple(claims))


def taken_along(roster: Roster, moving: ObjectiveState, into: CycleId) -> Iterator[SupportClaimed]:
    """What the cycles of a move are told: who supports the moved one comes along, whom it supports
    stays behind.

    Args:
        roster: of the cycle that it leaves.
    """
    known: dict[str, list[str]] = {}
    for supported in (moving.objective_id, *moving.key_results):
        for supporter in sorted(roster.supporting(supported)):
            known.setdefault(supporter, []).append(supported)
    for supporter, supported_ids in known.items():
        yield SupportClaimed(
            cycle_id=into, objective_id=ObjectiveId(supporter), supports=tuple(supported_ids)
        )
    behind = tuple(
        each.id
        for each in moving.supports
        if moving.objective_id in roster.supporting(each.id) and each.votes_in is not None
    )
    if behind:
        yield SupportClaimed(
            cycle_id=moving.cycle_id, objective_id=moving.objective_id, supports=behind
        )


def _refuse_each(
    supports: Sequence[Support], objective_id: str, objectives: Mapping[str, ObjectiveState]
) -> Refusal | None:
    """Weights of 0 or more, each link once, to what there is and is not the objective itself."""
    for index, each in enumerate(supports):
        if refusal := refuse_weight(each.weight, f"/supports/{index}/weight"):
            return refusal
        if any(each.id == other.id for other in supports[:index]):
            detail = "It is named before: one link says it all, and its weight."
            return invalid("supported-twice", detail, f"/supports/{index}/id")
    for index, each in enumerate(supports):
        home = home_of(each)
        if home == objective_id:
            return _loop(f"/supports/{index}/id")
        held = objectives.get(home or "")
        if held is None or not held.exists or not _holds(held, each):
            return not_found(each.kind.replace("_", " "), each.id, f"/supports/{index}")
    return None


def _holds(objective: ObjectiveState, support: Support) -> bool:
    return support.kind == "objective" or support.id in objective.key_results


def _refuse_loop(
    supports: Sequence[Support], objective_id: str, objectives: Mapping[str, ObjectiveState]
) -> Refusal | None:
    """No way up leads back, across cycles and through key results.

    Of an objective that is not drafted yet nothing is asked: what supports it cannot be there.
    """
    own = objectives.get(objective_id)
    if own is None or own.status is None:
        return None
    homes = {key: id_ for id_, held in objectives.items() for key in held.key_results}
    for index, support in enumerate(supports):
        open_ends, seen = [home_of(support)], set[str]()
        while open_ends:
            home = open_ends.pop()
            if home == objective_id:
                return _loop(f"/supports/{index}/id")
            if home is None or home not in objectives:
                return _moved()
            if home not in seen:
                seen.add(home)
                further = objectives[home].supports
                open_ends += [home_of(each) or homes.get(each.id) for each in further]
    return None


def _loop(pointer: str) -> Refusal:
    return invalid(
        "alignment-loop",
        "The objective would support itself, directly or through others.",
        pointer,
    )


def _moved() -> Refusal:
    return Refusal(
        code="alignment-moved",
        detail="What stands above the objective has changed meanwhile. Try again.",
        pointer="/supports",
    )
