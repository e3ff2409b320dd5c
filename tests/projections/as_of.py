"""The law of every moment: what a view says about a position is what the facts up to it fold to."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from api.okr.families import family
from domain.okr.alignment import standings
from journal.log import Journal
from projections.cycle import render as cycle_render
from projections.cycle.lists import cycles
from projections.engine.moment import Moment
from projections.engine.view_store import ViewStore
from projections.okr import render as okr_render
from projections.okr.listing import objectives
from projections.okr.lists import objective_board
from projections.okr.scores import score_trend, scores
from projections.okr.states import objectives_at
from projections.people import render as people_render
from projections.people.lists import people, teams

END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)
PAGE = 3


def check_as_of(journal: Journal, views: ViewStore, positions: Iterable[int]) -> None:
    """Lists, boards and scores as of each position equal the folded streams up to it."""
    streams = all_streams(journal)
    for position in positions:
        moment = views.moment(f"@{position}", END_OF_TIME)
        check_objectives(journal, views, position, streams)
        for reader, kind, draw in (
            (cycles, "cycle", cycle_render.cycle),
            (teams, "team", people_render.team),
        ):
            expected = [
                draw(state, version, position)
                for stream in streams
                for state, version in [journal.state(stream, upto=position)]
                if stream.startswith(f"{kind}/") and state.exists
            ]
            assert _by_id(every_page(reader, views, moment)) == _by_id(expected), (kind, position)
        joined = {
            stream.partition("/")[2]
            for stream in streams
            if stream.startswith("person/") and journal.state(stream, upto=position)[1]
        }
        assert {one["id"] for one in every_page(people, views, moment)} == joined, position


def check_objectives(
    journal: Journal,
    views: ViewStore,
    position: int,
    streams: Iterable[str],
    effective_at: datetime | None = None,
) -> None:
    """Lists, boards, scores and trends of objectives as of a position, of what was true then."""
    moment, told = views.moment(f"@{position}", END_OF_TIME), {}
    for stream in streams:
        if not stream.startswith("objective/"):
            continue
        state, version = journal.state(stream, upto=position)
        if state.exists:
            told[state.objective_id] = (state, version)
    with views.reading() as look:
        found = objectives_at(look, moment, equals={})
    assert {each.state.objective_id: (each.state, each.version) for each in found} == told, position
    shown = {}
    for id_, (state, version) in told.items():
        # As the single objective is answered: from the log alone.
        stood = standings(family(journal, [state], position), moment.at, effective_at)[id_]
        shown[id_] = okr_render.objective(state, stood, version, position)
    listed = every_page(partial(objectives, effective_at=effective_at), views, moment)
    assert _by_id(listed) == shown, position
    for cycle_id in {state.cycle_id for state, _ in told.values()}:
        _check_board_and_scores(views, moment, cycle_id, shown, effective_at)


def _check_board_and_scores(
    views: ViewStore,
    moment: Moment,
    cycle_id: str,
    shown: dict[str, dict[str, Any]],
    effective_at: datetime | None,
) -> None:
    board = objective_board(views, cycle_id, None, moment, effective_at)
    cards = {card["id"]: card for column in board["columns"] for card in column["cards"]}
    here = {id_: one for id_, one in shown.items() if one["cycle_id"] == cycle_id}
    assert cards.keys() == {i for i, one in here.items() if one["state"] not in _GONE}
    for id_, card in cards.items():
        for field in ("title", "state", "progress", "expected", "health", "confidence", "version"):
            assert card[field] == here[id_][field], (id_, field)
    tree = scores(views, cycle_id, None, moment, effective_at)
    points = score_trend(views, cycle_id, moment=moment, effective_at=effective_at)["points"]
    for point in points:
        if point["at"] == (effective_at or moment.at):
            assert (point["score"], point["expected"]) == (tree["score"], tree["expected"])
    for node in _nodes(tree):
        plain = {
            **node,
            "key_results": [
                {name: value for name, value in each.items() if name not in _ADDED}
                for each in node["key_results"]
            ],
        }
        assert plain == here[node["id"]], node["id"]


_GONE = ("dropped", "merged")
_ADDED = ("trend", "confidences")


def _nodes(tree: dict[str, Any]) -> Iterable[dict[str, Any]]:
    yield from tree["objectives"]
    for team in tree["teams"]:
        yield from _nodes(team)


def every_page(
    reader: Callable[..., dict[str, Any]], views: ViewStore, moment: Moment
) -> list[Any]:
    """All items of a list, a small page at a time; a page repeats nothing."""
    items: list[Any] = []
    cursor = None
    while True:
        page = reader(views, moment=moment, limit=PAGE, cursor=cursor)
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            assert len({one["id"] for one in items}) == len(items)
            return items
        assert len(page["items"]) == PAGE


def _by_id(items: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {one["id"]: one for one in items}


def all_streams(journal: Journal) -> list[str]:
    """Every stream of the log, in the order they began."""
    found: dict[str, None] = {}
    after = 0
    while batch := journal.tail(after):
        found.update(dict.fromkeys(each.stream for each in batch))
        after = batch[-1].position
    return list(found)
