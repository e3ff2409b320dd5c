"""Whatever comes in, the answer is the client's fault or a success, never a fault of ours."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.every_write import DESCRIBED, FIELDS, WRITES, Everything, Write, everything
from tests.api.installation import Stack

FILLED = settings(max_examples=6)

GETS = sorted(path for path, each in DESCRIBED["paths"].items() if "get" in each)
WITH_BODY = [
    each for each in WRITES if "requestBody" in DESCRIBED["paths"][each.path][each.method.lower()]
]


@pytest.fixture(scope="module")
def company(stack: Stack) -> Everything:
    return everything(stack)


def test_there_are_routes_to_try() -> None:
    assert len(WRITES) >= 85
    assert len(WITH_BODY) >= 70
    assert len(GETS) >= 45


@pytest.mark.parametrize("write", WITH_BODY, ids=str)
def test_any_bytes_as_a_body(stack: Stack, company: Everything, write: Write) -> None:
    @FILLED
    @given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode()))
    def any_bytes(body: bytes) -> None:
        response = stack.client.request(
            write.method,
            company.address(write.path),
            content=body,
            headers={**company.signed, "Content-Type": "application/json", "If-Match": '"0"'},
        )
        assert response.status_code < 500, response.text

    any_bytes()


_FIELDS = st.sampled_from(FIELDS)
_WORDS = st.sampled_from(
    ["", "x", "team", "2026-01-01", "2026-13-01", "Europe/Berlin", "../../etc", "increase", "low",
     "committed", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
     "01890000-0000-7000-8000-000000000000", "keep", "scope_decision", "a@b.c", "\u202e", "é" * 400]
)  # fmt: skip
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | _WORDS
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_FIELDS, inner, max_size=4),
    max_leaves=6,
)


@pytest.mark.parametrize("write", WITH_BODY, ids=str)
def test_any_json_with_known_fields(stack: Stack, company: Everything, write: Write) -> None:
    @FILLED
    @given(st.dictionaries(_FIELDS, _VALUES, max_size=8))
    def any_json(body: dict[str, Any]) -> None:
        response = stack.client.request(
            write.method, company.address(write.path), json=body, headers=company.signed
        )
        assert response.status_code < 500, response.text

    any_json()


# Well-formed as a whole and wild in one place: these reach the rules behind the shapes.
_WHOLE: dict[str, dict[str, Any]] = {
    "plan_cycle": {
        "name": "Q",
        "starts_on": "2026-01-01",
        "ends_on": "2026-03-31",
        "timezone": "UTC",
        "policy": {"draft_days": 5, "workdays": [0, 1], "ask_at": "09:00", "slot_weekday": 2},
    },
    "add_key_result": {
        "title": "K",
        "weight": 1,
        "due_on": "2026-02-01",
        "measure": {"kind": "increase", "baseline": 1, "target": 2, "phases": []},
    },
    "check_in": {
        "value": 25,
        "confidence": 0.5,
        "effective_at": "2026-02-01T10:00:00Z",
    },
}
"""Fuller ones than the examples of the documentation, which stand for all others."""
_HUGE = st.sampled_from([1e16, 1e19, 1e25, -1e30, 1e-25, 1e31])
_WILD = _SCALARS | st.lists(_SCALARS, max_size=3) | st.integers(-(10**14), 10**14) | _HUGE


@pytest.mark.parametrize("write", WITH_BODY, ids=str)
def test_one_wild_value_in_a_good_body(stack: Stack, company: Everything, write: Write) -> None:
    def leaves(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        if isinstance(value, dict):
            return [p for key, each in value.items() for p in leaves(each, (*at, key))]
        if isinstance(value, list):
            return [p for n, each in enumerate(value) for p in leaves(each, (*at, n))]
        return [at]

    def replaced(value: Any, at: tuple[Any, ...], wild: Any) -> Any:
        if not at:
            return wild
        if isinstance(value, list):
            return [replaced(e, at[1:], wild) if n == at[0] else e for n, e in enumerate(value)]
        return {k: replaced(e, at[1:], wild) if k == at[0] else e for k, e in value.items()}

    good = _WHOLE.get(write.operation) or company.example(write.operation)
    places = leaves(good) or [()]

    @FILLED
    @given(st.sampled_from(places), _WILD)
    def wild_place(at: tuple[Any, ...], wild: Any) -> None:
        response = stack.client.request(
            write.method,
            company.address(write.path),
            json=replaced(good, at, wild),
            headers=company.signed,
        )
        assert response.status_code < 500, response.text

    wild_place()
    # What was let in reaches every view.
    head = {"TrueNorth-Min-Position": str(stack.journal.head()), "Prefer": "wait=10"}
    stack.get("/v1/people", headers=head)
    assert {each["state"] for each in stack.views.health()} == {"running"}


def _parameters(stack: Stack, path: str) -> list[str]:
    """The query parameters that the address takes; others are refused before they are looked at."""
    described = stack.get("/openapi.json")["paths"].get(path, {"get": {}})["get"]
    named = [each["name"] for each in described.get("parameters", ()) if each["in"] == "query"]
    return [*named, "min_position"]


@pytest.mark.parametrize("path", GETS)
def test_any_query(stack: Stack, company: Everything, path: str) -> None:
    if path == "/v1/events/stream":
        pytest.skip("streams do not end; their parameters are tested with the streams")

    @FILLED
    @given(
        st.dictionaries(
            st.sampled_from(_parameters(stack, path)) | st.just("sort"),
            _WORDS | st.sampled_from(["@1", "@0", "@-1", "@99999999999999999999", "-1", "1e9"]),
            max_size=4,
        )
    )
    def any_query(query: dict[str, str]) -> None:
        response = stack.client.get(
            company.address(path), params=query, headers={"Prefer": "wait=0"}
        )
        assert response.status_code < 500 or response.json()["code"] == "projection-behind"

    any_query()
