"""The demo: what the story holds, that the clocks did their part, and the law of every moment."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.services import Services
from deploy.compose import Parts, migrate, opened
from deploy.datadir import DataDirectory
from deploy.settings import Settings
from domain.cycle.asked import OwedListed
from domain.cycle.cycle import Cycle, CyclePlanned
from domain.facts import Envelope
from domain.okr.check_in import CheckInRecorded
from domain.okr.drafting import ObjectiveDrafted
from domain.okr.key_result import KeyResultAdded
from domain.people.absence import AbsencePlanned
from domain.people.handing_over import ThingsHandedOver
from domain.people.person_editing import PersonDeactivated
from domain.people.team import TeamFormed
from domain.talk.comment import CommentPosted, CommentReacted
from journal.append import Row
from journal.log import Journal
from projections.catalogue import PROJECTIONS
from projections.cycle.lists import cycles as cycle_list
from projections.engine.moment import Moment
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from projections.history.pages import history
from projections.lean.lists import actions, obstacles
from projections.obligations.pages import obligations
from projections.okr.lists import objective_board
from projections.okr.scores import scores
from projections.screens.boards import action_board

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def parts(demo: DataDirectory) -> Iterator[Parts]:
    with opened(Settings(data=demo.path)) as opened_parts:
        yield opened_parts


@pytest.fixture(scope="module")
def told(parts: Parts) -> list[Envelope]:
    """The whole log."""
    return parts.journal.tail(0, limit=1_000_000)


@pytest.fixture(scope="module")
def look(parts: Parts) -> Iterator[TestClient]:
    """An API on the demo's stores, asked by nobody in particular."""
    services = Services(parts.journal, parts.views, parts.directory)
    with TestClient(
        create_app(services), base_url="http://127.0.0.1", client=("127.0.0.1", 1)
    ) as client:
        yield client


def get(look: TestClient, path: str) -> dict[str, Any]:
    answer = look.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def objective_cards(look: TestClient, cycle: str) -> list[dict[str, Any]]:
    board = get(look, f"/v1/boards/objectives?cycle_id={cycle}")
    return [card for column in board["columns"] for card in column["cards"]]


def facts_of(told: list[Envelope], kind: type) -> list[Any]:
    return [envelope.fact for envelope in told if isinstance(envelope.fact, kind)]


# --- the story ----------------------------------------------------------------------------------


def test_the_company_has_teams_on_three_levels(told: list[Envelope]) -> None:
    parent = {fact.team_id: fact.parent_id for fact in facts_of(told, TeamFormed)}

    def level(team: str) -> int:
        above = parent[team]
        return 1 if above is None else 1 + level(above)

    assert len(parent) >= 4
    assert {level(team) for team in parent} == {1, 2, 3}


def test_the_first_quarter_has_twelve_objectives_and_key_results_of_every_kind(
    told: list[Envelope],
) -> None:
    first = facts_of(told, CyclePlanned)[0].cycle_id
    drafted = [f for f in facts_of(told, ObjectiveDrafted) if f.cycle_id == first]
    within = {fact.objective_id for fact in drafted}
    kinds = Counter(
        f.measure.kind for f in facts_of(told, KeyResultAdded) if f.objective_id in within
    )
    assert len(drafted) == 12
    assert kinds.total() == 36
    assert set(kinds) == {
        "increase", "decrease", "reach", "stay_above", "stay_below", "stay_between",
        "milestones", "binary", "percentage", "zones", "establish_baseline",
    }  # fmt: skip


def test_everything_that_the_story_promises_happens(told: list[Envelope]) -> None:
    types = Counter(envelope.type for envelope in told)
    for promised in (
        "okr.key-result-retargeted", "okr.key-result-dropped", "okr.check-in-corrected",
        "okr.objective-countered", "okr.objective-graded", "okr.objective-carried-over",
        "lean.obstacle-raised", "lean.why-answered", "lean.root-cause-chosen",
        "lean.obstacle-escalated", "lean.limit-breached", "lean.action-verified",
        "lean.action-reopened", "lean.effect-asked", "cycle.people-reminded",
        "okr.check-in-withdrawn", "okr.measure-corrected", "okr.key-result-converted",
        "okr.objective-renamed", "okr.key-result-renamed", "lean.action-rescheduled",
        "lean.action-blocked", "lean.action-unblocked", "lean.action-cancelled",
        "lean.checklist-written", "lean.obstacle-ended", "people.team-renamed",
        "people.absence-planned", "people.holidays-published", "desk.thing-followed",
        "desk.thing-unfollowed", "desk.notifications-read", "desk.view-saved",
    ):  # fmt: skip
        assert types[promised], promised


def test_titles_of_key_results_hold_no_target(told: list[Envelope]) -> None:
    for fact in facts_of(told, KeyResultAdded):
        target = getattr(fact.measure, "target", None)
        assert target is None or str(target) not in fact.title.split(), fact.title


def test_people_talk_about_every_kind_of_thing(told: list[Envelope]) -> None:
    comments = facts_of(told, CommentPosted)
    kinds = {"objective", "key_result", "check_in", "obstacle", "action"}
    assert {fact.about.kind for fact in comments} == kinds
    assert any(fact.mentions for fact in comments)
    assert any(fact.reply_to for fact in comments)
    assert len(facts_of(told, CommentReacted)) > len(comments)


def test_who_leaves_has_handed_everything_over(
    look: TestClient, parts: Parts, told: list[Envelope]
) -> None:
    handed = next(e for e in told if isinstance(e.fact, ThingsHandedOver))
    (left,) = facts_of(told, PersonDeactivated)
    assert handed.fact.person_id == left.person_id
    assert {one.kind for one in handed.fact.things} == {"objective", "key_result", "team"}
    assert get(look, f"/v1/people/{left.person_id}/owns")["items"] == []
    # In one step: nothing else was written between the first and the last of them.
    step = [e for e in told if e.correlation_id == handed.correlation_id]
    assert [e.position for e in step] == [*range(step[0].position, step[-1].position + 1)]
    assert {e.recorded_at for e in step} == {handed.recorded_at}
    later = [e.actor.id for e in told if e.position > handed.position]
    assert left.person_id not in later
    assert handed.fact.to_id in later


def test_a_deputy_checks_in_for_who_is_away(told: list[Envelope]) -> None:
    """On the key results that are theirs, and nothing else in their name."""
    owner = {fact.key_result_id: fact.owner_id for fact in facts_of(told, KeyResultAdded)}
    absence = facts_of(told, AbsencePlanned)[0]
    zone = ZoneInfo("Europe/Berlin")

    def away(envelope: Envelope) -> bool:
        day = envelope.recorded_at.astimezone(zone).date()
        return absence.starts_on <= day <= absence.ends_on

    meanwhile = [e for e in told if away(e)]
    assert meanwhile
    assert all(e.actor.id != absence.person_id for e in meanwhile)
    for_them = [
        e
        for e in meanwhile
        if isinstance(e.fact, CheckInRecorded) and owner[e.fact.key_result_id] == absence.person_id
    ]
    assert for_them
    assert {e.actor.id for e in for_them} == {absence.deputy_id}


def test_nothing_of_the_closed_quarter_is_still_owed(
    look: TestClient, told: list[Envelope]
) -> None:
    second = facts_of(told, CyclePlanned)[1]
    owed = get(look, "/v1/obligations?limit=200")["items"]
    assert owed
    for one in owed:
        assert one["due_at"][:10] >= second.starts_on.isoformat(), one


def test_what_people_look_for_is_found(look: TestClient) -> None:
    for words, kind, title in (
        ("mira", "person", "Mira Rautio"),
        ("lena", "objective", "Halve assembly lead time"),
        ("changeover", "key_result", "Changeover time"),
        ("shadow", "action", "Shadow board at packing station 4"),
        ("5S", "key_result", "Packing stations within the 5S standard"),
        ("care", "team", "Customer Care"),
    ):
        found = get(look, f"/v1/search?q={words}")["items"]
        assert (kind, title) in {(one["kind"], one["title"]) for one in found}, words


def test_it_is_answered_who_moved_the_target_of_last_quarter_and_why(look: TestClient) -> None:
    """The auditor's question, asked at the objective that goes on in the second quarter."""
    cycle = get(look, "/v1/cycles")["items"][-1]["id"]
    (lead_time,) = [
        card for card in objective_cards(look, cycle) if card["title"] == "Halve assembly lead time"
    ]
    path = f"/v1/history?about=objective/{lead_time['id']}&mark=target"
    assert get(look, path)["items"] == []
    (moved,) = get(look, f"{path}&lineage=true")["items"]
    assert moved["sentence"] == (
        "Tomáš Král moved the target of “Changeover time”: 15 → 25 min (external change)"
    )
    assert moved["reason"] == "The new press arrives next year; 15 minutes needs it."
    assert moved["cycle_id"] != cycle


def test_a_carried_over_key_result_says_from_what(look: TestClient, told: list[Envelope]) -> None:
    carried = [f for f in facts_of(told, KeyResultAdded) if f.carried_from is not None]
    assert carried
    for fact in carried:
        now = get(look, f"/v1/key-results/{fact.key_result_id}")
        before = get(look, f"/v1/key-results/{now['carried_from']}")
        assert before["title"] == now["title"]


def test_every_status_has_its_reason(look: TestClient) -> None:
    for cycle in get(look, "/v1/cycles")["items"]:
        for card in objective_cards(look, cycle["id"]):
            assert card["health_reason"], card["title"]
            if card["health"] in {"lagging", "at_risk"}:
                assert "not on track: " in card["health_reason"], card["title"]


def test_the_clocks_closed_one_quarter_and_stand_in_week_seven_of_the_next(
    demo: DataDirectory, parts: Parts, told: list[Envelope]
) -> None:
    assert demo.simulation is not None
    played_at = datetime.fromisoformat(demo.simulation["played_at"])
    first, second = (
        parts.journal.state(f"cycle/{fact.cycle_id}")[0] for fact in facts_of(told, CyclePlanned)
    )
    assert isinstance(first, Cycle)
    assert isinstance(second, Cycle)
    assert (first.status, second.status) == ("closed", "active")
    # Weeks change at midnight where the company works, not where the test runs.
    today = played_at.astimezone(ZoneInfo(second.timezone)).date()
    assert (today - second.starts_on).days // 7 + 1 == 7
    planner = next(e for e in told if isinstance(e.fact, CyclePlanned) and e.version == 1
                   and e.fact.cycle_id == second.cycle_id)  # fmt: skip
    assert planner.actor.kind == "workflow"


def test_no_reminder_was_sent_twice(told: list[Envelope]) -> None:
    sent = Counter(
        (fact.cycle_id, fact.milestone, owed.person_id, about.id)
        for fact in facts_of(told, OwedListed)
        if fact.level is not None
        for owed in fact.owed
        for about in owed.about
    )
    assert sent
    assert max(sent.values()) == 1


def test_the_past_is_marked_as_simulated_and_none_of_it_lies_in_the_future(
    demo: DataDirectory, told: list[Envelope]
) -> None:
    assert demo.simulation is not None
    assert "made up" in demo.simulation["note"]
    assert told[-1].recorded_at <= datetime.now(UTC)
    # Activities of one wake-up run side by side, so their milliseconds may cross.
    a_second = timedelta(seconds=1)
    for earlier, later in pairwise(told):
        assert earlier.recorded_at - later.recorded_at < a_second, (earlier.type, later.type)


def test_the_log_never_holds_a_name(demo: DataDirectory) -> None:
    stored = (demo.path / "journal.db").read_bytes()
    for name in ("Ndiaye", "Rautio", "halden.example"):
        assert name.encode() not in stored


# --- the law of every moment ----------------------------------------------------------------------


class Until:
    """A log that ends at ``end``: what the log was at that position."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.end = 0

    def head(self) -> int:
        return self.end

    def rows(self, after: int, limit: int = 500) -> Sequence[Row]:
        return self._journal.rows(after, min(limit, self.end - after))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)  # how a row is read does not depend on the end


def answers(
    views: ViewStore, parts: Parts, teams: list[str], cycles: list[str], moment: Moment
) -> Any:
    """What the pages show at a moment, page by page."""
    readers: dict[str, Callable[[], Any]] = {
        "cycles": lambda: cycle_list(views, moment=moment),
        "obligations": lambda: obligations(views, moment=moment, limit=500),
        "obstacles": lambda: obstacles(views, moment=moment, limit=500),
        "actions": lambda: actions(views, moment=moment, limit=500),
        "history": lambda: history(views, parts.directory, moment=moment, limit=20),
    }
    for team in teams:
        readers[f"board {team}"] = lambda team=team: action_board(views, team, moment)
    for cycle in cycles:
        readers[f"objectives {cycle}"] = lambda c=cycle: objective_board(views, c, None, moment)
        readers[f"scores {cycle}"] = lambda c=cycle: scores(views, c, None, moment)
    return {name: read() for name, read in readers.items()}


@pytest.mark.parametrize("moments", [50, pytest.param(200, marks=pytest.mark.drill)])
def test_as_of_any_position_equals_a_fresh_fold_of_the_facts_up_to_it(
    parts: Parts, told: list[Envelope], tmp_path: Path, moments: int
) -> None:
    formed = [(e.position, e.fact.team_id) for e in told if isinstance(e.fact, TeamFormed)]
    planned = [(e.position, e.fact.cycle_id) for e in told if isinstance(e.fact, CyclePlanned)]
    positions = sorted(random.Random(14).sample(range(1, len(told) + 1), moments))
    until = Until(parts.journal)
    url = f"sqlite:///{tmp_path / 'views.db'}"
    with ViewStore(url, PROJECTIONS, journal=parts.journal) as fresh:
        fresh.migrate()
        runner = Runner(until, fresh)  # type: ignore[arg-type]
        for position in positions:
            until.end = position
            runner.catch_up()
            at = told[position - 1].recorded_at
            moment = Moment(position, at, live=False)
            # Every page each time, of the things in turn.
            teams = [team for since, team in formed if since <= position]
            cycles = [cycle for since, cycle in planned if since <= position]
            teams, cycles = teams[position % 8 :][:1], cycles[-1:]
            then = answers(fresh, parts, teams, cycles, moment)
            now = answers(parts.views, parts, teams, cycles, moment)
            for page, answer in then.items():
                assert now[page] == answer, (position, page)


def test_a_second_migrate_changes_nothing(demo_copy: DataDirectory) -> None:
    settings = Settings(data=demo_copy.path)
    with opened(settings) as before:
        head = before.journal.head()
    migrate(settings)
    with opened(settings) as after:
        assert after.journal.head() == head
        assert after.views.position() == head
