"""Comments in words: sentences of history. None of them says what a comment says."""

from projections.history.words import Said


def _thing(s: Said) -> str:
    return f"a check-in of “{s.title}”" if s.says["of"] == "check_in" else f"“{s.title}”"


def posted(s: Said) -> str:
    verb = "replied to a comment" if s.says["reply"] else "commented"
    return f"{s.actor} {verb} on {_thing(s)}"


def edited(s: Said) -> str:
    return f"{s.actor} edited a comment on {_thing(s)}"


def withdrawn(s: Said) -> str:
    return f"{s.actor} withdrew a comment on {_thing(s)}"


def reacted(s: Said) -> str:
    return f"{s.actor} reacted to a comment on {_thing(s)}: {s.says['emoji']}"


def taken_back(s: Said) -> str:
    return f"{s.actor} took back {s.says['emoji']} from a comment on {_thing(s)}"
