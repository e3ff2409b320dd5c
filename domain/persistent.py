"""A mapping that grows by sharing: each change gives a new mapping and copies next to nothing.

A folded state is a value, so a fact gives a new one beside the old. Copying a ``dict`` of n entries
for each of n facts costs n² / 2 steps; this mapping copies one path of a tree, a few dozen entries
however many there are.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Generic, TypeVar

V = TypeVar("V")

_BITS: Final = 4
_WIDTH: Final = 1 << _BITS
_ENTRIES: Final = 8  # of a leaf before it is divided
_DEEPEST: Final = 60  # bits of a digest; leaves below are not divided any more
_PRIME: Final = (1 << 61) - 1

# A leaf is a dict of entries, a branch is a tuple of nodes; `shift` tells which bits of a key's
# digest choose among them. Nodes are shared between mappings and never changed.
_Node = Any


class PersistentMap(Mapping[str, V], Generic[V]):
    """A mapping from text. It iterates in an order of its own, which depends on the keys alone."""

    __slots__ = ("_count", "_root")

    def __init__(self) -> None:
        self._root: _Node = {}
        self._count = 0

    def __getitem__(self, key: str) -> V:
        node, digest = self._root, _digest(key)
        while isinstance(node, tuple):
            node, digest = node[digest & (_WIDTH - 1)], digest >> _BITS
        value: V = node[key]
        return value

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        waiting = [self._root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, tuple):
                waiting.extend(reversed(node))
            else:
                yield from node

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)!r})"

    def put(self, key: str, value: V) -> "PersistentMap[V]":
        """This mapping with ``key`` set to ``value``."""
        root = _put(self._root, 0, _digest(key), key, value)
        return _made(root, self._count + (key not in self))

    def without(self, key: str) -> "PersistentMap[V]":
        """This mapping without ``key``; itself when it has none."""
        if key not in self:
            return self
        return _made(_without(self._root, _digest(key), key), self._count - 1)


def _made(root: _Node, count: int) -> PersistentMap[Any]:
    made: PersistentMap[Any] = PersistentMap()
    made._root, made._count = root, count
    return made


def _digest(key: str) -> int:
    """A number of a key that is the same in every process, well spread over its lower bits."""
    return int.from_bytes(key.encode("utf-8", "surrogatepass")) % _PRIME


def _put(node: _Node, shift: int, digest: int, key: str, value: Any) -> _Node:
    if isinstance(node, dict):
        if key in node or len(node) < _ENTRIES or shift >= _DEEPEST:
            return {**node, key: value}
        node = _divided(node, shift)
    place = digest >> shift & (_WIDTH - 1)
    child = _put(node[place], shift + _BITS, digest, key, value)
    return (*node[:place], child, *node[place + 1 :])


def _divided(leaf: Mapping[str, Any], shift: int) -> _Node:
    branch: list[dict[str, Any]] = [{} for _ in range(_WIDTH)]
    for key, value in leaf.items():
        branch[_digest(key) >> shift & (_WIDTH - 1)][key] = value
    return tuple(branch)


def _without(node: _Node, digest: int, key: str) -> _Node:
    if isinstance(node, dict):
        return {each: value for each, value in node.items() if each != key}
    place = digest & (_WIDTH - 1)
    child = _without(node[place], digest >> _BITS, key)
    return (*node[:place], child, *node[place + 1 :])
