"""A clockwork: what a thing that waits for moments hands to the workflows, in one descriptor.

The domain says what is due (``Thing.due``) and decides; a clockwork adds what belongs to waiting:
the name that the thing's workflows have in Temporal, what performing means, and which of its things
have something to wait for. ``Clockworks`` is all of them together, as one object that the
composition root hands to activities, relay, starter and reconciler. Workflow code must not import
any of it (sandbox, replay): it asks by activities.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from domain.due import Due
from domain.thing import Overlooked, Thing, Things
from journal.log import Journal
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from workflows.clock.contracts import kind_of
from workflows.clock.signing import Signer

S = TypeVar("S")


@dataclass(frozen=True, eq=False)
class Awake(Generic[S]):
    """The things of one kind whose clocks may have something to wait for.

    ``folded`` reads their ids and folded states from ``view``. It may name more than are awake,
    for the thing's ``due`` has the last word, but never fewer.
    """

    view: str
    folded: Callable[[Reading, Moment], Iterable[tuple[str, S]]]


@dataclass(frozen=True, eq=False)
class Clockwork(Generic[S]):
    """The clock of one kind of thing.

    Args:
        thing: its ``due`` says what the clock waits for.
        workflow: the type name of its workflows. It never changes, for histories outlive builds.
        perform: does what is due and records it, by commands of the signer; asked again after a
            crash, it meets its own receipts.
        awake: finds the things to wait for when clocks are compared with the log.
        shown_as: the search attribute that shows the thing's id to operators, if any.
    """

    thing: Thing[S]
    workflow: str
    perform: Callable[[Signer, ViewStore], None]
    awake: Awake[S]
    shown_as: str | None = None


class Clockworks:
    """All clockworks together.

    Args:
        clockworks: one for every kind that has a clock.
        things: the things of the organisation.

    Raises:
        Overlooked: a kind has a clock in the domain and none here, or the other way round; two
            clockworks share a kind or a name.
    """

    def __init__(self, clockworks: Sequence[Clockwork[Any]], things: Things) -> None:
        self._by_kind = {one.thing.kind: one for one in clockworks}
        self.workflows = tuple(one.workflow for one in clockworks)
        """The type names of all clocks."""
        self.attributes = tuple(one.shown_as for one in clockworks if one.shown_as)
        """The search attributes that show ids."""
        self.views = tuple(dict.fromkeys(one.awake.view for one in clockworks))
        """The views that tell who is awake."""
        if len(self._by_kind) < len(clockworks) or len(set(self.workflows)) < len(clockworks):
            raise Overlooked("two clockworks share a kind or the name of their workflow")
        if wrong := set(things.clocked) ^ set(self._by_kind):
            raise Overlooked(f"a clock in the domain or a clockwork here is missing: {wrong}")

    def __iter__(self) -> Iterator[Clockwork[Any]]:
        return iter(self._by_kind.values())

    def is_clocked(self, stream: str) -> bool:
        """Whether streams of this kind have a clock at all."""
        return kind_of(stream) in self._by_kind

    def of(self, stream: str) -> Clockwork[Any]:
        """The clockwork of a stream.

        Raises:
            LookupError: streams of this kind have no clock in this release.
        """
        try:
            return self._by_kind[kind_of(stream)]
        except KeyError:
            raise LookupError(f"streams of kind {kind_of(stream)!r} have no clock") from None

    def next_due(self, journal: Journal, stream: str, now: datetime) -> Due | None:
        """The next thing due on ``stream``, strongly consistent; None when it is at rest.

        Raises:
            LookupError: streams of this kind have no clock in this release.
        """
        due = self.of(stream).thing.due
        assert due is not None, "the constructor saw to that"
        answer: Due | None = due(journal.state(stream)[0], now)
        return answer

    def dues(self, look: Reading, moment: Moment) -> dict[str, Due]:
        """What every thing that is awake waits for, by stream, as the views tell it at once."""
        found: dict[str, Due] = {}
        for one in self:
            for id_, state in one.awake.folded(look, moment):
                due = one.thing.due(state, moment.at) if one.thing.due else None
                if due is not None:
                    found[f"{one.thing.kind}/{id_}"] = due
        return found
