"""What of a key result was in force when: everything that shapes a score has its time (RULES B1).

A change counts from its effective instant on, among what was recorded by then; ``since`` None is
the key result's start. Each kind of change is a tuple of versions in the order of their instants:
of two for one instant the later recorded one counts.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol, TypeVar

from domain.cycle.calendar import Frame
from domain.okr.measure import Measure, retargeted

BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)


class _Dated(Protocol):
    @property
    def since(self) -> datetime | None: ...


D = TypeVar("D", bound=_Dated)


@dataclass(frozen=True, slots=True)
class Measured:
    """How a key result is measured from ``since`` on.

    ``first_measure`` is the same measure before any retarget, ``target`` what changed where only
    the target did. What was true before ``reads_since``, a conversion, is not read by it.
    """

    measure: Measure
    first_measure: Measure
    since: datetime | None = None
    target: Decimal | None = None
    reads_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a key result weighs from ``since`` on."""

    weight: Decimal
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """From ``since`` on it was away, dropped at ``dropped_at``, until it was reinstated."""

    dropped_at: datetime
    since: datetime | None
    until: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether it was away at ``moment``."""
        gone = self.since is None or self.since <= moment
        return gone and (self.until is None or moment < self.until)


# --- versions ----------------------------------------------------------------------------------


def at_moment(versions: Sequence[D], moment: datetime) -> D:
    """The version that was in force at ``moment``; the first one holds from the start."""
    if len(versions) == 1:
        return versions[0]
    return versions[max(0, bisect_right(versions, moment, key=_since) - 1)]


def _since(version: _Dated) -> datetime:
    return version.since or BEGINNING


def _placed(versions: tuple[D, ...], new: D) -> tuple[D, ...]:
    place = bisect_right(versions, _since(new), key=_since)
    return (*versions[:place], new, *versions[place:])


def measured(measure: Measure) -> tuple[Measured, ...]:
    """One measure from the start: nothing else was ever in force."""
    return (Measured(measure, measure),)


def with_target(
    versions: tuple[Measured, ...], target: Decimal, since: datetime | None
) -> tuple[Measured, ...]:
    """A retarget; from the start it is the first target too, and whatever was agreed on before."""
    if since is None:
        return measured(retargeted(versions[-1].measure, target))
    before = at_moment(versions, since)
    return _told(_placed(versions, replace(before, since=since, target=target)))


def with_measure(
    versions: tuple[Measured, ...], measure: Measure, since: datetime | None
) -> tuple[Measured, ...]:
    """A conversion: what was read before ``since`` is not read by the new measure."""
    if since is None:
        return measured(measure)
    return _told(_placed(versions, Measured(measure, measure, since, None, since)))


def _told(versions: tuple[Measured, ...]) -> tuple[Measured, ...]:
    """Each target on the measure that is in force then, whichever came to be known later."""
    told: list[Measured] = []
    for each in versions:
        if each.target is not None:
            measure = retargeted(told[-1].measure, each.target)
            told.append(replace(told[-1], measure=measure, since=each.since, target=each.target))
        else:
            told.append(each)
    return tuple(told)


def with_weight(
    versions: tuple[Weighed, ...], weight: Decimal, since: datetime | None
) -> tuple[Weighed, ...]:
    """A new weight; from the start it is the only one."""
    return (Weighed(weight),) if since is None else _placed(versions, Weighed(weight, since))


def left(
    absences: tuple[Absence, ...], at: datetime, since: datetime | None
) -> tuple[Absence, ...]:
    """Dropped once more."""
    return (*absences, Absence(at, since))


def returned(absences: tuple[Absence, ...], at: datetime | None) -> tuple[Absence, ...]:
    """Back since ``at``, or as if it had never left; unchanged for what is not away."""
    if not absences or absences[-1].until is not None:
        return absences
    *before, last = absences
    # An absence that ends before it begins is none: it was dropped for a day to come.
    if at is None or (last.since is not None and at <= last.since):
        return tuple(before)
    return (*before, replace(last, until=at))


# --- the instant of judging --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """An instant at which a cycle's numbers are judged (RULES B1).

    Attributes:
        frame: the cycle as it was framed then: its end, its slots, its policy.
        moment: up to here readings count: the instant itself, at most the last one of the cycle.
        in_force: the versions of this instant count. Before the cycle begins it is its start: what
            is agreed on is shown as it will begin. From its last instant on nothing is later: what
            is recorded after the end counts at the end.
    """

    frame: Frame
    moment: datetime
    in_force: datetime


def judged(frame: Frame, effective_at: datetime) -> Judged:
    """The instant of judging what was true at ``effective_at`` in the cycle of ``frame``."""
    until, then = next(
        ((until, one) for until, one in frame.earlier if effective_at < until),
        (END_OF_TIME, frame),
    )
    last = then.last_instant
    if effective_at >= last:
        return Judged(then, last, until - _TICK)
    return Judged(then, effective_at, max(effective_at, then.starts_at))
