"""Rolling scores and health up: weighted means, weights in per cent, one rounding (RULES B3)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Literal, TypeVar, assert_never

from domain.okr.pace import Health

Number = Fraction | Decimal | int
Mode = Literal["key_results", "children", "both"]
StatusRollup = Literal["worst", "mean"]
Voter = TypeVar("Voter")

NO_PARTS = "nothing to roll up"
NO_WEIGHT = "the weights add to 0"

# Worst first. A pending or outdated part keeps a whole from being green: nobody knows yet.
_SEVERITY: tuple[Health, ...] = (
    "missed",
    "at_risk",
    "outdated",
    "lagging",
    "pending",
    "on_track",
    "achieved_late",
    "achieved",
)
_POINTS: dict[Health, int] = {
    "achieved": 100,
    "achieved_late": 80,
    "on_track": 80,
    "lagging": 30,
    "outdated": 30,
    "at_risk": 10,
    "missed": 10,
}


def mean(pairs: Iterable[tuple[Number, Fraction | None]]) -> Fraction | None:
    """``sum(w s) / sum(w)`` over (weight, score) pairs; scores of None do not vote.

    None when the weights add to 0, never 0 (``no_mean_reason`` says why). Raises ValueError on a
    negative weight, which every command refuses.
    """
    # Sums over a common denominator: reducing a fraction at every step is what makes exact slow.
    total, total_parts, weighed, weighed_parts = 0, 1, 0, 1
    for weight, score in pairs:
        if weight < 0:
            raise ValueError("a weight is 0 or more")
        if score is None:
            continue
        count, parts = weight.as_integer_ratio()
        common = lcm(total_parts, parts)
        total = total * (common // total_parts) + count * (common // parts)
        total_parts = common
        parts *= score.denominator
        common = lcm(weighed_parts, parts)
        weighed = weighed * (common // weighed_parts) + count * score.numerator * (common // parts)
        weighed_parts = common
    return Fraction(weighed * total_parts, weighed_parts * total) if total else None


def no_mean_reason(pairs: Iterable[tuple[Number, Fraction | None]]) -> str | None:
    """Why ``mean`` of the same pairs is None; None when it is a number."""
    votes = [weight for weight, score in pairs if score is not None]
    if not votes:
        return NO_PARTS
    return None if any(votes) else NO_WEIGHT


def voters(
    own: Sequence[Voter],
    children: Sequence[Voter],
    mode: Mode,
    score: Callable[[Voter], Fraction | None],
) -> list[Voter]:
    """Whose votes make a whole: its own parts', its children's, or both (RULES B3).

    When the side that ``mode`` names has no ``score`` to tell, the other one speaks: a leaf has
    only its own parts, and what has no parts of its own is what its children make of it.
    """
    match mode:
        case "both":
            return [*own, *children]
        case "key_results":
            first, second = own, children
        case "children":
            first, second = children, own
        case _:
            assert_never(mode)
    silent = all(score(each) is None for each in first)
    return list(second if silent and second else first)


def half_up(number: Fraction | Decimal, places: int) -> Decimal:
    """``number`` rounded half up (away from zero) in decimal."""
    count, parts = number.as_integer_ratio()
    whole = (2 * abs(count) * 10**places + parts) // (2 * parts)
    return Decimal(f"{'-' if count < 0 and whole else ''}{whole}E-{places}")


def display(number: Fraction | Decimal, places: int = 4) -> Decimal:
    """``number`` as it is shown: half up, but no miss is hidden by rounding (RULES B2).

    What is below 1 never shows as 1, what is above 0 never as 0, nor what is below it: the last
    digit gives way.
    """
    shown, digit = half_up(number, places), Decimal(f"1E-{places}")
    if shown == 1 and number < 1:
        return 1 - digit
    if shown == 0 and number != 0:
        return digit if number > 0 else -digit
    return shown


def largest_remainder(weights: Sequence[Number], total: int = 100) -> tuple[int, ...]:
    """Whole percentages of ``weights`` that add to ``total``; all 0 when the weights are.

    Equal remainders go to the earlier weight.
    """
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = lcm(*(parts for _, parts in ratios))
    counts = [count * (common // parts) for count, parts in ratios]
    whole = sum(counts)
    if not whole:
        return (0,) * len(counts)
    shares = [divmod(count * total, whole) for count in counts]
    missing = total - sum(floor for floor, _ in shares)
    by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
    raised = set(by_remainder[:missing])
    return tuple(floor + (i in raised) for i, (floor, _) in enumerate(shares))


def drop_gain(score: Fraction | None, if_nothing_dropped: Fraction | None) -> Fraction | None:
    """What dropping key results did to the score; None when one of the two is unknown."""
    if score is None or if_nothing_dropped is None:
        return None
    return score - if_nothing_dropped


@dataclass(frozen=True, slots=True)
class Status:
    """The health of a part or a whole, and the status points it stands for, unrounded.

    ``points`` is None where there is none to tell: pending or closed.
    """

    health: Health
    points: Fraction | None


def status_of(health: Health) -> Status:
    """The status of a part that has no parts itself (RULES B3).

    Achieved is 100 points, on track or achieved late 80, lagging or outdated 30, at risk or missed
    10.
    """
    points = _POINTS.get(health)
    return Status(health, None if points is None else Fraction(points))


def roll_up_status(parts: Sequence[Status], policy: StatusRollup = "worst") -> Status:
    """Status of a whole: its worst part, or the mean of status points (RULES B3).

    A whole hands its mean on unrounded, so a team's is read back from its objectives' means and not
    from the words that these were rounded to.
    """
    points = [each.points for each in parts if each.points is not None]
    average = sum(points, Fraction(0)) / len(points) if points else None
    health = _rolled_up([each.health for each in parts], average, policy)
    return Status(health, average)


def roll_up_health(parts: Sequence[Health], policy: StatusRollup = "worst") -> Health:
    """Health of a whole whose parts have no parts themselves."""
    return roll_up_status([status_of(each) for each in parts], policy).health


def _rolled_up(parts: Sequence[Health], average: Fraction | None, policy: StatusRollup) -> Health:
    """The mean is read back to the nearest status, half-way up."""
    voting = [part for part in parts if part != "closed"]
    if not voting:
        return "closed" if parts else "pending"
    if policy == "worst":
        return min(voting, key=_SEVERITY.index)
    if average is None:
        return "pending"
    if set(voting) <= {"achieved", "achieved_late", "missed"}:
        if "missed" in voting:
            return "missed"
        return "achieved" if average == 100 else "achieved_late"
    if average >= 55:
        # A part that nobody has reported on is never green (RULES B1).
        return "pending" if "pending" in voting else "on_track"
    return "lagging" if average >= 20 else "at_risk"
