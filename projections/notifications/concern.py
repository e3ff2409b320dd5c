"""Whom a fact concerns: each view says it of its facts, in a line.

    concerns=(concern(ObjectiveAgreed, "accepted", _objective, around),)

tells everybody around the objective that it was accepted. What is more than a line is a handling
as those of ``owes``, made of ``notified`` and ``interest``.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

import orjson

from domain.facts import Envelope, Fact
from projections.engine.versions import Change, Rows
from projections.handling import Handling, on
from projections.notifications.rows import INTEREST, Kind, Name, follows, notified
from projections.obligations.rows import OBLIGATION, known

F = TypeVar("F", bound=Fact)
Whom = Callable[[Rows, Name], Iterable[str | None]]
"""The people that a role means for a thing."""

_DEEPEST: Final = 20
"""Teams stand under each other no deeper; so nobody climbs in a circle."""


def concern(fact: type[F], kind: Kind, about: Callable[[F], Name], whom: Whom) -> Handling:
    """On ``fact``, whoever ``whom`` means is told that it happened to ``about``."""

    def told(happened: F, envelope: Envelope, rows: Rows) -> Iterator[Change]:
        thing = about(happened)
        yield from notified(envelope, rows, kind, thing, whom(rows, thing))

    return on(fact, told)


def nudge(fact: type[F], about: Callable[[F], Name], level: Callable[[F], str]) -> Handling:
    """On ``fact``, a clock calls whom a level of its escalation names (RULES B9)."""

    def called(happened: F, envelope: Envelope, rows: Rows) -> Iterator[Change]:
        thing, called_for = about(happened), level(happened)
        kind: Kind = "reminded" if called_for == "owner" else "escalated"
        yield from notified(envelope, rows, kind, thing, at_level(rows, thing, called_for))

    return on(fact, called)


# --- roles ----------------------------------------------------------------------------------------


def owner(rows: Rows, thing: Name) -> Iterator[str | None]:
    """Whose it is."""
    yield known(rows, *thing).get("owner_id")


def followers(rows: Rows, thing: Name) -> Iterator[str]:
    """Who follows it, by choice or by rule."""
    kind, id_ = thing
    for row in rows.where(INTEREST, id=id_, kind=kind):
        if follows(row):
            yield row["person_id"]


def around(rows: Rows, thing: Name) -> Iterator[str | None]:
    """Owner and followers, of a key result those of its objective too."""
    yield from owner(rows, thing)
    yield from followers(rows, thing)
    kind, id_ = thing
    whole = known(rows, kind, id_).get("objective_id")
    if whole is not None and kind != "objective":
        yield from owner(rows, ("objective", whole))
        yield from followers(rows, ("objective", whole))


def who_owe(asked: str) -> Whom:
    """Who owes what was asked about the thing."""

    def owing(rows: Rows, thing: Name) -> Iterator[str]:
        kind, id_ = thing
        for row in rows.where(OBLIGATION, about_id=id_):
            if row["asked"] == asked and row["about_kind"] == kind:
                yield row["person_id"]

    return owing


def at_level(
    rows: Rows, thing: Name, level: str, instead_of: str | None = None
) -> list[str | None]:
    """Whom a level of escalation names for a thing, or for ``instead_of``, who owes it.

    The lead is one of the thing's team, or one level up for what leads owe themselves; the
    coordinator is the cycle's; sponsors are the objective's, else the leads at the top. Where
    nobody is named, whoever is next above hears: an escalation never ends in silence while a
    company has a lead.
    """
    whose = instead_of or known(rows, *thing).get("owner_id")
    if level == "owner":
        return [whose]
    team_id = _found(rows, thing, "team_id")
    if level == "coordinator":
        cycle_id = _found(rows, thing, "cycle_id")
        coordinator = known(rows, "cycle", cycle_id).get("owner_id")
        if coordinator:
            return [coordinator]
    if level == "sponsor" and (named := [*_sponsors(rows, thing)]):
        return [*named]
    chain = [[one for one in leads if one != whose] for leads in _leads_upwards(rows, team_id)]
    heard = [leads for leads in chain if leads]
    if not heard:
        return []
    return [*(heard[0] if level == "lead" else heard[-1])]


def _sponsors(rows: Rows, thing: Name) -> Iterator[str]:
    """Who sponsors the objective that the thing belongs to."""
    objective_id = _found(rows, thing, "objective_id")
    for row in rows.where(INTEREST, id=objective_id, kind="objective"):
        if row["sponsors"]:
            yield row["person_id"]


def _leads_upwards(rows: Rows, team_id: str | None) -> Iterator[list[str]]:
    """The leads of a team, of the one above it, and so on to the top."""
    for _ in range(_DEEPEST):
        team = known(rows, "team", team_id)
        if not team:
            return
        yield orjson.loads(team.get("leads") or "[]")
        team_id = team.get("parent_id")


def _found(rows: Rows, thing: Name, field: str) -> str | None:
    """What is known of the thing, or else of what it is about."""
    for _ in range(_DEEPEST):
        subject = known(rows, *thing)
        value: str | None = subject.get(field)
        if value:
            return value
        kind, _, id_ = (subject.get("within") or "").partition("/")
        if not id_:
            return None
        thing = (kind, id_)
    return None
