"""The interface is made of parts: what has to be known of all of them is derived from them."""

from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.responses import Response

from api.app import INTERFACE, create_app
from api.core.interface import Interface, Part
from api.core.references import must_exist
from api.services import Services
from domain.thing import Things
from domain.things import THINGS
from tests.api.installation import Stack
from tests.new_thing import RESOURCE, WITH_LESSONS

NEWEST = APIRouter()


@NEWEST.get("/v1/lessons/newest")
def newest() -> Response:
    """An address that the pattern before it would take for an id."""
    return Response("newest")


PARTS = Interface((RESOURCE, Part(NEWEST, kinds=None, topics=("history",))))


def described(things: Things, interface: Interface) -> dict[str, Any]:
    nothing: Any = None
    return create_app(Services(nothing, nothing, nothing, things=things), interface).openapi()


def kinds(schema: dict[str, Any]) -> list[str]:
    """What obstacles and actions may be about."""
    return list(schema["components"]["schemas"]["About"]["properties"]["kind"]["enum"])


def test_a_new_thing_is_named_wherever_kinds_are() -> None:
    schema = described(WITH_LESSONS, INTERFACE)
    assert "lesson" in kinds(schema)
    assert "lesson" not in kinds(described(THINGS, INTERFACE))
    (about,) = [
        each
        for each in schema["paths"]["/v1/history"]["get"]["parameters"]
        if each["name"] == "about"
    ]
    assert "|lesson|" in str(about)
    assert "x-of-things" not in str(schema)


def test_its_facts_touch_the_screens_that_show_it() -> None:
    topics = PARTS.topics(WITH_LESSONS)
    assert topics.of_stream("lesson/1") == ("lesson/1", "lessons", "history")
    assert topics.of_stream("unheard-of/1") == ("unheard-of/1",)


def test_a_fixed_address_is_tried_before_a_pattern_that_would_take_it() -> None:
    paths = [route.path for route in PARTS.routes if isinstance(route, APIRoute)]
    assert paths.index("/v1/lessons/newest") < paths.index("/v1/lessons/{lesson_id}")
    served = [route.path for route in INTERFACE.routes if isinstance(route, APIRoute)]
    assert served.index("/v1/boards/objectives") < served.index("/v1/boards/{team_id}")


def test_its_door_opens_to_whom_its_commands_permit() -> None:
    assert RESOURCE.permits == {"write", "clock", "administer"}


def test_every_kind_that_routes_name_is_one(stack: Stack) -> None:
    """``must_exist`` takes a kind as a word; a misspelt one would be a fault of ours."""
    for kind in THINGS.names:
        must_exist(stack.services, kind, None, "/x")
    with pytest.raises(LookupError):
        must_exist(stack.services, "zebra", "01890000-0000-7000-8000-000000000000", "/x")
