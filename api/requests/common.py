"""Bodies that many moves share."""

from typing import Annotated

from pydantic import StringConstraints

from api.fields import Id, Request, Text
from domain.facts import Thing


class Reason(Request):
    """An optional word on why; it becomes part of the fact's envelope."""

    reason: Text | None = None


class About(Request):
    """A pointer to a thing: ``{kind: key_result, id: …}``."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
    id: Id

    def thing(self) -> Thing:
        return Thing(kind=self.kind, id=self.id)
