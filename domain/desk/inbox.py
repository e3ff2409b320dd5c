"""The inbox: which notifications were read, how one wants to hear of them, when one was last here.

Each notification is known by the position of the fact behind it. Somebody who reads from the top
down would leave a list without end, so the list is short: once it holds ``MOST_BEYOND`` positions,
everything before the lowest of them counts as read too.
"""

import re
from dataclasses import replace
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.desk.desk import (
    Desk,
    DeskCommand,
    DeskFact,
    NotificationSettings,
    QuietHours,
    Visit,
    not_yours,
)
from domain.facts import Decision, Refusal
from domain.people.person import Person
from domain.refusals import invalid
from domain.thing import Chapter, on, when

MOST_BEYOND: Final = 500

_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

# --- facts -------------------------------------------------------------------------------------


class NotificationsRead(DeskFact):
    """Those up to ``upto`` and, beyond it, those at ``positions``."""

    TYPE: ClassVar[str] = "desk.notifications-read"
    upto: int
    positions: tuple[int, ...] = ()


class NotificationSettingsChosen(DeskFact):
    TYPE: ClassVar[str] = "desk.notification-settings-chosen"
    settings: NotificationSettings


class HomeVisited(DeskFact):
    """``position`` is how far the home told of the log."""

    TYPE: ClassVar[str] = "desk.home-visited"
    position: int
    visited_at: AwareDatetime


# --- state -------------------------------------------------------------------------------------


def read(state: Desk, fact: NotificationsRead) -> Desk:
    upto = max(state.read_upto, fact.upto)
    beyond = frozenset(one for one in state.read_beyond.union(fact.positions) if one > upto)
    return replace(state, person_id=fact.person_id, read_upto=upto, read_beyond=beyond)


def chosen(state: Desk, fact: NotificationSettingsChosen) -> Desk:
    return replace(state, person_id=fact.person_id, settings=fact.settings)


def visited(state: Desk, fact: HomeVisited) -> Desk:
    return replace(state, person_id=fact.person_id, visit=Visit(fact.visited_at, fact.position))


def was_read(state: Desk, position: int) -> bool:
    """Whether the notification of the fact at ``position`` was read."""
    return position <= state.read_upto or position in state.read_beyond


# --- commands ----------------------------------------------------------------------------------


class ReadNotifications(DeskCommand):
    """Those up to ``upto``, and those at ``positions``."""

    upto: int = 0
    positions: tuple[int, ...] = ()


class ChooseNotificationSettings(DeskCommand):
    settings: NotificationSettings


class VisitHome(DeskCommand):
    position: int


# --- decisions ---------------------------------------------------------------------------------


def decide_read(command: ReadNotifications, state: Desk, person: Person) -> Decision:
    if refusal := not_yours(command, person):
        return refusal
    upto = max(state.read_upto, command.upto)
    beyond = sorted({one for one in (*state.read_beyond, *command.positions) if one > upto})
    if len(beyond) > MOST_BEYOND:
        upto = beyond[-MOST_BEYOND] - 1
    new = tuple(one for one in beyond if one > upto and one not in state.read_beyond)
    if upto == state.read_upto and not new:
        return ()
    return (NotificationsRead(person_id=command.person_id, upto=upto, positions=new),)


def decide_choose(command: ChooseNotificationSettings, state: Desk, person: Person) -> Decision:
    if refusal := not_yours(command, person):
        return refusal
    if refusal := _refuse_quiet_hours(command.settings.quiet_hours):
        return refusal
    if command.settings == state.settings:
        return ()
    return (NotificationSettingsChosen(person_id=command.person_id, settings=command.settings),)


def decide_visit(command: VisitHome, state: Desk, person: Person) -> Decision:  # noqa: ARG001
    return not_yours(command, person) or (
        HomeVisited(person_id=command.person_id, position=command.position, visited_at=command.at),
    )


def _refuse_quiet_hours(quiet: QuietHours | None) -> Refusal | None:
    if quiet is None:
        return None
    if not (_TIME.fullmatch(quiet.begin) and _TIME.fullmatch(quiet.end)):
        detail = "Quiet hours are two times of day, such as 22:00 and 07:00; null means none."
        return invalid("invalid-quiet-hours", detail, "/quiet_hours")
    if quiet.begin == quiet.end:
        detail = "Quiet hours end at another time than they begin; null means none."
        return invalid("invalid-quiet-hours", detail, "/quiet_hours")
    return None


CHAPTER: Final[Chapter[Desk]] = Chapter(
    facts=(
        when(NotificationsRead, read),
        when(NotificationSettingsChosen, chosen),
        when(HomeVisited, visited),
    ),
    commands=(
        on(ReadNotifications, decide_read, Person, permits="write"),
        on(ChooseNotificationSettings, decide_choose, Person, permits="write"),
        on(VisitHome, decide_visit, Person, permits="write"),
    ),
)
