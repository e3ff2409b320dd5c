"""What differs between two moments: cards of a board, and rows of the scores.

Both moments are read as every answer is, so a difference never disagrees with the pages it is of.
Numbers are compared as they are shown, and their change is told in percentage points.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from projections.engine.moment import Moment
from projections.engine.view_store import ViewStore
from projections.okr.scores import scores
from projections.screens.boards import action_board, objective_board

PERCENT: Final = Decimal(100)
CARD_NUMBERS: Final = ("progress", "expected", "confidence")
CARD_WORDS: Final = ("title", "owner_id", "health", "blocked", "due_on", "state")
SCORE_NUMBERS: Final = ("score", "expected", "coverage", "score_if_nothing_dropped", "confidence")
SCORE_WORDS: Final = ("title", "health", "value", "weight")

Item = Mapping[str, Any]
Change = dict[str, Any]


def board_diff(
    store: ViewStore,
    *,
    then: Moment,
    now: Moment,
    cycle_id: str | None = None,
    team_id: str | None = None,
) -> dict[str, Any]:
    """What differs on the objective board of a cycle; without a cycle, on a team's action board.

    Raises:
        ValueError: neither a cycle nor a team.
    """
    if cycle_id is not None:
        before, after = (objective_board(store, cycle_id, team_id, at) for at in (then, now))
    elif team_id is not None:
        before, after = (action_board(store, team_id, at) for at in (then, now))
    else:
        raise ValueError("a board belongs to a cycle or to a team")
    was, stands = dict(_cards(before)), dict(_cards(after))
    titles = {each["key"]: each["title"] for each in (*before["columns"], *after["columns"])}
    both = [(id_, was[id_], stands[id_]) for id_ in stands if id_ in was]
    return {
        **_between(then, now),
        "cycle_id": cycle_id,
        "team_id": team_id,
        "moved": [
            {**_named(card), "from": _column(old, titles), "to": _column(column, titles)}
            for _, (old, _earlier), (column, card) in both
            if old != column
        ],
        "added": [
            {**_named(card), "column": _column(column, titles)}
            for id_, (column, card) in stands.items()
            if id_ not in was
        ],
        "removed": [
            {**_named(card), "column": _column(column, titles)}
            for id_, (column, card) in was.items()
            if id_ not in stands
        ],
        "changed": [
            {**_named(card), **change}
            for _, (_old, earlier), (_new, card) in both
            for change in _changes(earlier, card, CARD_NUMBERS, CARD_WORDS)
        ],
    }


def scores_diff(
    store: ViewStore, *, then: Moment, now: Moment, cycle_id: str, team_id: str | None = None
) -> dict[str, Any]:
    """What differs in the scores of a cycle: teams, objectives and key results."""
    before, after = (scores(store, cycle_id, team_id, at, None) for at in (then, now))
    was = {(row["kind"], row["id"]): row for row in _rows(before)}
    stands = {(row["kind"], row["id"]): row for row in _rows(after)}
    return {
        **_between(then, now),
        "cycle_id": cycle_id,
        "team_id": team_id,
        "score": _number(before.get("score"), after.get("score")),
        "added": [_shown(row) for key, row in stands.items() if key not in was],
        "removed": [_shown(row) for key, row in was.items() if key not in stands],
        "changed": [
            {**_named(row), **change}
            for key, row in stands.items()
            if key in was
            for change in _changes(was[key], row, SCORE_NUMBERS, SCORE_WORDS)
        ],
    }


def _between(then: Moment, now: Moment) -> dict[str, Any]:
    return {
        "from": {"position": then.position, "as_of": then.at},
        "to": {"position": now.position, "as_of": now.at},
        "position": now.position,
    }


def _cards(board: Item) -> Iterator[tuple[str, tuple[str, Item]]]:
    for column in board["columns"]:
        for card in column["cards"]:
            yield card["id"], (column["key"], card)


def _column(key: str, titles: Mapping[str, str]) -> dict[str, str]:
    return {"key": key, "title": titles[key]}


def _named(item: Item) -> dict[str, Any]:
    return {"id": item["id"], "kind": item["kind"], "title": item["title"]}


def _shown(row: Item) -> dict[str, Any]:
    return {**_named(row), "score": row["score"], "health": row["health"]}


# --- the score tree as rows -----------------------------------------------------------------------


def _rows(node: Item) -> Iterator[Item]:
    """Teams, objectives and key results of a score tree, depth first."""
    if node["id"] is not None:
        yield {**node, "kind": "team", "title": node["name"]}
    yield from _objectives(node["objectives"])
    for team in node["teams"]:
        yield from _rows(team)


def _objectives(objectives: Iterable[Item]) -> Iterator[Item]:
    for objective in objectives:
        yield {**objective, "kind": "objective", "score": objective["progress"]}
        for key_result in objective["key_results"]:
            yield {**key_result, "kind": "key_result", "score": key_result["progress"]}


# --- changes --------------------------------------------------------------------------------------


def _changes(
    before: Item, after: Item, numbers: Iterable[str], words: Iterable[str]
) -> Iterator[Change]:
    for name in numbers:
        change = _number(before.get(name), after.get(name))
        if change["from"] != change["to"]:
            yield {"field": name, **change}
    for name in words:
        was, now = (_word(name, item.get(name)) for item in (before, after))
        if was != now:
            yield {"field": name, "from": was, "to": now}


def _word(name: str, value: Any) -> Any:
    """What is compared of a field: that something blocks, and not what it says."""
    return bool(value) if name == "blocked" else value


def _number(before: Decimal | None, after: Decimal | None) -> Change:
    """A share that changed; ``points`` is null when one of the two is."""
    points = None if before is None or after is None else (after - before) * PERCENT
    return {"from": before, "to": after, "points": points}
