"""Pages of a list by keyset: a page goes on after the last key, whatever was added meanwhile."""


def after(cursor: str | None) -> int:
    """The position that a list goes on after; 0 at its beginning."""
    return int(cursor) if cursor else 0
