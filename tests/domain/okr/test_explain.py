"""RULES B11: why a score changed, one cause at a time."""

from datetime import date
from fractions import Fraction

from domain.cycle.cycle import CycleReopened
from domain.cycle.milestones import CycleClosed
from domain.okr.check_in import CheckInWithdrawn
from domain.okr.explain import Explained, explain
from domain.okr.explain_scope import OfKeyResult, OfObjective, OfTeam
from domain.okr.key_result import KeyResultDropped, KeyResultReweighted
from domain.okr.leaving import ObjectiveDropped
from domain.okr.objective import ObjectiveActivated
from domain.okr.retarget import KeyResultRetargeted
from domain.okr.stream import Support
from tests.domain.okr.log import begun, day_of, read, told
from tests.domain.okr.quarter import (
    added,
    corrected,
    drafted,
    number,
    planned,
    value,
)

OBJECTIVE, COMPANY = OfObjective("objective"), OfTeam("q1")


# --- one cause each -------------------------------------------------------------------------------


def test_a_check_in_is_told_with_its_fact():
    log = begun().on(6, read(6, 25, "c1"))
    explained = explain(log.told, OBJECTIVE, log.point(6, day_of(0)), log.now)
    assert (explained.from_score, explained.to_score) == (0, Fraction(1, 4))
    assert told(explained) == [("check_in", "kr", Fraction(1, 4))]
    assert [each.position for each in explained.parts[0].facts] == [7]


def test_a_target_that_moved_and_what_was_read_since_are_told_apart():
    log = (
        begun()
        .on(6, read(6, 30, "c1"))
        .on(10, KeyResultRetargeted(objective_id="objective", key_result_id="kr",
                                    target=number(60), previous_target=number(40),
                                    reason_code="scope_decision", effective_at=day_of(10)))
        .on(13, read(13, 40, "c2"))
        .on(20, read(20, 50, "c3"))
    )  # fmt: skip
    explained = explain(log.told, OBJECTIVE, log.point(7, day_of(7)), log.now)
    assert told(explained) == [
        ("retarget", "kr", Fraction(-1, 4)),
        ("check_in", "kr", Fraction(1, 2)),
    ]
    assert [each.event_id for each in explained.parts[1].facts] == ["event-9", "event-10"]


def test_what_was_back_dated_or_late_what_was_corrected_and_withdrawn_have_causes_of_their_own():
    log = (
        begun()
        .on(20, read(2, 30, "c1", backdated=True))
        .on(21, corrected("c1", value(25), day_of(2), "c2"))
        .on(22, read(22, 40, "c3"))
        .on(23, CheckInWithdrawn(objective_id="objective", key_result_id="kr", check_in_id="c3",
                                 because="nonsense"))
    )  # fmt: skip
    explained = explain(log.told, OBJECTIVE, log.point(6, day_of(0)), log.now)
    assert told(explained) == [
        ("late", "kr", Fraction(1, 2)),
        ("correction", "kr", Fraction(-1, 4)),
        ("check_in", "kr", Fraction(3, 4)),
        ("withdrawal", "kr", Fraction(-3, 4)),
    ]


def test_what_joins_leaves_and_weighs_otherwise_moves_the_whole():
    log = (
        begun()
        .on(6, read(6, 40, "c1"))
        .on(7, added(key_result_id="new", added_at=day_of(7)))
        .on(8, KeyResultReweighted(objective_id="objective", key_result_id="new",
                                   weight=number(3), previous_weight=number(1),
                                   effective_at=day_of(8)))
        .on(9, KeyResultDropped(objective_id="objective", key_result_id="new",
                                dropped_at=day_of(9)))
    )  # fmt: skip
    explained = explain(log.told, OBJECTIVE, log.point(7, day_of(6)), log.now)
    assert told(explained) == [
        ("added", "new", Fraction(-1, 2)),
        ("reweight", "new", Fraction(-1, 4)),
        ("dropped", "new", Fraction(3, 4)),
    ]
    assert explained.change == 0


def test_a_key_result_that_starts_between_the_two_moments_is_told_as_time():
    log = (
        begun()
        .on(6, read(6, 40, "c1"))
        .on(7, added(key_result_id="new", added_at=day_of(7), starts_on=date(2026, 2, 1)))
    )
    explained = explain(log.told, OBJECTIVE, log.now, log.point(8, day_of(60)))
    assert told(explained) == [("time", None, Fraction(-1, 2))]
    assert [each.event_id for each in explained.parts[0].facts] == ["event-8"]


def test_a_supporters_own_facts_are_told_as_its():
    child = {"objective_id": "child"}
    supports = (Support(kind="objective", id="objective"),)
    log = (
        begun()
        .on(-9, drafted("child", supports=supports, team_id="elsewhere"))
        .on(-9, added(key_result_id="part", **child))
        .on(1, ObjectiveActivated(**child))
        .on(6, read(6, 40, "c1", key_result_id="part", **child))
    )
    explained = explain(log.told, OBJECTIVE, log.point(8, day_of(0)), log.now)
    assert [(each.cause, each.objective_id, each.amount) for each in explained.parts] == [
        ("supporter", "child", Fraction(0)),
        ("supporter", "child", Fraction(1, 2)),
    ][1:]


def test_a_vote_from_another_cycle_stays_in_a_closed_one_as_it_was_when_that_closed():
    child = {"objective_id": "child"}
    supports = (Support(kind="objective", id="objective", votes_in="any_cycle"),)
    log = (
        begun()
        .on(-9, planned("q2"))
        .on(-9, drafted("child", cycle_id="q2", supports=supports))
        .on(-9, added(key_result_id="part", **child))
        .on(1, ObjectiveActivated(**child))
        .on(6, read(6, 40, "c1", key_result_id="part", **child))
        .on(95, CycleClosed(cycle_id="q1"))
        .on(96, read(7, 30, "c2", key_result_id="part", **child))
        .on(97, CycleReopened(cycle_id="q1"))
        .on(98, read(8, 40, "c3", key_result_id="part", **child))
    )
    begin, closed, reopened = 10, 13, 14
    told_by = [
        told(explain(log.told, OBJECTIVE, log.point(since), log.point(until)))
        for since, until in ((begin, closed), (closed, reopened), (reopened, len(log.told)))
    ]
    assert told_by == [
        [("supporter", "part", Fraction(1, 2))],
        [("cycle", None, Fraction(-1, 4))],
        [("supporter", "part", Fraction(1, 4))],
    ]


def test_of_the_company_each_objective_is_told_by_its_key_results():
    log = (
        begun()
        .on(-9, drafted("other", team_id="company"))
        .on(-9, added(key_result_id="part", objective_id="other"))
        .on(1, ObjectiveActivated(objective_id="other"))
        .on(6, read(6, 40, "c1"))
        .on(6, read(6, 30, "c2", key_result_id="part", objective_id="other"))
        .on(8, ObjectiveDropped(objective_id="other", effective_at=day_of(8)))
    )
    explained = explain(log.told, COMPANY, log.point(9, day_of(2)), log.now)
    assert [(each.objective_id, each.cause, each.amount) for each in explained.parts] == [
        ("objective", "check_in", Fraction(1, 2)),
        ("other", "check_in", Fraction(1, 4)),
        ("other", "dropped", Fraction(1, 4)),
    ]
    assert explained.to_score == 1


def test_facts_of_one_command_are_one_part():
    log = begun().on(6, read(6, 25, "c1"), read(6, 30, "c2"))
    explained = explain(log.told, OBJECTIVE, log.point(6, day_of(0)), log.now)
    assert told(explained) == [("check_in", "kr", Fraction(1, 2))]
    assert len(explained.parts[0].facts) == 2


def test_a_score_that_was_not_there_counts_as_nothing_and_is_said_to_be_null():
    log = begun().on(6, read(6, 30, "c1"))
    explained = explain(log.told, OBJECTIVE, log.point(3), log.now)
    assert (explained.from_score, explained.to_score) == (None, Fraction(1, 2))
    assert explained.change is None
    assert sum(each.amount for each in explained.parts) == Fraction(1, 2)


def test_of_a_key_result_its_own_facts_alone_are_told():
    log = (
        begun()
        .on(-9, added(key_result_id="other"))
        .on(6, read(6, 30, "c1"))
        .on(6, read(6, 40, "c2", key_result_id="other"))
    )
    explained = explain(log.told, OfKeyResult("objective", "kr"), log.point(7), log.now)
    assert told(explained) == [("check_in", "kr", Fraction(1, 2))]


def test_that_nothing_moved_is_an_answer_too():
    log = begun()
    explained = explain(log.told, COMPANY, log.now, log.now)
    assert explained == Explained(0, 0, ())
