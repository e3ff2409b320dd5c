"""What happened at certain positions, as history tells it, for other pages to say."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select, union

from journal.directory import Directory
from projections.catalogue import VIEWS
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import Row
from projections.engine.view_store import ViewStore
from projections.history.pages import Names, corrected, item
from projections.history.rows import HISTORY
from projections.view import Views


def told_at(
    store: ViewStore,
    look: Reading,
    directory: Directory,
    positions: Collection[int],
    moment: Moment,
    views: Views = VIEWS,
) -> dict[int, dict[str, Any]]:
    """What happened at these positions, each as the history tells it; at most three statements."""
    if not positions:
        return {}
    query = select(HISTORY).where(
        HISTORY.c.gen == look.generation(HISTORY, moment), HISTORY.c.since.in_(sorted(positions))
    )
    rows: list[Row] = [*look.connection.execute(query).mappings()]
    wrong, names = corrected(look, rows, moment), Names(directory, rows)
    opener = store.states.opener
    return {row["position"]: item(row, names, wrong, views, opener) for row in rows}


def latest_about(
    look: Reading,
    moment: Moment,
    ids: Collection[str],
    *,
    after: int,
    not_by: str,
    limit: int,
) -> list[int]:
    """Positions after ``after`` of what others did to these things, the newest first.

    Left out is what only tells how the machinery went on.
    """
    c = HISTORY.c
    wanted = (
        c.gen == look.generation(HISTORY, moment),
        c.since > after,
        c.since <= moment.position,
        c.actor_id != not_by,
        c.technical.is_(False),
    )

    def among(column: Any) -> Select[Any]:
        walk = select(c.since).where(*wanted, column.in_(sorted(ids)))
        return select(walk.order_by(c.since.desc()).limit(limit).subquery())

    if not ids:
        return []
    found = union(among(c.about_id), among(c.stream_id)).subquery()
    query = select(found.c.since).order_by(found.c.since.desc()).limit(limit)
    return [*look.connection.scalars(query)]
