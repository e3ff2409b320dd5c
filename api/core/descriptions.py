"""The description and the links that every thing may have: in requests and in answers."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from api.core.fields import AsArray, Request, Title
from api.core.problems import invalid_field
from api.core.shapes import Shape
from domain import description as domain
from domain.editing import given
from domain.text import said

Description = Annotated[str, StringConstraints(max_length=domain.LONGEST_DESCRIPTION)]
"""Markdown; blank is none."""


class LinkBody(Request):
    """A link with the words to show for it: http, https or mailto."""

    title: Title
    url: Annotated[str, StringConstraints(max_length=domain.LONGEST_URL)]


Links = Annotated[tuple[LinkBody, ...], AsArray, Field(max_length=domain.MOST_LINKS)]


def links_of(links: tuple[LinkBody, ...]) -> domain.Links:
    """The links of a request as the domain has them."""
    return tuple(domain.Link(title=each.title, url=each.url) for each in links)


def given_words(body: Any) -> dict[str, Any]:
    """Of the description and the links of an edit those that were given, for its command."""
    words: dict[str, Any] = {}
    if given(body, "description"):
        words["description"] = said(body.description)
    if given(body, "links"):
        words["links"] = links_of(body.links)
    return words


def never_null(body: Request, *names: str) -> None:
    """Raises 422 where one of these fields of an edit is null: they can only be left out."""
    for name in names:
        if given(body, name) and getattr(body, name) is None:
            raise invalid_field(f"/{name}", "This cannot be taken away: leave it out to keep it.")


class Link(Shape):
    title: str
    url: str


class Described(Shape):
    """What the answers of all things that can be edited share."""

    description: str | None
    links: list[Link]
