"""Policies: the choices by which cycles are planned and measured, kept as versions with reasons."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Query
from starlette.responses import Response

from api.core.descriptions import Described, Description, Links, given_words, links_of, never_null
from api.core.doors import creating, editing
from api.core.fields import Instant, Request, Text, Title
from api.core.problems import Problem
from api.core.reading import Cursor, Limit, Reading, reading
from api.core.resource import Found, Look, Resource, looking
from api.core.shapes import Page, Shape, Versioned
from api.core.undo import TAKEN_BACK, Undo, edit_back
from api.core.writing import Write
from api.policy.following import follow_later, running
from api.policy.values import Choices
from domain.editing import given_fields
from domain.ids import PolicyId
from domain.policy import policy_thing
from domain.policy.policy import DefinePolicy, EditPolicy
from domain.policy.policy import Policy as State
from domain.text import said
from projections.policy import lists, render


class NewPolicy(Request):
    name: Title
    values: Choices | None = None
    description: Description | None = None
    links: Links = ()
    reason: Text | None = None


class PolicyEdit(Request):
    """What is left out stays as it is. New ``values`` need a reason and are a version of their own;
    they count from ``effective_from``, else from now.
    """

    name: Title | None = None
    values: Choices | None = None
    effective_from: Instant | None = None
    description: Description | None = None
    links: Links | None = None
    reason: Text | None = None


class PolicyVersion(Shape):
    version: int
    effective_from: datetime | None
    backdated: bool


class Policy(Described, Versioned):
    """``values`` are those of ``values_version``; ``in_force`` is the version that counts now."""

    name: str
    values: dict[str, Any]
    values_version: int
    in_force: int
    versions: list[PolicyVersion]


def _render(found: Found[State], look: Look) -> dict[str, Any]:
    return render.policy(found.id, found.state, found.version, look.upto, look.at)


RESOURCE: Final[Resource[State]] = Resource(
    policy_thing.THING, "/v1/policies", _render, tags=("organisation",), topics=("policies",)
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE)]
Edit = Annotated[Write, editing(RESOURCE, "policy_id")]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Page[Policy])
def list_policies(read: Asked, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Policies, the organisation's own first: it is there before anybody has said a word."""
    return read.listing(
        cursor,
        lambda moment, start: lists.policies(
            read.services.views, moment=moment, limit=limit, cursor=start
        ),
    )


@router.post("", status_code=201, response_model=Policy)
def define_policy(body: NewPolicy, write: Create) -> Response:
    """Write down a policy; choices that are left out are those of the rules."""
    command = DefinePolicy(
        policy_id=PolicyId(write.new_id()),
        name=body.name,
        values=(body.values or Choices()).values(),
        description=said(body.description),
        links=links_of(body.links),
        **write.stamp(body.reason),
    )
    return RESOURCE.done(write, command, body, status=201)


@router.patch("/{policy_id}", response_model=Policy)
def edit_policy(body: PolicyEdit, write: Edit) -> Response:
    """Change a policy. Running cycles that follow it take its new values over at once, from the
    date that they count from; what is closed or being graded keeps what it had.
    """
    never_null(body, "name", "values", "links")
    following = running(write.services) if body.values else ()
    command = EditPolicy(
        policy_id=PolicyId(write.thing_id),
        **given_fields(body, "name", "effective_from"),
        **({"values": body.values.values()} if body.values else {}),
        **given_words(body),
        cycles=following,
        **write.stamp(body.reason),
    )
    done = RESOURCE.done(write, command, body, undo=_edited_back)
    if body.values:
        follow_later(write, body.reason, asked=following)
    return done


def _edited_back(before: Found[State], now: Found[State]) -> Undo | None:
    back = edit_back(f"{RESOURCE.path}/{now.id}", _editable(before.state), _editable(now.state))
    if back is None or back.body is None or "values" not in back.body:
        return back
    return back.model_copy(update={"body": {**back.body, "reason": TAKEN_BACK}})


def _editable(state: State) -> dict[str, Any]:
    return {
        "name": state.name,
        "values": state.newest.values.model_dump(),
        "description": state.description,
        "links": [link.model_dump() for link in state.links],
    }


@router.get("/{policy_id}", response_model=Policy)
def get_policy(
    policy_id: str, read: Asked, version: Annotated[int | None, Query(ge=0)] = None
) -> Response:
    """A policy with the values of its newest version, or of the one asked for."""
    look = looking(read)
    found = RESOURCE.find(read.services, policy_id, look.upto)
    shown = None if version is None else found.state.at_version(version)
    if version is not None and shown is None:
        raise Problem(404, "not-found", f"The policy has no version {version}.")
    body = render.policy(found.id, found.state, found.version, look.upto, look.at, shown)
    return read.thing(body, found.version)
