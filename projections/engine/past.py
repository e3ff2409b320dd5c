"""The statement that reads a table as it was. Built once a table: building takes milliseconds."""

from functools import cache
from typing import Any

from sqlalchemy import Select, Table, and_, bindparam, func, or_, select

from projections.engine.versions import keys_of


@cache
def past(table: Table, fixed: tuple[str, ...]) -> Select[Any]:
    """Versions of ``table`` that were current at a position, with parameters for ``arguments``.

    From each key's first version straight to its last one by then: one index step a key, so a deep
    past costs what the present costs.
    """
    born, later = table.alias("born"), table.alias("later")
    position = bindparam("as_of_position", type_=table.c.since.type)
    latest = (
        select(func.max(later.c.since))
        .where(
            later.c.gen == born.c.gen,
            *(later.c[name] == born.c[name] for name in keys_of(table)),
            later.c.since <= position,
        )
        .correlate(born)
        .scalar_subquery()
    )
    same_key = (table.c[name] == born.c[name] for name in keys_of(table))
    return (
        select(table)
        .select_from(
            born.join(table, and_(table.c.gen == born.c.gen, *same_key, table.c.since == latest))
        )
        .where(
            born.c.gen == bindparam("as_of_gen", type_=table.c.gen.type),
            born.c.first == 1,
            *(
                born.c[name] == bindparam(f"as_of_{name}", type_=table.c[name].type)
                for name in fixed
            ),
            or_(table.c.until.is_(None), table.c.until > position),
        )
    )


def arguments(generation: int, position: int, fixed: dict[str, Any]) -> dict[str, Any]:
    """The parameters of ``past``."""
    named = {f"as_of_{name}": value for name, value in fixed.items()}
    return {"as_of_gen": generation, "as_of_position": position, **named}
