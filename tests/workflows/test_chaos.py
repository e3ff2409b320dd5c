"""Killed workers and a lost Temporal database leave the same facts, every reminder exactly once."""

import asyncio
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from tests.workflows.drill import Death, deaths, drilled
from tests.workflows.organisation import Organisation, fortnight
from tests.workflows.stage import normalised, on_sqlite, played, reminders
from tests.workflows.test_quarter import SEED


def compare(
    folder: Path, organisation: Organisation, fates: list[Death], lost_after: timedelta
) -> list[int]:
    """Play undisturbed and under these fates; equal facts, or the test fails here."""
    (folder / "calm").mkdir()
    (folder / "storm").mkdir()
    lost_at = organisation.local(organisation.starts_on, 12) + lost_after
    with on_sqlite(folder / "calm") as calm, on_sqlite(folder / "storm") as storm:
        played(calm, organisation)
        died = asyncio.run(
            asyncio.wait_for(
                drilled(storm, organisation, fates, temporal_lost_at=lost_at), 240 + 40 * len(fates)
            )
        )
        assert normalised(storm.journal) == normalised(calm.journal)
        sent = reminders(storm.journal)
        assert sent == reminders(calm.journal)
        assert set(sent.values()) == {1}
    return died


@pytest.mark.drill
def test_a_death_after_the_commit_and_a_lost_database_change_no_fact(tmp_path: Path) -> None:
    died = compare(tmp_path, fortnight(SEED), [Death(4, "after")], lost_after=timedelta(days=5))
    assert died == [-signal.SIGKILL]


@pytest.mark.drill
@pytest.mark.parametrize("seed", [1])
def test_twenty_deaths_and_a_lost_database_change_no_fact(tmp_path: Path, seed: int) -> None:
    died = compare(
        tmp_path,
        Organisation(SEED, teams=3),
        deaths(seed, 20),
        lost_after=timedelta(days=45),
    )
    assert died == [-signal.SIGKILL] * 20
