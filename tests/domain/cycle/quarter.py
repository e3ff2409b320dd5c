"""A quarter to test in: the first of 2026 in Berlin, Thursdays, New Year's Day off."""

from datetime import UTC, date, datetime, time
from typing import Any

from domain.cycle.calendar import Frame, frame_of, instant
from domain.cycle.cycle import Cycle, CyclePlanned, PlanCycle, StartCycle
from domain.cycle.decisions import asks_of_day
from domain.cycle.milestones import ReachMilestone
from domain.cycle.policy import CyclePolicy, Owed, PolicyName
from domain.cycle.policy_adoption import OWN
from domain.facts import Actor, Command, Fact, Pointer
from domain.policy.policy import DEFAULT
from tests.domain.specification import fold, given

CYCLE = "q1"
HOLIDAYS = (date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1))
ADA = Actor(kind="person", id="ada")
CLOCK = Actor(kind="workflow", id=f"cycle/{CYCLE}")
BEFORE = datetime(2025, 11, 3, 8, tzinfo=UTC)
KEY_RESULT = Pointer(kind="key_result", id="kr")


def policy(**fields: Any) -> CyclePolicy:
    return CyclePolicy(**{"holidays": HOLIDAYS, **fields})


def plan(**fields: Any) -> dict[str, Any]:
    quarter = {
        "name": "2026 Q1",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 3, 31),
        "timezone": "Europe/Berlin",
        "policy": policy(),
    }
    return {**quarter, **fields}


def planned(**fields: Any) -> CyclePlanned:
    """A cycle with choices of its own; without any it goes by the organisation's policy."""
    said = plan(**fields)
    organisations = PolicyName(policy_id=DEFAULT, version=0)
    name = OWN if said["policy"].model_fields_set else organisations
    return CyclePlanned(cycle_id=CYCLE, **{"policy_name": name, **said})


def frame(**fields: Any) -> Frame:
    return frame_of(Cycle(cycle_id=CYCLE, **plan(**fields)))


def berlin(day: int, month: int, hour: int = 9, year: int = 2026, minute: int = 0) -> datetime:
    return instant(date(year, month, day), time(hour, minute), "Europe/Berlin")


def wish(kind: type[Command], at: datetime, by: Actor = ADA, **fields: Any) -> Command:
    return kind(command_id=f"{kind.__name__}@{at}", at=at, by=by, cycle_id=CYCLE, **fields)


def planning(**fields: Any) -> PlanCycle:
    return wish(PlanCycle, BEFORE, **plan(**fields))


def started(at: datetime = BEFORE, **fields: Any) -> tuple[Fact, ...]:
    """The history of a cycle that was started at ``at``."""
    first = planned(**fields)
    return (first, *given(first).when(wish(StartCycle, at)).facts())


def cycle(history: tuple[Fact, ...]) -> Cycle:
    return fold(history)[f"cycle/{CYCLE}"]


def reach(
    history: tuple[Fact, ...],
    milestone: str,
    owed: tuple[Owed, ...] = (),
    *,
    late: datetime | None = None,
) -> ReachMilestone:
    """The clock's command for a milestone of the present timetable, on time unless ``late``."""
    now = cycle(history)
    due = next(one for one in now.milestones if one.id == milestone)
    return wish(
        ReachMilestone,
        late or due.at,
        CLOCK,
        milestone=milestone,
        generation=now.generation,
        owed=owed,
        earlier=asks_of_day(now, late or due.at),
    )


def run_until(history: tuple[Fact, ...], milestone: str) -> tuple[Fact, ...]:
    """The clock performs what is due, each on time, up to and with ``milestone``."""
    while milestone not in cycle(history).done:
        now = cycle(history)
        due = next(one for one in now.milestones if one.id not in now.done)
        history += given(*history).when(reach(history, due.id)).facts()
    return history


def owing(person: str = "bob", *things: Pointer, due: datetime = BEFORE) -> Owed:
    return Owed(person_id=person, about=things or (KEY_RESULT,), due_at=due)
