"""Following: a person chooses to hear of a thing, or not to.

Without a choice a rule decides: one follows what one owns, comments on and is mentioned in.
"""

from dataclasses import replace
from typing import ClassVar, Final

from domain.desk.desk import Desk, DeskCommand, DeskFact, not_yours
from domain.facts import Decision, Pointer
from domain.people.person import Person
from domain.thing import Chapter, on, when

# --- facts -------------------------------------------------------------------------------------


class ThingFollowed(DeskFact):
    TYPE: ClassVar[str] = "desk.thing-followed"
    about: Pointer


class ThingUnfollowed(DeskFact):
    """Also of what is followed by rule: the choice stands above it."""

    TYPE: ClassVar[str] = "desk.thing-unfollowed"
    about: Pointer


# --- state -------------------------------------------------------------------------------------


def followed(state: Desk, fact: ThingFollowed) -> Desk:
    return replace(state, person_id=fact.person_id, choices={**state.choices, fact.about: True})


def unfollowed(state: Desk, fact: ThingUnfollowed) -> Desk:
    return replace(state, person_id=fact.person_id, choices={**state.choices, fact.about: False})


# --- commands ----------------------------------------------------------------------------------


class FollowThing(DeskCommand):
    about: Pointer


class UnfollowThing(DeskCommand):
    about: Pointer


# --- decisions ---------------------------------------------------------------------------------


def decide_follow(command: FollowThing, state: Desk, person: Person) -> Decision:
    if refusal := not_yours(command, person):
        return refusal
    if state.choices.get(command.about) is True:
        return ()
    return (ThingFollowed(person_id=command.person_id, about=command.about),)


def decide_unfollow(command: UnfollowThing, state: Desk, person: Person) -> Decision:
    if refusal := not_yours(command, person):
        return refusal
    if state.choices.get(command.about) is False:
        return ()
    return (ThingUnfollowed(person_id=command.person_id, about=command.about),)


CHAPTER: Final[Chapter[Desk]] = Chapter(
    facts=(when(ThingFollowed, followed), when(ThingUnfollowed, unfollowed)),
    commands=(
        on(FollowThing, decide_follow, Person, permits="write"),
        on(UnfollowThing, decide_unfollow, Person, permits="write"),
    ),
)
