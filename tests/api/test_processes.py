"""Real processes: they end with code 0, see each other's writes, and lose nothing when killed."""

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from uvicorn import Config

from api.server import PORT_TAKEN, REFUSED, Server, serve
from journal.store import open_journal
from journal.wiring import domain_decider
from tests.api.installation import Stack, Urls, projecting
from tests.api.processes import events, serving


def form(address: str, name: str, **headers: str) -> httpx2.Response:
    body = {"name": name, "kind": "team"}
    return httpx2.post(f"{address}/v1/teams", json=body, headers=headers, timeout=10)


def stop_with_open_streams(urls: Urls, streams: int) -> tuple[int, str]:
    with serving(urls) as process:
        opened = threading.Barrier(streams + 1, timeout=15)

        def listen() -> None:
            url = f"{process.address}/v1/events/stream"
            with httpx2.stream("GET", url, timeout=20) as response:
                opened.wait()
                for _ in response.iter_lines():
                    pass

        threads = [threading.Thread(target=listen) for _ in range(streams)]
        for thread in threads:
            thread.start()
        opened.wait()
        code = process.stop()
        for thread in threads:
            thread.join(10)
        return code, process.said.read_text()


def test_sigterm_ends_open_streams_and_exits_0(tmp_path: Path) -> None:
    code, said = stop_with_open_streams(Urls(tmp_path).migrate(), 3)
    assert code == 0, said
    assert "Traceback" not in said


def test_the_handler_of_a_signal_ends_nothing_itself() -> None:
    """It may interrupt the main thread inside the very lock that ending a stream takes."""
    ended: list[str] = []
    server = Server(Config("none"), lambda: ended.append("streams"))
    server.handle_exit(signal.SIGTERM, None)
    assert (server.should_exit, ended) == (True, [])


@pytest.mark.drill
def test_twenty_of_twenty_stops_exit_0(tmp_path: Path) -> None:
    urls = Urls(tmp_path).migrate()
    codes = [stop_with_open_streams(urls, number % 4)[0] for number in range(20)]
    assert codes == [0] * 20


def test_a_taken_port_is_one_clear_line(own: Stack, caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve(own.services, port=port) == PORT_TAKEN
    (said,) = caplog.messages
    assert said.startswith(f"cannot listen on 127.0.0.1:{port}")


def test_local_mode_binds_to_loopback_only(own: Stack, caplog: pytest.LogCaptureFixture) -> None:
    assert serve(own.services, host="0.0.0.0", port=0) == REFUSED
    (said,) = caplog.messages
    assert "loopback" in said


@dataclass
class Pair:
    """Two API processes over the same stores, and a projector."""

    one: str
    two: str

    def head(self) -> int:
        found = httpx2.get(f"{self.one}/v1/system", timeout=10).json()["head"]
        assert isinstance(found, int)
        return found


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    urls = Urls(tmp_path_factory.mktemp("pair")).migrate()
    with projecting(urls), serving(urls) as one, serving(urls) as two:
        yield Pair(one.address, two.address)


def test_two_processes_see_each_others_writes(pair: Pair) -> None:
    addresses = (pair.one, pair.two)
    for number in range(12):
        here, there = addresses[number % 2], addresses[(number + 1) % 2]
        made = form(here, f"Team {number}").json()
        single = httpx2.get(f"{there}/v1/teams/{made['id']}", timeout=10)
        assert single.status_code == 200, "things are folded from the log itself"
        listed = httpx2.get(
            f"{there}/v1/teams",
            params={"limit": 500},
            headers={"TrueNorth-Min-Position": str(made["position"]), "Prefer": "wait=20"},
            timeout=30,
        ).json()
        assert made["id"] in {each["id"] for each in listed["items"]}


def test_the_same_key_at_two_processes_writes_once(pair: Pair) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda at: form(at, "Once", **{"Idempotency-Key": "both"}),
                [pair.one, pair.two] * 4,
            )
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_a_stream_resumes_without_gap_or_repeat(pair: Pair) -> None:
    base = pair.head()
    for number in range(5):
        form(pair.one, f"Early {number}")
    seen = events(pair.one, base, base + 3)
    assert seen[:3] == [base + 1, base + 2, base + 3]
    more = threading.Thread(target=lambda: [form(pair.one, f"Late {n}") for n in range(10)])
    more.start()
    resumed = events(pair.one, 0, base + 15, **{"Last-Event-ID": str(seen[-1])})
    more.join()
    assert seen + resumed == list(range(base + 1, base + 16))


def test_a_stream_hears_the_writes_of_another_process(pair: Pair) -> None:
    base = pair.head()
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(events, pair.one, base, base + 3)
        for number in range(3):
            form(pair.two, f"Heard {number}")
        assert heard.result(30) == [base + 1, base + 2, base + 3]


def test_an_event_names_what_it_touches(pair: Pair) -> None:
    made = form(pair.one, "Ops").json()
    url = f"{pair.one}/v1/events/stream?after={made['position'] - 1}"
    with httpx2.stream("GET", url, timeout=20) as response:
        line = next(each for each in response.iter_lines() if each.startswith("data: "))
    event = json.loads(line[6:])
    assert event["position"] == made["position"]
    assert event["type"] == "people.team-formed"
    assert {f"team/{made['id']}", "teams", "history"} <= set(event["topics"])


def acknowledged_survive(urls: Urls, kills: int) -> None:
    """Write as fast as it goes, kill -9 in between; every answer given must be in the log."""
    answered: dict[str, tuple[int, str]] = {}
    tried: set[str] = set()
    refused: list[str] = []
    for round_ in range(kills):
        with serving(urls) as process:
            going = threading.Event()

            def write(
                worker: int,
                address: str = process.address,
                turn: int = round_,
                going: threading.Event = going,
            ) -> None:
                for number in range(10_000):
                    name = f"Team-{turn}.{worker}.{number}"
                    tried.add(name)
                    try:
                        answer = form(address, name, **{"Idempotency-Key": name})
                    except httpx2.HTTPError:
                        return
                    if answer.status_code != 201:
                        refused.append(answer.text)
                        return
                    answered[name] = (answer.json()["position"], answer.json()["id"])
                    going.set()

            threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
            for thread in threads:
                thread.start()
            assert going.wait(30), refused
            time.sleep(0.15 + 0.05 * round_)
            process.kill()
            for thread in threads:
                thread.join(15)
    assert not refused
    with open_journal(urls.journal, domain_decider()) as journal:
        head = journal.head()
        log = journal.tail(0, head + 1)
        assert [each.position for each in log] == list(range(1, head + 1))
        stored = {each.position: each.fact for each in log}
        for name, (position, team) in answered.items():
            assert (stored[position].name, stored[position].team_id) == (name, team)
        names = [each.fact.name for each in log]
        assert len(names) == len(set(names)), "nothing was recorded twice"
    with serving(urls) as process:
        for name in sorted(tried)[:40]:
            again = form(process.address, name, **{"Idempotency-Key": name})
            assert again.status_code == 201
            if name in answered:
                assert (again.json()["position"], again.json()["id"]) == answered[name]


def test_kill_9_between_writes_loses_nothing_acknowledged(tmp_path: Path) -> None:
    acknowledged_survive(Urls(tmp_path).migrate(), kills=1)


@pytest.mark.drill
def test_ten_kills_lose_nothing_acknowledged(tmp_path: Path) -> None:
    acknowledged_survive(Urls(tmp_path).migrate(), kills=10)


def said_to(address: str, *pieces: bytes) -> tuple[bytes, bytes]:
    """Head and body of what the server answers before it ends the connection."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        answer = b""
        try:
            for piece in pieces:
                line.sendall(piece)
        except ConnectionError:
            pass  # it has heard enough
        try:
            while data := line.recv(65_536):
                answer += data
        except ConnectionError:
            pass
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


@pytest.mark.parametrize(
    ("pieces", "status", "code"),
    [
        ([b"hello\r\n\r\n"], 400, "unreadable-request"),
        ([b"GET /v1/me HTTP/1.1\r\nno colon\r\n\r\n"], 400, "unreadable-request"),
        ([b"GET /v1/me HTTP/1.1\r\nHost: x\r\nA: ", *[b"a" * 8192] * 9], 431, "head-too-large"),
        ([b"GET /v1/me HTTP/1.1\r\n", *[b"A: b\r\n" * 1500] * 9], 431, "head-too-large"),
        ([b"GET /v1/me HTTP/1.1\r\nA: %b\r\n\r\n" % (b"a" * 100_000)], 431, "head-too-large"),
        ([b"GET /%b HTTP/1.1\r\n\r\n" % (b"a" * 100_000)], 431, "head-too-large"),
    ],
    ids=[
        "no HTTP",
        "no header",
        "an endless header",
        "endless headers",
        "a large header at once",
        "a large address at once",
    ],
)
def test_what_is_no_request_is_a_problem_too(
    pair: Pair, pieces: list[bytes], status: int, code: str
) -> None:
    head, body = said_to(pair.one, *pieces)
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == code


def test_a_large_body_and_the_next_request_on_its_connection_are_no_large_head(
    pair: Pair,
) -> None:
    body = json.dumps({"name": "a", "x": "y" * 200_000}).encode()
    request = (
        b"POST /v1/teams HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b"
    ) % (len(body), body)
    last = b"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    _, answers = said_to(pair.one, request, request, last)
    assert answers.count(b"HTTP/1.1 422 ") == 1
    assert answers.count(b"HTTP/1.1 200 ") == 1
