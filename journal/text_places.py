"""Where in the stored data of a fact its free texts are: known from its class, once and for all."""

import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Protocol, Union, get_args, get_origin

from pydantic import BaseModel

from domain.text import SealedText

Rewrite = Callable[[Any, str], Any]
"""Takes a text's stored value and its JSON pointer, and gives the value to stand there instead."""


class Place(Protocol):
    """A part of JSON-ready data in which texts are."""

    def change(self, value: Any, pointer: str, change: Rewrite) -> Any:
        """The same data with every text changed; done in place where it is not a text itself."""
        ...


class _Text:
    def change(self, value: Any, pointer: str, change: Rewrite) -> Any:
        return change(value, pointer)


class _Fields:
    def __init__(self, fields: Mapping[str, Place]) -> None:
        self.fields = fields

    def change(self, value: Any, pointer: str, change: Rewrite) -> Any:
        for name, place in self.fields.items():
            inner = value.get(name)
            if inner is not None:
                value[name] = place.change(inner, f"{pointer}/{name}", change)
        return value


class _Each:
    def __init__(self, place: Place) -> None:
        self.place = place

    def change(self, value: Any, pointer: str, change: Rewrite) -> Any:
        items = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        for key, inner in items:
            if inner is not None:
                at = str(key).replace("~", "~0").replace("/", "~1")  # RFC 6901
                value[key] = self.place.change(inner, f"{pointer}/{at}", change)
        return value


_TEXT: Final = _Text()


def text_places(model: type[BaseModel]) -> Place | None:
    """The places of the texts of a fact, nested values included; None when it has none.

    Raises:
        TypeError: stored data alone would not tell whether a value is a text, because members of a
            union disagree about it.
    """
    found = {
        name: place
        for name, field in model.model_fields.items()
        if (place := _place(field.annotation)) is not None
    }
    return _Fields(found) if found else None


def _place(annotation: Any) -> Place | None:
    if annotation is SealedText:
        return _TEXT
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return text_places(annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _place(get_args(annotation)[0])
    if origin is Union or origin is types.UnionType:
        return _one_of([each for each in get_args(annotation) if each is not type(None)])
    if isinstance(origin, type):
        return _items(annotation, [each for each in get_args(annotation) if each is not Ellipsis])
    return None


def _items(annotation: Any, members: list[Any]) -> Place | None:
    """The texts in a sequence, or among the values of a mapping."""
    places = [_place(member) for member in members]
    if all(place is None for place in places):
        return None
    mapping = issubclass(get_origin(annotation), Mapping)
    if len(places) != 1 + mapping or places[-1] is None:
        raise TypeError(f"{annotation}: items of one kind only")
    return _Each(places[-1])


def _one_of(members: list[Any]) -> Place | None:
    places = [(member, _place(member)) for member in members]
    if all(place is None for _, place in places):
        return None
    if len(places) == 1:
        return places[0][1]
    fields: dict[str, Place] = {}
    plain: set[str] = set()
    for member, place in places:
        model = _model(member)
        if model is None:
            raise TypeError(f"a text beside {members} in a union cannot be told from its data")
        inner = place.fields if isinstance(place, _Fields) else {}
        if unclear := {name for name in fields.keys() & inner.keys() if inner[name] is not _TEXT}:
            raise TypeError(f"{sorted(unclear)}: texts at different places in {members}")
        fields |= inner
        plain |= model.model_fields.keys() - inner.keys()
    if unclear := fields.keys() & plain:
        raise TypeError(f"{sorted(unclear)}: a text in one of {members}, something else in another")
    return _Fields(fields)


def _model(annotation: Any) -> type[BaseModel] | None:
    if get_origin(annotation) is Annotated:
        return _model(get_args(annotation)[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return None
