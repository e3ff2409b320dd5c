"""An installation that the first release left opens on this one, and answers as it did.

``first/`` holds the demo's log, views and directory as the first release wrote them, and what it
answered to some hundred questions about four moments of them. The files are never changed: what is
asked here is that an upgrade loses nothing, shows nothing half-applied, and keeps every value of
every answer of the past. Answers may say more than they did, and people may do more than they
could. What is said otherwise on purpose is named below, each with its reason.
"""

import json
import lzma
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.services import Services
from deploy.compose import migrate, opened
from deploy.settings import Settings
from projections.engine.runner import Runner

FIRST = Path(__file__).parent / "first"
ANSWERS: dict[str, Any] = json.loads(lzma.decompress((FIRST / "answers.json.xz").read_bytes()))
HEAD = 1391
REWORDED = frozenset({
    "cycle.milestone-reached",
    "cycle.people-asked",
    "cycle.people-reminded",
    "cycle.phase-entered",
    "lean.action-reminded",
    "people.member-added",
})  # fmt: skip
"""Facts that history puts in plainer words: that the clock did it, in which cycle or phase."""
CHECKED_IN = frozenset({"okr.check-in-recorded", "okr.check-in-corrected"})
"""Facts of which history shows how sure somebody was in tenths, as people say it: 8/10."""
READ_BACK_ONCE = {
    "019ec9a6-9c80-747d-9d67-3d5135fa4cca&as_of=@600": {
        "/teams/1/teams/0/health: 'on_track' became 'lagging'",
    },
    "ace238d8-8aef-50b1-a37b-f45a8b2237dd&as_of=@1391": {
        "/health: 'on_track' became 'lagging'",
        "/teams/0/teams/1/health: 'on_track' became 'lagging'",
        "/teams/1/health: 'on_track' became 'lagging'",
        "/teams/1/teams/0/health: 'on_track' became 'lagging'",
        "/teams/1/teams/1/health: 'lagging' became 'at_risk'",
    },
}
"""The health of teams in these cycles, by the rule of RULES B3 at all levels: the mean of status
points is handed up unrounded and read back once. The first release read it back at each level and
so rounded a team's mean from words that were rounded already."""

RETARGETED = tuple(
    f"019ec9a6-9c80-747d-9d67-3d5135fa4cca&as_of=@{position}" for position in (600, 1000, 1391)
)
AIMED_THEN = frozenset(
    f"/teams/0/teams/1/objectives/0/key_results/1/trend/{place}/score: {change}"
    for place, change in enumerate((
        "0.0588 became 0.037",
        "0.1176 became 0.0741",
        "0.1765 became 0.1111",
        "0.2353 became 0.1481",
        "0.2941 became 0.1852",
        "0.3529 became 0.2222",
    ))
)  # fmt: skip
"""What a key result had reached before its target was moved, by the target of that time (RULES B1).
The first release read the weeks before by the later target too. Told since it was moved."""


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The old installation after the migrate step, with a projector that has run once."""
    data = tmp_path_factory.mktemp("first")
    for store in ("journal", "directory", "views"):
        packed = (FIRST / f"{store}.db.xz").read_bytes()
        (data / f"{store}.db").write_bytes(lzma.decompress(packed))
    settings = Settings(data=data)
    migrate(settings)
    with opened(settings) as parts:
        Runner(parts.journal, parts.views).catch_up()
        services = Services(
            journal=parts.journal, views=parts.views, directory=parts.directory, simulated=True
        )
        with TestClient(
            create_app(services), base_url="http://127.0.0.1", client=("127.0.0.1", 50000)
        ) as client:
            yield client


def test_the_whole_log_is_there_and_every_view_runs(upgraded: TestClient) -> None:
    system = upgraded.get("/v1/system").json()
    assert system["head"] == system["position"] == HEAD
    assert {view["state"] for view in system["views"]} == {"running"}


@pytest.mark.parametrize("path", sorted(ANSWERS))
def test_it_answers_as_it_did(upgraded: TestClient, path: str) -> None:
    then = ANSWERS[path]
    answer = upgraded.get(_as_now(path))
    if then.keys() == {"status"}:
        assert answer.status_code == then["status"]
        return
    assert answer.status_code == 200, answer.text
    asked = path.removeprefix("/v1/scores?cycle_id=")
    expected = READ_BACK_ONCE.get(asked, set())
    if asked.startswith(RETARGETED):
        expected = expected | AIMED_THEN
    assert set(differences(then, answer.json())) == expected


def _as_now(path: str) -> str:
    """The first release kept done cards on the board for ever; now one asks for the old ones."""
    return f"{path}&archived=true" if path.startswith("/v1/boards/actions?") else path


def differences(then: Any, now: Any, where: str = "") -> list[str]:
    """What was said then and is not said now; fields that came later do not count."""
    if isinstance(then, dict) and isinstance(now, dict):
        told = _as_told_now(then, now)
        return [
            each
            for name, value in told.items()
            for each in _differs(name, value, now.get(name, "absent"), f"{where}/{name}")
        ]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [
            each
            for index, (old, new) in enumerate(zip(then, now, strict=True))
            for each in differences(old, new, f"{where}/{index}")
        ]
    return [] if then == now else [f"{where}: {then!r} became {now!r}"]


def _as_told_now(then: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """An item of history with its sentence as this release means to put it, days in words."""
    if isinstance(then.get("sentence"), str):
        said = re.sub(r"\b\d{4}-\d\d-\d\d\b", _in_words, then["sentence"])
        then = {**then, "sentence": said}
    match then:
        case {"sentence": str(said), "type": kind} if kind in CHECKED_IN:
            said = re.sub(r": (\S+) → \1(?=[, ])", r": still \1", said)
            sure = re.compile(r"(?<=, confidence )(?:0\.(\d)|(1)(?:\.0)?|(0))(?=$|\W)")
            return {**then, "sentence": sure.sub(_in_tenths, said)}
        case {"sentence": str(), "type": kind} if kind in REWORDED and now.get("sentence"):
            return {**then, "sentence": now["sentence"]}
    return then


def _in_words(day: re.Match[str]) -> str:
    on = date.fromisoformat(day[0])
    return f"{on:%-d %b %Y}"


def _in_tenths(sure: re.Match[str]) -> str:
    return f"{sure[1] or ('10' if sure[2] else '0')}/10"


def _differs(name: str, then: Any, now: Any, where: str) -> list[str]:
    match name, then, now:
        case "moves", [str(), *_], list():
            return [f"{where}: {move!r} is no move any more" for move in then if move not in now]
        case "next_cursor", str(), str():
            return []  # sealed for whoever asked, and only good for asking on
    return differences(then, now, where)


def test_the_comparison_can_fail() -> None:
    assert differences({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2, "c": 3}], "d": 4}) == []
    assert differences({"a": [1, {"b": 2}]}, {"a": [1, {}]}) == ["/a/1/b: 2 became 'absent'"]
    assert differences({"moves": ["a"]}, {"moves": ["b", "a"]}) == []
    assert differences({"moves": ["a"]}, {"moves": ["c"]}) == ["/moves: 'a' is no move any more"]
    assert differences({"sentence": "A"}, {"sentence": "B"}) == ["/sentence: 'A' became 'B'"]
    asked = {"type": "cycle.people-asked", "sentence": "A"}
    assert differences(asked, {**asked, "sentence": "B"}) == []
    assert differences(asked, {**asked, "sentence": ""}) == ["/sentence: 'A' became ''"]
    read = {"type": "okr.check-in-recorded", "sentence": "1 → 2, confidence 0.8"}
    assert differences(read, {**read, "sentence": "1 → 2, confidence 8/10"}) == []
    assert differences(read, {**read, "sentence": "1 → 3, confidence 8/10"}) != []
    assert differences([1], [1, 2]) == [": [1] became [1, 2]"]
