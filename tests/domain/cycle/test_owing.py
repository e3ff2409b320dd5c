"""Who owes what when a cycle asks, from folded states alone (RULES B4, B9)."""

from datetime import date, timedelta

import pytest

from domain.cycle.owing import (
    Debt,
    Lead,
    SilentKeyResult,
    by_person,
    leads_of,
    missed_twice,
    who_owes,
    with_deputies,
)
from domain.facts import Pointer
from domain.okr.leaving import ObjectiveDropped
from domain.okr.objective import ObjectiveActivated
from domain.people.person import Absence, Person
from domain.people.team import Member, Team
from tests.domain.okr.quarter import (
    AGREED,
    KEY_RESULT,
    NOW,
    OBJECTIVE,
    OTHER,
    OWNER,
    PROPOSED,
    TEAM,
    active,
    added,
    checked_in,
    corrected,
    drafted,
    frame,
    slot,
    value,
)
from tests.domain.specification import fold

FRAME = frame()
THE_OBJECTIVE = Pointer(kind="objective", id=OBJECTIVE)
THE_KEY_RESULT = Pointer(kind="key_result", id=KEY_RESULT)
LEADS = (Lead(TEAM, "lead"), Lead("idle", "boss"), Lead("idle", "deputy"))


def states(*history):
    return [one for name, one in fold(history).items() if name.startswith("objective/")]


def owes(asked, *history, week=None):
    wanted = FRAME.slots[week - 1] if week else None
    return list(who_owes(asked, wanted, states(*history), FRAME, LEADS))


def test_leads_owe_objectives_of_teams_that_have_none():
    idle = [
        Debt("boss", Pointer(kind="team", id="idle")),
        Debt("deputy", Pointer(kind="team", id="idle")),
    ]
    assert owes("objectives", drafted()) == idle
    dropped = ObjectiveDropped(objective_id=OBJECTIVE, effective_at=NOW)
    lead = Debt("lead", Pointer(kind="team", id=TEAM))
    assert owes("objectives", drafted(), dropped) == [lead, *idle]


@pytest.mark.parametrize("asked", ["agreement", "commitment"])
def test_owners_owe_drafts_and_unanswered_proposals(asked):
    assert owes(asked, drafted()) == [Debt(OWNER, THE_OBJECTIVE)]
    assert owes(asked, drafted(), PROPOSED) == [Debt(OWNER, THE_OBJECTIVE)]
    assert owes(asked, drafted(), PROPOSED, AGREED) == []


def test_owners_owe_grades_of_what_is_active():
    assert owes("grades", *active()) == [Debt(OWNER, THE_OBJECTIVE)]
    assert owes("grades", drafted(), PROPOSED) == []


@pytest.mark.parametrize("asked", ["adjustment", "lessons", None])
def test_nobody_owes_an_invitation(asked):
    assert owes(asked, *active(added())) == []


def test_the_owner_of_a_key_result_owes_its_check_in():
    own = active(added(), added(key_result_id="theirs", owner_id=OTHER))
    assert owes("check_in", *own, week=5) == [
        Debt(OWNER, THE_KEY_RESULT),
        Debt(OTHER, Pointer(kind="key_result", id="theirs")),
    ]
    assert owes("check_in", *own) == [], "asked for no slot"


def test_a_check_in_near_the_slot_pays_even_when_it_was_corrected():
    paid = active(added(), checked_in(value(5), slot(5) + timedelta(days=3)))
    assert owes("check_in", *paid, week=5) == []
    assert owes("check_in", *paid, week=6) == [Debt(OWNER, THE_KEY_RESULT)]
    moved = corrected("c1", value(6), slot(6))
    assert owes("check_in", *paid, moved, week=5) == []


# --- two missed weeks in a row ------------------------------------------------------------------


def silent(week: int, *history) -> list[SilentKeyResult]:
    return list(missed_twice(states(*history), FRAME, FRAME.slots[week - 1]))


def test_the_second_missed_week_in_a_row_is_told_once():
    running = active(added())
    assert [bool(silent(week, *running)) for week in range(1, 6)] == [
        False,
        False,
        True,
        False,
        False,
    ]
    (one,) = silent(3, *running)
    assert (one.key_result_id, one.title, one.owner_id) == (KEY_RESULT, "Lead time", OWNER)


def test_a_check_in_starts_the_count_anew():
    running = active(added(), checked_in(value(5), slot(3)))
    assert [week for week in range(1, 8) if silent(week, *running)] == [3, 6]


def test_weeks_before_it_was_active_are_not_missed():
    started = ObjectiveActivated(objective_id=OBJECTIVE, activated_at=slot(4))
    running = (*active(added()), started)
    assert [week for week in range(1, 9) if silent(week, *running)] == [6]


def test_a_day_that_is_no_slot_is_missed_by_nobody():
    assert list(missed_twice(states(*active(added())), FRAME, date(2026, 1, 2))) == []
    assert list(missed_twice(states(*active(added())), FRAME, None)) == []


# --- one entry a person -------------------------------------------------------------------------


def test_a_person_hears_once_of_all_that_is_owed_in_a_stable_order():
    debts = [
        Debt("b", Pointer(kind="objective", id="2")),
        Debt("a", Pointer(kind="objective", id="3")),
        Debt("b", Pointer(kind="objective", id="1")),
        Debt("b", Pointer(kind="objective", id="2")),
    ]
    owed = by_person(debts, lambda _: slot(5))
    assert [(one.person_id, [thing.id for thing in one.about]) for one in owed] == [
        ("a", ["3"]),
        ("b", ["1", "2"]),
    ]
    assert {one.due_at for one in owed} == {slot(5)}
    assert by_person(reversed(debts), lambda _: slot(5)) == owed


def test_what_is_due_at_another_time_is_an_entry_of_its_own():
    debts = [Debt("a", Pointer(kind="objective", id=id_)) for id_ in "12"]
    owed = by_person(debts, lambda debt: slot(int(debt.about.id)))
    assert [(one.due_at, one.about[0].id) for one in owed] == [(slot(1), "1"), (slot(2), "2")]


def test_the_leads_of_a_team_are_its_members_with_that_role():
    team = Team(team_id="t", members={"a": Member("member"), "b": Member("lead")})
    assert leads_of(team) == (Lead("t", "b"),)
    assert leads_of(Team()) == ()


def test_a_deputy_is_asked_on_the_days_of_an_absence_and_the_owner_still_owes():
    away = Absence(date(2026, 3, 2), date(2026, 3, 13), "bo")
    people = {"ada": Person("ada", {"a1": away}), "bo": Person("bo")}
    owed = by_person(
        [Debt("ada", THE_OBJECTIVE), Debt("bo", THE_OBJECTIVE)], lambda _: FRAME.starts_at
    )

    def asked(day):
        return [(one.person_id, one.deputy_id) for one in with_deputies(owed, day, people.get)]

    assert asked(date(2026, 3, 1)) == [("ada", None), ("bo", None)]
    assert asked(date(2026, 3, 2)) == asked(date(2026, 3, 13)) == [("ada", "bo"), ("bo", None)]
    assert asked(date(2026, 3, 14)) == [("ada", None), ("bo", None)]
