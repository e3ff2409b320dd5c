"""What an obstacle answers to each command (RULES B7, 5 Whys; B9, help chain)."""

from domain.facts import Decision, Refusal
from domain.lean.obstacle import (
    AcknowledgeObstacle,
    AnswerWhy,
    Cause,
    CauseNoted,
    ChooseRootCause,
    EscalateObstacle,
    NoteCause,
    Obstacle,
    ObstacleAcknowledged,
    ObstacleEscalated,
    ObstacleRaised,
    ObstacleReopened,
    ObstacleResolved,
    RaiseObstacle,
    ReopenObstacle,
    ResolveObstacle,
    RootCauseChosen,
    Why,
    WhyAnswered,
    moves,
)
from domain.refusals import blank, invalid, not_found


def _forbidden(state: Obstacle, move: str) -> Refusal | None:
    if not state.exists:
        return not_found("obstacle")
    allowed = moves(state)
    if move in allowed:
        return None
    return Refusal("illegal-move", f"an obstacle is {state.status}: no {move}", allowed=allowed)


def decide_raise(command: RaiseObstacle, state: Obstacle) -> Decision:
    if state.exists:
        return Refusal("already-exists", "this obstacle is raised already", allowed=moves(state))
    if blank(command.title):
        return invalid("title", "say what stands in the way")
    return (
        ObstacleRaised(
            obstacle_id=command.obstacle_id,
            title=command.title,
            about=command.about,
            severity=command.severity,
            owner_id=command.owner_id,
            raised_at=command.at,
        ),
    )


def decide_acknowledge(command: AcknowledgeObstacle, state: Obstacle) -> Decision:
    """Somebody takes it, so it climbs no further; nobody takes it a second time (RULES B9)."""
    return _forbidden(state, "acknowledge") or (
        ObstacleAcknowledged(obstacle_id=command.obstacle_id),
    )


def decide_escalate(command: EscalateObstacle, state: Obstacle) -> Decision:
    """Issued by the clock; nothing once somebody took it, or when this level has heard."""
    if not state.exists:
        return not_found("obstacle")
    if state.status != "raised" or command.milestone in state.reached:
        return ()
    return (
        ObstacleEscalated(
            obstacle_id=command.obstacle_id, level=command.level, milestone=command.milestone
        ),
    )


def decide_answer(command: AnswerWhy, state: Obstacle) -> Decision:
    """The whys form a tree: an answer explains the symptom, or an answer given before."""
    forbidden = _forbidden(state, "whys")
    if forbidden:
        return forbidden
    if blank(command.answer):
        return invalid("answer", "an answer says something")
    known = state.whys.get(command.why_id)
    if known == Why(command.under, command.answer, command.evidence):
        return ()
    if known is not None:
        return Refusal("already-exists", "this why is answered already", allowed=moves(state))
    if command.under is not None and command.under not in state.whys:
        return invalid("under", "there is no such answer in this obstacle to ask why about")
    return (
        WhyAnswered(
            obstacle_id=command.obstacle_id,
            why_id=command.why_id,
            under=command.under,
            answer=command.answer,
            evidence=command.evidence,
        ),
    )


def decide_note(command: NoteCause, state: Obstacle) -> Decision:
    forbidden = _forbidden(state, "causes")
    if forbidden:
        return forbidden
    if blank(command.text):
        return invalid("text", "a cause says something")
    known = state.causes.get(command.cause_id)
    if known == Cause(command.category, command.text):
        return ()
    if known is not None:
        return Refusal("already-exists", "this cause is noted already", allowed=moves(state))
    return (
        CauseNoted(
            obstacle_id=command.obstacle_id,
            cause_id=command.cause_id,
            category=command.category,
            text=command.text,
        ),
    )


def decide_choose(command: ChooseRootCause, state: Obstacle) -> Decision:
    """The root cause is an end of the tree: nobody has found a why below it (RULES B7)."""
    forbidden = _forbidden(state, "root-cause")
    if forbidden:
        return forbidden
    if command.why_id not in state.whys:
        return invalid("why_id", "there is no such answer in this obstacle")
    if any(why.under == command.why_id for why in state.whys.values()):
        return invalid("why_id", "there is a deeper why below this answer: choose the deepest")
    if state.root_cause_id == command.why_id:
        return ()
    return (RootCauseChosen(obstacle_id=command.obstacle_id, why_id=command.why_id),)


def decide_resolve(command: ResolveObstacle, state: Obstacle) -> Decision:
    """Needs a result and evidence; one of high severity also a root cause."""
    forbidden = _forbidden(state, "resolve")
    if forbidden:
        return forbidden
    if blank(command.result):
        return invalid("result", "say what is different now")
    if blank(command.evidence):
        return invalid("evidence", "say where that can be seen")
    if state.severity == "high" and state.root_cause_id is None:
        return Refusal(
            "root-cause-required",
            "an obstacle of high severity is resolved at its root cause: choose it first",
            allowed=("whys", "root-cause"),
        )
    return (
        ObstacleResolved(
            obstacle_id=command.obstacle_id, result=command.result, evidence=command.evidence
        ),
    )


def decide_reopen(command: ReopenObstacle, state: Obstacle) -> Decision:
    return _forbidden(state, "reopen") or (
        ObstacleReopened(obstacle_id=command.obstacle_id, reopened_at=command.at),
    )
