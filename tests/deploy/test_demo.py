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

from deploy.compose import Parts, migrate, opened
from deploy.datadir import DataDirectory
from deploy.settings import Settings
from domain.cycle.asked import OwedListed
from domain.cycle.cycle import Cycle, CyclePlanned
from domain.facts import Envelope
from domain.okr.drafting import ObjectiveDrafted
from domain.okr.key_result import KeyResultAdded
from domain.people.team import TeamFormed
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
    ):  # fmt: skip
        assert types[promised], promised


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
