"""Facts to stored bytes and back: compact JSON ``{meta, data}`` under the fact's own wire name.

The stored topic is the wire name (``okr.check-in-recorded``), never an import path, and older
schemas are lifted by upcasters before validation. What is written is read back
before it leaves: nothing enters the log that this release cannot read.

Free texts are sealed on their way in. Older facts hold some in plain words;
those are sealed on their way out in the same manner, so nobody above ever gets a copy to keep.
"""

import os
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import orjson

from domain.facts import Command, Envelope, Fact
from domain.text import Opener, Sealed, SealedText
from journal.append import Row, Stored
from journal.decider import Upcaster
from journal.errors import UnreadableFact, UnstorableValue
from journal.header import DAMAGED, actor, unreadable
from journal.ids import derived_id
from journal.keys import KeyDestroyed, KeyRing
from journal.text_places import Place, Rewrite, text_places

SALT_BYTES = 16


class FactMapper:
    """Encodes the facts of one command, decodes rows of the log.

    Args:
        facts: class by wire name.
        upcasters: (wire name, schema) to the function that lifts data to the next schema.
        keys: seal and open the texts.
    """

    def __init__(
        self,
        facts: Mapping[str, type[Fact]],
        upcasters: Mapping[tuple[str, int], Upcaster],
        keys: KeyRing,
    ) -> None:
        self._classes: dict[str, tuple[int, Callable[..., Fact], Place | None]] = {
            name: (cls.SCHEMA, cls.__pydantic_validator__.validate_python, text_places(cls))
            for name, cls in facts.items()
        }
        self._upcasters = dict(upcasters)
        self._keys = keys

    def encode(
        self, command: Command, facts: Sequence[Fact], versions: Mapping[str, int]
    ) -> list[tuple[Stored, Fact]]:
        """Each fact as it will be stored, and as it will be read back.

        Args:
            command: whose actor, time, reason and ids go into every envelope.
            facts: in the order they shall stand in the log.
            versions: present version of each stream; the facts get the following ones.

        Raises:
            UnstorableValue: NaN, infinity, NUL or a lone surrogate anywhere (J10).
        """
        by = command.by
        meta: dict[str, Any] = {
            "id": "",
            "by": {"kind": by.kind, "id": by.id, "on_behalf_of": by.on_behalf_of}
            if by.on_behalf_of
            else {"kind": by.kind, "id": by.id},
            "command": command.command_id,
            "schema": 1,
            "at": command.at.isoformat(),
            "salt": "",
        }
        if command.correlation_id is not None:
            meta["correlation"] = command.correlation_id
        if command.causation_id is not None:
            meta["causation"] = command.causation_id
        _refuse_unstorable(command.reason, "/meta/reason")
        next_version = dict(versions)
        encoded = []
        for index, fact in enumerate(facts):
            stream = fact.stream
            next_version[stream] = version = next_version.get(stream, 0) + 1
            meta["id"] = derived_id(command.command_id, str(index))
            meta["schema"] = fact.SCHEMA
            meta["salt"] = b2a_base64(os.urandom(SALT_BYTES), newline=False).decode()
            known = _JustSealed(self._keys.open)
            seal = partial(self._sealed, known, meta)
            if command.reason is not None:
                meta["reason"] = seal(command.reason, _REASON)
            state = _stored_bytes(meta, self._stored_data(fact, seal))
            again = self._read_back(fact, (0, stream, version, fact.TYPE, state), known)
            encoded.append(((stream, version, fact.TYPE, state), again))
        return encoded

    def check(self, command: Command, facts: Sequence[Fact]) -> None:
        """Raises UnstorableValue for what ``encode`` would refuse for its values; makes no key."""
        _refuse_unstorable(command.reason, "/meta/reason")
        for fact in facts:
            _refuse_unstorable(_data(fact), "")

    def _read_back(self, fact: Fact, row: Row, known: "_JustSealed") -> Fact:
        try:
            again = self._fact(row, known)
        except UnreadableFact as e:
            _refuse_unstorable(_data(fact), "")  # NaN, for one: JSON says null
            raise UnstorableValue("", str(e)) from e
        if again.__dict__ != fact.__dict__:
            _refuse_unstorable(_data(fact), "")
            raise UnstorableValue("", f"{fact.TYPE} would not read back as it was written")
        known.forget()
        return again

    def _stored_data(self, fact: Fact, seal: Rewrite) -> Any:
        data = _data(fact)
        places = self._classes[fact.TYPE][2] if fact.TYPE in self._classes else None
        return data if places is None else places.change(data, "", seal)

    def _sealed(
        self, known: "_JustSealed", meta: Mapping[str, Any], text: Any, pointer: str
    ) -> Any:
        """A text as it is stored. One that is sealed already, taken over from an older fact, stays
        its author's.
        """
        if not isinstance(text, str):
            return text
        _refuse_unstorable(text, pointer)
        try:
            sealed = self._keys.seal(_author(meta["by"]), meta["id"], pointer, text)
        except KeyDestroyed as e:
            raise UnstorableValue(pointer, str(e)) from e
        known.note(sealed, text)
        return sealed._asdict()

    def _sealed_late(self, meta: Mapping[str, Any], text: Any, pointer: str) -> Any:
        """A text of an older fact, which may lie there in plain words; sealed as it would be now.

        The words of somebody whose key was destroyed are not given out, although they lie there.
        """
        if not isinstance(text, str):
            return text
        subject, event = _author(meta["by"]), meta["id"]
        try:
            return self._keys.seal(subject, event, pointer, text)._asdict()
        except KeyDestroyed:
            return Sealed(subject, event, pointer, "")._asdict()

    def _reason(self, meta: Mapping[str, Any]) -> SealedText:
        sealed = self._sealed_late(meta, meta["reason"], _REASON)
        return SealedText.of(Sealed(**sealed), self._keys.open)

    def fact(self, row: Row) -> Fact:
        """The fact alone; for folding, which needs no envelope.

        Raises:
            UnreadableFact: an unknown type, a newer schema, a damaged document.
        """
        return self._fact(row, self._keys.open)

    def _fact(self, row: Row, opener: Opener) -> Fact:
        try:
            document = orjson.loads(row[4])
            return self._decode(row, document["meta"], document["data"], opener)
        except DAMAGED as e:
            raise unreadable(row, e) from e

    def envelope(self, row: Row) -> Envelope:
        """The fact with everything the log knows about it. Raises UnreadableFact."""
        position, stream, version, _, state = row
        try:
            document = orjson.loads(state)
            meta = document["meta"]
            get = meta.get
            command_id = meta["command"]
            return Envelope(
                position,
                stream,
                version,
                self._decode(row, meta, document["data"], self._keys.open),
                meta["id"],
                meta["schema"],
                actor(meta["by"]),
                command_id,
                get("correlation", command_id),
                get("causation"),
                _instant(meta["at"]),
                self._reason(meta) if "reason" in meta else None,
                a2b_base64(meta["salt"]),
            )
        except DAMAGED as e:
            raise unreadable(row, e) from e

    def _decode(self, row: Row, meta: dict[str, Any], data: dict[str, Any], opener: Opener) -> Fact:
        try:
            newest, validate, places = self._classes[row[3]]
        except KeyError:
            raise UnreadableFact(row[0], row[3], "this release does not know the type") from None
        schema = meta["schema"]
        if schema != newest:
            data = self._lifted(row, schema, newest, data, meta["at"])
        if places is None:
            return validate(data)
        data = places.change(data, "", partial(self._sealed_late, meta))
        return validate(data, context=opener)

    def _lifted(
        self, row: Row, schema: int, newest: int, data: dict[str, Any], recorded_at: str
    ) -> dict[str, Any]:
        if schema > newest:
            raise UnreadableFact(row[0], row[3], f"schema {schema} is newer than {newest}")
        for step in range(schema, newest):
            lift = self._upcasters.get((row[3], step))
            if lift is None:
                raise UnreadableFact(row[0], row[3], f"no upcaster from schema {step}")
            data = lift(data, recorded_at)
        return data


class _JustSealed:
    """Opens the texts of a fact that is being written: while it is compared with what was meant,
    by the words that were just sealed, for opening takes as long again; by the keys from then on.
    """

    __slots__ = ("_keys", "_words")

    def __init__(self, keys: Opener) -> None:
        self._keys = keys
        self._words: dict[Sealed, str] = {}

    def note(self, sealed: Sealed, words: str) -> None:
        self._words[sealed] = words

    def forget(self) -> None:
        self._words.clear()

    def __call__(self, sealed: Sealed) -> str | None:
        words = self._words.get(sealed)
        return self._keys(sealed) if words is None else words


_REASON = "meta/reason"
"""No pointer into a fact, so none of its texts stands at the same place."""

_instant = datetime.fromisoformat


def _author(by: Mapping[str, Any]) -> str:
    """Whose words an actor's texts are: the person's, also when something acts for a person."""
    if by["kind"] == "person":
        return str(by["id"])
    return by.get("on_behalf_of") or f"{by['kind']}/{by['id']}"


def _data(fact: Fact) -> Any:
    return fact.__pydantic_serializer__.to_python(fact, mode="json", warnings=False)


def recorded_at(state: bytes, at: str) -> bytes:
    """The bytes of a fact that is about to be stored, with another instant of recording.

    The first bare ``"at":"`` is meta's: only ids stand before it, and a quote in one is escaped.
    """
    start = state.index(b'"at":"') + 6
    return state[:start] + at.encode() + state[state.index(b'"', start) :]


def _stored_bytes(meta: dict[str, Any], data: Any) -> bytes:
    """The JSON of one fact; looks closer only when something in it may not be storable."""
    try:
        state = orjson.dumps({"meta": meta, "data": data})
    except TypeError as e:  # a lone surrogate
        _refuse_unstorable(meta, "/meta")
        _refuse_unstorable(data, "")
        raise UnstorableValue("", str(e)) from e
    if b"\\u0000" in state:
        _refuse_unstorable(meta, "/meta")
        _refuse_unstorable(data, "")
    return state


def _refuse_unstorable(value: Any, pointer: str) -> None:
    """Walks a JSON-ready value; raises at the first leaf that a store would bend or choke on."""
    if isinstance(value, str):
        if "\x00" in value:
            raise UnstorableValue(pointer, "text must not contain NUL")
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise UnstorableValue(pointer, "text must not contain a lone surrogate") from None
    elif isinstance(value, float):
        if value - value != 0.0:
            raise UnstorableValue(pointer, "a number must be finite")
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_unstorable(key, pointer)
            _refuse_unstorable(item, f"{pointer}/{key}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _refuse_unstorable(item, f"{pointer}/{index}")
