"""One ladder for every clock: what is overdue comes first, what was reached is skipped."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.due import Due
from domain.ladder import Ladder, Rung

AT = datetime(2026, 2, 3, 9, tzinfo=UTC)
RUNGS = tuple(
    Rung(name, AT + timedelta(days=n), "remind", name, "run")
    for n, name in enumerate(("owner", "lead", "sponsor"))
)


@given(st.sets(st.sampled_from(["owner", "lead", "sponsor", "of another turn"])))
def test_the_first_rung_not_reached_is_due(reached):
    due = Ladder("action/a", RUNGS, reached, generation=2).due()
    left = [rung for rung in RUNGS if rung.id not in reached]
    assert (due.id if due else None) == (left[0].id if left else None)


def test_a_rung_is_due_with_all_that_its_clock_needs():
    assert Ladder("action/a", RUNGS, {"owner"}, generation=2).due() == Due(
        stream="action/a", id="lead", kind="remind", at=AT + timedelta(days=1), phase="run",
        generation=2,
    )  # fmt: skip


def test_a_new_generation_climbs_afresh_and_a_ladder_without_rungs_is_at_rest():
    assert Ladder("action/a", RUNGS, (), generation=3).due().generation == 3
    assert Ladder("action/a", ()).due() is None
