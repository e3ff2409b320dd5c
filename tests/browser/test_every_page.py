"""Every page, now and in the past: it says what it is, axe finds nothing, and it fits a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.build_web import WEB
from tests.browser.conftest import CONTEXT, App, Site, windows

PAGES = {
    "/": "Home of Teresa Kovač",
    "/notifications": "Notifications",
    "/board": "Objectives board",
    "/board?group=state": "Objectives board",
    "/overview": "Overview",
    "/actions?scope=company&lanes=team": "Actions board",
    "/actions?team={team}": "Actions board",
    "/scores": "Scores",
    "/cycle": "Autumn quarter",
    "/check-in": "Check-in",
    "/check-in?view=grid": "Check-in",
    "/key-results/{key_result}": "Changeover from 42 to 15 minutes",
    "/objectives/{objective}": "Halve assembly lead time",
    "/obstacles": "Obstacles",
    "/obstacles/{obstacle}": "Tooling arrives late at press 2",
    "/actions/{action}": "Second sharpener on trial",
    "/history": "History",
    "/history?about={objective}&mark=target": "History",
    "/organisation": "Organisation",
    "/people/{person}": "Lena Berg",
    "/start": "Welcome to True North",
    "/nowhere": "Page not found",
}
COMPARED = (
    "/board?group=state",
    "/overview",
    "/scores",
    "/objectives/{objective}",
    "/key-results/{key_result}",
    "/history",
)
"""Pages that look different in the past: a banner, what moved, what was struck out."""
DIALOGS = (
    ("/board", "New objective"),
    ("/organisation", "Add team"),
    ("/organisation", "Plan a cycle"),
    ("/organisation", "Edit settings"),
    ("/organisation", "Publish a calendar"),
    ("/people/{person}", "Plan an absence"),
    ("/obstacles", "Raise obstacle"),
    ("/actions?team={team}", "Columns…"),
    ("/objectives/{objective}", "Add key result"),
    ("/actions/{action}", "Block…"),
    ("/actions/{action}", "Move to…"),
    ("/obstacles/{obstacle}", "Add cause"),
)
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (only) => {
  const options = { runOnly: only, resultTypes: ['violations'], iframes: false };
  const { violations } = await axe.run(document, options);
  const where = (v) => v.nodes.slice(0, 3).map((n) => n.target).join(' | ');
  return violations.map((v) => `${v.id}: ${v.help} ${where(v)}`);
}"""
EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def expect_no_sideways_scroll(page: Page) -> None:
    """A page takes a moment to follow its window; then nothing may stick out of it."""
    for _ in range(30):  # asked again from here: the pages let no script be made of a text
        if (beyond := page.evaluate(SIDEWAYS)) <= 0:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{page.url} scrolls sideways by {beyond} px at {page.viewport_size}")


@pytest.fixture(scope="module")
def window(browser: Browser, site: Site) -> Iterator[App]:
    """One window for all of them: its cache spares each page a good part of its start."""
    with windows(browser, site) as make:
        app = make()
        app.open("/board", "Teresa Kovač")
        yield app


@pytest.fixture
def app(window: App) -> Iterator[App]:
    yield window
    window.page.set_viewport_size(CONTEXT["viewport"])
    assert window.wrong == []


def findings(page: Page) -> Iterator[str]:
    """What axe says in the light and, of the one rule that a theme can change, in the dark."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    yield from page.evaluate(RUN, EVERY_RULE)
    page.emulate_media(color_scheme="dark")
    yield from (f"dark: {each}" for each in page.evaluate(RUN, ["color-contrast"]))
    page.emulate_media(color_scheme="light")


def at(app: App, path: str) -> str:
    """The path with the ids of the company."""
    company = app.site.company
    return path.format(
        objective=company.objectives["Halve assembly lead time"],
        obstacle=company.obstacles["Tooling arrives late at press 2"],
        action=company.actions["Second sharpener on trial"],
        key_result=company.key_results["Changeover from 42 to 15 minutes"],
        team=company.teams["Assembly"],
        person=company.people["Lena Berg"],
    )


def stands(app: App, path: str, heading: str) -> None:
    """One heading, a title, no alert, nothing for axe to find, no sideways scrolling."""
    page = app.open(at(app, path))
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("h1")).to_contain_text(heading)
    expect(page).to_have_title(re.compile(r"· True North$"))
    page.locator("main").get_by_text("Loading…").wait_for(state="detached")
    expect(page.get_by_role("alert").filter(has_text=re.compile("."))).to_have_count(0)
    assert list(findings(page)) == []
    for width in (768, 390, 320):
        page.set_viewport_size({"width": width, "height": 740})
        expect_no_sideways_scroll(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_stands_now(app: App, path: str) -> None:
    stands(app, path, PAGES[path])


@pytest.mark.parametrize("path", COMPARED)
def test_a_page_stands_in_the_past_compared_with_earlier(app: App, path: str) -> None:
    then = app.site.company.middle.strftime("%Y-%m-%dT%H:%M:%SZ")
    stands(app, f"{path}{'&' if '?' in path else '?'}as_of={then}&vs=@40", PAGES[path])


@pytest.mark.parametrize(("path", "opener"), DIALOGS)
def test_a_dialog_stands(app: App, path: str, opener: str) -> None:
    page = app.open(at(app, path))
    page.get_by_role("button", name=opener, exact=True).first.click()
    page.get_by_role("dialog").wait_for()
    assert list(findings(page)) == []


def test_the_dialog_that_grades_early_stands_and_warns(app: App) -> None:
    page = app.open(at(app, "/objectives/{objective}"))
    page.get_by_role("button", name="More ▾").click()
    page.get_by_role("menuitem", name="Grade early…").click()
    expect(page.get_by_role("dialog")).to_contain_text("not in its Score phase yet")
    assert list(findings(page)) == []
