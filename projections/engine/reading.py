"""Reading all tables as of one moment, out of one state of the store."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, and_, or_, select

from projections.engine.errors import NOT_YET, ViewHalted
from projections.engine.followers import FOLLOWERS, Follower
from projections.engine.moment import Moment
from projections.engine.past import arguments, past
from projections.engine.states import States
from projections.engine.succession import GENERATIONS
from projections.engine.versions import Row, is_immutable, keys_of, name_of
from projections.engine.view_positions import OF_READ, RUNNING

READ = select(FOLLOWERS).join(GENERATIONS, OF_READ)
"""The generations that readers see."""


class Reading:
    """One consistent look at all views: every row comes from the same state of the store.

    No table is read whose view cannot answer: ViewHalted says so, whichever way the table is asked.

    Args:
        views: the view of each table.
        read: the generations that readers see, by view.
        lost: in words, why a checkpoint does not belong to the log; None if it does.
        unbuilt: what to say of a view that has no generation to read.
        states: folded states by version, kept from answer to answer.
    """

    def __init__(
        self,
        connection: Connection,
        views: Mapping[Table, str],
        read: Mapping[str, Follower],
        lost: Callable[[int, str | None], str | None],
        unbuilt: Callable[[Connection, str], ViewHalted],
        states: States,
    ) -> None:
        self.connection = connection
        self.states = states
        self._views = views
        self._read = read
        self._lost = lost
        self._unbuilt = unbuilt
        self._sound: dict[str, Follower] = {}
        running = [each.position for each in read.values() if each.state == RUNNING]
        self._shown = min(running, default=0)

    def generation(self, table: Table, moment: Moment | None = None) -> int:
        """The generation of the view that ``table`` belongs to.

        Args:
            moment: what is asked about, the present by default.

        Raises:
            ViewHalted: the view does not show that moment, and waiting does not help.
        """
        position = self._shown if moment is None else moment.position
        return self._able(table, position).generation

    def is_current(self, table: Table, moment: Moment) -> bool:
        """Whether the view knows nothing newer than ``moment``: then current rows are its rows."""
        return self._able(table, moment.position).position <= moment.position

    def _able(self, table: Table, position: int) -> Follower:
        """The generation that is read, when it can answer for ``position``."""
        view = self._views[table]
        known = self._sound.get(view) or self._examined(table, view)
        if known.state != RUNNING and known.position < position:
            reason = known.reason or NOT_YET
            raise ViewHalted(view, known.state, known.position, reason)
        return known

    def _examined(self, table: Table, view: str) -> Follower:
        known = self._read.get(view)
        if known is None:
            raise self._unbuilt(self.connection, view)
        if table.name not in known.tables.split():
            reason = f"another release keeps {name_of(table)} in another shape"
            raise ViewHalted(view, "building", known.position, reason)
        reason_ = self._lost(known.position, known.event_id)
        if reason_ is not None:
            raise ViewHalted(view, "building", known.position, reason_)
        self._sound[view] = known
        return known

    def position(self, view: str) -> int:
        """How far the generation of a view is that readers see; 0 without one."""
        known = self._read.get(view)
        return 0 if known is None else known.position

    def alive(self, table: Table, moment: Moment) -> Any:
        """The condition that a version was current at ``moment``; for keys with few versions."""
        c = table.c
        generation = c.gen == self.generation(table, moment)
        if is_immutable(table):
            return (
                generation
                if self.is_current(table, moment)
                else and_(generation, c.since <= moment.position)
            )
        if self.is_current(table, moment):
            return and_(generation, c.until.is_(None))
        ended = or_(c.until.is_(None), c.until > moment.position)
        return and_(generation, c.since <= moment.position, ended)

    def one(self, table: Table, key: Sequence[Any], moment: Moment) -> Row | None:
        """The version of one key that was current at ``moment``."""
        c = table.c
        wanted = [c[name] == value for name, value in zip(keys_of(table), key, strict=True)]
        query = select(table).where(c.gen == self.generation(table, moment), *wanted)
        if self.is_current(table, moment):
            query = query.where(c.until.is_(None))
        else:
            query = query.where(c.since <= moment.position).order_by(c.since.desc()).limit(1)
        row = self.connection.execute(query).mappings().first()
        if row is None or (row["until"] is not None and row["until"] <= moment.position):
            return None
        return row

    def rows(
        self,
        table: Table,
        moment: Moment,
        *conditions: Any,
        order_by: Sequence[Any] = (),
        limit: int | None = None,
        **equals: Any,
    ) -> list[Row]:
        """The versions of ``table`` that were current at ``moment``.

        Args:
            conditions: further SQL conditions on ``table.c``.
            order_by: by key unless it says otherwise.
            equals: column values; on a fixed column they are found by index, now and then.
        """
        c, given = table.c, dict[str, Any]()
        order = order_by or [c[name] for name in keys_of(table)]
        if is_immutable(table) or self.is_current(table, moment):
            query = select(table).where(self.alive(table, moment))
        else:
            fixed = {name: equals.pop(name) for name in table.info["fixed"] if name in equals}
            query = past(table, tuple(fixed))
            given = arguments(self.generation(table, moment), moment.position, fixed)
        wanted = [*(c[name] == value for name, value in equals.items()), *conditions]
        found = self.connection.execute(query.where(*wanted).order_by(*order).limit(limit), given)
        return list(found.mappings())
