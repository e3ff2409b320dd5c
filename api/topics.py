"""Which screens a fact touches: the words a live event carries so that a client refetches little.

First the things (``objective/…``, ``key_result/…``, ``team/…``, ``cycle/…``), then the views by
name (``boards``, ``scores`` …).
"""

from collections.abc import Mapping
from typing import Any

from domain.facts import Envelope
from domain.okr.alignment import votes_of
from domain.okr.stream import ObjectiveState
from journal.log import Journal

_VIEWS: Mapping[str, tuple[str, ...]] = {
    "person": ("people",),
    "team": ("teams", "scores", "obligations"),
    "cycle": ("cycles", "scores", "obligations"),
    "asked": ("cycles", "obligations"),
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
        _supported(state, journal, found)
    about = getattr(envelope.fact, "about", None)
    if about is not None and hasattr(about, "kind"):
        found[f"{about.kind}/{about.id}"] = None
    found.update(dict.fromkeys((*_VIEWS.get(kind, ()), "history", "timeline")))
    return tuple(found)


def _supported(state: Any, journal: Journal, found: dict[str, None]) -> None:
    """The objectives above: the score of each hears of what happens below it (RULES B3)."""
    links = list(votes_of(state)) if isinstance(state, ObjectiveState) else []
    while links:
        stream = f"objective/{links.pop()}"
        if stream not in found:
            found[stream] = None
            links += votes_of(journal.state(stream)[0])


def _things(source: Any, found: dict[str, None]) -> None:
    for name in _FIELDS:
        value = getattr(source, name, None)
        if isinstance(value, str) and value:
            found[f"{name.removesuffix('_id')}/{value}"] = None
