"""Notifications: what one is told, what of it was read, and where it goes.

Only the page acts so far: e-mail, digest and quiet hours are kept for when there is mail.
"""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, Field
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.fields import AsArray, Request, Text
from api.core.interface import Part
from api.core.reading import Cursor, Limit, Reading, reading
from api.core.shapes import Page, Shape, Thing
from api.core.undo import Undo
from api.core.writing import Write
from api.desk.own import desk_of, own, whose
from domain.desk import desk as domain
from domain.desk.desk import Desk
from domain.desk.inbox import ChooseNotificationSettings, ReadNotifications
from projections.notifications import pages
from projections.notifications.rows import Kind

MOST_IDS: Final = 500


def _position(value: Any) -> Any:
    """The id of a notification is the position of its fact, as a text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18:
        return value
    raise ValueError("the id of a notification is needed")


NotificationId = Annotated[int, BeforeValidator(_position)]


class NotificationsRead(Request):
    """``ids`` are those read one by one; ``upto`` is the id of the last of all that were."""

    ids: Annotated[tuple[NotificationId, ...], AsArray, Field(max_length=MOST_IDS)] = ()
    upto: NotificationId | None = None
    reason: Text | None = None


class NewQuietHours(Request):
    """Local times of day; they may span midnight."""

    begin: Annotated[str, Field(alias="from", max_length=5, examples=["22:00"])]
    end: Annotated[str, Field(alias="to", max_length=5, examples=["07:00"])]


class NewNotificationSettings(Request):
    page: bool = True
    email: bool = False
    digest: Literal["never", "daily", "weekly"] = "never"
    quiet_hours: NewQuietHours | None = None
    reason: Text | None = None


class ToldThing(Thing):
    title: str | None
    parent: Thing | None


class Notification(Shape):
    id: str
    kind: Kind
    text: str
    about: ToldThing
    actor: dict[str, Any]
    at: datetime
    position: int
    read: bool


class Notifications(Page[Notification]):
    unread: int


class UnreadCount(Shape):
    unread: int
    version: int
    position: int


class QuietHours(Shape):
    begin: Annotated[str, Field(alias="from")]
    end: Annotated[str, Field(alias="to")]


class NotificationSettings(Shape):
    page: bool
    email: bool
    digest: Literal["never", "daily", "weekly"]
    quiet_hours: QuietHours | None
    acts: Annotated[list[str], Field(description="The ways that act so far.")]
    version: int
    position: int


router = APIRouter(prefix="/v1/me", tags=["me"], route_class=StrictRoute)

PART: Final = Part(
    router,
    kinds=("desk", "comment", "objective", "action", "obstacle", "cycle", "asked", "team"),
    topics=("notifications",),
)

Asked = Annotated[Reading, reading()]
Mark = Annotated[Write, own(ReadNotifications)]
Choose = Annotated[Write, own(ChooseNotificationSettings)]


@router.get("/notifications", response_model=Notifications)
def list_notifications(
    read: Asked,
    unread: Annotated[bool, Query(description="Only what was not read.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What you are told, the newest first. Nobody is told of their own doing."""
    person_id, desk, _ = desk_of(read)
    services = read.services
    return read.listing(
        cursor,
        lambda moment, start: (
            pages.notifications(
                services.views,
                services.directory,
                person_id,
                desk,
                moment=moment,
                views=services.catalogue,
                only_unread=unread,
                limit=limit,
                cursor=start,
            )
            if person_id is not None
            else {"items": [], "unread": 0, "next_cursor": None, "position": moment.position}
        ),
    )


@router.post("/notifications/read", response_model=UnreadCount)
def read_notifications(body: NotificationsRead, write: Mark) -> Response:
    """Mark notifications as read, one by one or all up to one; without either, all there are."""
    services, person_id = write.services, write.thing_id
    moment = services.views.moment(None, write.at)
    upto = min(body.upto or 0, services.journal.head())
    if body.upto is None and not body.ids:
        upto = services.journal.head()
    positions = tuple(one for one in body.ids if one <= services.journal.head())
    with services.views.reading() as look:
        # What lies below the first that is still unread was read: said as one position, so that
        # the list of single ones stays short.
        after = _read(write.state, upto, positions)
        oldest = pages.oldest_unread(look, person_id, after, moment)
        if positions:
            upto = max(upto, moment.position if oldest is None else oldest - 1)
    command = ReadNotifications(upto=upto, positions=positions, **whose(write, body.reason))
    receipt = write.handle(command, body)
    desk, _ = services.journal.state(f"desk/{person_id}", upto=receipt.position)
    with services.views.reading() as look:
        unread = pages.unread_count(look, person_id, desk, moment)
    return write.respond(receipt, {"unread": unread})


@router.get("/notification-settings", response_model=NotificationSettings)
def get_settings(read: Asked) -> Response:
    """How you want to hear of what concerns you."""
    _, desk, version = desk_of(read)
    return read.thing(_settings(desk), version)


@router.put("/notification-settings", response_model=NotificationSettings)
def choose_settings(body: NewNotificationSettings, write: Choose) -> Response:
    """Choose how to hear of what concerns you. So far only the page acts."""
    quiet = body.quiet_hours
    settings = domain.NotificationSettings(
        page=body.page,
        email=body.email,
        digest=body.digest,
        quiet_hours=None if quiet is None else domain.QuietHours(begin=quiet.begin, end=quiet.end),
    )
    command = ChooseNotificationSettings(settings=settings, **whose(write, body.reason))
    receipt = write.handle(command, body)
    journal, stream = write.services.journal, f"desk/{write.thing_id}"
    desk, _ = journal.state(stream, upto=receipt.position)
    before, _ = journal.state(stream, upto=receipt.position - receipt.facts)
    said = {name: value for name, value in _settings(before).items() if name != "acts"}
    back = Undo(method="PUT", path=f"{router.prefix}/notification-settings", body=said)
    return write.respond(receipt, _settings(desk), undo=back)


def _read(desk: Desk, upto: int, positions: tuple[int, ...]) -> Desk:
    """The desk as if these had been read already."""
    return replace(
        desk,
        read_upto=max(desk.read_upto, upto),
        read_beyond=desk.read_beyond.union(positions),
    )


def _settings(desk: Desk) -> dict[str, Any]:
    settings = desk.settings
    quiet = settings.quiet_hours
    return {
        "page": settings.page,
        "email": settings.email,
        "digest": settings.digest,
        "quiet_hours": None if quiet is None else {"from": quiet.begin, "to": quiet.end},
        "acts": ["page"],
    }
