"""The timetable of a cycle: its milestones, from policy, calendar and zone.

Laws: never on a non-working day; phases in order; at least one working day between an ask and its
chase; nothing is planned before the moment of planning; equal inputs give equal timetables.
Weekly asks stay on the slots of the cycle, whatever moves.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from domain.cycle.bounds import END_OF, Bounds, WorkClock, clock_of, planned, settled
from domain.cycle.calendar import DAY, Frame, instant
from domain.cycle.escalation import REMIND_AFTER, REVIEWER_AFTER
from domain.cycle.policy import PHASES, Asked, Level, Milestone, Phase

WEEKLY: tuple[tuple[str, int, Level], ...] = (
    ("chase", REMIND_AFTER, "owner"),
    ("lead", 2, "lead"),
    ("sponsor", 5, "sponsor"),
)
"""Working days after the ask of a week, and who hears of a check-in that is missing."""

WINDOW_DAYS = 5


def timetable(frame: Frame, since: datetime) -> tuple[Milestone, ...]:
    """The timetable of a cycle that starts at the instant ``since``, in the order it comes."""
    bounds = settled(frame, planned(frame), since, frozenset())
    return _in_order(_milestones(frame, bounds, since))


def replanned(
    frame: Frame,
    published: tuple[Milestone, ...],
    done: frozenset[str],
    wanted: Bounds,
    since: datetime,
    *,
    shifted_days: int = 0,
) -> tuple[Milestone, ...]:
    """A new generation: what is done stays, the rest follows ``wanted`` from ``since`` on.

    A chase whose ask is done keeps its date, plus ``shifted_days`` working days and off holidays
    that are new, or falls away when that is past or its phase is over. What was due earlier on the
    same day is still asked for: a move that comes in the same second must not swallow it.
    """
    clock = clock_of(frame)
    bounds, today = settled(frame, wanted, since, done), clock.midnight(since)
    kept = [milestone for milestone in published if milestone.id in done]
    for milestone in published:
        if milestone.id in done or _ask_of(milestone.id) not in done:
            continue
        at = clock.shifted(milestone.at, shifted_days) if shifted_days else milestone.at
        at = clock.workable(at)
        if milestone.kind == "window":
            # What was opened must close, however late.
            last = clock.shifted(bounds.ends["run"], -1)
            at = max(min(at, last), clock.workable(since))
        if today <= at < bounds.ends[milestone.phase]:
            kept.append(milestone.model_copy(update={"at": at}))
    fresh = (
        milestone
        for milestone in _milestones(frame, bounds, today)
        if milestone.id not in done and _ask_of(milestone.id) not in done
    )
    return _in_order([*kept, *fresh])


def _in_order(found: Iterable[Milestone]) -> tuple[Milestone, ...]:
    """By instant; at one instant a phase opens first, then the oldest slot comes first."""
    return tuple(
        sorted(
            found,
            key=lambda m: (
                m.at,
                PHASES.index(m.phase),
                m.kind not in ("enter", "activate"),
                m.slot or date.min,
            ),
        )
    )


def _ask_of(milestone_id: str) -> str | None:
    """The ask that a chase (or the end of the window) belongs to; None for the bounds of phases."""
    thing, _, step = milestone_id.partition(".")
    if step in ("open", "ask", "lock", ""):
        return None
    return f"{thing}.ask" if thing.startswith("week-") else f"{thing}.open"


def _milestones(frame: Frame, bounds: Bounds, since: datetime) -> Iterator[Milestone]:
    clock = clock_of(frame)
    yield from _phase(clock, bounds, "draft", "objectives", ("remind", 5, "owner"))
    yield from _phase(
        clock, bounds, "align", "agreement", ("chase", 2, "owner"), ("escalate", 4, "sponsor")
    )
    yield from _phase(clock, bounds, "commit", "commitment", ("chase", REMIND_AFTER, "lead"))
    yield Milestone(id="run.open", kind="activate", phase="run", at=bounds.opens["run"])
    yield from _weeks(frame, bounds, since)
    yield from _window(clock, bounds)
    yield from _phase(
        clock,
        bounds,
        "grade",
        "grades",
        ("chase", REMIND_AFTER, "owner"),
        ("escalate", REVIEWER_AFTER, "lead"),
    )
    yield Milestone(id="grade.lock", kind="lock", phase="grade", at=bounds.ends["grade"])
    yield from _phase(clock, bounds, "learn", "lessons", ("remind", 2, "owner"))
    yield Milestone(id=END_OF["learn"], kind="close", phase="learn", at=bounds.ends["learn"])


def _phase(
    clock: WorkClock,
    bounds: Bounds,
    phase: Phase,
    asked: Asked,
    *steps: tuple[str, int, Level],
) -> Iterator[Milestone]:
    """A phase opens by asking; its chases follow while the phase lasts."""
    opens, ends = bounds.opens[phase], bounds.ends[phase]
    yield Milestone(id=f"{phase}.open", kind="enter", phase=phase, at=opens, asked=asked)
    yield from _chases(clock, phase, phase, (opens, ends), asked, *steps)


def _chases(
    clock: WorkClock,
    thing: str,
    phase: Phase,
    span: tuple[datetime, datetime],
    asked: Asked,
    *steps: tuple[str, int, Level],
) -> Iterator[Milestone]:
    opens, ends = span
    offsets = _spread(clock.length(opens, ends), tuple(days for _, days, _ in steps))
    for (name, _, level), days in zip(steps, offsets, strict=False):
        yield Milestone(
            id=f"{thing}.{name}",
            kind="chase",
            phase=phase,
            at=clock.shifted(opens, days),
            asked=asked,
            level=level,
        )


def _spread(length: int, wanted: tuple[int, ...]) -> tuple[int, ...]:
    """``wanted`` day offsets when they fit into ``length`` days, else as many as do, spread evenly.

    Each offset is at least a day after the one before and before the last day is over.
    """
    if max(wanted) < length:
        return wanted
    room = min(len(wanted), length - 1)
    return tuple(max(n, n * length // (room + 1)) for n in range(1, room + 1))


def _weeks(frame: Frame, bounds: Bounds, since: datetime) -> Iterator[Milestone]:
    """Each slot is asked for on its day, or on the next working day before the next slot."""
    clock = clock_of(frame)
    earliest, end = max(bounds.opens["run"], since), bounds.ends["run"]
    for number, slot in frame.weeks:
        day = clock.days.on_or_after(slot)
        ask = instant(day, clock.at, frame.timezone)
        if (day - slot) >= 7 * DAY or not earliest <= ask < end:
            continue
        yield Milestone(
            id=f"week-{number:02}.ask", kind="ask", phase="run", at=ask, asked="check_in", slot=slot
        )
        for name, days, level in WEEKLY:
            at = clock.shifted(ask, days)
            if at < end:
                yield Milestone(
                    id=f"week-{number:02}.{name}",
                    kind="chase",
                    phase="run",
                    at=at,
                    asked="check_in",
                    level=level,
                    slot=slot,
                )


def _window(clock: WorkClock, bounds: Bounds) -> Iterator[Milestone]:
    """Once in a cycle, for one working week, targets may be adjusted together."""
    opens, end = bounds.window, bounds.ends["run"]
    if opens is None:
        return
    closes = min(clock.shifted(opens, WINDOW_DAYS), clock.shifted(end, -1))
    if clock.length(opens, closes) < 1:
        return
    yield Milestone(id="window.open", kind="window", phase="run", at=opens, asked="adjustment")
    yield from _chases(
        clock, "window", "run", (opens, closes), "adjustment", ("remind", 2, "owner")
    )
    yield Milestone(id="window.close", kind="window", phase="run", at=closes)
