"""What the API does while something is broken: it says so, soon, and whatever can go on goes on."""

import asyncio
import logging
import sqlite3
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.core.problems import Outages
from journal.errors import JournalUnavailable, LogDamaged
from projections.engine.errors import ViewHalted, ViewsDamaged
from tests.api.installation import Stack, Urls, installation, projecting_soon
from tests.api.processes import serving

WRITERS = 60
SLOWEST_WRITE = 6.5  # five seconds, and what a machine full of tests adds
SLOWEST_READ = 2.5


async def timed(answer: Any) -> tuple[httpx2.Response, float]:
    began = time.monotonic()
    response = await answer
    return response, time.monotonic() - began


async def writers_and_readers(address: str) -> tuple[list[Any], list[Any]]:
    """Sixty writes at once, and reads while they wait: each answer with its seconds."""
    limits = httpx2.Limits(max_connections=WRITERS + 10)
    async with httpx2.AsyncClient(base_url=address, timeout=30, limits=limits) as client:
        writes = [
            asyncio.create_task(
                timed(client.post("/v1/teams", json={"name": f"T{number}", "kind": "team"}))
            )
            for number in range(WRITERS)
        ]
        reads: list[Any] = []
        await asyncio.sleep(0.5)
        while not all(each.done() for each in writes):
            paths = ("/v1/teams", "/healthz/ready", "/v1/me")
            reads += [await timed(client.get(path)) for path in paths]
            await asyncio.sleep(0.2)
        return [await each for each in writes], reads


def test_a_young_installation_answers_who_comes_before_its_views_stand(tmp_path: Path) -> None:
    with installation(tmp_path, projector=False) as stack:
        company = stack.active()
        first = company.check_in(25)
        correction = {"value": 26, "reason": "Counted again."}
        with projecting_soon(tmp_path):
            stack.post(f"/v1/check-ins/{first['id']}/correct", correction, 201)
            assert stack.get(f"/v1/scores?cycle_id={company.cycle}")["score"] == 0.3
    with installation(tmp_path / "asks", projector=False) as stack:
        stack.team()
        with projecting_soon(tmp_path / "asks"):
            assert len(stack.get("/v1/teams")["items"]) == 1


def test_writes_that_wait_are_answered_in_time_and_starve_no_read(tmp_path: Path) -> None:
    urls = Urls(tmp_path).migrate()
    with serving(urls) as process:
        blocker = sqlite3.connect(urls.folder / "journal.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        try:
            writes, reads = asyncio.run(writers_and_readers(process.address))
        finally:
            blocker.execute("ROLLBACK")
            blocker.close()
        said = process.said.read_text()
    for answer, seconds in writes:
        assert (answer.status_code, answer.json()["code"]) == (503, "store-away")
        assert int(answer.headers["retry-after"]) >= 1
        assert seconds < SLOWEST_WRITE
    assert reads
    for answer, seconds in reads:
        assert answer.status_code == 200, answer.text
        assert seconds < SLOWEST_READ
    assert "Traceback" not in said
    assert 1 <= said.count("answered 503") <= WRITERS // 2, "one line each, and not of all of them"


def test_an_outage_is_one_line_each_and_never_a_flood(caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages(lines=3, seconds=0.2)
    with caplog.at_level(logging.WARNING):
        for _ in range(50):
            problem = outages.of_log(JournalUnavailable("the log\nis locked"))
            assert problem.status_code == 503
        assert len(caplog.records) == 3
        time.sleep(0.25)
        outages.of_log(JournalUnavailable("still"))
    assert len(caplog.records) == 4
    assert "47 more" in caplog.records[-1].getMessage()
    assert all("\n" not in each.getMessage() for each in caplog.records)
    assert not any(each.exc_info for each in caplog.records)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ViewHalted("okr", "halted", 22, "no row for it"), "view-halted", "no row for it"),
        (ViewsDamaged("views.db: file is not a database"), "views-damaged", "rebuilt"),
    ],
)
def test_a_view_that_cannot_answer_says_which_and_why(
    error: Exception, code: str, words: str
) -> None:
    problem = Outages().of_views(error)
    assert (problem.status_code, problem.code) == (503, code)
    assert words in problem.detail
    assert int(problem.headers["Retry-After"]) >= 1  # type: ignore[index]


def test_a_damaged_log_names_no_place_to_strangers() -> None:
    problem = Outages().of_log(LogDamaged("/srv/secret/journal.db", ("page 7",)))
    assert (problem.status_code, problem.code) == (503, "store-damaged")
    assert "secret" not in problem.detail


def test_what_is_halted_is_named_and_everything_else_goes_on(own: Stack) -> None:
    company = own.active()
    fresh = {"TrueNorth-Min-Position": str(own.journal.head()), "Prefer": "wait=20"}
    own.get("/v1/teams", headers=fresh)
    assert own.get("/healthz/ready")["status"] == "ready"
    with own.views.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE followers SET state = 'halted', reason = 'the test says so', position = 1"
            " WHERE name = 'okr'"
        )
    red = own.get("/healthz/ready", 503)
    assert red["code"] == "not-ready"
    assert "okr" in red["red"][0]
    assert "the test says so" in red["red"][0]
    assert own.get("/healthz/live") == {"status": "live"}

    board = own.client.get(f"/v1/boards/objectives?cycle_id={company.cycle}")
    assert (board.status_code, board.json()["code"]) == (503, "view-halted"), board.text
    assert board.json()["view"] == "okr"
    assert int(board.headers["retry-after"]) >= 1
    assert own.get(f"/v1/objectives/{company.objective}")["id"] == company.objective
    assert own.get("/v1/teams")["items"]
    assert own.team()


def test_a_view_that_readers_are_refused_is_red(own: Stack) -> None:
    own.active()
    fresh = {"TrueNorth-Min-Position": str(own.journal.head()), "Prefer": "wait=20"}
    own.get("/v1/teams", headers=fresh)
    with own.views.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE followers SET tables = 'of_another_release' WHERE name = 'people'"
        )
    assert own.get("/v1/teams", 503)["code"] == "view-halted"
    (red,) = own.get("/healthz/ready", 503)["red"]
    assert "people" in red
    assert "another release keeps it in another shape" in red


def test_noise_in_the_views_is_named_and_the_log_goes_on(own: Stack) -> None:
    company = own.active()
    own.get("/v1/teams")
    path = own.folder / "views.db"
    path.write_bytes(b"noise " * 20_000)
    own.views.engine.dispose()
    for address in ("/v1/teams", "/healthz/ready"):
        answer = own.client.get(address)
        assert answer.status_code == 503, answer.text
        # What SQLite says of it depends on what it had read before.
        assert answer.json()["code"] in {"views-damaged", "store-away"}
    assert own.get(f"/v1/objectives/{company.objective}")["id"] == company.objective
    assert own.get("/healthz/live")["status"] == "live"
