"""The clock of a cycle: what performing its milestones means.

Effects on other streams come first and ``ReachMilestone`` last: only when everything it implies is
in the log is the milestone done. Were it the other way round, a crash together with the loss of
Temporal's database would leave objectives that nobody activates. Every command id is derived, so a
second round finds the first one's work done.

What is activated, locked, closed and asked for is read from streams, and so is who is away and who
is asked instead, and what was raised for silence. Only who leads which team comes from a view,
which is named and waited for.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Final

from domain.cycle.calendar import frame_of, local_date
from domain.cycle.cycle import Cycle
from domain.cycle.cycle_thing import THING
from domain.cycle.decisions import asks_of_day
from domain.cycle.dues import days_of, due_at
from domain.cycle.milestones import ReachMilestone
from domain.cycle.owing import (
    Debt,
    Lead,
    SilentKeyResult,
    by_person,
    missed_twice,
    who_owes,
    with_deputies,
)
from domain.cycle.policy import Milestone, Owed
from domain.facts import Pointer
from domain.ids import CycleId, KeyResultId, PersonId
from domain.lean.obstacle import SILENCE, RaiseObstacle
from domain.okr.grading import LockGrades
from domain.okr.objective import ActivateObjective, CloseObjective
from domain.okr.stream import ObjectiveState
from domain.people.organisation import STREAM as ORGANISATION
from domain.people.organisation import Organisation
from domain.people.person import Person
from domain.people.team import Team
from projections.awake import awake
from projections.cycle import cycle as cycles
from projections.engine.view_store import ViewStore
from projections.people.lists import leads
from workflows.clock.at_head import at_head
from workflows.clock.clockwork import Awake, Clockwork
from workflows.clock.signing import Signer
from workflows.cycle.objectives import Objectives
from workflows.cycle.silence import end_obstacles, obstacle_for

LEADS: Final = "people"
"""The view that tells who leads which team."""


def perform(signer: Signer, views: ViewStore) -> None:
    """Do what the milestone implies, then record it as reached."""
    cycle: Cycle = signer.journal.state(signer.due.stream)[0]
    milestone = next((m for m in cycle.milestones if m.id == signer.due.id), None)
    if milestone is None:
        return
    objectives = Objectives(signer.journal, signer.thing_id)
    match milestone.kind:
        case "activate":
            activate(signer, objectives.in_state("agreed"))
        case "lock":
            lock(signer, objectives.in_state("active", "graded"))
        case "close":
            close(signer, objectives.in_state("active", "graded"))
            end_obstacles(signer, cycle, objectives, closing=True)
        case "ask":
            silent = missed_twice(objectives.every, frame_of(cycle), milestone.slot)
            end_obstacles(signer, cycle, objectives)
            raise_obstacles(signer, silent)
        case "chase":
            end_obstacles(signer, cycle, objectives)
        case "enter" | "window":
            pass
    signer.write(
        ReachMilestone(
            **signer.sign("reach"),
            cycle_id=CycleId(signer.thing_id),
            milestone=milestone.id,
            generation=signer.due.generation,
            owed=owed(signer, views, cycle, milestone, objectives),
            earlier=asks_of_day(cycle, signer.now),
        )
    )


def owed(
    signer: Signer,
    views: ViewStore,
    cycle: Cycle,
    milestone: Milestone,
    objectives: Objectives,
) -> tuple[Owed, ...]:
    """Who owes what the milestone asks for; one question for all teams together."""
    if milestone.asked is None:
        return ()
    leads = leads_of_teams(signer, views) if milestone.asked == "objectives" else ()
    frame, person = frame_of(cycle), people_of(signer)
    debts = who_owes(milestone.asked, milestone.slot, objectives.every, frame, leads)
    organisation: Organisation = signer.journal.state(ORGANISATION)[0]
    team = teams_of(signer, objectives)

    def due(debt: Debt) -> datetime:
        days = days_of(person(debt.person_id), team(debt.about), organisation, frame.days)
        return due_at(milestone, cycle.milestones, frame, days)

    today = local_date(signer.now, cycle.timezone)
    return with_deputies(by_person(debts, due), today, person)


def people_of(signer: Signer) -> Callable[[PersonId], Person]:
    """People as their own streams tell them, each read once."""

    @cache
    def person(person_id: PersonId) -> Person:
        state: Person = signer.journal.state(f"person/{person_id}")[0]
        return state

    return person


def teams_of(signer: Signer, objectives: Objectives) -> Callable[[Pointer], Team | None]:
    """The team that a team, an objective or a key result of the cycle belongs to, if to any."""

    @cache
    def team(team_id: str) -> Team:
        state: Team = signer.journal.state(f"team/{team_id}")[0]
        return state

    @cache
    def homes() -> Mapping[str, str | None]:
        found: dict[str, str | None] = {}
        for one in objectives.every:
            found |= dict.fromkeys((one.objective_id, *one.key_results), one.team_id)
        return found

    def home(about: Pointer) -> Team | None:
        team_id = about.id if about.kind == "team" else homes().get(about.id)
        return None if team_id is None else team(team_id)

    return home


def leads_of_teams(signer: Signer, views: ViewStore) -> tuple[Lead, ...]:
    """Who leads which team, never older than the log at this moment.

    Raises:
        ViewsBehind, ViewHalted: the view does not tell; the milestone is not written off.
    """
    moment = at_head(signer.journal, views, (LEADS,), signer.now)
    with views.reading() as look:
        return tuple(leads(look, moment))


def activate(signer: Signer, objectives: Iterable[ObjectiveState]) -> None:
    """Every agreed objective becomes active; one that nobody agreed to stays what it is."""
    for one in objectives:
        signer.write(
            ActivateObjective(
                **signer.sign("activate", one.objective_id), objective_id=one.objective_id
            )
        )


def lock(signer: Signer, objectives: Iterable[ObjectiveState]) -> None:
    """Grades are frozen; the ungraded are said to be left ungraded, no number is invented."""
    for one in objectives:
        signer.write(
            LockGrades(**signer.sign("lock", one.objective_id), objective_id=one.objective_id)
        )


def close(signer: Signer, objectives: tuple[ObjectiveState, ...]) -> None:
    """Objectives close with their cycle; one closed before its grading locks first."""
    lock(signer, objectives)
    for one in objectives:
        signer.write(
            CloseObjective(**signer.sign("close", one.objective_id), objective_id=one.objective_id)
        )


def raise_obstacles(signer: Signer, silent: Iterable[SilentKeyResult]) -> None:
    """Two missed weeks in a row are an obstacle: something keeps people from looking."""
    for one in silent:
        signer.write(
            RaiseObstacle(
                **signer.sign("raise", one.key_result_id),
                reason=SILENCE,
                obstacle_id=obstacle_for(signer.act, one.key_result_id),
                title=f"{SILENCE}: {one.title}",
                about=Pointer(kind="key_result", id=KeyResultId(one.key_result_id)),
                severity="medium",
                owner_id=one.owner_id,
            )
        )


CLOCK: Final = Clockwork(
    THING,
    workflow="CycleWorkflow",
    perform=perform,
    awake=Awake("cycle", awake(cycles.VIEW)),
    shown_as="OkrCycle",
)
