"""Exact decimals as the numbers of JSON."""

from decimal import Decimal
from typing import Final

_EXACT: Final = 2**53
"""Up to here a reader of JSON keeps every integer; beyond it none can be relied on."""


def json_number(number: Decimal | None) -> int | float | None:
    """The JSON number with the same text: 3 for 3.00, 0.1 for 0.1, 1e25 for 1E+25; None stays."""
    if number is None:
        return None
    whole = number == number.to_integral_value() and abs(number) <= _EXACT
    return int(number) if whole else float(number)
