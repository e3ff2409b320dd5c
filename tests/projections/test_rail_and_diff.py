"""The time rail of a cycle, the fact next door, and what differs between two moments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from domain.cycle.calendar import local_date
from projections.engine.moment import Moment
from projections.okr.scores import scores
from projections.screens.boards import action_board, objective_board
from projections.screens.diff import board_diff, scores_diff
from projections.screens.timeline import neighbours, timeline
from tests.projections import quarter
from tests.projections.stage import Stage, staged


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("played")) as stage:
        quarter.play(stage)
        yield stage


# --- the rail -------------------------------------------------------------------------------------


def test_the_rail_goes_from_the_first_phase_to_the_last_in_whole_local_days(played: Stage):
    rail = timeline(played.views, "q1", played.moment())
    assert rail is not None
    assert rail["starts_at"] == datetime(2025, 12, 3, 23, tzinfo=UTC)
    assert [phase["name"] for phase in rail["phases"]] == [
        "draft", "align", "commit", "run", "grade", "learn",
    ]  # fmt: skip
    ends_at = max(phase["ends_at"] for phase in rail["phases"])
    assert ends_at <= rail["ends_at"] < ends_at + timedelta(days=1)
    assert rail["ends_at"].hour == 22  # midnight in summer time


def test_a_bucket_counts_the_facts_of_its_local_day(played: Stage):
    rail = timeline(played.views, "q1", played.moment())
    facts = played.journal.tail(0, 1000)
    days = [local_date(fact.recorded_at, "Europe/Berlin") for fact in facts]
    assert rail is not None
    buckets = rail["buckets"]
    assert [bucket["on"] for bucket in buckets] == [
        date(2025, 12, 4) + timedelta(days=n) for n in range(len(buckets))
    ]
    for bucket in buckets:
        assert bucket["count"] == days.count(bucket["on"]), bucket
        assert bucket["last_position"] == sum(day <= bucket["on"] for day in days), bucket


def test_the_rail_of_the_past_ends_on_that_day(played: Stage):
    moment = played.moment(43.5)
    rail = timeline(played.views, "q1", moment)
    assert rail is not None
    assert rail["buckets"][-1]["on"] == local_date(moment.at, "Europe/Berlin")
    assert rail["buckets"][-1]["last_position"] == moment.position
    assert timeline(played.views, "q2", moment) is None


def test_a_cycle_that_has_not_started_has_its_own_dates(played: Stage):
    rail = timeline(played.views, "q2", played.moment(played.day - 5))
    assert rail is not None
    assert rail["phases"] == []
    assert rail["starts_at"] == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert rail["ends_at"] == datetime(2026, 6, 30, 22, tzinfo=UTC)


def test_stepping_back_and_forth_walks_through_every_fact(played: Stage):
    head = played.journal.head()
    assert neighbours(played.views, moment=played.moment()) == {
        "position": head, "previous": head - 1, "next": None,
    }  # fmt: skip
    at = played.moment(position=5)
    assert neighbours(played.views, moment=at)["previous"] == 4
    assert neighbours(played.views, moment=at)["next"] == 6
    first = played.moment(position=1)
    assert neighbours(played.views, moment=first)["previous"] is None
    assert neighbours(played.views, moment=played.moment(position=0))["next"] == 1


def test_stepping_within_a_cycle_passes_over_facts_of_another(played: Stage):
    facts = played.journal.tail(0, 1000)
    (planned,) = [f.position for f in facts if f.type == "cycle.cycle-planned"
                  and f.stream == "cycle/q2"]  # fmt: skip
    step = neighbours(played.views, moment=played.moment(position=planned - 1), cycle_id="q1")
    # The next one is the objective of q1 that is carried over; what it becomes in q2, and what that
    # supports, is not.
    assert step["next"] == planned + 1
    step = neighbours(played.views, moment=played.moment(position=planned + 1), cycle_id="q1")
    assert step["next"] == planned + 7
    assert step["previous"] == planned - 1
    step = neighbours(played.views, moment=played.moment(position=planned + 3), cycle_id="q1")
    assert step["previous"] == planned - 1


# --- differences ----------------------------------------------------------------------------------


def test_a_board_differs_by_what_moved_came_and_went(played: Stage):
    then, now = played.moment(11.5), played.moment(45)
    found = board_diff(played.views, then=then, now=now, cycle_id="q1")
    assert found["from"] == {"position": then.position, "as_of": then.at}
    assert found["to"] == {"position": now.position, "as_of": now.at}
    assert {(m["id"], m["from"]["key"], m["to"]["key"]) for m in found["moved"]} == {
        ("o1", "agreed", "active"), ("o2", "agreed", "active"), ("o5", "agreed", "active"),
    }  # fmt: skip
    assert found["added"] == found["removed"] == []
    (progress,) = [
        change for change in found["changed"]
        if (change["id"], change["field"]) == ("o1", "expected")
    ]  # fmt: skip
    assert progress["from"] != progress["to"]


def test_a_board_differs_by_what_is_new_and_what_left(played: Stage):
    before_any, with_all = played.moment(9), played.moment(position=34)
    added = board_diff(played.views, then=before_any, now=with_all, cycle_id="q1")["added"]
    assert [(card["id"], card["column"]["key"]) for card in added] == [
        (f"o{n}", "draft") for n in range(1, 6)
    ]
    removed = board_diff(played.views, then=with_all, now=before_any, cycle_id="q1")["removed"]
    assert [card["id"] for card in removed] == [card["id"] for card in added]
    gone = board_diff(played.views, then=with_all, now=played.moment(11.5), cycle_id="q1")
    assert {card["id"] for card in gone["removed"]} == {"o3", "o4"}


def test_an_action_board_differs_too(played: Stage):
    found = board_diff(
        played.views, then=played.moment(55.5), now=played.moment(58.5), team_id="ops"
    )
    assert [(m["id"], m["from"]["title"], m["to"]["title"]) for m in found["moved"]] == [
        ("clean", "Open", "Doing"), ("spare", "Open", "Doing"),
    ]  # fmt: skip
    changes = {(c["id"], c["field"]): (c["from"], c["to"]) for c in found["changed"]}
    assert changes["clean", "blocked"] == (False, True)
    assert changes["clean", "state"] == ("open", "doing")


def test_scores_differ_in_percentage_points(played: Stage):
    then, now = played.moment(42), played.moment(50.5)
    found = scores_diff(played.views, then=then, now=now, cycle_id="q1")
    changes = {(c["kind"], c["id"], c["field"]): c for c in found["changed"]}
    late = changes["key_result", "late", "score"]
    # 9 down to 2: at 6 three sevenths of the way; nothing was read before.
    assert (late["from"], late["to"], late["points"]) == (0, Decimal("0.4286"), Decimal("42.86"))
    assert changes["key_result", "late", "value"]["to"] == 6
    whole = scores(played.views, "q1", None, now)["score"]
    assert found["score"]["to"] == whole
    assert changes["team", "company", "score"]["to"] == whole
    assert changes["objective", "o1", "score"]["points"] > 0


def test_a_moment_does_not_differ_from_itself(played: Stage):
    moment = played.moment(60)
    for cycle_id in ("q1", None):
        found = board_diff(played.views, then=moment, now=moment, cycle_id=cycle_id, team_id="ops")
        assert [found[name] for name in ("moved", "added", "removed", "changed")] == [[]] * 4
    found = scores_diff(played.views, then=moment, now=moment, cycle_id="q1")
    assert found["added"] == found["removed"] == found["changed"] == []
    assert found["score"]["points"] in (0, None)


def test_a_difference_is_that_of_the_two_boards(played: Stage):
    days = (1, 11.5, 45, 60, 90, 130)
    for first, second in product(days, days):
        then, now = played.moment(first), played.moment(second)
        for where in ({"cycle_id": "q1"}, {"team_id": "ops"}):
            was, stands = (places(played, at, **where) for at in (then, now))
            found = board_diff(played.views, then=then, now=now, **where)
            assert {card["id"] for card in found["added"]} == stands.keys() - was.keys()
            assert {card["id"] for card in found["removed"]} == was.keys() - stands.keys()
            moved = {id_ for id_ in was.keys() & stands.keys() if was[id_] != stands[id_]}
            assert {card["id"] for card in found["moved"]} == moved


def places(
    stage: Stage, at: Moment, cycle_id: str | None = None, team_id: str = ""
) -> dict[str, str]:
    """The column of each card."""
    if cycle_id:
        shown = objective_board(stage.views, cycle_id, None, at)
    else:
        shown = action_board(stage.views, team_id, at)
    return {card["id"]: col["key"] for col in shown["columns"] for card in col["cards"]}


def test_a_board_without_cycle_and_team_is_no_board(played: Stage):
    with pytest.raises(ValueError, match="cycle or to a team"):
        board_diff(played.views, then=played.moment(1), now=played.moment(2))
