"""What an obstacle or an action is about, as the two columns that lists filter by."""

from domain.facts import Pointer


def about_columns(about: Pointer | None) -> dict[str, str | None]:
    if about is None:
        return {"about_kind": None, "about_id": None}
    return {"about_kind": about.kind, "about_id": about.id}
