"""An auditor's way: who moved the target and why; what differs between two days; who left."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import App


def test_from_an_objective_to_who_moved_its_target_and_why_in_one_press(app: App) -> None:
    company = app.site.company
    moved = app.site.get("/v1/history", mark="target", limit=1)["items"][0]
    home = next(
        each["id"]
        for each in app.site.get("/v1/objectives", cycle_id=company.cycle, limit=200)["items"]
        if any(kr["id"] == moved["about"]["id"] for kr in each["key_results"])
    )
    page = app.open(f"/objectives/{home}")
    page.get_by_role("button", name="Target moves").click()
    row = page.get_by_role("listitem").filter(has_text="Target moved").first
    expect(row).to_contain_text(moved["actor"]["name"])
    expect(row).to_contain_text(moved["reason"])


def test_the_history_is_searched_and_machines_stay_behind_their_switch(app: App) -> None:
    page = app.open("/history?q=carrier+cut-off")
    rows = page.locator("section.list li")
    expect(rows.first).to_contain_text("The carrier changed its cut-off time")
    page.get_by_role("searchbox", name="Search the history").fill("nothing of the kind")
    expect(page.get_by_text("Nothing has happened in this selection.")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(rows.nth(1)).to_be_visible()
    page.get_by_role("checkbox", name="Technical facts").check()
    expect(page).to_have_url(re.compile("technical=true"))


def test_a_drag_over_the_rail_compares_and_the_changes_are_walked_through(app: App) -> None:
    page = app.open("/board")
    box = page.get_by_role("slider", name="As of, day of the cycle").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.05, middle)
    expect(page.locator(".tip")).to_have_text(re.compile(r"\d+ \w+ · (\d+ events?|nothing)"))
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    page.mouse.move(box["x"] + box["width"] * 0.4, middle)
    page.mouse.up()
    expect(page).to_have_url(re.compile("vs=.*as_of=|as_of=.*vs="))
    changes = page.get_by_role("group", name="What changed between the two moments")
    expect(changes).to_contain_text(re.compile(r"\d+ (moved|new|scores? up)"))
    changes.get_by_role("button", name="Next change").click()
    expect(changes).to_contain_text("1 of ")
    expect(page.locator("main .stepped")).to_have_count(1)


def test_somebody_comes_is_renamed_and_leaves_again_by_pages_alone(app: App) -> None:
    page = app.open("/organisation")
    page.get_by_role("button", name="Add person").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Dvaid Typo")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    page.get_by_role("link", name="Dvaid Typo").click()
    page.get_by_role("button", name="Edit name").click()
    page.get_by_role("textbox", name="Name").fill("David Type")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("David Type")
    page.get_by_role("button", name="More about David Type").click()
    page.get_by_role("menuitem", name="Deactivate…").click()
    page.get_by_role("dialog").get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Deactivated", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Deactivated", exact=True)).to_have_count(0)


def test_a_company_stands_under_nothing_and_its_form_does_not_ask(app: App) -> None:
    page = app.open("/organisation")
    page.get_by_role("button", name="Add team").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Part of")).to_be_visible()
    dialog.get_by_label("Kind").select_option("company")
    expect(dialog.get_by_label("Part of")).to_have_count(0)
