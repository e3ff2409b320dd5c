"""What an obstacle or an action is about: for lists to filter by, and for history to tell."""

from domain.facts import Pointer


def about_columns(about: Pointer | None) -> dict[str, str | None]:
    if about is None:
        return {"about_kind": None, "about_id": None}
    return {"about_kind": about.kind, "about_id": about.id}


def named(about: Pointer | None) -> dict[str, str] | None:
    """As history shows it."""
    return None if about is None else {"kind": about.kind, "id": about.id}
