"""The things that True North is made of: the default that composition roots hand down.

A new thing is one line here. Whoever folds, decides or shows takes ``Things`` as an argument.
"""

from typing import Final

from domain.cycle import asked_thing, cycle_thing
from domain.desk import desk_thing
from domain.lean import action_thing, board_thing, obstacle_thing
from domain.okr import objective_thing, roster_thing
from domain.people import organisation_thing, person_thing, team_thing
from domain.policy import policy_thing
from domain.talk import comment_thing
from domain.thing import Things

THINGS: Final = Things(
    (
        organisation_thing.THING,
        person_thing.THING,
        team_thing.THING,
        policy_thing.THING,
        cycle_thing.THING,
        asked_thing.THING,
        objective_thing.THING,
        roster_thing.THING,
        obstacle_thing.THING,
        action_thing.THING,
        board_thing.THING,
        comment_thing.THING,
        desk_thing.THING,
    )
)
