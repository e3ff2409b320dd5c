"""Search: what is found by a few words, in which order, as of any moment, on both stores."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from domain.cycle.cycle import StartCycle
from domain.facts import Pointer
from domain.lean import action as a
from domain.lean import obstacle as o
from domain.okr import key_result as k
from domain.okr.drafting import DraftObjective
from domain.okr.leaving import DropObjective
from domain.okr.measure import Metric
from domain.people import person, team
from projections.catalogue import PROJECTIONS
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from projections.okr.listing import objectives
from projections.search import pages
from projections.search.folding import slips, slips_allowed, words_of
from projections.search.pages import search
from tests.projections import quarter
from tests.projections.stage import Stage, staged

NAMES = {"lena": "Lena Vogt", "mira": "Mira Šimůnková", "tomas": "Tomáš Král", "gone": "Lena Lost"}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("search")) as stage:
        furnish(stage)
        stage.runner.catch_up()
        yield stage


@pytest.fixture(scope="module")
def on_postgres(played: Stage, postgres_server: Any) -> Iterator[ViewStore]:
    url = postgres_server.new_database()
    with ViewStore(url, PROJECTIONS) as views:
        views.migrate()
        Runner(played.journal, views).catch_up()
        yield views
    postgres_server.empty_database(url)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def views(request: pytest.FixtureRequest, played: Stage) -> ViewStore:
    if request.param == "SQLite":
        return played.views
    store: ViewStore = request.getfixturevalue("on_postgres")
    return store


def furnish(stage: Stage) -> None:
    """A company with a quarter that is over, one that runs, and things of every kind."""
    for id_, name in NAMES.items():
        stage.directory.put_person(id_, name)
        if id_ != "gone":
            stage.do(person.AddPerson, person_id=id_)
    stage.do(team.FormTeam, team_id="press", name="Press shop", kind="team")
    stage.do(team.FormTeam, team_id="dock", name="Loading dock", kind="team", parent_id="press")
    stage.do(team.AddMember, team_id="press", person_id="lena", role="lead")
    quarter.plan(stage, "q1", "2026 Q1", date(2026, 1, 1), date(2026, 3, 31))
    quarter.plan(stage, "q2", "2026 Q2", date(2026, 4, 1), date(2026, 6, 30))
    stage.do(StartCycle, cycle_id="q1")
    quarter.reach(stage, "draft.open")
    objective(stage, "boring", "Make changeovers boring", "press", "lena")
    key_result(stage, "boring", "minutes", "Changeover of press 4 in minutes")
    key_result(stage, "boring", "audits", "5S audits passed", owner_id="mira")
    objective(stage, "exact", "Changeover", "dock", "mira")
    objective(stage, "later", "Changeover of the night shift", "dock", "mira", cycle_id="q2")
    objective(stage.on(10), "dropped", "Changeover by robots", "dock", "mira")
    stage.do(DropObjective, objective_id="dropped", cycle_id="q1")
    stage.on(20).do(
        a.OpenAction,
        action_id="board",
        title="Put up the shadow board",
        kind="kaizen",
        team_id="press",
        owner_id="mira",
        about=Pointer(kind="key_result", id="audits"),
    )
    stage.do(
        o.RaiseObstacle,
        obstacle_id="crane",
        title="The crane is late",
        about=Pointer(kind="objective", id="boring"),
        severity="high",
    )


def objective(
    stage: Stage, id_: str, title: str, team_id: str, owner_id: str, cycle_id: str = "q1"
) -> None:
    stage.do(
        DraftObjective,
        objective_id=id_,
        cycle_id=cycle_id,
        team_id=team_id,
        owner_id=owner_id,
        title=title,
        ambition="aspirational",
    )


def key_result(stage: Stage, of: str, id_: str, title: str, owner_id: str | None = None) -> None:
    measure = Metric(kind="decrease", baseline=Decimal(30), target=Decimal(15))
    stage.do(
        k.AddKeyResult,
        objective_id=of,
        key_result_id=id_,
        title=title,
        measure=measure,
        owner_id=owner_id,
    )


def found(stage: Stage, views: ViewStore, q: str, **given: Any) -> list[dict[str, Any]]:
    moment = given.pop("moment", None) or stage.moment()
    items: list[dict[str, Any]] = search(views, stage.directory, moment=moment, q=q, **given)[
        "items"
    ]
    return items


def ids(stage: Stage, views: ViewStore, q: str, **given: Any) -> list[str]:
    return [f"{each['kind']}/{each['id']}" for each in found(stage, views, q, **given)]


# --- what is found --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("5S", "key_result/audits"),
        ("shadow", "action/board"),
        ("crane", "obstacle/crane"),
        ("loading", "team/dock"),
        ("2026 q1", "cycle/q1"),
        ("press shop board", "board/press"),
        ("lena", "person/lena"),
        ("tomas", "person/tomas"),
        ("SIMUN", "person/mira"),
        ("Šimůnková", "person/mira"),
        ("press 4", "key_result/minutes"),
    ],
)
def test_everything_with_a_name_is_found_by_the_beginning_of_its_words(
    played: Stage, views: ViewStore, q: str, first: str
):
    assert ids(played, views, q)[0] == first


@pytest.mark.parametrize(
    ("q", "wanted"),
    [
        ("chagneover", "objective/exact"),
        ("changeovr", "objective/exact"),
        ("hcangeover", "objective/exact"),
        ("shadw", "action/board"),
        ("hadow", "action/board"),
        ("xhadow", "action/board"),
        ("carne", "obstacle/crane"),
        ("mria", "person/mira"),
        ("loadign dcok", "team/dock"),
        ("minuts chagne", "key_result/minutes"),
    ],
)
def test_slips_of_the_finger_are_forgiven(played: Stage, views: ViewStore, q: str, wanted: str):
    assert wanted in ids(played, views, q)


@pytest.mark.parametrize("q", ["6S", "qrane 5", "2027", "changeover nowhere", "zzz"])
def test_what_is_not_there_is_not_found(played: Stage, views: ViewStore, q: str):
    assert ids(played, views, q) == []


def test_every_word_has_to_fit_the_name_or_what_stands_beside_it(played: Stage, views: ViewStore):
    assert ids(played, views, "changeover minutes") == ["key_result/minutes"]
    assert ids(played, views, "changeover lena") == ["key_result/minutes", "objective/boring"]
    assert "objective/exact" in ids(played, views, "loading changeover")
    assert ids(played, views, "changeover q2") == ["objective/later"]


def test_who_is_named_is_followed_by_what_they_have(played: Stage, views: ViewStore):
    first, *more = ids(played, views, "mira")
    assert first == "person/mira"
    assert {"objective/exact", "action/board", "key_result/audits"} <= set(more)


def test_whom_the_log_does_not_know_is_not_found(played: Stage, views: ViewStore):
    assert "person/gone" not in ids(played, views, "lena")


# --- in which order -------------------------------------------------------------------------------


def test_just_so_comes_first_then_what_begins_so_then_what_has_the_word(
    played: Stage, views: ViewStore
):
    assert ids(played, views, "changeover", limit=4)[0] == "objective/exact"
    order = ids(played, views, "changeover")
    begins = {"key_result/minutes", "objective/later", "objective/dropped"}
    assert set(order[1:4]) == begins
    assert order[4] == "objective/boring"


def test_among_equals_what_goes_on_comes_before_what_is_over_or_not_yet(
    played: Stage, views: ViewStore
):
    order = ids(played, views, "changeover of")
    assert order == ["key_result/minutes", "objective/later"]
    order = ids(played, views, "changeover")
    assert order.index("key_result/minutes") < order.index("objective/dropped")


def test_the_best_is_found_among_more_than_are_looked_at(
    played: Stage, views: ViewStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pages, "CANDIDATES", 1)  # the newest alone: what was dropped
    assert ids(played, views, "changeover", limit=2)[0] == "objective/exact"


# --- what is said of it ---------------------------------------------------------------------------


def test_an_item_says_what_it_is_and_where(played: Stage, views: ViewStore):
    (item,) = found(played, views, "5s audits")
    assert item == {
        "kind": "key_result",
        "id": "audits",
        "title": "5S audits passed",
        "where": "Make changeovers boring · Press shop · 2026 Q1",
        "snippet": "5S audits passed",
        "matched": ["5S", "audits"],
        "state": "draft",
        "parent": {"kind": "objective", "id": "boring"},
        "team_id": "press",
        "owner_id": "mira",
        "cycle_id": "q1",
    }


def test_what_was_found_beside_the_title_is_said(played: Stage, views: ViewStore):
    (item, *_) = found(played, views, "mira", kinds=["objective"])
    assert (item["snippet"], item["matched"]) == ("Mira Šimůnková", [])


def test_kinds_and_cycle_narrow_it(played: Stage, views: ViewStore):
    assert ids(played, views, "lena", kinds=["person"]) == ["person/lena"]
    assert ids(played, views, "changeover", cycle_id="q2") == ["objective/later"]
    assert ids(played, views, "changeover", cycle_id="q1", kinds=["key_result"]) == [
        "key_result/minutes"
    ]


# --- when -----------------------------------------------------------------------------------------


def test_a_past_is_searched_as_it_was(played: Stage, views: ViewStore):
    then = played.moment(day=19)  # before the obstacle and the action
    assert ids(played, views, "crane", moment=then) == []
    assert ids(played, views, "shadow", moment=then) == []
    order = found(played, views, "robots", moment=played.moment(day=9))
    assert order == []
    dropped = found(played, views, "robots")
    assert [each["state"] for each in dropped] == ["dropped"]


def test_both_stores_answer_the_same(played: Stage, on_postgres: ViewStore):
    for q in ("changeover", "chagneover", "press", "mira", "lena changeovr", "20", "b", "the"):
        for position in (None, 10, played.journal.head() - 3):
            moment = played.moment(position=position)
            here = found(played, played.views, q, moment=moment)
            assert here == found(played, on_postgres, q, moment=moment)


@pytest.mark.parametrize(
    ("q", "listed"),
    [
        ("changeover", ["boring", "exact", "later", "dropped"]),
        ("minutes press", ["boring"]),
        ("mira dock", ["exact", "later", "dropped"]),
        ("simunkova night", ["later"]),
        ("4", ["boring"]),
        ("chagneover", []),
        ("!", []),
    ],
)
def test_a_list_is_narrowed_by_words(played: Stage, views: ViewStore, q: str, listed: list[str]):
    page = objectives(views, moment=played.moment(), q=q, people=NAMES)
    assert [each["id"] for each in page["items"]] == listed


def test_nothing_that_is_typed_breaks_a_list(played: Stage, views: ViewStore):
    for q in HOSTILE:
        objectives(views, moment=played.moment(), q=q, people=NAMES)


# --- words ----------------------------------------------------------------------------------------


HOSTILE = (
    "", " ", "%", "_", "'", '"', "*", "\\", "a\x00b", "NEAR(a b)", "a AND", "-a", "a:b", "^a",
    "{a b}", "a & | !b", "(((", "a" * 10_000, "\N{PARTY POPPER}", "مرحبا", "工場", "²", "½", "x;--",
    "a b c d e f g h i j k l m n o p",
)  # fmt: skip


def test_whatever_is_typed_means_nothing_to_the_database(played: Stage, views: ViewStore):
    for q in HOSTILE:
        assert words_of(q) or found(played, views, q) == []
        assert isinstance(found(played, views, f"{q} crane"), list)


def test_words_are_folded():
    assert words_of("Tomáš Král’s 5S-Straße, ŁÓDŹ 10 %") == (
        "tomas", "krals", "5s", "strasse", "lodz", "10",
    )  # fmt: skip
    assert words_of("Ǆ ﬁ Å") == ("dz", "fi", "a")


@pytest.mark.parametrize(
    ("typed", "word", "count"),
    [
        ("changeover", "changeover", 0),
        ("chan", "changeover", 0),
        ("chagneover", "changeover", 1),
        ("changover", "changeover", 1),
        ("chhangeover", "changeover", 1),
        ("chandeover", "changeover", 1),
        ("xhandeover", "changeover", 2),
        ("xhandeovex", "changeover", None),
        ("shadw", "shadow", 1),
        ("shdaw", "shadow", None),
        ("mir", "mira", 0),
    ],
)
def test_slips_are_counted_up_to_what_is_allowed(typed: str, word: str, count: int | None):
    assert slips(typed, word, slips_allowed(typed)) == count


def test_short_words_and_numbers_have_to_be_right():
    words = ("5s", "abc", "2026", "press4", "lena", "changeover")
    assert [slips_allowed(each) for each in words] == [0, 0, 0, 0, 1, 2]


@pytest.mark.parametrize("q", ["changeover", "chagneover", "mira", "mira changeovr"])
def test_nothing_is_looked_for_by_reading_everything(played: Stage, q: str):
    engine, asked = played.views.engine, list[tuple[str, Any]]()

    def note(_c: Any, _u: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    moment = played.moment()
    event.listen(engine, "before_cursor_execute", note)
    try:
        search(played.views, played.directory, moment=moment, q=q)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    asked = [each for each in asked if "search_" in each[0]]
    assert 2 < len(asked) <= 10
    with engine.connect() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            steps = [str(row[-1]) for row in plan]
            assert not [each for each in steps if "SCAN search_" in each and "VIRTUAL" not in each]
