"""Objectives with all that support them, directly or through others, from any cycle (RULES B3).

A closed cycle hears of no other cycle any more: those are seen there as they were when it closed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from domain.cycle.calendar import Frame
from domain.okr.alignment import VOTING, Family
from domain.okr.stream import ObjectiveState
from domain.relation import SUPPORTS
from projections.cycle.cycle import CYCLES
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.okr.objective import KEY_RESULTS, OBJECTIVES
from projections.okr.states import Told, frames_at, told
from projections.relations.pages import sources
from projections.relations.rows import RELATION


def family(look: Reading, moment: Moment, shown: Sequence[Told], *, whole: bool = False) -> Family:
    """The shown objectives with their supporters and the frames of all their cycles.

    Args:
        whole: those that support a key result of the shown ones are among them.

    Two statements a level of support, however many objectives there are; none without support.
    Three more where a cycle is closed, and as many again as another one reaches into it.
    """
    found: dict[str, Told] = {each.state.objective_id: each for each in shown}
    named = _supporting_key_results(look, moment, [*found]) if whole else set[str]()
    asked: Sequence[Told] = shown
    while True:
        supported = [each.state.objective_id for each in asked if each.supported]
        if supported:
            named |= _ids(look, sources(look, moment, SUPPORTS, "objective", supported))
        asked = _voting(look, moment, named - found.keys())
        if not asked:
            break
        found.update((each.state.objective_id, each) for each in asked)
        named = set()
    frames = frames_at(look, moment, {each.state.cycle_id for each in found.values()})
    drafted = sorted(found.values(), key=lambda each: each.place)
    states: dict[str, ObjectiveState] = {each.state.objective_id: each.state for each in drafted}
    return Family(states, frames, _closed(look, moment, found, frames, whole=whole))


def _voting(look: Reading, moment: Moment, ids: Collection[str]) -> Sequence[Told]:
    if not ids:
        return ()
    c = OBJECTIVES.c
    return told(
        look,
        moment,
        look.rows(OBJECTIVES, moment, c.objective_id.in_(ids), c.status.in_(VOTING)),
    )


def _supporting_key_results(
    look: Reading, moment: Moment, objective_ids: Collection[str]
) -> set[str]:
    """Who supports a key result of these objectives."""
    c = KEY_RESULTS.c
    theirs = select(c.key_result_id).where(
        look.alive(KEY_RESULTS, moment), c.objective_id.in_(objective_ids)
    )
    return _ids(look, sources(look, moment, SUPPORTS, "key_result", theirs))


def _closed(
    look: Reading,
    moment: Moment,
    found: Mapping[str, Told],
    frames: Mapping[str, Frame],
    *,
    whole: bool,
) -> dict[str, Family]:
    """The families of closed cycles that others reach into, each as it was known when it closed."""
    over = [cycle_id for cycle_id, frame in frames.items() if frame.state == "closed"]
    theirs = {id_: each for id_, each in found.items() if each.state.cycle_id in over}
    if not theirs:
        return {}
    reached = _reached_from_elsewhere(look, moment, theirs)
    closed: dict[str, Family] = {}
    for cycle_id, position in _closings(look, moment, {*reached.values()}).items():
        then = replace(moment, position=position - 1, live=False)
        ids = [id_ for id_, cycle in reached.items() if cycle == cycle_id]
        rows = look.rows(OBJECTIVES, then, OBJECTIVES.c.objective_id.in_(ids))
        closed[cycle_id] = family(look, then, told(look, then, rows), whole=whole)
    return closed


def _reached_from_elsewhere(
    look: Reading, moment: Moment, theirs: Mapping[str, Told]
) -> dict[str, str]:
    """Of these objectives of closed cycles those that one of another cycle has ever supported, or a
    key result of theirs, each with its cycle.
    """
    r, o = RELATION.c, OBJECTIVES.c
    homes = {key: id_ for id_, each in theirs.items() for key in each.state.key_results}
    homes |= {id_: id_ for id_ in theirs}
    rows = look.connection.execute(
        select(r.target_id, o.cycle_id)
        .join(OBJECTIVES, o.objective_id == r.source_id)
        .where(
            r.gen == look.generation(RELATION, moment),
            r.target_id.in_(homes),
            r.kind == SUPPORTS,
            r.since <= moment.position,
            o.gen == look.generation(OBJECTIVES, moment),
            o.until.is_(None),
        )
        .distinct()
    )
    cycles = {key: theirs[home].state.cycle_id for key, home in homes.items()}
    return {homes[id_]: cycles[id_] for id_, cycle_id in rows if cycle_id != cycles[id_]}


def _closings(look: Reading, moment: Moment, cycle_ids: Collection[str]) -> dict[str, int]:
    """At which position each of these closed cycles was closed, for the last time."""
    if not cycle_ids:
        return {}
    c = CYCLES.c
    rows = look.connection.execute(
        select(c.cycle_id, func.max(c.until).label("position"))
        .where(
            c.gen == look.generation(CYCLES, moment),
            c.cycle_id.in_(cycle_ids),
            c.status != "closed",
            c.until <= moment.position,
        )
        .group_by(c.cycle_id)
    )
    return {row.cycle_id: row.position for row in rows}


def _ids(look: Reading, statement: Any) -> set[str]:
    return {id_ for (id_,) in look.connection.execute(statement)}
