"""How a cycle takes over the organisation's working week and holidays (RULES B18).

What its policy says of them stands; the rest is the organisation's, recorded in a fact of the
cycle, so that its timetable stays a function of its own stream. What is published later is taken
over at the next move of the cycle, from the next day on: what has begun keeps its meaning.
"""

from datetime import date, timedelta
from typing import Final

from domain.cycle.calendar import WorkingDays, working_days
from domain.cycle.cycle import CalendarAdopted, Cycle, calendar_adopted
from domain.facts import Facts
from domain.people.organisation import Organisation

AROUND: Final = timedelta(days=400)
"""Phases lie at most 250 working days before or after the cycle."""


def adoption(state: Cycle, organisation: Organisation, today: date | None = None) -> Facts:
    """The fact by which ``state`` takes over what it does not know yet; none when it knows all.

    Days up to ``today`` stay as the cycle knows them; None when none of it has begun.
    """
    if state.policy.workdays is not None and state.policy.holidays is not None:
        return ()
    known = state.adopted or working_days(state.policy)
    wanted = working_days(state.policy, organisation.working_days())
    if wanted == known:
        return ()
    first, last = state.starts_on - AROUND, state.ends_on + AROUND
    holidays = frozenset(day for day in wanted.holidays if first <= day <= last)
    if today is not None:
        holidays = frozenset(
            {day for day in known.holidays if day <= today}
            | {day for day in holidays if day > today}
        )
    if WorkingDays(wanted.weekdays, holidays) == known:
        return ()
    adopted = CalendarAdopted(
        cycle_id=state.cycle_id,
        workdays=tuple(sorted(wanted.weekdays)),
        holidays=tuple(sorted(holidays)),
    )
    return (adopted,)


def after(state: Cycle, facts: Facts) -> Cycle:
    """``state`` once it has taken over what :func:`adoption` says."""
    for fact in facts:
        if isinstance(fact, CalendarAdopted):
            state = calendar_adopted(state, fact)
    return state
