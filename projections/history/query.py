"""Which rows of history are meant, and the statement that finds a page of them by an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, literal, select, union

from domain.relation import CARRIED_FROM
from projections.engine.moment import Moment
from projections.engine.moments import MOMENTS
from projections.engine.reading import Reading
from projections.history.change import Mark
from projections.history.rows import HISTORY
from projections.relations.rows import RELATION
from projections.view import Views


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are meant; ``abouts`` are ids of things."""

    abouts: Sequence[str] | None = None
    actor: str | None = None
    types: Sequence[str] = ()
    mark: Mark | None = None
    technical: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    newest_first: bool = False


def page_of(
    look: Reading, moment: Moment, asked: Asked, *, limit: int, cursor: str | None
) -> Select[Any]:
    """The statement for rows up to ``moment``, found by walks along an index in their order.

    Rows are never changed, so their position is enough to say what was there.
    """
    c, newest_first, types = HISTORY.c, asked.newest_first, asked.types
    wanted = [c.gen == look.generation(HISTORY, moment), c.since <= moment.position]
    if asked.since is not None:
        wanted.append(c.since > func.coalesce(reached(MOMENTS.c.at < asked.since), 0))
    if asked.until is not None:
        wanted.append(c.since <= func.coalesce(reached(MOMENTS.c.at < asked.until), 0))
    if cursor:
        wanted.append(c.since < int(cursor) if newest_first else c.since > int(cursor))

    def beside(column: Any) -> Any:
        """A condition on ``column`` that leaves the index to what the thing is found by.

        Of one thing its own few facts are walked, not all that somebody did or that are marked.
        """
        return column if asked.abouts is None else func.coalesce(column, "")

    if asked.actor is not None:
        wanted.append(beside(c.actor_id) == asked.actor)
    if asked.mark is not None:
        wanted.append(beside(c.mark) == asked.mark)
    if asked.technical is not None:
        wanted.append(c.technical.is_(asked.technical))
    if len(types) == 1:
        wanted.append(beside(c.type) == types[0])
    elif types and (asked.abouts is not None or asked.mark is not None):
        wanted.append(beside(c.type).in_(types))
    order = c.since.desc() if newest_first else c.since

    def among(*further: Any) -> Select[Any]:
        return select(c.since).where(*wanted, *further).order_by(order).limit(limit)

    # Walks put together: no planner walks several indexes in one order for an "or".
    walks: list[Select[Any]] = []
    if asked.abouts is not None:
        walks = [
            among(column == each) for each in asked.abouts for column in (c.about_id, c.stream_id)
        ]
    elif len(types) > 1 and asked.mark is None:
        walks = [among(c.type == each) for each in types]
    if walks:
        found = union(*(select(one.subquery()) for one in walks))
        wanted = [wanted[0], c.since.in_(found)]
    return select(HISTORY).where(*wanted).order_by(order).limit(limit)


def abouts(look: Reading, moment: Moment, id_: str, *, lineage: bool) -> list[str]:
    """The id itself, and those of its forerunners, the nearest first; in one statement."""
    if not lineage:
        return [id_]
    c = RELATION.c
    line = select(literal(id_).label("id"), literal(0).label("back")).cte("line", recursive=True)
    before = select(c.target_id, line.c.back + 1).where(
        look.alive(RELATION, moment),
        c.source_id == line.c.id,
        c.kind == CARRIED_FROM,
        line.c.back < LONGEST_LINE,
    )
    line = line.union(before)
    found = look.connection.execute(select(line.c.id).order_by(line.c.back)).scalars()
    return list(dict.fromkeys(found))


LONGEST_LINE: Final = 40
"""So many cycles back a lineage goes: ten years of quarters."""


def types_of(type_: str, views: Views) -> list[str]:
    """A type of fact itself, or every one of a family such as ``okr``."""
    if "." in type_:
        return [type_]
    return [each for each in views.tellings if each.startswith(f"{type_}.")] or [type_]


def reached(then: Any) -> Any:
    """The last position recorded by an instant: time means here what it means in ``as_of``."""
    moments = select(MOMENTS.c.position).where(then).order_by(MOMENTS.c.at.desc())
    return moments.limit(1).scalar_subquery()
