"""What an obstacle answers to each command of its life (RULES B7; B9, help chain)."""

from collections.abc import Mapping
from typing import Final

from domain.description import refuse_description, refuse_links
from domain.facts import Decision, Refusal
from domain.lean.obstacle import (
    AcknowledgeObstacle,
    EndObstacle,
    EscalateObstacle,
    Obstacle,
    ObstacleAcknowledged,
    ObstacleCommand,
    ObstacleEnded,
    ObstacleEscalated,
    ObstacleFact,
    ObstacleRaised,
    ObstacleReleased,
    ObstacleReopened,
    ObstacleResolved,
    ObstacleStatus,
    RaiseObstacle,
    ReleaseObstacle,
    ReopenObstacle,
    ResolveObstacle,
    moves,
)
from domain.lean.obstacle_editing import ObstacleDescribed, ObstacleLinked, ObstacleReassigned
from domain.people.person import Person
from domain.refusals import already_exists, blank, invalid, not_found
from domain.text import SealedText, said
from domain.title import refuse_title

_DONE: Final[Mapping[str, str]] = {
    "take": "taken",
    "release": "released",
    "whys": "asked about",
    "causes": "given causes",
    "root-causes": "given root causes",
    "resolve": "resolved",
    "reopen": "reopened",
}
_STANDS: Final[Mapping[ObstacleStatus, str]] = {
    "raised": "was taken by nobody yet",
    "acknowledged": "is taken",
    "resolved": "is resolved",
}


def forbidden(command: ObstacleCommand, state: Obstacle, move: str) -> Refusal | None:
    """Why the obstacle's state forbids the move, with those that it allows."""
    if not state.exists:
        return not_found("obstacle", command.obstacle_id)
    allowed = moves(state)
    if move in allowed:
        return None
    detail = f"The obstacle {_STANDS[state.status]}, so it cannot be {_DONE[move]}."
    if state.status == "resolved":
        detail += " Reopen it first."
    return Refusal("illegal-move", detail, allowed=allowed)


def decide_raise(command: RaiseObstacle, state: Obstacle) -> Decision:
    if state.exists:
        return already_exists("obstacle", allowed=moves(state))
    refusal = (
        refuse_title(command.title)
        or refuse_description(command.description)
        or refuse_links(command.links)
    )
    if refusal:
        return refusal
    id_ = command.obstacle_id
    raised = ObstacleRaised(
        obstacle_id=id_,
        title=command.title,
        about=command.about,
        severity=command.severity,
        owner_id=command.owner_id,
        raised_at=command.at,
        type=command.type,
        next_action=said(command.next_action),
        source="clock" if command.by.kind == "workflow" else "person",
    )
    facts: list[ObstacleFact] = [raised]
    if command.description is not None:
        facts.append(ObstacleDescribed(obstacle_id=id_, description=command.description))
    if command.links:
        facts.append(ObstacleLinked(obstacle_id=id_, links=command.links))
    return tuple(facts)


def decide_acknowledge(command: AcknowledgeObstacle, state: Obstacle, taker: Person) -> Decision:
    """Who takes it owns it, and it climbs no further; nobody takes it a second time (RULES B9)."""
    refusal = forbidden(command, state, "take")
    if refusal:
        return refusal
    taken = ObstacleAcknowledged(obstacle_id=command.obstacle_id)
    # A machine that sends it for somebody is nobody who could own it.
    if taker.person_id is None or taker.person_id == state.owner_id:
        return (taken,)
    return (
        taken,
        ObstacleReassigned(obstacle_id=command.obstacle_id, owner_id=taker.person_id),
    )


def decide_release(command: ReleaseObstacle, state: Obstacle) -> Decision:
    """Whoever had it before has it again."""
    refusal = forbidden(command, state, "release")
    if refusal:
        return refusal
    id_ = command.obstacle_id
    released = ObstacleReleased(obstacle_id=id_, released_at=command.at)
    if state.owner_before == state.owner_id:
        return (released,)
    return (released, ObstacleReassigned(obstacle_id=id_, owner_id=state.owner_before))


def decide_escalate(command: EscalateObstacle, state: Obstacle) -> Decision:
    """Issued by the clock; nothing once somebody took it, or when this level has heard."""
    if not state.exists:
        return not_found("obstacle", command.obstacle_id)
    if state.status != "raised" or command.milestone in state.reached:
        return ()
    return (
        ObstacleEscalated(
            obstacle_id=command.obstacle_id, level=command.level, milestone=command.milestone
        ),
    )


def decide_resolve(command: ResolveObstacle, state: Obstacle) -> Decision:
    """Needs a result and evidence; one of high severity also a root cause."""
    refusal = forbidden(command, state, "resolve")
    if refusal:
        return refusal
    if blank(command.result):
        return invalid("invalid-result", "Say what is different now.", "/result")
    if blank(command.evidence):
        return invalid("invalid-evidence", "Say where that can be seen.", "/evidence")
    if state.severity == "high" and not state.root_causes:
        return Refusal(
            "root-cause-required",
            "An obstacle of high severity is resolved at its root cause: choose it first.",
            allowed=("whys", "root-causes"),
        )
    return (
        ObstacleResolved(
            obstacle_id=command.obstacle_id,
            result=SealedText(command.result),
            evidence=SealedText(command.evidence),
        ),
    )


def decide_end(command: EndObstacle, state: Obstacle) -> Decision:
    """Issued by the clock, about what the clock itself raised; nothing once it is over."""
    if not state.exists:
        return not_found("obstacle", command.obstacle_id)
    if state.status == "resolved" or state.source != "clock":
        return ()
    return (ObstacleEnded(obstacle_id=command.obstacle_id, because=command.because),)


def decide_reopen(command: ReopenObstacle, state: Obstacle) -> Decision:
    return forbidden(command, state, "reopen") or (
        ObstacleReopened(obstacle_id=command.obstacle_id, reopened_at=command.at),
    )
