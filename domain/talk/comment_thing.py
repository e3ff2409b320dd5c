"""The descriptor of a comment."""

from dataclasses import replace
from typing import Final

from domain.people.person import Person
from domain.talk import comment as c
from domain.talk import comment_decisions as decisions
from domain.talk.comment import Comment
from domain.thing import Thing, on, when

THING: Final[Thing[Comment]] = Thing(
    "comment",
    c.INITIAL,
    facts=(
        when(c.CommentPosted, c.posted),
        when(c.CommentEdited, c.edited),
        when(
            c.CommentWithdrawn,
            lambda state, fact: replace(state, withdrawn=True),  # noqa: ARG005
        ),
        when(c.CommentReacted, c.reacted),
        when(c.ReactionTakenBack, c.taken_back),
    ),
    commands=(
        on(c.PostComment, decisions.decide_post, Person, permits="write"),
        on(c.ReplyToComment, decisions.decide_reply, Comment, Person, permits="write"),
        on(c.EditComment, decisions.decide_edit, Person, permits="write"),
        on(c.WithdrawComment, decisions.decide_withdraw, permits="write"),
        on(c.ReactToComment, decisions.decide_react, Person, permits="write"),
    ),
)
