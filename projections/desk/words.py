"""What people keep on their desks, in words: sentences of history."""

from projections.history.words import Said


def followed(s: Said) -> str:
    return f"{s.actor} follows {_thing(s)}"


def unfollowed(s: Said) -> str:
    return f"{s.actor} follows {_thing(s)} no more"


def _thing(s: Said) -> str:
    title = s.says.get("thing")
    return f"“{title}”" if title else f"a {s.says['kind'].replace('_', ' ')}"


def read(s: Said) -> str:
    return f"{s.actor} read notifications"


def settings_chosen(s: Said) -> str:
    return f"{s.actor} chose how to be notified"


def visited(s: Said) -> str:
    return f"{s.actor} looked at what is new"


def view_saved(s: Said) -> str:
    return f"{s.actor} saved the view “{s.after['name']}”"


def view_renamed(s: Said) -> str:
    return f"{s.actor} renamed a saved view: {s.moved('name')}"


def view_readdressed(s: Said) -> str:
    return f"{s.actor} changed what a saved view shows: {s.moved('address')}"


def view_starred(s: Said) -> str:
    return f"{s.actor} {'starred' if s.after['starred'] else 'unstarred'} a saved view"


def view_discarded(s: Said) -> str:
    return f"{s.actor} discarded a saved view"
