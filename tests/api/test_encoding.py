"""Answers and files are sent smaller to whoever takes that, and never otherwise."""

import gzip
from pathlib import Path
from typing import Any

import brotli
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.core.encoding import LEAST, accepts
from api.services import Services
from deploy.build_web import compress
from tests.api.installation import Stack

PLAIN, GZIP = {"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip"}
LONG = "/openapi.json"


def raw(client: Any, path: str, headers: dict[str, str], method: str = "GET") -> tuple[Any, bytes]:
    """The answer, and its bytes as they came."""
    with client.stream(method, path, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True), ("br, gzip", True), ("GZIP;q=0.5", True), ("*", True), ("*;q=0.1", True),
        ("", False), ("identity", False), ("gzip;q=0", False), ("gzip;q=0.0, *", False),
        ("*;q=0", False), ("gzip;q=much", False), ("x-gzip-like", False), ("br", False),
    ],
)  # fmt: skip
def test_who_takes_gzip(header: str, taken: bool) -> None:
    assert accepts(header, "gzip") is taken


def test_a_long_answer_is_compressed_and_says_so(stack: Stack) -> None:
    plain, whole = raw(stack.client, LONG, PLAIN)
    small, body = raw(stack.client, LONG, GZIP)
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in small.headers["vary"].lower()
    assert small.headers["content-length"] == str(len(body))
    assert gzip.decompress(body) == whole
    assert len(body) < len(whole) / 5
    refused, same = raw(stack.client, LONG, {"Accept-Encoding": "gzip;q=0, br"})
    assert ("content-encoding" in refused.headers, same) == (False, whole)


def test_a_short_answer_is_not(stack: Stack) -> None:
    for path in ("/v1/me", "/v1/nowhere"):
        answer, body = raw(stack.client, path, GZIP)
        assert "content-encoding" not in answer.headers
        assert len(body) < LEAST


def test_head_tells_what_get_would(stack: Stack) -> None:
    small, body = raw(stack.client, LONG, GZIP)
    head, nothing = raw(stack.client, LONG, GZIP, "HEAD")
    assert (head.status_code, nothing) == (200, b"")
    assert head.headers["content-length"] == small.headers["content-length"] == str(len(body))
    assert head.headers["content-encoding"] == "gzip"


def test_a_kept_view_is_compressed_once_and_known_again(own: Stack) -> None:
    company = own.active()
    for _ in range(3):
        own.key_result(own.objective(company.cycle, company.team, company.owner))
    path = f"/v1/boards/objectives?cycle_id={company.cycle}"
    own.get(path, headers={"TrueNorth-Min-Position": str(own.journal.head())})
    plain, whole = raw(own.client, path, PLAIN)
    for _ in range(2):
        small, body = raw(own.client, path, GZIP)
        assert small.headers["content-encoding"] == "gzip"
        assert gzip.decompress(body) == whole
        assert "Accept-Encoding" in small.headers["vary"]
        etag = {"If-None-Match": small.headers["etag"]}
        for accepted in (PLAIN, GZIP):
            same, nothing = raw(own.client, path, {**accepted, **etag})
            assert (same.status_code, nothing) == (304, b"")
            assert "content-encoding" not in same.headers
    assert plain.headers["content-length"] == str(len(whole))


def test_lines_of_the_log_are_compressed_as_they_come(own: Stack) -> None:
    for number in range(30):
        own.team(f"T{number}")
    lines = {"Accept": "application/x-ndjson"}
    _, whole = raw(own.client, "/v1/events", {**lines, **PLAIN})
    small, body = raw(own.client, "/v1/events", {**lines, **GZIP})
    assert small.headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == whole
    assert whole.count(b"\n") == 30


def test_versions_are_the_same_however_they_are_sent(stack: Stack) -> None:
    company = stack.active()
    for value in range(21, 35):
        company.check_in(value)
    path = f"/v1/objectives/{company.objective}"
    small, _ = raw(stack.client, path, GZIP)
    assert small.headers["content-encoding"] == "gzip"
    dropped = stack.client.post(
        f"{path}/drop", json={"reason": "x"}, headers={"If-Match": small.headers["etag"], **GZIP}
    )
    assert dropped.status_code == 200


# --- the pages ----------------------------------------------------------------------------------


@pytest.fixture
def pages(stack: Stack, tmp_path: Path) -> TestClient:
    """Built pages, compressed as the build does it."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(f"<h1>north</h1>{'<p>words</p>' * 200}")
    (tmp_path / "assets" / "app-1a2b.js").write_text("export const a = 1;\n" * 200)
    (tmp_path / "assets" / "tiny-1a2b.js").write_text("export {}")
    (tmp_path / "assets" / "font-1a2b.woff2").write_bytes(bytes(range(256)) * 8)
    compress(tmp_path)
    services = Services(stack.journal, stack.views, stack.directory, static_dir=tmp_path)
    return TestClient(create_app(services), base_url="http://127.0.0.1", client=("127.0.0.1", 1))


@pytest.mark.parametrize("path", ["/assets/app-1a2b.js", "/"])
def test_files_are_sent_in_the_best_coding_that_is_taken(pages: TestClient, path: str) -> None:
    page = {"Accept": "text/html,*/*"}
    plain, whole = raw(pages, path, {**page, **PLAIN})
    assert "content-encoding" not in plain.headers
    etags = {plain.headers["etag"]}
    for accepted, coding, opened in (
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
    ):
        small, body = raw(pages, path, {**page, "Accept-Encoding": accepted})
        assert small.headers["content-encoding"] == coding
        assert opened(body) == whole
        assert small.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
        for name in ("content-type", "cache-control"):
            assert small.headers[name] == plain.headers[name]
        etags.add(small.headers["etag"])
        again, nothing = raw(
            pages,
            path,
            {**page, "Accept-Encoding": accepted, "If-None-Match": small.headers["etag"]},
        )
        assert (again.status_code, nothing) == (304, b"")
        assert "content-encoding" not in again.headers
    assert len(etags) == 3, "each coding is a representation of its own"


def test_what_gains_nothing_is_sent_as_it_is(pages: TestClient, tmp_path: Path) -> None:
    for name in ("tiny-1a2b.js", "font-1a2b.woff2"):
        answer, body = raw(pages, f"/assets/{name}", {"Accept-Encoding": "br, gzip"})
        assert "content-encoding" not in answer.headers
        assert body == (tmp_path / "assets" / name).read_bytes()
    assert pages.get("/assets/app-1a2b.js.br").status_code == 404, "no file of its own"
