"""Editing a thing: only what was given changes, and each kind of change is a fact of its own.

A command that edits says all that may change, every field with a default. Which of them were given
it knows by itself: a field that was left out keeps what the thing has, and one that was given as
None takes it away.

    class EditObstacle(ObstacleCommand):
        title: Title = ""
        owner_id: PersonId | None = None

    changed(EditObstacle(obstacle_id=…, owner_id=None), title=held.title, owner_id=held.owner_id)
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel


def given(edit: BaseModel, name: str) -> bool:
    """Whether the edit says anything about this field, be it None."""
    return name in edit.model_fields_set


def given_fields(body: BaseModel, *names: str) -> dict[str, Any]:
    """Of these fields of a request those that were given, to be handed on to a command."""
    return {name: getattr(body, name) for name in names if given(body, name)}


def changed(edit: BaseModel, **held: Any) -> Mapping[str, Any]:
    """What the edit changes: by field the new value, where given and other than the held one."""
    return {
        name: getattr(edit, name)
        for name, value in held.items()
        if given(edit, name) and getattr(edit, name) != value
    }
