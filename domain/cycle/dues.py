"""When what a cycle asks for is due, and by whose calendar (RULES B9, B18).

The slots and phases of a cycle go by its own working days, which are the organisation's unless its
policy says otherwise. What is asked of a person is due on a day on which that person works: by the
holidays that she names, else those of the team that it is about, else those of the cycle.
"""

from collections.abc import Mapping
from datetime import datetime, time
from types import MappingProxyType
from typing import Final

from domain.cycle.bounds import bounds_of
from domain.cycle.calendar import Frame, WorkingDays, instant, local_date
from domain.cycle.policy import Asked, Milestone, Phase
from domain.people.organisation import Organisation
from domain.people.person import Person
from domain.people.team import Team

END_OF_WORK: Final = time(18)

DUE_WITH: Final[Mapping[Asked, Phase]] = MappingProxyType(
    {"objectives": "draft", "agreement": "align", "commitment": "commit", "grades": "grade"}
)
"""What is asked for when a phase opens and is due when it ends."""


def days_of(
    person: Person, team: Team | None, organisation: Organisation, cycle: WorkingDays
) -> WorkingDays:
    """When ``person`` works on what belongs to ``team``; ``cycle`` where neither names holidays."""
    calendar = person.calendar or (team.calendar if team is not None else None)
    return cycle if calendar is None else organisation.working_days(calendar)


def due_at(
    milestone: Milestone, published: tuple[Milestone, ...], frame: Frame, days: WorkingDays
) -> datetime:
    """When what ``milestone`` asks for is due for somebody who works on ``days``.

    At the end of its phase, or of the working day after the ask; no sooner than the latter, so that
    nothing is overdue when it is asked. A day off gives way to the next working day.

    Args:
        published: the timetable that the milestone is in.
    """
    zone = frame.timezone
    after = instant(days.shifted(local_date(milestone.at, zone), 1), END_OF_WORK, zone)
    phase = DUE_WITH.get(milestone.asked) if milestone.asked else None
    if phase is None:
        return after
    end = bounds_of(published).ends[phase]
    day = local_date(end, zone)
    if not days.includes(day):
        end = instant(days.on_or_after(day), END_OF_WORK, zone)
    return max(end, after)
