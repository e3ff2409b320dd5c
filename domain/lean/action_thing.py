"""The descriptor of an improvement action."""

from typing import Final

from domain.facts import Pointer
from domain.lean import action, action_decisions
from domain.lean.action import Action
from domain.lean.agenda import action_due
from domain.lean.board import Board
from domain.people.person import Person
from domain.people.team import Team
from domain.relation import ABOUT, Relation, makes
from domain.thing import Thing, on, when


def _about(fact: action.ActionOpened) -> tuple[Relation, ...]:
    if fact.about is None:
        return ()
    return (Relation(ABOUT, Pointer(kind="action", id=fact.action_id), fact.about),)


THING: Final[Thing[Action]] = Thing(
    "action",
    action.INITIAL,
    facts=(
        when(action.ActionOpened, action.opened),
        when(action.ActionMoved, action.moved),
        when(action.ActionReminded, action.reminded),
        when(action.EffectAsked, action.effect_asked),
        when(action.ActionVerified, action.verified),
        when(action.ActionReopened, action.reopened),
    ),
    commands=(
        on(action.OpenAction, action_decisions.decide_open, Board, Team, Person, permits="write"),
        on(action.MoveAction, action_decisions.decide_move, Board, permits="write"),
        on(action.RemindAction, action_decisions.decide_remind, permits="clock"),
        on(action.AskEffect, action_decisions.decide_ask, permits="clock"),
        on(action.VerifyAction, action_decisions.decide_verify, Board, permits="write"),
        on(action.ReopenAction, action_decisions.decide_reopen, Board, permits="write"),
    ),
    due=action_due,
    about=True,
    discussed=True,
    relations=(makes(action.ActionOpened, _about),),
)
