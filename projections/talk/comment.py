"""The view of comments: a row with the folded state, their history, and whom they concern."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Boolean, Column, Integer, Text

from domain.facts import Envelope, Pointer
from domain.talk import comment as c
from domain.talk.comment import Comment
from domain.talk.comment_thing import THING
from projections.engine.versions import FIXED, Rows, versioned
from projections.engine.versions import Change as RowChange
from projections.handling import on
from projections.history.change import Change
from projections.notifications.concern import around
from projections.notifications.rows import Name, interest, notified
from projections.stored import Stored
from projections.talk import words
from projections.view import View, tell

COMMENT = versioned(
    "comment",
    Column("comment_id", Text, primary_key=True),
    Column("about_kind", Text, nullable=False, info=FIXED),
    Column("about_id", Text, nullable=False, info=FIXED),
    Column("author_id", Text, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("posted_at_position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)


def _about(state: Comment) -> dict[str, Any]:
    assert state.about is not None
    return {
        "about_kind": state.about.kind,
        "about_id": state.about.id,
        "author_id": state.author_id,
        "withdrawn": state.withdrawn,
    }


STORED: Final[Stored[Comment]] = Stored(
    THING,
    COMMENT,
    TypeAdapter(Comment),
    columns=_about,
    born=lambda envelope: {"posted_at_position": envelope.position},
)

# --- what history tells ---------------------------------------------------------------------------


def _told(fact: c.CommentFact, sets: dict[str, Any], **says: Any) -> Change:
    """Told of the thing that the comment is about; of a check-in, of its key result."""
    thing = fact.within or fact.about
    says["of"] = fact.about.kind
    return Change(thing.kind, thing.id, sets, says, part=("comment", fact.comment_id))


# --- whom it concerns -----------------------------------------------------------------------------


def _posted(fact: c.CommentPosted, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    """Who is mentioned, and who owns or follows the thing; who speaks follows it from now on."""
    about = _name(fact.about)
    hearing = [*around(rows, about)]
    if fact.within is not None:
        hearing += around(rows, _name(fact.within))
    yield from notified(envelope, rows, "mentioned", about, fact.mentions)
    yield from notified(envelope, rows, "commented", about, hearing)
    yield from _talking(rows, about, (fact.author_id, *fact.mentions))


def _edited(fact: c.CommentEdited, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    """Only those whom the words name anew hear of an edit."""
    about = _name(fact.about)
    yield from notified(envelope, rows, "mentioned", about, fact.newly_mentioned)
    yield from _talking(rows, about, fact.newly_mentioned)


def _talking(rows: Rows, about: Name, people: Iterable[str]) -> Iterator[RowChange]:
    for person_id in dict.fromkeys(people):
        yield from interest(rows, person_id, about, talks=True)


def _name(pointer: Pointer) -> Name:
    return pointer.kind, pointer.id


VIEW: Final[View[Comment]] = View(
    THING,
    "talk",
    tables=(COMMENT,),
    stored=STORED,
    telling=(
        tell(
            c.CommentPosted,
            lambda fact: _told(fact, {"text": fact.text}, reply=fact.reply_to is not None),
            words.posted,
        ),
        tell(c.CommentEdited, lambda fact: _told(fact, {"text": fact.text}), words.edited),
        tell(c.CommentWithdrawn, lambda fact: _told(fact, {"withdrawn": True}), words.withdrawn),
        tell(c.CommentReacted, lambda fact: _told(fact, {}, emoji=fact.emoji), words.reacted),
        tell(c.ReactionTakenBack, lambda fact: _told(fact, {}, emoji=fact.emoji), words.taken_back),
    ),
    concerns=(
        on(c.CommentPosted, _posted),
        on(c.CommentEdited, _edited),
    ),
)
