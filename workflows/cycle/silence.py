"""What a cycle's clock has raised for silence, found again in the log and ended when it is over.

Each obstacle has an id that is derived from the ask it was raised at and from its key result, so
the clock knows where to look without any list: no view that is late or stands still can keep an
obstacle open, or the cycle waiting.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from domain.cycle.cycle import Cycle
from domain.ids import KeyResultId, ObstacleId
from domain.lean.obstacle import Ending, EndObstacle, Obstacle
from domain.okr.stream import KeyResult, ObjectiveState
from journal.ids import derived_id
from workflows.clock.signing import Signer
from workflows.cycle.objectives import Objectives

WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
GONE: Final = frozenset({"dropped", "merged", "deleted"})


def obstacle_for(act: str, key_result_id: KeyResultId) -> ObstacleId:
    """The id of what ``act`` raises when nobody looks at the key result."""
    return ObstacleId(derived_id(act, key_result_id))


def end_obstacles(
    signer: Signer, cycle: Cycle, objectives: Objectives, *, closing: bool = False
) -> None:
    """What was raised for silence is over at the next check-in, and when there will be none."""
    for objective in objectives.ever:
        for key_result in objective.key_results.values():
            if not _may_have_been_silent(key_result, cycle, signer.now):
                continue
            for obstacle in _open(signer, cycle, key_result):
                because = _over(obstacle, objective, key_result, closing=closing)
                if obstacle.obstacle_id is not None and because is not None:
                    signer.write(
                        EndObstacle(
                            **signer.sign("end", obstacle.obstacle_id),
                            obstacle_id=obstacle.obstacle_id,
                            because=because,
                        )
                    )


def _over(
    obstacle: Obstacle, objective: ObjectiveState, key_result: KeyResult, *, closing: bool
) -> Ending | None:
    """Why there is nothing to do about the silence any more, if so."""
    read_at = max((each.effective_at for each in key_result.check_ins), default=None)
    # Of the week that was missed there was no reading when it was raised.
    if read_at and obstacle.raised_at and read_at > obstacle.raised_at - WEEK:
        return "checked_in"
    if objective.status in GONE or key_result.dropped_at is not None:
        return "dropped"
    return "cycle_closed" if closing else None


def _open(signer: Signer, cycle: Cycle, key_result: KeyResult) -> Iterator[Obstacle]:
    """Obstacles about the key result that an ask of this cycle raised and that are not over."""
    asks = sorted(each for each in cycle.done if each.endswith(".ask"))
    for ask in asks:
        for generation in range(cycle.generation + 1):
            act = signer.act_of(ask, generation)
            id_ = obstacle_for(act, key_result.id)
            obstacle: Obstacle = signer.journal.state(f"obstacle/{id_}")[0]
            if obstacle.exists and obstacle.status != "resolved":
                yield obstacle


def _may_have_been_silent(key_result: KeyResult, cycle: Cycle, now: datetime) -> bool:
    """Whether two missed weeks in a row were possible; spares looking for what was never raised.

    A reading may be told some days after the day that it is true of, so it counts for less.
    """
    heard = sorted(
        each.effective_at
        for each in key_result.check_ins
        if each.withdrawn is None and each.corrects is None and not each.backdated
    )
    quiet = 2 * WEEK - DAY - timedelta(days=cycle.policy.backdating_grace_days)
    instants = (key_result.added_at, *heard, now)
    return any(later - earlier > quiet for earlier, later in pairwise(instants))
