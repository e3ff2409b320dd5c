"""What it costs to explain the score of an objective over its quarter.

    python -m tests.bench.explain            among 200 other objectives in its cycle
    python -m tests.bench.explain 1000       among so many

The objective has five key results and two supporters with three each; everything is read every
week, and targets, weights, readings and key results change meanwhile. Once the supporters stand in
its own cycle, once one of them votes from another: its numbers are then judged by two cycles. The
change from the start of the quarter to its end is explained and written as JSON, in turns with
plain code that reads the same facts with the database's own driver and comes to the same parts.
Processor time of this thread, so a busy machine changes little. Goal: 40 ms.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import orjson

from api.core.wire import dumps
from domain.cycle.cycle import CyclePlanned
from domain.cycle.milestones import PhaseEntered
from domain.cycle.policy import CyclePolicy
from domain.facts import Fact
from domain.okr.check_in import CheckInCorrected, CheckInRecorded, CheckInWithdrawn
from domain.okr.drafting import ObjectiveDrafted
from domain.okr.explain_scope import OfObjective, OfTeam, Scope
from domain.okr.key_result import KeyResultAdded, KeyResultDropped, KeyResultReweighted
from domain.okr.measure import Metric, Reading
from domain.okr.objective import ObjectiveActivated
from domain.okr.retarget import KeyResultRetargeted
from domain.okr.stream import Support
from domain.people.team import TeamFormed
from journal.ids import derived_id
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal
from projections.catalogue import PROJECTIONS
from projections.engine.moment import Moment
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from projections.okr.explain import explained
from tests.bench.views_log import ANN, Recorder, said

READS = 25
GOAL_MS = 40
WEEKS = 13
BEGINS, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC)
CYCLES = [derived_id("cycle", str(n)) for n in range(2)]
TEAM = derived_id("team", "company")
TARGET = 100


@dataclass(frozen=True)
class Aim:
    """An objective, how many key results it has, and what it supports with which vote."""

    name: str
    size: int
    cycle: str = CYCLES[0]
    supports: str | None = None

    @property
    def id(self) -> Any:
        return derived_id("explained", self.name)

    def part(self, number: int) -> Any:
        return derived_id(self.id, str(number))


def family(second_cycle: str) -> list[Aim]:
    """The objective that is explained, and those that support it."""
    return [
        Aim("whole", 5),
        Aim("left", 3, supports="whole"),
        Aim("right", 3, second_cycle, supports="whole"),
    ]


def company() -> Iterator[Fact]:
    yield TeamFormed(team_id=TEAM, name="Company", kind="company")
    for cycle in CYCLES:
        yield CyclePlanned(
            cycle_id=cycle,
            name=cycle,
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 3, 31),
            timezone="UTC",
            policy=CyclePolicy(),
        )
        yield PhaseEntered(cycle_id=cycle, phase="run", state="active")


def begun(aim: Aim) -> Iterator[Fact]:
    links: tuple[Support, ...] = ()
    if aim.supports:
        above: Any = derived_id("explained", aim.supports)
        link = Support(kind="objective", id=above, weight=Decimal(2), votes_in="any_cycle")
        links = (link,)
    yield ObjectiveDrafted(
        objective_id=aim.id,
        cycle_id=aim.cycle,
        team_id=TEAM,
        owner_id=ANN.id,
        title=f"Objective {aim.name}",
        ambition="aspirational",
        supports=links,
    )
    for number in range(aim.size):
        yield KeyResultAdded(
            objective_id=aim.id,
            key_result_id=aim.part(number),
            title=f"Key result {number} of {aim.name}",
            measure=Metric(kind="increase", baseline=Decimal(0), target=Decimal(TARGET)),
            added_at=BEGINS - timedelta(days=9),
        )
    yield ObjectiveActivated(objective_id=aim.id, activated_at=BEGINS - timedelta(days=8))


def a_week(aim: Aim, week: int, at: datetime) -> Iterator[Fact]:
    """Each key result is read, and now and then something is decided."""
    whole: Any = {"objective_id": aim.id}
    for number in range(aim.size):
        own = {**whole, "key_result_id": aim.part(number)}
        read = own | {"check_in_id": derived_id(aim.part(number), str(week)), "effective_at": at}
        yield CheckInRecorded(**read, reading=Reading(value=Decimal(week * (5 + number))))
    own = {**whole, "key_result_id": aim.part(week % aim.size)}
    before = derived_id(own["key_result_id"], str(week))
    match week % 5:
        case 1:
            yield KeyResultRetargeted(
                **own, target=Decimal(TARGET + week), previous_target=Decimal(TARGET),
                reason_code="scope_decision", effective_at=at,
            )  # fmt: skip
        case 2:
            yield CheckInCorrected(
                **own, check_in_id=derived_id(before, "again"), corrects=before,
                reading=Reading(value=Decimal(week)), effective_at=at,
            )  # fmt: skip
        case 3:
            yield KeyResultReweighted(
                **own, weight=Decimal(week), previous_weight=Decimal(1), effective_at=at
            )
        case 4:
            yield CheckInWithdrawn(**own, check_in_id=before, because="misread")
    if week == WEEKS - 2 and aim.size > 3:
        yield KeyResultDropped(**whole, key_result_id=aim.part(4), dropped_at=at)


def play(journal: Journal, aims: list[Aim], others: int) -> None:
    """A quarter of the family, each fact a command of its own, among objectives beside it."""
    numbers = iter(range(10**6))

    def tell(at: datetime, *facts: Fact) -> None:
        journal.handle(said(f"explain/{next(numbers)}", at, facts))

    tell(BEGINS - timedelta(days=20), *company())
    beside = [Aim(f"beside {n}", 4) for n in range(others)]
    for one in (*aims, *beside):
        tell(BEGINS - timedelta(days=9), *begun(one))
    for week in range(WEEKS):
        at = BEGINS + timedelta(days=7 * week + 1, hours=9)
        for one in aims:
            for number, fact in enumerate(a_week(one, week, at)):
                tell(at + timedelta(seconds=number), fact)
        for one in beside:
            tell(at + timedelta(hours=1), *a_week(one, week, at))


# --- plain code -----------------------------------------------------------------------------------


@dataclass
class PlainPart:
    target: Fraction
    weight: Fraction = Fraction(1)
    read: dict[str, Fraction] = field(default_factory=dict)
    dropped: bool = False

    def score(self) -> Fraction | None:
        """The newest reading, of those that count, as a share of the target."""
        if not self.read:
            return None
        return min(Fraction(1), max(Fraction(0), next(reversed(self.read.values())) / self.target))


class PlainObjective:
    def __init__(self, above: tuple[str, Fraction] | None) -> None:
        self.above, self.parts, self.active = above, dict[str, PlainPart](), False

    def take(self, name: str, fact: dict[str, Any]) -> None:
        part = self.parts.get(fact.get("key_result_id", ""))
        match name.removeprefix("okr."):
            case "key-result-added":
                target = Fraction(fact["measure"]["target"])
                self.parts[fact["key_result_id"]] = PlainPart(target)
            case "objective-activated":
                self.active = True
            case "check-in-recorded" if part:
                part.read[fact["check_in_id"]] = Fraction(fact["reading"]["value"])
            case "check-in-corrected" if part:
                part.read.pop(fact["corrects"])
                part.read[fact["check_in_id"]] = Fraction(fact["reading"]["value"])
            case "check-in-withdrawn" if part:
                part.read.pop(fact["check_in_id"])
            case "key-result-retargeted" if part:
                part.target = Fraction(fact["target"])
            case "key-result-reweighted" if part:
                part.weight = Fraction(fact["weight"])
            case "key-result-dropped" if part:
                part.dropped = True


def plain_score(objectives: dict[str, PlainObjective], objective_id: str) -> Fraction | None:
    votes = [
        (each.weight, each.score())
        for each in objectives[objective_id].parts.values()
        if not each.dropped
    ]
    votes += [
        (one.above[1], plain_score(objectives, each))
        for each, one in objectives.items()
        if one.active and one.above and one.above[0] == objective_id
    ]
    known = [(weight, score) for weight, score in votes if score is not None]
    whole = sum(weight for weight, _ in known)
    return sum((weight * score for weight, score in known), Fraction(0)) / whole if whole else None


def plain(connection: sqlite3.Connection, ids: list[str], position: int) -> bytes:
    """The same facts, the same parts, without views, words, dates, policies or other measures."""
    marks = ",".join("?" * len(ids))
    rows = connection.execute(
        "SELECT rowid, topic, state FROM stored_events"
        f" WHERE originator_id IN ({marks}) ORDER BY rowid",
        [f"objective/{each}" for each in ids],
    ).fetchall()
    objectives: dict[str, PlainObjective] = {}
    parts: dict[tuple[str, str], list[Any]] = {}
    before: Fraction | None = None
    for place, topic, stored in rows:
        fact = orjson.loads(stored)["data"]
        if topic == "okr.objective-drafted":
            link = next(iter(fact.get("supports", ())), None)
            above = (link["id"], Fraction(link["weight"])) if link else None
            objectives[fact["objective_id"]] = PlainObjective(above)
        objectives[fact["objective_id"]].take(topic, fact)
        after = plain_score(objectives, ids[0])
        if place > position:
            key = (fact.get("key_result_id", ""), topic)
            amount, places = parts.setdefault(key, [Fraction(0), []])
            parts[key] = [amount + (after or 0) - (before or 0), [*places, place]]
        before = after
    return orjson.dumps(
        [[*key, float(amount), str(amount), places] for key, (amount, places) in parts.items()]
    )


# --- measuring ------------------------------------------------------------------------------------


def _cost(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1_000


@dataclass(frozen=True)
class Cost:
    """Median processor milliseconds, and what was explained."""

    ours: float
    plain: float
    company: float
    facts: int
    parts: int


def measured(second_cycle: str, others: int) -> Cost:
    aims = family(second_cycle)
    with ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="tn-bench-"))
        url = f"sqlite:///{folder}/journal.db"
        migrate(url)
        journal = opened.enter_context(open_journal(url, Recorder()))
        play(journal, aims, others)
        views = opened.enter_context(
            ViewStore(f"sqlite:///{folder}/views.db", PROJECTIONS, journal=journal)
        )
        views.migrate()
        Runner(journal, views).catch_up()
        connection = sqlite3.connect(f"{folder}/journal.db")
        opened.callback(connection.close)
        since, until = views.moment(BEGINS.isoformat(), ENDS), views.moment(None, ENDS)
        found = _explained(views, journal, OfObjective(aims[0].id), since, until)
        alike(found, plain(connection, [each.id for each in aims], since.position))
        costs = [
            (
                _cost(
                    lambda: dumps(_explained(views, journal, OfObjective(aims[0].id), since, until))
                ),
                _cost(lambda: plain(connection, [each.id for each in aims], since.position)),
            )
            for _ in range(READS)
        ][5:]
        whole = _cost(lambda: _explained(views, journal, OfTeam(CYCLES[0]), since, until))
    ours, theirs = (statistics.median(column) for column in zip(*costs, strict=True))
    facts = sum(len(each["positions"]) for each in found["parts"])
    return Cost(ours, theirs, whole, facts, len(found["parts"]))


def _explained(
    views: ViewStore, journal: Journal, scope: Scope, since: Moment, until: Moment
) -> dict[str, Any]:
    return explained(views, journal, scope, since, until)


def alike(found: dict[str, Any], others: bytes) -> None:
    """Ours and plain code tell the same of each fact, to the last digit."""

    def told(parts: Iterator[tuple[tuple[int, ...], str]]) -> dict[tuple[int, ...], Fraction]:
        return {places: Fraction(number) for places, number in parts}

    ours = told((tuple(each["positions"]), each["exact"]) for each in found["parts"])
    theirs = told((tuple(each[4]), each[3]) for each in orjson.loads(others))
    total = sum(ours.values()), sum(theirs.values())
    if total[0] != total[1] or Fraction(found["exact"]) != total[0]:
        raise AssertionError(f"ours comes to {total[0]}, plain code to {total[1]}")


def main() -> int:
    others = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for what, second_cycle in (("its own cycle", CYCLES[0]), ("another cycle", CYCLES[1])):
        cost = measured(second_cycle, others)
        print(
            f"an objective's quarter with votes from {what}, {cost.facts} facts in {cost.parts}"
            f" parts: {cost.ours:.1f} ms of processor time (goal {GOAL_MS}), plain code"
            f" {cost.plain:.1f} ms, {cost.ours / cost.plain:.1f} times;"
            f" the whole company of {others + 3}: {cost.company:.0f} ms"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
