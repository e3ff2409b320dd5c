"""The interface is made of parts: what has to be known of all of them is derived from them."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.responses import Response

from api.app import INTERFACE, create_app
from api.core.interface import Interface, Part
from api.core.references import must_exist
from api.core.resource import Found, Look, Resource
from api.services import Services
from domain.facts import Command, Decision, Fact
from domain.thing import Thing, Things, on, when
from domain.things import THINGS
from tests.api.installation import Stack


@dataclass(frozen=True)
class Kite:
    colour: str = ""


class KitePainted(Fact):
    TYPE: ClassVar[str] = "toy.kite-painted"
    kite_id: str
    colour: str

    @property
    def stream(self) -> str:
        return f"kite/{self.kite_id}"


class PaintKite(Command):
    kite_id: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"kite/{self.kite_id}",)


def paint(command: PaintKite, _: Kite) -> Decision:
    return (KitePainted(kite_id=command.kite_id, colour="red"),)


KITE: Thing[Kite] = Thing(
    "kite",
    Kite(),
    facts=(when(KitePainted, lambda state, fact: replace(state, colour=fact.colour)),),
    commands=(on(PaintKite, paint, permits="administer"),),
    about=True,
)
KITES: Resource[Kite] = Resource(
    KITE,
    "/v1/kites",
    lambda found, _: {"id": found.id, "colour": found.state.colour},
    tags=("kites",),
    topics=("kites",),
)


@KITES.router.get("/{kite_id}")
def get_kite(kite_id: str) -> Response:
    """One kite."""
    return Response(kite_id)


@KITES.router.get("/highest")
def highest() -> Response:
    """An address that the pattern before it would take for an id."""
    return Response("highest")


THINGS_AND_KITES = Things((*THINGS, KITE))
PARTS = Interface((KITES, Part(APIRouter(), kinds=None, topics=("history",))))


def described(things: Things, interface: Interface) -> dict[str, Any]:
    nothing: Any = None
    return create_app(Services(nothing, nothing, nothing, things=things), interface).openapi()


def kinds(schema: dict[str, Any]) -> list[str]:
    """What obstacles and actions may be about."""
    return list(schema["components"]["schemas"]["About"]["properties"]["kind"]["enum"])


def test_a_new_thing_is_named_wherever_kinds_are() -> None:
    schema = described(THINGS_AND_KITES, INTERFACE)
    assert "kite" in kinds(schema)
    assert "kite" not in kinds(described(THINGS, INTERFACE))
    (about,) = [
        each
        for each in schema["paths"]["/v1/history"]["get"]["parameters"]
        if each["name"] == "about"
    ]
    assert "|kite|" in str(about) or "|kite)" in str(about)
    assert "x-of-things" not in str(schema)


def test_its_routes_are_served_and_its_facts_touch_the_screens_that_show_it() -> None:
    assert {"/v1/kites/{kite_id}", "/v1/kites/highest"} <= described(THINGS_AND_KITES, PARTS)[
        "paths"
    ].keys()
    topics = PARTS.topics(THINGS_AND_KITES)
    assert topics.of_stream("kite/1") == ("kite/1", "kites", "history")
    assert topics.of_stream("unheard-of/1") == ("unheard-of/1",)


def test_a_fixed_address_is_tried_before_a_pattern_that_would_take_it() -> None:
    paths = [route.path for route in PARTS.routes if isinstance(route, APIRoute)]
    assert paths.index("/v1/kites/highest") < paths.index("/v1/kites/{kite_id}")
    served = [route.path for route in INTERFACE.routes if isinstance(route, APIRoute)]
    assert served.index("/v1/boards/objectives") < served.index("/v1/boards/{team_id}")


def test_its_door_opens_to_whom_its_commands_permit() -> None:
    assert KITES.permits == {"administer"}


def test_one_way_from_a_state_to_what_is_shown(stack: Stack) -> None:
    look = Look(stack.services, None, stack.clock.now())
    assert KITES.render(Found("1", Kite("red"), 1), look) == {"id": "1", "colour": "red"}


def test_every_kind_that_routes_name_is_one(stack: Stack) -> None:
    """``must_exist`` takes a kind as a word; a misspelt one would be a fault of ours."""
    for kind in THINGS.names:
        must_exist(stack.services, kind, None, "/x")
    with pytest.raises(LookupError):
        must_exist(stack.services, "zebra", "01890000-0000-7000-8000-000000000000", "/x")
