"""Objectives: drafted, agreed in catchball, active, graded, carried over (RULES B5, B9)."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import Query
from starlette.responses import Response

from api.core.bodies import Reason
from api.core.doors import creating, editing
from api.core.principal import LOCAL
from api.core.problems import invalid_parameter, never_null
from api.core.reading import ById, Cursor, Limit, Reading, reading
from api.core.resource import Resource, after, looking
from api.core.shapes import Health, Page
from api.core.writing import Write
from api.okr import answers
from api.okr import objective_bodies as bodies
from api.okr import objective_shapes as shapes
from api.okr import objective_ways_back as ways_back
from api.okr.supports import links
from domain.editing import given
from domain.ids import CycleId, KeyResultId, ObjectiveId
from domain.okr import objective_thing
from domain.okr import stream as okr
from domain.okr.alignment import supports_of
from domain.okr.carry_over import CarryOverObjective
from domain.okr.catchball import (
    AcceptObjective,
    CounterObjective,
    ProposeObjective,
    WithdrawObjective,
)
from domain.okr.drafting import DraftObjective
from domain.okr.editing import EditObjective
from domain.okr.grading import GradeKeyResult, GradeObjective
from domain.okr.leaving import DeleteObjective, DropObjective, MergeObjective
from domain.okr.objective import ActivateObjective, CloseObjective
from domain.okr.returning import DeactivateObjective, ReinstateObjective
from domain.okr.supporting import home_of
from journal.log import Journal
from projections.okr import listing


def _near(journal: Journal, state: okr.ObjectiveState) -> Iterator[str]:
    """Its team and cycle, and the objectives above: the score of each hears of it (RULES B3)."""
    if state.cycle_id:
        yield f"cycle/{state.cycle_id}"
    team_id, upwards = state.team_id, set[str]()
    while team_id and team_id not in upwards:  # what shows a team counts its teams in
        upwards.add(team_id)
        yield f"team/{team_id}"
        team_id = journal.state(f"team/{team_id}")[0].parent_id
    open_ends, seen = list(_told(state)), set[str]()
    while open_ends:
        above = open_ends.pop()
        if above not in seen:
            seen.add(above)
            yield f"objective/{above}"
            open_ends += _told(journal.state(f"objective/{above}")[0])


def _told(state: okr.ObjectiveState) -> Iterator[str]:
    """Objectives that show this one and its score, at themselves or at a key result."""
    return (home for each in supports_of(state) if (home := home_of(each)) is not None)


RESOURCE: Final[Resource[okr.ObjectiveState]] = Resource(
    objective_thing.THING,
    ways_back.PATH,
    answers.objective,
    tags=("objectives",),
    topics=("objectives",),
    also=("roster",),
    near=_near,
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE)]
Edit = Annotated[Write, editing(RESOURCE, "objective_id")]
Gone = Annotated[Write, editing(RESOURCE, "objective_id", gone=True)]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Page[shapes.Objective])
def list_objectives(
    read: Asked,
    cycle_id: ById = None,
    team_id: ById = None,
    owner_id: ById = None,
    state: Annotated[shapes.ObjectiveState | None, Query()] = None,
    health: Annotated[Health | None, Query()] = None,
    q: Annotated[str, Query(max_length=500, description="Words; all of them have to fit.")] = "",
    sort: Annotated[listing.Sort, Query()] = "oldest",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Objectives with their key results and how they stand.

    `q` looks for words, or their beginnings, in the titles of an objective and its key results, and
    in the names of its owner and its team. `sort` is by drafting, by title, the worst `health` or
    the least `progress` first; the last three are of one cycle and need `cycle_id`.
    """
    if sort in listing.OF_A_CYCLE and cycle_id is None:
        raise invalid_parameter("sort", f"Sorting by {sort} is of one cycle: send cycle_id, too.")
    directory = read.services.directory
    people = {one.id: one.name for one in directory.people().values()} if q else {}
    return read.listing(
        cursor,
        lambda moment, start: listing.objectives(
            read.services.views,
            moment=moment,
            cycle_id=cycle_id,
            team_id=team_id,
            owner_id=owner_id,
            state=state,
            health=health,
            q=q,
            people=people,
            sort=sort,
            effective_at=read.effective_at,
            limit=limit,
            cursor=start,
        ),
    )


@router.post("", status_code=201, response_model=shapes.ObjectiveThing)
def draft_objective(body: bodies.NewObjective, write: Create) -> Response:
    """Draft an objective in a cycle: a team's, or without a team somebody's personal one."""
    command = DraftObjective(
        objective_id=ObjectiveId(write.new_id()),
        **body.wishes(),
        **links(write.services, body.supports),
        **write.stamp(body.reason),
    )
    return RESOURCE.done(write, command, body, status=201, undo=ways_back.deleted)


@router.patch("/{objective_id}", response_model=shapes.ObjectiveThing)
def edit(body: bodies.ObjectiveEdit, write: Edit) -> Response:
    """Change what is given. Once it is active this needs a reason; in the end only words change."""
    never_null(body, "title", "owner_id", "cycle_id", "ambition")
    linked = links(write.services, body.supports) if given(body, "supports") else {}
    command = EditObjective(
        cycle_id=write.state.cycle_id, **body.changes(), **linked, **_about(write, body)
    )
    return RESOURCE.done(write, command, body, undo=ways_back.edited_back)


@router.delete("/{objective_id}", response_model=shapes.ObjectiveThing)
def delete(write: Edit) -> Response:
    """Delete a draft. It is shown in history and the past only, and can be reinstated."""
    command = DeleteObjective(cycle_id=write.state.cycle_id, **_about(write, None))
    return RESOURCE.done(write, command, None, undo=ways_back.reinstated(write.thing_id))


@router.post("/{objective_id}/reinstate", response_model=shapes.ObjectiveThing)
def reinstate(write: Gone, body: Reason | None = None) -> Response:
    """Bring back what was dropped, merged or deleted, as it was."""
    command = ReinstateObjective(cycle_id=write.state.cycle_id, **_about(write, body))
    return RESOURCE.done(write, command, body, undo=ways_back.left_again)


@router.post("/{objective_id}/propose", response_model=shapes.ObjectiveThing)
def propose(write: Edit, body: Reason | None = None) -> Response:
    """Offer the draft for agreement: the first throw of catchball."""
    back = ways_back.moved(write.thing_id, "withdraw")
    return RESOURCE.done(write, ProposeObjective(**_about(write, body)), body, undo=back)


@router.post("/{objective_id}/counter", response_model=shapes.ObjectiveThing)
def counter(body: bodies.Counter, write: Edit) -> Response:
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
        write, WithdrawObjective(**_about(write, body)), body, undo=ways_back.proposed_again
    )


@router.post("/{objective_id}/activate", response_model=shapes.ObjectiveThing)
def activate(write: Edit, body: Reason | None = None) -> Response:
    """Begin before the cycle's clock does it."""
    command = ActivateObjective(cycle_id=write.state.cycle_id, **_about(write, body))
    back = ways_back.moved(write.thing_id, "deactivate")
    return RESOURCE.done(write, command, body, undo=back)


@router.post("/{objective_id}/deactivate", response_model=shapes.ObjectiveThing)
def deactivate(write: Edit, body: Reason | None = None) -> Response:
    """Back to agreed, while nobody has checked in."""
    command = DeactivateObjective(**_about(write, body))
    back = ways_back.moved(write.thing_id, "activate")
    return RESOURCE.done(write, command, body, undo=back)


@router.post("/{objective_id}/drop", response_model=shapes.ObjectiveThing)
def drop(write: Edit, body: Reason | None = None) -> Response:
    """Give the objective up, with a reason."""
    command = DropObjective(cycle_id=write.state.cycle_id, **_about(write, body))
    return RESOURCE.done(write, command, body, undo=ways_back.reinstated(write.thing_id))


@router.post("/{objective_id}/merge", response_model=shapes.ObjectiveThing)
def merge(body: bodies.Merge, write: Edit) -> Response:
    """Merge it into another objective of the cycle."""
    command = MergeObjective(
        cycle_id=write.state.cycle_id,
        into_id=ObjectiveId(body.into_id),
        **_about(write, body),
    )
    return RESOURCE.done(write, command, body, undo=ways_back.reinstated(write.thing_id))


@router.post("/{objective_id}/grade", response_model=shapes.GradedObjective)
def grade(body: bodies.Grade, write: Edit) -> Response:
    """Judge the key results; agreed other than computed needs a reason (RULES B5).

    Only while the cycle grades; an administrator may with a reason, and so may whoever works alone
    on this machine.
    """
    command = GradeObjective(
        cycle_id=write.state.cycle_id,
        exception=_exceptional(write, body),
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
    receipt = write.handle(command, body)
    found = RESOURCE.find(write.services, write.thing_id, receipt.position)
    thing = answers.objective(found, after(write, receipt))
    thing["warnings"] += answers.ungrounded(found.state)
    return write.respond(receipt, thing)


@router.post("/{objective_id}/close", response_model=shapes.ObjectiveThing)
def close(write: Edit, body: Reason | None = None) -> Response:
    """Close a graded objective."""
    return RESOURCE.done(write, CloseObjective(**_about(write, body)), body)


@router.post("/{objective_id}/carry-over", response_model=shapes.ObjectiveThing)
def carry_over(body: bodies.CarryOver, write: Edit) -> Response:
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


def _exceptional(write: Write, body: bodies.Grade) -> bool:
    """Whether the asker may grade while the cycle does not (RULES B17)."""
    alone = write.principal.person_id == LOCAL
    return alone or (write.principal.role == "admin" and body.reason is not None)


def _about(write: Write, body: Any) -> dict[str, Any]:
    reason = body.reason if body is not None else None
    return {"objective_id": ObjectiveId(write.thing_id), **write.stamp(reason)}
