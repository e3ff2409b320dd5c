"""Free text in the domain: words when they are new, a seal once they are stored."""

import pickle
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.facts import Value
from domain.text import Sealed, SealedText


class Note(Value):
    text: SealedText
    more: SealedText | None = None


@dataclass(frozen=True, slots=True)
class State:
    notes: tuple[SealedText, ...] = ()


def sealed(cipher: str, event: str = "e") -> Sealed:
    """A seal that is no more than the words turned round."""
    return Sealed("ann", event, "/text", cipher[::-1])


def unseal(found: Sealed) -> str | None:
    return found.cipher[::-1] if found.subject == "ann" else None


words = st.text()


@given(words)
def test_new_words_are_words_until_they_are_sealed(said: str) -> None:
    text = Note(text=said).text  # type: ignore[arg-type]
    assert text == SealedText(said)
    assert (text.text, text.sealed) == (said, None)


@given(words, words)
def test_texts_are_equal_when_their_words_are(one: str, other: str) -> None:
    for text in (SealedText(one), SealedText.of(sealed(one), unseal)):
        for another in (SealedText(other), SealedText.of(sealed(other, "f"), unseal)):
            assert (text == another) == (one == other)
            assert one != other or hash(text) == hash(another)
    assert SealedText(one) != one


def test_what_is_erased_says_nothing_and_equals_itself_alone() -> None:
    erased = SealedText.of(sealed("x"), lambda _: None)
    assert erased.text is None
    assert erased == SealedText.of(sealed("x"), lambda _: None)
    assert hash(erased) == hash(SealedText.of(sealed("x")))
    assert erased != SealedText.of(sealed("x", "f"), lambda _: None)
    assert erased != SealedText("x")


def test_a_text_is_opened_at_each_look_and_never_kept_open() -> None:
    readable = True
    text = SealedText.of(sealed("x"), lambda found: unseal(found) if readable else None)
    assert text.text == "x"
    readable = False
    assert text.text is None


@pytest.mark.parametrize(("said", "blank"), [("", True), (" \n", True), (" a ", False)])
def test_a_text_of_nothing_but_space_is_blank(said: str, blank: bool) -> None:
    assert SealedText(said).blank is blank
    assert SealedText.of(sealed(said), unseal).blank is blank
    assert not SealedText.of(sealed(said)).blank


@given(words, st.none() | words)
def test_a_state_is_kept_sealed_and_opens_with_the_opener_it_is_read_with(
    said: str, more: str | None
) -> None:
    note = Note(
        text=SealedText.of(sealed(said)),
        more=None if more is None else SealedText.of(sealed(more)),
    )
    kept = note.model_dump(mode="json")
    assert kept["text"] == sealed(said)._asdict()
    assert Note.model_validate(kept).text.text is None
    read = Note.model_validate(kept, context=unseal)
    assert (read.text.text, read.more and read.more.text) == (said, more)

    states = TypeAdapter(State)
    state = State((note.text,))
    again = states.validate_json(states.dump_json(state), context=unseal)
    assert [each.text for each in again.notes] == [said]
    assert states.dump_json(again) == states.dump_json(state)


@pytest.mark.parametrize(
    "value",
    [
        7,
        ["a"],
        {},
        {"subject": "a", "event": "e", "field": "f"},
        {"subject": "a", "event": "e", "field": "f", "cipher": 7},
        {"subject": "a", "event": "e", "field": "f", "cipher": "", "more": ""},
    ],
)
def test_what_is_neither_words_nor_sealed_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match="neither words nor a sealed text"):
        Note.model_validate({"text": value})


def test_a_repr_gives_no_words_away() -> None:
    for text in (SealedText("secret"), SealedText.of(sealed("secret"), unseal)):
        assert "secret" not in repr(text) + str(text) + f"{text}" + repr(Note(text=text))


def test_plain_words_travel_between_processes() -> None:
    assert pickle.loads(pickle.dumps(SealedText("a"))) == SealedText("a")
