"""Bodies about key results: adding, checking in, correcting, changing what was agreed."""

from typing import Annotated, Literal

from pydantic import Field

from api.fields import AsArray, Day, Id, Instant, Number, Request, Text, Title
from api.requests.measures import Measure
from domain.okr.measure import Reading


class NewKeyResult(Request):
    title: Title
    measure: Measure
    weight: Number | None = None
    owner_id: Id | None = None
    due_on: Day | None = None


class Read(Request):
    """What was read off: exactly one of the four, whichever fits the measure."""

    value: Number | None = None
    milestone_ids: Annotated[tuple[Id, ...], AsArray, Field(max_length=100)] | None = None
    done: bool | None = None
    zone: Literal["fail", "commit", "target", "stretch"] | None = None
    confidence: Number | None = None
    note: Text | None = None
    effective_at: Instant | None = None

    def reading(self) -> Reading:
        return Reading(
            value=self.value,
            milestone_ids=self.milestone_ids,
            done=self.done,
            zone=self.zone,
        )


class CheckIn(Read):
    reason: Text | None = None


class Correction(Read):
    reason: Text | None = None


class Retarget(Request):
    target: Number
    reason_code: Literal["external_change", "measurement_error", "scope_decision"]
    reason: Text | None = None


class Reweight(Request):
    weight: Number
    reason: Text | None = None


class Convert(Request):
    measure: Measure
    reason: Text | None = None
