"""Laws of every later generation: whatever people do to a cycle, its timetable stays lawful."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.cycle.agenda import next_due
from domain.cycle.bounds import clock_of
from domain.cycle.calendar import frame_of, local_date
from domain.cycle.cycle import (
    CloseCycle,
    CyclePlanned,
    PauseCycle,
    ReopenCycle,
    ReschedulePhase,
    ResumeCycle,
    StartCycle,
)
from domain.cycle.milestones import ReachMilestone
from domain.cycle.policy import PHASES
from domain.facts import Refusal
from domain.people.organisation import OWN_CALENDAR, Holiday, Organisation
from domain.people.organisation import STREAM as ORGANISATION
from domain.things import THINGS
from tests.domain.cycle.quarter import CLOCK, CYCLE, wish
from tests.domain.cycle.test_timetable import BOUNDS, FRAMES, INSTANTS, asks_of


class LivingCycle(RuleBasedStateMachine):
    """People start, pause, move, close and re-open; time passes; the clock performs."""

    @initialize(frame=FRAMES, at=INSTANTS, own=st.booleans())
    def start(self, frame, at, own):
        self.beside = {}
        self.now, self.state, self.floor = at, THINGS.initial(f"cycle/{CYCLE}"), at
        self.tell(
            CyclePlanned(
                cycle_id=CYCLE,
                name=frame.name,
                starts_on=frame.starts_on,
                ends_on=frame.ends_on,
                timezone=frame.timezone,
                policy=frame.policy if own else frame.policy.model_copy(update={"holidays": None}),
            )
        )
        self.ask(wish(StartCycle, self.now))

    def tell(self, *facts):
        for fact in facts:
            self.state = THINGS.evolve(fact.stream, self.state, fact)

    def ask(self, command):
        beside = {**{one: THINGS.initial(one) for one in command.reads[1:]}, **self.beside}
        known = (self.state, *(beside[one] for one in command.reads[1:]))
        decision = THINGS.decide(command, known)
        if isinstance(decision, Refusal):
            return decision
        done, generation = self.state.done, self.state.generation
        self.tell(*decision)
        if generation and self.state.generation > generation:
            clock = clock_of(frame_of(self.state))
            self.floor = clock.midnight(command.at)
        if not isinstance(command, ReopenCycle):
            assert done <= self.state.done, "what is done stays done"
        return decision

    @rule(hours=st.integers(1, 24 * 9))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule(count=st.integers(1, 12))
    def the_clock_performs(self, count):
        for _ in range(count):
            due = next_due(self.state, self.now)
            if due is None or due.kind == "hold":
                return
            self.now = max(self.now, due.at)
            reached = wish(
                ReachMilestone, self.now, CLOCK, milestone=due.id, generation=due.generation
            )
            assert self.ask(reached), "what is due can be performed"
            assert due.id in self.state.done

    @rule(after=st.lists(st.integers(0, 60), max_size=8))
    def holidays_are_published(self, after):
        """Taken over at the next move that plans anew."""
        today = self.now.date()
        days = tuple(Holiday(on=today + timedelta(days=count)) for count in sorted({*after}))
        self.beside = {ORGANISATION: Organisation(calendars={OWN_CALENDAR: days})}

    @rule()
    def pause(self):
        self.ask(wish(PauseCycle, self.now))

    @rule()
    def resume(self):
        self.ask(wish(ResumeCycle, self.now))

    @rule(phase=st.sampled_from(PHASES), hours=st.integers(1, 24 * 40))
    def reschedule(self, phase, hours):
        ends_at = self.now + timedelta(hours=hours)
        self.ask(wish(ReschedulePhase, self.now, phase=phase, ends_at=ends_at, reason="why"))

    @rule()
    def close(self):
        self.ask(wish(CloseCycle, self.now))

    @rule()
    def reopen(self):
        self.ask(wish(ReopenCycle, self.now))

    @invariant()
    def the_timetable_is_lawful(self):
        state = self.state
        frame = frame_of(state)
        clock = clock_of(frame)
        left = [one for one in state.milestones if one.id not in state.done]
        ids = [one.id for one in state.milestones]
        assert len(set(ids)) == len(ids)
        assert [one for one in ids if one in BOUNDS] == BOUNDS
        assert [one.at for one in left] == sorted(one.at for one in left)
        phases = [PHASES.index(one.phase) for one in left]
        assert phases == sorted(phases)
        assert all(one.at >= self.floor for one in left), "nothing is planned in the past"
        assert all(clock.days.includes(local_date(one.at, frame.timezone)) for one in left)
        for ask, chase in asks_of(state.milestones):
            if chase in left:
                assert clock.length(ask.at, chase.at) >= 1

    @invariant()
    def a_window_that_opened_will_close(self):
        if self.state.window_open:
            assert "window.close" in {one.id for one in self.state.milestones}


LivingCycle.TestCase.settings = settings(max_examples=40, stateful_step_count=25)
test_a_living_cycle = LivingCycle.TestCase
