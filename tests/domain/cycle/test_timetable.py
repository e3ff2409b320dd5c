"""Laws of the timetable (WORKFLOWS 4.5, 4.6), and quarters that once were trouble."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.cycle.bounds import bounds_of, clock_of
from domain.cycle.calendar import Frame, instant, local_date, slots
from domain.cycle.planning import fault_in_plan
from domain.cycle.policy import PHASES, CyclePolicy, Milestone
from domain.cycle.timetable import timetable
from tests.domain.cycle.quarter import BEFORE, berlin, frame, policy

BOUNDS = ["draft.open", "align.open", "commit.open", "run.open", "grade.open", "grade.lock",
          "learn.open", "close"]  # fmt: skip

POLICIES = st.builds(
    lambda days, after, **fields: CyclePolicy(
        draft_days=sum(days), align_days=sum(days[:2]), commit_days=days[0],
        grading_days=after[0], learn_days=after[0] + after[1], close_days=sum(after), **fields,
    ),
    st.tuples(*[st.integers(1, 12)] * 3),
    st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 4)),
    slot_weekday=st.integers(0, 6),
    ask_at=st.sampled_from(["06:00", "09:00", "13:37", "22:00"]),
    window_week=st.integers(1, 14),
    workdays=st.lists(st.integers(0, 6), min_size=1, unique=True).map(tuple),
    holidays=st.lists(st.dates(date(2025, 11, 1), date(2026, 8, 1)), max_size=25).map(tuple),
    resume=st.sampled_from(["keep", "shift"]),
)  # fmt: skip
FRAMES = st.builds(
    lambda start, length, **fields: frame(
        starts_on=start, ends_on=start + timedelta(days=length), **fields
    ),
    st.dates(date(2025, 12, 1), date(2026, 3, 1)),
    st.integers(0, 120),
    timezone=st.sampled_from(
        ["Europe/Berlin", "Asia/Kathmandu", "America/Santiago", "Pacific/Apia", "UTC"]
    ),
    policy=POLICIES,
)
EPOCH = datetime(2025, 10, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 335 * 24 * 60).map(lambda minutes: EPOCH + timedelta(minutes=minutes))


def by_id(milestones: tuple[Milestone, ...]) -> dict[str, Milestone]:
    return {one.id: one for one in milestones}


def asks_of(milestones: tuple[Milestone, ...]) -> list[tuple[Milestone, Milestone]]:
    """Each chase with the ask it belongs to."""
    known = by_id(milestones)
    return [
        (
            known.get(f"{one.id.partition('.')[0]}.open")
            or known[f"{one.id.partition('.')[0]}.ask"],
            one,
        )
        for one in milestones
        if one.kind == "chase"
    ]


def check_laws(quarter: Frame, milestones: tuple[Milestone, ...], since: datetime) -> None:
    """Everything that holds for every timetable, first or later generation."""
    clock = clock_of(quarter)
    days = [local_date(one.at, quarter.timezone) for one in milestones]
    assert all(clock.days.includes(day) for day in days), "on a working day"
    assert [one.at for one in milestones] == sorted(one.at for one in milestones)
    phases = [PHASES.index(one.phase) for one in milestones]
    assert phases == sorted(phases), "phases in order"
    assert len({one.id for one in milestones}) == len(milestones), "ids are unique"
    assert [one.id for one in milestones if one.id in BOUNDS] == BOUNDS
    for ask, chase in asks_of(milestones):
        assert clock.length(ask.at, chase.at) >= 1, "a working day between ask and chase"
    assert all(one.at >= since for one in milestones), "nothing in the past"
    weeks = [one for one in milestones if one.kind == "ask"]
    assert len({one.at for one in weeks}) == len(weeks), "one ask at a time"
    bounds = bounds_of(milestones)
    for one in milestones:
        if one.id != "close":
            assert bounds.opens[one.phase] <= one.at <= bounds.ends[one.phase]


@given(FRAMES, INSTANTS)
def test_every_timetable_keeps_the_laws(quarter, since):
    refused = fault_in_plan(
        quarter.name, quarter.starts_on, quarter.ends_on, quarter.timezone, quarter.policy
    )
    assert refused is None, "the strategy draws plans that people may make"
    milestones = timetable(quarter, since)
    check_laws(quarter, milestones, since)
    assert timetable(quarter, since) == milestones
    for one in milestones:
        if one.slot:
            assert one.slot in quarter.slots
            ask = clock_of(quarter).days.on_or_after(one.slot)
            assert local_date(one.at, quarter.timezone) >= ask


def test_a_quarter_as_it_should_be():
    found = by_id(timetable(frame(), BEFORE))
    assert {name: found[name].at for name in BOUNDS} == {
        "draft.open": berlin(2, 12, year=2025),  # 20 working days before, Christmas left out
        "align.open": berlin(16, 12, year=2025),
        "commit.open": berlin(30, 12, year=2025),
        "run.open": berlin(2, 1),  # day 0 is a holiday
        "grade.open": berlin(1, 4),
        "grade.lock": berlin(7, 4),
        "learn.open": berlin(8, 4),
        "close": berlin(15, 4),
    }
    assert len([one for one in found if one.endswith(".ask")]) == 13
    assert [found[f"week-05.{step}"].at for step in ("ask", "chase", "lead", "sponsor")] == [
        berlin(29, 1), berlin(30, 1), berlin(2, 2), berlin(5, 2)
    ]  # fmt: skip
    assert [found[f"window.{step}"].at for step in ("open", "remind", "close")] == [
        berlin(9, 2), berlin(11, 2), berlin(16, 2)
    ]  # fmt: skip
    assert set(found) - {one for one in found if one.startswith("week-")} == {
        *BOUNDS, "draft.remind", "align.chase", "align.escalate", "commit.chase", "window.open",
        "window.remind", "window.close", "grade.chase", "grade.escalate", "learn.remind",
    }  # fmt: skip


def test_levels_rise_within_a_week_and_within_a_phase():
    found = by_id(timetable(frame(), BEFORE))
    levels = [found[f"week-05.{step}"].level for step in ("chase", "lead", "sponsor")]
    assert levels == ["owner", "lead", "sponsor"]
    assert (found["align.chase"].level, found["align.escalate"].level) == ("owner", "sponsor")
    assert (found["grade.chase"].level, found["grade.escalate"].level) == ("owner", "lead")


def test_nine_stays_nine_over_the_change_of_the_clock():
    found = by_id(timetable(frame(), BEFORE))
    assert found["week-12.ask"].at == datetime(2026, 3, 19, 8, tzinfo=UTC)  # winter, +01:00
    assert found["grade.open"].at == datetime(2026, 4, 1, 7, tzinfo=UTC)  # summer, +02:00


def test_a_slot_on_a_holiday_is_asked_for_on_the_next_working_day():
    found = by_id(timetable(frame(), BEFORE))
    assert (found["week-01.ask"].slot, found["week-01.ask"].at) == (date(2026, 1, 1), berlin(2, 1))


def test_a_slot_without_a_working_day_before_the_next_is_not_asked_for():
    off = tuple(date(2026, 2, 5) + timedelta(days=n) for n in range(7))
    found = by_id(timetable(frame(policy=policy(holidays=off)), BEFORE))
    assert "week-06.ask" not in found
    assert "week-06.chase" not in found
    assert found["week-07.ask"].slot == date(2026, 2, 12)


def test_kathmandu_is_asked_at_nine_in_kathmandu():
    for one in timetable(frame(timezone="Asia/Kathmandu"), BEFORE):
        shown = one.at.astimezone(ZoneInfo("Asia/Kathmandu"))
        assert (shown.hour, shown.minute) == (9, 0)
        assert (one.at.hour, one.at.minute) == (3, 15)


def test_a_year_of_fifty_three_weeks_asks_fifty_three_times():
    year = frame(ends_on=date(2026, 12, 31), policy=CyclePolicy())
    found = by_id(timetable(year, BEFORE))
    asked = [one.slot for one in found.values() if one.kind == "ask"]
    assert asked == list(slots(date(2026, 1, 1), date(2026, 12, 31), 3))
    assert found["week-53.ask"].at == berlin(31, 12)
    check_laws(year, tuple(found.values()), BEFORE)


def test_a_start_in_week_three_gives_each_phase_its_least_days():
    since = berlin(20, 1, 14, minute=37)
    found = by_id(timetable(frame(), since))
    assert [found[name].at for name in BOUNDS[:5]] == [
        since, berlin(27, 1), berlin(30, 1), berlin(2, 2), berlin(1, 4)
    ]  # fmt: skip
    weeks = sorted(one for one in found if one.endswith(".ask"))
    assert weeks[0] == "week-06.ask"
    assert found["draft.remind"].at == berlin(22, 1)
    assert [found["align.chase"].at, found["align.escalate"].at] == [berlin(28, 1), berlin(29, 1)]
    assert "commit.chase" not in found, "one day leaves no working day between ask and chase"


def test_a_start_at_night_on_a_weekend_waits_for_monday():
    found = by_id(timetable(frame(), berlin(24, 1, 23)))
    assert found["draft.open"].at == berlin(26, 1)


def test_a_cycle_wholly_in_the_past_still_runs_a_day_and_grades_in_full():
    since = berlin(4, 5)
    found = timetable(frame(), since)
    at = by_id(found)
    assert not [one for one in found if one.kind == "ask" or one.id.startswith("window")]
    assert [at[name].at for name in BOUNDS] == [
        since, berlin(11, 5), berlin(14, 5), berlin(15, 5), berlin(18, 5), berlin(22, 5),
        berlin(25, 5), berlin(1, 6),
    ]  # fmt: skip


def test_the_window_fits_into_a_short_run_or_stays_away():
    week_7 = frame(ends_on=date(2026, 2, 12))
    found = by_id(timetable(week_7, BEFORE))
    assert found["window.close"].at == berlin(12, 2)
    assert "window.open" not in by_id(timetable(frame(ends_on=date(2026, 2, 10)), BEFORE))


def test_a_quarter_starting_on_a_holiday_week_opens_on_its_first_working_day():
    off = tuple(date(2026, 1, day) for day in range(1, 7))
    found = by_id(timetable(frame(policy=policy(holidays=off)), BEFORE))
    assert found["run.open"].at == instant(date(2026, 1, 7), time(9), "Europe/Berlin")
    assert found["week-01.ask"].at == found["run.open"].at
