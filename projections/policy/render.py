"""Policies as they are shown, in lists and alone: the contract's field names."""

from datetime import datetime
from typing import Any

from domain.policy.policy import Policy, Version

Resource = dict[str, Any]


def policy(
    policy_id: str,
    state: Policy,
    version: int,
    position: int | None,
    at: datetime,
    shown: Version | None = None,
) -> Resource:
    """A policy with the values of its newest version, or of the one ``shown``."""
    shown = shown or state.newest
    return {
        "id": policy_id,
        "name": state.name,
        "description": state.description,
        "links": [link.model_dump() for link in state.links],
        "values": shown.values.model_dump(),
        "values_version": shown.number,
        "in_force": state.in_force(at).number,
        "versions": [
            {"version": each.number, "effective_from": each.since, "backdated": each.backdated}
            for each in state.versions
        ],
        "version": version,
        "position": position,
    }
