"""Looks for damaged pages in an SQLite file.

``PRAGMA quick_check`` reads every page and compares what they say of each other; it takes about a
second for some hundred megabytes, and begins with the newest rows. A start must not wait for that:
it gives the look a time, and what was not reached is left to whoever has more of it
(``truenorth doctor``).
"""

import sqlite3
from contextlib import closing
from threading import Timer

from journal.sqlite_connect import LOCK_TIMEOUT, file_uri

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
                file_uri(path, "rw"),
                uri=True,
                isolation_level=None,
                timeout=LOCK_TIMEOUT,
                check_same_thread=False,
            )
        ) as connection:
            # One table is one instruction of SQLite's machine: nothing but an interrupt ends it.
            watch = None if seconds is None else Timer(max(0.0, seconds), connection.interrupt)
            if watch is not None:
                watch.start()
            try:
                rows = connection.execute(f"PRAGMA quick_check({_MOST})").fetchall()
            finally:
                if watch is not None:
                    watch.cancel()
                    watch.join()
    except sqlite3.DatabaseError as e:
        code = getattr(e, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return (str(e),)
        return ()  # interrupted, locked or away: nothing is known to be damaged
    found = tuple(line for (text,) in rows for line in str(text).splitlines() if line)
    return () if found == ("ok",) else found[:_MOST]
