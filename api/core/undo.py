"""The way back from a write: a request that compensates it, as its answer names it.

Undoing is no removal. It is a new command to a route that exists anyway (rename back, withdraw,
move back), sent like any other: with ``If-Match`` of the answer that named it, so that nobody
undoes what others have built upon meanwhile: 412.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


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
