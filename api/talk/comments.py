"""Comments: said about a thing, answered, edited, withdrawn, reacted to."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import Field, StringConstraints
from starlette.responses import Response

from api.core.bodies import Discussed, Reason
from api.core.doors import creating, editing
from api.core.fields import UUID, Id, Request, Text
from api.core.problems import invalid_parameter, not_found
from api.core.reading import Cursor, Limit, Reading, reading
from api.core.references import discussed, exists, home_of_check_in
from api.core.resource import Found, Look, Resource
from api.core.shapes import Page, Shape, Thing, Versioned
from api.core.signing import signed
from api.core.undo import Undo
from api.core.writing import Write
from api.services import Services
from domain.facts import Pointer
from domain.ids import CommentId
from domain.talk import comment_thing
from domain.talk.comment import (
    LONGEST_COMMENT,
    Comment,
    EditComment,
    PostComment,
    ReactToComment,
    ReplyToComment,
    WithdrawComment,
)
from journal.log import Journal
from projections.talk import lists, render

Words = Annotated[str, StringConstraints(max_length=LONGEST_COMMENT)]


class NewComment(Request):
    """``text`` is Markdown; ``@`` and the id of a person mentions somebody."""

    about: Discussed
    text: Words
    reply_to: Id | None = None
    reason: Text | None = None


class EditedComment(Request):
    text: Words
    reason: Text | None = None


class Reaction(Request):
    emoji: Annotated[str, StringConstraints(max_length=16)]
    reason: Text | None = None


class ReactionOf(Shape):
    emoji: str
    people: list[str]


class CommentItem(Shape):
    id: str
    version: int
    about: Thing
    text: Annotated[str | None, Field(description="Null when it was withdrawn or erased.")]
    author_id: str
    at: datetime
    edited_at: datetime | None
    withdrawn: bool
    reply_to: str | None
    mentions: list[str]
    reactions: list[ReactionOf]


class CommentThing(CommentItem, Versioned): ...


def _render(found: Found[Comment], look: Look) -> dict[str, Any]:
    return render.comment(found.state, found.version, look.upto)


def _near(_: Journal, state: Comment) -> tuple[str, ...]:
    """A comment is shown with the thing that it is about."""
    return () if state.about is None else (f"{state.about.kind}/{state.about.id}",)


RESOURCE: Final[Resource[Comment]] = Resource(
    comment_thing.THING,
    "/v1/comments",
    _render,
    tags=("comments",),
    topics=("comments",),
    near=_near,
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE, PostComment)]
Edit = Annotated[Write, editing(RESOURCE, "comment_id", versioned=False)]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Page[CommentItem])
def list_comments(
    read: Asked,
    about: Annotated[
        str,
        Query(
            max_length=120,
            pattern=rf"^([a-z_\-]{{1,40}}/)?{UUID}$",
            description="What they are about, as `<kind>/<id>` or a bare id.",
        ),
    ],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What was said about a thing, the newest last; replies name the comment they answer."""
    thing = _thing(read.services, about)
    return read.listing(
        cursor,
        lambda moment, start: lists.comments(
            read.services.views, thing, moment=moment, limit=limit, cursor=start
        ),
    )


@router.post("", status_code=201, response_model=CommentThing)
def post_comment(body: NewComment, write: Create) -> Response:
    """Say something about a thing, or reply to what somebody said about it."""
    signed(write)
    about = discussed(write.services, body.about)
    said: dict[str, Any] = {
        "comment_id": CommentId(write.new_id()),
        "about": about,
        "within": _within(write.services, about),
        "text": body.text,
        **write.stamp(body.reason),
    }
    if body.reply_to is None:
        return RESOURCE.done(write, PostComment(**said), body, status=201, undo=_withdraw)
    command = ReplyToComment(**said, reply_to=CommentId(body.reply_to))
    return RESOURCE.done(write, command, body, status=201, undo=_withdraw)


@router.patch("/{comment_id}", response_model=CommentThing)
def edit_comment(body: EditedComment, write: Edit) -> Response:
    """Change your own words. Whom they mention anew is told; nobody is told twice."""
    command = EditComment(text=body.text, **_about(write, body.reason))
    return RESOURCE.done(write, command, body, undo=_edit_back)


@router.post("/{comment_id}/withdraw", response_model=CommentThing)
def withdraw_comment(write: Edit, body: Reason | None = None) -> Response:
    """Take your own words back. The comment keeps its place and shows no words."""
    command = WithdrawComment(**_about(write, body.reason if body is not None else None))
    return RESOURCE.done(write, command, body)


@router.post("/{comment_id}/react", response_model=CommentThing)
def react(body: Reaction, write: Edit) -> Response:
    """React by an emoji; the same one again takes it back."""
    signed(write)
    command = ReactToComment(emoji=body.emoji, **_about(write, body.reason))
    again = Undo(
        method="POST",
        path=f"{RESOURCE.path}/{write.thing_id}/react",
        body={"emoji": body.emoji},
    )
    return RESOURCE.done(write, command, body, undo=again)


@router.get("/{comment_id}", response_model=CommentThing)
def get_comment(comment_id: str, read: Asked) -> Response:
    """One comment."""
    return RESOURCE.answer(read, comment_id)


def _thing(services: Services, about: str) -> tuple[str | None, str]:
    """What comments are asked for about. Raises 422 for what has none, 404 for what is not."""
    kind, _, thing_id = about.rpartition("/")
    kind = kind.replace("-", "_")
    if not kind:
        return None, thing_id
    if kind not in services.things.discussed:
        kinds = ", ".join(services.things.discussed)
        raise invalid_parameter("about", f"There are comments about these only: {kinds}.")
    if not exists(services, kind, thing_id):
        raise not_found(kind.replace("_", " "))
    return kind, thing_id


def _within(services: Services, about: Pointer) -> Pointer | None:
    """The key result of a check-in."""
    if about.kind != "check_in":
        return None
    home = home_of_check_in(services, about.id)
    return None if home is None else Pointer(kind="key_result", id=home[1])


def _about(write: Write, reason: str | None) -> dict[str, Any]:
    return {"comment_id": CommentId(write.thing_id), **write.stamp(reason)}


def _withdraw(_: Found[Comment], now: Found[Comment]) -> Undo:
    return Undo(method="POST", path=f"{RESOURCE.path}/{now.id}/withdraw")


def _edit_back(before: Found[Comment], now: Found[Comment]) -> Undo:
    return Undo(method="PATCH", path=f"{RESOURCE.path}/{now.id}", body={"text": before.state.text})
