"""Refusals that several commands of the OKR world answer with; codes are stable (RULES B9)."""

from domain.facts import Refusal


def not_found(kind: str, thing_id: str, pointer: str | None = None) -> Refusal:
    """There is no such thing."""
    return Refusal(
        code="not-found", detail=f"There is no {kind} {thing_id}.", kind="missing", pointer=pointer
    )


def invalid(code: str, detail: str, pointer: str) -> Refusal:
    """The input breaks a rule at ``pointer`` (a JSON pointer into the request)."""
    return Refusal(code=code, detail=detail, kind="invalid", pointer=pointer)


def reason_required(why: str, pointer: str = "/reason") -> Refusal:
    """A reason is owed and was not given."""
    return invalid("reason-required", f"A reason is required: {why}.", pointer)


def blank(text: str | None) -> bool:
    """True when ``text`` says nothing."""
    return text is None or not text.strip()
