"""The view of what a cycle's clock asks: whom, page by page, and the obligations that follow."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, Protocol

from domain.cycle.asked import AskList, OwedListed
from domain.cycle.asked_thing import THING
from domain.cycle.policy import Asked, Level, Owed
from domain.facts import Envelope
from domain.ids import CycleId
from projections.cycle import words
from projections.engine.versions import Change as RowChange
from projections.engine.versions import Rows
from projections.handling import on
from projections.history.change import Change
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
    cycle="fact",
)
