"""Who owes what when a cycle asks: the one rule, for its clock and for every page (RULES B4, B9).

The rule takes plain values: objectives, the cycle's frame, and who leads which team. The clock
hands it folded states, a view its rows; both get the same answer.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol, assert_never

from domain.cycle.calendar import Frame, local_date, slot_of
from domain.cycle.policy import Asked, Owed
from domain.facts import Pointer
from domain.ids import KeyResultId, ObjectiveId, PersonId, TeamId
from domain.okr.stream import KeyResult, ObjectiveState, ObjectiveStatus
from domain.people.person import Person, stand_in
from domain.people.team import Team


class Debt(NamedTuple):
    """One person owes one thing."""

    person_id: PersonId
    about: Pointer


class Lead(NamedTuple):
    """A person who leads a team."""

    team_id: TeamId
    person_id: PersonId


class OwnedObjective(Protocol):
    """What most asks need of an objective; the folded ``ObjectiveState`` has it."""

    @property
    def objective_id(self) -> ObjectiveId: ...
    @property
    def team_id(self) -> TeamId | None: ...
    @property
    def owner_id(self) -> PersonId: ...
    @property
    def status(self) -> ObjectiveStatus | None: ...


@dataclass(frozen=True, slots=True)
class SilentKeyResult:
    """A key result that nobody has looked at for two weeks in a row."""

    key_result_id: KeyResultId
    title: str
    owner_id: PersonId


def who_owes(
    asked: Asked | None,
    slot: date | None,
    objectives: Sequence[ObjectiveState],
    frame: Frame,
    leads: Iterable[Lead],
) -> Iterator[Debt]:
    """Who owes what is ``asked`` for in a cycle, for ``slot`` where it is a check-in.

    ``objectives`` are all of the cycle, ``leads`` of all teams. The mid-cycle window and the
    looking back invite people; nobody owes them anything.
    """
    match asked:
        case "objectives":
            yield from owed_objectives(objectives, leads)
        case "agreement" | "commitment":
            yield from owed_agreement(objectives)
        case "check_in":
            yield from owed_check_ins(objectives, frame, slot)
        case "grades":
            yield from owed_grades(objectives)
        case "adjustment" | "lessons" | None:
            return
        case _:
            assert_never(asked)


def owed_objectives(objectives: Iterable[OwnedObjective], leads: Iterable[Lead]) -> Iterator[Debt]:
    """Leads owe objectives of their teams that have none in the cycle yet."""
    busy = {
        one.team_id
        for one in objectives
        if one.status not in (None, "dropped", "merged", "deleted")
    }
    for lead in leads:
        if lead.team_id not in busy:
            yield Debt(lead.person_id, Pointer(kind="team", id=lead.team_id))


def owed_agreement(objectives: Iterable[OwnedObjective]) -> Iterator[Debt]:
    """Owners owe drafts that they have not proposed and proposals that nobody has answered."""
    yield from _owners(objectives, "draft", "proposed")


def owed_grades(objectives: Iterable[OwnedObjective]) -> Iterator[Debt]:
    """Owners owe grades of objectives that are still active."""
    yield from _owners(objectives, "active")


def _owners(objectives: Iterable[OwnedObjective], *states: ObjectiveStatus) -> Iterator[Debt]:
    for one in objectives:
        if one.status in states:
            yield Debt(one.owner_id, Pointer(kind="objective", id=one.objective_id))


def owed_check_ins(
    objectives: Iterable[ObjectiveState], frame: Frame, slot: date | None
) -> Iterator[Debt]:
    """A check-in for each running key result that has none for ``slot`` yet; its owner owes it."""
    if slot is None:
        return
    for objective, key_result in _running(objectives):
        if slot not in kept_slots(key_result, frame):
            about = Pointer(kind="key_result", id=key_result.id)
            yield Debt(_owner(objective, key_result), about)


def missed_twice(
    objectives: Iterable[ObjectiveState], frame: Frame, slot: date | None
) -> Iterator[SilentKeyResult]:
    """Key results whose second missed week in a row is the one before ``slot``.

    A third missed week is not told again; slots before a key result was active are not missed.
    """
    if slot is None or slot not in frame.slots:
        return
    before = frame.slots[: frame.slots.index(slot)]
    for objective, key_result in _running(objectives):
        first = local_date(_begun(objective, key_result), frame.timezone)
        kept = kept_slots(key_result, frame)
        missed = [past >= first and past not in kept for past in before[-3:]]
        if missed[-2:] == [True, True] and missed != [True, True, True]:
            yield SilentKeyResult(key_result.id, key_result.title, _owner(objective, key_result))


def kept_slots(key_result: KeyResult, frame: Frame) -> set[date | None]:
    """Slots that a check-in stands for; a corrected one stood for its slot all the same."""
    return {
        slot_of(frame, local_date(check_in.effective_at, frame.timezone))
        for check_in in key_result.check_ins
        if check_in.withdrawn is None
    }


def by_person(debts: Iterable[Debt], due_at: Callable[[Debt], datetime]) -> tuple[Owed, ...]:
    """One entry a person and due date with all that one owes by then, in a stable order."""
    things: dict[tuple[PersonId, datetime], dict[tuple[str, str], Pointer]] = {}
    for debt in debts:
        about = debt.about
        things.setdefault((debt.person_id, due_at(debt)), {})[about.kind, about.id] = about
    return tuple(
        Owed(
            person_id=person_id,
            about=tuple(about for _, about in sorted(things[person_id, due].items())),
            due_at=due,
        )
        for person_id, due in sorted(things)
    )


def with_deputies(
    owed: Iterable[Owed], day: date, person: Callable[[PersonId], Person]
) -> tuple[Owed, ...]:
    """``owed`` with who is asked instead of those that are away on the local date ``day``."""
    return tuple(
        one.model_copy(
            update={"deputy_id": stand_in(one.person_id, lambda who: person(who).deputy_on(day))}
        )
        for one in owed
    )


def leads_of(team: Team) -> tuple[Lead, ...]:
    """Who leads ``team``, in the order they joined it."""
    if team.team_id is None:
        return ()
    return tuple(Lead(team.team_id, person_id) for person_id in team.lead_ids)


def _running(
    objectives: Iterable[ObjectiveState],
) -> Iterator[tuple[ObjectiveState, KeyResult]]:
    for objective in objectives:
        if objective.status == "active":
            for key_result in objective.live:
                yield objective, key_result


def _owner(objective: ObjectiveState, key_result: KeyResult) -> PersonId:
    return objective.owner_id if key_result.owner_id is None else key_result.owner_id


def _begun(objective: ObjectiveState, key_result: KeyResult) -> datetime:
    """When people could first check in; facts stored long ago do not say when they were active."""
    return max(key_result.added_at, objective.activated_at or key_result.added_at)
