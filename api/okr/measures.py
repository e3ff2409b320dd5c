"""How a key result is measured, as it comes in (RULES B2).

Shapes only: whether a measure makes sense (a target off its baseline, bounds in order) is a rule
of the domain.
"""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from api.core.fields import AsArray, Day, Number, Request, Title, Word
from domain.editing import given
from domain.okr import measure as okr


class PhasePoint(Request):
    on: Day
    fraction: Number


class Metric(Request):
    """`baseline` is where it starts: a number, or null while nobody knows; `reach` starts at 0."""

    kind: Literal["increase", "decrease", "reach"]
    baseline: Number | None = None
    target: Number
    unit: Word | None = None
    phases: Annotated[tuple[PhasePoint, ...], AsArray] = ()


class Threshold(Request):
    kind: Literal["stay_above", "stay_below", "stay_between"]
    lower: Number | None = None
    upper: Number | None = None
    method: Literal["hit_rate", "instant", "distance"] = "hit_rate"
    tolerance: Number | None = None
    unit: Word | None = None


class NewMilestone(Request):
    title: Title
    weight: Number | None = None


class Milestones(Request):
    kind: Literal["milestones"]
    milestones: Annotated[tuple[NewMilestone, ...], AsArray, Field(max_length=100)]


class Binary(Request):
    kind: Literal["binary"]


class Percentage(Request):
    kind: Literal["percentage"]


class Zones(Request):
    kind: Literal["zones"]
    fail: Number
    commit: Number
    target: Number
    stretch: Number
    unit: Word | None = None


class EstablishBaseline(Request):
    kind: Literal["establish_baseline"]
    unit: Word | None = None


Measure = Annotated[
    Metric | Threshold | Milestones | Binary | Percentage | Zones | EstablishBaseline,
    Field(discriminator="kind"),
]


def measure(asked: Measure, new_id: Callable[[], str]) -> okr.Measure:
    """The domain's measure; each milestone gets its id here."""
    match asked:
        case Milestones():
            return okr.Milestones(
                kind="milestones",
                milestones=tuple(
                    okr.Milestone(id=new_id(), **each.model_dump(exclude_none=True))
                    for each in asked.milestones
                ),
            )
        case Metric():
            said = asked.model_dump(exclude_none=True)
            unknown = given(asked, "baseline") and asked.baseline is None and asked.kind != "reach"
            return okr.Metric(**said, **({"baseline": None} if unknown else {}))
        case Threshold():
            return okr.Threshold(**asked.model_dump(exclude_none=True))
        case Binary():
            return okr.Binary(kind="binary")
        case Percentage():
            return okr.Percentage(kind="percentage")
        case Zones():
            return okr.Zones(**asked.model_dump(exclude_none=True))
        case EstablishBaseline():
            return okr.EstablishBaseline(**asked.model_dump(exclude_none=True))
