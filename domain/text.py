"""Free text: somebody's own words, which must be able to become unreadable for ever.

A fact never changes and never goes, so the words inside it are stored sealed under a key of whoever
they belong to; once that key is destroyed nobody can read them again, and the facts, the positions
and every score stay. Decisions make a text of plain words; the journal seals it
when it stores the fact. The domain asks a text for its words only when it has to look at them, and
knows that they may be gone.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Self

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema


class Sealed(NamedTuple):
    """Words that only the subject's key opens; whole, so that they can be kept anywhere alone.

    ``event`` and ``field`` say for which fact and where in it the words were sealed, ``cipher`` is
    base64. All three of subject, event and field are part of the seal.
    """

    subject: str
    event: str
    field: str
    cipher: str


Opener = Callable[[Sealed], str | None]
"""Opens what is sealed; None when its key is gone."""


class SealedText:
    """Immutable words, plain until they are stored. Equal when their words are.

    Sealed ones are opened at each look and never kept open: so the words are gone from every folded
    state too at the moment their key is destroyed.

    In a pydantic model it takes plain words or the sealed form; hand an ``Opener`` over as the
    validation's context, or what is sealed stays closed. JSON gets the sealed form of what is
    sealed, and the words of what is not.
    """

    __slots__ = ("_opener", "_sealed", "_words")

    def __init__(self, words: str) -> None:
        self._words: str | None = words
        self._sealed: Sealed | None = None
        self._opener: Opener | None = None

    @classmethod
    def of(cls, sealed: Sealed, opener: Opener | None = None) -> Self:
        """A text that is sealed already."""
        text = cls.__new__(cls)
        text._words, text._sealed, text._opener = None, sealed, opener
        return text

    @property
    def text(self) -> str | None:
        """The words; None when they were erased or nobody can open them here."""
        if self._sealed is None or self._opener is None:
            return self._words
        return self._opener(self._sealed)

    @property
    def sealed(self) -> Sealed | None:
        """The sealed form; None for plain words that were not stored yet."""
        return self._sealed

    @property
    def blank(self) -> bool:
        """Whether it says nothing. Erased words said something."""
        words = self.text
        return words is not None and not words.strip()

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, SealedText):
            return NotImplemented
        ours, theirs = self.text, other.text
        if ours is None and theirs is None:
            return self._sealed == other._sealed
        return ours == theirs

    def __hash__(self) -> int:
        words = self.text
        return hash(self._sealed if words is None else words)

    def __repr__(self) -> str:
        """Says nothing of the words: a repr ends in logs and tracebacks."""
        if self._sealed is None:
            return f"SealedText({len(self._words or '')} characters)"
        return f"SealedText(sealed, {self._sealed.event}{self._sealed.field})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            _validated,
            json_schema_input_schema=core_schema.str_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(
                _stored, when_used="json"
            ),
        )


def said(words: str | None) -> SealedText | None:
    """The text of what somebody said, if they said anything."""
    return None if words is None else SealedText(words)


def _validated(value: Any, info: ValidationInfo) -> SealedText:
    if isinstance(value, SealedText):
        return value
    if isinstance(value, str):
        return SealedText(value)
    if isinstance(value, dict) and len(value) == len(Sealed._fields):
        subject, event = value.get("subject"), value.get("event")
        field, cipher = value.get("field"), value.get("cipher")
        if (
            isinstance(subject, str)
            and isinstance(event, str)
            and isinstance(field, str)
            and isinstance(cipher, str)
        ):
            return SealedText.of(Sealed(subject, event, field, cipher), info.context)
    raise ValueError("neither words nor a sealed text")


def _stored(text: SealedText) -> str | dict[str, str] | None:
    return text.text if text.sealed is None else text.sealed._asdict()
