"""Which query parameters an address takes: any other is refused, as unknown fields of bodies are.

A slip such as ``asof`` for ``as_of`` would otherwise be answered with the present, as if it were
the past.
"""

from collections import Counter
from collections.abc import Iterable

from fastapi import params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from starlette.datastructures import QueryParams

from api.core.problems import PLAIN_NAME, broken

_TOLD = 20


def parameters(dependant: Dependant) -> frozenset[str]:
    """The names that a route and what it depends on read from the query."""
    return frozenset(
        field.alias
        for field in get_flat_params(dependant)
        if isinstance(field.field_info, params.Query)
    )


def check_query(query: QueryParams, known: Iterable[str]) -> None:
    """Each parameter is known here and comes once. Raises 422 that names the known ones."""
    known = sorted(known)
    takes = f"This address takes {', '.join(known)}." if known else "This address takes none."
    errors = []
    for name, times in Counter(name for name, _ in query.multi_items()).items():
        if name not in known:
            errors.append(_fault(name, f"This parameter is not known here. {takes}"))
        elif times > 1:
            errors.append(_fault(name, "This parameter comes more than once."))
    if errors:
        raise broken(*errors[:_TOLD])


def _fault(name: str, detail: str) -> dict[str, str]:
    """The entry of ``errors``; a name that is no plain word is not repeated."""
    named = {"parameter": name} if PLAIN_NAME.match(name) else {}
    return {"pointer": "", **named, "detail": detail}
