"""The application: the parts of the interface, the error answers, the edge. One visible wiring."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from starlette.types import ASGIApp

from api.audit import events, history
from api.core import problems
from api.core.browser import Pages
from api.core.edge import Edge
from api.core.interface import Interface
from api.core.kept import Kept
from api.core.live import Live
from api.core.metrics import Metrics
from api.core.openapi import describe
from api.core.problems import Outages
from api.core.reached import Reached
from api.core.sign_of_life import SignOfLife
from api.core.writers import Writers
from api.cycle import cycles
from api.desk import follows, home, notifications, saved_views
from api.lean import actions, boards, causes, obstacles
from api.okr import bulk, check_ins, key_results, objectives
from api.people import absences, handing_over, organisation, people, teams
from api.policy import policies
from api.screens import boards as board_screens
from api.screens import bootstrap, changes, explain, obligations, overview, scores, search
from api.services import Services
from api.system import batch, docs, examples, system
from api.talk import comments

CONTRACT: Final = "1"  # of the HTTP contract, as in /v1; the release is told by /v1/system

# Routes are tried in this order; check-ins are most of all writes.
INTERFACE: Final = Interface(
    (
        key_results.PART,
        bulk.PART,
        check_ins.PART,
        board_screens.OBJECTIVES,
        board_screens.ACTIONS,
        scores.PART,
        explain.PART,
        overview.PART,
        organisation.RESOURCE,
        people.RESOURCE,
        absences.PART,
        handing_over.PART,
        teams.RESOURCE,
        policies.RESOURCE,
        cycles.RESOURCE,
        objectives.RESOURCE,
        obstacles.RESOURCE,
        causes.PART,
        actions.RESOURCE,
        boards.RESOURCE,
        comments.RESOURCE,
        obligations.PART,
        search.PART,
        home.PART,
        notifications.PART,
        follows.PART,
        saved_views.PART,
        history.PART,
        changes.PART,
        events.PART,
        batch.PART,
        bootstrap.PART,
        system.PART,
        docs.PART,
    )
)


def create_app(services: Services, interface: Interface = INTERFACE) -> FastAPI:
    """The whole HTTP interface over the given services."""
    reached = Reached(services.views)
    live = Live(
        services.journal,
        interface.topics(services.things, services.catalogue),
        reached.grown,
        reached.restored,
    )
    sign = SignOfLife(live, services.views)
    writers, outages, answers, metrics = Writers(), Outages(), Kept(), Metrics()

    def stop() -> None:
        """End what would be waited for: live streams, reads that wait."""
        sign.stop()
        live.stop()
        reached.stop()

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await reached.start()
        await live.start()
        sign.start()
        try:
            yield
        finally:
            stop()
            sign.join()
            live.join()
            reached.join()
            writers.close()

    app = FastAPI(
        title="True North",
        version=CONTRACT,
        summary="OKR and Lean Management on one append-only log.",
        servers=[{"url": "/", "description": "The installation that serves this description."}],
        license_info={"name": "All rights reserved"},
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=life,
        redirect_slashes=False,
    )
    state = app.state
    state.services, state.live, state.reached = services, live, reached
    state.writers, state.answers, state.metrics = writers, answers, metrics
    state.stop = stop
    # Appended as they are: an included router is matched twice as slowly, and there are many.
    app.router.routes.extend(interface.routes)
    problems.install(app, outages)
    app.router.default = Pages(services.static_dir)

    def edge(inner: ASGIApp) -> Edge:
        state.within = inner  # where the parts of a batch go
        return Edge(
            inner,
            services=services,
            live=live,
            reached=reached,
            answers=answers,
            kept=interface.kept,
            metrics=metrics,
            outages=outages,
        )

    app.add_middleware(edge)
    describe(app, services.things, examples.shown())
    return app
