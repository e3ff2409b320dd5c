"""The ways back from moves on a key result: each a request that gives what was there before."""

from datetime import datetime
from typing import Any

from api.core.resource import Found
from api.core.undo import TAKEN_BACK, Undo
from domain.okr.measure import Measure, Milestones, target_of, unknown_start
from domain.okr.moves import BEFORE_ACTIVATION
from domain.okr.retarget import ReasonCode
from domain.okr.stream import CheckIn, KeyResult, ObjectiveState

Thing = Found[ObjectiveState]


def edited_back(key_result_id: str, before: Thing, now: Thing) -> Undo:
    """What was there before, field by field."""
    old, new = (_editable(each.state.key_results[key_result_id]) for each in (before, now))
    was = {name: value for name, value in old.items() if value != new[name]}
    reason = {} if now.state.status in BEFORE_ACTIVATION else {"reason": TAKEN_BACK}
    return Undo(method="PATCH", path=_path(now, key_result_id), body={**was, **reason})


def aimed_back(
    key_result_id: str, why: ReasonCode, since: datetime | None, before: Thing, now: Thing
) -> Undo:
    """The target before this one, from the same day on where that was stated."""
    held = before.state.key_results[key_result_id]
    measure = held.measure if since is None else held.measured_at(since).measure
    body = {
        "target": target_of(measure),
        "reason_code": why,
        **_since(since),
        "reason": TAKEN_BACK,
    }
    return Undo(method="POST", path=f"{_path(now, key_result_id)}/retarget", body=body)


def weighed_back(key_result_id: str, since: datetime | None, before: Thing, now: Thing) -> Undo:
    """The weight before this one, from the same day on where that was stated."""
    held = before.state.key_results[key_result_id]
    weight = held.weight if since is None else held.weight_at(since)
    body = {"weight": weight, **_since(since), "reason": TAKEN_BACK}
    return Undo(method="POST", path=f"{_path(now, key_result_id)}/reweight", body=body)


def measured_back(key_result_id: str, before: Thing, now: Thing) -> Undo | None:
    """The measure before this one; had it been several, all but one would be lost.

    Milestones come with new ids each time, so what was ticked off could not come back.
    """
    held = before.state.key_results[key_result_id]
    if len(held.measures) > 1 or isinstance(held.measure, Milestones):
        return None
    body = {"measure": _measure(held.measure), "reason": TAKEN_BACK}
    return Undo(method="POST", path=f"{_path(now, key_result_id)}/correct-measure", body=body)


def corrected_back(key_result_id: str, check_in_id: str, before: Thing, now: Thing) -> Undo | None:
    """Another correction, back to what was said first."""
    was = before.state.key_results[key_result_id].check_in(check_in_id)
    wrong = now.state.key_results[key_result_id].check_in(check_in_id)
    if was is None or wrong is None:
        return None
    body = {**_read_off(was), "reason": TAKEN_BACK}
    return Undo(method="POST", path=f"/v1/check-ins/{wrong.corrected_by}/correct", body=body)


def withdrawn_again(key_result_id: str, before: Thing, now: Thing) -> Undo | None:
    """What was checked in is withdrawn."""
    known = before.state.key_results[key_result_id]
    for each in now.state.key_results[key_result_id].check_ins:
        if known.check_in(each.id) is None:
            path = f"/v1/check-ins/{each.id}/withdraw"
            return Undo(method="POST", path=path, body={"reason": TAKEN_BACK})
    return None


def dropped_again(before: Thing, now: Thing) -> Undo | None:
    """What was added, or brought back, is dropped."""
    before_live = {each.id for each in before.state.live}
    for each in now.state.live:
        if each.id not in before_live:
            path = f"{_path(now, each.id)}/drop"
            return Undo(method="POST", path=path, body={"reason": TAKEN_BACK})
    return None


def said_again(key_result_id: str, check_in_id: str, before: Thing, now: Thing) -> Undo | None:
    """The same check-in once more."""
    was = before.state.key_results[key_result_id].check_in(check_in_id)
    if was is None:
        return None
    return Undo(method="POST", path=f"{_path(now, key_result_id)}/check-ins", body=_read_off(was))


def _path(now: Thing, key_result_id: str) -> str:
    return f"/v1/objectives/{now.id}/key-results/{key_result_id}"


def _editable(held: KeyResult) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": held.title,
        "description": held.description,
        "links": [each.model_dump() for each in held.links],
        "owner_id": held.owner_id,
        "starts_on": held.starts_on,
        "due_on": held.due_on,
        "indicator": held.indicator,
        "capacity": held.capacity,
    }
    if isinstance(held.measure, Milestones):
        milestones = held.measure.milestones
        fields["milestones"] = [{"id": each.id, "title": each.title} for each in milestones]
    return fields


def _since(since: datetime | None) -> dict[str, Any]:
    return {} if since is None else {"effective_at": since}


def _measure(measure: Measure) -> dict[str, Any]:
    """A measure as a request says it: an unknown baseline is said too."""
    said = measure.model_dump(exclude_none=True)
    return {**said, "baseline": None} if unknown_start(measure) else said


def _read_off(was: CheckIn) -> dict[str, Any]:
    said = {**was.reading.model_dump(exclude_none=True), "effective_at": was.effective_at}
    told = {"confidence": was.confidence, "note": was.note}
    return {**said, **{name: value for name, value in told.items() if value is not None}}
