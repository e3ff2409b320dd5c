"""A team is edited: called otherwise, made another kind, moved under another team, described."""

from dataclasses import replace
from typing import ClassVar, Final

from domain.description import Description, Links, refuse_description, refuse_links
from domain.editing import changed, given
from domain.facts import Command, Decision, Fact, Refusal
from domain.ids import TeamId
from domain.people.team import (
    Team,
    TeamFact,
    TeamKind,
    refuse_company_below,
    refuse_name,
    refuse_team,
)
from domain.refusals import invalid
from domain.text import SealedText
from domain.thing import Chapter, on, when
from domain.title import Title

# --- facts -------------------------------------------------------------------------------------


class TeamRenamed(TeamFact):
    TYPE: ClassVar[str] = "people.team-renamed"
    name: str


class TeamKindChosen(TeamFact):
    TYPE: ClassVar[str] = "people.team-kind-chosen"
    kind: TeamKind


class TeamMoved(TeamFact):
    """It stands under another team from here on; at the top when that is None."""

    TYPE: ClassVar[str] = "people.team-moved"
    parent_id: TeamId | None = None


class TeamDescribed(TeamFact):
    TYPE: ClassVar[str] = "people.team-described"
    description: SealedText | None = None


class TeamLinked(TeamFact):
    TYPE: ClassVar[str] = "people.team-linked"
    links: Links


# --- state -------------------------------------------------------------------------------------


def renamed(state: Team, fact: TeamRenamed) -> Team:
    return replace(state, name=fact.name)


def kind_chosen(state: Team, fact: TeamKindChosen) -> Team:
    return replace(state, kind=fact.kind)


def moved(state: Team, fact: TeamMoved) -> Team:
    return replace(state, parent_id=fact.parent_id)


def described(state: Team, fact: TeamDescribed) -> Team:
    return replace(state, description=fact.description)


def linked(state: Team, fact: TeamLinked) -> Team:
    return replace(state, links=fact.links)


# --- commands ----------------------------------------------------------------------------------


class EditTeam(Command):
    """Only what is given changes.

    ``above`` are the teams above the new parent, the nearest first, as the sender saw them: they
    are read with it, so that no two moves at once close a circle.
    """

    team_id: TeamId
    name: Title = ""
    kind: TeamKind = "team"
    parent_id: TeamId | None = None
    description: Description = None
    links: Links = ()
    above: tuple[TeamId, ...] = ()

    @property
    def chain(self) -> tuple[TeamId, ...]:
        """The new parent and the teams above it, but for the team itself."""
        named = (self.parent_id, *self.above)
        return tuple(dict.fromkeys(one for one in named if one not in (None, self.team_id)))

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"team/{self.team_id}", *(f"team/{each}" for each in self.chain))


# --- decisions ---------------------------------------------------------------------------------


def decide_edit(command: EditTeam, state: Team, *chain: Team) -> Decision:
    """One fact for each kind of change; what stays the same makes none."""
    if refusal := refuse_team(state, command.team_id):
        return refusal
    new = changed(
        command,
        name=state.name,
        kind=state.kind,
        parent_id=state.parent_id,
        description=state.description,
        links=state.links,
    )
    refusal = (
        (refuse_name(command.name) if given(command, "name") else None)
        or refuse_description(command.description)
        or refuse_links(command.links)
        or refuse_company_below(
            new.get("kind", state.kind),
            new.get("parent_id", state.parent_id),
            "/parent_id" if "parent_id" in new else "/kind",
        )
    )
    if refusal is None and new.get("parent_id") is not None:
        refusal = _refuse_parent(command, dict(zip(command.chain, chain, strict=True)))
    if refusal:
        return refusal
    team_id = command.team_id
    facts: list[Fact] = []
    if "name" in new:
        facts.append(TeamRenamed(team_id=team_id, name=command.name))
    if "kind" in new:
        facts.append(TeamKindChosen(team_id=team_id, kind=command.kind))
    if "parent_id" in new:
        facts.append(TeamMoved(team_id=team_id, parent_id=command.parent_id))
    if "description" in new:
        facts.append(TeamDescribed(team_id=team_id, description=command.description))
    if "links" in new:
        facts.append(TeamLinked(team_id=team_id, links=command.links))
    return tuple(facts)


def _refuse_parent(command: EditTeam, above: dict[TeamId, Team]) -> Refusal | None:
    """A team stands under one that is there, and never under itself."""
    each = command.parent_id
    if each is not None and each in above:
        refusal = refuse_team(above[each], each, "/parent_id")
        if refusal:
            return refusal
    while each is not None and each != command.team_id:
        if each not in above:
            detail = "The teams above were moved meanwhile: look again, then repeat."
            return Refusal("contended", detail, pointer="/parent_id")
        each = above[each].parent_id
    if each is None:
        return None
    detail = "A team cannot stand under itself, directly or through others: choose another one."
    return invalid("team-circle", detail, "/parent_id")


CHAPTER: Final[Chapter[Team]] = Chapter(
    facts=(
        when(TeamRenamed, renamed),
        when(TeamKindChosen, kind_chosen),
        when(TeamMoved, moved),
        when(TeamDescribed, described),
        when(TeamLinked, linked),
    ),
    commands=(on(EditTeam, decide_edit, Team, permits="administer"),),
)
