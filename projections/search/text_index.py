"""What the databases themselves know about searching words, put on a view table.

SQLite keeps an FTS5 table beside it, which its triggers follow; PostgreSQL has a GIN index over the
words as a ``tsvector``. Neither needs anything installed, nor a right that a database may refuse.
Both are given words that are folded already (``folding``) and look for the beginnings of words.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    DDL,
    BindParameter,
    ColumnElement,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    column,
    event,
    select,
    table,
    text,
)

from projections.engine.versions import BESIDE

ASKED: Final = "asked_words"
"""The parameter that ``holding`` takes: what ``question`` made of the words."""

_SQLITE: Final = (
    # The words stay in the table; their rows keep their numbers, for no VACUUM is ever run.
    "CREATE VIRTUAL TABLE {t}{b} USING fts5(words, content='{t}', content_rowid='rowid',"
    " tokenize='unicode61 remove_diacritics 0', prefix='1 2 3', columnsize=0)",
    "CREATE TRIGGER {t}{b}_in AFTER INSERT ON {t} BEGIN"
    " INSERT INTO {t}{b}(rowid, words) VALUES (new.rowid, new.words); END",
    "CREATE TRIGGER {t}{b}_out AFTER DELETE ON {t} BEGIN"
    " INSERT INTO {t}{b}({t}{b}, rowid, words) VALUES ('delete', old.rowid, old.words); END",
)
_POSTGRES: Final = (
    # Kept, not computed: the planner takes the computing for free and reads the whole table.
    "ALTER TABLE {t} ADD COLUMN vector tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED",
    "CREATE INDEX {t}{b} ON {t} USING gin (vector)",
)


def index_words(indexed: Table) -> None:
    """Makes the index over the column ``words`` whenever the table is made."""
    for dialect, statements in (("sqlite", _SQLITE), ("postgresql", _POSTGRES)):
        for statement in statements:
            made = DDL(statement.format(t=indexed.name, b=BESIDE))  # type: ignore[no-untyped-call]
            event.listen(indexed, "after_create", made.execute_if(dialect=dialect))


def holding(query: Select[Any], indexed: Table, dialect: str) -> Select[Any]:
    """``query`` for rows of the table that hold what is asked, the last written first."""
    if dialect == "sqlite":
        fts = table(indexed.name + BESIDE, column("rowid"))
        same = column("rowid", _selectable=indexed) == fts.c.rowid
        matches = text(f"{fts.name} MATCH :{ASKED}")
        # Walked backwards as it lies in the index, so whoever has enough stops.
        return query.where(same, matches).order_by(fts.c.rowid.desc())
    # Written into the statement: whether the index is asked or the newest are walked depends on the
    # word, and a plan that is kept for all of them would be wrong for one that every title has.
    asked = bindparam(ASKED, type_=Text, literal_execute=True)
    matches = text(f"{indexed.name}.vector @@ CAST(:{ASKED} AS tsquery)").bindparams(asked)
    return query.where(matches).order_by(indexed.c.since.desc())


def begun_in(indexed: Table, dialect: str, word: str) -> ColumnElement[bool]:
    """The condition that a row holds a word that begins so; ``word`` is folded."""
    asked: BindParameter[str] = bindparam("begun", question([(word,)], dialect), unique=True)
    if dialect == "sqlite":
        fts = table(indexed.name + BESIDE, column("rowid"))
        matches = text(f"{fts.name} MATCH :begun").bindparams(asked)
        return column("rowid", _selectable=indexed).in_(select(fts.c.rowid).where(matches))
    return and_(text(f"{indexed.name}.vector @@ CAST(:begun AS tsquery)").bindparams(asked))


def question(groups: Sequence[Sequence[str]], dialect: str) -> str:
    """What to ask the index for: a row begins a word with one of each group.

    Folded words are letters and digits only, so nothing in them means anything to a database.
    """
    form, either, every = (
        ('"{}" *', " OR ", " AND ") if dialect == "sqlite" else ("'{}':*", " | ", " & ")
    )
    asked = (either.join(form.format(word) for word in group) for group in groups)
    return every.join(f"({group})" for group in asked)
