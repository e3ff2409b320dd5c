"""Why something stands as it does, in one sentence; the same rule at every level.

The mean of the parts and their worst are two facts. The status follows the cycle's policy, so the
sentence names which of the two it is.
"""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Final

from domain.okr.measure import unknown_start
from domain.okr.pace import Health
from domain.okr.rollup import StatusRollup, display
from domain.okr.standing import ObjectiveStanding, Standing, Supporter
from domain.okr.stream import KeyResult, ObjectiveState

Part = tuple[str, Health]
"""What a part is called, and how it stands."""

OFF_TRACK: Final = frozenset({"lagging", "at_risk", "outdated", "missed"})
WORST_FIRST: Final = (
    "missed", "at_risk", "outdated", "lagging", "pending", "on_track", "achieved_late",
    "achieved", "closed",
)  # fmt: skip
_NAMED: Final = 3
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_POLICIES: Final[dict[StatusRollup, str]] = {
    "worst": "the worst counts",
    "mean": "the mean of their statuses counts",
}


def key_result_reason(key_result: KeyResult, stood: Standing) -> str:
    """Why a key result has its health."""
    match stood.health:
        case "closed" if stood.dropped_at is not None:
            return f"Dropped on {_day(stood.dropped_at)}"
        case "closed":
            return "Closed"
        case "achieved":
            return "Reached by the end"
        case "achieved_late":
            return "Reached after it was due"
        case "missed":
            return f"{_percent(stood.raw)} reached by the end"
        case "outdated" if stood.last_check_in_at is None:
            return "No check-in yet, and one was due"
        case "outdated":
            return f"No check-in since {_day(stood.last_check_in_at)}, and one was due"
        case "pending" if unknown_start(stood.measure):
            return "Nobody has said yet where it starts"
        case "pending" if stood.checked_in:
            return "Not active yet"
        case "pending" if len(key_result.measures) > 1 and stood.last_check_in_at is not None:
            return "No check-in yet since it is measured another way"
        case "pending":
            return "No check-in yet"
        case _ if stood.expected is None:
            inside = "inside" if stood.health == "on_track" else "outside"
            return f"The last reading is {inside} its bounds"
        case _:
            return f"{_percent(stood.score)} done, {_percent(stood.expected)} expected by now"


def objective_reason(state: ObjectiveState, stood: ObjectiveStanding) -> str:
    """Why an objective has its health."""
    if stood.health == "closed":
        return {"dropped": "Dropped", "merged": "Merged into another objective"}.get(
            str(state.status), "Closed"
        )
    if state.status not in {"active", "graded"}:
        return "Not active yet"
    supporters: dict[str, Supporter] = {each.state.objective_id: each for each in stood.supporters}
    parts: list[Part] = [
        (supporters[id_].state.title, supporters[id_].standing.health)
        if id_ in supporters
        else (state.key_results[id_].title, stood.key_results[id_].health)
        for id_ in stood.votes
    ]
    noun = "key result" if not supporters.keys() & stood.votes.keys() else "part"
    return whole_reason(stood.health, parts, stood.rolled_up, noun)


def whole_reason(health: Health, parts: Sequence[Part], policy: StatusRollup, noun: str) -> str:
    """Why a whole has its health: which of its parts are not on track, and which policy counts."""
    voting = [part for part in parts if part[1] != "closed"]
    if not voting:
        return f"No {noun} to go by yet" if health == "pending" else "Closed"
    off = [title for title, each in voting if each in OFF_TRACK]
    waiting = [title for title, each in voting if each == "pending"]
    of = f"of {len(voting)} {noun}{'s' if len(voting) > 1 else ''}"
    if off:
        lead = f"{len(off)} {of} not on track: {_names(off)}"
    elif waiting:
        lead = f"{len(waiting)} {of} without a check-in: {_names(waiting)}"
    else:
        word = {"achieved": "reached", "achieved_late": "reached, some after they were due"}.get(
            health, "on track"
        )
        lead = f"{len(voting)} {of} {word}"
    return f"{lead} ({_POLICIES[policy]})" if len(voting) > 1 and (off or waiting) else lead


def _names(titles: Sequence[str]) -> str:
    more = len(titles) - _NAMED
    return ", ".join(titles[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _percent(share: Fraction | None) -> str:
    """Whole per cent; what is not all is never shown as 100, what is something never as 0."""
    return "Nothing" if share is None else f"{int(100 * display(share, places=2))} %"


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at.day} {_MONTHS[at.month - 1]}"
