"""A quarter to test in: the first of 2026 in Berlin, 13 Thursdays, one team, one objective."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from domain.cycle.calendar import Frame, frame_of
from domain.cycle.cycle import INITIAL as NO_CYCLE
from domain.cycle.cycle import CyclePlanned
from domain.cycle.cycle_thing import THING
from domain.cycle.milestones import CycleClosed, PhaseEntered, TimetablePublished
from domain.cycle.policy import CyclePolicy
from domain.cycle.policy import Milestone as Due
from domain.facts import Actor, Fact
from domain.okr.catchball import ObjectiveAgreed, ObjectiveProposed
from domain.okr.check_in import CheckInCorrected, CheckInRecorded
from domain.okr.drafting import ObjectiveDrafted
from domain.okr.key_result import KeyResultAdded
from domain.okr.measure import Measure, Metric, Reading, Threshold
from domain.okr.objective import ObjectiveActivated
from domain.okr.roster import PlaceClaimed
from domain.people.person import PersonJoined
from domain.people.team import TeamFormed

CYCLE, NEXT_CYCLE, TEAM, OWNER, OTHER = "q1", "q2", "team", "ada", "bob"
OBJECTIVE, KEY_RESULT = "objective", "kr"

STARTS_ON, ENDS_ON = date(2026, 1, 1), date(2026, 3, 31)
BEFORE = datetime(2025, 12, 10, 9, tzinfo=UTC)
NOW = datetime(2026, 2, 12, 9, tzinfo=UTC)
AFTER = datetime(2026, 4, 2, 9, tzinfo=UTC)
DEADLINE = datetime(2026, 4, 6, 15, tzinfo=UTC)

PEOPLE: tuple[Fact, ...] = (
    PersonJoined(person_id=OWNER),
    PersonJoined(person_id=OTHER),
    TeamFormed(team_id=TEAM, name="Team", kind="team"),
)


def number(text: str | int) -> Decimal:
    return Decimal(text)


def planned(cycle_id: str = CYCLE, **policy: Any) -> CyclePlanned:
    first = (STARTS_ON, ENDS_ON) if cycle_id == CYCLE else (date(2026, 4, 1), date(2026, 6, 30))
    return CyclePlanned(
        cycle_id=cycle_id,
        name=cycle_id,
        starts_on=first[0],
        ends_on=first[1],
        timezone="Europe/Berlin",
        policy=CyclePolicy(**policy),
    )


TIMETABLE = TimetablePublished(
    cycle_id=CYCLE,
    generation=1,
    milestones=(Due(id="grade.lock", kind="lock", phase="grade", at=DEADLINE),),
)
RUNNING = PhaseEntered(cycle_id=CYCLE, phase="run", state="active")
GRADING = PhaseEntered(cycle_id=CYCLE, phase="grade", state="grading")
CLOSED = CycleClosed(cycle_id=CYCLE)
CYCLE_RUNS: tuple[Fact, ...] = (planned(), TIMETABLE, RUNNING)


def frame(*more: Fact, **policy: Any) -> Frame:
    """The frame of the quarter, running unless ``more`` facts say otherwise."""
    state = NO_CYCLE
    for fact in (planned(**policy), TIMETABLE, RUNNING, *more):
        state = THING.evolve(state, fact)
    return frame_of(state)


def drafted(objective_id: str = OBJECTIVE, **fields: Any) -> ObjectiveDrafted:
    return ObjectiveDrafted(
        **{
            "objective_id": objective_id,
            "cycle_id": CYCLE,
            "team_id": TEAM,
            "owner_id": OWNER,
            "title": "Faster delivery",
            "ambition": "aspirational",
            **fields,
        }
    )


def claimed(objective_id: str = OBJECTIVE, **fields: Any) -> PlaceClaimed:
    return PlaceClaimed(
        **{
            "cycle_id": CYCLE,
            "objective_id": objective_id,
            "team_id": TEAM,
            "title_key": "faster delivery",
            **fields,
        }
    )


PROPOSED = ObjectiveProposed(objective_id=OBJECTIVE)
AGREED = ObjectiveAgreed(objective_id=OBJECTIVE)
ACTIVATED = ObjectiveActivated(objective_id=OBJECTIVE)


def metric(baseline: str | int, target: str | int, kind: str = "increase", **more: Any) -> Metric:
    return Metric(kind=kind, baseline=number(baseline), target=number(target), **more)  # type: ignore[arg-type]


def between(lower: str, upper: str, **more: Any) -> Threshold:
    return Threshold(kind="stay_between", lower=number(lower), upper=number(upper), **more)


def added(
    measure: Measure | None = None, key_result_id: str = KEY_RESULT, **fields: Any
) -> KeyResultAdded:
    return KeyResultAdded(
        **{
            "objective_id": OBJECTIVE,
            "key_result_id": key_result_id,
            "title": "Lead time",
            "measure": measure or metric(20, 40),
            "added_at": BEFORE,
            **fields,
        }
    )


def value(number_: str | int) -> Reading:
    return Reading(value=number(number_))


def checked_in(
    reading: Reading, at: datetime = NOW, check_in_id: str = "c1", **fields: Any
) -> CheckInRecorded:
    return CheckInRecorded(
        **{
            "objective_id": OBJECTIVE,
            "key_result_id": KEY_RESULT,
            "check_in_id": check_in_id,
            "reading": reading,
            "effective_at": at,
            **fields,
        }
    )


def corrected(
    corrects: str, reading: Reading, at: datetime = NOW, check_in_id: str = "c2", **fields: Any
) -> CheckInCorrected:
    return CheckInCorrected(
        **{
            "objective_id": OBJECTIVE,
            "key_result_id": KEY_RESULT,
            "check_in_id": check_in_id,
            "corrects": corrects,
            "reading": reading,
            "effective_at": at,
            **fields,
        }
    )


def active(*more: Fact) -> tuple[Fact, ...]:
    """The quarter runs and the objective is active; then ``more``."""
    return (*CYCLE_RUNS, drafted(), claimed(), PROPOSED, AGREED, ACTIVATED, *more)


def slot(week: int) -> datetime:
    """Thursday noon of week 1..13."""
    return datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(weeks=week - 1)


def asked(command_type: type, by: str = OTHER, at: datetime = NOW, **fields: Any) -> Any:
    """A command about the objective, by a person."""
    named = {"objective_id": OBJECTIVE, "key_result_id": KEY_RESULT, "cycle_id": CYCLE}
    known = {name: id_ for name, id_ in named.items() if name in command_type.model_fields}
    if command_type.__name__ == "ActivateObjective":
        known.pop("cycle_id")
    return command_type(
        command_id="command", at=at, by=Actor(kind="person", id=by), **{**known, **fields}
    )


def fraction(text: str) -> Fraction:
    return Fraction(text)
