"""Refusals that every part of the domain answers with; their codes are stable."""

from domain.facts import Refusal


def invalid(field: str, detail: str) -> Refusal:
    """The input breaks a rule at ``field``, a path such as ``policy/workdays``."""
    name = field.rpartition("/")[2].replace("_", "-")
    return Refusal(f"invalid-{name}", detail, kind="invalid", pointer=f"/{field}")


def not_found(kind: str, field: str | None = None) -> Refusal:
    """There is no such thing; ``field`` is set when the input names it, not the address."""
    pointer = f"/{field}" if field else None
    return Refusal("not-found", f"there is no such {kind}", kind="missing", pointer=pointer)


def reason_required(detail: str) -> Refusal:
    """A reason is owed and was not given."""
    return Refusal("reason-required", detail, kind="invalid", pointer="/reason")


def blank(text: str | None) -> bool:
    """True when ``text`` says nothing."""
    return text is None or not text.strip()
