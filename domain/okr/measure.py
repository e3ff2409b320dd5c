"""How a key result is measured, and what a check-in reads off (RULES B2)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.facts import Value


class PhasePoint(Value):
    """By the end of ``on``, ``fraction`` (0..1) of the way should be done (RULES B4)."""

    on: date
    fraction: Decimal


class Metric(Value):
    """From ``baseline`` to ``target`` along one formula; ``reach`` starts at 0."""

    kind: Literal["increase", "decrease", "reach"]
    baseline: Decimal = Decimal(0)
    target: Decimal
    unit: str | None = None
    phases: tuple[PhasePoint, ...] = ()


class Threshold(Value):
    """Stay inside bounds, which belong to the band; ``method`` tells how staying is counted."""

    kind: Literal["stay_above", "stay_below", "stay_between"]
    lower: Decimal | None = None
    upper: Decimal | None = None
    method: Literal["hit_rate", "instant", "distance"] = "hit_rate"
    tolerance: Decimal | None = None
    unit: str | None = None

    def holds(self, value: Decimal) -> bool:
        """True when ``value`` is inside the band, bounds included."""
        above = self.lower is None or value >= self.lower
        return above and (self.upper is None or value <= self.upper)


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
    """Ordinal zones: fail 0, commit 0.3, target 0.7, stretch 1.0; rising or falling values."""

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


def zones_of(baseline: Decimal, stretch: Decimal, unit: str | None = None) -> Zones:
    """Zones of a metric with a stretch goal: 0.3 and 0.7 of the way (RULES B2, ordinal zones)."""
    way = stretch - baseline
    return Zones(
        kind="zones",
        fail=baseline,
        commit=baseline + Decimal("0.3") * way,
        target=baseline + Decimal("0.7") * way,
        stretch=stretch,
        unit=unit,
    )
