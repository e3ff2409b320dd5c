"""For how many weeks in a row each team checked in on everything it had to (RULES B4)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from domain.cycle.calendar import SLOT_REACH, Frame, local_date, slot_of
from projections.okr.scores import slots_of
from projections.okr.states import Told


def streaks(told: Iterable[Told], frame: Frame, at: datetime) -> list[dict[str, Any]]:
    """Teams with the weeks that their unbroken row of check-ins has by now, the longest first.

    A week counts when every key result of the team's active objectives has its check-in. The week
    that is still open adds to the row, and does not break it.
    """
    due: dict[str, list[tuple[date, frozenset[date]]]] = {}
    today = local_date(at, frame.timezone)
    for each in told:
        state = each.state
        if state.status != "active" or state.team_id is None or each.activated_at is None:
            continue
        for key_result in state.live:
            since = max(each.activated_at, key_result.added_at)
            kept = {
                slot_of(frame, local_date(one.effective_at, frame.timezone))
                for one in slots_of(key_result, frame, at)
            }
            known = frozenset(slot for slot in kept if slot is not None)
            due.setdefault(state.team_id, []).append((local_date(since, frame.timezone), known))
    rows = ((team_id, _weeks(parts, frame, today)) for team_id, parts in due.items())
    longest = sorted(rows, key=lambda row: (-row[1], row[0]))
    return [{"team_id": team_id, "weeks": weeks} for team_id, weeks in longest if weeks]


def _weeks(parts: list[tuple[date, frozenset[date]]], frame: Frame, today: date) -> int:
    weeks = 0
    for slot in reversed(frame.slots):
        asked = [kept for since, kept in parts if since <= slot]
        if slot - SLOT_REACH > today:
            continue  # it has not begun
        if not asked:
            break
        if all(slot in kept for kept in asked):
            weeks += 1
        elif slot + SLOT_REACH < today:
            break
    return weeks
