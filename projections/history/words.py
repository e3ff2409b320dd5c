"""What a sentence of history is made of: one row, ready to be put into words.

Each view brings a sentence for each of its facts; names come from whoever reads, so nothing here
knows the directory.
"""

import re
from calendar import month_abbr
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

NameOf = Callable[[str], str]
"""A person's id to a name to show."""


class _Erased:
    """What stands for words that nobody can read any more."""

    def __str__(self) -> str:
        return "(these words were erased)"


ERASED: Final = _Erased()
"""In place of somebody's words whose key was destroyed: a sentence says so."""


class Fields(dict[str, Any]):
    """Fields of a row; which of them a sentence has told is remembered."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self.told: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.told.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.told.add(name)
        return super().get(name, default)


@dataclass(frozen=True, slots=True)
class Said:
    """One row of history, ready to be put into words."""

    actor: str
    title: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    says: Mapping[str, Any]
    unit: str
    name: NameOf

    def moved(self, field: str) -> str:
        """``84 → 87.5 %``, or only the new value when there was none."""
        new = shown(self.after.get(field))
        old = self.before.get(field)
        unit = f" {self.unit}" if self.unit else ""
        return f"{new}{unit}" if old is None else f"{shown(old)} → {new}{unit}"

    def now(self, field: str) -> str:
        """The new value: ``87.5 %``."""
        return f"{shown(self.after.get(field))}{f' {self.unit}' if self.unit else ''}"

    def people(self) -> str:
        """``Ada Ndiaye, Jo Berg and 3 more``."""
        names = [self.name(one) for one in self.says.get("people", ())]
        count = self.says.get("count")
        if count and not names:
            return f"{count} people" if count > 1 else "1 person"
        if len(names) > 3:
            return f"{', '.join(names[:2])} and {len(names) - 2} more"
        return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "nobody"


def shown(value: Any) -> str:
    """A value as people read it."""
    match value:
        case None:
            return "–"
        case True:
            return "yes"
        case False:
            return "no"
        case float():
            return f"{value:.15g}"
        case str() if _DAY.fullmatch(value):
            return day(value)
        case list():
            return ", ".join(shown(one) for one in value) or "none"
        case _:
            return str(value).replace("_", " ")


def out_of_ten(share: Any) -> str:
    """Confidence as people say it: ``6/10``."""
    return "–" if share is None else f"{share * 10:.3g}/10"


def quoted(words: Any) -> str:
    """Somebody's own words as a sentence quotes them."""
    return str(words) if words is ERASED else f"“{words}”"


def day(instant: str) -> str:
    """A day, or an instant's in UTC, as people say it: ``3 Dec 2026``."""
    on = date.fromisoformat(instant[:10])
    return f"{on.day} {month_abbr[on.month]} {on.year}"


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


_WEEK: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def week(workdays: Sequence[int]) -> str:
    """``Mon to Fri``, or the days one by one."""
    days = sorted(workdays)
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{_WEEK[days[0]]} to {_WEEK[days[-1]]}"
    return ", ".join(_WEEK[day] for day in days)


def minute(instant: str | None) -> str:
    """An instant to the minute, in UTC."""
    return f"{instant[:16].replace('T', ' ')} UTC" if instant else "–"
