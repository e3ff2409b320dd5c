"""Follows: what one wants to hear of, or not, beyond what one owns and speaks about."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from api.core.bodies import Discussed
from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.problems import invalid_parameter, not_found
from api.core.reading import Reading, reading
from api.core.references import discussed
from api.core.shapes import Page, Shape, Versioned
from api.core.undo import Undo
from api.core.writing import Write
from api.desk.own import desk_of, own, whose
from api.services import Services
from domain.desk.following import FollowThing, UnfollowThing
from domain.facts import Pointer
from projections.notifications import pages


class FollowItem(Shape):
    kind: str
    id: str
    title: str | None
    because: Literal["chosen", "owner", "contributor", "comments"]


class Follow(Versioned):
    kind: str
    following: bool


router = APIRouter(prefix="/v1/me/follows", tags=["me"], route_class=StrictRoute)

PART: Final = Part(router, kinds=("desk", "comment", "objective", "action", "obstacle", "cycle"))

Asked = Annotated[Reading, reading()]
Edit = Annotated[Write, own(FollowThing, UnfollowThing)]


@router.get("", response_model=Page[FollowItem])
def list_follows(read: Asked) -> Response:
    """What you follow: what you chose, and by rule what you own, comment on or are mentioned in."""
    moment = read.when()
    person_id, desk, _ = desk_of(read)
    items: list[dict[str, Any]] = []
    if person_id is not None:
        with read.services.views.reading() as look:
            items = pages.following(look, person_id, desk, moment)
    body = {"items": items, "next_cursor": None, "position": moment.position}
    return read.view(body, moment)


@router.put("/{kind}/{id}", response_model=Follow)
def follow(kind: str, id: str, write: Edit) -> Response:  # noqa: A002 - the contract's word
    """Follow a thing."""
    about = _about(write.services, kind, id)
    return _done(write, FollowThing(about=about, **whose(write)), about, following=True)


@router.delete("/{kind}/{id}", response_model=Follow)
def unfollow(kind: str, id: str, write: Edit) -> Response:  # noqa: A002 - the contract's word
    """Follow a thing no more, not even one that you own or speak about."""
    about = _about(write.services, kind, id)
    return _done(write, UnfollowThing(about=about, **whose(write)), about, following=False)


def _about(services: Services, kind: str, thing_id: str) -> Pointer:
    """What the address names. Raises 422 for what nobody follows, 404 for what is not there."""
    kind = kind.replace("-", "_")
    if kind not in services.things.discussed:
        kinds = ", ".join(services.things.discussed)
        raise invalid_parameter("kind", f"One follows things of these kinds: {kinds}.")
    try:
        named = Discussed(kind=kind, id=thing_id)
    except ValidationError:
        raise not_found(kind.replace("_", " ")) from None
    return discussed(services, named)


def _done(
    write: Write, command: FollowThing | UnfollowThing, about: Pointer, *, following: bool
) -> Response:
    receipt = write.handle(command)
    back = Undo(
        method="DELETE" if following else "PUT",
        path=f"{router.prefix}/{about.kind}/{about.id}",
    )
    shown = {"kind": about.kind, "id": about.id, "following": following}
    return write.respond(receipt, shown, undo=back)
