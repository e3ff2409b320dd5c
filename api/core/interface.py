"""The interface: the parts that the application is made of, as one object that is handed down.

A part says for itself which routes it has, which kinds of things its screens show, and which of
its addresses are kept; whatever has to be known about all of them together is derived here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from api.core.resource import Resource
from api.core.topics import Topics
from domain.thing import Things
from projections.catalogue import VIEWS
from projections.view import Views


@dataclass(frozen=True, eq=False)
class Part:
    """Routes without a thing of their own: screens, history, the log.

    Args:
        router: the routes.
        kinds: whose facts change what is shown; None for those of every kind.
        topics: the names of the screens, as live events tell them.
        kept: addresses whose answers are kept; their views answer the same to a whole role.
        only: wire names of the facts that change what is shown, if not all of the kinds' do.
    """

    router: APIRouter
    kinds: tuple[str, ...] | None = ()
    topics: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    only: Callable[[Views], frozenset[str]] | None = None


class Interface:
    """All parts together.

    Args:
        parts: in the order in which their routes are tried, unless one would hide another:
            ``/v1/boards/objectives`` goes before ``/v1/boards/{team_id}`` by itself.
    """

    def __init__(self, parts: Sequence[Part | Resource[Any]]) -> None:
        self._parts = tuple(parts)
        self.kept = tuple(path for part in parts if isinstance(part, Part) for path in part.kept)
        self.routes = _none_hidden([route for part in parts for route in part.router.routes])

    def __iter__(self) -> Iterator[Part | Resource[Any]]:
        return iter(self._parts)

    def topics(self, things: Things, catalogue: Views = VIEWS) -> Topics:
        """Which screens a fact of each kind touches, and what else shows its thing."""
        kinds = [thing.kind for thing in things]
        screens = {
            kind: tuple(
                dict.fromkeys(
                    name
                    for part in self._parts
                    if part.kinds is None or kind in part.kinds
                    for name in part.topics
                )
            )
            for kind in kinds
        }
        near = {
            part.thing.kind: part.near
            for part in self._parts
            if isinstance(part, Resource) and part.near is not None
        }
        only = {
            name: part.only(catalogue)
            for part in self._parts
            if isinstance(part, Part) and part.only is not None
            for name in part.topics
        }
        return Topics(things, screens, near, only)


def _none_hidden(routes: Sequence[BaseRoute]) -> tuple[BaseRoute, ...]:
    """The routes in their order, but a fixed address before a pattern that would take it."""
    placed: list[BaseRoute] = []
    for route in routes:
        before = len(placed)
        if isinstance(route, APIRoute):
            before = next(
                (place for place, other in enumerate(placed) if _hides(other, route)), before
            )
        placed.insert(before, route)
    return tuple(placed)


def _hides(pattern: BaseRoute, route: APIRoute) -> bool:
    return (
        isinstance(pattern, APIRoute)
        and not set(pattern.methods or ()).isdisjoint(route.methods or ())
        and pattern.path_format.count("{") > route.path_format.count("{")
        and pattern.path_regex.match(route.path_format) is not None
    )
