"""Who is who in the demo, and how one of them gives a command at a moment of the story."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from deploy.demo import company
from domain.facts import Actor, Command
from journal.ids import derived_id, new_id

ZONE = "Europe/Berlin"

C = TypeVar("C", bound=Command)


@dataclass(frozen=True)
class Step:
    """At ``at`` (UTC) somebody gives commands; made only then, since some read the log first.

    ``together``: in one transaction, all of them or none.
    """

    at: datetime
    commands: Callable[[], Iterable[Command]]
    together: bool = False


@dataclass(frozen=True)
class StandIn:
    """``who`` does from ``since`` on what was ``instead_of``'s to do; for good without ``until``."""

    who: str
    instead_of: str
    since: datetime
    until: datetime | None = None


@dataclass
class Cast:
    """The ids of everybody and everything the story speaks of; ``born`` dates those ids."""

    born: datetime
    stand_ins: tuple[StandIn, ...] = ()
    people: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people = {m.key: new_id(self.born) for m in company.PEOPLE}
        self.teams = {t.key: new_id(self.born) for t in company.TEAMS}
        self.leads = {m.team: m.key for m in company.PEOPLE if m.role == "lead"}

    def id(self, *name: str, at: datetime | None = None) -> str:
        """The id of the thing the story calls ``name``; made at its first mention."""
        key = "/".join(name)
        if key not in self.named:
            self.named[key] = new_id(at or self.born)
        return self.named[key]

    def acting(self, who: str, at: datetime) -> str:
        """Who does at ``at`` what is ``who``'s to do: mostly they themselves."""
        for one in self.stand_ins:
            if one.instead_of == who and one.since <= at and (one.until is None or at < one.until):
                return one.who
        return who

    def reviewer(self, team: str) -> str:
        """Who answers a team's proposals: the lead one level up; at the top its own lead."""
        parent = {t.key: t.parent for t in company.TEAMS}[team]
        return self.leads[parent or team]

    def colleagues(self, team: str) -> tuple[str, ...]:
        """The members of a team, lead first."""
        members = [m for m in company.PEOPLE if m.team == team]
        return tuple(m.key for m in sorted(members, key=lambda m: m.role != "lead"))

    def give(self, wanted: type[C], who: str, at: datetime, /, **fields: Any) -> C:
        """A command of ``who``. Its id derives from its content: playing twice asks twice the same."""
        wish = wanted.model_validate(
            {
                "command_id": "",
                "at": at,
                "by": Actor(kind="person", id=self.people[who]),
                **fields,
            }
        )
        return wish.model_copy(
            update={"command_id": derived_id("demo", wanted.__name__, wish.model_dump_json())}
        )


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant of a wall-clock time in the company's zone, in UTC."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)


def working_day(day: date) -> date:
    """``day``, or the Monday after it."""
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day
