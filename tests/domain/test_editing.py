"""What every thing that can be edited shares: titles, descriptions, links, and what was given."""

import pytest

from domain.description import Description, Link, refuse_description, refuse_links
from domain.editing import changed, given
from domain.facts import Refusal, Value
from domain.text import SealedText
from domain.title import Title, refuse_title, tidy


class EditThing(Value):
    title: Title = ""
    owner_id: str | None = None
    description: Description = None


HELD = {"title": "Café", "owner_id": "ann", "description": SealedText("Why it matters.")}


def test_an_edit_changes_what_was_given_and_leaves_the_rest():
    assert changed(EditThing(title="Tea room"), **HELD) == {"title": "Tea room"}
    assert changed(EditThing(), **HELD) == {}


def test_null_takes_away_what_leaving_out_keeps():
    taken = EditThing(owner_id=None)
    assert given(taken, "owner_id")
    assert not given(taken, "title")
    assert changed(taken, **HELD) == {"owner_id": None}


def test_what_is_the_same_is_no_change():
    same = EditThing(
        title=" Cafe\u0301 ", owner_id="ann", description=SealedText("Why it matters.")
    )
    assert changed(same, **HELD) == {}


def test_a_blank_description_is_none():
    assert changed(EditThing(description=SealedText(" \n")), **HELD) == {"description": None}


def test_a_title_is_kept_in_one_form_of_its_characters():
    assert tidy("  Cafe\u0301 ") == "Café"


@pytest.mark.parametrize(("title", "fine"), [("x" * 500, True), ("x" * 501, False), (" ", False)])
def test_a_title_says_something_in_at_most_500_characters(title: str, fine: bool):
    assert (refuse_title(title) is None) == fine


def test_a_description_has_at_most_20_000_characters():
    assert refuse_description(SealedText("x" * 20_000)) is None
    refusal = refuse_description(SealedText("x" * 20_001))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.pointer) == ("invalid-description", "/description")


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b=1", "HTTP://example.org", "mailto:ann@example.org"]
)
def test_links_lead_to_web_pages_and_mail(url: str):
    assert refuse_links((Link(title="A page", url=url),)) is None


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "https://example.org/ javascript:",
        "https://example.org/\n",
        "https://",
        "//example.org",
        "",
        "https://example.org/" + "x" * 2_000,
    ],
)
def test_no_other_link_is_kept(url: str):
    refusal = refuse_links((Link(title="Fine", url="https://a.b"), Link(title="Bad", url=url)))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.pointer) == ("invalid-link", "/links/1/url")


def test_a_thing_has_at_most_50_links_each_with_a_title():
    link = Link(title="A page", url="https://example.org")
    assert refuse_links((link,) * 50) is None
    assert refuse_links((link,) * 51) is not None
    blank = refuse_links((Link(title=" ", url="https://example.org"),))
    assert isinstance(blank, Refusal)
    assert blank.pointer == "/links/0/title"
