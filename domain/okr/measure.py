"""How a key result is measured, and what a check-in reads off (RULES B2)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.facts import Value


class PhasePoint(Value):
    """By ``on``, ``fraction`` (0..1) of the way should be done (RULES B4, phased targets)."""

    on: date
    fraction: Decimal


class Metric(Value):
    kind: Literal["increase", "decrease", "reach"]
    baseline: Decimal = Decimal(0)
    target: Decimal
    unit: str | None = None
    phases: tuple[PhasePoint, ...] = ()


class Threshold(Value):
    kind: Literal["stay_above", "stay_below", "stay_between"]
    lower: Decimal | None = None
    upper: Decimal | None = None
    method: Literal["hit_rate", "instant", "distance"] = "hit_rate"
    tolerance: Decimal | None = None
    unit: str | None = None


class Milestone(Value):
    id: str
    title: str
    weight: Decimal = Decimal(1)


class Milestones(Value):
    kind: Literal["milestones"]
    milestones: tuple[Milestone, ...]


class Binary(Value):
    kind: Literal["binary"]


class Percentage(Value):
    kind: Literal["percentage"]


class Zones(Value):
    kind: Literal["zones"]
    fail: Decimal
    commit: Decimal
    target: Decimal
    stretch: Decimal
    unit: str | None = None


class EstablishBaseline(Value):
    kind: Literal["establish_baseline"]
    unit: str | None = None


Measure = Annotated[
    Metric | Threshold | Milestones | Binary | Percentage | Zones | EstablishBaseline,
    Field(discriminator="kind"),
]

Zone = Literal["fail", "commit", "target", "stretch"]


class Reading(Value):
    """What one check-in says: exactly one of the four, whichever fits the measure's kind."""

    value: Decimal | None = None
    milestone_ids: tuple[str, ...] | None = None
    done: bool | None = None
    zone: Zone | None = None
