"""A persistent map says what a dict says, and shares what a change does not touch."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.persistent import PersistentMap

KEYS = st.sampled_from([f"key-{n:03}" for n in range(60)]) | st.text(max_size=4)
CHANGES = st.lists(st.tuples(KEYS, st.integers(0, 9) | st.none()), max_size=120)


def nodes(node: Any) -> dict[int, Any]:
    """Every node of a tree by its identity."""
    found = {id(node): node}
    if isinstance(node, tuple):
        for child in node:
            found |= nodes(child)
    return found


@given(CHANGES)
@settings(max_examples=200)
def test_it_says_what_a_dict_says_and_leaves_the_old_one_alone(changes):
    plain: dict[str, int] = {}
    mapping: PersistentMap[int] = PersistentMap()
    for key, value in changes:
        before, said = mapping, dict(plain)
        if value is None:
            plain.pop(key, None)
            mapping = mapping.without(key)
        else:
            plain[key] = value
            mapping = mapping.put(key, value)
        assert dict(before) == said
        assert (mapping == plain, len(mapping)) == (True, len(plain))
        assert mapping.get(key) == plain.get(key)
    assert sorted(mapping) == sorted(plain)


def test_keys_in_another_order_make_an_equal_map():
    keys = [f"{n:036}" for n in range(300)]
    one: PersistentMap[int] = PersistentMap()
    other: PersistentMap[int] = PersistentMap()
    for key in keys:
        one = one.put(key, 1)
    for key in reversed(keys):
        other = other.put(key, 1)
    assert one == other
    assert repr(PersistentMap().put("a", 1)) == "PersistentMap({'a': 1})"


def test_a_change_copies_one_path_however_many_entries_there_are():
    mapping: PersistentMap[int] = PersistentMap()
    for n in range(20_000):
        mapping = mapping.put(f"019ac0de-0000-7000-8000-{n * 7919:012x}", n)
    known = nodes(mapping._root)
    for changed in (mapping.put("new", 1), mapping.without("019ac0de-0000-7000-8000-000000000000")):
        fresh = [node for key, node in nodes(changed._root).items() if key not in known]
        assert len(fresh) <= 8
        assert sum(len(node) for node in fresh) <= 150
