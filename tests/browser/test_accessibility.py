"""axe finds nothing: every page, light and dark, now and in the past."""

from pathlib import Path

import pytest

from deploy.build_web import WEB
from tests.browser.conftest import NewApp
from tests.browser.test_pages import paths

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const options = { runOnly: tags, resultTypes: ['violations'], iframes: false };
  const { violations } = await axe.run(document, options);
  const where = (v) => v.nodes.slice(0, 3).map((n) => n.target).join(' | ');
  return violations.map((v) => `${v.id}: ${v.help} ${where(v)}`);
}"""


TIMELESS = ("/organisation", "/start", "/nowhere")


@pytest.mark.parametrize("moment", ["now", "past"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(new_app: NewApp, theme: str, moment: str) -> None:
    app = new_app(color_scheme=theme)
    source = Path(AXE).read_text(encoding="utf-8")
    at = app.site.company.middle.strftime("%Y-%m-%dT%H:%M:%SZ")
    found: list[str] = []
    for path in paths(app):
        if moment == "past" and path in TIMELESS:
            continue
        query = f"{'&' if '?' in path else '?'}as_of={at}&vs=@40" if moment == "past" else ""
        page = app.open(path + query, "Teresa Kovač")
        page.locator("main").get_by_text("Loading…").wait_for(state="detached")
        page.evaluate(source)
        found += [f"{path}: {each}" for each in page.evaluate(RUN)]
    assert found == []


def test_axe_finds_nothing_in_dialogs(new_app: NewApp) -> None:
    app = new_app()
    source = Path(AXE).read_text(encoding="utf-8")
    found: list[str] = []
    for path, opener in (
        ("/board", "New objective"),
        ("/organisation", "Add team"),
        ("/organisation", "Plan a cycle"),
        ("/obstacles", "Raise obstacle"),
        (f"/actions?team={app.site.company.teams['Assembly']}", "Columns…"),
        (f"/objectives/{app.site.company.objectives['Halve assembly lead time']}", "Grade…"),
        (
            f"/objectives/{app.site.company.objectives['Halve assembly lead time']}",
            "Add key result",
        ),
    ):
        page = app.open(path, "Teresa Kovač")
        page.get_by_role("button", name=opener, exact=True).first.click()
        page.get_by_role("dialog").wait_for()
        page.evaluate(source)
        found += [f"{opener}: {each}" for each in page.evaluate(RUN)]
    assert found == []
