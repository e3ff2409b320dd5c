"""An installation that the first release left opens on this one, and answers as it did.

``first/`` holds the demo's log, views and directory as the first release wrote them, and what it
answered to some hundred questions about four moments of them. The files are never changed: what is
asked here is that an upgrade loses nothing, shows nothing half-applied, and keeps every value of
every answer of the past. Answers may say more than they did; people may do more than they could;
and what happened is put into the words of this release.
"""

import json
import lzma
from collections.abc import Iterator
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
    assert differences(then, answer.json()) == []


def _as_now(path: str) -> str:
    """The first release kept done cards on the board for ever; now one asks for the old ones."""
    return f"{path}&archived=true" if path.startswith("/v1/boards/actions?") else path


def differences(then: Any, now: Any, where: str = "") -> list[str]:
    """What was said then and is not said now; fields that came later do not count."""
    if isinstance(then, dict) and isinstance(now, dict):
        return [
            each
            for name, value in then.items()
            for each in _differs(name, value, now.get(name, "absent"), f"{where}/{name}")
        ]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [
            each
            for index, (old, new) in enumerate(zip(then, now, strict=True))
            for each in differences(old, new, f"{where}/{index}")
        ]
    return [] if then == now else [f"{where}: {then!r} became {now!r}"]


def _differs(name: str, then: Any, now: Any, where: str) -> list[str]:
    match name, then, now:
        case "moves", [str(), *_], list():
            return [f"{where}: {move!r} is no move any more" for move in then if move not in now]
        case "sentence", str(), str() if now.strip():
            return []
    return differences(then, now, where)


def test_the_comparison_can_fail() -> None:
    assert differences({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2, "c": 3}], "d": 4}) == []
    assert differences({"a": [1, {"b": 2}]}, {"a": [1, {}]}) == ["/a/1/b: 2 became 'absent'"]
    assert (
        differences({"moves": ["a"], "sentence": "A"}, {"moves": ["b", "a"], "sentence": "B"}) == []
    )
    assert differences({"moves": ["a"]}, {"moves": ["c"]}) == ["/moves: 'a' is no move any more"]
    assert differences({"sentence": "A"}, {"sentence": " "}) == ["/sentence: 'A' became ' '"]
    assert differences([1], [1, 2]) == [": [1] became [1, 2]"]
