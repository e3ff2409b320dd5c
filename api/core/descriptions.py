"""The description and the links that every thing may have: in requests and in answers."""

from typing import Annotated

from pydantic import Field, StringConstraints

from api.core.fields import AsArray, Request, Title
from api.core.shapes import Shape
from domain import description as domain

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


class Link(Shape):
    title: str
    url: str


class Described(Shape):
    """What the answers of all things that can be edited share."""

    description: str | None
    links: list[Link]
