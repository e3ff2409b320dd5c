"""Bodies that many moves share."""

from typing import Literal

from api.fields import Id, Request, Text
from domain.facts import Pointer

Kind = Literal["objective", "key_result", "team", "cycle", "obstacle", "action"]
"""What an obstacle or an action may be about."""


class Reason(Request):
    """An optional word on why; it becomes part of the fact's envelope."""

    reason: Text | None = None


class About(Request):
    """A pointer to a thing: ``{kind: key_result, id: …}``."""

    kind: Kind
    id: Id

    def thing(self) -> Pointer:
        return Pointer(kind=self.kind, id=self.id)
