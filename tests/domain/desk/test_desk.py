"""One's own desk: what one follows, what was read, how one is told, and saved views."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.desk.desk import Desk, NotificationSettings, QuietHours
from domain.desk.following import FollowThing, ThingFollowed, ThingUnfollowed, UnfollowThing
from domain.desk.inbox import (
    MOST_BEYOND,
    ChooseNotificationSettings,
    HomeVisited,
    NotificationSettingsChosen,
    NotificationsRead,
    ReadNotifications,
    VisitHome,
    read,
    was_read,
)
from domain.desk.saved_views import (
    DiscardSavedView,
    EditSavedView,
    SaveView,
    ViewDiscarded,
    ViewReaddressed,
    ViewRenamed,
    ViewSaved,
    ViewStarred,
)
from domain.facts import Actor, Command, Pointer
from domain.people.person import PersonJoined
from tests.domain.specification import given

NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)
ANN = PersonJoined(person_id="ann")
ABOUT = Pointer(kind="objective", id="o1")
VIEW = {"person_id": "ann", "view_id": "v1"}


def wish(command: type[Command], by: str = "ann", **fields: Any) -> Any:
    stamp = {"command_id": "c", "at": NOW, "by": Actor(kind="person", id=by)}
    return command(**stamp, person_id="ann", **fields)


@pytest.mark.parametrize(
    "command",
    [
        wish(FollowThing, "bo", about=ABOUT),
        wish(UnfollowThing, "bo", about=ABOUT),
        wish(ReadNotifications, "bo", upto=3),
        wish(ChooseNotificationSettings, "bo", settings=NotificationSettings(page=False)),
        wish(VisitHome, "bo", position=3),
        wish(SaveView, "bo", view_id="v1", name="Mine", address="/"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_desk_is_its_owners_alone(command: Command):
    given(ANN, PersonJoined(person_id="bo")).when(command).refused("not-yours", kind="forbidden")


def test_one_follows_and_follows_no_more():
    followed = ThingFollowed(person_id="ann", about=ABOUT)
    given(ANN).when(wish(FollowThing, about=ABOUT)).then(followed)
    given(ANN, followed).when(wish(FollowThing, about=ABOUT)).nothing()
    unfollowed = ThingUnfollowed(person_id="ann", about=ABOUT)
    given(ANN).when(wish(UnfollowThing, about=ABOUT)).then(unfollowed)
    given(ANN, followed, unfollowed).when(wish(FollowThing, about=ABOUT)).then(followed)


def test_what_was_read_is_a_position_and_a_few_beyond():
    held = NotificationsRead(person_id="ann", upto=5, positions=(8,))
    given(ANN, held).when(wish(ReadNotifications, positions=(3, 8, 11))).then(
        NotificationsRead(person_id="ann", upto=5, positions=(11,))
    )
    given(ANN, held).when(wish(ReadNotifications, upto=4, positions=(8,))).nothing()
    given(ANN, held).when(wish(ReadNotifications, upto=9)).then(
        NotificationsRead(person_id="ann", upto=9)
    )


def test_the_list_of_what_was_read_one_by_one_has_an_end():
    many = tuple(range(10, 10 + 2 * MOST_BEYOND, 2))
    held = NotificationsRead(person_id="ann", upto=0, positions=many)
    (fact,) = given(ANN, held).when(wish(ReadNotifications, positions=(5_000,))).facts()
    assert isinstance(fact, NotificationsRead)
    desk = read(read(Desk(), held), fact)
    assert len(desk.read_beyond) <= MOST_BEYOND
    assert all(was_read(desk, one) for one in (*many, 5_000))


def test_settings_are_chosen_and_quiet_hours_are_times_of_day():
    quiet = QuietHours(begin="22:00", end="07:00")
    chosen = NotificationSettings(digest="weekly", quiet_hours=quiet)
    given(ANN).when(wish(ChooseNotificationSettings, settings=chosen)).then(
        NotificationSettingsChosen(person_id="ann", settings=chosen)
    )
    given(ANN).when(wish(ChooseNotificationSettings, settings=NotificationSettings())).nothing()
    for begin, end in (("24:00", "07:00"), ("9", "10"), ("07:00", "07:00")):
        wrong = NotificationSettings(quiet_hours=QuietHours(begin=begin, end=end))
        given(ANN).when(wish(ChooseNotificationSettings, settings=wrong)).refused(
            "invalid-quiet-hours", pointer="/quiet_hours"
        )


def test_a_visit_says_how_far_one_has_seen():
    given(ANN).when(wish(VisitHome, position=7)).then(
        HomeVisited(person_id="ann", position=7, visited_at=NOW)
    )


def test_a_view_is_saved_and_each_change_of_it_is_a_fact_of_its_own():
    saved = ViewSaved(**VIEW, name="Mine", address="/objectives?owner=me")
    command = wish(SaveView, view_id="v1", name=" Mine ", address="/objectives?owner=me")
    given(ANN).when(command).then(saved)
    given(ANN, saved).when(command).refused("already-exists")
    given(ANN, saved).when(
        wish(EditSavedView, view_id="v1", name="Ours", address="/objectives", starred=True)
    ).then(
        ViewRenamed(**VIEW, name="Ours"),
        ViewReaddressed(**VIEW, address="/objectives"),
        ViewStarred(**VIEW, starred=True),
    )
    given(ANN, saved).when(wish(EditSavedView, view_id="v1", name="Mine")).nothing()
    given(ANN, saved).when(wish(EditSavedView, view_id="v1", name=" ")).refused(
        "invalid-title", pointer="/name"
    )
    given(ANN, saved).when(wish(DiscardSavedView, view_id="v1")).then(ViewDiscarded(**VIEW))
    given(ANN).when(wish(DiscardSavedView, view_id="v1")).refused("not-found")


def test_so_many_views_are_saved_and_no_more():
    views = [
        ViewSaved(person_id="ann", view_id=f"w{n}", name="Mine", address="/") for n in range(200)
    ]
    given(ANN, *views).when(wish(SaveView, view_id="v1", name="One more", address="/")).refused(
        "too-many-views"
    )
