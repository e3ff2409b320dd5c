"""The way of a read: as of when, up to which position, and what the answer says about itself.

Single things are folded from the log itself, so they are never behind; lists, boards and scores
come from the views and carry the position they reflect.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import AwareDatetime, BeforeValidator, WithJsonSchema
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.core import cursors
from api.core.fields import Id, instant
from api.core.kept import WORDS_SECONDS, Kept, answer
from api.core.live import Live
from api.core.principal import Permission, Principal
from api.core.problems import Problem, behind, position_ahead
from api.core.reached import Reached
from api.core.wire import dumps, told
from api.services import Services
from projections.engine.moment import Moment, MomentAhead, UnreadableMoment
from projections.engine.view_store import MOVING

_SETTLED = timedelta(seconds=60)
_SKEW = timedelta(seconds=5)
_PATIENCE = 2.0
_AS_OF = re.compile(r"[0-9T:+.Z@-]{1,40}\Z")

AsOf = Annotated[
    str | None,
    Query(description="The past: an RFC 3339 time, or `@<position>`. What the log knew then."),
]
EffectiveAt = Annotated[
    AwareDatetime | None,
    BeforeValidator(lambda text: None if text is None else instant(text)),
    WithJsonSchema({"type": "string", "format": "date-time"}),
    Query(
        description="When it was true in the world, as known at `as_of` (RULES B1). What has no "
        "date of its own is told as known."
    ),
]
Limit = Annotated[int, Query(ge=1, le=500, description="At most so many items.")]
Cursor = Annotated[str | None, Query(max_length=2000, description="`next_cursor` of a list.")]
ById = Annotated[Id | None, Query()]


@dataclass(slots=True)
class Reading:
    """One read under way."""

    services: Services
    reached: Reached
    live: Live
    answers: Kept
    principal: Principal
    request: Request
    now: datetime
    moment: Moment | None
    effective_at: datetime | None

    @property
    def upto(self) -> int | None:
        """The position to fold up to; None for the present."""
        return None if self.moment is None else self.moment.position

    @property
    def at(self) -> datetime:
        """The instant of the question."""
        return self.now if self.moment is None else self.moment.at

    def when(self) -> Moment:
        """The moment for the views' readers; the present one when none was asked for.

        Raises 503 when the views have not reached it.
        """
        if self.moment is None:
            return self.services.views.moment(None, self.now)
        if not self.services.views.wait_for(self.moment.position, _PATIENCE, MOVING):
            raise behind("that moment")
        return self.moment

    def thing(self, body: Mapping[str, Any], version: int) -> Response:
        """A single thing, folded from the log.

        Its ETag is for writes: it says which version was seen, and not how things stand, which
        changes with the day and with what others do. So no cache may keep the answer by it.
        """
        position = self.services.journal.head() if self.moment is None else self.moment.position
        return Response(
            dumps({**body, "version": version, "position": position}),
            headers={
                "ETag": f'"{version}"',
                "TrueNorth-Position": str(position),
                "Cache-Control": "no-store",
            },
            media_type="application/json",
        )

    def view(self, body: Mapping[str, Any], moment: Moment, *, wordless: bool = False) -> Response:
        """A view: kept for whoever asks next, answered with 304 to whoever has it.

        ``wordless`` ones hold ids, titles and numbers, but no name from the directory and no
        sentence about anybody: only those may stay in a browser unasked, and here for longer than
        a moment, for what is erased must be gone there as well. One that turns out to hold
        somebody's own words is none of them, whatever its maker believes.
        """
        past = self.moment is not None and self._settled(moment)
        body_, words = told(body)
        wordless = wordless and not words
        found = answer(body_, moment.position, immutable=past and wordless)
        keys = getattr(self.request.state, "cache_keys", None)
        if keys is not None:
            seconds = None if wordless else WORDS_SECONDS
            self.answers.put(keys[0] if past else keys[1], found, seconds)
        return found.response(self.request.headers.get("if-none-match"))

    def _settled(self, moment: Moment) -> bool:
        """True when nothing can be added before that moment any more."""
        seen = self.reached.seen
        return (
            self.now - moment.at > _SETTLED and moment.position <= seen and seen >= self.live.head
        )

    def listing(
        self,
        cursor: str | None,
        page: Callable[[Moment, str | None], Mapping[str, Any]],
    ) -> Response:
        """A page of a list. The cursor is sealed to this address, its filters and its moment."""
        moment = self.when()
        place = cursors.place(self.request.url.path, self.request.query_params)
        start: str | None = None
        if cursor is not None:
            start, reflected = cursors.open_cursor(cursor, place)
            if reflected > moment.position and reflected > (head := self.services.journal.head()):
                raise position_ahead(head)
        found = dict(page(moment, start))
        following = found.get("next_cursor")
        found["next_cursor"] = (
            cursors.seal_cursor(following, moment.position, place)
            if following is not None
            else None
        )
        found.setdefault("position", moment.position)
        return self.view(found, moment)


def resolve(services: Services, as_of: str, now: datetime) -> Moment:
    """The moment asked for. Raises 400.

    A position is looked up in the log, so single things never wait for a view.
    """
    # A plus sign left bare in a query arrives as a space; there is no other space in a time.
    text = as_of.replace(" ", "+")
    try:
        if not _AS_OF.match(text):
            raise UnreadableMoment
        if text.startswith("@"):
            return _at_position(text[1:], services)
        return _at_time(text, services, now)
    except UnreadableMoment:
        raise Problem(
            400,
            "unreadable-moment",
            "Send as_of as an RFC 3339 time with an offset, or as @<position>.",
        ) from None
    except MomentAhead:
        raise Problem(
            400,
            "moment-ahead",
            "That moment has not come yet: choose an earlier one, or leave as_of out for now.",
        ) from None


def _at_time(text: str, services: Services, now: datetime) -> Moment:
    """Raises 503 when the views may not know yet all that was recorded by then."""
    views = services.views
    moment = views.moment(text, now)
    if views.position() > moment.position:
        return moment  # they know what came after it
    head = services.journal.head()
    if head > moment.position:
        if not views.wait_for(head, _PATIENCE, MOVING):
            raise behind("that moment")
        moment = views.moment(text, now)
    return moment


def _at_position(text: str, services: Services) -> Moment:
    if not (text.isascii() and text.isdigit()):
        raise UnreadableMoment
    position = int(text) if len(text) <= 18 else 10**18
    if position == 0:
        return Moment(0, datetime.fromtimestamp(0, UTC), live=False)
    rows = services.journal.rows(position - 1, 1)
    if not rows:
        raise MomentAhead
    return Moment(position, services.journal.header(rows[0]).recorded_at, live=False)


def reading(permission: Permission = "read") -> Any:
    """A dependency: who reads, as of when, and what was true when (RULES B1).

    Facts without a date of their own are true from when they were recorded.
    """

    async def read(
        request: Request, as_of: AsOf = None, effective_at: EffectiveAt = None
    ) -> Reading:
        principal: Principal = request.state.principal
        principal.must(permission)
        state = request.app.state
        services: Services = state.services
        now = services.clock.now()
        # The present needs no store to be asked: a live read saves the way to a thread.
        moment = None if as_of is None else await run_in_threadpool(resolve, services, as_of, now)
        present = now if moment is None else moment.at
        return Reading(
            services=services,
            reached=state.reached,
            live=state.live,
            answers=state.answers,
            principal=principal,
            request=request,
            now=now,
            moment=moment,
            effective_at=None if effective_at is None else not_ahead(effective_at, present),
        )

    return Depends(read)


def not_ahead(effective_at: datetime, present: datetime) -> datetime:
    """``effective_at``, which nobody can know before it has come. Raises 400 ``moment-ahead``.

    A clock that goes a little faster than ours means the present.
    """
    if effective_at > present + _SKEW:
        raise Problem(
            400,
            "moment-ahead",
            "That has not come yet: send an effective_at that is not after as_of, or after now.",
        )
    return min(effective_at, present)
