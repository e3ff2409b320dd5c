"""The facts that a score was ever made of: the streams of a family, found and read (RULES B11)."""

from collections.abc import Collection, Container, Iterable, Mapping
from typing import Any, Final, Protocol

from sqlalchemy import select

from domain.facts import Envelope
from domain.okr.explain_cause import IDLE
from domain.okr.explain_scope import OfKeyResult, OfObjective, OfTeam, Scope
from domain.people.team import TeamFormed
from domain.people.team_editing import TeamMoved
from domain.relation import SUPPORTS
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.okr.objective import OBJECTIVES, PLACES
from projections.people.team import TEAMS
from projections.relations.rows import RELATION

_IDLE: Final = frozenset(fact.TYPE for fact in IDLE)


class Log(Protocol):
    """The log, as far as it is read here."""

    def read_together(
        self, streams: Collection[str], *, upto: int, but: Container[str] = ()
    ) -> list[Envelope]:
        """The facts of several streams up to a position, in the log's order; one look."""
        ...


def family_of(look: Reading, log: Log, scope: Scope, until: Moment) -> list[Envelope]:
    """Every fact up to ``until`` that the score of ``scope`` was ever made of, in order.

    Of whoever was once in the family all facts are read, so that the score is the right one at
    every moment before. Three looks at the log at most, however many objectives there are.
    """

    def read(kind: str, ids: Iterable[str]) -> list[Envelope]:
        streams = [f"{kind}/{each}" for each in ids]
        return log.read_together(streams, upto=until.position, but=_IDLE)

    teams: list[Envelope] = []
    if isinstance(scope, OfTeam):
        teams = read("team", [row["team_id"] for row in look.rows(TEAMS, until)])
    objectives = read("objective", _objectives(look, scope, until, teams))
    cycles = {each.fact.cycle_id: None for each in objectives if hasattr(each.fact, "cycle_id")}
    if isinstance(scope, OfTeam):
        cycles[scope.cycle_id] = None
    return sorted([*teams, *objectives, *read("cycle", cycles)], key=lambda each: each.position)


def _objectives(
    look: Reading, scope: Scope, until: Moment, teams: Iterable[Envelope]
) -> Collection[str]:
    match scope:
        case OfKeyResult():
            return [scope.objective_id]
        case OfObjective():
            return _with_supporters(look, until, {scope.objective_id})
        case OfTeam():
            inside = None if scope.team_id is None else _below(scope.team_id, teams)
            return _with_supporters(look, until, _of_cycle(look, until, scope.cycle_id, inside))


def _of_cycle(
    look: Reading, until: Moment, cycle_id: str, teams: Collection[str] | None
) -> set[str]:
    """The objectives that ever stood in a cycle, of some teams if these are named."""
    place, c = PLACES.c, OBJECTIVES.c
    query = select(place.objective_id).where(
        *_ever(look, PLACES, until), place.cycle_id == cycle_id
    )
    if teams is not None:
        theirs = select(c.objective_id).where(
            *_ever(look, OBJECTIVES, until),
            c.objective_id == place.objective_id,
            c.team_id.in_(teams),
        )
        query = query.where(theirs.exists())
    return {id_ for (id_,) in look.connection.execute(query.distinct())}


def _with_supporters(look: Reading, until: Moment, objective_ids: set[str]) -> set[str]:
    """With all that ever supported them, directly or through others; one statement a level."""
    c = RELATION.c
    found, asked = set(objective_ids), set(objective_ids)
    while asked:
        query = select(c.source_id).where(
            *_ever(look, RELATION, until),
            c.target_id.in_(asked),
            c.target_kind == "objective",
            c.source_kind == "objective",
            c.kind == SUPPORTS,
        )
        asked = {id_ for (id_,) in look.connection.execute(query.distinct())} - found
        found |= asked
    return found


def _ever(look: Reading, table: Any, until: Moment) -> tuple[Any, Any]:
    """The conditions that a row of a table was there at any time up to ``until``."""
    c = table.c
    return c.gen == look.generation(table, until), c.since <= until.position


def _below(team_id: str, teams: Iterable[Envelope]) -> set[str]:
    """The team, and all that ever stood below it, directly or through others."""
    under: dict[str, set[str]] = {}
    for each in teams:
        if isinstance(each.fact, TeamFormed | TeamMoved) and each.fact.parent_id is not None:
            under.setdefault(each.fact.parent_id, set()).add(each.fact.team_id)
    return _reached(team_id, under)


def _reached(start: str, under: Mapping[str, Collection[str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for each in under.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found
