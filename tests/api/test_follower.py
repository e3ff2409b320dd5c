"""The live stream and the log over HTTP: facts that cannot be read, and logs that were restored."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.api.installation import Urls
from tests.api.processes import Process, serving

UNKNOWN = "people.team-recoloured"


def form(address: str, name: str) -> dict[str, Any]:
    answer = httpx2.post(f"{address}/v1/teams", json={"name": name, "kind": "team"}, timeout=20)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def written_by_a_newer_release(journal: Path) -> int:
    """A fact of a type that this release does not know; its position."""
    with sqlite3.connect(journal, timeout=10) as log:
        stream, version, state = log.execute(
            "SELECT originator_id, originator_version, state FROM stored_events"
            " WHERE topic = 'people.team-formed' ORDER BY rowid DESC LIMIT 1"
        ).fetchone()
        position = log.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
            " VALUES (?, ?, ?, ?)",
            (stream, version + 1, UNKNOWN, state),
        ).lastrowid
    log.close()
    assert position is not None
    return position


class Listener:
    """A client of the live stream, in a thread of its own: what it hears, event by event."""

    def __init__(self, address: str, **query: int) -> None:
        self._heard: list[tuple[str, int, dict[str, Any]]] = []
        self._more = threading.Condition()
        self._url = f"{address}/v1/events/stream"
        self._query = query
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            with httpx2.stream("GET", self._url, params=self._query, timeout=30) as response:
                kind, position = "message", 0
                for line in response.iter_lines():
                    name, _, value = line.partition(": ")
                    if name == "event":
                        kind = value
                    elif name == "id":
                        position = int(value)
                    elif name == "data":
                        with self._more:
                            self._heard.append((kind, position, json.loads(value)))
                            self._more.notify_all()
                        kind = "message"
        except httpx2.HTTPError:
            pass  # its server has ended

    def hears(self, kind: str, position: int) -> dict[str, Any]:
        """The data of that event, which must come soon; it and what came before is heard."""
        deadline = time.monotonic() + 15
        with self._more:
            while time.monotonic() < deadline:
                for place, heard in enumerate(self._heard):
                    if heard[:2] == (kind, position):
                        del self._heard[: place + 1]
                        return heard[2]
                self._more.wait(0.5)
        raise AssertionError(f"no {kind} {position} among {[each[:2] for each in self._heard]}")


@pytest.fixture
def urls(tmp_path: Path) -> Urls:
    return Urls(tmp_path).migrate()


@pytest.fixture
def process(urls: Urls) -> Iterator[Process]:
    with serving(urls) as running:
        yield running


def test_a_fact_that_cannot_be_read_is_told_of_and_stops_nothing(
    urls: Urls, process: Process
) -> None:
    listener = Listener(process.address, after=0)
    first = form(process.address, "One")
    listener.hears("message", first["position"])
    position = written_by_a_newer_release(urls.folder / "journal.db")
    heard = listener.hears("message", position)
    assert (heard["type"], heard["stream"]) == (UNKNOWN, f"team/{first['id']}")
    assert {f"team/{first['id']}", "teams", "history"} <= set(heard["topics"])
    after = form(process.address, "Two")
    listener.hears("message", after["position"])

    log = httpx2.get(f"{process.address}/v1/events?after=0", timeout=10)
    assert log.status_code == 200
    told = {event["position"]: event for event in log.json()["items"]}
    assert told[position]["type"] == UNKNOWN
    assert told[position]["unreadable"] is True
    assert "data" not in told[position]
    assert {"id", "time", "actorkind"} <= told[position].keys()
    assert "data" in told[after["position"]]
    lines = httpx2.get(
        f"{process.address}/v1/events?after=0", headers={"Accept": "application/x-ndjson"}
    )
    assert len(lines.text.splitlines()) == after["position"]

    thing = httpx2.get(f"{process.address}/v1/teams/{first['id']}", timeout=10)
    assert (thing.status_code, thing.json()["code"]) == (503, "unreadable-fact")
    assert UNKNOWN in thing.json()["detail"]


def test_a_restored_log_resets_who_follows_it(urls: Urls, process: Process) -> None:
    form(process.address, "Kept")
    journal = urls.folder / "journal.db"
    backup = urls.folder / "backup.db"
    with sqlite3.connect(journal, timeout=10) as live, sqlite3.connect(backup) as kept:
        live.backup(kept)
    live.close(), kept.close()
    lost = [form(process.address, f"Lost {number}") for number in range(3)]
    listener = Listener(process.address, after=0)
    listener.hears("message", lost[-1]["position"])
    restore(backup, journal)
    assert listener.hears("reset", 1) == {"position": 1}
    again = form(process.address, "After")
    assert again["position"] == 2
    heard = listener.hears("message", 2)
    assert heard["stream"] == f"team/{again['id']}"


def restore(backup: Path, journal: Path) -> None:
    """The content of the backup, as a running process finds it: the log is shorter at once."""
    with sqlite3.connect(backup) as kept, sqlite3.connect(journal, timeout=10) as live:
        kept.backup(live)
    kept.close(), live.close()


def test_whoever_comes_from_another_log_is_reset(urls: Urls, process: Process) -> None:
    made = form(process.address, "Here")
    listener = Listener(process.address, after=999)
    assert listener.hears("reset", made["position"]) == {"position": made["position"]}
    more = form(process.address, "More")
    listener.hears("message", more["position"])
    log = httpx2.get(f"{process.address}/v1/events?after=999", timeout=10)
    assert (log.status_code, log.json()["code"]) == (400, "position-ahead")
    assert log.json()["position"] == more["position"]
