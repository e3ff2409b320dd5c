"""Lists of objectives as of any moment: filtered, narrowed by words, in several orders.

In the order of drafting a page is one walk along an index. How objectives stand changes with the
day, so no index knows it: by health they are looked through as they were drafted until the page is
full, and the orders by standing or by title are those of a cycle.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, or_, select

from domain.okr.alignment import standings
from domain.okr.standing import ObjectiveStanding
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.okr import render
from projections.okr.families import family
from projections.okr.objective import KEY_RESULTS, OBJECTIVES
from projections.okr.reasons import WORST_FIRST
from projections.okr.states import Told, objectives_at
from projections.search.folding import words_of
from projections.search.narrowing import Words

Sort = Literal["oldest", "newest", "title", "health", "progress"]
Order = Callable[[Told, ObjectiveStanding], list[Any]]

_UNMEASURED: Final = 2.0  # comes after every progress
_LOOKED_THROUGH: Final = 200

_ORDERS: Final[Mapping[Sort, Order]] = {
    "title": lambda told, _: [" ".join(words_of(told.state.title))],
    "health": lambda _, stood: [WORST_FIRST.index(stood.health), _progress(stood)],
    "progress": lambda _, stood: [_progress(stood)],
}
"""Orders that no index has."""

OF_A_CYCLE: Final = tuple(_ORDERS)
"""These orders need a cycle to be asked about."""


def objectives(
    store: ViewStore,
    *,
    moment: Moment,
    cycle_id: str | None = None,
    team_id: str | None = None,
    owner_id: str | None = None,
    state: str | None = None,
    health: str | None = None,
    q: str = "",
    people: Mapping[str, str] | None = None,
    sort: Sort = "oldest",
    effective_at: datetime | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of objectives, each as the single one is shown.

    Args:
        q: words that are all in the title, in one of a key result, or in the name of the owner or
            of the team.
        people: what people are called, by id, for ``q``.
        sort: by drafting, by title, the worst health or the least progress first; see
            ``OF_A_CYCLE``.
    """
    filters = {"cycle_id": cycle_id, "team_id": team_id, "owner_id": owner_id, "status": state}
    equals = {name: value for name, value in filters.items() if value is not None}
    with store.reading() as look:
        words = [] if not q else _found(Words(look, moment, people or {}, q), look, moment)
        listing = _Listing(look, moment, equals, words, health, effective_at)
        order = _ORDERS.get(sort)
        if order is not None:
            shown, following = listing.ordered(order, limit, cursor)
        else:
            shown, following = listing.drafted(sort == "newest", limit, cursor)
    return {
        "items": [
            render.objective(each.state, stood, each.version, moment.position)
            for each, stood in shown
        ],
        "next_cursor": following,
        "position": moment.position,
    }


_Shown = list[tuple[Told, ObjectiveStanding]]


class _Listing:
    """One question under way."""

    def __init__(
        self,
        look: Reading,
        moment: Moment,
        equals: Mapping[str, Any],
        conditions: list[ColumnElement[bool]],
        health: str | None,
        effective_at: datetime | None,
    ) -> None:
        self._look, self._moment = look, moment
        self._equals, self._conditions = equals, conditions
        self._health, self._effective_at = health, effective_at

    def drafted(self, newest: bool, limit: int, cursor: str | None) -> tuple[_Shown, str | None]:
        """A page in the order of drafting, and where the next one begins."""
        shown: _Shown = []
        place = None if cursor is None else int(cursor)
        size = limit + 1 if self._health is None else max(limit + 1, _LOOKED_THROUGH)
        while True:
            c = OBJECTIVES.c.drafted_at_position
            beyond = [] if place is None else [c < place if newest else c > place]
            found = objectives_at(
                self._look,
                self._moment,
                *self._conditions,
                *beyond,
                equals=self._equals,
                limit=size,
                newest=newest,
            )
            for each, stood in self._standing(found):
                if len(shown) == limit:
                    return shown, str(shown[-1][0].place)
                shown.append((each, stood))
            if len(found) < size:
                return shown, None
            place = found[-1].place

    def ordered(self, order: Order, limit: int, cursor: str | None) -> tuple[_Shown, str | None]:
        """A page in another order: all that are meant are looked at."""
        after = [] if cursor is None else json.loads(cursor)
        every = objectives_at(self._look, self._moment, *self._conditions, equals=self._equals)
        keyed = [([*order(*each), each[0].place], each) for each in self._standing(every)]
        beyond = sorted((one for one in keyed if one[0] > after), key=lambda one: one[0])
        shown = beyond[:limit]
        following = json.dumps(shown[-1][0]) if len(beyond) > limit else None
        return [each for _, each in shown], following

    def _standing(self, found: list[Told]) -> Iterator[tuple[Told, ObjectiveStanding]]:
        """Those of the health that is asked for, each with how it stands."""
        related = family(self._look, self._moment, found, whole=True)
        stands = standings(related, self._moment.at, self._effective_at)
        for each in found:
            stood = stands.get(each.state.objective_id)
            if stood is not None and self._health in (None, stood.health):
                yield each, stood


def _progress(stood: ObjectiveStanding) -> float:
    return _UNMEASURED if stood.score is None else float(stood.score)


def _found(words: Words, look: Reading, moment: Moment) -> list[ColumnElement[bool]]:
    """That each word is in the title of an objective, or beside it."""
    o, k = OBJECTIVES.c, KEY_RESULTS.c

    def found(word: str) -> ColumnElement[bool]:
        parts = select(k.objective_id).where(
            look.alive(KEY_RESULTS, moment),
            k.key_result_id.in_(words.titled("key_result", word)),
        )
        return or_(
            o.objective_id.in_(words.titled("objective", word)),
            o.objective_id.in_(parts),
            o.owner_id.in_(words.people(word)),
            o.team_id.in_(words.teams(word)),
        )

    return words.each(found)
