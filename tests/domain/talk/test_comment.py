"""Comments: said about a thing, answered one level deep, edited, withdrawn, reacted to."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.facts import Actor, Command, Pointer
from domain.people.person import PersonJoined
from domain.people.person_editing import PersonDeactivated
from domain.talk.comment import (
    CommentEdited,
    CommentPosted,
    CommentReacted,
    CommentWithdrawn,
    EditComment,
    PostComment,
    ReactionTakenBack,
    ReactToComment,
    ReplyToComment,
    WithdrawComment,
)
from domain.talk.mentions import mentioned
from domain.text import SealedText
from tests.domain.specification import given

NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)
ANN, BO, CY = (f"0189000{n}-0000-7000-8000-000000000000" for n in range(3))
HERE = tuple(PersonJoined(person_id=one) for one in (ANN, BO))
ABOUT = Pointer(kind="objective", id="o1")


def wish(command: type[Command], by: str = ANN, **fields: Any) -> Any:
    stamp = {"command_id": "c", "at": NOW, "by": Actor(kind="person", id=by)}
    return command(**stamp, **{"comment_id": "one", **fields})


def posted(text: str = "Look", **fields: Any) -> CommentPosted:
    said = {"comment_id": "one", "about": ABOUT, "author_id": ANN, "posted_at": NOW, **fields}
    return CommentPosted(**said, text=SealedText(text))


# --- saying something -----------------------------------------------------------------------------


def test_a_comment_says_who_said_what_about_which_thing_and_whom_it_mentions():
    text = f"@{BO} and @{ANN}, and @{BO} again"
    given(*HERE).when(wish(PostComment, about=ABOUT, text=text)).then(
        posted(text, mentions=(BO, ANN))
    )


def test_a_comment_says_something_in_at_most_twenty_thousand_characters():
    for text in ("", "  \n", "x" * 20_001):
        given(*HERE).when(wish(PostComment, about=ABOUT, text=text)).refused(
            "invalid-text", kind="invalid", pointer="/text"
        )


def test_whoever_is_mentioned_is_known_and_has_not_left():
    refused = given(*HERE).when(wish(PostComment, about=ABOUT, text=f"@{CY}"))
    assert CY in refused.refused("unknown-mention", pointer="/text").detail
    gone = given(*HERE, PersonDeactivated(person_id=BO))
    gone.when(wish(PostComment, about=ABOUT, text=f"@{BO}")).refused("unknown-mention")


def test_only_people_say_something():
    by = Actor(kind="system", id="key:1")
    command = PostComment(
        command_id="c", at=NOW, by=by, comment_id="one", about=ABOUT, text="I am a machine"
    )
    given(*HERE).when(command).refused("person-needed", kind="conflict")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"@{ANN}", (ANN,)),
        (f"(@{ANN.upper()}), really", (ANN,)),
        (f"ann@{ANN}", ()),
        (f"@{ANN}0", ()),
        (f"@@{ANN}", ()),
        ("@ann", ()),
        (f"**@{ANN}**@{BO}", (ANN, BO)),
    ],
)
def test_a_mention_is_an_at_sign_and_an_id_that_stand_alone(text: str, found: tuple[str, ...]):
    assert mentioned(text) == found


# --- replies --------------------------------------------------------------------------------------


def test_a_reply_answers_a_comment_about_the_same_thing():
    said = {"comment_id": "two", "about": ABOUT, "text": "Yes", "reply_to": "one"}
    given(*HERE, posted()).when(wish(ReplyToComment, BO, **said)).then(
        posted("Yes", comment_id="two", author_id=BO, reply_to="one")
    )
    other = {**said, "about": Pointer(kind="objective", id="o2")}
    given(*HERE, posted()).when(wish(ReplyToComment, BO, **other)).refused(
        "invalid-reply-to", pointer="/about"
    )
    given(*HERE).when(wish(ReplyToComment, BO, **said)).refused("not-found", pointer="/reply_to")


def test_replies_go_one_level_deep():
    reply = posted("Yes", comment_id="two", author_id=BO, reply_to="one")
    said = {"comment_id": "three", "about": ABOUT, "text": "No", "reply_to": "two"}
    refused = given(*HERE, posted(), reply).when(wish(ReplyToComment, **said))
    assert "reply to the comment one" in refused.refused("invalid-reply-to").detail


# --- one's own words ------------------------------------------------------------------------------


def test_an_edit_mentions_only_whom_it_names_anew():
    text = f"@{ANN} @{BO}"
    given(*HERE, posted(f"@{BO}", mentions=(BO,))).when(wish(EditComment, text=text)).then(
        CommentEdited(
            comment_id="one",
            about=ABOUT,
            text=SealedText(text),
            mentions=(ANN, BO),
            newly_mentioned=(ANN,),
            edited_at=NOW,
        )
    )


def test_an_edit_may_keep_a_mention_of_who_has_left_since():
    held = (*HERE, posted(f"@{BO}", mentions=(BO,)), PersonDeactivated(person_id=BO))
    (fact,) = given(*held).when(wish(EditComment, text=f"@{BO}!")).facts()
    assert isinstance(fact, CommentEdited)
    assert fact.newly_mentioned == ()


def test_the_same_words_once_more_change_nothing():
    given(*HERE, posted()).when(wish(EditComment, text="Look ")).nothing()


@pytest.mark.parametrize("command", [EditComment, WithdrawComment])
def test_nobody_touches_the_words_of_another(command: type[Command]):
    words = {"text": "Mine now"} if command is EditComment else {}
    given(*HERE, posted()).when(wish(command, BO, **words)).refused("not-yours", kind="forbidden")


def test_a_withdrawn_comment_is_neither_edited_nor_answered_nor_reacted_to():
    gone = CommentWithdrawn(comment_id="one", about=ABOUT)
    given(*HERE, posted()).when(wish(WithdrawComment)).then(gone)
    held = given(*HERE, posted(), gone)
    held.when(wish(WithdrawComment)).nothing()
    reply = {"comment_id": "two", "about": ABOUT, "text": "Yes", "reply_to": "one"}
    for command in (
        wish(EditComment, text="Look!"),
        wish(ReplyToComment, **reply),
        wish(ReactToComment, emoji="👍"),
    ):
        held.when(command).refused("comment-withdrawn")


# --- reactions ------------------------------------------------------------------------------------


def test_the_same_reaction_again_takes_it_back():
    said = {"comment_id": "one", "about": ABOUT, "person_id": BO, "emoji": "👍"}
    reacted = CommentReacted(**said)
    given(*HERE, posted()).when(wish(ReactToComment, BO, emoji="👍")).then(reacted)
    held = given(*HERE, posted(), reacted)
    held.when(wish(ReactToComment, BO, emoji="👍")).then(ReactionTakenBack(**said))
    held.when(wish(ReactToComment, ANN, emoji="👍")).then(
        CommentReacted(**{**said, "person_id": ANN})
    )


@pytest.mark.parametrize("emoji", ["👍🏽", "❤️", "1️⃣", "🇩🇪", "👩‍💻"])
def test_what_people_call_an_emoji_is_one(emoji: str):
    assert len(given(*HERE, posted()).when(wish(ReactToComment, emoji=emoji)).facts()) == 1


@pytest.mark.parametrize("emoji", ["", "a", "1", "ok", "👍a", "👍" * 17, "<", " "])
def test_other_words_are_no_reaction(emoji: str):
    given(*HERE, posted()).when(wish(ReactToComment, emoji=emoji)).refused(
        "invalid-emoji", pointer="/emoji"
    )
