"""Exact decimals as the numbers of JSON, and how scores are rounded."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.okr.rollup import display

_EXACT: Final = 2**53
"""Up to here a reader of JSON keeps every integer; beyond it none can be relied on."""


def json_number(number: Decimal | None) -> int | float | None:
    """The JSON number with the same text: 3 for 3.00, 0.1 for 0.1, 1e25 for 1E+25; None stays."""
    if number is None:
        return None
    whole = number == number.to_integral_value() and abs(number) <= _EXACT
    return int(number) if whole else float(number)


def rounded(number: Fraction | Decimal | None) -> Decimal | None:
    """A 0..1 number at four digits, half up; None stays None."""
    return None if number is None else display(number)
