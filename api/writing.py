"""The way of a write: who, on what, which version; then one command, one receipt, one answer.

The order of refusals is 401, then unreadable bodies, 404, 403, 428, 422, and what the log says
(412 stale, 409 illegal). A repeated Idempotency-Key gives the first answer again: the receipt
tells the position, and the thing is shown as it was there.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.feed import Feed
from api.fields import UUID_TEXT
from api.principal import Permission, Principal
from api.problems import Problem, not_found, refused
from api.services import Services
from api.wire import canonical, dumps
from domain.facts import Command, Refusal
from journal.append import Receipt
from journal.ids import derived_id

_KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")
_ETAG = re.compile(r'"([0-9]{1,18})"\Z')

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Repeating a request with the same key gives the first answer again.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description='The version seen, as `"<version>"`, or `*`.'),
]


@dataclass(slots=True)
class Write:
    """One write under way. ``state`` and ``version`` are those of the thing it is about."""

    services: Services
    principal: Principal
    scope: str
    key: str
    at: datetime
    feed: Feed
    thing_id: str = ""
    state: Any = None
    version: int = 0
    expected: int | None = None
    request_hash: str = field(default="", repr=False)

    @property
    def command_id(self) -> str:
        return derived_id(self.principal.name, self.scope, self.key)

    def stamp(self, reason: str | None = None) -> dict[str, Any]:
        """What every command carries: its id, its time, its actor and the reason given."""
        return {
            "command_id": self.command_id,
            "at": self.at,
            "by": self.principal.actor,
            "reason": reason,
        }

    def new_id(self) -> str:
        return self.services.new_id()

    def fingerprint(self, body: BaseModel | None) -> str:
        content = {} if body is None else body.model_dump(exclude_unset=True)
        return hashlib.sha256(canonical([self.scope, content])).hexdigest()

    def handle(self, command: Command, body: BaseModel | None = None) -> Receipt:
        """Hand the command to the journal. Raises the problem that a refusal is."""
        outcome = self.services.journal.handle(
            command, expected=self.expected, fingerprint=self.fingerprint(body)
        )
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        self.feed.acknowledge(outcome.position)
        return outcome

    def answered_at(self, receipt: Receipt) -> datetime:
        """The time the first answer was given at, so that a replay shows the same numbers."""
        if not receipt.replayed or not receipt.facts:
            return self.at
        facts = self.services.journal.read(
            receipt.stream, after=receipt.position - receipt.facts, upto=receipt.position
        )
        return facts[-1].recorded_at if facts else self.at

    def respond(
        self, receipt: Receipt, thing: dict[str, Any], *, status: int = 200, at: str | None = None
    ) -> Response:
        """The answer: the thing, its version and position; ``at`` is the address of a new one."""
        headers = {
            "ETag": f'"{receipt.version}"',
            "TrueNorth-Position": str(receipt.position),
            "Idempotency-Key": self.key,
            "Cache-Control": "no-store",
        }
        if receipt.replayed:
            headers["Idempotency-Replayed"] = "true"
        if at is not None:
            headers["Location"] = at
        body = {**thing, "version": receipt.version, "position": receipt.position}
        return Response(dumps(body), status, headers, media_type="application/json")


def begin(request: Request, key: str | None) -> Write:
    """A write as far as the headers tell."""
    if key is not None and not _KEY.match(key):
        raise Problem(
            400,
            "unreadable-idempotency-key",
            "An Idempotency-Key has 1 to 200 visible ASCII characters.",
        )
    services: Services = request.app.state.services
    return Write(
        services=services,
        principal=request.state.principal,
        scope=f"{request.method} {request.scope['path']}",
        key=key if key is not None else services.new_id(),
        at=services.clock.now(),
        feed=request.app.state.feed,
    )


def creating(permission: Permission = "write") -> Any:
    """A dependency: a write that makes a new thing."""

    async def create(request: Request, idempotency_key: IdempotencyKey = None) -> Write:
        write = begin(request, idempotency_key)
        write.principal.must(permission)
        return write

    return Depends(create)


def editing(
    kind: str, parameter: str, *, permission: Permission = "write", versioned: bool = True
) -> Any:
    """A dependency: a write on the existing thing of stream ``{kind}/{parameter}``.

    ``versioned`` writes need If-Match; additive ones take it if it is there.
    """

    def edit(
        request: Request,
        thing_id: Annotated[str, Path(alias=parameter)],
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Write:
        write = begin(request, idempotency_key)
        write.thing_id = thing_id
        write.state, write.version = existing(write.services, kind, thing_id)
        write.principal.must(permission)
        write.expected = expected_version(if_match, write.version, needed=versioned)
        return write

    return Depends(edit)


def existing(
    services: Services, kind: str, thing_id: str, upto: int | None = None
) -> tuple[Any, int]:
    """The folded state and version of a thing. Raises 404 when the log knows none."""
    if not UUID_TEXT.match(thing_id):
        raise not_found(kind)
    state, version = services.journal.state(f"{kind}/{thing_id}", upto=upto)
    if version == 0:
        raise not_found(kind)
    return state, version


def expected_version(if_match: str | None, current: int, *, needed: bool) -> int | None:
    """The version the client saw, None for any. Raises 428, or 400 for what is no strong validator.

    A weak one (``W/"3"``) never matches (RFC 9110, 13.1.1), so it is told apart at once.
    """
    if if_match is None:
        if needed:
            raise Problem(
                428,
                "if-match-needed",
                'Say which version you saw: If-Match: "<version>", or * for any.',
                current_version=current,
            )
        return None
    if if_match.strip() == "*":
        return None
    seen = []
    for part in if_match.split(","):
        found = _ETAG.match(part.strip())
        if found is None:
            raise Problem(400, "unreadable-if-match", 'If-Match is "<version>" or *, never weak.')
        seen.append(int(found[1]))
    return current if current in seen else seen[0]
