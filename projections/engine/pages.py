"""Pages of a list by keyset: a page goes on after the last key, whatever was added meanwhile."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Column, Table

from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import Row


class Page(NamedTuple):
    """Rows of one page, and the cursor of the next one; None on the last page."""

    rows: list[Row]
    next_cursor: str | None

    def answer(self, items: Iterable[dict[str, Any]], moment: Moment) -> dict[str, Any]:
        """The page in the contract's shape."""
        return {
            "items": list(items),
            "next_cursor": self.next_cursor,
            "position": moment.position,
        }


def page(
    look: Reading,
    table: Table,
    moment: Moment,
    place: Column[Any],
    *conditions: Any,
    limit: int,
    cursor: str | None,
    newest_first: bool = False,
    **equals: Any,
) -> Page:
    """Rows in the order of ``place``, a column that no two rows share, after ``cursor``.

    Args:
        conditions: as of ``Reading.rows``.
        equals: columns and their values; a value of None asks for nothing.
    """
    if cursor:
        last = place.type.python_type(cursor)
        conditions = (*conditions, place < last if newest_first else place > last)
    found = look.rows(
        table,
        moment,
        *conditions,
        order_by=(place.desc() if newest_first else place,),
        limit=limit + 1,
        **{name: value for name, value in equals.items() if value is not None},
    )
    rows = list(found[:limit])
    return Page(rows, str(rows[-1][place.name]) if len(found) > limit else None)
