"""The way back from a write: a request that compensates it, as its answer names it.

Undoing is no removal. It is a new command to a route that exists anyway (rename back, withdraw,
move back), sent like any other: with ``If-Match`` of the answer that named it, so that nobody
undoes what others have built upon meanwhile: 412.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

TAKEN_BACK: Final = "Taken back."
"""The reason that an undo gives where one is needed."""


class Undo(BaseModel):
    """The request that takes a write back. Send it with `If-Match` of the answer it stands in."""

    model_config = ConfigDict(frozen=True)

    method: Literal["POST", "PUT", "PATCH", "DELETE"]
    path: str
    body: dict[str, Any] | None = Field(
        default=None, description="What to send; null for a request without a body."
    )

    def shown(self) -> dict[str, Any]:
        """As data; people's words in ``body`` stay sealed until they are written out."""
        return {"method": self.method, "path": self.path, "body": self.body}


def edit_back(path: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Undo | None:
    """The way back from an edit: a PATCH with what every changed field was before.

    Args:
        before, now: what can be edited, by the names of the request's fields.
    """
    body = {name: was for name, was in before.items() if now[name] != was}
    return Undo(method="PATCH", path=path, body=body) if body else None
