"""People and teams in words: sentences of history."""

from projections.history.words import Said


def joined(s: Said) -> str:
    return f"{s.actor} added {s.title}"


def formed(s: Said) -> str:
    return f"{s.actor} formed {s.title} ({s.after['kind']})"


def member_added(s: Said) -> str:
    return f"{s.actor} made {s.name(s.says['person'])} {s.after['role']} of {s.title}"


def member_removed(s: Said) -> str:
    return f"{s.actor} took {s.name(s.says['person'])} out of {s.title}"
