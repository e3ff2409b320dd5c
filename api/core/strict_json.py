"""A strict JSON reader: what a body may be, before anybody looks at what it means.

The standard reader lets through what later breaks a store or a client: ``NaN``, ``1e999``, NUL
and lone surrogates, duplicate keys, nesting deep enough to exhaust the stack. Here
they end as :class:`Unreadable`, whose words never repeat the input. Numbers with a fraction or an
exponent become ``Decimal`` by their decimal text, so 0.1 stays 0.1.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_DIGITS = 15
MAX_MAGNITUDE = 30  # 10**30; wide for any measure, narrow enough for exact fractions

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class Unreadable(ValueError):
    """The bytes are no acceptable JSON text; ``code`` is stable, the message repeats no input."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def read(body: bytes) -> Any:
    """Read one JSON text.

    Returns dicts, lists, str, bool, None, int, and Decimal for numbers that are no integers.
    Raises :class:`Unreadable`.
    """
    _check_depth(body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("unreadable-text", "The body is not UTF-8.") from None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise Unreadable(
            "unreadable-json", f"The body is not JSON: line {error.lineno}, column {error.colno}."
        ) from None
    if "\\u" in text or _FORBIDDEN.search(text):
        _check_text(value)
    return value


def _check_depth(body: bytes) -> None:
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _BRACKETS.findall(body):
        if token in (b"[", b"{"):
            depth += 1
            if depth > MAX_DEPTH:
                raise Unreadable("unreadable-depth", f"Nested deeper than {MAX_DEPTH} levels.")
        elif token in (b"]", b"}"):
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("unreadable-duplicate", "An object names the same field twice.")
    return found


def _integer(text: str) -> int:
    # The length comes first: Python refuses to convert thousands of digits, and it costs squares.
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise Unreadable(
            "unreadable-number", f"A number has more than {MAX_DIGITS} significant digits."
        )
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unreadable("unreadable-number", "A number's exponent is out of range.") from None
    if not number:
        return Decimal(0)
    digits = len(number.as_tuple().digits) - _trailing_zeros(number)
    if digits > MAX_DIGITS:
        raise Unreadable(
            "unreadable-number", f"A number has more than {MAX_DIGITS} significant digits."
        )
    if abs(number.adjusted()) > MAX_MAGNITUDE:
        raise Unreadable(
            "unreadable-number",
            f"A number lies outside 10^-{MAX_MAGNITUDE} to 10^{MAX_MAGNITUDE}.",
        )
    return number


def _trailing_zeros(number: Decimal) -> int:
    digits = number.as_tuple().digits
    count = 0
    for digit in reversed(digits):
        if digit:
            break
        count += 1
    return count


def _constant(_: str) -> NoReturn:
    raise Unreadable("unreadable-number", "A number in JSON is finite.")


def _check_text(value: Any) -> None:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if _FORBIDDEN.search(item):
                raise Unreadable(
                    "unreadable-text", "A text holds a control character or half a surrogate pair."
                )
        elif isinstance(item, dict):
            pending.extend(item.keys())
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
