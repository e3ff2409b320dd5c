"""What was just done is taken back from its toast, unless somebody has gone on since."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import App

TITLE = "Claims answered in two days"


def _path(app: App) -> str:
    return f"/objectives/{app.site.company.objectives[TITLE]}"


def _title(app: App) -> str:
    title: str = app.site.get(f"/v1{_path(app)}")["title"]
    return title


def _toast(page: Page) -> Locator:
    return page.get_by_role("region", name="What just happened")


def _renamed(app: App, title: str) -> Page:
    page = app.open(_path(app), "Sam Young")
    page.get_by_role("button", name="Edit title").click()
    page.get_by_role("textbox", name="Title").fill(title)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(title)
    return page


def test_undo_brings_the_old_title_back(app: App) -> None:
    page = _renamed(app, "Claims answered in one day")
    _toast(page).get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(_toast(page)).to_contain_text("Undone.")
    assert _title(app) == TITLE


def test_what_somebody_else_went_on_with_is_not_undone(app: App) -> None:
    app.expect_status(412)
    page = _renamed(app, "Claims answered at once")
    expect(_toast(page).get_by_role("button", name="Undo")).to_be_visible()
    theirs = "Claims answered within an hour"
    answer = app.site.client.patch(
        f"/v1{_path(app)}",
        json={"title": theirs},
        headers={"If-Match": "*", "TrueNorth-Person": app.site.company.people["Lena Berg"]},
    )
    assert answer.status_code == 200, answer.text
    try:
        expect(page.locator("h1")).to_have_text(theirs)
        _toast(page).get_by_role("button", name="Undo").click()
        expect(_toast(page)).to_contain_text(re.compile("Not undone: somebody has changed it"))
        expect(page.locator("h1")).to_have_text(theirs)
        assert _title(app) == theirs
    finally:
        app.site.client.patch(f"/v1{_path(app)}", json={"title": TITLE}, headers={"If-Match": "*"})
