"""Objectives, key results and check-ins as answers: folded from the log, scored as of a look.

Nothing here waits for a view, so what is answered is what the log holds at that position.
"""

from typing import Any

from api.core.problems import not_found
from api.core.resource import Found, Look
from api.okr.families import family
from domain.cycle.calendar import Frame, frame_of
from domain.cycle.cycle import Cycle
from domain.okr.alignment import standings
from domain.okr.standing import ObjectiveStanding, is_after_due
from domain.okr.stream import CheckIn, KeyResult, ObjectiveState
from domain.okr.supporting import home_of
from projections.okr import render


def objective(found: Found[ObjectiveState], look: Look) -> dict[str, Any]:
    """An objective with its key results and how they stand, and what may be wrong with it."""
    return {**_shown(found, look), "warnings": _outside(found.state, look)}


def _shown(found: Found[ObjectiveState], look: Look) -> dict[str, Any]:
    stood = standing(found.state, look)
    return render.objective(found.state, stood, found.version, look.upto)


def story(found: Found[ObjectiveState], look: Look) -> dict[str, Any]:
    """The objective with every check-in, corrected ones included."""
    thing = objective(found, look)
    within = frame(found.state.cycle_id, look)
    for each in thing["key_results"]:
        each["check_ins"] = _check_ins(found.state, each["id"], within)
    thing["origin"] = _origin(found.state, look)
    return thing


def _origin(state: ObjectiveState, look: Look) -> dict[str, Any] | None:
    """What it was carried over from, by name."""
    if state.carried_from is None:
        return None
    journal = look.services.journal
    before, _ = journal.state(f"objective/{state.carried_from}", upto=look.upto)
    cycle, _ = journal.state(f"cycle/{before.cycle_id}", upto=look.upto)
    return {
        "objective_id": state.carried_from,
        "title": before.title,
        "cycle_id": before.cycle_id,
        "cycle_name": cycle.name,
    }


def ungrounded(state: ObjectiveState) -> list[dict[str, str]]:
    """Grades that stand on no check-in: nobody has said how far the key result came."""
    return [
        {
            "code": "never-checked-in",
            "key_result_id": each.id,
            "detail": f"Nobody ever checked in on “{each.title}”: its grade rests on nothing.",
        }
        for each in state.live
        if not any(check_in.stands for check_in in each.check_ins)
    ]


def _outside(state: ObjectiveState, look: Look) -> list[dict[str, str]]:
    """What it supports in a cycle that does not hold its own (RULES B3)."""
    journal, found = look.services.journal, list[dict[str, str]]()
    for place, each in enumerate(state.supports):
        if (home := home_of(each)) is None:
            continue
        supported: ObjectiveState = journal.state(f"objective/{home}", upto=look.upto)[0]
        if supported.cycle_id == state.cycle_id:
            continue
        own: Cycle = journal.state(f"cycle/{state.cycle_id}", upto=look.upto)[0]
        theirs: Cycle = journal.state(f"cycle/{supported.cycle_id}", upto=look.upto)[0]
        if not theirs.starts_on <= own.starts_on <= own.ends_on <= theirs.ends_on:
            detail = (
                f"{own.name} ({own.starts_on} to {own.ends_on}) is not inside {theirs.name}"
                f" ({theirs.starts_on} to {theirs.ends_on}), where “{supported.title}” stands."
            )
            warning = {"code": "outside-interval", "pointer": f"/supports/{place}"}
            found.append({**warning, "detail": detail})
    return found


def alone(found: Found[ObjectiveState], key_result_id: str, look: Look) -> dict[str, Any]:
    """A key result for a page of its own: with its check-ins and where it stands. Raises 404."""
    return {
        **key_result(found, key_result_id, look, check_ins=True),
        "objective_title": found.state.title,
        "objective_state": found.state.status,
        "cycle_id": found.state.cycle_id,
        "team_id": found.state.team_id,
    }


def key_result(
    found: Found[ObjectiveState], key_result_id: str, look: Look, *, check_ins: bool = False
) -> dict[str, Any]:
    """A key result of an objective. Raises 404."""
    thing = {**_key_result(_shown(found, look), key_result_id), "objective_id": found.id}
    if check_ins:
        within = frame(found.state.cycle_id, look)
        thing["check_ins"] = _check_ins(found.state, key_result_id, within)
    return thing


def check_in(
    found: Found[ObjectiveState], key_result_id: str, check_in_id: str, look: Look
) -> dict[str, Any]:
    """A check-in, and how its key result and its objective stand after it. Raises 404."""
    held = found.state.key_results[key_result_id]
    recorded = held.check_in(check_in_id)
    if recorded is None:
        raise not_found("check-in")
    thing = _shown(found, look)
    measured = _key_result(thing, key_result_id)
    return {
        **_recorded(recorded, held, frame(found.state.cycle_id, look)),
        "objective_id": found.id,
        "key_result_id": key_result_id,
        "raw": measured["raw"],
        "progress": measured["progress"],
        "expected": measured["expected"],
        "health": measured["health"],
        "objective_progress": thing["progress"],
        "key_result": measured,
    }


def would_be(found: Found[ObjectiveState], key_result_id: str, look: Look) -> dict[str, Any]:
    """The numbers that a check-in moves."""
    thing = _shown(found, look)
    measured = _key_result(thing, key_result_id)
    moved = ("id", "value", "raw", "progress", "expected", "health", "confidence")
    return {**{name: measured[name] for name in moved}, "objective_progress": thing["progress"]}


def frame(cycle_id: str, look: Look) -> Frame:
    """The slots, policy and zone of a cycle."""
    return frame_of(look.services.journal.state(f"cycle/{cycle_id}", upto=look.upto)[0])


def standing(state: ObjectiveState, look: Look) -> ObjectiveStanding:
    """How ``state`` stands with the votes of the objectives that support it."""
    related = family(look.services.journal, [state], look.upto)
    return standings(related, look.at, look.effective_at)[state.objective_id]


def _key_result(thing: dict[str, Any], key_result_id: str) -> dict[str, Any]:
    for each in thing["key_results"]:
        if each["id"] == key_result_id:
            return dict(each)
    raise not_found("key result")


def _check_ins(state: ObjectiveState, key_result_id: str, within: Frame) -> list[dict[str, Any]]:
    held = state.key_results[key_result_id]
    return [_recorded(each, held, within) for each in held.check_ins]


def _recorded(check_in: CheckIn, held: KeyResult, within: Frame) -> dict[str, Any]:
    reading = check_in.reading
    return {
        "id": check_in.id,
        "reading": reading.model_dump(exclude_none=True),
        "value": reading.value,
        "milestone_ids": reading.milestone_ids,
        "done": reading.done,
        "zone": reading.zone,
        "confidence": check_in.confidence,
        "note": check_in.note,
        "effective_at": check_in.effective_at,
        "backdated": check_in.backdated,
        "late": check_in.late,
        "after_due": is_after_due(held, check_in, within),
        "corrects": check_in.corrects,
        "corrected_by": check_in.corrected_by,
        "withdrawn": check_in.withdrawn is not None,
        "withdrawn_reason": check_in.withdrawn and check_in.withdrawn.reason,
    }
