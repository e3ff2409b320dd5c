"""Catchball: an objective is proposed, countered, withdrawn, agreed upon (RULES B9)."""

from dataclasses import replace
from typing import ClassVar, Final

from domain.facts import Decision
from domain.okr.moves import illegal
from domain.okr.stream import (
    ObjectiveCommand,
    ObjectiveFact,
    ObjectiveState,
)
from domain.refusals import blank, invalid, not_found
from domain.text import SealedText
from domain.thing import Chapter, on, when

# --- facts -------------------------------------------------------------------------------------


class ObjectiveProposed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-proposed"
    round: int = 1


class ObjectiveCountered(ObjectiveFact):
    """The reviewer answers with a counter-proposal; the owner accepts it or proposes again."""

    TYPE: ClassVar[str] = "okr.objective-countered"
    note: SealedText


class ObjectiveWithdrawn(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-withdrawn"


class ObjectiveAgreed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-agreed"


# --- state -------------------------------------------------------------------------------------


def proposed(state: ObjectiveState, fact: ObjectiveProposed) -> ObjectiveState:
    return replace(state, status="proposed", round=fact.round, countered=None)


def countered(state: ObjectiveState, fact: ObjectiveCountered) -> ObjectiveState:
    return replace(state, status="draft", countered=fact.note)


def withdrawn(state: ObjectiveState, fact: ObjectiveWithdrawn) -> ObjectiveState:  # noqa: ARG001
    return replace(state, status="draft")


def agreed(state: ObjectiveState, fact: ObjectiveAgreed) -> ObjectiveState:  # noqa: ARG001
    return replace(state, status="agreed", countered=None)


# --- commands ----------------------------------------------------------------------------------


class ProposeObjective(ObjectiveCommand): ...


class CounterObjective(ObjectiveCommand):
    note: str


class WithdrawObjective(ObjectiveCommand): ...


class AcceptObjective(ObjectiveCommand): ...


# --- decisions ---------------------------------------------------------------------------------


def decide_propose(command: ProposeObjective, state: ObjectiveState) -> Decision:
    match state.status:
        case None | "deleted":
            return not_found("objective", command.objective_id)
        case "draft":
            return (ObjectiveProposed(objective_id=command.objective_id, round=state.round + 1),)
        case _:
            return illegal(state, "propose")


def decide_counter(command: CounterObjective, state: ObjectiveState) -> Decision:
    match state.status:
        case None | "deleted":
            return not_found("objective", command.objective_id)
        case "proposed" if blank(command.note):
            return invalid("invalid-note", "A counter-proposal says what it proposes.", "/note")
        case "proposed":
            note = SealedText(command.note.strip())
            return (ObjectiveCountered(objective_id=command.objective_id, note=note),)
        case _:
            return illegal(state, "counter")


def decide_withdraw(command: WithdrawObjective, state: ObjectiveState) -> Decision:
    match state.status:
        case None | "deleted":
            return not_found("objective", command.objective_id)
        case "proposed" | "agreed":
            return (ObjectiveWithdrawn(objective_id=command.objective_id),)
        case _:
            return illegal(state, "withdraw")


def decide_accept(command: AcceptObjective, state: ObjectiveState) -> Decision:
    match state.status:
        case None | "deleted":
            return not_found("objective", command.objective_id)
        case "proposed":
            return (ObjectiveAgreed(objective_id=command.objective_id),)
        case "draft" if state.countered is not None:
            return (ObjectiveAgreed(objective_id=command.objective_id),)
        case _:
            return illegal(state, "accept")


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(
        when(ObjectiveProposed, proposed),
        when(ObjectiveCountered, countered),
        when(ObjectiveWithdrawn, withdrawn),
        when(ObjectiveAgreed, agreed),
    ),
    commands=(
        on(ProposeObjective, decide_propose, permits="write"),
        on(CounterObjective, decide_counter, permits="write"),
        on(WithdrawObjective, decide_withdraw, permits="write"),
        on(AcceptObjective, decide_accept, permits="write"),
    ),
)
