"""A check-in: prefilled, previewed by the API, kept when the page is left, sent by Ctrl+Enter."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import App

CHANGEOVER = "Changeover from 42 to 15 minutes"
YIELD = "First-pass yield from 88 % to 97 %"


def _open(app: App, title: str, person: str) -> Page:
    return app.open(f"/check-in?kr={app.site.company.key_results[title]}", person)


def test_what_is_due_stands_first(app: App) -> None:
    page = app.open("/check-in", "Teresa Kovač")
    due = page.get_by_role("navigation", name="Check-in").get_by_role("link").first
    expect(due).to_contain_text(CHANGEOVER)
    expect(page.locator("section h2", has_text=CHANGEOVER)).to_be_visible()


def test_the_preview_follows_the_typing_and_writes_nothing(app: App) -> None:
    page = _open(app, YIELD, "Lena Berg")
    field = page.get_by_label(re.compile("^New value"))
    expect(field).not_to_have_value("")
    before = app.site.get("/v1/system")["head"]
    field.fill("97")
    preview = page.locator(".preview")
    expect(preview).to_contain_text("Would become")
    expect(preview).to_contain_text("100 %")
    expect(preview).to_contain_text(re.compile("On track|Achieved"))
    field.fill("88")
    expect(preview).to_contain_text("0 %")
    assert app.site.get("/v1/system")["head"] == before


def test_a_draft_outlives_the_page(app: App) -> None:
    page = _open(app, YIELD, "Lena Berg")
    page.get_by_label(re.compile("^What changed")).fill("New fixture on station B")
    page.locator(".confidence").get_by_text("8", exact=True).click()
    page.reload()
    expect(page.get_by_label(re.compile("^What changed"))).to_have_value("New fixture on station B")
    expect(page.get_by_role("radio", name=re.compile("^8"))).to_be_checked()


def test_ctrl_enter_saves_and_the_page_shows_it(app: App) -> None:
    page = _open(app, YIELD, "Lena Berg")
    page.get_by_label(re.compile("^New value")).fill("93.5")
    page.get_by_label(re.compile("^What changed")).fill("Second shift uses the new gauge")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#urgent")).to_contain_text(f"Check-in saved: {YIELD}.")
    page.get_by_text("Earlier check-ins").click()
    first = page.locator("details li").first
    expect(first).to_contain_text("93.5 %")
    expect(first).to_contain_text("Second shift uses the new gauge")
    expect(page.get_by_label(re.compile("^What changed"))).to_have_value("")


def test_nothing_changed_is_one_click(app: App) -> None:
    title = "On-time-in-full from 82 % to 96 %"
    page = _open(app, title, "Miguel Ruiz")
    page.get_by_role("button", name="Nothing changed").click()
    expect(page.locator("#urgent")).to_contain_text(f"Check-in saved: {title}.")


def test_milestones_and_yes_or_no_have_their_own_controls(app: App) -> None:
    page = _open(app, "Standard work at three stations", "Lena Berg")
    page.get_by_role("checkbox", name="Station A").check()
    expect(page.locator(".preview")).to_contain_text("33 %")
    page = _open(app, "Night shift trained", "Sam Young")
    page.get_by_role("radio", name="Done", exact=True).check()
    expect(page.locator(".preview")).to_contain_text("100 %")


def test_a_refused_check_in_keeps_every_word(app: App) -> None:
    app.expect_status(422, 409)
    page = _open(app, YIELD, "Lena Berg")
    page.get_by_label(re.compile("^What changed")).fill("Kept")
    page.get_by_label(re.compile("^New value")).fill("")
    page.get_by_role("button", name="Save check-in").click()
    expect(page.locator("main").get_by_role("alert")).to_contain_text("Enter the new value first.")
    expect(page.get_by_label(re.compile("^What changed"))).to_have_value("Kept")


def test_a_correction_needs_a_reason_and_stays_beside_what_it_corrects(app: App) -> None:
    title = "Repeat orders from 31 % to 45 %"
    page = _open(app, title, "Aminata Ndiaye")
    page.get_by_text("Earlier check-ins").click()
    page.get_by_role("button", name=re.compile("^More for the check-in of")).last.click()
    page.get_by_role("menuitem", name="Correct…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("New value").fill("32.5")
    dialog.get_by_label("Reason").fill("Read from the wrong line")
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.locator("details li", has_text="corrected")).to_have_count(1)
    expect(page.locator("details li", has_text="32.5 %")).to_contain_text("Correction")
