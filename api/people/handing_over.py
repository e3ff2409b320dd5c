"""A hand-over: everything that is somebody's goes to somebody else, in one transaction.

Which things there are the views tell; whether each is still that person's its own stream does, when
its command is decided. One that cannot change hands stops all of it, and nothing is written.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.doors import editing
from api.core.fields import AsArray, Id, Request, Text
from api.core.interface import Part
from api.core.problems import refused
from api.core.reading import Reading, reading
from api.core.shapes import Shape
from api.core.writing import Write
from api.people import people
from api.people.owned import OwnedThing, still_owned
from domain.cycle.editing import EditCycle
from domain.facts import Command, Refusal
from domain.ids import PersonId
from domain.lean.action_editing import EditAction
from domain.lean.obstacle_editing import EditObstacle
from domain.okr.editing import EditObjective
from domain.okr.key_result_editing import EditKeyResult
from domain.okr.stream import Contributor, ObjectiveState
from domain.people.handing_over import Handed, HandOver, ThingsHandedOver, refuse_successor
from domain.people.leadership import HandOverLead
from journal.append import Receipt, first_answer
from journal.ids import derived_id
from journal.together import Rejected
from projections.people.owned import KINDS, Owned, owned_by

PATH: Final = "/v1/people/{person_id}"
WHY: Final = "Handed over"

Kind = Literal["objective", "key_result", "action", "obstacle", "team", "cycle"]


class HandOverTo(Request):
    """Without ``kinds`` everything goes."""

    to_id: Id
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1), AsArray] | None = None
    reason: Text | None = None


class OwnedNow(Shape):
    items: list[OwnedThing]
    position: int


class HandedThing(Shape):
    kind: str
    id: str
    title: str
    role: str


class HandedOver(Shape):
    handed_over: list[HandedThing]
    position: int


router = APIRouter(prefix=PATH, tags=["people and teams"], route_class=StrictRoute)

PART: Final = Part(router)

Give = Annotated[Write, editing(people.RESOURCE, "person_id", HandOver, versioned=False)]
Asked = Annotated[Reading, reading()]


@router.get("/owns", response_model=OwnedNow)
def list_owned(person_id: str, read: Asked) -> Response:
    """What is still open and this person's: objectives, key results, actions, obstacles, teams led,
    cycles coordinated.
    """
    people.RESOURCE.find(read.services, person_id, read.upto)
    moment = read.when()
    with read.services.views.reading() as look:
        items = [one._asdict() for one in owned_by(look, person_id, moment)]
    return read.view({"items": items, "position": moment.position}, moment)


@router.post("/hand-over", response_model=HandedOver)
def hand_over(body: HandOverTo, write: Give) -> Response:
    """Give everything that is this person's to somebody else, all of it or nothing."""
    journal, fingerprint = write.services.journal, write.fingerprint(body)
    answered = journal.receipt(write.command_id)
    if answered is not None:
        return _respond(write, first_answer(answered, fingerprint))
    successor, _ = journal.state(f"person/{body.to_id}")
    if refusal := refuse_successor(write.thing_id, body.to_id, successor):
        raise refused(refusal)
    kinds = body.kinds or KINDS
    things = [one for one in still_owned(write.services, write.thing_id) if one.kind in kinds]
    commands = [*(_given(write, body, one) for one in things), _summary(write, body, things)]
    for command in commands:
        write.principal.must(write.services.things.commands[type(command)].permits)
    outcome = journal.handle_many(commands, fingerprint=fingerprint)
    if isinstance(outcome, Rejected):
        raise _failure(outcome, things)
    receipt = outcome[-1]
    assert isinstance(receipt, Receipt)
    write.acknowledge(receipt.position)
    return _respond(write, receipt)


def _stamp(write: Write, body: HandOverTo, *part: str) -> dict[str, Any]:
    """All of the commands belong together; each has an id of its own, which follows from ours."""
    stamp = write.stamp(body.reason or WHY)
    if part:
        stamp["command_id"] = derived_id(write.command_id, *part)
    return {**stamp, "correlation_id": write.command_id}


def change_of_hands(
    thing: Owned, from_id: str, to_id: str, objective: Callable[[str], ObjectiveState]
) -> tuple[type[Command], dict[str, Any]]:
    """The command by which one thing changes hands, and what it says; ``objective`` gives an
    objective as it stands.
    """
    match thing.kind, thing.role:
        case "team", "lead":
            return HandOverLead, {"team_id": thing.id, "from_id": from_id, "to_id": to_id}
        case "objective", "owner" | "reviewer" as role:
            place = {"objective_id": thing.id, "cycle_id": objective(thing.id).cycle_id}
            return EditObjective, {**place, f"{role}_id": to_id}
        case "objective", "contributor":
            state = objective(thing.id)
            place = {"objective_id": thing.id, "cycle_id": state.cycle_id}
            taking_part = _contributing(state, from_id, PersonId(to_id))
            return EditObjective, {**place, "contributors": taking_part}
        case "objective", "sponsor":
            state = objective(thing.id)
            place = {"objective_id": thing.id, "cycle_id": state.cycle_id}
            sponsors = (to_id if one == from_id else one for one in state.sponsor_ids)
            return EditObjective, {**place, "sponsor_ids": tuple(dict.fromkeys(sponsors))}
        case "key_result", "owner":
            place = {"objective_id": thing.objective_id or "", "key_result_id": thing.id}
            return EditKeyResult, {**place, "owner_id": to_id}
        case "action", "owner":
            return EditAction, {"action_id": thing.id, "owner_id": to_id}
        case "obstacle", "owner":
            return EditObstacle, {"obstacle_id": thing.id, "owner_id": to_id}
        case "cycle", "coordinator":
            return EditCycle, {"cycle_id": thing.id, "coordinator_id": to_id}
        case _:
            raise LookupError(f"nothing hands over a {thing.kind} from its {thing.role}")


def _contributing(state: ObjectiveState, from_id: str, to_id: PersonId) -> tuple[Contributor, ...]:
    """The contributors with one in another's place, who takes that share to what they have."""
    shares: dict[PersonId, Decimal | None] = {}
    for one in state.contributors:
        person_id = to_id if one.person_id == from_id else one.person_id
        given = [share for share in (shares.get(person_id), one.share) if share is not None]
        shares[person_id] = sum(given, Decimal()) if given else None
    return tuple(Contributor(person_id=each, share=share) for each, share in shares.items())


def _given(write: Write, body: HandOverTo, thing: Owned) -> Command:
    def objective(objective_id: str) -> ObjectiveState:
        state: ObjectiveState = write.services.journal.state(f"objective/{objective_id}")[0]
        return state

    wanted, said = change_of_hands(thing, write.thing_id, body.to_id, objective)
    return wanted(**said, **_stamp(write, body, thing.kind, thing.id, thing.role))


def _summary(write: Write, body: HandOverTo, things: Sequence[Owned]) -> HandOver:
    """It comes last, so that its receipt is the answer to the whole."""
    handed = (Handed(kind=one.kind, id=one.id, title=one.title, role=one.role) for one in things)
    return HandOver(
        person_id=PersonId(write.thing_id),
        to_id=PersonId(body.to_id),
        things=tuple(handed),
        **_stamp(write, body),
    )


def _failure(outcome: Rejected, things: Sequence[Owned]) -> Exception:
    """Why nothing was handed over, and which thing it was that could not be."""
    if not isinstance(outcome.answer, Refusal):
        return outcome.answer
    problem = refused(outcome.answer)
    if outcome.index < len(things):
        thing = things[outcome.index]
        problem.extra["about"] = {"kind": thing.kind, "id": thing.id}
    return problem


def _respond(write: Write, receipt: Receipt) -> Response:
    """What was handed over, as the log tells it, also when the request is repeated."""
    facts = write.services.journal.read(
        receipt.stream, after=receipt.position - receipt.facts, upto=receipt.position
    )
    handed = [
        one.model_dump()
        for each in facts
        if isinstance(each.fact, ThingsHandedOver)
        for one in each.fact.things
    ]
    return write.respond(receipt, {"handed_over": handed})
