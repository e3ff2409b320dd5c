"""Every problem the API documents of its own is provoked once, and none of them says too much."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.app import create_app
from api.core.codes import EDGE
from api.core.problems import journal_problem
from api.services import Services
from journal.errors import (
    DiskFull,
    JournalUnavailable,
    LogDamaged,
    StoreNotMigrated,
    UnreadableFact,
)
from tests.api.installation import Stack

JSON = {"Content-Type": "application/json"}
Provocation = Callable[[Stack], Response]


def raw(body: bytes, **headers: str) -> Provocation:
    return lambda stack: stack.client.post("/v1/people", content=body, headers={**JSON, **headers})


def ask(path: str, **headers: str) -> Provocation:
    return lambda stack: stack.client.get(path, headers=headers)


def elsewhere(stack: Stack) -> Response:
    far = TestClient(stack.client.app, base_url="http://127.0.0.1", client=("192.0.2.7", 4711))
    return far.get("/v1/me")


def twice(stack: Stack) -> Response:
    headers = {"Idempotency-Key": "twice"}
    stack.client.post("/v1/teams", json={"name": "One", "kind": "team"}, headers=headers)
    return stack.client.post("/v1/teams", json={"name": "Two", "kind": "team"}, headers=headers)


def stale(stack: Stack) -> Response:
    company = stack.active()
    path = f"/v1/objectives/{company.objective}/drop"
    return stack.client.post(path, json={"reason": "x"}, headers={"If-Match": '"1"'})


def unversioned(stack: Stack) -> Response:
    return stack.client.post(f"/v1/objectives/{stack.active().objective}/drop")


def bad_version(stack: Stack) -> Response:
    path = f"/v1/objectives/{stack.active().objective}/drop"
    return stack.client.post(path, headers={"If-Match": "W/abc"})


def same_email(stack: Stack) -> Response:
    body = {"name": "Bo", "email": "bo@example.org"}
    stack.client.post("/v1/people", json=body)
    return stack.client.post("/v1/people", json={**body, "email": "BO@example.org"})


def into_the_past(stack: Stack) -> Response:
    return stack.client.post("/v1/people?as_of=@1", json={"name": "C", "email": "c@d.org"})


def foreign_cursor(stack: Stack) -> Response:
    stack.person(), stack.person()
    cursor = stack.get("/v1/people?limit=1")["next_cursor"]
    assert cursor is not None
    return stack.client.get("/v1/teams", params={"cursor": cursor})


def as_viewer(stack: Stack) -> Response:
    key = stack.directory.create_key("viewer", None, "test")
    return stack.client.post(
        "/v1/teams",
        json={"name": "No", "kind": "team"},
        headers={"Authorization": f"Bearer {key}"},
    )


def guessing(stack: Stack) -> Response:
    stranger = TestClient(
        stack.client.app, base_url="http://127.0.0.1", client=("127.0.0.66", 4711)
    )
    for number in range(30):
        answer = stranger.get("/v1/me", headers={"Authorization": f"Bearer guess-{number}"})
        assert answer.status_code == 401
    return stranger.get("/v1/me", headers={"Authorization": "Bearer guess-again"})


PROVOKED: dict[str, Provocation] = {
    "unreadable-json": raw(b"{"),
    "unreadable-text": raw(b'{"name":"\\ud800"}'),
    "unreadable-number": raw(b'{"name":1e999}'),
    "unreadable-duplicate": raw(b'{"name":"a","name":"b"}'),
    "unreadable-depth": raw(b"[" * 5000),
    "unreadable-moment": ask("/v1/teams?as_of=yesterday"),
    "moment-ahead": ask("/v1/teams?as_of=@999999999"),
    "unreadable-position": ask("/v1/teams", **{"TrueNorth-Min-Position": "-1"}),
    "position-ahead": ask("/v1/events?after=999999999"),
    "unreadable-cursor": foreign_cursor,
    "unreadable-if-match": bad_version,
    "unreadable-idempotency-key": raw(b"{}", **{"Idempotency-Key": "a b"}),
    "untrusted-host": ask("/v1/me", Host="rebound.example"),
    "unauthorized": ask("/v1/me", Authorization="Bearer guessed"),
    "unknown-person": ask("/v1/me", **{"TrueNorth-Person": "nobody"}),
    "forbidden": as_viewer,
    "local-only": elsewhere,
    "cross-site": raw(b"{}", Origin="http://evil.example"),
    "not-found": ask("/v1/objectives/01890000-0000-7000-8000-000000000000"),
    "method-not-allowed": lambda stack: stack.client.delete("/v1/cycles"),
    "past-is-read-only": into_the_past,
    "already-exists": same_email,
    "stale-version": stale,
    "too-large": raw(b'"' + b"a" * 300_000 + b'"'),
    "unsupported-media-type": raw(b"name=a", **{"Content-Type": "text/plain"}),
    "invalid-request": raw(b'{"name":"a","mail":"x"}'),
    "idempotency-key-reused": twice,
    "if-match-needed": unversioned,
    "too-many-guesses": guessing,
    "projection-behind": ask(
        "/v1/teams", **{"TrueNorth-Min-Position": "999999999", "Prefer": "wait=0"}
    ),
}
BROKEN = {
    "store-away",
    "disk-full",
    "store-damaged",
    "unreadable-fact",
    "view-halted",
    "views-damaged",
    "not-ready",
    "fault",
}  # they need a broken installation; see below and test_broken
BELOW = {"unreadable-request", "head-too-large"}  # of the wire itself; see test_processes
KEYS = {"holder-inactive"}  # needs the key of somebody who has left; see test_roles


@pytest.mark.parametrize("code", PROVOKED)
def test_documented_problem(stack: Stack, code: str) -> None:
    response = PROVOKED[code](stack)
    problem = response.json()
    status, _ = EDGE[code]
    assert (response.status_code, problem["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["type"] == f"/docs#problem-{code}"
    assert {"title", "detail"} <= problem.keys()
    for said in (problem["detail"], *(each["detail"] for each in problem.get("errors", ()))):
        assert whole_sentence(said), said


def whole_sentence(said: str) -> bool:
    """It begins with a capital letter, or with a name, and it ends."""
    return (said[0].isupper() or said.startswith(("as_of", "'"))) and said.endswith(".")


def test_a_refusal_of_the_domain_is_a_whole_sentence_too(stack: Stack) -> None:
    backwards = {"name": "Q", "starts_on": "2026-03-31", "ends_on": "2026-01-01", "timezone": "UTC"}
    for body in (backwards, {**backwards, "timezone": "Nowhere/At_all"}):
        refused = stack.post("/v1/cycles", body, 422)
        for said in (refused["detail"], *(each["detail"] for each in refused["errors"])):
            assert whole_sentence(said), said


def test_no_documented_problem_is_left_out() -> None:
    assert PROVOKED.keys() | BROKEN | BELOW | KEYS == EDGE.keys()


def test_a_problem_points_at_the_fields(stack: Stack) -> None:
    company = stack.active()
    measure = {"kind": "increase", "target": "40", "phases": [{"on": "2026-02-30", "fraction": 1}]}
    problem = stack.post(
        f"/v1/objectives/{company.objective}/key-results",
        {"title": "x", "measure": measure, "extra": 1},
        422,
    )
    pointers = {each["pointer"] for each in problem["errors"]}
    assert pointers == {"/measure/target", "/measure/phases/0/on", "/extra"}


def test_a_problem_never_repeats_what_came_in(stack: Stack) -> None:
    hostile = "<script>steal()</script>"
    for body in (
        {"name": hostile, "email": hostile},
        {hostile: 1},
        {"name": [hostile], "email": {"a": hostile}},
    ):
        response = stack.client.post("/v1/people", json=body)
        assert response.status_code == 422
        assert "steal" not in response.text


def test_a_missing_thing_comes_before_a_missing_right(stack: Stack) -> None:
    key = stack.directory.create_key("viewer", None, "test")
    headers = {"Authorization": f"Bearer {key}", "If-Match": "*"}
    nowhere = "/v1/objectives/01890000-0000-7000-8000-000000000000/propose"
    assert stack.client.post(nowhere, headers=headers).status_code == 404
    known = f"/v1/objectives/{stack.active().objective}/propose"
    assert stack.client.post(known, headers=headers).status_code == 403


def in_pieces(size: int) -> Iterator[bytes]:
    yield b'"'
    for _ in range(size // 1000):
        yield b"a" * 1000


@pytest.mark.parametrize("size", [300_000, 20_000_000])
@pytest.mark.parametrize("told", [True, False], ids=["with length", "in pieces"])
def test_too_large_is_a_problem_however_it_comes(stack: Stack, size: int, told: bool) -> None:
    content = b"".join(in_pieces(size)) if told else in_pieces(size)
    response = stack.client.post("/v1/people", content=content, headers=JSON)
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


def test_a_locked_store_is_503_with_retry_after_and_loses_nothing(own: Stack) -> None:
    before = own.journal.head()
    blocker = sqlite3.connect(own.folder / "journal.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    body, headers = {"name": "Late", "kind": "team"}, {"Idempotency-Key": "late"}
    try:
        refused = own.client.post("/v1/teams", json=body, headers=headers)
        assert refused.status_code == 503
        assert refused.json()["code"] == "store-away"
        assert int(refused.headers["retry-after"]) >= 1
        assert own.client.get("/v1/teams").status_code == 200, "reads go on"
    finally:
        blocker.execute("ROLLBACK")
        blocker.close()
    done = own.client.post("/v1/teams", json=body, headers=headers)
    assert done.status_code == 201
    assert own.journal.head() == before + 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DiskFull("no room"), "disk-full"),
        (LogDamaged("journal.db", ("page 7",)), "store-damaged"),
        (UnreadableFact(7, "okr.thing-renamed", "unknown"), "unreadable-fact"),
        (JournalUnavailable("gone", retry_after=7), "store-away"),
        (StoreNotMigrated("no tables"), "store-away"),
    ],
)
def test_an_ailing_store_is_503(error: Exception, code: str) -> None:
    problem = journal_problem(error)  # type: ignore[arg-type]
    assert (problem.status_code, problem.code) == (503, code)
    assert int(problem.headers["Retry-After"]) >= 1  # type: ignore[index]


class StoppedClock:
    def now(self) -> object:
        raise OSError("no clock: SECRET")


def test_a_fault_of_ours_is_a_problem_without_details(stack: Stack) -> None:
    services = Services(
        journal=stack.journal,
        views=stack.views,
        directory=stack.directory,
        clock=StoppedClock(),  # type: ignore[arg-type]
    )
    client = TestClient(
        create_app(services),
        base_url="http://127.0.0.1",
        client=("127.0.0.1", 1),
        raise_server_exceptions=False,
    )
    response = client.post("/v1/teams", json={"name": "x", "kind": "team"})
    assert response.status_code == 500
    assert response.json()["code"] == "fault"
    assert "SECRET" not in response.text
