"""What a list is narrowed to by a few words: a condition a word, so that a page is one question.

Unlike search, a list keeps its own order and forgives no slips: what is shown either has each word,
or the beginning of one, or it is not there.
"""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, false, select

from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.search.folding import words_of
from projections.search.rows import TITLE
from projections.search.text_index import begun_in

WORDS: Final = 10
"""So many words are looked for; who types more has said enough."""

NAMED: Final = 200
"""So many people or teams of one name are looked at."""


class Words:
    """The words of a question as of a moment, and where each is found.

    People are called as they are today: the log has no names.
    """

    def __init__(self, look: Reading, moment: Moment, people: Mapping[str, str], q: str) -> None:
        self._look, self._moment, self._people = look, moment, people
        self._words = words_of(q)[:WORDS]
        self._unreadable = bool(q.strip()) and not self._words
        self._teams: dict[str, str] | None = None

    def each(self, found: Callable[[str], ColumnElement[bool]]) -> list[ColumnElement[bool]]:
        """The conditions that every word is found; ``found`` says where one may be."""
        if self._unreadable:
            return [false()]  # signs only: no title holds any
        return [found(word) for word in self._words]

    def titled(self, kind: str, word: str) -> Select[Any]:
        """The ids of things of a kind whose titles hold the word."""
        c, look = TITLE.c, self._look
        begun = begun_in(TITLE, look.connection.dialect.name, word)
        return select(c.id).where(look.alive(TITLE, self._moment), c.kind == kind, begun)

    def people(self, word: str) -> list[str]:
        """The ids of people who are called so."""
        return _called(self._people, word)

    def teams(self, word: str) -> list[str]:
        """The ids of teams that are called so."""
        if self._teams is None:
            rows = self._look.rows(TITLE, self._moment, kind="team")
            self._teams = {row["id"]: row["title"] for row in rows}
        return _called(self._teams, word)


def _called(names: Mapping[str, str], word: str) -> list[str]:
    found = (id_ for id_, name in names.items() if _begins(name, word))
    return list(islice(found, NAMED))


def _begins(name: str, word: str) -> bool:
    return any(each.startswith(word) for each in words_of(name))
