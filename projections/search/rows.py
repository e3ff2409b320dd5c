"""The rows that search goes through: titles with their words, where things stand, known words.

Derived from what each view tells of its facts and what it says is found. Titles of things and the
names of teams and cycles are here, and nothing that is sealed: descriptions, notes and comments are
not found. People's names are not here either: the log has none, so they are looked for in the
directory, and whoever is erased there is found no more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Column, Text
from sqlalchemy.dialects import postgresql

from domain.facts import Envelope, Fact
from projections.engine.projection import Handler, Projection
from projections.engine.versions import Change, Put, Rows, versioned
from projections.history.change import Change as Told
from projections.search.findable import Findable
from projections.search.folding import may_slip, words_of
from projections.search.text_index import index_words
from projections.view import View

BYTEWISE: Final = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Text in the order of its letters' numbers, whatever order the database was made with: a word and
what begins with it stand together."""

START: Final = 60
"""So much of a title's beginning is looked for as it stands."""

TITLE = versioned(
    "search_title",
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("start", BYTEWISE, nullable=False),
    then_by=("start", "since"),
)
"""What each thing is called: ``words`` are those of its title, folded, ``start`` the first of
their letters. A version for each name it had, so that a past is found by its own. Walked from the
newest where a word is in so many titles that the index over words would give them all."""

index_words(TITLE)

PLACE = versioned(
    "search_place",
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("state", Text),
    Column("owner_id", Text),
    Column("team_id", Text),
    Column("cycle_id", Text),
    Column("parent_kind", Text),
    Column("parent_id", Text),
    found_by=("owner_id", "team_id"),
)
"""How and where each thing stands. What it does not say of itself is its parent's."""

WORD = versioned(
    "search_word",
    Column("word", BYTEWISE, primary_key=True),
    Column("tail", BYTEWISE, nullable=False),
    found_by=("tail",),
)
"""Every word that ever stood in a title and may be typed wrongly; ``tail`` is its second and third
letter, for whoever got the first one wrong."""

_SAID: Final = ("state", "owner_id", "team_id", "cycle_id")
_NOWHERE: Final = MappingProxyType(dict.fromkeys((*_SAID, "parent_kind", "parent_id")))


def search(views: Sequence[View[Any]]) -> Projection:
    """The projection of everything that these views say is found."""
    handlers: dict[type[Fact], Handler] = {}
    kinds: dict[str, tuple[type[Fact], ...]] = {}
    silent: set[type[Fact]] = set()
    for view in views:
        if view.found is None:
            continue
        kinds[view.kind] = tuple(view.thing.steps)
        silent |= set(view.found.passes)
        handlers |= {
            each.fact: _finding(view.kind, view.found, each.change)
            for each in view.telling
            if each.fact not in silent
        }
    return Projection("search", (TITLE, PLACE, WORD), handlers, kinds, frozenset(silent))


def _finding(own: str, found: Findable, change_of: Callable[[Any], Told]) -> Handler:
    places = {each.fact: each for each in found.places}

    def finding(envelope: Envelope, _: Rows) -> Iterator[Change]:
        fact = envelope.fact
        told = change_of(fact)
        if told.part is not None:
            return  # a membership or an answer: it has no name of its own
        place = places.get(type(fact))
        said = _place(told.sets, found, {} if place is None else place.place(fact))
        if envelope.version == 1 or (place is not None and place.begins):
            # Complete, so that nobody has to look what was there before: nothing was.
            said = {**_NOWHERE, **said}
        names = (told.kind, *found.twins) if told.kind == own else (told.kind,)
        if said:
            for kind in names:
                yield Put(PLACE, (kind, told.id), said)
        title = told.sets.get("title")
        if title is not None:
            for kind in names:
                yield from _titled(kind, told.id, title, found.twins.get(kind, ""))

    return finding


def _place(sets: Mapping[str, Any], found: Findable, place: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: sets[name] for name in _SAID if name in sets}
    said |= {name: place[name] for name in _SAID if name in place}
    if found.parent is not None and "parent_id" in sets:
        said |= {"parent_kind": found.parent, "parent_id": sets["parent_id"]}
    if "parent" in place:
        said["parent_kind"], said["parent_id"] = place["parent"] or (None, None)
    return said


def _titled(kind: str, id_: str, title: str, further: str) -> Iterator[Change]:
    words = words_of(f"{title} {further}")
    joined = " ".join(words)
    yield Put(TITLE, (kind, id_), {"title": title, "words": joined, "start": joined[:START]})
    for word in dict.fromkeys(words):
        if may_slip(word):
            yield Put(WORD, (word,), {"tail": word[1:3]})
