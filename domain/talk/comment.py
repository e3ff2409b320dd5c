"""A comment: what somebody says about a thing, answered one level deep, edited, withdrawn.

The words are their author's alone: nobody else edits or withdraws them. A withdrawn comment stays
in the log and in its place; only its words are shown no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.facts import Command, Fact, Pointer
from domain.ids import CommentId, PersonId
from domain.talk.mentions import mentioned
from domain.text import SealedText

LONGEST_COMMENT: Final = 20_000

# --- facts -------------------------------------------------------------------------------------


class CommentFact(Fact):
    """Each says what the comment is about; ``within`` is the key result of a check-in."""

    comment_id: CommentId
    about: Pointer
    within: Pointer | None = None

    @property
    def stream(self) -> str:
        return f"comment/{self.comment_id}"


class CommentPosted(CommentFact):
    """``mentions`` are the people whom its words name, each once."""

    TYPE: ClassVar[str] = "talk.comment-posted"
    text: SealedText
    author_id: PersonId
    mentions: tuple[PersonId, ...] = ()
    reply_to: CommentId | None = None
    posted_at: AwareDatetime


class CommentEdited(CommentFact):
    """``mentions`` are all whom the words name now, ``newly_mentioned`` those they did not."""

    TYPE: ClassVar[str] = "talk.comment-edited"
    text: SealedText
    mentions: tuple[PersonId, ...] = ()
    newly_mentioned: tuple[PersonId, ...] = ()
    edited_at: AwareDatetime


class CommentWithdrawn(CommentFact):
    TYPE: ClassVar[str] = "talk.comment-withdrawn"


class CommentReacted(CommentFact):
    TYPE: ClassVar[str] = "talk.comment-reacted"
    person_id: PersonId
    emoji: str


class ReactionTakenBack(CommentFact):
    TYPE: ClassVar[str] = "talk.reaction-taken-back"
    person_id: PersonId
    emoji: str


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comment:
    """``reactions`` are the people by emoji, both in the order they first came."""

    comment_id: CommentId | None = None
    about: Pointer | None = None
    within: Pointer | None = None
    text: SealedText | None = None
    author_id: PersonId | None = None
    mentions: tuple[PersonId, ...] = ()
    reply_to: CommentId | None = None
    posted_at: datetime | None = None
    edited_at: datetime | None = None
    withdrawn: bool = False
    reactions: Mapping[str, tuple[PersonId, ...]] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        """Whether it was ever posted."""
        return self.comment_id is not None


INITIAL = Comment()


def posted(state: Comment, fact: CommentPosted) -> Comment:
    return replace(
        state,
        comment_id=fact.comment_id,
        about=fact.about,
        within=fact.within,
        text=fact.text,
        author_id=fact.author_id,
        mentions=fact.mentions,
        reply_to=fact.reply_to,
        posted_at=fact.posted_at,
    )


def edited(state: Comment, fact: CommentEdited) -> Comment:
    return replace(state, text=fact.text, mentions=fact.mentions, edited_at=fact.edited_at)


def reacted(state: Comment, fact: CommentReacted) -> Comment:
    people = (*state.reactions.get(fact.emoji, ()), fact.person_id)
    return replace(state, reactions={**state.reactions, fact.emoji: people})


def taken_back(state: Comment, fact: ReactionTakenBack) -> Comment:
    people = tuple(one for one in state.reactions.get(fact.emoji, ()) if one != fact.person_id)
    others = {emoji: who for emoji, who in state.reactions.items() if emoji != fact.emoji}
    return replace(state, reactions={**others, fact.emoji: people} if people else others)


# --- commands ----------------------------------------------------------------------------------


class CommentCommand(Command):
    """Any wish about a comment; whoever sends it signs it."""

    comment_id: CommentId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"comment/{self.comment_id}",)


class NewComment(CommentCommand):
    """Reads its author and everybody whom its words mention."""

    about: Pointer
    within: Pointer | None = None
    text: str

    @property
    def people(self) -> tuple[str, ...]:
        """Their streams, in this order."""
        return tuple(f"person/{one}" for one in (self.by.id, *mentioned(self.text)))


class PostComment(NewComment):
    @property
    def reads(self) -> tuple[str, ...]:
        return (f"comment/{self.comment_id}", *self.people)


class ReplyToComment(NewComment):
    """A comment that answers another one about the same thing."""

    reply_to: CommentId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"comment/{self.comment_id}", f"comment/{self.reply_to}", *self.people)


class EditComment(CommentCommand):
    text: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (*super().reads, *(f"person/{one}" for one in mentioned(self.text)))


class WithdrawComment(CommentCommand): ...


class ReactToComment(CommentCommand):
    """The same emoji of the same person once more takes it back."""

    emoji: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (*super().reads, f"person/{self.by.id}")
