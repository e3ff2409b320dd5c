"""The way of a write: who, on what, which version; then one command, one receipt, one answer.

The order of refusals is 401, then unreadable bodies, 404, 403, 428, 422, and what the log says
(412 stale, 409 illegal). A repeated Idempotency-Key gives the first answer again: the receipt
tells the position, and the thing is shown as it was there.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Header, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.core.principal import Principal
from api.core.problems import Problem, refused
from api.core.undo import Undo
from api.core.wire import canonical, dumps
from api.core.writers import Writers
from api.services import Services
from domain.facts import Command, Refusal
from journal.append import Receipt
from journal.ids import derived_id
from journal.together import Rejected, Wish

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
    """One write under way. ``state`` and ``version`` are those of the thing it is about.

    ``acknowledge`` hears of the position that its answer tells.
    """

    services: Services
    principal: Principal
    scope: str
    key: str
    at: datetime
    acknowledge: Callable[[int], None]
    writers: Writers
    deadline: float
    thing_id: str = ""
    state: Any = None
    version: int = 0
    expected: int | None = None

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
        """Hand the command to the journal, if the asker may send it.

        Raises 403, or the problem that a refusal is.
        """
        self.principal.must(self.services.things.commands[type(command)].permits)
        outcome = self.services.journal.handle(
            command, expected=self.expected, fingerprint=self.fingerprint(body)
        )
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        self.acknowledge(outcome.position)
        return outcome

    def handle_all(self, commands: Sequence[Command], body: BaseModel | None = None) -> Receipt:
        """Hand over commands that belong together, all or none; the receipt is that of the whole.

        It is about the subject of the first command, whose version is the one that was seen.
        Raises 403, or the problem that the first refusal is.
        """
        for command in commands:
            self.principal.must(self.services.things.commands[type(command)].permits)
        fingerprint = self.fingerprint(body)
        first, *others = commands
        outcome = self.services.journal.handle_many(
            [
                Wish(first, self.expected, fingerprint),
                *(Wish(command, None, fingerprint) for command in others),
            ]
        )
        if isinstance(outcome, Rejected):
            raise refused(outcome.answer) if isinstance(outcome.answer, Refusal) else outcome.answer
        receipts = [each for each in outcome if isinstance(each, Receipt)]
        receipt = receipts[0]._replace(
            position=receipts[-1].position,
            version=max(each.version for each in receipts if each.stream == receipts[0].stream),
            facts=sum(each.facts for each in receipts),
        )
        self.acknowledge(receipt.position)
        return receipt

    def answered_at(self, receipt: Receipt) -> datetime:
        """The time the first answer was given at, so that a replay shows the same numbers."""
        if not receipt.replayed or not receipt.facts:
            return self.at
        facts = self.services.journal.read(
            receipt.stream, after=receipt.position - receipt.facts, upto=receipt.position
        )
        return facts[-1].recorded_at if facts else self.at

    def respond(
        self,
        receipt: Receipt,
        thing: dict[str, Any],
        *,
        status: int = 200,
        at: str | None = None,
        undo: Undo | None = None,
    ) -> Response:
        """The answer: the thing, its version and position, and the way back from this write.

        ``at`` is the address of a new one. A write that has changed nothing has no way back.
        """
        headers = {
            "ETag": f'"{receipt.version}"',
            "TrueNorth-Position": str(receipt.position),
            "TrueNorth-Facts": str(receipt.facts),
            "Idempotency-Key": self.key,
            "Cache-Control": "no-store",
        }
        if receipt.replayed:
            headers["Idempotency-Replayed"] = "true"
        if at is not None:
            headers["Location"] = at
        body = {
            **thing,
            "version": receipt.version,
            "position": receipt.position,
            "undo": undo.shown() if undo is not None and receipt.facts else None,
        }
        return Response(dumps(body), status, headers, media_type="application/json")


def begin(request: Request, key: str | None) -> Write:
    """A write as far as the headers tell; on a draft, if this is a part of a batch."""
    if key is not None and not _KEY.match(key):
        raise Problem(
            400,
            "unreadable-idempotency-key",
            "An Idempotency-Key has 1 to 200 visible ASCII characters.",
        )
    state = request.app.state
    draft: Services | None = getattr(request.state, "draft", None)
    services: Services = draft or state.services
    return Write(
        services=services,
        principal=request.state.principal,
        scope=f"{request.method} {request.scope['path']}",
        key=key if key is not None else services.new_id(),
        at=services.clock.now(),
        # What nobody has recorded yet nobody can wait for.
        acknowledge=state.reached.acknowledge if draft is None else _unheard,
        writers=state.writers,
        deadline=state.writers.deadline(),
    )


def _unheard(_: int) -> None: ...


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
            raise Problem(
                400,
                "unreadable-if-match",
                'Send If-Match as "<version>" in quotes, or as *; a weak one matches nothing.',
            )
        seen.append(int(found[1]))
    return current if current in seen else seen[0]
