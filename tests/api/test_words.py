"""Faults are told in words for people, never in a validator's."""

from typing import Any

import pytest

from tests.api.installation import Stack

TEAM = {"name": "Ops", "kind": "team"}
PERSON = {"name": "Ann", "email": "ann@example.org"}
CYCLE = {
    "name": "Q",
    "starts_on": "2026-01-01",
    "ends_on": "2026-03-31",
    "timezone": "Europe/Berlin",
}
BOARD = {"team_id": "01890000-0000-7000-8000-000000000000", "columns": []}
COLUMN = {"key": "doing", "title": "Doing", "stage": "active"}


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("people", PERSON | {"name": "é" * 501}, {"/name": "At most 500 characters."}),
        ("people", PERSON | {"name": " "}, {"/name": "The text is empty."}),
        (
            "people",
            PERSON | {"email": "ann"},
            {"/email": "An e-mail address looks like ann@example.org."},
        ),
        ("people", PERSON | {"email": "a@b\n"}, {"/email": "An e-mail address looks like"}),
        ("people", PERSON | {"email": "a" * 400}, {"/email": "At most 320 characters."}),
        ("people", {"name": 7}, {"/name": "A text is needed."}),
        ("teams", TEAM | {"kind": "zebra"}, {"/kind": "One of 'company', 'department'"}),
        ("teams", [], {"": "An object is needed."}),
        ("cycles", CYCLE | {"timezone": "B C"}, {"/timezone": "A time zone looks like"}),
        ("cycles", CYCLE | {"ends_on": "31.3."}, {"/ends_on": "A date as YYYY-MM-DD is needed."}),
        ("boards", BOARD, {"/columns": "Too few items: 1 or more are needed."}),
        ("boards", BOARD | {"columns": [COLUMN] * 21}, {"/columns": "At most 20 items."}),
        (
            "boards",
            BOARD | {"columns": [COLUMN | {"key": "a/b", "wip_limit": -1}]},
            {"/columns/0/key": "A key has 1 to 40 letters", "/columns/0/wip_limit": "At least 0."},
        ),
    ],
)
def test_what_is_said_of_a_field(stack: Stack, path: str, body: Any, said: dict[str, str]) -> None:
    problem = stack.post(f"/v1/{path}", body, 422)
    told = {each["pointer"]: each["detail"] for each in problem["errors"]}
    assert told.keys() == said.keys()
    for place, words in said.items():
        assert told[place].startswith(words)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=x", "A whole number is needed."),
        ("limit=0", "At least 1."),
        ("limit=501", "At most 500."),
        ("actor=<a>", "This is not in the form that is needed here."),
        ("from=monday", "An RFC 3339 time with an offset is needed."),
    ],
)
def test_what_is_said_of_a_parameter(stack: Stack, query: str, said: str) -> None:
    (error,) = stack.get(f"/v1/history?{query}", 422)["errors"]
    assert error["detail"] == said
