"""Single things as answers: streams folded up to a position, drawn by the projections' renderer.

Nothing here waits for a view, so what is answered is what the log holds at that position.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.problems import not_found
from api.services import Services
from api.writing import existing
from domain.cycle.calendar import Frame, frame_of
from domain.okr.alignment import standings
from domain.okr.roster import supporting
from domain.okr.standing import ObjectiveStanding
from domain.okr.stream import CheckIn, ObjectiveState
from projections import render
from projections.cycle.lists import timezone_on

Rendered = tuple[dict[str, Any], int]
"""The thing as JSON-ready data, and the version of its stream."""


@dataclass(frozen=True, slots=True)
class Answers:
    services: Services

    def person(self, person_id: str, upto: int | None) -> Rendered:
        _, version = existing(self.services, "person", person_id, upto)
        entry = self.services.directory.people([person_id]).get(person_id)
        person = {
            "id": person_id,
            "name": entry.name if entry else None,
            "email": entry.email if entry else None,
        }
        return person, version

    def team(self, team_id: str, upto: int | None) -> Rendered:
        state, version = existing(self.services, "team", team_id, upto)
        return render.team(state, version, upto), version

    def cycle(self, cycle_id: str, upto: int | None) -> Rendered:
        state, version = existing(self.services, "cycle", cycle_id, upto)
        return render.cycle(state, version, upto), version

    def objective(
        self,
        objective_id: str,
        upto: int | None,
        at: datetime,
        effective_at: datetime | None = None,
    ) -> Rendered:
        return self.objective_with_state(objective_id, upto, at, effective_at)[:2]

    def objective_with_state(
        self,
        objective_id: str,
        upto: int | None,
        at: datetime,
        effective_at: datetime | None = None,
    ) -> tuple[dict[str, Any], int, ObjectiveState]:
        state, version = existing(self.services, "objective", objective_id, upto)
        stood = self.standing(state, self.frame(state.cycle_id, upto), upto, at, effective_at)
        return render.objective(state, stood, version, upto), version, state

    def standing(
        self,
        state: ObjectiveState,
        frame: Frame,
        upto: int | None,
        at: datetime,
        effective_at: datetime | None = None,
    ) -> ObjectiveStanding:
        """How ``state`` stands with the votes of the objectives that support it."""
        journal = self.services.journal
        places, _ = journal.state(f"roster/{state.cycle_id}", upto=upto)
        below = supporting(places, state.objective_id)
        family = [journal.state(f"objective/{each}", upto=upto)[0] for each in below]
        return standings([state, *family], frame, at, effective_at)[state.objective_id]

    def objective_story(
        self,
        objective_id: str,
        upto: int | None,
        at: datetime,
        effective_at: datetime | None = None,
    ) -> Rendered:
        """The objective with every check-in, corrected ones included."""
        thing, version, state = self.objective_with_state(objective_id, upto, at, effective_at)
        for each in thing["key_results"]:
            held = state.key_results[each["id"]].check_ins
            each["check_ins"] = [_check_in(check_in) for check_in in held]
        return thing, version

    def timezone(self) -> str:
        """The organisation's time zone today, as its cycles have it."""
        now = self.services.clock.now()
        views = self.services.views
        return timezone_on(views, now.date(), views.moment(None, now))

    def frame(self, cycle_id: str, upto: int | None) -> Frame:
        return frame_of(self.services.journal.state(f"cycle/{cycle_id}", upto=upto)[0])

    def obstacle(self, obstacle_id: str, upto: int | None) -> Rendered:
        state, version = existing(self.services, "obstacle", obstacle_id, upto)
        return render.obstacle(state, version, upto), version

    def action(self, action_id: str, upto: int | None) -> Rendered:
        state, version = existing(self.services, "action", action_id, upto)
        return render.action(state, version, upto), version

    def board(self, team_id: str, upto: int | None) -> Rendered:
        """A team that has defined no board has the default columns."""
        existing(self.services, "team", team_id, upto)
        state, version = self.services.journal.state(f"board/{team_id}", upto=upto)
        return render.board(state, team_id, version, upto), version

    def key_result(
        self,
        objective_id: str,
        key_result_id: str,
        upto: int | None,
        at: datetime,
        effective_at: datetime | None = None,
        *,
        check_ins: bool = False,
    ) -> Rendered:
        """A key result; its version is its objective's, with which it is judged."""
        objective, version, state = self.objective_with_state(objective_id, upto, at, effective_at)
        found = [each for each in objective["key_results"] if each["id"] == key_result_id]
        if not found:
            raise not_found("key result")
        thing = {**found[0], "objective_id": objective_id}
        if check_ins:
            held = state.key_results[key_result_id].check_ins
            thing["check_ins"] = [_check_in(each) for each in held]
        return thing, version

    def check_in(
        self,
        objective_id: str,
        key_result_id: str,
        check_in_id: str,
        upto: int | None,
        at: datetime,
    ) -> dict[str, Any]:
        """A check-in, and how its key result and its objective stand after it."""
        objective, _, state = self.objective_with_state(objective_id, upto, at)
        recorded = state.key_results[key_result_id].check_in(check_in_id)
        if recorded is None:
            raise not_found("check-in")
        key_result = next(each for each in objective["key_results"] if each["id"] == key_result_id)
        return {
            **_check_in(recorded),
            "objective_id": objective_id,
            "key_result_id": key_result_id,
            "raw": key_result["raw"],
            "progress": key_result["progress"],
            "expected": key_result["expected"],
            "health": key_result["health"],
            "objective_progress": objective["progress"],
            "key_result": key_result,
        }


def _check_in(check_in: CheckIn) -> dict[str, Any]:
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
        "corrects": check_in.corrects,
        "corrected_by": check_in.corrected_by,
    }
