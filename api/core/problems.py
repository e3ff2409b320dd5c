"""Every error leaves as ``application/problem+json`` (RFC 9457) with a stable code.

Refusals of the domain are values; this is the edge where they become answers. No problem repeats
what came in, so a hostile body is never reflected.
"""

import logging
import re
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route

from api.core.strict_json import Unreadable
from domain.facts import Refusal
from journal.errors import (
    DiskFull,
    JournalError,
    JournalUnavailable,
    KeyReused,
    StoreDamaged,
    UnreadableFact,
    UnstorableValue,
)
from projections.engine.errors import ViewHalted, ViewsDamaged

log = logging.getLogger("truenorth.api")

PLAIN_NAME = re.compile(r"[A-Za-z0-9_]{1,40}\Z")
_ROUTING_CODES = {404: "not-found", 405: "method-not-allowed"}
_WORDS: Mapping[str, str] = {
    "bool_type": "True or false is needed.",
    "extra_forbidden": "This field is not known here.",
    "greater_than_equal": "At least {ge}.",
    "int_parsing": "A whole number is needed.",
    "int_type": "A whole number is needed.",
    "less_than_equal": "At most {le}.",
    "literal_error": "One of {expected} is needed.",
    "missing": "This field is needed.",
    "model_attributes_type": "An object is needed.",
    "model_type": "An object is needed.",
    "string_pattern_mismatch": "This is not in the form that is needed here.",
    "string_too_long": "At most {max_length} characters.",
    "string_type": "A text is needed.",
    "too_long": "At most {max_length} items.",
    "too_short": "Too few items: {min_length} or more are needed.",
    "tuple_type": "An array is needed.",
    "union_tag_invalid": "The kind is missing or not known.",
    "union_tag_not_found": "The kind is missing or not known.",
}
"""What is said of the faults that pydantic finds, by their type; its ``ctx`` fills the gaps."""

STORE_ERRORS: Final = (
    OperationalError,
    InterfaceError,
    PoolTimeout,
    sqlite3.OperationalError,
    psycopg.OperationalError,
)
"""What a store of views that does not answer raises, through SQLAlchemy or past it."""

_STATUS_OF_KIND = {"conflict": 409, "invalid": 422, "missing": 404, "forbidden": 403}


class Problem(HTTPException):
    """An error answer: ``code`` is stable, ``extra`` adds members such as ``allowed``."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.code = code
        self.errors = tuple(errors)
        self.extra = extra

    def response(self) -> Response:
        return problem(
            self.status_code, self.code, self.detail, self.errors, self.headers, **self.extra
        )


def problem(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> Response:
    """The answer itself; ``type`` points at the entry of the code in the served docs."""
    body: dict[str, Any] = {
        "type": f"/docs#problem-{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **extra,
    }
    if errors:
        body["errors"] = list(errors)
    return Response(
        orjson.dumps(body),
        status,
        headers={**(headers or {}), "Cache-Control": "no-store"},
        media_type="application/problem+json",
    )


def refused(refusal: Refusal) -> Problem:
    """A domain refusal as an answer: 409, 412 when stale, 422, 404 or 403."""
    status = 412 if refusal.code == "stale-version" else _STATUS_OF_KIND[refusal.kind]
    extra = dict(refusal.extra)
    if refusal.kind == "conflict" and status == 409:
        extra["allowed"] = list(refusal.allowed)
    detail = sentence(refusal.detail)
    errors = [{"pointer": refusal.pointer, "detail": detail}] if refusal.pointer is not None else []
    return Problem(status, refusal.code, detail, errors=errors, **extra)


def not_found(what: str = "thing") -> Problem:
    return Problem(
        404, "not-found", f"There is no such {what.replace('_', ' ')}, or you may not know of it."
    )


def behind(what: str, seen: int | None = None) -> Problem:
    """Views that have not reached what a read needs; soon they will have.

    ``seen`` is the position that they have reached, where that is known.
    """
    headers, known = {"Retry-After": "1"}, dict[str, Any]()
    if seen is not None:
        headers["TrueNorth-Position"] = str(seen)
        known["position"] = seen
    detail = f"The views have not reached {what} yet; ask again."
    return Problem(503, "projection-behind", detail, headers=headers, **known)


def position_ahead(head: int) -> Problem:
    """Whoever has read further has read another log: answering with nothing would hide that."""
    detail = f"The log ends at {head}: it was restored or cut short. Begin again from the start."
    return Problem(400, "position-ahead", detail, position=head)


def pointer(loc: Sequence[str | int], body: Any) -> str:
    """A JSON pointer into ``body`` for the place where pydantic found a fault.

    Tags of unions, which are no place in the body, are left out; so is a field's name when it is
    not a plain word, because an answer repeats no hostile text.
    """
    parts: list[str] = []
    here = body
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(here, Mapping):
            if step in here:
                here = here[step]
            elif not last:
                continue
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        elif not last:
            continue
        text = str(step)
        if PLAIN_NAME.match(text):
            parts.append(text)
    return "".join(f"/{part}" for part in parts)


def install(app: FastAPI, outages: "Outages") -> None:
    """Turn everything that can be raised into a problem."""

    async def on_http(request: Request, error: Exception) -> Response:
        if isinstance(error, Problem):
            return error.response()
        assert isinstance(error, HTTPException)
        status, headers = error.status_code, error.headers
        if status == 405:
            headers = {"Allow": ", ".join(sorted(_methods(request)))}
        code = _ROUTING_CODES.get(status, "refused")
        detail = {
            404: "There is nothing at this address. The page /docs lists what there is.",
            405: "This address does not take that method. The header Allow names those it takes.",
        }.get(status, HTTPStatus(status).phrase)
        return problem(status, code, detail, headers=headers)

    async def on_invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return invalid(error).response()

    async def on_unreadable(_: Request, error: Exception) -> Response:
        assert isinstance(error, Unreadable)
        return problem(400, error.code, error.detail)

    async def on_journal(_: Request, error: Exception) -> Response:
        assert isinstance(error, JournalError)
        return outages.of_log(error).response()

    async def on_views(_: Request, error: Exception) -> Response:
        return outages.of_views(error).response()

    async def on_fault(request: Request, error: Exception) -> Response:
        log.error("unhandled error on %s", request.scope.get("path"), exc_info=error)
        return problem(
            500,
            "fault",
            "Something went wrong here and was logged. Try again, or tell who runs this server.",
        )

    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(Unreadable, on_unreadable)
    app.add_exception_handler(JournalError, on_journal)
    for kind in (ViewHalted, ViewsDamaged, *STORE_ERRORS):
        app.add_exception_handler(kind, on_views)
    app.add_exception_handler(Exception, on_fault)


def _methods(request: Request) -> set[str]:
    """What the address takes: the methods of all its routes. HEAD goes wherever GET does."""
    taken: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            taken |= route.methods or set()
    return taken | {"HEAD"} if "GET" in taken else taken


def journal_problem(error: JournalError) -> Problem:
    """What the journal raises, as an answer: the client's fault, or a store to wait for."""
    match error:
        case KeyReused():
            return Problem(
                422,
                "idempotency-key-reused",
                "This Idempotency-Key was used for another request. Send a new key.",
            )
        case UnstorableValue():
            return Problem(
                422,
                "invalid-request",
                "The log cannot carry one of the values. Leave control characters out of texts.",
            )
        case DiskFull():
            return _away("disk-full", "The store has no room left. Nothing was written.", 60)
        case UnreadableFact():
            detail = (
                f"Fact {error.position} ({error.fact_type}) cannot be read by this release; "
                "it waits for one that can."
            )
            return _away("unreadable-fact", detail, 60)
        case StoreDamaged():
            detail = f"{error.what.capitalize()} is damaged; `truenorth doctor` says what to do."
            return _away("store-damaged", detail, 60)
        case JournalUnavailable():
            wait = max(1, round(error.retry_after))
        case _:
            wait = 5
    detail = "The store does not answer. Send it again with the same Idempotency-Key."
    return _away("store-away", detail, wait)


def views_problem(error: Exception) -> Problem:
    """What the views raise, as an answer: one that stands still, a damaged store, none at all."""
    match error:
        case ViewHalted():
            reason = error.reason or error.state
            detail = f"The view {error.view} stands still at position {error.position}: {reason}."
            return _away("view-halted", detail, 10, view=error.view, reason=reason)
        case ViewsDamaged():
            detail = f"The store of the views is damaged and has to be rebuilt: {error}."
            return _away("views-damaged", detail, 10)
        case _:
            return _away("store-away", "The views do not answer. Try again.", 1)


def _away(code: str, detail: str, wait: int, **extra: Any) -> Problem:
    return Problem(503, code, detail, headers={"Retry-After": str(wait)}, **extra)


class Outages:
    """Says in the log of this process what does not answer: one line, however many hear of it.

    Thousands of refused requests would fill the disk that may be what is in trouble.
    """

    def __init__(self, lines: int = 10, seconds: float = 10.0) -> None:
        self._lines = lines
        self._seconds = seconds
        self._lock = threading.Lock()
        self._began = float("-inf")
        self._said = 0
        self._left_out = 0

    def of_log(self, error: JournalError) -> Problem:
        """The problem that an error of the log or the directory is."""
        found = journal_problem(error)
        if found.status_code == 503:
            self._say(found, error)
        return found

    def of_views(self, error: Exception) -> Problem:
        """The problem that an error of the views is."""
        found = views_problem(error)
        self._say(found, error)
        return found

    def _say(self, found: Problem, error: Exception) -> None:
        with self._lock:
            now = time.monotonic()
            if now - self._began > self._seconds:
                self._began, self._said = now, 0
            if self._said >= self._lines:
                self._left_out += 1
                return
            self._said += 1
            more = f" ({self._left_out} more were not written down)" if self._left_out else ""
            self._left_out = 0
        cause = " ".join(str(error).split())[:300]
        log.warning("answered 503 %s: %s%s", found.code, cause, more)


def broken(*errors: Mapping[str, str]) -> Problem:
    """Faults in a request, each with the place where it is."""
    detail = "The request breaks the rules named in errors."
    return Problem(422, "invalid-request", detail, errors=errors)


def invalid_field(pointer: str, detail: str) -> Problem:
    """A field of the body that cannot be so."""
    return broken({"pointer": pointer, "detail": detail})


def never_null(body: BaseModel, *names: str) -> None:
    """Fields that an edit may leave out but not take away. Raises 422."""
    for name in names:
        if name in body.model_fields_set and getattr(body, name) is None:
            raise invalid_field(f"/{name}", "This cannot be taken away, only changed.")


def invalid_parameter(parameter: str, detail: str) -> Problem:
    """A query parameter that is missing or cannot be so."""
    return broken({"pointer": "", "parameter": parameter, "detail": detail})


def invalid(error: RequestValidationError) -> Problem:
    """Faults found by the request models; an absent body is unreadable rather than invalid."""
    errors: list[dict[str, str]] = []
    for fault in error.errors():
        place, *loc = fault["loc"]
        if place == "body":
            if not loc and fault["type"] == "missing":
                return Problem(400, "unreadable-json", "A JSON body is needed.")
            errors.append({"pointer": pointer(loc, error.body), "detail": _say(fault)})
        else:
            name = str(loc[0]) if loc else str(place)
            errors.append({"pointer": "", "parameter": name, "detail": _say(fault)})
    return broken(*errors)


def _say(fault: Mapping[str, Any]) -> str:
    """The fault as a sentence for people; pydantic's own words where we have none."""
    kind, given = fault["type"], fault.get("ctx", {})
    if kind in _WORDS:
        return _WORDS[kind].format_map(given)
    said = str(given["error"] if kind == "value_error" else fault["msg"])
    return sentence(said)


def sentence(said: str) -> str:
    """The words as a whole sentence."""
    return f"{said[:1].upper()}{said[1:]}".removesuffix(".") + "."
