"""RULES B9: catchball, activation and closing; every illegal move says what is allowed."""

import pytest

from domain.facts import Actor
from domain.okr.catchball import (
    AcceptObjective,
    CounterObjective,
    ObjectiveAgreed,
    ObjectiveCountered,
    ObjectiveProposed,
    ObjectiveWithdrawn,
    ProposeObjective,
    WithdrawObjective,
)
from domain.okr.grading import GradesLocked, ObjectiveGraded, ObjectiveLeftUngraded
from domain.okr.key_result import AddKeyResult
from domain.okr.leaving import DropObjective, ObjectiveDropped
from domain.okr.moves import moves
from domain.okr.objective import (
    ActivateObjective,
    CloseObjective,
    ObjectiveActivated,
    ObjectiveClosed,
)
from domain.okr.retarget import KeyResultRetargeted
from tests.domain.okr.quarter import (
    ACTIVATED,
    AGREED,
    CLOSED,
    CYCLE,
    CYCLE_RUNS,
    NOW,
    OBJECTIVE,
    PROPOSED,
    active,
    added,
    asked,
    drafted,
    metric,
    number,
)
from tests.domain.specification import fold, given

GRADED = ObjectiveGraded(objective_id=OBJECTIVE, key_results=(), computed=None, grade=number("0.7"))
UNGRADED = ObjectiveLeftUngraded(objective_id=OBJECTIVE)
LOCKED = GradesLocked(objective_id=OBJECTIVE)
COUNTERED = ObjectiveCountered(objective_id=OBJECTIVE, note="halve it")
WITHDRAWN = ObjectiveWithdrawn(objective_id=OBJECTIVE)
ENDED = ObjectiveClosed(objective_id=OBJECTIVE)
DROPPED = ObjectiveDropped(objective_id=OBJECTIVE, effective_at=NOW)

WAYS = {
    "draft": (drafted(),),
    "proposed": (drafted(), PROPOSED),
    "agreed": (drafted(), PROPOSED, AGREED),
    "active": (drafted(), PROPOSED, AGREED, ACTIVATED),
    "graded": (drafted(), PROPOSED, AGREED, ACTIVATED, GRADED),
    "closed": (drafted(), PROPOSED, AGREED, ACTIVATED, GRADED, ENDED),
    "dropped": (drafted(), DROPPED),
}


def counter(note="halve it"):
    return asked(CounterObjective, note=note)


def test_catchball_goes_from_proposal_to_agreement():
    given(drafted()).when(asked(ProposeObjective)).then(PROPOSED)
    given(*WAYS["proposed"]).when(asked(AcceptObjective)).then(
        ObjectiveAgreed(objective_id=OBJECTIVE)
    )


def test_a_counter_proposal_hands_the_ball_back():
    given(*WAYS["proposed"]).when(counter(" halve it ")).then(COUNTERED)
    given(*WAYS["proposed"], COUNTERED).when(asked(ProposeObjective)).then(
        ObjectiveProposed(objective_id=OBJECTIVE, round=2)
    )


def test_a_counter_proposal_is_accepted_as_it_is():
    given(*WAYS["proposed"], COUNTERED).when(asked(AcceptObjective)).then(AGREED)
    taken_up = (*WAYS["proposed"], COUNTERED, PROPOSED, WITHDRAWN)
    given(*taken_up).when(asked(AcceptObjective)).refused("illegal-move")


def test_a_counter_proposal_says_what_it_proposes():
    given(*WAYS["proposed"]).when(counter(" ")).refused("invalid-note", pointer="/note")


@pytest.mark.parametrize("status", ["proposed", "agreed"])
def test_a_proposal_is_withdrawn_to_a_draft(status):
    given(*WAYS[status]).when(asked(WithdrawObjective)).then(WITHDRAWN)
    assert fold((*WAYS[status], WITHDRAWN))[f"objective/{OBJECTIVE}"].status == "draft"


def test_an_agreed_objective_is_activated():
    given(*WAYS["agreed"]).when(asked(ActivateObjective)).then(
        ObjectiveActivated(objective_id=OBJECTIVE, activated_at=NOW)
    )


def test_a_person_does_not_activate_in_a_closed_cycle():
    by_hand = asked(ActivateObjective, cycle_id=CYCLE)
    given(*CYCLE_RUNS, *WAYS["agreed"]).when(by_hand).then(
        ObjectiveActivated(objective_id=OBJECTIVE, activated_at=NOW)
    )
    given(*CYCLE_RUNS, CLOSED, *WAYS["agreed"]).when(by_hand).refused("cycle-closed")


def test_a_graded_objective_is_closed():
    given(*WAYS["graded"]).when(asked(CloseObjective)).then(ENDED)


def test_an_objective_left_ungraded_is_closed_too():
    given(*active(UNGRADED, LOCKED)).when(asked(CloseObjective)).then(ENDED)


@pytest.mark.parametrize(
    ("status", "command"),
    [
        ("active", asked(ActivateObjective)),
        ("closed", asked(CloseObjective)),
    ],
)
def test_a_clock_that_repeats_what_is_done_changes_nothing(status, command):
    again = command.model_copy(update={"by": Actor(kind="workflow", id="cycle/q1")})
    given(*WAYS[status]).when(again).nothing()


ANYWHERE = WAYS.keys()
ILLEGAL = {
    "propose": (asked(ProposeObjective), ANYWHERE - {"draft"}),
    "accept": (asked(AcceptObjective), ANYWHERE - {"proposed"}),
    "counter": (counter(), ANYWHERE - {"proposed"}),
    "withdraw": (asked(WithdrawObjective), ANYWHERE - {"proposed", "agreed"}),
    "activate": (asked(ActivateObjective), ANYWHERE - {"agreed"}),
    "close": (asked(CloseObjective), ANYWHERE - {"graded"}),
    "drop": (asked(DropObjective, reason="x"), {"graded", "closed", "dropped"}),
    "add-key-result": (
        asked(AddKeyResult, title="t", measure=metric(0, 1)),
        {"graded", "closed", "dropped"},
    ),
}


@pytest.mark.parametrize(
    ("verb", "status"), [(verb, s) for verb, (_, bad) in ILLEGAL.items() for s in sorted(bad)]
)
def test_an_illegal_move_lists_the_allowed_ones(verb, status):
    refusal = given(*WAYS[status]).when(ILLEGAL[verb][0]).refused("illegal-move", kind="conflict")
    assert verb not in refusal.allowed
    assert refusal.allowed == moves(fold(WAYS[status])[f"objective/{OBJECTIVE}"])


@pytest.mark.parametrize("command", [command for command, _ in ILLEGAL.values()])
def test_an_unknown_objective_is_missing(command):
    given().when(command).refused("not-found", kind="missing")


def test_facts_of_unknown_key_results_are_passed_over():
    stray = KeyResultRetargeted(
        objective_id=OBJECTIVE,
        key_result_id="nobody",
        target=number(1),
        previous_target=number(0),
        reason_code="scope_decision",
        effective_at=NOW,
    )
    assert fold((*active(added()), stray)) == fold(active(added()))
