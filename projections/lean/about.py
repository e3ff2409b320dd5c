"""What an obstacle or an action is about, in columns."""

from domain.facts import Pointer


def about_columns(about: Pointer | None) -> dict[str, str | None]:
    """The two columns that lists filter by."""
    if about is None:
        return {"about_kind": None, "about_id": None}
    return {"about_kind": about.kind, "about_id": about.id}


def within(about: Pointer | None) -> str | None:
    """As ``kind/id``, the column by which escalations find its team and its cycle."""
    return None if about is None else f"{about.kind}/{about.id}"
