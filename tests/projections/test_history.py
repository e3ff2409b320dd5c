"""History: a sentence for every fact there is, what stood before it, and ways to find it."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given

from domain.okr import measure as of
from domain.okr.grading import ObjectiveGraded
from domain.people.person import AddPerson
from domain.things import THINGS
from projections.catalogue import PROJECTIONS, VIEWS
from projections.engine.moment import Moment
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from projections.history.pages import history
from projections.history.query import Asked, abouts, page_of
from projections.history.rows import HISTORY
from projections.sealed import sealed_form
from tests.domain.strategies import facts
from tests.projections import quarter
from tests.projections.stage import START, Stage, staged
from tests.projections.test_engine import plans


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("played")) as stage:
        quarter.play(stage)
        yield stage


def told(stage: Stage, **filters: Any) -> list[dict[str, Any]]:
    moment = filters.pop("moment", None) or stage.moment()
    found = history(stage.views, stage.directory, moment=moment, **{"limit": 500, **filters})
    assert len(found["items"]) < 500
    return list(found["items"])


def sentences(stage: Stage, type_: str) -> list[str]:
    return [item["sentence"] for item in told(stage, type=type_)]


# --- sentences -----------------------------------------------------------------------------------


def test_there_is_a_sentence_for_every_fact_of_the_catalogue():
    assert VIEWS.tellings.keys() == THINGS.facts.keys()


def test_the_quarter_records_every_fact_and_each_has_a_sentence(played: Stage):
    items = told(played)
    assert {item["type"] for item in items} == THINGS.facts.keys()
    for item in items:
        sentence = item["sentence"]
        assert sentence == sentence.strip(), sentence
        assert "None" not in sentence, sentence
        assert "Somebody" not in sentence, sentence


@pytest.mark.parametrize(
    ("judged", "shown"), [("0.810775", 0.8108), ("0.69235", 0.6924), ("0.5", 0.5), ("1", 1)]
)
def test_a_grade_is_told_with_the_four_digits_people_see_everywhere(judged: str, shown: float):
    """RULES B5: half up in decimal."""
    graded = ObjectiveGraded(objective_id="o", key_results=(), computed=None, grade=Decimal(judged))
    assert VIEWS.tellings[graded.TYPE].change(graded).sets["grade"] == shown


@given(fact=facts())
def test_any_fact_is_a_change_of_something(fact):
    change = VIEWS.tellings[fact.TYPE].change(fact)
    told = [dict(change.sets), dict(change.says), dict(change.was)]
    assert orjson.dumps(told, default=sealed_form)
    assert change.kind
    assert change.id or change.id == ""


@pytest.mark.parametrize(
    ("type_", "sentence"),
    [
        ("people.person-joined", "Ada Ndiaye added Bo Berg"),
        ("cycle.milestone-reached", "The clock asked for week 1's check-ins (2026 Q1)"),
        ("people.member-removed", "Ada Ndiaye took Cy Young out of Ops"),
        ("lean.board-defined",
         "Ada Ndiaye set up the board of Ops: Open · Doing · Paused · Done"),
        ("cycle.owed-listed", "The clock asked Bo Berg to draft objectives (2026 Q1)"),
        ("cycle.owed-listed", "The clock reminded Bo Berg to check in (2026 Q1)"),
        ("cycle.cycle-resumed", "Ada Ndiaye resumed 2026 Q1; deadlines moved by 1 working day"),
        ("cycle.phase-rescheduled", "Ada Ndiaye moved the end of the align phase of 2026 Q1: "
         "2025-12-30 08:00 UTC → 2025-12-29 08:00 UTC"),
        ("okr.objective-countered", "Ada Ndiaye countered “Objective 1”: Half of that"),
        ("okr.objective-merged", "Ada Ndiaye merged “Objective 4” into “Objective 1”"),
        ("okr.objective-activated", "The clock activated “Objective 1”"),
        ("okr.check-in-recorded",
         "Bo Berg checked in “Late parcels”: 9 → 7 %, confidence 5/10. “slow start”"),
        ("okr.check-in-recorded", "Bo Berg checked in “New dock”: done so far: Planned"),
        ("okr.check-in-recorded", "Bo Berg checked in “Calls”: not done yet"),
        ("okr.check-in-recorded", "Bo Berg checked in “Stock”: commit"),
        ("okr.key-result-retargeted",
         "Ada Ndiaye moved the target of “Late parcels”: 2 → 3 % (external change)"),
        ("okr.key-result-retargeted",
         "Ada Ndiaye moved the target of “Uptime of the shop”: 99 → 95 (scope decision)"),
        ("okr.objective-graded", "Ada Ndiaye graded “Objective 1”: 0.6"),
        ("lean.why-answered", "Ada Ndiaye answered why “The printer is slow”: Nobody cleans it"),
        ("lean.root-cause-chosen",
         "Ada Ndiaye named the root cause of “Labels”: Nobody cleans it"),
        ("lean.limit-breached", "“Buy a spare” passed the limit of doing (2 of 1)"),
        ("lean.obstacle-renamed", "Ada Ndiaye renamed “Haet” to “Heat”"),
        ("lean.obstacle-reassigned", "Cy Young gave “Haet” to Cy Young"),
        ("lean.obstacle-reassigned", "Ada Ndiaye gave “Heat” to Bo Berg"),
        ("lean.obstacle-related", "Ada Ndiaye said that “Heat” is about “Second objective”"),
        ("lean.why-reworded",
         "Ada Ndiaye reworded an answer about “Haet”: “The roof is black” → “No shade”"),
        ("lean.why-withdrawn", "Ada Ndiaye took back an answer about “Haet”: No shade"),
        ("lean.cause-reworded", "Ada Ndiaye reworded a cause of “Haet”: “Fan” → “Two fans”"),
        ("lean.root-cause-unmarked",
         "Ada Ndiaye no longer sees a root cause of “Haet” in this answer: No shade"),
        ("lean.obstacle-ended",
         "“No check-in two weeks in a row: Uptime” ended by itself: somebody checked in"),
        ("lean.action-renamed", "Ada Ndiaye renamed “Shlef” to “Shelf”"),
        ("lean.action-transferred",
         "Ada Ndiaye moved “Shelf” to another team: Operations → Northwind"),
        ("lean.action-rescheduled",
         "Ada Ndiaye moved the due date of “Shelf”: 20 Feb 2026 → 2 Mar 2026"),
        ("lean.action-blocked",
         "Ada Ndiaye marked “Shelf” as blocked (waits for “Uptime of the shop”): why"),
        ("lean.checklist-written", "Ada Ndiaye changed the checklist of “Shelf”: 1 of 1 done"),
        ("lean.action-verified", "Ada Ndiaye found “Clean it each shift” without effect: 8 %"),
    ],
)  # fmt: skip
def test_a_sentence_says_who_did_what_to_which_thing(played: Stage, type_: str, sentence: str):
    assert sentence in sentences(played, type_)


def test_who_left_the_directory_has_left_every_sentence(tmp_path: Path):
    with staged(tmp_path) as stage:
        quarter.found(stage)
        assert any("Ada Ndiaye" in item["sentence"] for item in told(stage))
        stage.directory.put_person("ada", "Renamed")
        assert not any("Ada Ndiaye" in item["sentence"] for item in told(stage))
        assert told(stage)[0]["sentence"] == "Renamed added Renamed"


# --- before and after ----------------------------------------------------------------------------


def test_a_check_in_is_told_against_the_one_before(played: Stage):
    items = [i for i in told(played, about="late") if i["type"] == "okr.check-in-recorded"]
    first, second, backdated = items
    assert (first["before"]["value"], first["after"]["value"]) == (9, 7)
    assert (second["before"]["value"], second["after"]["value"]) == (7, 6)
    # What was true earlier takes nothing's place, and is not what the next one is told against.
    assert (backdated["before"], backdated["after"]) == ({}, {"value": 7.5})


def test_a_correction_is_told_against_what_it_corrects(played: Stage):
    (item,) = told(played, type="okr.check-in-corrected")
    assert (item["before"]["value"], item["after"]["value"]) == (7, 8)
    assert item["about"] == {"kind": "key_result", "id": "late", "title": "Late parcels"}
    assert item["effective_at"] == START + timedelta(days=43)


def test_the_next_check_in_is_told_against_the_latest_reading(tmp_path: Path):
    with staged(tmp_path) as stage:
        quarter.found(stage)
        quarter.draft(stage)
        quarter.run(stage)
        quarter.read(stage.on(60), "late", "next", of.Reading(value=5))
        last = told(stage, about="late")[-1]
        assert last["before"]["value"] == 6


def test_states_are_told_from_and_to(played: Stage):
    told_of = told(played, about="o1")
    states = [
        (item["before"].get("state"), item["after"]["state"])
        for item in told_of
        if item["about"]["id"] == "o1" and "state" in item["after"]
    ]
    assert states == [
        (None, "draft"), ("draft", "proposed"), ("proposed", "draft"), ("draft", "proposed"),
        ("proposed", "draft"), ("draft", "proposed"), ("proposed", "agreed"),
        ("agreed", "active"), ("active", "graded"), ("graded", "closed"),
    ]  # fmt: skip


def test_a_role_is_told_from_and_to(played: Stage):
    roles = [
        (item["before"].get("role"), item["after"]["role"])
        for item in told(played, about="ops")
        if item["type"].startswith("people.member")
    ]
    assert roles == [(None, "member"), ("member", "lead"), (None, "member"), ("member", None)]


# --- finding -------------------------------------------------------------------------------------


def test_about_an_objective_is_about_everything_in_it(played: Stage):
    abouts = {(i["about"]["kind"], i["about"]["id"]) for i in told(played, about="o1")}
    assert ("objective", "o1") in abouts
    assert ("key_result", "late") in abouts
    assert ("key_result", "other") not in abouts
    assert {i["about"]["id"] for i in told(played, about="late")} == {"late"}


def test_history_is_found_by_actor_type_and_time(played: Stage):
    assert {i["actor"]["id"] for i in told(played, actor="bo")} == {"bo"}
    assert {i["type"].split(".")[0] for i in told(played, type="lean")} == {"lean"}
    assert {i["type"] for i in told(played, type="lean.action-moved")} == {"lean.action-moved"}
    assert told(played, type="le") == []
    since, until = START + timedelta(days=43), START + timedelta(days=50)
    within = told(played, since=since, until=until)
    everything = told(played)
    assert within == [i for i in everything if since <= i["at"] < until]
    at = within[-1]["at"]
    assert all(i["at"] < at for i in told(played, since=since, until=at)), "half-open"
    assert within


def test_history_as_of_a_position_ends_there(played: Stage):
    everything = told(played)
    assert told(played, moment=played.moment(position=40)) == everything[:40]


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 60, 500])
def test_pages_leave_nothing_out_in_either_order(played: Stage, limit: int, newest_first: bool):
    asked = {"moment": played.moment(), "limit": limit, "newest_first": newest_first}
    cursor, pages = None, []
    while True:
        page = history(played.views, played.directory, **asked, cursor=cursor)
        pages.append(page["items"])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert all(len(items) <= limit for items in pages)
    whole = told(played)
    items = [item for items in pages for item in items]
    assert items == (whole[::-1] if newest_first else whole)


def test_the_actor_and_the_reason_are_told(played: Stage):
    (item,) = told(played, type="cycle.cycle-paused")
    assert item["actor"] == {
        "kind": "person", "id": "ada", "name": "Ada Ndiaye", "on_behalf_of": None,
    }  # fmt: skip
    assert item["reason"] == "why"
    clock = told(played, type="okr.objective-activated")[0]["actor"]
    assert (clock["kind"], clock["id"], clock["name"]) == ("workflow", quarter.CLOCK, None)


def test_private_words_are_sealed_in_every_row_and_gone_with_their_key(tmp_path: Path):
    words = "Her manager asked for it in confidence"
    with staged(tmp_path) as stage:
        stage.do(AddPerson, person_id="bo", by="ada", reason=words)
        assert told(stage)[0]["reason"] == words
        with stage.views.engine.connect() as connection:
            rows = connection.execute(HISTORY.select()).all()
        assert rows
        assert not any(words in str(value) for row in rows for value in row)
        stage.journal.keys.destroy("ada")
        assert told(stage)[0]["reason"] is None


# --- found by index -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "cursor", "indexes"),
    [
        (Asked(abouts=["o1"]), None, ("by_about_id", "by_stream_id")),
        (Asked(abouts=["o1", "o2"], mark="target"), None, ("by_about_id", "by_stream_id")),
        (Asked(abouts=["o1"], types=["okr.check-in-recorded"], newest_first=True), "90",
         ("by_about_id", "by_stream_id")),
        (Asked(actor="ada"), None, ("by_actor_id",)),
        (Asked(actor="ada", newest_first=True), "90", ("by_actor_id",)),
        (Asked(types=["okr.check-in-recorded"]), None, ("by_type",)),
        (Asked(types=["people.person-joined", "people.team-formed"]), None, ("by_type",)),
        (Asked(mark="target"), None, ("by_mark",)),
        (Asked(mark="grade", technical=False, newest_first=True), "90", ("by_mark",)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("then", [None, 40])
def test_history_is_found_by_an_index_in_its_order(
    played: Stage, asked: Asked, cursor: str | None, indexes: tuple[str, ...], then: int | None
):
    with played.views.reading() as look:
        moment = played.moment(position=then)
        plan = plans(played.views, page_of(look, moment, asked, limit=26, cursor=cursor))
    for index in indexes:
        assert index in plan, plan
    assert "SCAN history" not in plan, plan
    assert "FOR ORDER BY" not in plan, plan


def test_postgresql_walks_the_same_indexes(played: Stage, postgres_url: str):
    with ViewStore(postgres_url, PROJECTIONS) as other:
        other.migrate()
        Runner(played.journal, other).catch_up()
        with other.engine.begin() as connection:
            connection.exec_driver_sql(_MANY_TIMES)
            connection.exec_driver_sql(f"ANALYZE {HISTORY.name}")
        with other.reading() as look:
            for asked, index in (
                (Asked(abouts=["o1"]), "by_stream_id"),
                (Asked(actor="bo"), "by_actor_id"),
                (Asked(types=["people.team-formed"]), "by_type"),
                (Asked(types=["people.team-formed", "people.person-joined"]), "by_type"),
                (Asked(mark="target"), "by_mark"),
            ):
                moment = Moment(10_000_000, played.now, live=True)
                statement = page_of(look, moment, asked, limit=26, cursor=None).compile(
                    other.engine, compile_kwargs={"literal_binds": True}
                )
                rows = look.connection.exec_driver_sql(f"EXPLAIN {statement}").scalars().all()
                assert index in "\n".join(rows), rows


_VALUES = ", ".join(
    f"{column.name} + n * 1000" if column.name in ("position", "since") else f'"{column.name}"'
    for column in HISTORY.columns
)
_MANY_TIMES = (
    f"INSERT INTO {HISTORY.name} SELECT {_VALUES} FROM {HISTORY.name}, generate_series(1, 300) n"
)
"""Among few rows PostgreSQL is right to read them all."""


def test_a_family_of_facts_is_every_fact_of_it(played: Stage):
    family = [item["position"] for item in told(played, type="people", limit=500)]
    every = [
        item["position"] for item in told(played, limit=500) if item["type"].startswith("people.")
    ]
    assert family == every
    assert told(played, type="unheard") == []


# --- what auditors look for -----------------------------------------------------------------------


def types(items: list[dict[str, Any]]) -> set[str]:
    return {item["type"] for item in items}


def test_marked_facts_are_found_by_their_mark(played: Stage):
    targets = told(played, mark="target")
    assert types(targets) == {"okr.key-result-retargeted", "okr.key-result-converted"}
    assert {item["mark"] for item in targets} == {"target"}
    assert "okr.key-result-dropped" in types(told(played, mark="drop"))
    assert types(told(played, mark="correction")) >= {"okr.check-in-corrected"}
    assert "okr.objective-graded" in types(told(played, mark="grade"))
    assert "cycle.phase-rescheduled" in types(told(played, mark="policy"))
    (late,) = told(played, mark="late")
    assert (late["type"], late["after"]["value"]) == ("okr.check-in-recorded", 7.5)
    assert told(played, mark="access") == []
    newest = told(played, mark="target", newest_first=True)
    assert [item["position"] for item in newest] == [i["position"] for i in reversed(targets)]


def test_the_history_of_what_was_carried_over_includes_its_forerunner(played: Stage):
    alone = told(played, about="o2b", mark="target")
    assert alone == [], "it is the forerunner whose target was moved"
    (moved,) = told(played, about="o2b", lineage=True, mark="target")
    assert moved["sentence"] == (
        "Ada Ndiaye moved the target of “Uptime of the shop”: 99 → 95 (scope decision)"
    )
    assert moved["reason"] == "why"
    (of_part,) = told(played, about="other2", lineage=True, mark="target")
    assert of_part == moved
    both = {item["position"] for item in told(played, about="o2b", lineage=True)}
    assert both == {
        item["position"] for about in ("o2", "o2b") for item in told(played, about=about)
    }


def test_a_lineage_is_that_of_its_moment(played: Stage):
    carried = told(played, type="okr.objective-carried-over")[0]["position"]
    with played.views.reading() as look:
        then, now = played.moment(position=carried - 1), played.moment()
        assert abouts(look, now, "o2b", lineage=True) == ["o2b", "o2"]
        assert abouts(look, then, "o2b", lineage=True) == ["o2b"]
        assert abouts(look, now, "o2b", lineage=False) == ["o2b"]


def test_technical_facts_may_be_left_out(played: Stage):
    people, machinery = told(played, technical=False), told(played, technical=True)
    assert len(people) + len(machinery) == len(told(played))
    assert {"lean.card-placed", "okr.place-claimed", "cycle.milestone-reached"} <= types(machinery)
    assert types(people).isdisjoint(types(machinery))
    assert {item["technical"] for item in machinery} == {True}


def test_check_ins_of_one_person_on_one_day_are_one_round(played: Stage):
    rounds = [i["round"] for i in told(played, type="okr.check-in-recorded") if i["mark"] is None]
    first, *_ = rounds
    assert rounds.count(first) == 6, "six key results were checked in on that day"
    assert len(set(rounds)) == 2
    assert {item["round"] for item in told(played, type="lean")} == {None}


def test_fields_that_the_sentence_has_told_are_not_told_twice(played: Stage):
    moved = told(played, type="okr.key-result-retargeted")[0]
    assert (moved["untold"], moved["after"]) == ([], {"target": 3})
    opened = told(played, type="lean.action-opened")[0]
    assert "owner_id" in opened["untold"]
    assert "title" not in told(played, type="lean.action-renamed")[0]["untold"]


# --- words ----------------------------------------------------------------------------------------


def said(stage: Stage, q: str, **filters: Any) -> list[str]:
    return [item["sentence"] for item in told(stage, q=q, **filters)]


def test_words_are_found_in_sentences_titles_names_and_reasons(played: Stage):
    assert said(played, "labels RESOLVED") == []
    assert said(played, "printer cleans") == [
        "Ada Ndiaye answered why “The printer is slow”: Nobody cleans it"
    ]
    assert all("Cy Young" in sentence for sentence in said(played, "cy young"))
    assert len(said(played, "cy young")) > 3
    assert said(played, "moved target", type="okr", mark="target")
    assert len(said(played, "why", type="lean.action-renamed")) == 1, "the reason says it"
    assert said(played, "words that nobody said") == []


def test_a_search_goes_on_where_its_page_ended(played: Stage):
    every = [item["position"] for item in told(played, q="objective")]
    found, cursor = [], None
    while True:
        page = history(
            played.views, played.directory, moment=played.moment(), q="objective", limit=7,
            cursor=cursor,
        )  # fmt: skip
        found += [item["position"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == every
    assert len(every) > 14


def test_a_page_of_a_search_looks_through_so_many_facts_and_says_where_it_stopped(
    played: Stage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("projections.history.search.SEARCHED", 50)
    monkeypatch.setattr("projections.history.search._AT_ONCE", 25)
    page = history(
        played.views, played.directory, moment=played.moment(), q="words that nobody said"
    )
    assert (page["items"], page["next_cursor"]) == ([], "50")


def test_words_that_were_erased_are_found_no_more(tmp_path: Path):
    with staged(tmp_path) as stage:
        quarter.found(stage)
        stage.do(AddPerson, person_id="dee", reason="her mother fell ill")
        assert said(stage, "fell ill")
        stage.journal.keys.destroy("ada")
        assert said(stage, "fell ill") == []
