"""What is still a person's: the answer to a deactivation, and what a hand-over begins with."""

from api.core.present import present
from api.core.shapes import Shape
from api.services import Services
from projections.people.owned import VIEWS, Owned, owned_by


class OwnedThing(Shape):
    """An open thing and the part that somebody has in it."""

    kind: str
    id: str
    title: str
    role: str
    objective_id: str | None


def still_owned(services: Services, person_id: str) -> list[Owned]:
    """Every open thing that is a person's now. Raises 503 when the views do not know yet."""
    moment = present(services, VIEWS)
    with services.views.reading() as look:
        return owned_by(look, person_id, moment)
