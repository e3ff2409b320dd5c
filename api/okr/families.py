"""An objective with all that support it, from whatever cycle, folded from the log (RULES B3).

Rosters know who supports what stands in their cycles. A closed cycle hears of no other one any
more: those are seen there as they were when it closed.
"""

from collections.abc import Iterable, Iterator

from domain.cycle.calendar import Frame, frame_of
from domain.cycle.milestones import CycleClosed
from domain.okr.alignment import VOTING, Family
from domain.okr.roster import Roster
from domain.okr.stream import ObjectiveState
from journal.log import Journal


def family(journal: Journal, shown: Iterable[ObjectiveState], upto: int | None) -> Family:
    """The shown objectives, who supports them or a key result of theirs, and so on upwards.

    Args:
        upto: the position folded up to; None is the present.
    """
    states: dict[str, ObjectiveState] = {}
    waiting = [*shown]
    whole = {each.objective_id for each in waiting}
    while waiting:
        one = waiting.pop()
        if one.objective_id in states:
            continue
        states[one.objective_id] = one
        roster: Roster = journal.state(f"roster/{one.cycle_id}", upto=upto)[0]
        for supported_id in _asked_of(one, whole=one.objective_id in whole):
            for supporter_id in roster.supporting(supported_id) - states.keys():
                supporter: ObjectiveState = journal.state(f"objective/{supporter_id}", upto=upto)[0]
                if supporter.status in VOTING:
                    waiting.append(supporter)
    states = dict(sorted(states.items(), key=lambda each: _turn(journal, each[1], upto)))
    cycles = {each.cycle_id for each in states.values()}
    frames: dict[str, Frame] = {
        each: frame_of(journal.state(f"cycle/{each}", upto=upto)[0]) for each in cycles
    }
    over = [cycle_id for cycle_id, frame in frames.items() if frame.state == "closed"]
    return Family(states, frames, dict(_closed(journal, states, over, upto)))


def _turn(journal: Journal, one: ObjectiveState, upto: int | None) -> int:
    """Among the objectives of its cycle, in which they came in; what left has none."""
    roster: Roster = journal.state(f"roster/{one.cycle_id}", upto=upto)[0]
    held = roster.places.get(one.objective_id)
    return -1 if held is None else held.turn


def _asked_of(one: ObjectiveState, *, whole: bool) -> tuple[str, ...]:
    return (one.objective_id, *one.key_results) if whole else (one.objective_id,)


def _closed(
    journal: Journal, states: dict[str, ObjectiveState], over: Iterable[str], upto: int | None
) -> Iterator[tuple[str, Family]]:
    """The families of closed cycles that others reach into, each as it was known when it closed."""
    for cycle_id in over:
        roster: Roster = journal.state(f"roster/{cycle_id}", upto=upto)[0]
        theirs = [
            id_
            for id_, one in states.items()
            if one.cycle_id == cycle_id
            and any(each in roster.elsewhere for each in _asked_of(one, whole=True))
        ]
        if theirs:
            facts = journal.read(f"cycle/{cycle_id}", upto=upto)
            closed = max(each.position for each in facts if isinstance(each.fact, CycleClosed))
            then = [journal.state(f"objective/{id_}", upto=closed - 1)[0] for id_ in theirs]
            yield cycle_id, family(journal, then, closed - 1)
