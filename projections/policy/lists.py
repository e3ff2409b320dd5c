"""Policies in a list; the organisation's is among them before its first fact."""

from typing import Any

from domain.policy.policy import DEFAULT, INITIAL
from projections.engine.moment import Moment
from projections.engine.pages import page
from projections.engine.view_store import ViewStore
from projections.policy import render
from projections.policy.policy import POLICIES, STORED


def policies(
    store: ViewStore, *, moment: Moment, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """A page of policies, the organisation's first, then in the order they were made."""
    with store.reading() as look:
        found = page(look, POLICIES, moment, POLICIES.c.policy_id, limit=limit, cursor=cursor)
        known = [
            (str(row["policy_id"]), STORED.read(look.states, row), int(row["version"]))
            for row in found.rows
        ]
    following = found.next_cursor
    if cursor is None and DEFAULT not in (policy_id for policy_id, *_ in known):
        known = [(DEFAULT, INITIAL, 0), *known]
        if len(known) > limit:
            known = known[:limit]
            following = known[-1][0]
    items = (
        render.policy(policy_id, state, version, moment.position, moment.at)
        for policy_id, state, version in known
    )
    return {"items": list(items), "next_cursor": following, "position": moment.position}
