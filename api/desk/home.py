"""Home: one request for everything that concerns who asks."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.reading import Reading, reading
from api.core.shapes import Shape
from api.core.writing import Write
from api.desk.notifications import Notification
from api.desk.own import desk_of, own, whose
from api.lean.obstacle_shapes import ObstacleItem
from api.screens.boards import ObjectiveCard
from api.screens.obligations import Obligation
from domain.desk.inbox import VisitHome
from projections.screens import home as screen


class Owed(Shape):
    count: int
    overdue: int
    items: list[Obligation]


class Approval(Shape):
    kind: str
    id: str
    title: str
    team_id: str | None
    move: str
    since: datetime
    due_at: datetime | None


class ChangeSinceVisit(Shape):
    position: int
    at: datetime
    actor: dict[str, Any]
    sentence: str
    about: dict[str, Any]


class MyAction(Shape):
    id: str
    title: str
    owner_id: str
    team_id: str
    state: str


class MyThings(Shape):
    objectives: list[ObjectiveCard]
    actions: list[MyAction]
    obstacles: list[ObstacleItem]


class Home(Shape):
    position: int
    last_visit_at: datetime | None
    owed: Owed
    approvals: list[Approval]
    mentions: list[Notification]
    unread: int
    changed_since_last_visit: list[ChangeSinceVisit]
    mine: MyThings


class HomeVisit(Shape):
    last_visit_at: datetime
    version: int
    position: int


router = APIRouter(prefix="/v1/me", tags=["me"], route_class=StrictRoute)

PART: Final = Part(
    router,
    kinds=("desk", "comment", "objective", "action", "obstacle", "cycle", "asked", "team"),
    topics=("home",),
)

Asked = Annotated[Reading, reading()]
Come = Annotated[Write, own(VisitHome)]


@router.get("/home", response_model=Home)
def get_home(read: Asked) -> Response:
    """What you owe, may agree to, were told, missed and work at; empty for nobody in particular."""
    person_id, desk, _ = desk_of(read)
    moment = read.when()
    if person_id is None:
        return read.view(screen.empty(moment), moment)
    services = read.services
    body = screen.home(
        services.views,
        services.directory,
        person_id,
        desk,
        moment=moment,
        views=services.catalogue,
    )
    return read.view(body, moment)


@router.post("/visits", response_model=HomeVisit)
def visit(write: Come) -> Response:
    """Say that you have seen what is new: the next home tells what comes after this."""
    seen = write.services.journal.head()
    receipt = write.handle(VisitHome(position=seen, **whose(write)))
    stream = f"desk/{write.thing_id}"
    desk, _ = write.services.journal.state(stream, upto=receipt.position)
    return write.respond(receipt, {"last_visit_at": desk.visit.at})
