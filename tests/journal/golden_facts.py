"""Writes the golden file of every fact and schema that has none yet.

    python -m tests.journal.golden_facts

A golden file shows how a fact of that type and schema was stored, in as many examples as it takes
to meet every kind of value. Files are never edited and never removed: ``SHA256SUMS`` tells.
"""

import hashlib
import sys
import types
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import orjson
from pydantic import AwareDatetime, BaseModel

from domain.facts import Fact
from domain.things import THINGS

FOLDER = Path(__file__).parent / "golden"
SUMS = FOLDER / "SHA256SUMS"
_INSTANT = datetime(2026, 2, 3, 9, 30, 15, 250000, tzinfo=UTC)


def golden_name(cls: type[Fact]) -> str:
    return f"{cls.TYPE}@{cls.SCHEMA}.json"


def examples(cls: type[Fact]) -> list[Fact]:
    """The least that the fact can hold, then as many full ones as its widest choice has ways."""
    full: dict[str, Fact] = {}
    for n in range(12):
        fact = _model(cls, n, full=True)
        full.setdefault(fact.model_dump_json(), fact)
    return [_model(cls, 0, full=False), *full.values()]


def _model(cls: type[Any], n: int, *, full: bool) -> Any:
    return cls(
        **{
            name: _value(field.annotation, n, name)
            for name, field in cls.model_fields.items()
            if full or field.is_required()
        }
    )


def _value(annotation: Any, n: int, name: str) -> Any:
    annotation = getattr(annotation, "__supertype__", annotation)  # NewType
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(args[0], n, name)
    if origin in (Union, types.UnionType):
        ways = [each for each in args if each is not type(None)]
        return _value(ways[n % len(ways)], n, name)
    if origin is Literal:
        return args[n % len(args)]
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return (_value(args[0], n, name), _value(args[0], n + 1, name))
        return tuple(_value(each, n, name) for each in args)
    if origin is not None and issubclass(origin, dict):
        return {"key": _value(args[1], n, name)}
    return _leaf(annotation, n, name)


def _leaf(annotation: Any, n: int, name: str) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _model(annotation, n, full=True)
    leaves: dict[Any, Any] = {
        str: f"{name} Ω {n}",
        bool: n % 2 == 0,
        int: n + 1,
        float: n + 0.25,
        Decimal: Decimal(n) + Decimal("0.250"),
        datetime: _INSTANT + timedelta(hours=n),
        AwareDatetime: _INSTANT + timedelta(hours=n),
        date: date(2026, 2, 3) + timedelta(days=n),
    }
    if annotation not in leaves:
        raise TypeError(f"no example of {annotation!r} for {name}")
    return leaves[annotation]


def stored_form(facts: Iterable[Fact]) -> bytes:
    """The data of each example as the log stores it, readable line by line."""
    data = [fact.model_dump(mode="json") for fact in facts]
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def recorded_sums() -> dict[str, str]:
    """File name to SHA-256, as it was when the file was written."""
    if not SUMS.exists():
        return {}
    lines = (line.split("  ", 1) for line in SUMS.read_text().splitlines())
    return {name: digest for digest, name in lines}


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    sums = recorded_sums()
    for cls in THINGS.facts.values():
        path = FOLDER / golden_name(cls)
        if path.name not in sums:
            path.write_bytes(stored_form(examples(cls)))
            sums[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
            print(f"new: {path.name}")
    SUMS.write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
