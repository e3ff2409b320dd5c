"""Live feeds among the followers: each process that has one keeps a row while it lives.

Its lease says how long the row counts. Who stops takes the row away; who is gone without a word
is taken for gone when the lease is over, and whoever signs next clears that row away, too.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from projections.engine.followers import FOLLOWERS, SINGLE, Follower, database_now
from projections.engine.stores import snapshot, writing

LEASE_SECONDS: Final = 20.0

_FEED: Final = "live feed of "
"""What the names of these rows begin with; the holder follows."""

_KEPT: Final[dict[str, Any]] = {
    "position": bindparam("reached"),
    "event_id": bindparam("fact"),
    "state": bindparam("stands"),
    "reason": bindparam("why"),
    "beat_at": bindparam("now"),
    "lease_until": bindparam("until"),
}
_SIGN: Final = update(FOLLOWERS).where(
    FOLLOWERS.c.name == bindparam("feed"), FOLLOWERS.c.generation == SINGLE
)
_BEGIN: Final = insert(FOLLOWERS).values(
    name=bindparam("feed"), generation=SINGLE, code="", tables="", holder=bindparam("who"), **_KEPT
)


class Feeds:
    """The rows of all live feeds over one store of views.

    Args:
        holder: whose feed signs here.
    """

    def __init__(self, engine: Engine, holder: str) -> None:
        self._engine = engine
        self._holder = holder
        self._name = f"{_FEED}{holder}"

    def sign(self, position: int, event_id: str | None, trouble: str | None) -> None:
        """This feed lives, and has passed on everything up to a position.

        Args:
            event_id: of the fact there.
            trouble: why it comes no further, if it does not.
        """
        with writing(self._engine) as connection:
            now = database_now(connection)
            values: dict[str, Any] = {
                "feed": self._name,
                "who": self._holder,
                "reached": position,
                "fact": event_id,
                "stands": "running" if trouble is None else "halted",
                "why": trouble,
                "now": now,
                "until": now + timedelta(seconds=LEASE_SECONDS),
            }
            known = {name: value for name, value in values.items() if name != "who"}
            if not connection.execute(_SIGN.values(**_KEPT), known).rowcount:
                connection.execute(_BEGIN, values)
            connection.execute(delete(FOLLOWERS).where(_is_feed(), FOLLOWERS.c.lease_until <= now))

    def leave(self) -> None:
        """This feed stops."""
        with writing(self._engine) as connection:
            connection.execute(delete(FOLLOWERS).where(FOLLOWERS.c.name == self._name))


def living(engine: Engine) -> list[Follower]:
    """The feeds whose lease is not over, by name."""
    with snapshot(engine) as connection:
        return _living(connection)


def without_feeds(known: Sequence[Follower]) -> list[Follower]:
    """Followers that are kept whether or not anybody runs them now."""
    return [each for each in known if not each.name.startswith(_FEED)]


def _living(connection: Connection) -> list[Follower]:
    rows = connection.execute(
        select(FOLLOWERS)
        .where(_is_feed(), FOLLOWERS.c.lease_until > database_now(connection))
        .order_by(FOLLOWERS.c.name)
    )
    return [Follower(*row) for row in rows]


def _is_feed() -> Any:
    return FOLLOWERS.c.name.startswith(_FEED, autoescape=True)
