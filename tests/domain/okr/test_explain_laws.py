"""RULES B11: the parts of a change add up to it, whatever happened, and what may be swapped."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cycle.calendar import frame_of
from domain.cycle.cycle import CalendarAdopted, CycleReopened
from domain.cycle.milestones import CycleClosed
from domain.cycle.policy import CyclePolicy
from domain.cycle.policy_adoption import PolicyAdopted
from domain.facts import Envelope, Fact
from domain.okr.alignment import VOTING, Family, family_of, standings
from domain.okr.bare_score import together
from domain.okr.check_in import CheckInRecorded, CheckInWithdrawn
from domain.okr.conversion import KeyResultConverted
from domain.okr.editing import ObjectiveMoved
from domain.okr.explain import Explained, Point, explain
from domain.okr.explain_scope import OfKeyResult, OfObjective, OfTeam, Scope
from domain.okr.in_force import judged
from domain.okr.key_result import KeyResultDropped, KeyResultReweighted
from domain.okr.key_result_editing import KeyResultRescheduled
from domain.okr.leaving import ObjectiveDropped
from domain.okr.measure import EstablishBaseline, Metric, Percentage
from domain.okr.measure_correction import MeasureCorrected
from domain.okr.objective import ObjectiveActivated
from domain.okr.retarget import KeyResultRetargeted
from domain.okr.returning import KeyResultReinstated, ObjectiveDeactivated, ObjectiveReinstated
from domain.okr.stream import Support
from domain.people.team import TeamFormed
from domain.people.team_editing import TeamMoved
from tests.domain.okr.log import Log, begun, day_of, read, told
from tests.domain.okr.quarter import (
    ENDS_ON,
    STARTS_ON,
    added,
    between,
    checked_in,
    corrected,
    drafted,
    metric,
    number,
    planned,
    value,
)
from tests.domain.specification import fold

OBJECTIVE = OfObjective("objective")

# --- the law --------------------------------------------------------------------------------------

KEY_RESULTS = {"o1": ("a", "b"), "o2": ("c", "d"), "o3": ("e",)}
"""Objective 2 supports objective 1, and 3 supports 2."""
TEAMS = ("top", "left", "right")
SCOPES: tuple[Scope, ...] = (
    OfKeyResult("o1", "a"),
    OfKeyResult("o2", "d"),
    *(OfObjective(each) for each in KEY_RESULTS),
    OfTeam("q1"),
    *(OfTeam("q1", each) for each in TEAMS),
    OfTeam("q2"),
)

days = st.floats(0, 95, allow_nan=False)
small = st.integers(-3, 12)
measures = st.sampled_from(
    [
        metric(0, 10),
        metric(8, 2, "decrease"),
        Metric(kind="reach", target=number(9)),
        Percentage(kind="percentage"),
        between("4", "6"),
        between("4", "6", method="instant"),
        EstablishBaseline(kind="establish_baseline"),
    ]
)


policies = st.fixed_dictionaries(
    {
        "rollup": st.sampled_from(("both", "key_results", "children")),
        "score_cap": st.sampled_from((Decimal(1), Decimal("1.5"))),
    }
)


@st.composite
def happenings(draw: st.DrawFn, day: float, n: int) -> tuple[Fact, ...]:
    """What one command recorded on a day of the quarter."""
    objective_id = draw(st.sampled_from(tuple(KEY_RESULTS)))
    key_result_id = draw(st.sampled_from(KEY_RESULTS[objective_id]))
    own = {"objective_id": objective_id, "key_result_id": key_result_id}
    whole = {"objective_id": objective_id}
    told_at = day_of(day)
    then = day_of(draw(st.floats(0, day)) if draw(st.booleans()) else day)
    earlier = f"c{draw(st.integers(0, max(n - 1, 0)))}"
    number_ = draw(small)
    cycle_id = draw(st.sampled_from(("q1", "q2")))
    fact = draw(
        st.sampled_from(
            [
                *[lambda: checked_in(value(number_), then, f"c{n}", **own,
                                     backdated=then < told_at, late=day > 93)] * 6,
                lambda: corrected(earlier, value(number_), then, f"c{n}", **own),
                lambda: CheckInWithdrawn(**own, check_in_id=earlier, because="no"),
                lambda: KeyResultRetargeted(**own, target=number(number_ + 20),
                                            previous_target=number(0),
                                            reason_code="scope_decision", effective_at=then),
                lambda: KeyResultReweighted(**own, weight=Decimal(abs(number_)) / 2,
                                            previous_weight=number(1), effective_at=then),
                lambda: KeyResultConverted(**own, measure=draw(measures), converted_at=then),
                lambda: MeasureCorrected(**own, measure=draw(measures)),
                lambda: added(draw(measures), f"new{n}", objective_id=objective_id,
                              added_at=told_at),
                lambda: KeyResultDropped(**own, dropped_at=then),
                lambda: KeyResultReinstated(**own, effective_at=told_at),
                lambda: KeyResultRescheduled(**own, due_on=None,
                                             starts_on=draw(st.dates(STARTS_ON, ENDS_ON))),
                lambda: ObjectiveActivated(**whole, activated_at=told_at),
                lambda: ObjectiveDropped(**whole, effective_at=then),
                lambda: ObjectiveReinstated(**whole, status="active", effective_at=told_at),
                lambda: ObjectiveDeactivated(**whole),
                lambda: ObjectiveMoved(**whole, team_id=draw(st.sampled_from((*TEAMS, None))),
                                       cycle_id=draw(st.sampled_from(("q1", "q1", "q2")))),
                lambda: TeamMoved(team_id=draw(st.sampled_from(TEAMS[1:])),
                                  parent_id=draw(st.sampled_from(("top", None)))),
                lambda: PolicyAdopted(cycle_id=cycle_id, version=n + 1, before=CyclePolicy(),
                                      values=CyclePolicy(**draw(policies)), effective_from=then),
                lambda: CycleClosed(cycle_id=cycle_id, closed_at=told_at),
                lambda: CycleReopened(cycle_id=cycle_id),
                lambda: CalendarAdopted(cycle_id="q1", workdays=(0, 1, 2, 3, 4),
                                        holidays=(date(2026, 1, 1), date(2026, 3, 12))),
            ]
        )
    )()  # fmt: skip
    more = draw(st.booleans()) and isinstance(fact, CheckInRecorded)
    other = {"check_in_id": f"c{n}b", "key_result_id": KEY_RESULTS[objective_id][-1]}
    return (fact, fact.model_copy(update=other)) if more else (fact,)


@st.composite
def logs(draw: st.DrawFn) -> Log:
    rollup = draw(st.sampled_from(("both", "key_results", "children")))
    log = Log().on(-30, planned(rollup=rollup)).on(-30, planned("q2"))
    log.on(-30, TeamFormed(team_id="top", name="top", kind="company"))
    for each in TEAMS[1:]:
        log.on(-30, TeamFormed(team_id=each, name=each, kind="team", parent_id="top"))
    supports = {"o2": "o1", "o3": "o2"}
    votes_in = draw(st.sampled_from((None, "any_cycle", "any_cycle", "own_cycle")))
    homes = {"o3": draw(st.sampled_from(("q1", "q2")))}
    for place, objective_id in enumerate(KEY_RESULTS):
        whom = supports.get(objective_id)
        link = Support(kind="objective", id=whom or "", weight=number(2), votes_in=votes_in)
        links = (link,) if whom else ()
        home = {"team_id": TEAMS[place % 3], "cycle_id": homes.get(objective_id, "q1")}
        log.on(-20, drafted(objective_id, supports=links, **home))
    for objective_id, parts in KEY_RESULTS.items():
        for each in parts:
            log.on(-19, added(draw(measures), each, objective_id=objective_id,
                              added_at=day_of(-19)))  # fmt: skip
    for objective_id in KEY_RESULTS:
        log.on(-10, ObjectiveActivated(objective_id=objective_id, activated_at=day_of(-10)))
    for n, day in enumerate(sorted(draw(st.lists(days, max_size=16)))):
        log.on(day, *draw(happenings(day, n)))
    return log


def plain_score(log: Sequence[Envelope], position: int, at: datetime, scope: Scope):
    """S(p, t), plainly: everything folded and judged anew."""
    states = states_at(log, position)
    family = family_at(log, position)
    frames, objectives = family.frames, [*family.states.values()]
    stood = standings(family, at)
    match scope:
        case OfKeyResult():
            objective = stood.get(scope.objective_id)
            part = objective and objective.key_results.get(scope.key_result_id)
            return part.score if part else None
        case OfObjective():
            return stood[scope.objective_id].score if scope.objective_id in stood else None
    teams = dict(_of(states, "team"))
    when = judged(frames[scope.cycle_id], at) if scope.cycle_id in frames else None
    mode = when.frame.policy.rollup if when else "both"

    def of_team(team_id: str):
        own = [
            stood[each.objective_id].score
            for each in objectives
            if (each.cycle_id, each.team_id) == (scope.cycle_id, team_id)
            and when
            and each.status_at(when.in_force) in VOTING
        ]
        below = [of_team(id_) for id_, team in teams.items() if team.parent_id == team_id]
        return together(own, below, mode)

    if scope.team_id is not None:
        return of_team(scope.team_id)
    tops = [id_ for id_, team in teams.items() if team.parent_id is None]
    return of_team(tops[0]) if len(tops) == 1 else together([], [*map(of_team, tops)], mode)


def states_at(log: Sequence[Envelope], position: int) -> dict[str, Any]:
    return fold(tuple(each.fact for each in log if each.position <= position))


def family_at(log: Sequence[Envelope], position: int) -> Family:
    """Everything, with what was known of other cycles when each of the closed ones closed."""
    states = states_at(log, position)
    cycles = dict(_of(states, "cycle"))
    known = family_of(
        (each for _, each in _of(states, "objective") if each.exists),
        *(frame_of(each) for each in cycles.values()),
    )
    closings = {
        each.fact.cycle_id: each.position
        for each in log
        if each.position <= position and isinstance(each.fact, CycleClosed)
    }
    closed = {
        cycle_id: family_at(log, place - 1)
        for cycle_id, place in closings.items()
        if cycles[cycle_id].status == "closed"
    }
    return replace(known, closed=closed)


def _of(states: dict[str, Any], kind: str) -> Iterator[tuple[str, Any]]:
    for stream, state in states.items():
        if stream.startswith(f"{kind}/"):
            yield stream.partition("/")[2], state


MANY = settings(max_examples=max(100, settings.default.max_examples // 2), deadline=None)
"""A hundred histories in ``make test``, a thousand in ``make drill``."""


@MANY
@given(logs(), st.data())
def test_the_parts_add_up_to_the_change_with_nothing_left_over(log, data):
    last = len(log.told)
    since = log.point(data.draw(st.integers(0, last), label="from"))
    until = log.point(data.draw(st.integers(since.position, last), label="to"))
    scope = data.draw(st.sampled_from(SCOPES), label="scope")
    explained = explain(log.told, scope, since, until)
    assert explained.from_score == plain_score(log.told, since.position, since.at, scope)
    assert explained.to_score == plain_score(log.told, until.position, until.at, scope)
    total = sum((each.amount for each in explained.parts), Fraction(0))
    assert total == (explained.to_score or 0) - (explained.from_score or 0)
    if explained.change is not None:
        assert total == explained.change


@MANY
@given(logs(), st.data())
def test_each_part_is_what_its_facts_did_one_command_after_the_other(log, data):
    last = len(log.told)
    since = log.point(data.draw(st.integers(0, last), label="from"))
    until = log.point(last)
    scope = data.draw(st.sampled_from(SCOPES), label="scope")
    time, *commands = plain_steps(log, scope, since, until)
    steps = {positions[-1]: amount for positions, amount in commands}
    step_of = {each: positions[-1] for positions, _ in commands for each in positions}
    parts = explain(log.told, scope, since, until).parts
    named: dict[int, Any] = {}
    for part in parts:
        if part.cause == "time":
            assert part.amount == time[1]
            continue
        own = {step_of[each.position] for each in part.facts if each.position in step_of}
        assert part.amount == sum(steps[each] for each in own)
        assert not own & named.keys(), "a fact is told once"
        named |= dict.fromkeys(own, part)
    moved = {position for position, step in steps.items() if step}
    assert moved <= named.keys(), "whatever moved the score is told"


def plain_steps(
    log: Log, scope: Scope, since: Point, until: Point
) -> Iterator[tuple[Sequence[int], Fraction]]:
    """What time did, and after it each command, with the positions of its facts."""
    before = plain_score(log.told, since.position, since.at, scope) or 0
    now = plain_score(log.told, since.position, until.at, scope) or 0
    yield (), Fraction(now - before)
    later = log.told[since.position : until.position]
    for _, facts in groupby(later, key=lambda each: each.command_id):
        positions = [each.position for each in facts]
        after = plain_score(log.told, positions[-1], until.at, scope) or 0
        yield positions, Fraction(after - now)
        now = after


# --- what commutes --------------------------------------------------------------------------------

MEASURED = {"a": metric(0, 10), "b": metric(20, 0, "decrease"), "c": Percentage(kind="percentage")}


@st.composite
def moves(draw: st.DrawFn, n: int) -> Fact:
    """A check-in, a correction or a retarget of one of the key results; none of them joins, leaves
    or weighs otherwise.
    """
    key_result_id = draw(st.sampled_from(tuple(MEASURED)))
    own = {"key_result_id": key_result_id}
    number_ = draw(st.integers(0, 12))
    kinds = [
        lambda: checked_in(value(number_), day_of(n), f"c{n}", **own),
        lambda: corrected(f"{key_result_id}0", value(number_), day_of(0), f"c{n}", **own),
    ]
    if isinstance(MEASURED[key_result_id], Metric):
        kinds.append(lambda: aimed(key_result_id, 40))
    return draw(st.sampled_from(kinds))()


def aimed(key_result_id: str, target: int) -> KeyResultRetargeted:
    return KeyResultRetargeted(
        objective_id="objective",
        key_result_id=key_result_id,
        target=number(target),
        previous_target=number(0),
        reason_code="scope_decision",
        effective_at=day_of(3),
    )


def measured() -> Log:
    log = begun()
    for key_result_id, measure in MEASURED.items():
        log.on(-9, added(measure, key_result_id, weight=number(len(log.told))))
    for key_result_id in MEASURED:
        log.on(0, checked_in(value(5), day_of(0), f"{key_result_id}0", key_result_id=key_result_id))
    return log


def played(log: Log, *facts: Fact) -> Explained:
    known = len(log.told)
    for fact in facts:
        log.on(30, fact)
    return explain(log.told, OBJECTIVE, log.point(known), log.now)


@MANY
@given(st.integers(2, 8).flatmap(lambda n: st.tuples(*map(moves, range(1, n)))), st.data())
def test_readings_and_targets_of_different_key_results_commute(facts, data):
    place = data.draw(st.integers(0, max(len(facts) - 2, 0)))
    one, *other = facts[place : place + 2]
    swapped = (*facts[:place], *other, one, *facts[place + 2 :])
    if other and other[0].key_result_id == one.key_result_id:
        return
    before, after = played(measured(), *facts), played(measured(), *swapped)
    assert sorted(told(before)) == sorted(told(after))


def test_whoever_joins_between_two_readings_divides_the_second_and_not_the_first():
    reading = read(6, 40, "c1", key_result_id="a")
    joins = added(metric(0, 10), "new", added_at=day_of(5))
    first, second = played(measured(), reading, joins), played(measured(), joins, reading)
    assert dict(_amounts(first))["check_in"] > dict(_amounts(second))["check_in"]
    assert first.change == second.change


def _amounts(explained: Explained) -> Iterator[tuple[str, Fraction]]:
    for each in explained.parts:
        yield each.cause, each.amount


def test_of_one_key_result_a_target_and_a_reading_do_not_commute():
    reading = read(6, 5, "c1", key_result_id="a")
    higher = aimed("a", 40)
    more = checked_in(value(10), day_of(7), "c2", key_result_id="a")
    assert told(played(measured(), reading, higher, more)) != told(
        played(measured(), reading, more, higher)
    )
