"""People and teams as they are shown, in lists and alone: the contract's field names."""

from typing import Any

from domain.people.person import Person
from domain.people.team import Team

Resource = dict[str, Any]


def person(state: Person) -> Resource:
    """What the log knows of a person; name and address are the directory's to add."""
    return {
        "active": state.active,
        "description": state.description,
        "links": [link.model_dump() for link in state.links],
        "holiday_calendar": state.calendar,
    }


def team(state: Team, version: int, position: int | None) -> Resource:
    """A team and its members, in the order they joined."""
    return {
        "id": state.team_id,
        "name": state.name,
        "kind": state.kind,
        "state": state.status,
        "parent_id": state.parent_id,
        "description": state.description,
        "links": [link.model_dump() for link in state.links],
        "holiday_calendar": state.calendar,
        "members": [
            {
                "person_id": person_id,
                "role": member.role,
                "department": member.department,
                "level": member.level,
            }
            for person_id, member in state.members.items()
        ],
        "version": version,
        "position": position,
    }
