"""Which screens a fact touches: the words a live event carries so that a client refetches little.

First the things (``objective/…``, ``key_result/…``, ``team/…``, ``cycle/…``), then the screens by
name (``boards``, ``scores`` …), which each part of the interface says of itself. A screen that is
about one team or cycle is touched if the event names that one, or none of its kind. What has moved
names both places.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from domain.facts import Envelope
from domain.thing import Things
from journal.log import Journal


class _All:
    """Contains everything."""

    def __contains__(self, _: object) -> bool:
        return True


ALL: Final = _All()
_PLACES: Final = ("team_id", "cycle_id", "parent_id")
"""Fields of facts that put a thing into another place."""

Near = Callable[[Journal, Any], Iterable[str]]
"""From the state of a thing to the things that show it too, as ``<kind>/<id>``."""


class Topics:
    """Topics of facts.

    Args:
        things: their names tell which fields of a fact are ids of things.
        screens: of each kind, the names of the screens that show it.
        only: of a screen, the wire names of facts that change it, if not all of its kinds do.
        near: of a kind, what else shows a thing of it; reads the folded stream, in memory as a
            rule.
    """

    def __init__(
        self,
        things: Things,
        screens: Mapping[str, tuple[str, ...]],
        near: Mapping[str, Near],
        only: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        self._fields = tuple((f"{name}_id", name) for name in things.names)
        self._screens = screens
        self._near = near
        self._only = only

    def of(self, envelope: Envelope, journal: Journal) -> tuple[str, ...]:
        """Topics of a fact that could be read."""
        found = dict.fromkeys((envelope.stream,))
        for field, name in self._fields:
            value = getattr(envelope.fact, field, None)
            if isinstance(value, str) and value:
                found[f"{name}/{value}"] = None
        near = self._near.get(envelope.stream.partition("/")[0])
        if near is not None:
            state, _ = journal.state(envelope.stream)
            found.update(dict.fromkeys(near(journal, state)))
            if envelope.version > 1 and any(hasattr(envelope.fact, name) for name in _PLACES):
                state, _ = journal.state(envelope.stream, upto=envelope.position - 1)
                found.update(dict.fromkeys(near(journal, state)))
        about = getattr(envelope.fact, "about", None)
        if about is not None and hasattr(about, "kind"):
            found[f"{about.kind}/{about.id}"] = None
        screens = self.of_stream(envelope.stream)[1:]
        touched = (each for each in screens if envelope.type in self._only.get(each, ALL))
        return (*found, *touched)

    def of_stream(self, stream: str) -> tuple[str, ...]:
        """Topics of a fact of which only the stream is known."""
        return (stream, *self._screens.get(stream.partition("/")[0], ()))
