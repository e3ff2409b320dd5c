"""Laws that hold for every history: folding is total, deciding never raises and is idempotent."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.facts import Command, Fact, Refusal
from domain.people.handing_over import HandOver
from domain.people.person_editing import EditPerson
from domain.things import THINGS
from tests.domain import story
from tests.domain.specification import fold
from tests.domain.strategies import commands, facts

NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)


class World:
    """All streams in memory: what the journal does, without the journal."""

    def __init__(self) -> None:
        self.states: dict[str, Any] = {}

    def ask(self, command: Command) -> tuple[Fact, ...] | Refusal:
        known = tuple(self.states.get(stream, THINGS.initial(stream)) for stream in command.reads)
        return THINGS.decide(command, known)

    def tell(self, *told: Fact) -> None:
        for fact in told:
            state = self.states.get(fact.stream, THINGS.initial(fact.stream))
            self.states[fact.stream] = THINGS.evolve(fact.stream, state, fact)


@given(st.lists(facts(), max_size=25))
def test_evolve_is_total_on_every_prefix_of_any_facts(history):
    for kind in ("action", "board", "cycle", "objective", "obstacle", "person", "roster", "team"):
        state = THINGS.initial(f"{kind}/a")
        for fact in history:
            after = THINGS.evolve(f"{kind}/a", state, fact)
            assert type(after) is type(state)
            if fact.stream.partition("/")[0] != kind:
                assert after == state
            state = after


def told(story_commands: tuple[Command, ...]) -> list[dict[str, Any]]:
    """The states of all streams before the first and after each command of the story."""
    world = World()
    moments = [dict(world.states)]
    for command in story_commands:
        decision = world.ask(command)
        assert not isinstance(decision, Refusal), (command, decision)
        world.tell(*decision)
        again = world.ask(command)
        assert isinstance(again, Refusal) or again == ()
        moments.append(dict(world.states))
    return moments


MOMENTS = told(story.COMMANDS)


@given(st.sampled_from(MOMENTS), st.lists(commands(), min_size=1, max_size=12))
def test_decide_never_raises_and_the_same_wish_twice_adds_nothing(moment, wishes):
    world = World()
    world.states = dict(moment)
    for command in wishes:
        decision = world.ask(command)
        assert world.ask(command) == decision
        if isinstance(decision, Refusal):
            assert decision.code
            assert decision.detail
            continue
        assert {fact.stream for fact in decision} <= set(command.reads), "unguarded stream"
        world.tell(*decision)
        again = world.ask(command)
        assert isinstance(again, Refusal) or again == () or reports(command)
    for stream, state in world.states.items():
        check_what_comes_next(stream, state)


def reports(command: Command) -> bool:
    """Whether it tells of what was done elsewhere, by other commands of its request or in the
    directory: no state shows that, so only its receipt knows a repeat.
    """
    match command:
        case HandOver():
            return True
        case EditPerson():
            return command.renamed or command.readdressed
        case _:
            return False


def check_what_comes_next(stream: str, state: Any) -> None:
    """The clock may ask at any moment."""
    due = THINGS.next_due(stream, state, NOW)
    assert due is None or stream.partition("/")[0] in THINGS.clocked


@given(st.lists(facts(), max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_facts_of_unrelated_streams_does_not_matter(history, random):
    queues: dict[str, list[Fact]] = defaultdict(list)
    for fact in history:
        queues[fact.stream].append(fact)
    shuffled = []
    while waiting := [queue for queue in queues.values() if queue]:
        shuffled.append(random.choice(waiting).pop(0))
    assert fold(tuple(shuffled)) == fold(tuple(history))


def test_the_story_is_long_enough_to_reach_every_state():
    seen = {getattr(state, "status", None) for moment in MOMENTS for state in moment.values()}
    assert {"drafting", "aligning", "active", "grading", "closed"} <= seen
    assert {"draft", "proposed", "agreed", "graded"} <= seen
    assert {"open", "doing", "done", "verifying", "verified", "reopened"} <= seen
    assert {"raised", "acknowledged", "resolved"} <= seen
    assert timedelta(days=90) < story.END - story.START
