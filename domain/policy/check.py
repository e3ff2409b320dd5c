"""Values that a policy can have: each within its bounds, and none against another."""

from datetime import time
from decimal import Decimal

from domain.cycle.calendar import time_of_day
from domain.cycle.policy import CyclePolicy
from domain.facts import Refusal
from domain.refusals import invalid

YEARS = range(1970, 2201)
EARLIEST, LATEST = time(6), time(22)  # outside, a clock change may swallow the hour


def fault_in_values(policy: CyclePolicy, pointer: str) -> Refusal | None:
    """The first choice that no calendar or score could work with; ``pointer`` leads to the values.

    Choices that contradict each other are told at the one that should give way.
    """
    at = time_of_day(policy.ask_at)
    week = range(7)
    before = (policy.draft_days, policy.align_days, policy.commit_days)
    after = (policy.grading_days, policy.learn_days, policy.close_days)
    bounds = (policy.score_floor, policy.score_cap)
    counts = {
        "backdating_grace_days": policy.backdating_grace_days,
        "outdated_after_days": policy.outdated_after_days,
    }
    if policy.slot_weekday not in week:
        return invalid(
            "invalid-slot-weekday",
            "Weekdays are 0 (Monday) to 6 (Sunday).",
            f"{pointer}/slot_weekday",
        )
    if at is None or not EARLIEST <= at <= LATEST:
        return invalid(
            "invalid-ask-at",
            "People are asked between 06:00 and 22:00, as in 09:00.",
            f"{pointer}/ask_at",
        )
    workdays, holidays = policy.workdays, policy.holidays or ()
    if workdays is not None and (not workdays or any(day not in week for day in workdays)):
        return invalid(
            "invalid-workdays",
            "People work on one weekday at least, 0 (Monday) to 6 (Sunday).",
            f"{pointer}/workdays",
        )
    if any(day.year not in YEARS for day in holidays):
        return invalid(
            "invalid-holidays", "Holidays lie between 1970 and 2200.", f"{pointer}/holidays"
        )
    if not all(bound.is_finite() for bound in bounds) or not (
        Decimal(-10) <= policy.score_floor < policy.score_cap <= Decimal(10)
    ):
        return invalid(
            "invalid-score-cap",
            "The floor is below the cap, both within -10 to 10.",
            f"{pointer}/score_cap",
        )
    if not 250 >= before[0] > before[1] > before[2] >= 1:
        return invalid(
            "invalid-draft-days",
            "Drafting opens before aligning, before committing.",
            f"{pointer}/draft_days",
        )
    if not 1 <= after[0] < after[1] <= after[2] <= 250:
        return invalid(
            "invalid-grading-days",
            "Grading ends before learning, before the close.",
            f"{pointer}/grading_days",
        )
    if after[2] <= after[0] + 1:
        return invalid(
            "invalid-close-days", "Learning lasts a working day at least.", f"{pointer}/close_days"
        )
    for field, count in counts.items():
        if not 0 <= count <= 366:
            name = field.replace("_", "-")
            return invalid(f"invalid-{name}", "This is 0 to 366 days.", f"{pointer}/{field}")
    if not 1 <= policy.objectives_per_team <= 100:
        return invalid(
            "invalid-objectives-per-team",
            "A team has 1 to 100 objectives.",
            f"{pointer}/objectives_per_team",
        )
    if not 1 <= policy.window_week <= 200:
        return invalid("invalid-window-week", "Weeks count from 1.", f"{pointer}/window_week")
    return None
