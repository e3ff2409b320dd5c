"""The ground carries: a thing that only tests know gets everything by one descriptor a layer."""

import ast
import asyncio
import re
import sqlite3
import time
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from projections.engine.rebuild import rebuild
from projections.relations.pages import relations_of
from tests import new_thing
from tests.api.installation import Stack, installation
from workflows.rehearsal.rehearsal import rehearse

PLUGGED_IN: Final[dict[str, Any]] = {
    "things": new_thing.WITH_LESSONS,
    "catalogue": new_thing.VIEWS_WITH_LESSONS,
    "interface": new_thing.INTERFACE_WITH_LESSONS,
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with installation(tmp_path_factory.mktemp("lessons"), **PLUGGED_IN) as made:
        yield made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Stack]:
    with installation(tmp_path, **PLUGGED_IN) as made:
        yield made


def lesson(stack: Stack, title: str = "Ask the packers first") -> dict[str, Any]:
    """What is sent to capture a lesson about a team."""
    return {
        "title": title,
        "story": "We labelled for a week what nobody reads.",
        "about": {"kind": "team", "id": stack.team()},
        "owner_id": stack.person(),
    }


def capture(stack: Stack, title: str = "Ask the packers first") -> dict[str, Any]:
    return dict(stack.post("/v1/lessons", lesson(stack, title), 201))


def upto(stack: Stack) -> dict[str, str]:
    """Headers that wait until the views have read the whole log."""
    return {"TrueNorth-Min-Position": str(stack.journal.head()), "Prefer": "wait=10"}


def items(stack: Stack, path: str) -> list[dict[str, Any]]:
    return list(stack.get(path, headers=upto(stack))["items"])


# --- writing --------------------------------------------------------------------------------------


def test_it_is_made_once_however_often_it_is_sent(stack: Stack) -> None:
    body, key = lesson(stack), {"Idempotency-Key": "once"}
    first = stack.client.post("/v1/lessons", json=body, headers=key)
    again = stack.client.post("/v1/lessons", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    made = first.json()
    assert first.headers["Location"] == f"/v1/lessons/{made['id']}"
    told = {"state": "captured", "takeaways": [], "moves": ["withdraw"], "version": 1, "undo": None}
    assert made == {**body, **told, "id": made["id"], "position": made["position"]}
    other = stack.client.post("/v1/lessons", json={**body, "title": "Other"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_a_move_wants_the_version_that_was_seen(stack: Stack) -> None:
    path = f"/v1/lessons/{capture(stack)['id']}/withdraw"
    answers = [
        stack.client.post(path, headers=seen)
        for seen in ({}, {"If-Match": '"7"'}, {"If-Match": '"1"'}, {"If-Match": '"2"'})
    ]
    assert [each.status_code for each in answers] == [428, 412, 200, 409]
    assert answers[1].json()["current_version"] == 1
    assert (answers[2].json()["state"], answers[2].headers["ETag"]) == ("withdrawn", '"2"')
    assert answers[3].json()["allowed"] == []


def test_what_it_names_must_exist(stack: Stack) -> None:
    nobody = "01890000-0000-7000-8000-000000000000"
    for field, pointer, value, status in (
        ("owner_id", "/owner_id", nobody, 404),
        ("about", "/about", {"kind": "team", "id": nobody}, 404),
        ("about", "/about/kind", {"kind": "person", "id": stack.person()}, 422),
    ):
        answer = stack.post("/v1/lessons", {**lesson(stack), field: value}, status)
        assert answer["errors"][0]["pointer"] == pointer


def test_its_commands_say_who_may_send_them(tmp_path: Path) -> None:
    with installation(tmp_path, **PLUGGED_IN, mode="keys") as keyed:
        client = TestClient(keyed.client.app, base_url="http://localhost")

        def send(role: Any, path: str, body: Any = None, **headers: str) -> Any:
            key = keyed.directory.create_key(role, None, role)
            bearer = {"Authorization": f"Bearer {key}", **headers}
            return client.post(path, json=body, headers=bearer)

        person = {"name": "Ann", "email": "ann@example.org"}
        owner = send("admin", "/v1/people", person).json()["id"]
        team = send("admin", "/v1/teams", {"name": "Ops", "kind": "team"}).json()["id"]
        body = {"title": "Ask", "story": "…", "about": {"kind": "team", "id": team}}
        body["owner_id"] = owner
        assert send("viewer", "/v1/lessons", body).status_code == 403
        made = send("member", "/v1/lessons", body)
        assert made.status_code == 201, made.text
        path = f"/v1/lessons/{made.json()['id']}/withdraw"
        # Made by "write", withdrawn by "administer".
        assert send("member", path, **{"If-Match": "*"}).status_code == 403
        assert send("admin", path, **{"If-Match": "*"}).status_code == 200


# --- reading --------------------------------------------------------------------------------------


def test_it_is_shown_and_listed_now_and_as_it_was(own: Stack) -> None:
    made = capture(own)
    path, then = f"/v1/lessons/{made['id']}", made["position"]
    own.post(f"{path}/withdraw")
    for as_of, state in (("", "withdrawn"), (f"?as_of=@{then}", "captured")):
        assert own.get(path + as_of)["state"] == state
        (listed,) = items(own, "/v1/lessons" + as_of)
        assert (listed["id"], listed["state"]) == (made["id"], state)
        assert listed["story"] == "We labelled for a week what nobody reads."
    assert items(own, "/v1/lessons?state=captured") == []
    assert own.get(f"{path}?as_of=@{then - 1}", 404)["code"] == "not-found"
    newest = capture(own, "Two")
    page = own.get("/v1/lessons?limit=1", headers=upto(own))
    assert page["items"][0]["id"] == newest["id"]
    rest = own.get("/v1/lessons", params={"limit": 1, "cursor": page["next_cursor"]})
    assert [each["id"] for each in rest["items"]] == [made["id"]]


def test_history_tells_what_changed(stack: Stack) -> None:
    made = capture(stack)
    stack.post(f"/v1/lessons/{made['id']}/withdraw", {"reason": "It was the printer."})
    told = items(stack, f"/v1/history?about=lesson/{made['id']}")
    assert [each["sentence"] for each in told] == [
        "The administrator captured “Ask the packers first”",
        "The administrator withdrew “Ask the packers first” (captured → withdrawn)",
    ]
    assert (told[1]["before"], told[1]["after"]) == ({"state": "captured"}, {"state": "withdrawn"})
    assert told[1]["reason"] == "It was the printer."
    assert told[0]["after"]["story"] == "We labelled for a week what nobody reads."
    nothing = "/v1/history?about={}/01890000-0000-7000-8000-000000000000"
    assert stack.get(nothing.format("lesson"), 404)["code"] == "not-found"
    assert stack.get(nothing.format("parable"), 422)["code"] == "invalid-request"


def test_the_log_tells_its_facts_and_holds_its_private_words_sealed(own: Stack) -> None:
    made = capture(own)
    (event,) = own.get(f"/v1/events?after={made['position'] - 1}")["items"]
    assert (event["type"], event["subject"]) == ("lessons.lesson-captured", f"lesson/{made['id']}")
    assert event["data"]["story"] == made["story"]
    items(own, "/v1/lessons")
    for file in ("journal.db", "views.db"):
        stored = b"".join(each.read_bytes() for each in own.folder.glob(f"{file}*"))
        assert b"Ask the packers first" in stored
        assert b"labelled for a week" not in stored, file


def test_it_is_searched_by_its_title_and_by_nothing_private(stack: Stack) -> None:
    made = capture(stack, "Weigh before you wrap")
    items = stack.get("/v1/search?q=wiegh%20wrap", headers=upto(stack))["items"]
    assert [(each["kind"], each["id"], each["state"]) for each in items] == [
        ("lesson", made["id"], "captured")
    ]
    (item,) = items
    assert (item["title"], item["owner_id"]) == (made["title"], made["owner_id"])
    assert stack.get("/v1/search?q=labelled", headers=upto(stack))["items"] == []


def test_it_makes_people_owe_and_is_paid(stack: Stack) -> None:
    made = capture(stack)
    path = f"/v1/obligations?person_id={made['owner_id']}"
    (owed,) = items(stack, path)
    assert (owed["what"], owed["title"], owed["level"]) == (
        "Apply the lesson",
        "Ask the packers first",
        "owner",
    )
    assert owed["about"] == {"kind": "lesson", "id": made["id"]}
    stack.post(f"/v1/lessons/{made['id']}/withdraw")
    assert items(stack, path) == []
    assert items(stack, f"{path}&as_of=@{made['position']}") == [owed]


def test_people_talk_about_it_follow_it_and_are_told(stack: Stack) -> None:
    owner, ann, bo = stack.person("Owner"), stack.person("Ann"), stack.person("Bo")
    body = {**lesson(stack), "owner_id": owner}
    made = stack.post("/v1/lessons", body, 201)
    about = {"kind": "lesson", "id": made["id"]}
    said = {"about": about, "text": f"@{bo}, did you know?"}
    stack.post("/v1/comments", said, 201, headers={"TrueNorth-Person": ann})
    stack.post(f"/v1/lessons/{made['id']}/withdraw", headers={"TrueNorth-Person": ann})

    def told(who: str) -> list[str]:
        answer = stack.get("/v1/me/notifications", headers={"TrueNorth-Person": who})
        return [each["kind"] for each in reversed(answer["items"])]

    assert told(owner) == ["assigned", "commented", "changed"]
    assert (told(bo), told(ann)) == (["mentioned", "changed"], [])
    follows = stack.get("/v1/me/follows", headers={"TrueNorth-Person": bo})["items"]
    assert [(each["title"], each["because"]) for each in follows] == [(made["title"], "comments")]


def test_others_are_about_it_and_it_is_about_others(stack: Stack) -> None:
    made = capture(stack)
    about = {"kind": "lesson", "id": made["id"]}
    obstacle = stack.post(
        "/v1/obstacles", {"title": "Nobody reads it", "about": about, "severity": "low"}, 201
    )
    (listed,) = items(stack, f"/v1/obstacles?about={made['id']}")
    assert (listed["id"], listed["about_title"]) == (obstacle["id"], "Ask the packers first")
    found = relations_of(
        stack.views, ("lesson", made["id"]), stack.views.moment(None, stack.clock.now())
    )
    assert [each.target for each in found.to] == [("team", made["about"]["id"])]
    assert [each.source for each in found.of] == [("obstacle", obstacle["id"])]


def test_others_are_about_a_part_of_it(stack: Stack) -> None:
    path = f"/v1/lessons/{capture(stack)['id']}/takeaways"
    part = stack.post(path, {"title": "Ask before you label"}, 201)
    assert part["lesson"]["takeaways"] == ["Ask before you label"]
    about = {"kind": "takeaway", "id": part["id"]}
    obstacle = {"title": "No time to ask", "about": about, "severity": "low"}
    assert stack.post("/v1/obstacles", obstacle, 201)["about"] == about
    obstacle["about"] = {"kind": "takeaway", "id": part["lesson"]["id"]}
    assert stack.post("/v1/obstacles", obstacle, 404)["code"] == "not-found"


def test_live_events_tell_which_screens_show_it(stack: Stack) -> None:
    made = capture(stack)

    async def next_event() -> str:
        events = stack.client.app.state.live.follow(made["position"] - 1, 15)  # type: ignore[attr-defined]
        async for chunk in events:
            if b"data:" in chunk:
                return chunk.decode()
        raise AssertionError("the stream ended")

    assert stack.client.portal is not None
    told = stack.client.portal.call(next_event)
    for topic in (
        f"lesson/{made['id']}", f"team/{made['about']['id']}", "lessons", "history", "obligations",
    ):  # fmt: skip
        assert f'"{topic}"' in told


def test_the_contract_describes_it(stack: Stack) -> None:
    contract = stack.get("/openapi.json")
    assert {"/v1/lessons", "/v1/lessons/{lesson_id}", "/v1/lessons/{lesson_id}/withdraw"} <= set(
        contract["paths"]
    )
    assert "lesson" in contract["components"]["schemas"]["About"]["properties"]["kind"]["enum"]
    assert "LessonShape" in contract["components"]["schemas"]


# --- the engine -----------------------------------------------------------------------------------


def test_its_views_are_rebuilt_to_equal_rows(own: Stack) -> None:
    made = capture(own)
    own.post(f"/v1/lessons/{made['id']}/withdraw")
    items(own, "/v1/lessons")
    report = rebuild(own.journal, own.views).views
    assert {"lessons", "history", "obligations", "relations"} <= {each.view for each in report}
    assert all(each.compared and not each.differs for each in report)
    assert own.get(f"/v1/lessons/{made['id']}")["state"] == "withdrawn"


def test_a_fact_of_it_that_nobody_can_read_stops_its_kind_only(own: Stack) -> None:
    made = capture(own)
    items(own, "/v1/lessons")
    with sqlite3.connect(own.folder / "journal.db") as log:
        log.execute(  # of a newer release
            "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
            " SELECT originator_id, 2, 'lessons.lesson-framed', state FROM stored_events"
            " WHERE topic = 'lessons.lesson-captured'"
        )
    log.close()
    own.team("After it")
    listening = ("lessons", "obligations", "history", "relations", "search")
    deadline = time.monotonic() + 10
    ready: dict[str, Any] = {"halted": []}
    while len(ready["halted"]) < len(listening) and time.monotonic() < deadline:
        time.sleep(0.05)
        ready = own.client.get("/healthz/ready").json()
    halted = {each["view"]: each["state"] for each in ready["halted"]}
    assert halted == dict.fromkeys(listening, "waiting-for-release")
    assert "lessons.lesson-framed" in ready["detail"]
    assert own.get("/v1/lessons", 503)["code"] == "view-halted"
    assert own.get(f"/v1/lessons/{made['id']}", 503)["code"] == "unreadable-fact"
    assert [each["name"][:5] for each in items(own, "/v1/teams")].count("After") == 1
    assert own.get("/v1/events?after=0")["items"][-2]["unreadable"] is True


# --- its clock ------------------------------------------------------------------------------------


def test_its_clock_is_started_by_news_and_by_reconcile_and_acts(own: Stack) -> None:
    clockworks = new_thing.CLOCKS_WITH_LESSONS
    # Captured before there was any relay: the reconciliation finds it.
    early = capture(own, "Early")
    begun = own.clock.now()

    async def run() -> dict[str, Any]:
        async with rehearse(own.journal, own.views, begun, clockworks=clockworks) as stage:
            late = await asyncio.to_thread(capture, own, "Late")
            await stage.until(begun + timedelta(days=31))
        return late

    late = asyncio.run(asyncio.wait_for(run(), 90))
    own.clock.pass_by(days=31)
    for made in (early, late):
        assert own.get(f"/v1/lessons/{made['id']}")["state"] == "recalled"
        told = items(own, f"/v1/history?about=lesson/{made['id']}")
        assert told[-1]["sentence"] == f"The clock recalled “{made['title']}”"
        (owed,) = items(own, f"/v1/obligations?person_id={made['owner_id']}")
        assert (owed["level"], owed["overdue"]) == ("lead", True)


# --- the page that tells contributors how ---------------------------------------------------------

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = (ROOT / "docs" / "contributors.md").read_text()
SOURCE: Final = Path(new_thing.__file__).read_text()
ROW: Final = r"^\| (\w+) \| `([\w/]+)\.py` \| `(\w+): (\w+)` \| `(.+\.py)` \|$"
ROWS: Final = re.findall(ROW, PAGE, re.MULTILINE)


def test_every_path_on_the_page_is_there() -> None:
    named = set(re.findall(r"`([\w./]+/[\w./@-]*)`", PAGE))
    assert len(named) > 25
    # The golden file of the fact that the page makes up.
    made_up = {"tests/journal/golden/lean.obstacle-retitled@1.json"}
    assert {path for path in named - made_up if not (ROOT / path).exists()} == set()


def test_the_thing_of_this_test_has_the_descriptors_of_the_page_and_no_others() -> None:
    assert [layer for layer, *_ in ROWS] == ["domain", "projections", "workflows", "api"]
    for _, module, name, descriptor, _ in ROWS:
        example = getattr(import_module(module.replace("/", ".")), name)
        ours = getattr(new_thing, name)
        assert type(example).__name__ == type(ours).__name__ == descriptor
    plugged = ast.parse(SOURCE).body[-len(ROWS) :]
    added = [
        element.id
        for node in plugged
        for element in ast.walk(node)
        if isinstance(element, ast.Name) and element.id in {name for _, _, name, _, _ in ROWS}
    ]
    assert added == [name for _, _, name, _, _ in ROWS]


def test_each_example_is_one_line_of_its_tuple() -> None:
    for _, module, name, _, tuple_ in ROWS:
        line = rf"^ +{Path(module).name}\.{name},$|[( ]{Path(module).name}\.{name}[,)]"
        assert len(re.findall(line, (ROOT / tuple_).read_text(), re.MULTILINE)) == 1, tuple_


def test_what_the_page_says_to_write_is_what_this_thing_writes() -> None:
    steps = PAGE.partition("## Add a fact")[2].partition("## What must stay")[0]
    calls = set(re.findall(r"`(\w+)\(", steps)) | set(re.findall(r"\b(\w+)=", steps))
    assert {"when", "tell", "on", "makes", "permits", "due", "about", "relations"} <= calls
    names = {
        each.id if isinstance(each, ast.Name) else each.arg
        for each in ast.walk(ast.parse(SOURCE))
        if isinstance(each, ast.Name | ast.keyword)
    }
    assert calls - names == set()
