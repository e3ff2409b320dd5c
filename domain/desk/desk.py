"""A person's desk: what is one's own and nobody else's work: follows, what was read, saved views.

One stream a person, told in chapters. Nothing on it grows without end: what was read is kept as a
position with a few exceptions above it, and of visits only the last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from domain.facts import Command, Fact, Pointer, Refusal, Value
from domain.ids import PersonId, SavedViewId
from domain.people.person import Person
from domain.refusals import not_found

Digest = Literal["never", "daily", "weekly"]


class QuietHours(Value):
    """Local times of day, ``22:00``, between which nothing is sent; they may span midnight."""

    begin: str
    end: str


class NotificationSettings(Value):
    """Where notifications go. So far only ``page`` acts: nothing is sent by mail yet."""

    page: bool = True
    email: bool = False
    digest: Digest = "never"
    quiet_hours: QuietHours | None = None


class DeskFact(Fact):
    person_id: PersonId

    @property
    def stream(self) -> str:
        return f"desk/{self.person_id}"


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Visit:
    """The last look at one's home: when, and the position of the log that it showed."""

    at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class SavedView:
    """A page with its filters, by the address that shows it."""

    name: str
    address: str
    starred: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """``choices`` say of things whether their owner chose to follow them; what nothing is said of
    is followed by rule: what one owns, comments on or is mentioned in.

    Notifications up to ``read_upto`` were read, and those at the positions ``read_beyond``.
    """

    person_id: PersonId | None = None
    choices: Mapping[Pointer, bool] = field(default_factory=dict)
    read_upto: int = 0
    read_beyond: frozenset[int] = frozenset()
    settings: NotificationSettings = field(default_factory=NotificationSettings)
    visit: Visit | None = None
    views: Mapping[SavedViewId, SavedView] = field(default_factory=dict)


INITIAL = Desk()

# --- commands ----------------------------------------------------------------------------------


class DeskCommand(Command):
    """Any wish about a desk; only whose it is sends one."""

    person_id: PersonId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"desk/{self.person_id}", f"person/{self.person_id}")


def not_yours(command: DeskCommand, person: Person) -> Refusal | None:
    """Why this desk is not for whoever sends ``command``, or None."""
    if not person.exists:
        return not_found("person", command.person_id)
    if command.by.kind != "person" or command.by.id != command.person_id:
        return Refusal("not-yours", "This is somebody else's.", kind="forbidden")
    return None
