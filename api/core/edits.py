"""The way back from an edit: the same request with what stood there before."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from api.core.resource import Found, WayBack
from api.core.undo import Undo

S = TypeVar("S")


def edited_back(path: str, body: BaseModel, held: Callable[[S], Mapping[str, Any]]) -> WayBack[S]:
    """A PATCH that gives the fields of ``body`` that changed the values they had.

    ``held`` shows a state as such a body: what each field would have to say to leave it alone.
    """
    said = body.model_fields_set

    def back(before: Found[S], now: Found[S]) -> Undo | None:
        was, stands = held(before.state), held(now.state)
        old = {name: was[name] for name in was if name in said and was[name] != stands[name]}
        return Undo(method="PATCH", path=f"{path}/{now.id}", body=old) if old else None

    return back
