"""Answers that are kept: computed once for all who ask, and never longer than they may be."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from projections.okr import scores
from tests.api.installation import Stack

READERS = 12


def test_twelve_readers_after_one_fact_compute_one_answer(
    own: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = own.active()
    path = f"/v1/scores?cycle_id={company.cycle}"
    computed: list[int] = []
    real = scores.scores

    def slowly(*given: Any, **named: Any) -> Any:
        computed.append(1)
        time.sleep(0.4)
        return real(*given, **named)

    monkeypatch.setattr(scores, "scores", slowly)
    company.check_in(25)
    fresh = {"TrueNorth-Min-Position": str(own.journal.head()), "Prefer": "wait=20"}
    own.get("/v1/teams", headers=fresh)
    together = threading.Barrier(READERS, timeout=10)

    def ask(_: int) -> Any:
        together.wait()
        return own.get(path)

    with ThreadPoolExecutor(READERS) as readers:
        answers = list(readers.map(ask, range(READERS)))
    assert len(computed) == 1
    assert all(answer == answers[0] for answer in answers)


def test_an_answer_that_fails_is_tried_by_everybody_at_once(
    own: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = own.active()
    fresh = {"TrueNorth-Min-Position": str(own.journal.head()), "Prefer": "wait=20"}
    own.get("/v1/teams", headers=fresh)

    def failing(*_: Any, **__: Any) -> Any:
        time.sleep(0.5)
        raise ConnectionError

    monkeypatch.setattr(scores, "scores", failing)
    began = time.monotonic()
    with ThreadPoolExecutor(8) as readers:
        path = f"/v1/scores?cycle_id={company.cycle}"
        answers = list(readers.map(lambda _: failed(own, path), range(8)))
    assert answers == ["fault"] * 8
    assert time.monotonic() - began < 3, "not one after another"


def failed(own: Stack, path: str) -> str:
    try:
        return str(own.client.get(path).json()["code"])
    except ConnectionError:
        return "fault"  # the test client raises what a server would have logged


@pytest.mark.parametrize(
    "path",
    [
        "/v1/people?as_of=@{0}",
        "/v1/history?as_of=@{0}",
        "/v1/obstacles?as_of=@{0}",
        "/v1/objectives?as_of=@{0}",
        "/v1/cycles?as_of=@{0}",
    ],
)
def test_names_and_words_of_people_stay_in_no_browser(stack: Stack, path: str) -> None:
    """What is erased here must be gone there, too."""
    stack.active()
    position = stack.journal.head()
    stack.get("/v1/teams", headers={"TrueNorth-Min-Position": str(position), "Prefer": "wait=20"})
    stack.clock.pass_by(minutes=5)
    answer = stack.client.get(path.format(position))
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["cache-control"]


def test_the_version_of_a_thing_is_no_validator_for_caches(stack: Stack) -> None:
    """How an objective stands changes with the day, its version does not."""
    company = stack.active()
    for path in (f"/v1/objectives/{company.objective}", f"/v1/cycles/{company.cycle}"):
        answer = stack.client.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"'


def test_own_obligations_wait_for_a_position_as_every_list_does(stack: Stack) -> None:
    headers = {"TrueNorth-Min-Position": "99999999", "Prefer": "wait=0"}
    for path in ("/v1/obligations", "/v1/me/obligations"):
        assert stack.get(path, 503, headers=headers)["code"] == "projection-behind"
    assert stack.client.get("/v1/me", headers=headers).status_code == 200
