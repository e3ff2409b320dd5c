"""What comes in about key results: new ones, edits, check-ins, and what the moves say."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from api.core.descriptions import Description, Links, links_of
from api.core.fields import AsArray, Day, Id, Instant, Number, Request, Text, Title
from api.core.problems import invalid_field
from api.okr.measures import Measure
from domain.editing import given
from domain.okr import key_result_editing as okr
from domain.okr.measure import Reading as ReadOff
from domain.okr.scoring import counted, latest
from domain.okr.stream import KeyResult
from domain.text import said


class NewKeyResult(Request):
    title: Title
    measure: Measure
    weight: Number | None = None
    owner_id: Id | None = None
    due_on: Day | None = None
    starts_on: Day | None = None
    description: Description | None = None
    links: Links = ()
    indicator: Literal["leading", "lagging"] | None = None
    capacity: Literal["fits", "tight", "exceeds"] | None = None
    reason: Text | None = None


class MilestoneTitle(Request):
    id: Id
    title: Title


class KeyResultEdit(Request):
    """Only what is given changes. Once the objective is active, a reason is needed."""

    title: Title | None = None
    description: Description | None = None
    links: Links = ()
    owner_id: Id | None = None
    starts_on: Day | None = None
    due_on: Day | None = None
    indicator: Literal["leading", "lagging"] | None = None
    capacity: Literal["fits", "tight", "exceeds"] | None = None
    milestones: Annotated[tuple[MilestoneTitle, ...], AsArray, Field(max_length=100)] = ()
    reason: Text | None = None

    def changes(self) -> dict[str, Any]:
        """The fields of ``EditKeyResult`` that were given."""
        domain = {
            "description": said(self.description),
            "links": links_of(self.links),
            "milestones": tuple(
                okr.MilestoneTitle(**each.model_dump()) for each in self.milestones
            ),
        }
        return {
            name: domain.get(name, getattr(self, name))
            for name in type(self).model_fields
            if name != "reason" and given(self, name)
        }


class Read(Request):
    """What was read off: exactly one of the four, whichever fits the measure."""

    value: Number | None = None
    milestone_ids: Annotated[tuple[Id, ...], AsArray, Field(max_length=100)] | None = None
    done: bool | None = None
    zone: Literal["fail", "commit", "target", "stretch"] | None = None
    confidence: Number | None = None
    note: Text | None = None
    effective_at: Instant | None = None

    def reading(self) -> ReadOff:
        return ReadOff(
            value=self.value,
            milestone_ids=self.milestone_ids,
            done=self.done,
            zone=self.zone,
        )


class CheckIn(Read):
    """A reading, or ``unchanged``: what the check-in that stands read off is still so."""

    unchanged: bool = False
    reason: Text | None = None

    def reading_after(self, held: KeyResult, at: datetime) -> ReadOff:
        """What was read off of a key result. Raises 422 when that cannot be said."""
        given = self.reading()
        if not self.unchanged:
            return given
        if given.model_dump(exclude_none=True):
            detail = "Send a reading or unchanged, not both."
            raise invalid_field("/unchanged", detail)
        last = latest(counted(held, self.effective_at or at))
        if last is None:
            detail = "Nothing was read off yet, so nothing can be unchanged: send a reading."
            raise invalid_field("/unchanged", detail)
        return last.reading


class Correction(Read):
    reason: Text | None = None


class Withdraw(Request):
    reason: Text | None = None


class CorrectMeasure(Request):
    measure: Measure
    reason: Text | None = None


class Dated(Request):
    """A change that counts from now on, or from a stated instant that is not ahead."""

    effective_at: Instant | None = None
    reason: Text | None = None


class Retarget(Dated):
    target: Number
    reason_code: Literal["external_change", "measurement_error", "scope_decision"]


class Reweight(Dated):
    weight: Number


class Convert(Dated):
    measure: Measure


class Drop(Dated): ...
