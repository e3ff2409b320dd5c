"""Which screens a fact touches: the words a live event carries so that a client refetches little.

First the things (``objective/…``, ``key_result/…``, ``team/…``, ``cycle/…``), then the views by
name (``boards``, ``scores`` …).
"""

from collections.abc import Mapping
from typing import Any

from domain.facts import Envelope
from journal.log import Journal

_VIEWS: Mapping[str, tuple[str, ...]] = {
    "person": ("people",),
    "team": ("teams", "scores", "obligations"),
    "cycle": ("cycles", "scores", "obligations"),
    "roster": ("objectives",),
    "objective": ("objectives", "boards", "scores", "obligations"),
    "obstacle": ("obstacles", "boards", "obligations"),
    "action": ("actions", "boards", "obligations"),
    "board": ("boards",),
}
_FIELDS = ("key_result_id", "action_id", "objective_id", "team_id", "cycle_id", "person_id")


def topics(envelope: Envelope, journal: Journal) -> tuple[str, ...]:
    """Topics of one fact. Reads the folded stream, in memory as a rule, to know team and cycle."""
    kind = envelope.stream.partition("/")[0]
    found = dict.fromkeys((envelope.stream,))
    _things(envelope.fact, found)
    if kind in {"objective", "action"}:
        state, _ = journal.state(envelope.stream)
        _things(state, found)
    about = getattr(envelope.fact, "about", None)
    if about is not None and hasattr(about, "kind"):
        found[f"{about.kind}/{about.id}"] = None
    found.update(dict.fromkeys((*_VIEWS.get(kind, ()), "history", "timeline")))
    return tuple(found)


def _things(source: Any, found: dict[str, None]) -> None:
    for name in _FIELDS:
        value = getattr(source, name, None)
        if isinstance(value, str) and value:
            found[f"{name.removesuffix('_id')}/{value}"] = None
