"""Objectives: drafted, agreed in catchball, active, graded, carried over (RULES B5, B9)."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import shapes
from api.answers import Answers
from api.body import StrictRoute
from api.reading import Reading, reading
from api.references import must_exist
from api.requests.common import Reason
from api.requests.objectives import CarryOver, Counter, Grade, Merge, NewObjective
from api.writing import Write, creating, editing
from domain.facts import Command
from domain.ids import CycleId, KeyResultId, ObjectiveId
from domain.okr.carry_over import CarryOverObjective
from domain.okr.catchball import (
    AcceptObjective,
    CounterObjective,
    ProposeObjective,
    WithdrawObjective,
)
from domain.okr.drafting import DraftObjective
from domain.okr.grading import GradeKeyResult, GradeObjective
from domain.okr.leaving import DropObjective, MergeObjective
from domain.okr.objective import ActivateObjective, CloseObjective

router = APIRouter(prefix="/v1/objectives", tags=["objectives"], route_class=StrictRoute)

Create = Annotated[Write, creating()]
Edit = Annotated[Write, editing("objective", "objective_id")]
Asked = Annotated[Reading, reading()]


@router.post("", status_code=201, response_model=shapes.ObjectiveThing)
def draft_objective(body: NewObjective, write: Create) -> Response:
    """Draft an objective in a cycle for a team."""
    for place, support in enumerate(body.supports):
        must_exist(write.services, support.kind, support.id, f"/supports/{place}")
    command = DraftObjective(
        objective_id=ObjectiveId(write.new_id()), **body.wishes(), **write.stamp()
    )
    receipt = write.handle(command, body)
    return write.respond(
        receipt,
        Answers(write.services).objective(
            receipt.subject, receipt.position, write.answered_at(receipt)
        )[0],
        status=201,
        at=f"/v1/objectives/{receipt.subject}",
    )


@router.post("/{objective_id}/propose", response_model=shapes.ObjectiveThing)
def propose(write: Edit, body: Reason | None = None) -> Response:
    """Offer the draft for agreement: the first throw of catchball."""
    return _do(ProposeObjective(**_about(write, body)), write, body)


@router.post("/{objective_id}/counter", response_model=shapes.ObjectiveThing)
def counter(body: Counter, write: Edit) -> Response:
    """Throw it back with a counter-proposal."""
    return _do(CounterObjective(note=body.note, **_about(write, body)), write, body)


@router.post("/{objective_id}/accept", response_model=shapes.ObjectiveThing)
def accept(write: Edit, body: Reason | None = None) -> Response:
    """Agree to the objective as proposed."""
    return _do(AcceptObjective(**_about(write, body)), write, body)


@router.post("/{objective_id}/withdraw", response_model=shapes.ObjectiveThing)
def withdraw(write: Edit, body: Reason | None = None) -> Response:
    """Take it back into draft."""
    return _do(WithdrawObjective(**_about(write, body)), write, body)


@router.post("/{objective_id}/activate", response_model=shapes.ObjectiveThing)
def activate(write: Edit, body: Reason | None = None) -> Response:
    """Begin before the cycle's clock does it."""
    command = ActivateObjective(cycle_id=write.state.cycle_id, **_about(write, body))
    return _do(command, write, body)


@router.post("/{objective_id}/drop", response_model=shapes.ObjectiveThing)
def drop(write: Edit, body: Reason | None = None) -> Response:
    """Give the objective up, with a reason."""
    return _do(DropObjective(cycle_id=write.state.cycle_id, **_about(write, body)), write, body)


@router.post("/{objective_id}/merge", response_model=shapes.ObjectiveThing)
def merge(body: Merge, write: Edit) -> Response:
    """Merge it into another objective of the cycle."""
    command = MergeObjective(
        cycle_id=write.state.cycle_id,
        into_id=ObjectiveId(body.into_id),
        **_about(write, body),
    )
    return _do(command, write, body)


@router.post("/{objective_id}/grade", response_model=shapes.ObjectiveThing)
def grade(body: Grade, write: Edit) -> Response:
    """Judge the key results; agreed other than computed needs a reason (RULES B5)."""
    command = GradeObjective(
        cycle_id=write.state.cycle_id,
        key_results=tuple(
            GradeKeyResult(
                key_result_id=KeyResultId(each.id),
                owner_grade=each.owner_grade,
                agreed_grade=each.agreed_grade,
                reason=each.reason,
            )
            for each in body.key_results
        ),
        **_about(write, body),
    )
    return _do(command, write, body)


@router.post("/{objective_id}/close", response_model=shapes.ObjectiveThing)
def close(write: Edit, body: Reason | None = None) -> Response:
    """Close a graded objective."""
    return _do(CloseObjective(**_about(write, body)), write, body)


@router.post("/{objective_id}/carry-over", response_model=shapes.ObjectiveThing)
def carry_over(body: CarryOver, write: Edit) -> Response:
    """Close it here and draft it anew in the next cycle; ``into`` shows the new one (RULES B9)."""
    command = CarryOverObjective(
        into_cycle_id=CycleId(body.into_cycle_id),
        into_objective_id=ObjectiveId(write.new_id()),
        key_result_ids=tuple(KeyResultId(each) for each in body.key_result_ids),
        new_key_result_ids=tuple(KeyResultId(write.new_id()) for _ in body.key_result_ids),
        decision=body.decision,
        why=body.why,
        **_about(write, body),
    )
    receipt = write.handle(command, body)
    answers, at = Answers(write.services), write.answered_at(receipt)
    thing, _, state = answers.objective_with_state(write.thing_id, receipt.position, at)
    if state.carried_into is not None:
        thing["into"] = answers.objective(state.carried_into, receipt.position, at)[0]
    return write.respond(receipt, thing)


@router.get("/{objective_id}", response_model=shapes.ObjectiveStory)
def get_objective(objective_id: str, read: Asked) -> Response:
    """One objective with its key results, how they stand, and all their check-ins."""
    return read.thing(
        *Answers(read.services).objective_story(objective_id, read.upto, read.at, read.effective_at)
    )


def _about(write: Write, body: Any) -> dict[str, Any]:
    reason = body.reason if body is not None else None
    return {"objective_id": ObjectiveId(write.thing_id), **write.stamp(reason)}


def _do(command: Command, write: Write, body: Any) -> Response:
    receipt = write.handle(command, body)
    thing, _ = Answers(write.services).objective(
        write.thing_id, receipt.position, write.answered_at(receipt)
    )
    return write.respond(receipt, thing)
