"""The view of people. They have no names here: the log knows none."""

from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import Column, Integer, Text

from domain.people import person
from domain.people.person import Person
from domain.people.person_thing import THING
from projections.engine.versions import Instant, versioned
from projections.history.change import Change
from projections.people import words
from projections.stored import Stored
from projections.view import View, tell

PEOPLE = versioned(
    "people",
    Column("person_id", Text, primary_key=True),
    Column("joined_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)

STORED: Final[Stored[Person]] = Stored(
    THING,
    PEOPLE,
    TypeAdapter(Person),
    born=lambda envelope: {"joined_at": envelope.recorded_at},
)

VIEW: Final[View[Person]] = View(
    THING,
    "people",
    tables=(PEOPLE,),
    stored=STORED,
    telling=(
        tell(
            person.PersonJoined,
            lambda fact: Change("person", fact.person_id, {"state": "joined"}),
            words.joined,
        ),
    ),
)
