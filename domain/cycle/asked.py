"""Who was asked at one milestone of a cycle: pages on a stream beside the cycle's own.

A cycle's stream says that people were asked, for which slot and how many; whom and about what would
make it as large as the company. Each milestone has its own stream of pages instead, which only the
ask itself and those that follow on the same day read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.cycle.escalation import Nudges, noted
from domain.cycle.policy import Asked, Level, Owed
from domain.facts import Fact
from domain.ids import CycleId

THINGS_A_PAGE: Final = 200

# --- facts -------------------------------------------------------------------------------------


class OwedListed(Fact):
    """A page of at most 200 things that are owed; each opens an obligation of one person.

    ``level`` says who hears of a reminder; None is the ask itself, which goes to the owners.
    """

    TYPE: ClassVar[str] = "cycle.owed-listed"
    cycle_id: CycleId
    milestone: str
    asked: Asked
    level: Level | None = None
    slot: date | None = None
    owed: tuple[Owed, ...]
    listed_at: AwareDatetime

    @property
    def stream(self) -> str:
        return asked_stream(self.cycle_id, self.milestone)


def asked_stream(cycle_id: str, milestone: str) -> str:
    """The stream that lists who was asked at a milestone of a cycle."""
    return f"asked/{cycle_id}/{milestone}"


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskList:
    """Who heard of what at one milestone in the last two days, when and at which level."""

    nudges: Nudges = field(default_factory=dict)


def listed(state: AskList, fact: OwedListed) -> AskList:
    return AskList(noted(state.nudges, fact.owed, fact.level or "owner", fact.listed_at))


# --- pages -------------------------------------------------------------------------------------


def pages(owed: Iterable[Owed], size: int = THINGS_A_PAGE) -> Iterator[tuple[Owed, ...]]:
    """``owed`` in pages of at most ``size`` things; who owes many stands on several pages."""
    page: list[Owed] = []
    room = size
    for one in owed:
        left = one.about
        while left:
            page.append(one.model_copy(update={"about": left[:room]}))
            left, room = left[room:], max(0, room - len(left))
            if room == 0:
                yield tuple(page)
                page, room = [], size
    if page:
        yield tuple(page)
