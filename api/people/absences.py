"""Absences of a person: from when to when, and who is asked meanwhile."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.core.bodies import Reason
from api.core.body import StrictRoute
from api.core.doors import editing
from api.core.fields import Day, Id, Request, Text
from api.core.interface import Part
from api.core.reading import Reading, reading
from api.core.shapes import Page, Shape
from api.core.undo import Undo
from api.core.writing import Write
from api.people import people
from domain.ids import AbsenceId, PersonId
from domain.people.absence import PlanAbsence, WithdrawAbsence
from domain.people.person import Absence as State
from domain.people.person import Person

PATH: Final = "/v1/people/{person_id}/absences"


class NewAbsence(Request):
    """Away from the first to the last day, both included."""

    starts_on: Annotated[Day, Field(alias="from")]
    ends_on: Annotated[Day, Field(alias="to")]
    deputy_id: Id
    reason: Text | None = None


class AbsenceItem(Shape):
    id: str
    starts_on: Annotated[date, Field(alias="from")]
    ends_on: Annotated[date, Field(alias="to")]
    deputy_id: str


class Absence(AbsenceItem):
    version: int
    position: int


router = APIRouter(prefix=PATH, tags=["people and teams"], route_class=StrictRoute)

PART: Final = Part(router)

Edit = Annotated[
    Write, editing(people.RESOURCE, "person_id", PlanAbsence, WithdrawAbsence, versioned=False)
]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Page[AbsenceItem])
def list_absences(person_id: str, read: Asked) -> Response:
    """When the person is, was and will be away, in that order."""
    found = people.RESOURCE.find(read.services, person_id, read.upto)
    absences = sorted(found.state.absences.items(), key=lambda one: one[1].starts_on)
    items = [_render(id_, absence) for id_, absence in absences]
    return read.thing({"items": items, "next_cursor": None}, found.version)


@router.post("", status_code=201, response_model=Absence)
def plan_absence(body: NewAbsence, write: Edit) -> Response:
    """Say when the person is away. What is asked of them then is asked of the deputy."""
    command = PlanAbsence(
        person_id=PersonId(write.thing_id),
        absence_id=AbsenceId(write.new_id()),
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        deputy_id=PersonId(body.deputy_id),
        **write.stamp(body.reason),
    )
    receipt = write.handle(command, body)
    at = f"{PATH.format(person_id=write.thing_id)}/{receipt.subject}"
    found = _at(write, receipt.position, receipt.subject)
    back = Undo(method="POST", path=f"{at}/withdraw")
    return write.respond(receipt, found, status=201, at=at, undo=back)


@router.post("/{absence_id}/withdraw", response_model=Absence)
def withdraw_absence(absence_id: str, write: Edit, body: Reason | None = None) -> Response:
    """The person is not away after all."""
    command = WithdrawAbsence(
        person_id=PersonId(write.thing_id),
        absence_id=AbsenceId(absence_id),
        **write.stamp(body.reason if body else None),
    )
    receipt = write.handle(command, body)
    before = _at(write, receipt.position - receipt.facts, absence_id)
    path = PATH.format(person_id=write.thing_id)
    again = {name: before[name] for name in ("from", "to", "deputy_id")}
    back = Undo(method="POST", path=path, body=again)
    return write.respond(receipt, {**before, "withdrawn": True}, undo=back)


def _at(write: Write, position: int, absence_id: str) -> dict[str, Any]:
    """The absence as the log tells it at a position, also when the request is repeated."""
    state: Person = write.services.journal.state(f"person/{write.thing_id}", upto=position)[0]
    return _render(absence_id, state.absences[AbsenceId(absence_id)])


def _render(absence_id: str, absence: State) -> dict[str, Any]:
    return {
        "id": absence_id,
        "from": absence.starts_on,
        "to": absence.ends_on,
        "deputy_id": absence.deputy_id,
    }
