"""Home: what one person owes, is asked to agree to, was told, missed, and works at.

Everything is found by the person or by ids that the person's own rows name, so it costs by what one
person has, never by how large the company is.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from domain.desk.desk import Desk
from domain.okr.alignment import standings
from journal.directory import Directory
from projections.catalogue import VIEWS
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.history.told import latest_about, told_at
from projections.lean import action, obstacle, render
from projections.lean.action import ACTION
from projections.lean.obstacle import OBSTACLE
from projections.notifications import pages
from projections.obligations.pages import owed_by
from projections.okr.families import family
from projections.okr.lists import blocks_of, card
from projections.okr.objective import OBJECTIVES
from projections.okr.states import objectives_at, told
from projections.people.owned import OPEN_ACTIONS, OPEN_OBSTACLES
from projections.talk.lists import counts
from projections.view import Views

CHANGES: Final = 50
MENTIONS: Final = 20
CARDS: Final = 50
OBJECTIVE_CARDS: Final = 12
"""So many of each are shown; whoever wants all of them goes to the list. Objectives are fewer, for
their scores are made when they are read: they cost more than all the rest.
"""

_UNFINISHED: Final = ("draft", "proposed", "agreed", "active")
_Names = Collection[tuple[str, str]]


def home(
    store: ViewStore,
    directory: Directory,
    person_id: str,
    desk: Desk,
    *,
    moment: Moment,
    views: Views = VIEWS,
) -> dict[str, Any]:
    """The home of a person, in one look at the views."""
    with store.reading() as look:
        owed = owed_by(look, person_id, moment, views=views)
        things = pages.things_of(look, person_id, desk, moment)
        owned = [(row["kind"], row["id"]) for row in things if row["owns"]]
        return {
            "position": moment.position,
            "last_visit_at": desk.visit and desk.visit.at,
            "owed": {"count": owed.count, "overdue": owed.overdue, "items": owed.items},
            "approvals": _approvals(look, owed.items, moment),
            "mentions": pages.mentions(
                store, look, directory, person_id, desk,
                moment=moment, views=views, limit=MENTIONS,
            ),
            "unread": pages.unread_count(look, person_id, desk, moment),
            "changed_since_last_visit": _changes(
                store, look, directory, person_id, desk, [row["id"] for row in things],
                moment, views,
            ),
            "mine": _mine(look, owned, moment),
        }  # fmt: skip


def empty(moment: Moment) -> dict[str, Any]:
    """The home of nobody in particular."""
    return {
        "position": moment.position,
        "last_visit_at": None,
        "owed": {"count": 0, "overdue": 0, "items": []},
        "approvals": [],
        "mentions": [],
        "unread": 0,
        "changed_since_last_visit": [],
        "mine": {"objectives": [], "actions": [], "obstacles": []},
    }


def _approvals(
    look: Reading, owed: Sequence[dict[str, Any]], moment: Moment
) -> list[dict[str, Any]]:
    """Proposals that wait for this person's answer, and answers that wait for the owner's."""
    asked = {each["about"]["id"]: each for each in owed if each["asked"] in ("answer", "agreement")}
    if not asked:
        return []
    c = OBJECTIVES.c
    found = objectives_at(look, moment, c.objective_id.in_(sorted(asked)), equals={})
    waiting = [
        each.state
        for each in found
        if asked[each.state.objective_id]["asked"] == "answer" or each.state.countered is not None
    ]
    return [
        {
            "kind": "objective",
            "id": state.objective_id,
            "title": state.title,
            "team_id": state.team_id,
            "move": "accept",
            "since": asked[state.objective_id]["since_at"],
            "due_at": asked[state.objective_id]["due_at"],
        }
        for state in waiting
    ]


def _changes(
    store: ViewStore,
    look: Reading,
    directory: Directory,
    person_id: str,
    desk: Desk,
    ids: Collection[str],
    moment: Moment,
    views: Views,
) -> list[dict[str, Any]]:
    """What others did, since the last visit, to what this person owns or follows."""
    seen = 0 if desk.visit is None else desk.visit.position
    positions = latest_about(look, moment, ids, after=seen, not_by=person_id, limit=CHANGES)
    items = told_at(store, look, directory, positions, moment, views)
    shown = ("position", "at", "actor", "sentence", "about")
    return [{name: items[one][name] for name in shown} for one in positions if one in items]


def _mine(look: Reading, owned: _Names, moment: Moment) -> dict[str, Any]:
    """Cards of what this person owns and has not finished, each with how much was said about it."""
    ids: dict[str, list[str]] = {"objective": [], "action": [], "obstacle": []}
    for kind, id_ in owned:
        if kind in ids:
            ids[kind].append(id_)
    a, o = ACTION.c, OBSTACLE.c
    actions = (
        look.rows(
            ACTION, moment, a.action_id.in_(ids["action"]), a.status.in_(OPEN_ACTIONS),
            order_by=(a.due_on.is_(None), a.due_on, a.opened_at_position), limit=CARDS,
        )
        if ids["action"]
        else []
    )  # fmt: skip
    obstacles = (
        look.rows(
            OBSTACLE, moment, o.obstacle_id.in_(ids["obstacle"]), o.status.in_(OPEN_OBSTACLES),
            order_by=(o.raised_at_position,), limit=CARDS,
        )
        if ids["obstacle"]
        else []
    )  # fmt: skip
    mine = {
        "objectives": _cards(look, ids["objective"], moment),
        "actions": [
            render.action(action.STORED.read(look.states, row), row["version"], moment.position)
            for row in actions
        ],
        "obstacles": [
            render.obstacle(obstacle.STORED.read(look.states, row), row["version"], moment.position)
            for row in obstacles
        ],
    }
    kinds = {"objectives": "objective", "actions": "action", "obstacles": "obstacle"}
    named = {(kinds[name], one["id"]): one for name, shown in mine.items() for one in shown}
    said = counts(look, moment, named)
    for thing, shown in named.items():
        shown["comments"] = said.get(thing, 0)
    return mine


def _cards(look: Reading, ids: Sequence[str], moment: Moment) -> list[dict[str, Any]]:
    """Those that are worked at first, then those that are agreed on; the latest drafted first."""
    c = OBJECTIVES.c
    newest = (c.status != "active", c.drafted_at_position.desc())
    rows = (
        look.rows(
            OBJECTIVES, moment, c.objective_id.in_(ids), c.status.in_(_UNFINISHED),
            order_by=newest, limit=OBJECTIVE_CARDS,
        )
        if ids
        else []
    )  # fmt: skip
    objectives = told(look, moment, rows)
    if not objectives:
        return []
    related = family(look, moment, objectives)
    stood, frames = standings(related, moment.at), related.frames
    blocks = blocks_of(look, moment, (each.state for each in objectives))
    return [
        card(each, stood[each.state.objective_id], frames[each.state.cycle_id], moment.at, blocks)
        for each in objectives
        if each.state.cycle_id in frames
    ]
