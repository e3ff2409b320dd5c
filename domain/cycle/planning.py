"""What a cycle's plan must fulfil before it is taken into the log (RULES B4, B9)."""

from dataclasses import replace
from datetime import date

from domain.cycle.calendar import zone_exists
from domain.cycle.policy import CyclePolicy
from domain.facts import Refusal
from domain.policy.check import fault_in_values
from domain.refusals import invalid
from domain.title import refuse_title

LONGEST_DAYS = 3 * 366
YEARS = range(1970, 2201)


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
    return fault_in_values(policy, "/policy")


def refuse_name(name: str) -> Refusal | None:
    """Why a cycle cannot be called so, or None."""
    refusal = refuse_title(name, "/name", "A cycle's name")
    return refusal and replace(refusal, code="invalid-name")
