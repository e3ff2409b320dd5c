"""People's own words: shown to readers, sealed wherever they lie, gone with their key."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.core import kept
from api.core.kept import Kept, answer
from domain.things import THINGS
from journal import keys as key_ring
from journal.keys import KeyRing
from journal.text_places import text_places
from journal.urls import keys_beside
from projections.engine.rebuild import rebuild
from tests.api.installation import Company, Stack, Urls, installation

SAID = "zanzibar"
"""In every free text that the tests say, and nowhere else."""


def say(what: str) -> str:
    return f"{SAID} {what}"


def speak(stack: Stack) -> Company:
    """Goes through every route that takes free text."""
    company = stack.active()
    objective = f"/v1/objectives/{company.objective}"
    measured = f"{objective}/key-results/{company.key_result}"
    first = company.check_in(25, note=say("note"), reason=say("why now"))
    stack.post(
        f"/v1/check-ins/{first['id']}/correct",
        {"value": 26, "note": say("better note"), "reason": say("was wrong")},
    )
    stack.post(
        f"{measured}/retarget",
        {"target": 41, "reason_code": "external_change", "reason": say("retarget")},
    )
    for path in (objective, measured):
        patched(stack, path, description=say("description"), reason=say("edit"))
    wrong = company.check_in(27, note=say("note"))
    stack.post(f"/v1/check-ins/{wrong['id']}/withdraw", {"reason": say("not mine")})
    draft = stack.objective(company.cycle, company.team, company.owner)
    stack.post(f"/v1/objectives/{draft}/propose", {"reason": say("propose")})
    stack.post(f"/v1/objectives/{draft}/counter", {"note": say("counter"), "reason": say("no")})
    for path in ("people/" + company.owner, "teams/" + company.team, "cycles/" + company.cycle):
        patched(stack, f"/v1/{path}", description=say("description"))
    signed = {"TrueNorth-Person": company.owner}
    about = {"kind": "objective", "id": company.objective}
    comment = stack.post("/v1/comments", {"about": about, "text": say("?")}, headers=signed)["id"]
    patched(stack, f"/v1/comments/{comment}", headers=signed, text=say("!"))
    stack.post("/v1/policies", {"name": "Steady work", "description": say("policy")}, 201)
    obstacle = stack.post(
        "/v1/obstacles", {"title": "It is late", "about": about, "severity": "low"}
    )["id"]
    at = f"/v1/obstacles/{obstacle}"
    why = stack.post(f"{at}/whys", {"answer": say("answer"), "evidence": say("evidence")})["id"]
    stack.post(f"{at}/whys", {"answer": say("deeper"), "under": why})
    cause = stack.post(f"{at}/causes", {"category": "machine", "text": say("cause")})["id"]
    patched(stack, at, description=say("description"), next_action=say("next"))
    patched(stack, f"{at}/whys/{why}", answer=say("answer"), evidence=say("more evidence"))
    patched(stack, f"{at}/causes/{cause}", text=say("cause of it"))
    stack.post(f"{at}/resolve", {"result": say("result"), "evidence": say("seen")})
    action = stack.post(
        "/v1/actions",
        {
            "title": "Do it",
            "kind": "kaizen",
            "team_id": company.team,
            "owner_id": company.owner,
            "prediction": say("prediction"),
        },
    )["id"]
    patched(stack, f"/v1/actions/{action}", description=say("description"))
    stack.post(f"/v1/actions/{action}/block", {"reason": say("blocked")})
    stack.client.put(
        f"/v1/actions/{action}/checklist",
        json={"items": [{"text": say("first")}]},
        headers={"If-Match": "*"},
    ).raise_for_status()
    stack.post(f"/v1/actions/{action}/unblock", {"reason": say("free")})
    stack.post(f"/v1/actions/{action}/move", {"column": "done", "reason": say("done")})
    stack.post(
        f"/v1/actions/{action}/verify",
        {"result": say("measured"), "effective": True, "evidence": say("tally")},
    )
    stack.post(
        f"{objective}/grade",
        {
            "key_results": [
                {"id": company.key_result, "agreed_grade": 0.9, "reason": say("judged")}
            ],
            "reason": say("grading"),
        },
    )
    following = stack.cycle(starts_on="2026-04-01", ends_on="2026-06-30")
    stack.post(
        f"{objective}/carry-over",
        {
            "into_cycle_id": following,
            "key_result_ids": [company.key_result],
            "decision": "keep",
            "why": say("carry over"),
        },
    )
    shown(stack)
    return company


def patched(stack: Stack, path: str, *, headers: dict[str, str] | None = None, **edit: str) -> None:
    answer = stack.client.patch(path, json=edit, headers={"If-Match": "*", **(headers or {})})
    assert answer.status_code == 200, answer.text


def shown(stack: Stack) -> None:
    """The views have come to the head of the log."""
    assert stack.views.wait_for(stack.journal.head(), 10)


def everything(stack: Stack, company: Company) -> dict[str, Any]:
    """What readers get of all that was said."""
    fresh = {"TrueNorth-Min-Position": str(stack.journal.head()), "Prefer": "wait=20"}
    paths = (
        f"/v1/objectives/{company.objective}",
        f"/v1/objectives?cycle_id={company.cycle}",
        f"/v1/scores?cycle_id={company.cycle}",
        "/v1/obstacles",
        "/v1/actions",
        f"/v1/people/{company.owner}",
        f"/v1/teams/{company.team}",
        f"/v1/cycles/{company.cycle}",
        "/v1/policies",
        f"/v1/comments?about=objective/{company.objective}",
        "/v1/history?limit=500",
        "/v1/events?limit=500",
    )
    return {path.partition("?")[0]: stack.get(path, headers=fresh) for path in paths}


def says(body: Any) -> int:
    return orjson.dumps(body).count(SAID.encode())


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.db*")}


def dumped(path: Path) -> str:
    with closing(sqlite3.connect(path)) as store:
        return "\n".join(store.iterdump()).lower()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Company]]:
    with installation(tmp_path_factory.mktemp("told")) as stack:
        yield stack, speak(stack)


# --- as they are said -----------------------------------------------------------------------------


def test_every_kind_of_fact_with_free_text_was_told(told: tuple[Stack, Company]) -> None:
    stack, _ = told
    with_texts = {name for name, cls in THINGS.facts.items() if text_places(cls) is not None}
    assert with_texts <= {envelope.type for envelope in stack.journal.tail(0, 1000)}


def test_readers_get_the_words_as_they_were_said(told: tuple[Stack, Company]) -> None:
    stack, company = told
    answers = everything(stack, company)
    for path, body in answers.items():
        assert says(body), path
        assert b'"cipher"' not in orjson.dumps(body), path
    facts = {item["type"]: item["data"] for item in answers["/v1/events"]["items"]}
    assert facts["okr.check-in-recorded"]["note"] == say("note")
    assert facts["okr.objective-graded"]["key_results"][0]["reason"] == say("judged")
    items = answers["/v1/history"]["items"]
    sentences = "\n".join(item["sentence"] for item in items)
    for what in ("note", "counter", "answer", "cause", "result", "measured"):
        assert say(what) in sentences
    assert {say("was wrong"), say("grading")} <= {item["reason"] for item in items}


def test_no_plain_word_lies_in_any_file(told: tuple[Stack, Company]) -> None:
    stack, _ = told
    found = files(stack.folder)
    assert {"journal.db", "views.db", "views.db-wal", "keys.db"} <= found.keys()
    for name, content in found.items():
        assert SAID.encode() not in content, name
    for name in ("journal.db", "views.db"):
        dump = dumped(stack.folder / name)
        assert "check-in-recorded" in dump
        assert SAID not in dump
        assert SAID.encode().hex() not in dump


@pytest.mark.parametrize(
    "path", ["/v1/scores?cycle_id={cycle}&as_of=@{head}", "/v1/obstacles?as_of=@{head}"]
)
def test_no_browser_keeps_an_answer_with_words_unasked(
    told: tuple[Stack, Company], path: str
) -> None:
    stack, company = told
    stack.clock.pass_by(minutes=5)
    found = stack.client.get(path.format(cycle=company.cycle, head=stack.journal.head()))
    assert says(found.json())
    assert "immutable" not in found.headers["cache-control"]


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
    lambda text: text.strip() == text
)


@pytest.fixture(scope="module")
def company(stack: Stack) -> Company:
    return stack.active()


@settings(max_examples=15, deadline=None)
@given(note=words, reason=words)
def test_what_is_written_is_what_is_read(company: Company, note: str, reason: str) -> None:
    stack = company.stack
    made = company.check_in(25, note=note, reason=reason)
    assert made["note"] == note
    story = stack.get(f"/v1/objectives/{company.objective}")
    assert story["key_results"][0]["check_ins"][-1]["note"] == note
    event = stack.get(f"/v1/events?after={made['position'] - 1}")["items"][0]
    assert (event["data"]["note"], event["reason"]) == (note, reason)


# --- when their key is gone -----------------------------------------------------------------------


def authors(stack: Stack) -> set[str]:
    with closing(sqlite3.connect(stack.folder / "keys.db")) as store:
        return {subject for (subject,) in store.execute("SELECT subject FROM subject_keys")}


def test_when_keys_are_destroyed_words_go_and_all_else_stays(own: Stack) -> None:
    company = speak(own)
    before = everything(own, company)
    for author in authors(own):
        own.journal.keys.destroy(author)
    own.clock.pass_by(minutes=1)  # no kept answer of this minute
    after = everything(own, company)
    for path, body in after.items():
        assert not says(body), path
    scores = [body["/v1/scores"]["score"] for body in (before, after)]
    assert scores[0] == scores[1]
    grades = [
        body[f"/v1/objectives/{company.objective}"]["key_results"][0]["grade"]
        for body in (before, after)
    ]
    assert grades[0]["reason"] == say("judged")
    assert grades[1] == {**grades[0], "reason": None}
    (obstacle,) = after["/v1/obstacles"]["items"]
    assert [why["answer"] for why in obstacle["whys"]] == [None, None]
    told = {item["type"]: item for item in after["/v1/history"]["items"]}
    countered = told["okr.objective-countered"]
    assert countered["sentence"].endswith(": (these words were erased)")
    assert countered["after"]["countered"] is None
    assert countered["reason"] is None
    assert "(these words were erased)" in told["okr.check-in-recorded"]["sentence"]
    assert len(before["/v1/history"]["items"]) == len(after["/v1/history"]["items"])

    rebuild(own.journal, own.views)  # raises when a row differs
    assert everything(own, company)["/v1/scores"]["score"] == scores[0]


def test_a_key_destroyed_by_another_process_is_forgotten_within_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert key_ring.KEPT_SECONDS + kept.WORDS_SECONDS <= 60
    monkeypatch.setattr(key_ring, "KEPT_SECONDS", 0.5)
    with installation(tmp_path) as stack:
        company = stack.active()
        company.check_in(25, note=say("note"))
        path = f"/v1/objectives/{company.objective}"
        assert says(stack.get(path))
        with KeyRing(keys_beside(Urls(stack.folder).journal)) as elsewhere:
            for author in authors(stack):
                elsewhere.destroy(author)
        time.sleep(0.6)
        assert not says(stack.get(path))


def test_an_answer_with_words_is_kept_for_seconds_only(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, said = Kept(), answer(b"{}", 1, immutable=False)
    answers.put("words", said, kept.WORDS_SECONDS)
    answers.put("numbers", said)
    now = time.monotonic()
    assert answers.first(["words"]) is said
    monkeypatch.setattr(time, "monotonic", lambda: now + kept.WORDS_SECONDS + 1)
    assert answers.first(["words"]) is None
    assert answers.first(["numbers"]) is said


def test_a_key_store_that_does_not_answer_is_an_outage_and_no_fault(own: Stack) -> None:
    company = own.active()
    company.check_in(25, note=say("note"))
    own.journal.keys.close()
    told = own.get(f"/v1/objectives/{company.objective}", 503)
    assert told["code"] == "store-away"


# --- facts of the time before ---------------------------------------------------------------------


def test_plain_words_of_an_old_log_have_no_copy_in_the_views(tmp_path: Path) -> None:
    Urls(tmp_path).migrate()
    objective = "00000000-0000-4000-8000-000000000001"
    meta = {
        "id": "11111111-1111-5111-8111-111111111111",
        "by": {"kind": "person", "id": "ann"},
        "command": "22222222-2222-5222-8222-222222222222",
        "schema": 1,
        "at": datetime(2026, 1, 5, 12, tzinfo=UTC).isoformat(),
        "salt": "",
        "reason": say("reason"),
    }
    facts = [
        ("lean.obstacle-raised", {
            "obstacle_id": objective, "title": "Late", "severity": "low",
            "about": {"kind": "team", "id": "ops"},
        }),
        ("lean.why-answered", {
            "obstacle_id": objective, "why_id": "w", "answer": say("answer"),
            "evidence": say("evidence"),
        }),
        ("lean.obstacle-resolved", {
            "obstacle_id": objective, "result": say("result"), "evidence": say("seen"),
        }),
    ]  # fmt: skip
    with closing(sqlite3.connect(tmp_path / "journal.db")) as log, log:
        for version, (type_, data) in enumerate(facts, 1):
            stored = orjson.dumps({"meta": {**meta, "id": f"event-{version}"}, "data": data})
            log.execute(
                "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
                " VALUES (?, ?, ?, ?)",
                (f"obstacle/{objective}", version, type_, stored),
            )
    with installation(tmp_path) as stack:
        shown(stack)
        told = stack.get(f"/v1/obstacles/{objective}")
        assert (told["result"], told["whys"][0]["answer"]) == (say("result"), say("answer"))
        assert say("result") in stack.get("/v1/history")["items"][-1]["sentence"]
        found = files(tmp_path)
        assert SAID.encode() in found["journal.db"] + found.get("journal.db-wal", b"")
        assert not [n for n, c in found.items() if n.startswith("views") and SAID.encode() in c]
        assert SAID not in dumped(tmp_path / "views.db")
        stack.journal.keys.destroy("ann")
        stack.clock.pass_by(minutes=1)
        assert not says(stack.get(f"/v1/obstacles/{objective}"))
        assert not says(stack.get("/v1/obstacles"))
        rebuild(stack.journal, stack.views)
        assert not says(stack.get("/v1/obstacles"))
