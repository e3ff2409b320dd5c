"""The planner: once a day, must a cycle be opened?

Quarters overlap, drafting of the next begins while this one runs, so no cycle opens its successor.
The cadence comes from the latest cycle; ids come from that cycle too, so a second run, or two
planners at once, open the same cycle and find it opened.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.cycle.calendar import local_date
from domain.cycle.cycle import Cycle, PlanCycle, StartCycle
from domain.cycle.succession import inherited, opens_at, successor
from domain.facts import Actor, Refusal
from domain.ids import CycleId
from domain.people.organisation import INITIAL, Organisation
from domain.people.organisation import STREAM as ORGANISATION
from domain.people.person import Person
from journal.ids import derived_id
from journal.log import Journal
from projections.cycle.cycle import CYCLES
from projections.engine.view_store import ViewStore
from workflows.clock.at_head import at_head
from workflows.clock.contracts import PlannerNote

PLANNER = Actor(kind="workflow", id="planner")
CYCLE_VIEW = "cycle"
WHY = "planned from the cadence of the cycle before"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opening:
    """The cycle to open next, and the moment from which it may be opened."""

    cycle_id: CycleId
    opens_at: datetime
    plan: PlanCycle | None  # None: people planned it themselves


def next_opening(
    cycles: Iterable[Cycle], now: datetime, organisation: Organisation = INITIAL
) -> Opening | None:
    """What comes after the latest cycle; None while there is no cycle to take the cadence from.

    Quarters are named by the organisation's fiscal year, and what the latest cycle does not say
    otherwise, its zone and its working days, is the organisation's by now.
    """
    latest = max(cycles, key=lambda cycle: (cycle.starts_on, cycle.cycle_id), default=None)
    if latest is None:
        return None
    if latest.status == "planned":
        days = latest.adopted or organisation.working_days()
        opens = opens_at(latest.starts_on, latest.policy, latest.timezone, days)
        return Opening(latest.cycle_id, opens, None)
    coming = successor(latest.name, latest.starts_on, latest.ends_on, organisation)
    # After a long sleep of the installation the quarters that nobody worked in are not invented.
    while coming.ends_on < local_date(now, latest.timezone):
        coming = successor(coming.name, coming.starts_on, coming.ends_on, organisation)
    cycle_id = CycleId(derived_id("cycle-after", latest.cycle_id, coming.starts_on.isoformat()))
    policy, timezone = inherited(latest.policy), organisation.timezone or latest.timezone
    plan = PlanCycle(
        command_id=f"cycle/{cycle_id}/open@0/plan",
        at=now,
        by=PLANNER,
        reason=WHY,
        cycle_id=cycle_id,
        name=coming.name,
        starts_on=coming.starts_on,
        ends_on=coming.ends_on,
        timezone=timezone,
        policy=policy,
        coordinator_id=latest.coordinator_id,
    )
    opens = opens_at(coming.starts_on, policy, timezone, organisation.working_days())
    return Opening(cycle_id, opens, plan)


def cycle_ids(journal: Journal, views: ViewStore, now: datetime) -> list[str]:
    """Every cycle ever planned; their states are read from their own streams.

    Raises:
        ViewsBehind, ViewHalted: the view of cycles is not at the head of the log.
    """
    moment = at_head(journal, views, (CYCLE_VIEW,), now)
    with views.reading() as look:
        return [row["cycle_id"] for row in look.rows(CYCLES, moment)]


def _coordinated(journal: Journal, cycle_id: str) -> Cycle:
    """A cycle as it is, but for a coordinator who has left and coordinates no further one."""
    cycle: Cycle = journal.state(f"cycle/{cycle_id}")[0]
    if cycle.coordinator_id is None:
        return cycle
    coordinator: Person = journal.state(f"person/{cycle.coordinator_id}")[0]
    return cycle if coordinator.active else replace(cycle, coordinator_id=None)


def open_next_cycle(journal: Journal, cycle_ids: Iterable[str], now: datetime) -> PlannerNote:
    """Plan and start the cycle whose drafting is due, if there is one; harmless twice."""
    cycles = [_coordinated(journal, cycle_id) for cycle_id in cycle_ids]
    opening = next_opening(cycles, now, journal.state(ORGANISATION)[0])
    if opening is None or now < opening.opens_at:
        return PlannerNote()
    start = StartCycle(
        command_id=f"cycle/{opening.cycle_id}/open@0/start",
        at=now,
        by=PLANNER,
        reason=WHY,
        cycle_id=opening.cycle_id,
    )
    for command in (opening.plan, start):
        answer = journal.handle(command) if command is not None else None
        if isinstance(answer, Refusal):
            log.warning("the next cycle could not be opened: %s", answer.detail)
            return PlannerNote(refused=answer.code)
    return PlannerNote(opened=opening.cycle_id)
