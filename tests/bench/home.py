"""What the home of a person with two hundred owed things costs.

    python -m tests.bench.home            a company of 1,000 objectives with 4 key results each
    python -m tests.bench.home 250        so many objectives

The cycle has asked everybody for every check-in, eight weeks long; one of twenty people is looked
at. The home is read and written as JSON in turns with plain code that reads the same rows with the
database's own driver and writes them too. Processor time of this thread, so a busy machine changes
little. Goal: 30 ms, however large the company is.
"""

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from api.core.wire import dumps
from journal.ids import derived_id
from projections.history.rows import HISTORY
from projections.notifications.rows import INTEREST, NOTIFICATION
from projections.obligations.rows import OBLIGATION
from projections.okr.objective import OBJECTIVES
from projections.screens.home import home
from tests.api.installation import Stack, installation
from tests.bench.one_objective import fill

READS = 30
GOAL_MS = 30


def plain_home(connection: sqlite3.Connection, person_id: str) -> bytes:
    """The same rows as plain dictionaries, without scores, words or names."""

    def rows(query: str, *given: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(query, given)]

    owed = rows(
        f"SELECT * FROM {OBLIGATION.name} WHERE person_id = ? AND until IS NULL"
        " ORDER BY due_at LIMIT 200",
        person_id,
    )
    things = rows(f"SELECT * FROM {INTEREST.name} WHERE person_id = ? AND until IS NULL", person_id)
    ids = [each["id"] for each in things]
    marks = ",".join("?" * len(ids))
    cards = rows(
        f"SELECT * FROM {OBJECTIVES.name} WHERE objective_id IN ({marks}) AND until IS NULL", *ids
    )
    changes = rows(
        f"SELECT * FROM {HISTORY.name} WHERE since IN (SELECT since FROM {HISTORY.name}"
        f" WHERE stream_id IN ({marks}) ORDER BY since DESC LIMIT 50)",
        *ids,
    )
    told = rows(
        f"SELECT * FROM {NOTIFICATION.name} WHERE person_id = ? AND until IS NULL"
        " ORDER BY position DESC LIMIT 20",
        person_id,
    )
    for card in cards:
        card["state"] = json.loads(card["state"])["title"]
    body = {"owed": owed, "cards": cards, "changes": changes, "told": told}
    return json.dumps(body).encode()


def measured(stack: Stack, person_id: str) -> tuple[float, float, dict[str, Any]]:
    """Median processor milliseconds of the home and of plain code; and the home."""
    connection = sqlite3.connect(stack.folder / "views.db")
    connection.row_factory = sqlite3.Row
    desk, _ = stack.journal.state(f"desk/{person_id}")
    body: dict[str, Any] = {}

    def ours() -> None:
        nonlocal body
        moment = stack.views.moment(None, stack.clock.now())
        body = home(stack.views, stack.directory, person_id, desk, moment=moment)
        dumps(body)

    costs = [(_cost(ours), _cost(lambda: plain_home(connection, person_id))) for _ in range(READS)][
        5:
    ]
    connection.close()
    took, plain = (statistics.median(column) for column in zip(*costs, strict=True))
    return took, plain, body


def _cost(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1_000


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as stack:
        fill(stack.journal, count)
        stack.views.wait_for(stack.journal.head(), 600)
        took, plain, body = measured(stack, derived_id("bench", "person 0"))
    owed = body["owed"]["count"]
    shown = {name: len(each) for name, each in body["mine"].items()}
    print(
        f"home with {owed} owed things and {shown['objectives']} objectives of a company of"
        f" {count:,}: {took:.1f} ms of processor time (goal {GOAL_MS}), plain code {plain:.1f} ms,"
        f" {took / plain:.1f} times"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
