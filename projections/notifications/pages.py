"""What a person is told, the newest first; what of it was not read; what one follows.

What was read stands on the person's desk in the log, so an answer never lags behind a click.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import and_, func, select, tuple_

from domain.desk.desk import Desk
from domain.desk.inbox import was_read
from journal.directory import Directory
from projections.catalogue import VIEWS
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import Row
from projections.engine.view_store import ViewStore
from projections.history.told import told_at
from projections.notifications import words
from projections.notifications.rows import INTEREST, NOTIFICATION, Name, follows
from projections.obligations.rows import SUBJECT
from projections.okr.objective import CHECK_INS
from projections.view import Views

_C: Final = NOTIFICATION.c


def notifications(
    store: ViewStore,
    directory: Directory,
    person_id: str,
    desk: Desk,
    *,
    moment: Moment,
    views: Views = VIEWS,
    only_unread: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of what a person is told, the newest first, and how much was not read at all."""
    further = [unread_of(desk)] if only_unread else []
    if cursor:
        further.append(_C.position < int(cursor))
    with store.reading() as look:
        found = _rows(look, person_id, moment, *further, limit=limit + 1)
        items = shown(store, look, directory, found[:limit], desk, moment, views)
        unread = unread_count(look, person_id, desk, moment)
    return {
        "items": items,
        "unread": unread,
        "next_cursor": str(found[limit - 1]["position"]) if len(found) > limit else None,
        "position": moment.position,
    }


def mentions(
    store: ViewStore,
    look: Reading,
    directory: Directory,
    person_id: str,
    desk: Desk,
    *,
    moment: Moment,
    views: Views,
    limit: int,
) -> list[dict[str, Any]]:
    """Where a person was mentioned and has not read it, the newest first."""
    named = (_C.kind == "mentioned", unread_of(desk))
    rows = _rows(look, person_id, moment, *named, limit=limit)
    return shown(store, look, directory, rows, desk, moment, views)


def unread_of(desk: Desk) -> Any:
    """The condition that a notification was not read."""
    above = _C.position > desk.read_upto
    if not desk.read_beyond:
        return above
    return and_(above, _C.position.not_in(sorted(desk.read_beyond)))


def unread_count(look: Reading, person_id: str, desk: Desk, moment: Moment) -> int:
    """How many notifications were not read, in one walk along an index.

    None for whoever wants none on the page.
    """
    if not desk.settings.page:
        return 0
    mine = (look.alive(NOTIFICATION, moment), _C.person_id == person_id, unread_of(desk))
    return look.connection.scalar(select(func.count()).where(*mine)) or 0


def oldest_unread(look: Reading, person_id: str, desk: Desk, moment: Moment) -> int | None:
    """The position of the first notification that was not read; None when all were."""
    mine = (look.alive(NOTIFICATION, moment), _C.person_id == person_id, unread_of(desk))
    position: int | None = look.connection.scalar(select(func.min(_C.position)).where(*mine))
    return position


def following(look: Reading, person_id: str, desk: Desk, moment: Moment) -> list[dict[str, Any]]:
    """What a person follows, by choice or by rule; choices are as fresh as the log."""
    held = {(row["kind"], row["id"]): row for row in _interests(look, person_id, moment)}
    chosen = {(one.kind, one.id): choice for one, choice in desk.choices.items()}
    things = [
        name
        for name in {**held, **chosen}
        if chosen.get(name, name in held and follows({**held[name], "chosen": None}))
    ]
    known = subjects(look, moment, things)
    return [
        {
            "kind": kind,
            "id": id_,
            "title": title_of(known, (kind, id_)),
            "because": _because(held.get((kind, id_)), chosen.get((kind, id_))),
        }
        for kind, id_ in things
    ]


def things_of(look: Reading, person_id: str, desk: Desk, moment: Moment) -> tuple[Row, ...]:
    """What a person cares for: a row for each thing that one owns or follows."""
    chosen = {(one.kind, one.id): choice for one, choice in desk.choices.items()}
    return tuple(
        row
        for row in _interests(look, person_id, moment)
        if row["owns"] or chosen.get((row["kind"], row["id"]), follows(row))
    )


def shown(
    store: ViewStore,
    look: Reading,
    directory: Directory,
    rows: Sequence[Row],
    desk: Desk,
    moment: Moment,
    views: Views,
) -> list[dict[str, Any]]:
    """Notifications as they go out; a handful of statements however many there are."""
    told = told_at(store, look, directory, [row["position"] for row in rows], moment, views)
    known = subjects(look, moment, {(row["about_kind"], row["about_id"]) for row in rows})
    return [_item(row, told.get(row["position"]), known, desk, views) for row in rows]


def subjects(look: Reading, moment: Moment, things: Collection[Name]) -> dict[Name, Row]:
    """What is known of things, by name; a check-in goes by its key result."""
    if not things:
        return {}
    c = SUBJECT.c
    homes = _key_results(look, moment, [id_ for kind, id_ in things if kind == "check_in"])
    wanted = {*things, *(("key_result", id_) for id_ in homes.values())}
    rows = look.rows(SUBJECT, moment, tuple_(c.kind, c.id).in_(sorted(wanted)))
    known = {(row["kind"], row["id"]): row for row in rows}
    for check_in_id, key_result_id in homes.items():
        if (whole := known.get(("key_result", key_result_id))) is not None:
            known["check_in", check_in_id] = whole
    return known


def title_of(known: dict[Name, Row], thing: Name) -> str | None:
    """The title of a thing, where it has one."""
    title: str | None = known[thing]["title"] if thing in known else None
    return title


def parent_of(known: dict[Name, Row], thing: Name) -> dict[str, str] | None:
    """What a thing lies in: a check-in in its key result, that in its objective."""
    row = known.get(thing)
    if row is None:
        return None
    if thing[0] == "check_in":
        return {"kind": row["kind"], "id": row["id"]}
    if thing[0] != "objective" and row["objective_id"]:
        return {"kind": "objective", "id": row["objective_id"]}
    kind, _, id_ = (row["within"] or "").partition("/")
    return {"kind": kind, "id": id_} if id_ else None


def _rows(look: Reading, person_id: str, moment: Moment, *further: Any, limit: int) -> list[Row]:
    newest = (_C.position.desc(),)
    return look.rows(
        NOTIFICATION, moment, *further, order_by=newest, limit=limit, person_id=person_id
    )


def _interests(look: Reading, person_id: str, moment: Moment) -> Iterable[Row]:
    return look.rows(INTEREST, moment, person_id=person_id)


def _key_results(look: Reading, moment: Moment, check_ins: Sequence[str]) -> dict[str, str]:
    if not check_ins:
        return {}
    rows = look.rows(CHECK_INS, moment, CHECK_INS.c.check_in_id.in_(sorted(check_ins)))
    return {row["check_in_id"]: row["key_result_id"] for row in rows}


def _because(held: Row | None, choice: bool | None) -> str:
    if choice:
        return "chosen"
    if held is not None and held["owns"]:
        return "owner"
    return "contributor" if held is not None and held["helps"] else "comments"


def _item(
    row: Row, told: dict[str, Any] | None, known: dict[Name, Row], desk: Desk, views: Views
) -> dict[str, Any]:
    thing = (row["about_kind"], row["about_id"])
    title = title_of(known, thing)
    actor = (
        told["actor"]
        if told is not None
        else {"kind": row["actor_kind"], "id": row["actor_id"], "name": None, "on_behalf_of": None}
    )
    return {
        "id": str(row["position"]),
        "kind": row["kind"],
        "text": _text(row, told, title or thing[0].replace("_", " "), actor, views),
        "about": {
            "kind": thing[0],
            "id": thing[1],
            "title": title,
            "parent": parent_of(known, thing),
        },
        "actor": actor,
        "at": row["at"],
        "position": row["position"],
        "asked": row["asked"],
        "count": row["count"],
        "read": was_read(desk, row["position"]),
    }


def _text(
    row: Row, told: dict[str, Any] | None, title: str, actor: dict[str, Any], views: Views
) -> str:
    if row["asked"] is not None:
        return words.round_(row["kind"], title, views.asks.get(row["asked"]), row["count"])
    if row["kind"] == "mentioned":
        return words.mention(words.actor_name(actor), title)
    said = str(told["sentence"]) if told is not None else words.fallback(row["kind"], title)
    return said if row["count"] == 1 else words.and_more(said, row["count"] - 1)
