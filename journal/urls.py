"""Where stores are: what a store's URL says."""

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit


def sqlite_path(url: str) -> str | None:
    """The absolute file of an ``sqlite:///…`` URL, None for a PostgreSQL one.

    ``sqlite:///data/x.db`` and ``sqlite:////data/x.db`` both mean ``/data/x.db``: a slash too few
    must never start a second, empty log in the working directory.

    Raises:
        ValueError: neither of the two stores.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return "/" + unquote(parts.path).lstrip("/")
    if parts.scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        return None
    raise ValueError(f"not a store: {parts.scheme or url!r}; use sqlite:/// or postgresql://")


def keys_beside(url: str) -> str:
    """The key store of a log unless told otherwise: ``keys.db`` beside its file, or a schema of its
    own in the same database.
    """
    path = sqlite_path(url)
    return url if path is None else f"sqlite:///{quote(str(Path(path).with_name('keys.db')))}"
