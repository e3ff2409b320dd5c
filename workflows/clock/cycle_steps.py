"""What performing means for a cycle's milestone (WORKFLOWS 4.5).

Effects on other streams come first and ``ReachMilestone`` last: only when everything it implies is
in the log is the milestone done. Were it the other way round, a crash together with the loss of
Temporal's database would leave objectives that nobody activates. Every command id is derived, so a
second round finds the first one's work done.
"""

from domain.cycle.cycle import Cycle
from domain.cycle.decisions import asks_of_day
from domain.cycle.milestones import ReachMilestone
from domain.cycle.policy import Milestone, Owed
from domain.facts import Pointer
from domain.ids import CycleId, KeyResultId, ObjectiveId, ObstacleId
from domain.lean.obstacle import RaiseObstacle
from domain.okr.grading import LockGrades
from domain.okr.objective import ActivateObjective, CloseObjective
from journal.ids import derived_id
from workflows.clock.owing import Owing, SilentKeyResult
from workflows.clock.signing import Hand

SILENCE = "No check-in two weeks in a row"


def perform(hand: Hand, owing: Owing) -> None:
    """Do what the milestone implies, then record it as reached."""
    cycle_id = CycleId(hand.thing_id)
    cycle: Cycle = hand.journal.state(hand.due.stream)[0]
    milestone = next((m for m in cycle.milestones if m.id == hand.due.id), None)
    if milestone is None:
        return
    match milestone.kind:
        case "activate":
            activate(hand, owing.objectives("agreed"))
        case "lock":
            lock(hand, owing.objectives("active", "graded"))
        case "close":
            close(hand, owing.objectives("active", "graded"))
        case "ask":
            raise_obstacles(hand, owing.silent_twice(milestone))
        case "enter" | "chase" | "window":
            pass
    hand.write(
        ReachMilestone(
            **hand.sign("reach"),
            cycle_id=cycle_id,
            milestone=milestone.id,
            generation=hand.due.generation,
            owed=who_owes(owing, milestone),
            earlier=asks_of_day(cycle, hand.now),
        )
    )


def who_owes(owing: Owing, milestone: Milestone) -> tuple[Owed, ...]:
    """Who owes what the milestone asks for; one question for all teams together."""
    if milestone.asked is None:
        return ()
    return owing.of(milestone)


def activate(hand: Hand, objectives: tuple[str, ...]) -> None:
    """Every agreed objective becomes active; one that nobody agreed to stays what it is."""
    for objective_id in objectives:
        hand.write(
            ActivateObjective(
                **hand.sign("activate", objective_id), objective_id=ObjectiveId(objective_id)
            )
        )


def lock(hand: Hand, objectives: tuple[str, ...]) -> None:
    """Grades are frozen; the ungraded are said to be left ungraded, no number is invented."""
    for objective_id in objectives:
        hand.write(
            LockGrades(**hand.sign("lock", objective_id), objective_id=ObjectiveId(objective_id))
        )


def close(hand: Hand, objectives: tuple[str, ...]) -> None:
    """Objectives close with their cycle; one closed before its grading locks first."""
    lock(hand, objectives)
    for objective_id in objectives:
        hand.write(
            CloseObjective(
                **hand.sign("close", objective_id), objective_id=ObjectiveId(objective_id)
            )
        )


def raise_obstacles(hand: Hand, silent: tuple[SilentKeyResult, ...]) -> None:
    """Two missed weeks in a row are an obstacle: something keeps people from looking."""
    for one in silent:
        hand.write(
            RaiseObstacle(
                **hand.sign("raise", one.key_result_id),
                reason=SILENCE,
                obstacle_id=ObstacleId(derived_id(hand.act, one.key_result_id)),
                title=f"{SILENCE}: {one.title}",
                about=Pointer(kind="key_result", id=KeyResultId(one.key_result_id)),
                severity="medium",
                owner_id=one.owner_id,
            )
        )
