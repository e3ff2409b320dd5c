"""Cycles: planned once, then moved by people and, milestone by milestone, by their clock."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from api import shapes
from api.answers import Answers
from api.body import StrictRoute
from api.reading import Reading, reading
from api.references import must_exist
from api.requests.common import Reason
from api.requests.cycles import NewCycle, Policy, Reschedule
from api.writing import Write, creating, editing
from domain.cycle.cycle import (
    CloseCycle,
    PauseCycle,
    PlanCycle,
    ReopenCycle,
    ReschedulePhase,
    ResumeCycle,
    StartCycle,
)
from domain.cycle.milestones import CycleCommand
from domain.ids import CycleId, PersonId
from projections.obligations.pages import waiting_for

router = APIRouter(prefix="/v1/cycles", tags=["cycles"], route_class=StrictRoute)

Create = Annotated[Write, creating("administer")]
Asked = Annotated[Reading, reading()]
Edit = Annotated[Write, editing("cycle", "cycle_id", permission="administer")]


@router.post("", status_code=201, response_model=shapes.Cycle)
def plan_cycle(body: NewCycle, write: Create) -> Response:
    """Plan a cycle; its slots and timetable follow from the dates, the zone and the policy."""
    must_exist(write.services, "person", body.coordinator_id, "/coordinator_id")
    command = PlanCycle(
        cycle_id=CycleId(write.new_id()),
        name=body.name,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        timezone=body.timezone,
        policy=(body.policy or Policy()).policy(),
        coordinator_id=PersonId(body.coordinator_id) if body.coordinator_id else None,
        **write.stamp(),
    )
    receipt = write.handle(command, body)
    cycle = Answers(write.services).cycle(receipt.subject, receipt.position)[0]
    return write.respond(receipt, cycle, status=201, at=f"/v1/cycles/{receipt.subject}")


@router.post("/{cycle_id}/start", response_model=shapes.Cycle)
def start_cycle(write: Edit, body: Reason | None = None) -> Response:
    """Start the cycle's clock."""
    return _move(StartCycle, write, body)


@router.post("/{cycle_id}/pause", response_model=shapes.Cycle)
def pause_cycle(write: Edit, body: Reason | None = None) -> Response:
    """Hold every deadline."""
    return _move(PauseCycle, write, body)


@router.post("/{cycle_id}/resume", response_model=shapes.Cycle)
def resume_cycle(write: Edit, body: Reason | None = None) -> Response:
    """Go on; what is due is kept or shifted, as the policy says."""
    return _move(ResumeCycle, write, body)


@router.post("/{cycle_id}/close", response_model=shapes.Cycle)
def close_cycle(write: Edit, body: Reason | None = None) -> Response:
    """Close the cycle: nothing in it changes any more."""
    return _move(CloseCycle, write, body)


@router.post("/{cycle_id}/reopen", response_model=shapes.Cycle)
def reopen_cycle(write: Edit, body: Reason | None = None) -> Response:
    """Open a closed cycle again, with a reason."""
    return _move(ReopenCycle, write, body)


@router.post("/{cycle_id}/reschedule", response_model=shapes.Cycle)
def reschedule_phase(body: Reschedule, write: Edit) -> Response:
    """Move the end of a phase; what is already done stays done."""
    command = ReschedulePhase(
        cycle_id=CycleId(write.thing_id),
        phase=body.phase,
        ends_at=body.ends_at,
        **write.stamp(body.reason),
    )
    receipt = write.handle(command, body)
    return write.respond(
        receipt, Answers(write.services).cycle(write.thing_id, receipt.position)[0]
    )


@router.get("/{cycle_id}", response_model=shapes.CycleStatus)
def get_cycle(cycle_id: str, read: Asked) -> Response:
    """A cycle with its phases, and whom it waits for and what for."""
    cycle, version = Answers(read.services).cycle(cycle_id, read.upto)
    waiting = waiting_for(read.services.views, cycle_id, read.when())
    return read.thing({**cycle, "waiting_for": waiting}, version)


def _move(kind: type[CycleCommand], write: Write, body: Reason | None) -> Response:
    command = kind(cycle_id=CycleId(write.thing_id), **write.stamp(body.reason if body else None))
    receipt = write.handle(command, body)
    return write.respond(
        receipt, Answers(write.services).cycle(write.thing_id, receipt.position)[0]
    )
