"""Methods: an address tells all it takes, and HEAD goes wherever GET does."""

from pathlib import Path

import httpx2
import pytest

from tests.api.installation import Stack, Urls
from tests.api.processes import serving


@pytest.mark.parametrize(
    ("method", "path", "takes"),
    [
        ("DELETE", "/v1/people", "GET, HEAD, POST"),
        ("DELETE", "/v1/cycles", "GET, HEAD, POST"),
        ("PUT", "/v1/objectives/01890000-0000-7000-8000-000000000000", "DELETE, GET, HEAD, PATCH"),
        ("POST", "/v1/teams/a/members/b", "DELETE, PUT"),
        ("GET", "/v1/cycles/a/start", "POST"),
        ("HEAD", "/v1/cycles/a/start", "POST"),
        ("OPTIONS", "/v1/boards/objectives", "GET, HEAD"),
        ("POST", "/healthz/live", "GET, HEAD"),
    ],
)
def test_an_address_tells_what_it_takes(stack: Stack, method: str, path: str, takes: str) -> None:
    answer = stack.client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, takes)


def test_head_is_get_without_the_body(stack: Stack) -> None:
    company = stack.active()
    stack.get("/v1/teams", headers={"TrueNorth-Min-Position": str(stack.journal.head())})
    for path in (
        "/v1/teams",
        "/v1/system",
        f"/v1/objectives/{company.objective}",
        f"/v1/scores?cycle_id={company.cycle}",  # computed, then kept
        f"/v1/scores?cycle_id={company.cycle}",
        "/v1/events",
        "/v1/teams?sort=name",
        "/v1/nowhere",
        "/openapi.json",
        "/docs",
        "/healthz/live",
    ):
        head, got = stack.client.head(path), stack.client.get(path)
        assert head.status_code == got.status_code, path
        assert head.headers == got.headers, path
        assert head.content == b"", path
        assert got.content != b"", path


def test_head_may_find_that_nothing_changed(stack: Stack) -> None:
    etag = stack.client.head("/v1/teams").headers["etag"]
    assert stack.client.head("/v1/teams", headers={"If-None-Match": etag}).status_code == 304


def test_head_of_a_stream_ends(stack: Stack) -> None:
    for path in ("/v1/events/stream", "/v1/events"):
        head = stack.client.head(path, headers={"Accept": "application/x-ndjson"})
        assert (head.status_code, head.content) == (200, b"")
    assert stack.client.app.state.live.connections == 0  # type: ignore[attr-defined]


def test_head_over_the_wire(tmp_path: Path) -> None:
    with serving(Urls(tmp_path).migrate()) as process, httpx2.Client(timeout=5) as client:
        for path in ("/v1/system", "/v1/events/stream", "/v1/nowhere", "/v1/system"):
            head = client.head(process.address + path)
            assert head.content == b""
            assert head.headers["content-type"]
        assert process.stop() == 0
        assert "Traceback" not in process.said.read_text()
