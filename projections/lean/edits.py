"""What history tells of edits that obstacles and actions share."""

from typing import Any

from domain.description import Links
from projections.history.change import Change


def linked(links: Links) -> list[dict[str, str]]:
    """Links as history shows them."""
    return [{"title": link.title, "url": link.url} for link in links]


def reassigned(kind: str, id_: str, owner_id: str | None) -> Change:
    """Another owner; the sentence names the person."""
    says: dict[str, Any] = {} if owner_id is None else {"person": owner_id}
    return Change(kind, id_, {"owner_id": owner_id}, says)
