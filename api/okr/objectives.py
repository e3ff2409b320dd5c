"""Objectives: drafted, agreed in catchball, active, graded, carried over (RULES B5, B9)."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from api.core.bodies import Reason
from api.core.doors import creating, editing
from api.core.fields import AsArray, Id, Number, Request, Text, Title, Word
from api.core.reading import ById, Cursor, Limit, Reading, reading
from api.core.references import must_exist
from api.core.resource import Found, Resource, after, looking
from api.core.shapes import Page
from api.core.undo import Undo
from api.core.writing import Write
from api.okr import answers
from api.okr import objective_shapes as shapes
from domain.ids import CycleId, KeyResultId, ObjectiveId
from domain.okr import objective_thing
from domain.okr import stream as okr
from domain.okr.alignment import votes_of
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
from journal.log import Journal
from projections.okr import lists


class Lean(Request):
    principles: Annotated[tuple[okr.Principle, ...], AsArray]
    wastes: Annotated[tuple[okr.Waste, ...], AsArray] = ()
    metric: Word | None = None


class Priority(Request):
    """Facts for ranking, each 1..5 (RULES B8)."""

    impact: int
    value: int
    resources: int
    risk: int


class Support(Request):
    kind: Literal["objective", "key_result"]
    id: Id
    weight: Number | None = None


class NewObjective(Request):
    cycle_id: Id
    team_id: Id
    owner_id: Id
    title: Title
    ambition: Literal["committed", "aspirational"]
    lean: Lean | None = None
    priority: Priority | None = None
    supports: Annotated[tuple[Support, ...], AsArray, Field(max_length=20)] = ()

    def wishes(self) -> dict[str, object]:
        """The fields of ``DraftObjective``."""
        return {
            "cycle_id": self.cycle_id,
            "team_id": self.team_id,
            "owner_id": self.owner_id,
            "title": self.title,
            "ambition": self.ambition,
            "lean": okr.Lean(**self.lean.model_dump()) if self.lean else None,
            "priority": okr.Priority(**self.priority.model_dump()) if self.priority else None,
            "supports": tuple(
                okr.Support(**each.model_dump(exclude_none=True)) for each in self.supports
            ),
        }


class Counter(Request):
    """The reviewer's counter-proposal in catchball."""

    note: Text
    reason: Text | None = None


class Merge(Request):
    into_id: Id
    reason: Text | None = None


class KeyResultGrade(Request):
    id: Id
    owner_grade: Number | None = None
    agreed_grade: Number
    reason: Text | None = None


class Grade(Request):
    key_results: Annotated[tuple[KeyResultGrade, ...], AsArray, Field(max_length=100)]
    reason: Text | None = None


class CarryOver(Request):
    into_cycle_id: Id
    key_result_ids: Annotated[tuple[Id, ...], AsArray, Field(max_length=100)]
    decision: Literal["keep", "modify"]
    why: Text
    reason: Text | None = None


def _near(journal: Journal, state: okr.ObjectiveState) -> Iterator[str]:
    """Its team and cycle, and the objectives above: the score of each hears of it (RULES B3)."""
    if state.cycle_id:
        yield f"cycle/{state.cycle_id}"
    team_id, upwards = state.team_id, set[str]()
    while team_id and team_id not in upwards:  # what shows a team counts its teams in
        upwards.add(team_id)
        yield f"team/{team_id}"
        team_id = journal.state(f"team/{team_id}")[0].parent_id
    links, seen = list(votes_of(state)), set[str]()
    while links:
        above = links.pop()
        if above not in seen:
            seen.add(above)
            yield f"objective/{above}"
            links += votes_of(journal.state(f"objective/{above}")[0])


RESOURCE: Final[Resource[okr.ObjectiveState]] = Resource(
    objective_thing.THING,
    "/v1/objectives",
    answers.objective,
    tags=("objectives",),
    topics=("objectives",),
    also=("roster",),
    near=_near,
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE)]
Edit = Annotated[Write, editing(RESOURCE, "objective_id")]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Page[shapes.Objective])
def list_objectives(
    read: Asked,
    cycle_id: ById = None,
    team_id: ById = None,
    owner_id: ById = None,
    state: Annotated[shapes.ObjectiveState | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Objectives with their key results and how they stand."""
    return read.listing(
        cursor,
        lambda moment, start: lists.objectives(
            read.services.views,
            moment=moment,
            cycle_id=cycle_id,
            team_id=team_id,
            owner_id=owner_id,
            state=state,
            effective_at=read.effective_at,
            limit=limit,
            cursor=start,
        ),
    )


@router.post("", status_code=201, response_model=shapes.ObjectiveThing)
def draft_objective(body: NewObjective, write: Create) -> Response:
    """Draft an objective in a cycle for a team."""
    for place, support in enumerate(body.supports):
        must_exist(write.services, support.kind, support.id, f"/supports/{place}")
    command = DraftObjective(
        objective_id=ObjectiveId(write.new_id()), **body.wishes(), **write.stamp()
    )
    return RESOURCE.done(write, command, body, status=201)


@router.post("/{objective_id}/propose", response_model=shapes.ObjectiveThing)
def propose(write: Edit, body: Reason | None = None) -> Response:
    """Offer the draft for agreement: the first throw of catchball."""
    back = Undo(method="POST", path=f"{RESOURCE.path}/{write.thing_id}/withdraw")
    return RESOURCE.done(write, ProposeObjective(**_about(write, body)), body, undo=back)


@router.post("/{objective_id}/counter", response_model=shapes.ObjectiveThing)
def counter(body: Counter, write: Edit) -> Response:
    """Throw it back with a counter-proposal."""
    return RESOURCE.done(write, CounterObjective(note=body.note, **_about(write, body)), body)


@router.post("/{objective_id}/accept", response_model=shapes.ObjectiveThing)
def accept(write: Edit, body: Reason | None = None) -> Response:
    """Agree to the objective as proposed."""
    return RESOURCE.done(write, AcceptObjective(**_about(write, body)), body)


@router.post("/{objective_id}/withdraw", response_model=shapes.ObjectiveThing)
def withdraw(write: Edit, body: Reason | None = None) -> Response:
    """Take it back into draft."""
    return RESOURCE.done(
        write, WithdrawObjective(**_about(write, body)), body, undo=_proposed_again
    )


@router.post("/{objective_id}/activate", response_model=shapes.ObjectiveThing)
def activate(write: Edit, body: Reason | None = None) -> Response:
    """Begin before the cycle's clock does it."""
    command = ActivateObjective(cycle_id=write.state.cycle_id, **_about(write, body))
    return RESOURCE.done(write, command, body)


@router.post("/{objective_id}/drop", response_model=shapes.ObjectiveThing)
def drop(write: Edit, body: Reason | None = None) -> Response:
    """Give the objective up, with a reason."""
    return RESOURCE.done(
        write, DropObjective(cycle_id=write.state.cycle_id, **_about(write, body)), body
    )


@router.post("/{objective_id}/merge", response_model=shapes.ObjectiveThing)
def merge(body: Merge, write: Edit) -> Response:
    """Merge it into another objective of the cycle."""
    command = MergeObjective(
        cycle_id=write.state.cycle_id,
        into_id=ObjectiveId(body.into_id),
        **_about(write, body),
    )
    return RESOURCE.done(write, command, body)


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
    return RESOURCE.done(write, command, body)


@router.post("/{objective_id}/close", response_model=shapes.ObjectiveThing)
def close(write: Edit, body: Reason | None = None) -> Response:
    """Close a graded objective."""
    return RESOURCE.done(write, CloseObjective(**_about(write, body)), body)


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
    look = after(write, receipt)
    found = RESOURCE.find(write.services, write.thing_id, receipt.position)
    thing = answers.objective(found, look)
    if found.state.carried_into is not None:
        thing["into"] = RESOURCE.show(found.state.carried_into, look)
    return write.respond(receipt, thing)


@router.get("/{objective_id}", response_model=shapes.ObjectiveStory)
def get_objective(objective_id: str, read: Asked) -> Response:
    """One objective with its key results, how they stand, and all their check-ins."""
    found = RESOURCE.find(read.services, objective_id, read.upto)
    return read.thing(answers.story(found, looking(read)), found.version)


def _proposed_again(
    before: Found[okr.ObjectiveState], now: Found[okr.ObjectiveState]
) -> Undo | None:
    """The way back from a withdrawal; an agreement, once withdrawn, has to be found anew."""
    if before.state.status != "proposed":
        return None
    return Undo(method="POST", path=f"{RESOURCE.path}/{now.id}/propose")


def _about(write: Write, body: Any) -> dict[str, Any]:
    reason = body.reason if body is not None else None
    return {"objective_id": ObjectiveId(write.thing_id), **write.stamp(reason)}
