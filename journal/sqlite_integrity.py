"""Looks for damaged pages in an SQLite file.

``PRAGMA quick_check`` reads every page and compares what they say of each other; it takes about a
second for some hundred megabytes. A start must not wait for that: it gives the look a time, and
what was not reached is left to whoever has more of it (``truenorth doctor``).
"""

import sqlite3
import time
from contextlib import closing

from journal.sqlite_connect import LOCK_TIMEOUT, file_uri

_STEPS = 10_000
"""Instructions of SQLite's machine between two looks at the clock."""

_MOST = 5
"""Findings that are told; a torn file has hundreds."""


def damage_of(path: str, seconds: float | None = None) -> tuple[str, ...]:
    """What is damaged, in SQLite's words; empty when nothing was found.

    Args:
        seconds: stops looking after this long; never, without.
    """
    try:
        with closing(
            sqlite3.connect(
                file_uri(path, "rw"), uri=True, isolation_level=None, timeout=LOCK_TIMEOUT
            )
        ) as connection:
            if seconds is not None:
                until = time.monotonic() + seconds
                connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
            rows = connection.execute(f"PRAGMA quick_check({_MOST})").fetchall()
    except sqlite3.DatabaseError as e:
        code = getattr(e, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return (str(e),)
        return ()  # interrupted, locked or away: nothing is known to be damaged
    found = tuple(line for (text,) in rows for line in str(text).splitlines() if line)
    return () if found == ("ok",) else found[:_MOST]
