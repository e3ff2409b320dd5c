"""Many writes in one request: each judged as if it came alone, all or none of them if so wished.

No route has a second implementation for it. Each command goes through the application as a request
of its own (``api/core/inner.py``). For all or none that happens on a draft of the log, where it is
judged on what the commands before it lead to; what was gathered is then recorded in one
transaction. Nobody was faster as a rule, so what was told on the draft is the answer. If somebody
was, the commands are sent once more: each gives its first answer again, from the log.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from pydantic import Field, StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.doors import creating
from api.core.fields import AsArray, Like, Request
from api.core.inner import Inner, Told, answered, ask, last_position, told
from api.core.interface import Part
from api.core.problems import Problem, invalid_field, journal_problem, refused
from api.core.shapes import Shape
from api.core.writing import Write
from api.services import Services
from domain.facts import Refusal
from journal.append import Receipt
from journal.directory import EmailTaken
from journal.directory_draft import DirectoryDraft
from journal.draft import Draft
from journal.errors import JournalUnavailable
from journal.ids import derived_id
from journal.together import Answer, Rejected

MOST: Final = 200
SECONDS_A_COMMAND: Final = 0.02
"""By how much each command moves the deadline of the whole."""

_TRIES: Final = 3
_IN_PATH: Final = re.compile(r"(?<=/)\$([0-9]{1,3})\.id(?=[/?]|\Z)")
_IN_BODY: Final = re.compile(r"\$([0-9]{1,3})\.id\Z")


class BatchCommand(Request):
    """A write as it would be sent alone. `$0.id` in `path`, or as an id in `body`, stands for the
    id of what the command with that index, counted from 0, has made.
    """

    method: Literal["POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[
        str,
        StringConstraints(max_length=2000),
        Like(r"/v1/[\x21-\x7e]+", "a path looks like /v1/objectives"),
    ]
    body: Any = None
    idempotency_key: Annotated[str, StringConstraints(max_length=200)] | None = None
    if_match: (
        Annotated[
            str | int, Field(description="As the header: the version seen, in quotes or not, or *.")
        ]
        | None
    ) = None


class Batch(Request):
    commands: Annotated[tuple[BatchCommand, ...], AsArray, Field(min_length=1, max_length=MOST)]
    atomic: Annotated[bool, Field(description="All or none, in one transaction.")]
    dry_run: Annotated[bool, Field(description="Answer what would happen; write nothing.")] = False


class BatchResult(Shape):
    status: int
    facts: Annotated[int, Field(description="How many facts it recorded, as TrueNorth-Facts.")]
    body: Any


class BatchAnswer(Shape):
    results: list[BatchResult]
    position: int


router = APIRouter(prefix="/v1/batch", tags=["batch"], route_class=StrictRoute)

PART: Final = Part(router)

Create = Annotated[Write, creating(None)]  # each command has a door of its own


@router.post("", response_model=BatchAnswer)
async def batch(request: HttpRequest, body: Batch, write: Create) -> Response:
    """Up to 200 writes, each with its status and its body as if it were sent alone.

    Atomic: all or none in one transaction; the first failure is answered with its own problem and
    `failed_index`. Otherwise each on its own, in their order. A command without a key of its own
    has one of the batch's `Idempotency-Key` and its place, so a batch may be sent again.
    """
    for place, command in enumerate(body.commands):
        if _is_batch(command.path):
            raise invalid_field(f"/commands/{place}/path", "A batch holds no other batch.")
    run = _Run(request, write, body)
    if body.dry_run:
        answers, _ = await run.drafted(await run.draft())
    elif body.atomic:
        answers = await run.together()
    else:
        answers = await run.all()
    written = None if body.dry_run else last_position(answers)
    head = write.services.journal.head
    position = await run_in_threadpool(head) if written is None else written
    return answered(write, answers, position)


class _Failed(Problem):
    """The answer to a batch of which one command fails: that command's problem, and which it is."""

    def __init__(self, index: int, answer: Told) -> None:
        said: dict[str, Any] = answer.json()
        code, detail, errors = said["code"], said["detail"], said.get("errors", ())
        known = {"type", "title", "status", "code", "detail", "errors"}
        extra = {name: value for name, value in said.items() if name not in known}
        headers = {n: v for n, v in answer.headers.items() if n in ("retry-after", "allow")}
        super().__init__(
            answer.status, code, detail, errors=errors, headers=headers, **extra, failed_index=index
        )


@dataclass(slots=True)
class _Run:
    """One batch under way."""

    request: HttpRequest
    write: Write
    body: Batch

    @property
    def deadline(self) -> float:
        return self.write.deadline + SECONDS_A_COMMAND * len(self.body.commands)

    async def all(self, draft: Services | None = None) -> list[Told]:
        """Each command on its own."""
        answers: list[Told] = []
        for place in range(len(self.body.commands)):
            answers.append(await self._one(place, answers, draft))
        return answers

    async def together(self) -> list[Told]:
        """All commands or none. Raises the problem of the first that fails."""
        for _ in range(_TRIES):
            draft = await self.draft()
            answers, places = await self.drafted(draft)
            try:
                recorded = await self.write.writers.run(partial(_record, draft), self.deadline)
            except EmailTaken:
                continue  # somebody was faster: the command that wants it hears so itself
            if isinstance(recorded, Rejected):
                raise _Failed(places[recorded.index], told(_problem(recorded.answer)))
            log = draft.journal
            assert isinstance(log, Draft)
            for receipt in recorded:
                assert isinstance(receipt, Receipt)
                self.write.acknowledge(receipt.position)
            return answers if list(recorded) == log.receipts else await self.all()
        raise JournalUnavailable("others kept taking the same addresses")

    async def draft(self) -> Services:
        """Stores on which the commands can be tried."""
        services = self.write.services

        def draft() -> Services:
            journal, directory = Draft(services.journal), DirectoryDraft(services.directory)
            return replace(services, journal=journal, directory=directory)

        return await self.write.writers.run(draft, self.deadline)

    async def drafted(self, draft: Services) -> tuple[list[Told], list[int]]:
        """The answers as they would be, and of each wish of the draft whose it is.

        Raises the problem of the first command that fails if all or none are wanted.
        """
        log = draft.journal
        assert isinstance(log, Draft)
        answers: list[Told] = []
        places: list[int] = []
        for place in range(len(self.body.commands)):
            answer = await self._one(place, answers, draft)
            if self.body.atomic and not answer.fine:
                raise _Failed(place, answer)
            answers.append(answer)
            places += [place] * (len(log.wishes) - len(places))
        return answers, places

    async def _one(self, place: int, before: Sequence[Told], draft: Services | None) -> Told:
        """The answer to the command at a place."""
        command = self.body.commands[place]
        if time.monotonic() > self.deadline:
            return told(journal_problem(JournalUnavailable("there was no time left for it")))
        try:
            inner = Inner(
                command.method,
                _IN_PATH.sub(lambda found: _made(found[1], before), command.path),
                _filled(command.body, before),
                command.idempotency_key or derived_id(self.write.key, str(place)),
                _quoted(command.if_match),
            )
        except Problem as problem:
            return told(problem)
        return await ask(self.request, inner, draft)


def _record(draft: Services) -> Sequence[Answer] | Rejected:
    """Record what was gathered; names go before facts, as they do for a single person.

    Raises EmailTaken when somebody else took an address meanwhile; nothing is written then.
    """
    log, directory = draft.journal, draft.directory
    assert isinstance(log, Draft)
    assert isinstance(directory, DirectoryDraft)
    if not log.wishes:
        return ()
    directory.put()
    recorded = log.record()
    if isinstance(recorded, Rejected):
        directory.take_back()
    return recorded


def _problem(answer: Answer) -> Problem:
    if isinstance(answer, Refusal):
        return refused(answer)
    assert not isinstance(answer, Receipt)
    return journal_problem(answer)


def _is_batch(path: str) -> bool:
    return unquote(path.partition("?")[0]).rstrip("/") == router.prefix


def _quoted(if_match: str | int | None) -> str | None:
    """A version as the header has it; a bare number is one, too."""
    if if_match is None:
        return None
    text = str(if_match)
    return f'"{text}"' if text.isascii() and text.isdigit() else text


def _filled(value: Any, before: Sequence[Told], *, is_id: bool = False) -> Any:
    """The body with ids in place of what stands for them; other texts are nobody's business."""
    if isinstance(value, Mapping):
        return {
            name: _filled(each, before, is_id=name == "id" or name.endswith(("_id", "_ids")))
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_filled(each, before, is_id=is_id) for each in value]
    if is_id and isinstance(value, str) and (found := _IN_BODY.match(value)):
        return _made(found[1], before)
    return value


def _made(index: str, before: Sequence[Told]) -> str:
    """The id of what a command before this one has made. Raises 422."""
    place = int(index)
    if place < len(before) and before[place].fine:
        made = before[place].json()
        if isinstance(made, dict) and isinstance(made.get("id"), str):
            return str(made["id"])
    raise invalid_field("", f"${place}.id stands for nothing: that command has made nothing.")
