"""Which module decides for which stream: the wiring of the domain, in one visible place.

A *decider* is an empty state, ``evolve`` (total: it ignores facts that are not its own) and
``decide`` (pure: it never raises). The journal folds and decides through these three functions.
"""

from typing import Any

from domain.cycle import cycle
from domain.cycle import decisions as cycle_decisions
from domain.facts import Command, Decision, Fact
from domain.lean import action, action_decisions, board, obstacle, obstacle_decisions
from domain.okr import objective, roster
from domain.people import person, team

State = Any
"""The folded state of a stream: opaque to everyone but the module that folded it."""


def initial(stream: str) -> State:
    """The state of ``stream`` (``kind/id``) before its first fact."""
    match stream.partition("/")[0]:
        case "action":
            return action.INITIAL
        case "board":
            return board.INITIAL
        case "cycle":
            return cycle.INITIAL
        case "objective":
            return objective.INITIAL
        case "obstacle":
            return obstacle.INITIAL
        case "person":
            return person.INITIAL
        case "roster":
            return roster.INITIAL
        case "team":
            return team.INITIAL
        case kind:
            raise LookupError(f"no decider folds streams of kind {kind!r}")


def evolve(stream: str, state: State, fact: Fact) -> State:
    """The state of ``stream`` after ``fact``."""
    match stream.partition("/")[0]:
        case "action":
            return action.evolve(state, fact)
        case "board":
            return board.evolve(state, fact)
        case "cycle":
            return cycle.evolve(state, fact)
        case "objective":
            return objective.evolve(state, fact)
        case "obstacle":
            return obstacle.evolve(state, fact)
        case "person":
            return person.evolve(state, fact)
        case "roster":
            return roster.evolve(state, fact)
        case "team":
            return team.evolve(state, fact)
        case kind:
            raise LookupError(f"no decider folds streams of kind {kind!r}")


def decide(command: Command, states: tuple[State, ...]) -> Decision:
    """What ``command`` leads to, given the states of the streams it reads, in that order."""
    match command:
        case action.ActionCommand():
            return action_decisions.decide(command, *states)
        case board.DefineBoard():
            return board.decide(command, *states)
        case cycle.CycleCommand():
            return cycle_decisions.decide(command, *states)
        case objective.ObjectiveCommand():
            return objective.decide(command, *states)
        case obstacle.ObstacleCommand():
            return obstacle_decisions.decide(command, *states)
        case person.AddPerson():
            return person.decide(command, *states)
        case team.FormTeam() | team.AddMember() | team.RemoveMember():
            return team.decide(command, *states)
        case _:
            raise LookupError(f"no decider knows the command {type(command).__name__}")
