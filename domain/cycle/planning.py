"""What a cycle's plan must fulfil before it is taken into the log (RULES B4, B9)."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

from domain.cycle.calendar import time_of_day, zone_exists
from domain.cycle.policy import CyclePolicy
from domain.facts import Refusal
from domain.refusals import invalid
from domain.title import refuse_title

LONGEST_DAYS = 3 * 366
YEARS = range(1970, 2201)
EARLIEST, LATEST = time(6), time(22)  # outside, a clock change may swallow the hour


def fault_in_plan(
    name: str, starts_on: date, ends_on: date, timezone: str, policy: CyclePolicy
) -> Refusal | None:
    """The first thing that is wrong with a plan, None when it can be run."""
    if refusal := refuse_name(name):
        return refusal
    if starts_on.year not in YEARS or ends_on.year not in YEARS:
        return invalid("invalid-starts-on", "A cycle lies between 1970 and 2200.", "/starts_on")
    if ends_on < starts_on:
        return invalid("invalid-ends-on", "A cycle cannot end before it starts.", "/ends_on")
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        return invalid("invalid-ends-on", "A cycle lasts three years at most.", "/ends_on")
    if not zone_exists(timezone):
        return invalid(
            "invalid-timezone",
            "This is no time zone of the IANA database, such as Europe/Berlin.",
            "/timezone",
        )
    return fault_in_policy(policy)


def refuse_name(name: str) -> Refusal | None:
    """Why a cycle cannot be called so, or None."""
    refusal = refuse_title(name, "/name", "A cycle's name")
    return refusal and replace(refusal, code="invalid-name")


def fault_in_policy(policy: CyclePolicy) -> Refusal | None:
    """The first choice that no calendar or score could work with."""
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
            "invalid-slot-weekday", "Weekdays are 0 (Monday) to 6 (Sunday).", "/policy/slot_weekday"
        )
    if at is None or not EARLIEST <= at <= LATEST:
        return invalid(
            "invalid-ask-at",
            "People are asked between 06:00 and 22:00, as in 09:00.",
            "/policy/ask_at",
        )
    workdays, holidays = policy.workdays, policy.holidays or ()
    if workdays is not None and (not workdays or any(day not in week for day in workdays)):
        return invalid(
            "invalid-workdays",
            "People work on one weekday at least, 0 (Monday) to 6 (Sunday).",
            "/policy/workdays",
        )
    if any(day.year not in YEARS for day in holidays):
        return invalid(
            "invalid-holidays", "Holidays lie between 1970 and 2200.", "/policy/holidays"
        )
    if not all(bound.is_finite() for bound in bounds) or not (
        Decimal(-10) <= policy.score_floor < policy.score_cap <= Decimal(10)
    ):
        return invalid(
            "invalid-score-cap",
            "The floor is below the cap, both within -10 to 10.",
            "/policy/score_cap",
        )
    if not 250 >= before[0] > before[1] > before[2] >= 1:
        return invalid(
            "invalid-draft-days",
            "Drafting opens before aligning, before committing.",
            "/policy/draft_days",
        )
    if not 1 <= after[0] < after[1] <= after[2] <= 250:
        return invalid(
            "invalid-grading-days",
            "Grading ends before learning, before the close.",
            "/policy/grading_days",
        )
    if after[2] <= after[0] + 1:
        return invalid(
            "invalid-close-days", "Learning lasts a working day at least.", "/policy/close_days"
        )
    for field, count in counts.items():
        if not 0 <= count <= 366:
            name = field.replace("_", "-")
            return invalid(f"invalid-{name}", "This is 0 to 366 days.", f"/policy/{field}")
    if not 1 <= policy.objectives_per_team <= 100:
        return invalid(
            "invalid-objectives-per-team",
            "A team has 1 to 100 objectives.",
            "/policy/objectives_per_team",
        )
    if not 1 <= policy.window_week <= 200:
        return invalid("invalid-window-week", "Weeks count from 1.", "/policy/window_week")
    return None
