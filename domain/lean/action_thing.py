"""The descriptor of an improvement action."""

from typing import Final

from domain.facts import Pointer
from domain.lean import (
    action,
    action_decisions,
    action_editing,
    action_holding,
    action_leaving,
)
from domain.lean.action import Action
from domain.lean.agenda import action_due
from domain.lean.board import Board
from domain.people.organisation import Organisation
from domain.people.person import Person
from domain.people.team import Team
from domain.relation import ABOUT, OF_TEAM, Ended, Relation, ends, makes
from domain.thing import Thing, on, when


def _name(fact: action.ActionFact) -> Pointer:
    return Pointer(kind="action", id=fact.action_id)


def _about(fact: action.ActionOpened | action_editing.ActionRelated) -> tuple[Relation, ...]:
    return () if fact.about is None else (Relation(ABOUT, _name(fact), fact.about),)


def _about_no_more(fact: action_editing.ActionRelated) -> tuple[Ended, ...]:
    return (Ended(ABOUT, _name(fact)),)


def _of_team(
    fact: action.ActionOpened | action_editing.ActionTransferred,
) -> tuple[Relation, ...]:
    return (Relation(OF_TEAM, _name(fact), Pointer(kind="team", id=fact.team_id)),)


def _of_team_no_more(fact: action_editing.ActionTransferred) -> tuple[Ended, ...]:
    return (Ended(OF_TEAM, _name(fact)),)


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
        on(
            action.OpenAction,
            action_decisions.decide_open,
            Board,
            Team,
            Person,
            Organisation,
            permits="write",
        ),
        on(action.MoveAction, action_decisions.decide_move, Board, permits="write"),
        on(action.RemindAction, action_decisions.decide_remind, permits="clock"),
        on(action.AskEffect, action_decisions.decide_ask, permits="clock"),
        on(action.VerifyAction, action_decisions.decide_verify, Board, permits="write"),
        on(action.ReopenAction, action_decisions.decide_reopen, Board, permits="write"),
    ),
    chapters=(action_holding.CHAPTER, action_leaving.CHAPTER, action_editing.CHAPTER),
    due=action_due,
    about=True,
    discussed=True,
    relations=(
        makes(action.ActionOpened, _about),
        makes(action.ActionOpened, _of_team),
        ends(action_editing.ActionRelated, _about_no_more),
        makes(action_editing.ActionRelated, _about),
        ends(action_editing.ActionTransferred, _of_team_no_more),
        makes(action_editing.ActionTransferred, _of_team),
    ),
)
