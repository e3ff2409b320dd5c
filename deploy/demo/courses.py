"""How the readings of a demo key result run through a quarter: one reading a week.

Nothing here computes a score; these are only the numbers that the people of the demo read off.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

WEEKS = 13

Notes = Mapping[tuple[str, int, int], str]
"""What is said with a check-in, by objective, number of the key result and week."""

Course = Callable[[int, Random], Mapping[str, Any] | None]
"""Week (1..13) to the body of a reading, or None when there is nothing to read that week."""


@dataclass(frozen=True)
class KeyResultPlan:
    """A key result of the demo: its title, its measure as the API takes it, its course."""

    title: str
    measure: Mapping[str, Any]
    course: Course
    weight: int = 1


def towards(
    title: str,
    kind: str,
    baseline: str,
    target: str,
    ends: str,
    unit: str | None = None,
    weight: int = 1,
) -> KeyResultPlan:
    """A metric that runs from ``baseline`` to ``ends``, unevenly, as real ones do."""
    start, end = Decimal(baseline), Decimal(ends)
    step = Decimal(1).scaleb(min(_exponent(baseline), _exponent(target), _exponent(ends)))

    def course(week: int, chance: Random) -> dict[str, Decimal]:
        share = Decimal(week) / WEEKS
        wobble = Decimal(chance.uniform(-0.035, 0.035)) if week < WEEKS else Decimal(0)
        return {"value": (start + (end - start) * (share + wobble)).quantize(step)}

    measure = {"kind": kind, "baseline": baseline, "target": target, "unit": unit}
    return KeyResultPlan(title, measure, course, weight)


def within(
    title: str,
    kind: str,
    values: Sequence[str],
    method: str = "hit_rate",
    unit: str | None = None,
    **bounds: str,
) -> KeyResultPlan:
    """A threshold to hold; ``values`` are read week by week, the last one again when they end."""

    def course(week: int, _chance: Random) -> dict[str, Decimal]:
        return {"value": Decimal(values[min(week, len(values)) - 1])}

    return KeyResultPlan(title, {"kind": kind, "method": method, "unit": unit, **bounds}, course)


def steps(title: str, *milestones: tuple[str, int]) -> KeyResultPlan:
    """Milestones with the week in which each is done (0: never)."""
    names = [name for name, _ in milestones]

    def course(week: int, _chance: Random) -> dict[str, tuple[int, ...]]:
        return {"done": tuple(i for i, (_, by) in enumerate(milestones) if by and by <= week)}

    return KeyResultPlan(title, {"kind": "milestones", "titles": names}, course)


def launch(title: str, week_done: int | None) -> KeyResultPlan:
    """Done or not done."""

    def course(week: int, _chance: Random) -> dict[str, bool]:
        return {"done": week_done is not None and week >= week_done}

    return KeyResultPlan(title, {"kind": "binary"}, course)


def percentage(title: str, ends: int) -> KeyResultPlan:
    """A share in per cent, from 0 up to ``ends``."""

    def course(week: int, _chance: Random) -> dict[str, Decimal]:
        return {"value": Decimal(round(ends * week / WEEKS))}

    return KeyResultPlan(title, {"kind": "percentage"}, course)


def zoned(
    title: str, fail: str, commit: str, target: str, stretch: str, *climb: str
) -> KeyResultPlan:
    """Ordinal zones; ``climb`` names the zone reached in weeks 1-4, 5-8, 9-11 and 12-13."""

    def course(week: int, _chance: Random) -> dict[str, str]:
        return {"zone": climb[0 if week < 5 else 1 if week < 9 else 2 if week < 12 else 3]}

    measure = {
        "kind": "zones",
        "fail": fail,
        "commit": commit,
        "target": target,
        "stretch": stretch,
    }
    return KeyResultPlan(title, measure, course)


def baseline(title: str, found_in_week: int, value: str, unit: str, *later: str) -> KeyResultPlan:
    """Nobody knows the number yet; measuring it once is the result.

    ``later`` are the readings of the weeks after it, the last one again when they end.
    """
    values = (value, *later)

    def course(week: int, _chance: Random) -> dict[str, Decimal] | None:
        since = week - found_in_week
        return {"value": Decimal(values[min(since, len(values) - 1)])} if since >= 0 else None

    return KeyResultPlan(title, {"kind": "establish_baseline", "unit": unit}, course)


def _exponent(text: str) -> int:
    exponent = Decimal(text).as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
