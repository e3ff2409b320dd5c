"""The application: every router, the error answers, the edge around it. One visible wiring."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from api import problems
from api.cache import AnswerCache
from api.docs import router as docs
from api.edge import Edge
from api.feed import Feed
from api.metrics import Metrics
from api.openapi import describe
from api.pages import Interface
from api.principal import Doorkeeper
from api.routes import (
    actions,
    boards,
    cycles,
    events,
    history,
    key_results,
    lists,
    objectives,
    obligations,
    obstacles,
    people,
    scores,
    system,
    teams,
)
from api.services import Services

CONTRACT = "1"  # of the HTTP contract, as in /v1; the release is told by /v1/system

# Routes are tried in this order. Check-ins are most of all writes; lists and views stand before
# single things, or /v1/boards/objectives would be taken for a board's id.
ROUTERS = (
    key_results.router,
    boards.router,
    scores.router,
    lists.router,
    people.router,
    teams.router,
    cycles.router,
    objectives.router,
    obstacles.router,
    actions.router,
    obligations.router,
    history.router,
    events.router,
    system.router,
    docs,
)


def create_app(services: Services) -> FastAPI:
    """The whole HTTP interface over the given services."""
    feed = Feed(services.journal, services.views)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await feed.start()
        try:
            yield
        finally:
            feed.stop()
            feed.join()

    app = FastAPI(
        title="True North",
        version=CONTRACT,
        summary="OKR and Lean Management on one append-only log.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=life,
        redirect_slashes=False,
    )
    state = app.state
    state.services, state.feed = services, feed
    state.cache, state.metrics = AnswerCache(), Metrics()
    for router in ROUTERS:
        # Appended as they are: an included router is matched twice as slowly, and there are many.
        app.router.routes.extend(router.routes)
    problems.install(app)
    app.router.default = Interface(services.static_dir)
    doorkeeper = Doorkeeper(services)

    def edge(inner: ASGIApp) -> Edge:
        return Edge(inner, services, feed, state.cache, state.metrics, doorkeeper)

    app.add_middleware(edge)
    describe(app)
    return app
