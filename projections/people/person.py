"""The view of people, and of when they are away. They have no names here: the log knows none."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Column, Date, Integer, Text

from domain.facts import Envelope
from domain.people import absence, handing_over, person, person_editing
from domain.people.person import Person
from domain.people.person_thing import THING
from projections.engine.versions import FIXED, Changes, End, Instant, Put, Rows, versioned
from projections.engine.versions import Change as RowChange
from projections.handling import on
from projections.history.change import Change, shown_links
from projections.obligations.rows import handed_over
from projections.people import words
from projections.search.findable import Findable, placed
from projections.stored import Stored
from projections.view import View, tell

PEOPLE = versioned(
    "people",
    Column("person_id", Text, primary_key=True),
    Column("joined_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)

ABSENCES = versioned(
    "absences",
    Column("absence_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, info=FIXED),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("deputy_id", Text, nullable=False),
)
"""Who is away when, and who is asked meanwhile (RULES B18)."""

STORED: Final[Stored[Person]] = Stored(
    THING,
    PEOPLE,
    TypeAdapter(Person),
    born=lambda envelope: {"joined_at": envelope.recorded_at},
)


def _planned(fact: absence.AbsencePlanned, envelope: Envelope, rows: Rows) -> Changes:
    columns = ("person_id", "starts_on", "ends_on", "deputy_id")
    yield Put(ABSENCES, (fact.absence_id,), {name: getattr(fact, name) for name in columns})
    yield from STORED.fold(envelope, rows)


def _withdrawn(fact: absence.AbsenceWithdrawn, envelope: Envelope, rows: Rows) -> Changes:
    yield End(ABSENCES, (fact.absence_id,))
    yield from STORED.fold(envelope, rows)


# --- what history tells ---------------------------------------------------------------------------


def _said(fact: person.PersonFact, **sets: Any) -> Change:
    return Change("person", fact.person_id, sets)


def _handed_over(fact: handing_over.ThingsHandedOver) -> Change:
    says = {"person": fact.to_id, "count": len(fact.things)}
    return Change("person", fact.person_id, {}, says)


def _absent(fact: absence.AbsencePlanned) -> Change:
    sets = {
        "from": fact.starts_on.isoformat(),
        "to": fact.ends_on.isoformat(),
        "deputy_id": fact.deputy_id,
    }
    says = {"person": fact.deputy_id}
    return Change("person", fact.person_id, sets, says, part=("absence", fact.absence_id))


def _present(fact: absence.AbsenceWithdrawn) -> Change:
    sets = dict.fromkeys(("from", "to", "deputy_id"))
    return Change("person", fact.person_id, sets, part=("absence", fact.absence_id))


# --- what is owed ---------------------------------------------------------------------------------


def _owed(fact: handing_over.ThingsHandedOver, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    """What was asked about the things goes with them, and with a lead or a review the answers."""
    for thing in fact.things:
        yield from handed_over(rows, fact.person_id, fact.to_id, about_id=thing.id)
    if any(thing.role in ("lead", "reviewer") for thing in fact.things):
        yield from handed_over(rows, fact.person_id, fact.to_id, asked="answer")


VIEW: Final[View[Person]] = View(
    THING,
    "people",
    tables=(PEOPLE, ABSENCES),
    stored=STORED,
    rows=(
        on(absence.AbsencePlanned, _planned),
        on(absence.AbsenceWithdrawn, _withdrawn),
    ),
    telling=(
        tell(
            person.PersonJoined,
            lambda fact: Change("person", fact.person_id, {"state": "joined"}),
            words.joined,
        ),
        tell(
            person.PersonCalendarNamed,
            lambda fact: Change("person", fact.person_id, {"calendar": fact.calendar}),
            words.person_calendar_named,
        ),
        tell(person_editing.PersonRenamed, _said, words.person_renamed),
        tell(person_editing.PersonReaddressed, _said, words.person_readdressed),
        tell(
            person_editing.PersonDescribed,
            lambda fact: _said(fact, description=fact.description),
            words.described,
        ),
        tell(
            person_editing.PersonLinked,
            lambda fact: _said(fact, links=shown_links(fact.links)),
            words.linked,
        ),
        tell(
            person_editing.PersonDeactivated,
            lambda fact: _said(fact, active=False),
            words.person_deactivated,
        ),
        tell(
            person_editing.PersonReactivated,
            lambda fact: _said(fact, active=True),
            words.person_reactivated,
        ),
        tell(handing_over.ThingsHandedOver, _handed_over, words.things_handed_over),
        tell(absence.AbsencePlanned, _absent, words.absence_planned),
        tell(absence.AbsenceWithdrawn, _present, words.absence_withdrawn),
    ),
    found=Findable(
        places=(
            placed(person.PersonJoined, lambda _: {"state": "active"}),
            placed(person_editing.PersonDeactivated, lambda _: {"state": "deactivated"}),
            placed(person_editing.PersonReactivated, lambda _: {"state": "active"}),
        ),
        over=("deactivated",),
    ),
    owes=(on(handing_over.ThingsHandedOver, _owed),),
)
