"""In a language that nobody speaks, every page says only what the catalogue or the API says."""

import calendar
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Response, expect

from tests.browser.conftest import App, Site, windows
from tests.browser.test_every_page import PAGES, at, expect_no_sideways_scroll

OWN = ("True North", "UTC", "Ctrl", "API", "CSV", "JSON")
"""Names that are the same in every language."""
_NAMES = (calendar.day_name, calendar.day_abbr, calendar.month_name, calendar.month_abbr)
DAYS = ("Sept", *(name for names in _NAMES for name in names if name))
"""The browser writes dates in its own language."""
PLAIN = r"""(said) => {
  const sorted = [...new Set([...said, location.href])].filter((text) => /[a-z]/i.test(text));
  sorted.sort((one, other) => other.length - one.length);
  const found = new Set();
  const look = (text) => {
    let rest = text.replace(/\s+/g, ' ');
    if (!/[a-z]{3}/i.test(rest)) return;
    for (const known of sorted) if (rest.includes(known)) rest = rest.replaceAll(known, ' ');
    const words = rest.match(/\p{L}{3,}/gu) ?? [];
    if (words.some((word) => /^[a-z]+$/i.test(word))) found.add(text.trim());
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const parent = node.parentElement;
    const line = parent.closest('svg') && sorted.some((all) => all.includes(node.data.trim()));
    if (!line && !parent.closest('script, style, kbd, .markdown')) look(node.data);
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'aria-valuetext', 'alt'])
    for (const one of document.querySelectorAll(`[${name}]`)) look(one.getAttribute(name));
  return [...found];
}"""
"""What stands on the page or names a part of it in plain letters, though nothing of it was said."""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


class Hearing:
    """A window and every text that the API has told it."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._asked: set[str] = set()
        self._said: set[str] = set()
        app.page.on("response", self._answered)

    def _answered(self, answer: Response) -> None:
        if answer.request.method == "GET" and "json" in answer.headers.get("content-type", ""):
            self._asked.add(answer.url)

    def said(self) -> list[str]:
        """Texts told so far, and what is the same in every language."""
        site = self.app.site
        who = {"TrueNorth-Person": site.company.people["Teresa Kovač"]}
        for url in self._asked:  # asked again, for the browser keeps no answer of a page left
            self._said.update(_strings(site.client.get(url, headers=who).json()))
        self._asked.clear()
        return [*self._said, *OWN, *DAYS]


@pytest.fixture(scope="module")
def hearing(browser: Browser, site: Site) -> Iterator[Hearing]:
    """One window for all pages: its cache spares each a good part of its start."""
    with windows(browser, site) as make:
        app = make()
        hearing = Hearing(app)
        app.open("/board?locale=pseudo", "Teresa Kovač")
        yield hearing


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_every_word_from_the_catalogue_and_has_room_for_it(
    hearing: Hearing, path: str
) -> None:
    page = hearing.app.page
    page.set_viewport_size({"width": 1280, "height": 800})
    address = at(hearing.app, path)
    hearing.app.open(f"{address}{'&' if '?' in address else '?'}locale=pseudo")
    expect(page.get_by_role("banner")).to_contain_text("··")
    page.locator("main").get_by_text("Ļöåðîñĝ").wait_for(state="detached")
    page.wait_for_timeout(600)
    for _ in range(5):  # what is told while we look is heard the next time
        plain = page.evaluate(PLAIN, hearing.said())
        if not plain:
            break
        page.wait_for_timeout(400)
    assert plain == []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        expect_no_sideways_scroll(page)
