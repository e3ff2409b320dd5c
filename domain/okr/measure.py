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
    """From ``baseline`` to ``target`` along one formula; ``reach`` starts at 0.

    A baseline of None is unknown as yet. Facts stored long ago that name none start at 0.
    """

    kind: Literal["increase", "decrease", "reach"]
    baseline: Decimal | None = Decimal(0)
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


def target_of(measure: Measure) -> Decimal | None:
    """The one number a measure aims at, None when it has none or several."""
    match measure:
        case Metric():
            return measure.target
        case Threshold(kind="stay_above"):
            return measure.lower
        case Threshold(kind="stay_below"):
            return measure.upper
        case _:
            return None


def retargeted(measure: Measure, target: Decimal) -> Measure:
    """``measure`` with another target; unchanged where it has no single one."""
    match measure:
        case Metric():
            return measure.model_copy(update={"target": target})
        case Threshold(kind="stay_above"):
            return measure.model_copy(update={"lower": target})
        case Threshold(kind="stay_below"):
            return measure.model_copy(update={"upper": target})
        case _:
            return measure


def unknown_start(measure: Measure) -> bool:
    """Whether nobody knows yet where a metric starts: then nobody knows how far it is (B2)."""
    return isinstance(measure, Metric) and measure.baseline is None


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
