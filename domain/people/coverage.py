"""Coverage of a lean team: which departments and levels it represents, and which it misses.

Improvement across a value stream needs people of every department and level that it crosses.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.people.team import Team


@dataclass(frozen=True, slots=True)
class Cover:
    """Names in alphabetical order."""

    represented: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    departments: Cover
    levels: Cover


def coverage(team: Team, departments: Iterable[str], levels: Iterable[str]) -> Coverage:
    """What ``team`` covers of the organisation's ``departments`` and ``levels``."""
    members = team.members.values()
    return Coverage(
        _cover({one.department for one in members if one.department}, departments),
        _cover({one.level for one in members if one.level}, levels),
    )


def _cover(represented: set[str], wanted: Iterable[str]) -> Cover:
    return Cover(tuple(sorted(represented)), tuple(sorted(set(wanted) - represented)))
