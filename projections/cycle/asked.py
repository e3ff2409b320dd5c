"""The view of what a cycle's clock asks: whom, page by page, and the obligations that follow."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, Protocol

from domain.cycle.asked import AskList, OwedListed
from domain.cycle.asked_thing import THING
from domain.cycle.policy import Asked, Level, Owed
from domain.facts import Envelope, Pointer
from domain.ids import CycleId
from projections.cycle import words
from projections.engine.versions import Change as RowChange
from projections.engine.versions import Rows
from projections.handling import on
from projections.history.change import Change
from projections.notifications.concern import at_level
from projections.notifications.rows import Kind, told_of_round
from projections.obligations.rows import owe
from projections.view import View, tell


class Listing(Protocol):
    """A fact that lists who owes what: a page, or an ask of schema 1."""

    @property
    def cycle_id(self) -> CycleId: ...
    @property
    def asked(self) -> Asked: ...
    @property
    def slot(self) -> date | None: ...
    @property
    def owed(self) -> tuple[Owed, ...]: ...


def opened(
    fact: Listing, level: Level | None, envelope: Envelope, rows: Rows
) -> Iterator[RowChange]:
    """One obligation for each person and thing that ``fact`` lists."""
    for owed in fact.owed:
        for about in owed.about:
            yield owe(
                rows,
                owed.person_id,
                fact.asked,
                (about.kind, about.id),
                at=envelope.recorded_at,
                due_at=owed.due_at,
                level=level or "owner",
                slot=fact.slot,
                cycle_id=fact.cycle_id,
            )


def people_of(owed: Iterable[Owed]) -> list[str]:
    """The ids of who was asked, each once: who owes, or the deputy of who is away."""
    return list(dict.fromkeys(each.deputy_id or each.person_id for each in owed))


def _listed(fact: OwedListed, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    return opened(fact, fact.level, envelope, rows)


def called(
    fact: Listing, milestone: str, level: Level | None, envelope: Envelope, rows: Rows
) -> Iterator[RowChange]:
    """A round tells each person once, however many things it is about and pages they fill.

    Reminders are brought to those whom their level names, who may hear for many.
    """
    counts: dict[str, int] = {}
    for owed in fact.owed:
        asked_of = owed.deputy_id or owed.person_id
        for about in owed.about:
            heard: list[str] = [asked_of]
            if level not in (None, "owner"):
                heard = _hearing(rows, about, level, owed.person_id)
            for person_id in heard:
                counts[person_id] = counts.get(person_id, 0) + 1
    kind: Kind = "asked" if level is None else "reminded" if level == "owner" else "escalated"
    yield from told_of_round(envelope, rows, kind, fact.cycle_id, milestone, fact.asked, counts)


def _hearing(rows: Rows, about: Pointer, level: str, owed_by: str) -> list[str]:
    found = at_level(rows, (about.kind, about.id), level, owed_by)
    return [person_id for person_id in found if person_id]


def _called(fact: OwedListed, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    return called(fact, fact.milestone, fact.level, envelope, rows)


def _said(fact: OwedListed) -> Change:
    deputies = [[each.deputy_id, each.person_id] for each in fact.owed if each.deputy_id]
    says: dict[str, Any] = {
        "asked": fact.asked,
        "level": fact.level,
        "people": people_of(fact.owed),
        **({"deputies": deputies} if deputies else {}),
    }
    return Change("cycle", fact.cycle_id, {}, says)


VIEW: Final[View[AskList]] = View(
    THING,
    telling=(tell(OwedListed, _said, words.owed_listed),),
    owes=(on(OwedListed, _listed),),
    concerns=(on(OwedListed, _called),),
    cycle="fact",
)
