"""Who an objective names: its owner and team, contributors, reviewer, sponsors.

Drafting and editing name them alike, and both look whether they are there.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from domain.facts import Refusal
from domain.ids import PersonId, TeamId
from domain.okr.measure_check import refuse_share
from domain.okr.stream import Contributor
from domain.people.person import Person, refuse_person
from domain.people.team import Team, refuse_team
from domain.refusals import invalid


class Names(Protocol):
    """What names people beside the owner."""

    @property
    def contributors(self) -> tuple[Contributor, ...]: ...
    @property
    def reviewer_id(self) -> PersonId | None: ...
    @property
    def sponsor_ids(self) -> tuple[PersonId, ...]: ...


def streams_named(
    names: Names, owner_id: PersonId | None, team_id: TeamId | None
) -> tuple[str, ...]:
    """The streams of all that are named, each once; of nobody and no team there is none."""
    people = (f"person/{person_id}" for person_id, _ in _people(names, owner_id))
    team = () if team_id is None else (f"team/{team_id}",)
    return tuple(dict.fromkeys((*people, *team)))


def refuse_named(
    names: Names,
    owner_id: PersonId | None,
    team_id: TeamId | None,
    found: Mapping[str, Person | Team],
    held: Names | None = None,
) -> Refusal | None:
    """All of them are there, each contributor and sponsor once, with shares that make sense.

    ``held`` are those who were named before: who has left meanwhile keeps the place.
    """
    team = found.get(f"team/{team_id}")
    if team_id is not None and isinstance(team, Team):
        refusal = refuse_team(team, team_id, "/team_id")
        if refusal:
            return refusal
    before = set() if held is None else {_place(*each) for each in _people(held, None)}
    for person_id, pointer in _people(names, owner_id):
        if _place(person_id, pointer) in before:
            continue
        person = found[f"person/{person_id}"]
        if isinstance(person, Person) and (refusal := refuse_person(person, person_id, pointer)):
            return refusal
    return _refuse_contributors(names.contributors) or _refuse_twice(
        names.sponsor_ids, "A sponsor is named twice.", "/sponsor_ids"
    )


def _people(names: Names, owner_id: PersonId | None) -> Iterator[tuple[PersonId, str]]:
    """Everybody who is named, and where."""
    if owner_id is not None:
        yield owner_id, "/owner_id"
    for index, each in enumerate(names.contributors):
        yield each.person_id, f"/contributors/{index}/person_id"
    if names.reviewer_id is not None:
        yield names.reviewer_id, "/reviewer_id"
    for index, person_id in enumerate(names.sponsor_ids):
        yield person_id, f"/sponsor_ids/{index}"


def _place(person_id: PersonId, pointer: str) -> tuple[PersonId, str]:
    """A person and the field that names them, wherever in its list."""
    return person_id, pointer.split("/")[1]


def _refuse_contributors(contributors: tuple[Contributor, ...]) -> Refusal | None:
    for index, each in enumerate(contributors):
        pointer = f"/contributors/{index}/share"
        if refusal := refuse_share(each.share, "invalid-share", "A share", pointer):
            return refusal
    if sum(each.share or 0 for each in contributors) > 1:
        detail = "The shares of the contributors add to more than 1."
        return invalid("invalid-share", detail, "/contributors")
    people = tuple(each.person_id for each in contributors)
    return _refuse_twice(people, "A contributor is named twice.", "/contributors")


def _refuse_twice(people: tuple[PersonId, ...], detail: str, pointer: str) -> Refusal | None:
    return invalid("named-twice", detail, pointer) if len(set(people)) < len(people) else None
