"""Refusals that every part of the domain answers with; their codes are stable (RULES B9).

A detail is one or two plain sentences that say what is wrong and what to do; a pointer is a JSON
pointer into the request, with its leading slash.
"""

from domain.facts import Refusal
from domain.text import SealedText


def invalid(code: str, detail: str, pointer: str) -> Refusal:
    """The input breaks a rule at ``pointer``, such as ``/policy/workdays``."""
    return Refusal(code=code, detail=detail, kind="invalid", pointer=pointer)


def not_found(kind: str, thing_id: str, pointer: str | None = None) -> Refusal:
    """There is no such thing; ``pointer`` is set when the input names it, not the address."""
    return Refusal(
        code="not-found", detail=f"There is no {kind} {thing_id}.", kind="missing", pointer=pointer
    )


def reason_required(why: str, pointer: str = "/reason") -> Refusal:
    """A reason is owed and was not given."""
    return invalid("reason-required", f"A reason is required: {why}.", pointer)


def already_exists(kind: str, allowed: tuple[str, ...] = ()) -> Refusal:
    """The id was given to another thing; the same wish once more is no refusal."""
    return Refusal("already-exists", f"Another {kind} has this id.", allowed=allowed)


def illegal_move(wish: str, why: str, allowed: tuple[str, ...] = ()) -> Refusal:
    """The state forbids ``wish``; ``allowed`` are the moves that are open."""
    move = wish.replace("_", " ").replace("-", " ").capitalize()
    return Refusal("illegal-move", f"{move} is not possible: {why}.", allowed=allowed)


def blank(text: str | SealedText | None) -> bool:
    """True when ``text`` says nothing; one whose words were erased said something."""
    if isinstance(text, SealedText):
        return text.blank
    return text is None or not text.strip()
