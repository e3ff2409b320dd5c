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
    ObstacleCommand,
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
from domain.refusals import already_exists, blank, illegal_move, invalid, not_found


def _forbidden(command: ObstacleCommand, state: Obstacle, move: str) -> Refusal | None:
    if not state.exists:
        return not_found("obstacle", command.obstacle_id)
    allowed = moves(state)
    if move in allowed:
        return None
    return illegal_move(move, f"the obstacle is {state.status}", allowed)


def decide_raise(command: RaiseObstacle, state: Obstacle) -> Decision:
    if state.exists:
        return already_exists("obstacle", allowed=moves(state))
    if blank(command.title):
        return invalid("invalid-title", "Say what stands in the way.", "/title")
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
    return _forbidden(command, state, "acknowledge") or (
        ObstacleAcknowledged(obstacle_id=command.obstacle_id),
    )


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


def decide_answer(command: AnswerWhy, state: Obstacle) -> Decision:
    """The whys form a tree: an answer explains the symptom, or an answer given before."""
    forbidden = _forbidden(command, state, "whys")
    if forbidden:
        return forbidden
    if blank(command.answer):
        return invalid("invalid-answer", "An answer says something.", "/answer")
    known = state.whys.get(command.why_id)
    if known == Why(command.under, command.answer, command.evidence):
        return ()
    if known is not None:
        return already_exists("why", allowed=moves(state))
    if command.under is not None and command.under not in state.whys:
        return invalid(
            "invalid-under", "There is no such answer in this obstacle to ask why about.", "/under"
        )
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
    forbidden = _forbidden(command, state, "causes")
    if forbidden:
        return forbidden
    if blank(command.text):
        return invalid("invalid-text", "A cause says something.", "/text")
    known = state.causes.get(command.cause_id)
    if known == Cause(command.category, command.text):
        return ()
    if known is not None:
        return already_exists("cause", allowed=moves(state))
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
    forbidden = _forbidden(command, state, "root-cause")
    if forbidden:
        return forbidden
    if command.why_id not in state.whys:
        return invalid("invalid-why-id", "There is no such answer in this obstacle.", "/why_id")
    if any(why.under == command.why_id for why in state.whys.values()):
        return invalid(
            "invalid-why-id",
            "There is a deeper why below this answer: choose the deepest.",
            "/why_id",
        )
    if state.root_cause_id == command.why_id:
        return ()
    return (RootCauseChosen(obstacle_id=command.obstacle_id, why_id=command.why_id),)


def decide_resolve(command: ResolveObstacle, state: Obstacle) -> Decision:
    """Needs a result and evidence; one of high severity also a root cause."""
    forbidden = _forbidden(command, state, "resolve")
    if forbidden:
        return forbidden
    if blank(command.result):
        return invalid("invalid-result", "Say what is different now.", "/result")
    if blank(command.evidence):
        return invalid("invalid-evidence", "Say where that can be seen.", "/evidence")
    if state.severity == "high" and state.root_cause_id is None:
        return Refusal(
            "root-cause-required",
            "An obstacle of high severity is resolved at its root cause: choose it first.",
            allowed=("whys", "root-cause"),
        )
    return (
        ObstacleResolved(
            obstacle_id=command.obstacle_id, result=command.result, evidence=command.evidence
        ),
    )


def decide_reopen(command: ReopenObstacle, state: Obstacle) -> Decision:
    return _forbidden(command, state, "reopen") or (
        ObstacleReopened(obstacle_id=command.obstacle_id, reopened_at=command.at),
    )
