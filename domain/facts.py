"""What the log is made of: facts, the envelope around each, commands, and refusals.

A *fact* says what happened, in the past tense, and never changes. The *envelope* says who, when,
why and where in the log. A *command* asks for something to happen; it carries its own id, time and
actor, so that deciding needs no clock and no randomness. A *refusal* is an answer, not an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.text import SealedText


class Value(BaseModel):
    """A frozen value inside facts and commands; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Actor(Value):
    """Who did it: a person, a workflow, an import or the system itself."""

    kind: Literal["person", "workflow", "import", "system"]
    id: str
    on_behalf_of: str | None = None


class Pointer(Value):
    """A pointer to a thing of the domain, as in ``about: {kind: key_result, id: …}``."""

    kind: str
    id: str


class Fact(Value):
    """An immutable event. ``TYPE`` is its wire name, ``SCHEMA`` the version of its fields."""

    TYPE: ClassVar[str]
    SCHEMA: ClassVar[int] = 1

    @property
    def stream(self) -> str:
        """The stream this fact belongs to, ``kind/id``."""
        raise NotImplementedError  # pragma: no cover - every fact names its stream


class Envelope(NamedTuple):
    """A stored fact with what the log knows about it.

    ``position`` is dense over the whole log (1..N), ``version`` dense within ``stream`` (1..n).
    A tuple, for every fact that is read makes one: a frozen dataclass takes eight times as long.
    """

    position: int
    stream: str
    version: int
    fact: Fact
    event_id: str
    schema: int
    actor: Actor
    command_id: str
    correlation_id: str
    causation_id: str | None
    recorded_at: datetime
    reason: SealedText | None
    salt: bytes

    @property
    def type(self) -> str:
        """The wire name of the fact."""
        return self.fact.TYPE


class Command(Value):
    """A wish, in the imperative, with everything deciding needs (its time, its actor, its ids)."""

    command_id: str
    at: AwareDatetime
    by: Actor
    reason: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """Streams whose states are handed to ``decide``, in this order; the first is the subject's.

        Every stream named here is also guarded: if one of them moved on before the append, the
        command is decided again on fresh states.
        """
        raise NotImplementedError  # pragma: no cover - every command names its streams

    @property
    def subject(self) -> str:
        """Id of the thing that the answer shows (for a new check-in: the check-in's)."""
        return self.reads[0].partition("/")[2]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command is not done, and what may be done instead.

    ``kind`` is ``conflict`` (the state forbids it; ``allowed`` lists the next moves), ``invalid``
    (the input breaks a rule; ``pointer`` names the field as a JSON pointer), ``missing`` (no such
    thing) or ``forbidden`` (this actor may not). ``code`` is stable, ``detail`` says what to do.
    """

    code: str
    detail: str
    kind: Literal["conflict", "invalid", "missing", "forbidden"] = "conflict"
    allowed: tuple[str, ...] = ()
    pointer: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


Facts = tuple[Fact, ...]
Decision = Facts | Refusal
