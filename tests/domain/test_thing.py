"""A thing is told once, completely: whoever forgets something hears of it when it is imported."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from domain.due import Due
from domain.facts import Actor, Command, Decision, Fact, Pointer
from domain.okr.drafting import ObjectiveDrafted
from domain.okr.leaving import ObjectiveDropped
from domain.okr.stream import Support
from domain.people.person import PersonJoined
from domain.relation import ABOUT, CARRIED_FROM, OF_TEAM, SUPPORTS, Ended, Relation, makes
from domain.thing import Chapter, Overlooked, Part, Thing, Things, each, on, silent, when
from domain.things import THINGS
from tests.domain.okr.quarter import added

NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)


class BellFact(Fact):
    bell_id: str

    @property
    def stream(self) -> str:
        return f"bell/{self.bell_id}"


class BellRung(BellFact):
    TYPE: ClassVar[str] = "toy.bell-rung"
    times: int


class BellHeard(BellFact):
    TYPE: ClassVar[str] = "toy.bell-heard"


class BellCast(BellFact):
    TYPE: ClassVar[str] = "toy.bell-cast"
    SCHEMA: ClassVar[int] = 3


class BellCommand(Command):
    bell_id: str = "b"

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"bell/{self.bell_id}",)


class RingBell(BellCommand): ...


class MuffleBell(BellCommand): ...


@dataclass(frozen=True)
class Bell:
    rung: int = 0


def rung(state: Bell, fact: BellRung) -> Bell:
    return replace(state, rung=state.rung + fact.times)


def ring(command: RingBell, state: Bell) -> Decision:
    return (BellRung(bell_id=command.bell_id, times=1),)


def muffle(command: MuffleBell, state: Bell) -> Decision:
    return ()


def lift(data: dict[str, Any], recorded_at: str) -> dict[str, Any]:
    return data


RUNG = when(BellRung, rung)
HEARD = silent(BellHeard)
CAST = when(BellCast, lambda state, fact: state, lifts={1: lift, 2: lift})
RING = on(RingBell, ring, permits="write")
MUFFLE = on(MuffleBell, muffle, permits="clock")
FACTS = (RUNG, HEARD, CAST)
BELL = Thing(
    "bell",
    Bell(),
    facts=(RUNG,),
    commands=(RING,),
    chapters=(Chapter(facts=(HEARD, CAST), commands=(MUFFLE,)),),
    due=lambda state, now: Due(stream="bell/b", id=str(state.rung), kind="ring", at=now),
    about=True,
    parts=(Part("clapper"), Part("yoke", about=True)),
)


def asked(wish: type[Command] = RingBell) -> Command:
    return wish(command_id="c", at=NOW, by=Actor(kind="person", id="p"))


def test_things_fold_decide_and_wake_by_their_descriptors():
    things = Things((BELL,))
    state = things.evolve("bell/b", things.initial("bell/b"), BellRung(bell_id="b", times=3))
    assert state == Bell(3)
    assert things.evolve("bell/b", state, BellHeard(bell_id="b")) is state
    assert things.decide(asked(), (state,)) == (BellRung(bell_id="b", times=1),)
    assert things.next_due("bell/b", state, NOW).id == "3"
    assert things.upcasters.keys() == {("toy.bell-cast", 1), ("toy.bell-cast", 2)}


def test_what_others_derive_is_read_off_the_things():
    things = Things((BELL, THINGS.of("person")))
    assert things.names == ("bell", "person", "clapper", "yoke")
    assert things.about == ("bell", "yoke")
    assert things.clocked == ("bell",)
    assert things.kind_of("people.person-joined") == "person"
    assert things.facts["toy.bell-rung"] is BellRung
    assert things.commands[MuffleBell].permits == "clock"
    assert things.next_due("person/p", things.initial("person/p"), NOW) is None
    assert [thing.kind for thing in things] == ["bell", "person"]


def test_facts_of_other_things_and_of_subclasses_change_nothing():
    class Loud(BellRung): ...

    things, state = Things((BELL,)), Bell(2)
    assert things.evolve("bell/b", state, PersonJoined(person_id="p")) is state
    assert things.evolve("bell/b", state, Loud(bell_id="b", times=1)) is state


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (lambda things: things.initial("gong/1"), "gong"),
        (lambda things: things.evolve("gong/1", None, BellHeard(bell_id="b")), "gong"),
        (lambda things: things.next_due("gong/1", None, NOW), "gong"),
        (lambda things: things.of("gong"), "gong"),
        (lambda things: things.kind_of("toy.gong-struck"), "toy.gong-struck"),
        (lambda things: things.decide(asked(), ()), "RingBell"),
    ],
)
def test_what_no_thing_knows_is_named(ask, named):
    with pytest.raises(LookupError, match=named):
        ask(THINGS)


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ({"facts": (RUNG, HEARD)}, "toy.bell-cast has no step"),
        ({"facts": (*FACTS, RUNG)}, "toy.bell-rung is named twice"),
        ({"facts": (*FACTS, each(lambda state, fact: state, BellHeard))}, "heard is named twice"),
        ({"commands": (RING,)}, "MuffleBell has no decision"),
        ({"commands": (RING, MUFFLE, RING)}, "RingBell is named twice"),
        ({"facts": (RUNG, HEARD, silent(BellCast))}, r"missing: \[1, 2\]"),
        ({"relations": (makes(PersonJoined, lambda fact: ()),)}, "is not its fact"),
    ],
)
def test_whoever_forgets_is_told_when_the_thing_is_made(parts, complaint):
    with pytest.raises(Overlooked, match=complaint):
        Thing("bell", Bell(), **{"facts": FACTS, "commands": (RING, MUFFLE), **parts})


def test_two_things_share_nothing():
    person = THINGS.of("person")
    with pytest.raises(Overlooked, match="kind 'person'"):
        Things((person, Thing("person", Bell())))
    with pytest.raises(Overlooked, match="both have people"):
        Things((person, Thing("bell", None, facts=(silent(*person.steps),))))
    with pytest.raises(Overlooked, match="AddPerson"):
        Things((person, Thing("bell", None, commands=tuple(person.commands))))
    with pytest.raises(Overlooked, match="person"):
        Things((person, Thing("bell", Bell(), parts=(Part("person"),))))


def test_a_command_says_who_may_send_it_or_cannot_be_declared():
    with pytest.raises(TypeError, match="permits"):
        on(RingBell, ring)  # type: ignore[call-overload]
    with pytest.raises(Overlooked, match="'anybody'"):
        on(RingBell, ring, permits="anybody")  # type: ignore[call-overload]


def test_clocks_alone_send_what_clocks_do():
    sent = {wish.command.__name__ for wish in THINGS.commands.values() if wish.permits == "clock"}
    assert sent == {
        "ReachMilestone",
        "LockGrades",
        "EscalateObstacle",
        "EndObstacle",
        "RemindAction",
        "AskEffect",
    }


# --- relations of the real things --------------------------------------------------------------


def made(fact: Fact) -> list[Relation]:
    return [one for link in THINGS.relations[type(fact)] for one in link.made(fact)]


def test_an_objective_supports_others_and_goes_on_with_the_one_before():
    own, above = Pointer(kind="objective", id="o"), Pointer(kind="key_result", id="k")
    drafted = ObjectiveDrafted(
        objective_id="o",
        cycle_id="q",
        team_id="t",
        owner_id="p",
        title="Ship",
        ambition="committed",
        supports=(Support(kind="key_result", id="k", weight="0.5"),),
        carried_from="before",
    )
    support, carried = made(drafted)
    assert (support.kind, support.source, support.target) == (SUPPORTS, own, above)
    assert str(support.weight) == "0.5"
    assert carried == Relation(CARRIED_FROM, own, Pointer(kind="objective", id="before"))
    assert made(drafted.model_copy(update={"supports": (), "carried_from": None})) == []


def test_a_dropped_objective_supports_nobody_any_more():
    (link,) = THINGS.relations[ObjectiveDropped]
    ended = link.ended(ObjectiveDropped(objective_id="o", effective_at=NOW))
    assert tuple(ended) == (Ended(SUPPORTS, Pointer(kind="objective", id="o")),)
    assert tuple(link.made(ObjectiveDropped(objective_id="o", effective_at=NOW))) == ()


def test_a_carried_key_result_names_the_one_before():
    fact = added(key_result_id="k2")
    assert made(fact) == []
    (carried,) = made(fact.model_copy(update={"carried_from": "k1"}))
    assert (carried.source.id, carried.target.id, carried.kind) == ("k2", "k1", CARRIED_FROM)


@pytest.mark.parametrize("name", ["lean.obstacle-raised", "lean.action-opened"])
def test_lean_things_are_about_something(name):
    fact = THINGS.facts[name].model_construct(
        obstacle_id="x", action_id="x", team_id="own", about=Pointer(kind="team", id="t")
    )
    (about,) = (one for one in made(fact) if one.kind == ABOUT)
    assert about.source == Pointer(kind=THINGS.kind_of(name), id="x")
    assert about.target == Pointer(kind="team", id="t")


def test_an_action_belongs_to_its_team_whatever_it_is_about():
    opened = THINGS.facts["lean.action-opened"]
    fact = opened.model_construct(action_id="x", team_id="own", about=None)
    own, team = Pointer(kind="action", id="x"), Pointer(kind="team", id="own")
    assert made(fact) == [Relation(OF_TEAM, own, team)]
