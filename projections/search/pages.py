"""What is found by a few words, as of any moment: things by their titles, people by their names.

The index gives what holds the words, at most so many of the newest; which of them answer best is
decided here, the same on every store. Only when the words as they were typed give too little are
slips of the finger forgiven.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.sql.expression import Select

from journal.directory import Directory
from projections.catalogue import VIEWS
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.people.team import MEMBERS
from projections.search.folding import may_slip, slips, slips_allowed, words_of
from projections.search.ranking import ORDER, Answer, answer, marked
from projections.search.rows import PLACE, START, TITLE, WORD
from projections.search.text_index import ASKED, holding, question
from projections.view import Views

WORDS: Final = 10
"""So many words are looked for; who types more has said enough."""

CANDIDATES: Final = 200
"""So many titles that hold the words are looked at, the newest first."""

SIFTED: Final = 600
"""So many when a word may stand beside the title: most of what is looked at will not have it."""

PEOPLE: Final = 200
"""So many people of one name are looked at."""

NEAR: Final = 24
"""So many words are tried that what was typed may have been meant for."""

HELD: Final = 3
"""From so many letters on a word also finds what a person or a team of that name has."""

_LAST: Final = "\U0010ffff"
_NOT_NOW: Final = frozenset({"planned", "closed"})
_OWN, _ABOVE = PLACE, PLACE.alias("above")


@dataclass(frozen=True, slots=True)
class _Hit:
    """A thing with where it stands, what it does not say itself taken from its parent."""

    kind: str
    id: str
    title: str
    since: int
    state: str | None
    parent: tuple[str, str] | None
    team_id: str | None
    owner_id: str | None
    cycle_id: str | None
    words: tuple[str, ...]
    further: tuple[str, ...] = ()


def search(
    store: ViewStore,
    directory: Directory,
    *,
    moment: Moment,
    q: str,
    kinds: Collection[str] | None = None,
    cycle_id: str | None = None,
    limit: int = 20,
    views: Views = VIEWS,
) -> dict[str, Any]:
    """The best answers to ``q``: every word has to be found, in whatever order.

    Titles are those of the moment. People are called as they are today: the log has no names.
    """
    asked = words_of(q)[:WORDS]
    items: list[dict[str, Any]] = []
    if asked:
        names = directory.names()
        with store.reading() as look:
            items = _Search(look, moment, views, names, asked, kinds, cycle_id).found(limit)
    return {"position": moment.position, "items": items}


def kinds_of(views: Views) -> tuple[str, ...]:
    """The kinds that are found."""
    return tuple(
        kind
        for view in views
        if view.found is not None
        for kind in (view.kind, *view.found.parts, *view.found.twins)
    )


class _Search:
    """One question under way."""

    def __init__(
        self,
        look: Reading,
        moment: Moment,
        views: Views,
        people: Mapping[str, str],
        asked: tuple[str, ...],
        kinds: Collection[str] | None,
        cycle_id: str | None,
    ) -> None:
        self.look, self.moment = look, moment
        self.people, self.asked = people, asked
        self.kinds, self.cycle_id = kinds, cycle_id
        self.called: dict[str, bool] = {}
        self.dialect = look.connection.dialect.name
        self.over = {
            kind: frozenset(view.found.over)
            for view in views
            if view.found is not None
            for kind in (view.kind, *view.found.parts, *view.found.twins)
        }
        self.twins = {
            kind: words
            for view in views
            if view.found is not None
            for kind, words in view.found.twins.items()
        }
        self.gone = frozenset(
            state for view in views if view.found is not None for state in view.found.gone
        )
        self.names = self._titles_of(TITLE.c.kind.in_(("team", "cycle")))
        states = self._rows(PLACE, PLACE.c.kind == "cycle", columns=(PLACE.c.id, PLACE.c.state))
        self.states = {row.id: row.state for row in states}

    def found(self, limit: int) -> list[dict[str, Any]]:
        """The answers, the best first."""
        titles = self._titles([(word,) for word in self.asked], limit)
        answers = self._among([*self._people(forgiving=False), *titles])
        if len(answers) < limit:
            answers |= self._among(self._held())
        if len(answers) < limit and any(may_slip(word) for word in self.asked):
            groups = [(word, *self._meant(word)) for word in self.asked]
            meant = self._titles(groups, limit) if any(len(each) > 1 for each in groups) else []
            answers |= self._among([*self._people(forgiving=True), *meant], forgiving=True)
        best = sorted(answers.items(), key=lambda pair: self._order(*pair))[:limit]
        return self._drawn([hit for hit, _ in best])

    # --- where candidates come from ------------------------------------------------------------

    def _titles(self, groups: Sequence[Sequence[str]], limit: int) -> list[_Hit]:
        """Things whose titles hold a word of each group, but for words that people, teams and
        cycles are called by: those may stand beside the title.
        """
        needed = [group for group in groups if not self._beside(group[0])] or groups
        most = CANDIDATES if len(needed) == len(groups) else SIFTED
        query = holding(self._select(), TITLE, self.dialect).limit(most)
        found = self._hits(query, question(needed, self.dialect))
        if len(found) >= most:
            # There are more than are looked at. What is called just so must be among them.
            found += self._hits(self._beginning().limit(limit))
        return found

    def _beginning(self) -> Select[Any]:
        """Things whose titles begin with what was typed, the shortest first."""
        typed, start = " ".join(self.asked)[:START], TITLE.c.start
        return self._select().where(start >= typed, start < typed + _LAST).order_by(start)

    def _held(self) -> list[_Hit]:
        """What the people and teams have whose names were typed."""
        if not all(len(word) >= HELD and self._beside(word) for word in self.asked):
            return []
        word = self.asked[0]
        owners = [id_ for id_, name in self.people.items() if _begins(name, word)][:PEOPLE]
        teams = [
            id_
            for (kind, id_), name in self.names.items()
            if kind == "team" and _begins(name, word)
        ][:PEOPLE]
        held = or_(_OWN.c.owner_id.in_(owners), _OWN.c.team_id.in_(teams))
        query = self._select().where(held).order_by(TITLE.c.since.desc())
        return self._hits(query.limit(CANDIDATES)) if owners or teams else []

    def _people(self, *, forgiving: bool) -> list[_Hit]:
        if (self.kinds is not None and "person" not in self.kinds) or self.cycle_id is not None:
            return []
        called = [
            id_ for id_, name in self.people.items() if self._is_called(name, forgiving=forgiving)
        ][:PEOPLE]
        if not called:
            return []
        p = PLACE.c
        rows = self._rows(PLACE, p.kind == "person", p.id.in_(called), columns=(p.id, p.state))
        m = MEMBERS.c
        belongs = self.look.rows(
            MEMBERS, self.moment, m.person_id.in_(called), order_by=(m.joined_at_position,)
        )
        teams: dict[str, list[str]] = {}
        for row in belongs:
            teams.setdefault(row["person_id"], []).append(row["team_id"])
        return [
            _Hit(
                "person", row.id, self.people[row.id], 0, row.state, None,
                next(iter(teams.get(row.id, ())), None), None, None,
                words_of(self.people[row.id]), tuple(teams.get(row.id, ())),
            )
            for row in rows
        ]  # fmt: skip

    def _is_called(self, name: str, *, forgiving: bool) -> bool:
        """Whether each word begins one of a name's; ``forgiving``: but for a slip of the finger."""
        for word in self.asked:
            if not _begins(name, word) and not (forgiving and may_slip(word)):
                return False
        return not forgiving or answer(self.asked, words_of(name)) is not None

    def _meant(self, word: str) -> list[str]:
        """Words that are known and that this one may have been meant for, the nearest first."""
        most = slips_allowed(word)
        if not most:
            return []
        a, b, c = word[0], word[1], word[2]
        w, tail = WORD.c.word, WORD.c.tail
        # Whatever slip was made, in the first letters or after them, one of these still holds.
        begins = [_between(w, start) for start in (a + b, b + a, a + c, b + c)]
        second = and_(_between(w, a), or_(tail.like(f"_{b}"), tail.like(f"_{c}")))
        query = select(w).where(
            func.length(w) >= len(word) - most,
            WORD.c.gen == self.look.generation(WORD, self.moment),
            WORD.c.until.is_(None),
            or_(*begins, second, tail.in_([a + b, b + c])),
        )
        near = [
            (count, known)
            for (known,) in self.look.connection.execute(query)
            if not known.startswith(word) and (count := slips(word, known, most)) is not None
        ]
        return [known for _, known in sorted(near)[:NEAR]]

    # --- reading ---------------------------------------------------------------------------------

    def _select(self) -> Select[Any]:
        """Titles with where they stand and where their parents do, at the moment."""
        own, above = _OWN.c, _ABOVE.c
        joined = TITLE.join(
            _OWN, and_(own.kind == TITLE.c.kind, own.id == TITLE.c.id, *self._alive(_OWN))
        ).outerjoin(
            _ABOVE,
            and_(own.parent_kind == above.kind, own.parent_id == above.id, *self._alive(_ABOVE)),
        )
        query = (
            select(
                TITLE.c.kind, TITLE.c.id, TITLE.c.title, TITLE.c.words, TITLE.c.since,
                own.state, own.owner_id, own.team_id, own.cycle_id,
                own.parent_kind, own.parent_id,
                above.state.label("above_state"), above.owner_id.label("above_owner_id"),
                above.team_id.label("above_team_id"), above.cycle_id.label("above_cycle_id"),
            )
            .select_from(joined)
            .where(*self._alive(TITLE))
        )  # fmt: skip
        if self.kinds is not None:
            query = query.where(TITLE.c.kind.in_(self.kinds))
        if self.cycle_id is not None:
            in_cycle = or_(
                own.cycle_id == self.cycle_id,
                and_(own.cycle_id.is_(None), above.cycle_id == self.cycle_id),
            )
            query = query.where(in_cycle)
        return query

    def _hits(self, query: Select[Any], asked: str | None = None) -> list[_Hit]:
        given = {} if asked is None else {ASKED: asked}
        return [
            _Hit(
                kind,
                id_,
                title,
                since,
                state or above_state if parent_kind == "objective" else state,
                (parent_kind, parent_id) if parent_kind else None,
                team_id or above_team_id,
                owner_id or (above_owner_id if kind == "key_result" else None),
                cycle_id or above_cycle_id,
                tuple(words.split()),
            )
            for (
                kind, id_, title, words, since, state, owner_id, team_id, cycle_id,
                parent_kind, parent_id, above_state, above_owner_id, above_team_id, above_cycle_id,
            ) in self.look.connection.execute(query, given)
        ]  # fmt: skip

    def _alive(self, table: Any) -> list[Any]:
        """A version of the moment; of an alias too."""
        base = PLACE if table is _ABOVE else table
        c, position = table.c, self.moment.position
        generation = c.gen == self.look.generation(base, self.moment)
        if self.look.is_current(base, self.moment):
            return [generation, c.until.is_(None)]
        return [generation, c.since <= position, or_(c.until.is_(None), c.until > position)]

    def _rows(self, table: Any, *conditions: Any, columns: Sequence[Any]) -> Sequence[Any]:
        return self.look.connection.execute(
            select(*columns).where(*self._alive(table), *conditions)
        ).all()

    def _titles_of(self, condition: Any) -> dict[tuple[str, str], str]:
        """Titles by kind and id."""
        columns = (TITLE.c.kind, TITLE.c.id, TITLE.c.title)
        rows = self._rows(TITLE, condition, columns=columns)
        return {(kind, id_): title for kind, id_, title in rows}

    # --- judging ---------------------------------------------------------------------------------

    def _among(self, hits: Iterable[_Hit], *, forgiving: bool = False) -> dict[_Hit, Answer]:
        """Those that answer every word that was typed."""
        found: dict[_Hit, Answer] = {}
        for hit in hits:
            beside = self._names_beside(hit)
            told = answer(self.asked, hit.words, beside, forgiving=forgiving)
            if told is not None and hit.state not in self.gone:
                found[hit] = told
        return found

    def _names_beside(self, hit: _Hit) -> Iterable[tuple[str, ...]]:
        teams = hit.further or ((hit.team_id,) if hit.team_id and hit.team_id != hit.id else ())
        for team_id in teams:
            yield words_of(self.names.get(("team", team_id), ""))
        if hit.owner_id:
            yield words_of(self.people.get(hit.owner_id, ""))
        if hit.cycle_id and hit.kind != "cycle":
            yield words_of(self.names.get(("cycle", hit.cycle_id), ""))

    def _beside(self, word: str) -> bool:
        """Whether some person, team or cycle is called so."""
        if word not in self.called:
            names = (*self.people.values(), *self.names.values(), *self.twins.values())
            self.called[word] = any(_begins(name, word) for name in names)
        return self.called[word]

    def _order(self, hit: _Hit, told: Answer) -> tuple[Any, ...]:
        cycle = self.states.get(hit.cycle_id or "")
        return (
            told.rank,
            told.slips,
            hit.state in self.over.get(hit.kind, ()) or cycle in _NOT_NOW,
            told.begun,
            ORDER.get(hit.kind, len(ORDER)),
            -hit.since,
            hit.id,
        )

    # --- showing ---------------------------------------------------------------------------------

    def _drawn(self, hits: Sequence[_Hit]) -> list[dict[str, Any]]:
        names = dict(self.names)
        wanted: dict[str, set[str]] = {}
        for hit in hits:
            if hit.parent and hit.parent not in names:
                wanted.setdefault(hit.parent[0], set()).add(hit.parent[1])
        # Kind by kind: neither database looks up pairs by the index over both.
        for kind, ids in sorted(wanted.items()):
            names |= self._titles_of(and_(TITLE.c.kind == kind, TITLE.c.id.in_(sorted(ids))))
        return [self._item(hit, names) for hit in hits]

    def _item(self, hit: _Hit, names: Mapping[tuple[str, str], str]) -> dict[str, Any]:
        where = [names.get(hit.parent)] if hit.parent else []
        if hit.kind in self.twins:
            where = [self.twins[hit.kind].capitalize()]
        elif hit.kind not in ("team", "person"):
            where.append(names.get(("team", hit.team_id or "")))
        where += [names.get(("team", team_id)) for team_id in hit.further]
        if hit.kind != "cycle":
            where.append(names.get(("cycle", hit.cycle_id or "")))
        told = list(dict.fromkeys(each for each in where if each))
        owner = self.people.get(hit.owner_id or "")
        title = marked(self.asked, {each: words_of(each) for each in hit.title.split()})
        around = [each for each in (owner, *told) if each and _answers(each, self.asked)]
        return {
            "kind": hit.kind,
            "id": hit.id,
            "title": hit.title,
            "where": " · ".join(told),
            "snippet": hit.title if title or not around else around[0],
            "matched": title,
            "state": hit.state,
            "parent": None if hit.parent is None else {"kind": hit.parent[0], "id": hit.parent[1]},
            "team_id": hit.team_id,
            "owner_id": hit.owner_id,
            "cycle_id": hit.cycle_id,
        }


def _begins(name: str, word: str) -> bool:
    return f" {word}" in _spaced(name)


@lru_cache(maxsize=20_000)
def _spaced(name: str) -> str:
    """The words of a name, each after a space: one look finds what begins one of them."""
    return f" {' '.join(words_of(name))}"


def _answers(name: str, asked: Iterable[str]) -> bool:
    return any(_begins(name, word) for word in asked)


def _between(column: Any, start: str) -> Any:
    return and_(column >= start, column < start + _LAST)
