"""What a check-in would give: decided and folded like the real one, recorded nowhere."""

from datetime import datetime

from starlette.responses import Response

from api.answers import Answers
from api.problems import refused
from api.services import Services
from api.wire import dumps
from domain.cycle.calendar import frame_of
from domain.facts import Refusal
from domain.okr.check_in import RecordCheckIn
from domain.things import THINGS
from projections import render


def preview(services: Services, command: RecordCheckIn, at: datetime) -> Response:
    """The would-be numbers of the key result and its objective. Raises the refusal's problem."""
    stream, cycle_stream = command.reads
    state, version = services.journal.state(stream)
    cycle, _ = services.journal.state(cycle_stream)
    decision = THINGS.decide(command, (state, cycle))
    if isinstance(decision, Refusal):
        raise refused(decision)
    for fact in decision:
        state = THINGS.evolve(stream, state, fact)
    stood = Answers(services).standing(state, frame_of(cycle), None, at)
    objective = render.objective(state, stood, version, None)
    key_result = next(
        each for each in objective["key_results"] if each["id"] == command.key_result_id
    )
    wanted = ("id", "value", "raw", "progress", "expected", "health", "confidence")
    answer = {name: key_result[name] for name in wanted}
    answer["objective_progress"] = objective["progress"]
    return Response(
        dumps(answer), headers={"Cache-Control": "no-store"}, media_type="application/json"
    )
