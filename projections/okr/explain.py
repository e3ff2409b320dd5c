"""Why a score changed between two moments: exact parts, each with its facts in words (B11)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from domain.facts import Envelope
from domain.okr.explain import Explained, Point, ScorePart, explain
from domain.okr.explain_scope import OfKeyResult, OfObjective, OfTeam, Scope
from domain.okr.stream import ObjectiveState
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.numbers import rounded
from projections.okr.explain_family import Log, family_of
from projections.okr.explain_words import Words
from projections.people.team import MEMBERS, TEAMS


def explained(
    store: ViewStore, log: Log, scope: Scope, since: Moment, until: Moment
) -> dict[str, Any]:
    """The change of a score from ``since`` to ``until`` as it is shown.

    Raises:
        ValueError: ``since`` comes after ``until``.
    """
    with store.reading() as look:
        family = family_of(look, log, scope, until)
        found = explain(family, scope, _point(since), _point(until))
        words = Words(found, _Approvers(look, until, found))
        name = _name_of(look, scope, until, found)
    change = found.change
    return {
        "position": until.position,
        "of": name,
        "from": _moment(since),
        "to": _moment(until),
        "from_score": rounded(found.from_score),
        "to_score": rounded(found.to_score),
        "change": rounded(change),
        "exact": None if change is None else exact(change),
        "sentence": words.whole(),
        "parts": [_part(each, words) for each in found.parts],
    }


def exact(number: Fraction) -> str:
    """A fraction in full: ``-3/40``."""
    return f"{number.numerator}/{number.denominator}"


def _point(moment: Moment) -> Point:
    return Point(moment.position, moment.at)


def _moment(moment: Moment) -> dict[str, Any]:
    return {"position": moment.position, "as_of": moment.at}


def _part(part: ScorePart, words: Words) -> dict[str, Any]:
    facts = part.facts
    return {
        "cause": part.cause,
        "objective_id": part.objective_id,
        "key_result_id": part.key_result_id,
        "title": words.title(part),
        "amount": rounded(part.amount),
        "exact": exact(part.amount),
        "event_ids": [each.event_id for each in facts],
        "positions": [each.position for each in facts],
        "first_at": facts[0].recorded_at if facts else None,
        "last_at": facts[-1].recorded_at if facts else None,
        "sentence": words.part(part),
    }


def _name_of(look: Reading, scope: Scope, until: Moment, found: Explained) -> dict[str, Any]:
    """What the score is of."""
    match scope:
        case OfKeyResult():
            objective = found.objectives[scope.objective_id]
            title = objective.key_results[scope.key_result_id].title
            return _named("key_result", scope.key_result_id, title, objective)
        case OfObjective():
            objective = found.objectives[scope.objective_id]
            return _named("objective", scope.objective_id, objective.title, objective)
        case OfTeam():
            teams = look.rows(TEAMS, until, team_id=scope.team_id) if scope.team_id else []
            return {
                "kind": "company" if scope.team_id is None else "team",
                "id": scope.team_id,
                "title": teams[0]["name"] if teams else None,
                "objective_id": None,
                "cycle_id": scope.cycle_id,
            }


def _named(kind: str, id_: str, title: str, objective: ObjectiveState) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": id_,
        "title": title,
        "objective_id": objective.objective_id,
        "cycle_id": objective.cycle_id,
    }


class _Approvers:
    """In which part somebody moved a target after activation: reviewer, sponsor, lead (B17).

    Whoever did it is the second person: the owner may not.
    """

    def __init__(self, look: Reading, until: Moment, found: Explained) -> None:
        self._found = found
        movers = {
            fact.actor.id for part in found.parts if part.cause == "retarget" for fact in part.facts
        }
        self._above: Mapping[str, str | None] = {}
        self._leads: frozenset[tuple[str, str]] = frozenset()
        if movers:
            members = look.rows(
                MEMBERS, until, MEMBERS.c.role == "lead", MEMBERS.c.person_id.in_(sorted(movers))
            )
            self._leads = frozenset((row["team_id"], row["person_id"]) for row in members)
            teams = look.rows(TEAMS, until) if members else ()
            self._above = {row["team_id"]: row["parent_id"] for row in teams}

    def __call__(self, told: Envelope) -> str | None:
        objective = self._found.objectives.get(getattr(told.fact, "objective_id", ""))
        active = objective.activated_at if objective else None
        if objective is None or active is None or told.recorded_at < active:
            return None
        person_id = told.actor.id
        if person_id == objective.reviewer_id:
            return "the reviewer"
        if person_id in objective.sponsor_ids:
            return "a sponsor"
        cycle = self._found.cycles.get(objective.cycle_id)
        if cycle is not None and cycle.coordinator_id == person_id:
            return "the coordinator"
        team_id: str | None = objective.team_id
        seen = set[str]()
        while team_id is not None and team_id not in seen:
            if (team_id, person_id) in self._leads:
                return "the lead"
            seen.add(team_id)
            team_id = self._above.get(team_id)
        return None
