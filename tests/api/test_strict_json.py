"""What a body may be: the strict reader lets nothing through that breaks a store or a client."""

import contextlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.core.strict_json import Unreadable, read


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "unreadable-json"),
        (b"{", "unreadable-json"),
        (b'{"a":1} x', "unreadable-json"),
        (b"\xef\xbb\xbf{}", "unreadable-json"),
        (b'{"a":"\xff"}', "unreadable-text"),
        ('{"a":1}'.encode("utf-16"), "unreadable-text"),
        (b'{"a":NaN}', "unreadable-number"),
        (b'{"a":Infinity}', "unreadable-number"),
        (b'{"a":-Infinity}', "unreadable-number"),
        (b'{"a":1e999}', "unreadable-number"),
        (b'{"a":1e99999999999999999999}', "unreadable-number"),
        (b'{"a":1e-999}', "unreadable-number"),
        (b'{"a":0.1234567890123456}', "unreadable-number"),
        (b'{"a":1234567890123456}', "unreadable-number"),
        (b"[" + b"9" * 100_000 + b"]", "unreadable-number"),
        (b'{"a":"\\u0000"}', "unreadable-text"),
        (b'{"\\u0000":1}', "unreadable-text"),
        (b'{"a":"\\ud800"}', "unreadable-text"),
        (b'{"a":"\\udc00\\ud800"}', "unreadable-text"),
        (b'{"a":["x",{"b":"\\u0007"}]}', "unreadable-text"),
        (b'{"a":"\x00"}', "unreadable-json"),
        (b'{"a":1,"a":2}', "unreadable-duplicate"),
        (b'{"x":{"a":1,"a":1}}', "unreadable-duplicate"),
        (b"[" * 100_000, "unreadable-depth"),
        (b'{"a":' * 60_000, "unreadable-depth"),
        (b'["[[[[",' * 33, "unreadable-depth"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else value,
)
def test_refuses(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(body)
    assert refusal.value.code == code
    assert "9999" not in refusal.value.detail, "the input is never repeated"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Decimal("0.1")),
        ("-0.0", Decimal(0)),
        ("1e3", Decimal(1000)),
        ("12.3400000000000000000", Decimal("12.34")),
        ("123456789012345", 123456789012345),
        ("0.123456789012345", Decimal("0.123456789012345")),
        ('"\\ud83d\\ude80 \\n\\t"', "🚀 \n\t"),
        ('["' + "[{" * 200 + '"]', ["[{" * 200]),
        ("true", True),
        ("null", None),
    ],
)
def test_reads(text: str, value: object) -> None:
    found = read(text.encode())
    assert found == value
    assert type(found) is type(value)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(Unreadable):  # anything else fails the test
        read(body)


_PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**14), 10**14) | _PLAIN,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_PLAIN, inner, max_size=4),
        max_leaves=20,
    )
)
def test_what_is_plain_comes_through_unchanged(value: object) -> None:
    assert read(json.dumps(value).encode()) == value
    assert read(json.dumps(value, ensure_ascii=False).encode()) == value
