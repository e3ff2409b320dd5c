"""A key result's page, read by keys and edited in place; and many at once, in the grid."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import App

CHANGEOVER = "Changeover from 42 to 15 minutes"
YIELD = "First-pass yield from 88 % to 97 %"
ON_TIME = "On-time-in-full from 82 % to 96 %"


def _open(app: App, title: str, person: str) -> Page:
    return app.open(f"/key-results/{app.site.company.key_results[title]}", person)


def test_the_chart_is_read_by_keys_and_as_a_table(app: App) -> None:
    page = _open(app, ON_TIME, "Miguel Ruiz")
    reader = page.get_by_role("slider", name=re.compile("Arrow keys read it"))
    reader.focus()
    page.keyboard.press("Home")
    expect(reader).to_have_attribute("aria-valuetext", re.compile(r"Value .* %, Expected .* %"))
    first = reader.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    expect(reader).not_to_have_attribute("aria-valuetext", first or "")
    page.get_by_text("Show as table", exact=True).click()
    twin = page.get_by_role("table", name=re.compile("over time"))
    expect(twin).to_contain_text("moved the target")
    assert twin.get_by_role("row").count() > 3


def test_words_are_edited_in_place_and_taken_back(app: App) -> None:
    app.expect_status(422)  # a reason is asked for once the API has said that it needs one
    page = _open(app, YIELD, "Lena Berg")
    page.get_by_role("button", name="Edit title").click()
    page.get_by_role("textbox", name="Title").fill("Parts right the first time")
    page.keyboard.press("Enter")
    page.get_by_label("Why this change?").fill("Said in our own words")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Parts right the first time")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text(YIELD)


def test_what_an_owner_may_not_do_is_shut_with_its_reason(app: App) -> None:
    page = _open(app, CHANGEOVER, "Teresa Kovač")
    page.get_by_role("button", name="More ▾").click()
    retarget = page.get_by_role("menuitem", name=re.compile("^Retarget"))
    expect(retarget).to_be_disabled()
    expect(retarget).to_contain_text("somebody other than the owner")
    page.keyboard.press("Escape")
    expect(retarget).to_be_hidden()


def test_a_new_target_counts_from_the_day_that_is_given(app: App) -> None:
    page = _open(app, YIELD, "Miguel Ruiz")
    key_result = app.site.company.key_results[YIELD]
    day = datetime.now(UTC).date() - timedelta(days=8)
    page.get_by_role("button", name="More ▾").click()
    page.get_by_role("menuitem", name="Retarget…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("New target").fill("98")
    dialog.get_by_label("Counts from").fill(day.isoformat())
    dialog.get_by_label("Reason", exact=True).fill("The new line is better than we thought")
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog).to_be_hidden()
    then = app.site.get(f"/v1/key-results/{key_result}", effective_at=f"{day}T12:00:00Z")
    before = app.site.get(
        f"/v1/key-results/{key_result}", effective_at=f"{day - timedelta(days=2)}T12:00:00Z"
    )
    assert (then["measure"]["target"], before["measure"]["target"]) == (98, 97)


def test_a_check_in_is_withdrawn_with_a_reason(app: App) -> None:
    page = _open(app, "Complaints a week stay below 12", "Sam Young")
    page.get_by_role("button", name=re.compile("^More for the check-in of")).last.click()
    page.get_by_role("menuitem", name="Withdraw…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Counted twice")
    dialog.get_by_role("button", name="Confirm").click()
    row = page.locator("li", has_text="Counted twice").first
    expect(row).to_contain_text("withdrawn")


def test_the_grid_is_filled_with_tab_and_enter_and_each_row_is_answered(app: App) -> None:
    page = app.open("/check-in?view=grid", "Lena Berg")
    value = page.get_by_label(f"New value: {YIELD}")
    value.fill("94")
    page.keyboard.press("Tab")
    page.keyboard.type("8")
    page.keyboard.press("Tab")
    page.keyboard.type("New gauge on both shifts")
    page.keyboard.press("Enter")
    expect(value).not_to_be_focused()
    stations = page.get_by_label("New value: Standard work at three stations")
    stations.fill("7")
    page.reload()
    expect(value).to_have_value("94")
    page.get_by_role("button", name=re.compile("^Save")).click()
    row = page.get_by_role("row", name=re.compile(re.escape(YIELD)))
    expect(row).to_contain_text("saved")
    expect(value).to_have_value("")
    expect(stations).to_have_value("7")
    expect(stations).to_be_focused()
    expect(page.get_by_role("alert").filter(has_text="numbers of the milestones")).to_be_visible()
