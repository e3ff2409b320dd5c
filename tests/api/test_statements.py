"""A page asks the views a fixed number of questions, however much there is on it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.api.installation import Stack

PAGES = {
    "/v1/boards/objectives?cycle_id={cycle}": 12,
    "/v1/boards/actions?team_id={team}": 12,
    "/v1/scores?cycle_id={cycle}": 14,
    "/v1/overview?cycle_id={cycle}": 26,
    "/v1/search?q=objective": 12,
    "/v1/scores/trend?cycle_id={cycle}": 14,
    "/v1/objectives?cycle_id={cycle}&limit=200": 12,
    "/v1/obligations?cycle_id={cycle}": 12,
    "/v1/history?limit=200": 14,
    "/v1/timeline?cycle_id={cycle}": 12,
    "/v1/cycles": 10,
    "/v1/teams": 10,
    "/v1/people": 10,
    "/v1/actions": 10,
    "/v1/obstacles": 10,
}


@contextmanager
def statements(stack: Stack) -> Iterator[list[str]]:
    """SQL of the request threads; the process's own watcher has a thread of its own."""

    seen: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        if not threading.current_thread().name.startswith("feed-"):
            seen.append(statement)

    event.listen(stack.views.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(stack.views.engine, "before_cursor_execute", note)


def fill(
    stack: Stack, cycle: str, team: str, owner: str, how_many: int, supports: list[Any]
) -> None:
    for _ in range(how_many):
        objective = stack.objective(cycle, team, owner, supports=supports)
        key_result = stack.key_result(objective)
        stack.activate(objective)
        path = f"/v1/objectives/{objective}/key-results/{key_result}/check-ins"
        stack.post(path, {"value": 25, "confidence": 0.5})
        action = {"title": "A", "kind": "kaizen", "team_id": team, "owner_id": owner}
        stack.post("/v1/actions", action)
        about = {"kind": "objective", "id": objective}
        stack.post("/v1/obstacles", {"title": "O", "about": about, "severity": "low"})


@pytest.fixture(scope="module")
def asked(stack: Stack) -> dict[str, list[int]]:
    """How many statements each page took with one thing of a kind on it, and then with four."""
    owner, team, cycle = stack.person(), stack.team(), stack.cycle()
    supported = stack.objective(cycle, team, owner)
    supports = [{"kind": "objective", "id": supported}]
    stack.activate(supported)
    counts: dict[str, list[int]] = {address: [] for address in PAGES}
    for how_many in (1, 3):
        fill(stack, cycle, team, owner, how_many, supports)
        fresh = {"TrueNorth-Min-Position": str(stack.journal.head()), "Prefer": "wait=20"}
        stack.get("/v1/teams?limit=1", headers=fresh)
        for address, seen_so_far in counts.items():
            with statements(stack) as seen:
                stack.get(address.format(cycle=cycle, team=team))
            seen_so_far.append(len(seen))
    return counts


@pytest.mark.parametrize("address", PAGES)
def test_more_on_a_page_asks_no_more_questions(asked: dict[str, list[int]], address: str) -> None:
    few, many = asked[address]
    # Fewer the second time where a state was kept; never more.
    assert 0 < many <= few <= PAGES[address]
