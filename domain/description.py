"""What can be said about any thing beyond its title: a description in Markdown, and links.

A description is somebody's own words, so it is sealed; links are plain, like titles.
"""

import re
from typing import Annotated, Final

from pydantic import AfterValidator

from domain.facts import Refusal, Value
from domain.refusals import invalid
from domain.text import SealedText
from domain.title import Title, refuse_title

LONGEST_DESCRIPTION: Final = 20_000
LONGEST_URL: Final = 2_000
MOST_LINKS: Final = 50

# Anything else a browser follows may run as a script of the page (javascript:, data:).
_SAFE: Final = re.compile(r"(https?://|mailto:)[^\s\x00-\x1f\x7f]+", re.IGNORECASE)


class Link(Value):
    """A link with the words to show for it; only http, https and mailto lead anywhere."""

    title: Title
    url: str


Links = tuple[Link, ...]


def _said(words: SealedText | None) -> SealedText | None:
    return None if words is None or words.blank else words


Description = Annotated[SealedText | None, AfterValidator(_said)]
"""A description in a command: blank words are none. Facts keep a ``SealedText | None``."""


def refuse_description(
    description: SealedText | None, pointer: str = "/description"
) -> Refusal | None:
    """Why ``description`` cannot be kept, or None: it has at most 20,000 characters."""
    words = "" if description is None else description.text or ""
    if len(words) > LONGEST_DESCRIPTION:
        detail = f"A description has at most {LONGEST_DESCRIPTION:,} characters."
        return invalid("invalid-description", detail, pointer)
    return None


def refuse_links(links: Links, pointer: str = "/links") -> Refusal | None:
    """Why ``links`` cannot be kept, or None: at most 50, each with a title and a safe address."""
    if len(links) > MOST_LINKS:
        return invalid("invalid-link", f"A thing has at most {MOST_LINKS} links.", pointer)
    for index, link in enumerate(links):
        if refusal := refuse_title(link.title, f"{pointer}/{index}/title", "The title of a link"):
            return refusal
        if len(link.url) > LONGEST_URL or not _SAFE.fullmatch(link.url):
            detail = (
                f"A link leads to an http, https or mailto address of at most {LONGEST_URL:,}"
                " characters."
            )
            return invalid("invalid-link", detail, f"{pointer}/{index}/url")
    return None
