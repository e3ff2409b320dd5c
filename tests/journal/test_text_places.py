"""Where texts are is known from a fact's class, nested values included."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from domain.facts import Value
from domain.text import SealedText
from journal.text_places import text_places


class Plain(Value):
    kind: Literal["plain"] = "plain"
    title: str
    numbers: tuple[int, ...] = ()


class Step(Value):
    kind: Literal["step"] = "step"
    text: SealedText
    at: str


class Story(Value):
    title: str
    text: SealedText | None
    steps: tuple[Step, ...]
    by_name: Mapping[str, SealedText]
    either: Annotated[Plain | Step, Field(discriminator="kind")]
    maybe: tuple[Step | None, ...] | None = None
    others: tuple[Plain, ...] = ()


DATA: dict[str, Any] = {
    "title": "t",
    "text": "1",
    "steps": [{"text": "2", "at": "x"}, {"text": "3", "at": "x"}],
    "by_name": {"a/b": "4"},
    "either": {"kind": "step", "text": "5", "at": "x"},
    "maybe": [None, {"text": "6", "at": "x"}],
    "others": [{"title": "x"}],
}


def test_every_text_is_found_with_its_pointer() -> None:
    found: dict[str, str] = {}

    def change(value: str, pointer: str) -> str:
        found[pointer] = value
        return f"<{value}>"

    places = text_places(Story)
    assert places is not None
    changed = places.change(DATA, "", change)
    assert found == {
        "/text": "1",
        "/steps/0/text": "2",
        "/steps/1/text": "3",
        "/by_name/a~1b": "4",
        "/either/text": "5",
        "/maybe/1/text": "6",
    }
    assert changed["steps"][1] == {"text": "<3>", "at": "x"}
    assert (changed["title"], changed["others"]) == ("t", [{"title": "x"}])


def test_what_is_absent_stays_absent() -> None:
    places = text_places(Story)
    assert places is not None
    data = {"text": None, "steps": [], "either": {"kind": "plain", "title": "t"}}
    assert places.change(dict(data), "", lambda *_: pytest.fail("no text here")) == data


def test_a_class_without_texts_has_no_places() -> None:
    assert text_places(Plain) is None


class Spoken(Value):
    at: SealedText


class Unclear(Value):
    either: Step | Spoken


class AlsoUnclear(Value):
    either: str | SealedText


class Pair(Value):
    pair: tuple[str, SealedText]


class Keys(Value):
    by_text: Mapping[SealedText, int]


@pytest.mark.parametrize("model", [Unclear, AlsoUnclear, Pair, Keys])
def test_a_place_that_stored_data_would_not_tell_is_an_error_at_once(model: type[Value]) -> None:
    with pytest.raises(TypeError):
        text_places(model)
