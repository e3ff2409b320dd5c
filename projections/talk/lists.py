"""Comments about a thing, the newest last, and how many there are."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select, tuple_

from projections.engine.moment import Moment
from projections.engine.pages import page
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.talk import comment, render
from projections.talk.comment import COMMENT

Name = tuple[str, str]
"""The kind and the id of a thing."""


def comments(
    store: ViewStore,
    about: tuple[str | None, str],
    *,
    moment: Moment,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of what was said about a thing, in the order it was said; replies stand among it.

    Args:
        about: kind and id; a kind of None is any.
    """
    kind, id_ = about
    with store.reading() as look:
        found = page(
            look, COMMENT, moment, COMMENT.c.posted_at_position,
            limit=limit, cursor=cursor, about_kind=kind, about_id=id_,
        )  # fmt: skip
        states = [comment.STORED.read(look.states, row) for row in found.rows]
    items = (
        render.comment(state, row["version"], moment.position)
        for state, row in zip(states, found.rows, strict=True)
    )
    return found.answer(items, moment)


def counts(look: Reading, moment: Moment, things: Collection[Name]) -> dict[Name, int]:
    """How many comments that were not withdrawn these things have; one statement."""
    if not things:
        return {}
    c = COMMENT.c
    found = look.connection.execute(
        select(c.about_kind, c.about_id, func.count())
        .where(
            look.alive(COMMENT, moment),
            tuple_(c.about_kind, c.about_id).in_(sorted(things)),
            c.withdrawn.is_(False),
        )
        .group_by(c.about_kind, c.about_id)
    )
    return {(row[0], row[1]): row[2] for row in found}
