"""What each page shows of the company, and what can be done on it."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import App, NewApp


def test_the_objective_board_shows_status_progress_and_owner(app: App) -> None:
    page = app.open("/board?group=state")
    card = page.locator("li.card", has_text="Halve assembly lead time")
    expect(card.get_by_role("meter")).to_be_visible()
    expect(card.get_by_role("img", name="Teresa Kovač")).to_be_visible()
    expect(card).to_contain_text(re.compile("On track|At risk|Off track|Outdated"))
    proposed = page.get_by_role("region", name="Proposed", exact=True)
    expect(proposed).to_contain_text("Claims answered in two days")


def test_swimlanes_line_up_by_team(app: App) -> None:
    page = app.open("/board?group=state")
    page.get_by_role("button", name="Lanes by team").click()
    lane = page.get_by_role("list", name="Active, Fulfilment", exact=True)
    expect(lane.locator("li.card")).to_have_count(1)
    tops = {
        page.get_by_role("list", name=f"{column}, Fulfilment", exact=True).bounding_box()["y"]  # type: ignore[index]
        for column in ("Draft", "Active")
    }
    assert len(tops) == 1


def test_scores_show_the_tree_from_company_to_key_result(app: App) -> None:
    page = app.open("/scores")
    table = page.locator("table", has_text="Nordwind")
    for row in ("Nordwind", "Assembly", "Halve assembly lead time", "Changeover from 42 to 15"):
        expect(table.get_by_role("row", name=re.compile(row)).first).to_be_visible()
    expect(page.locator(".big")).to_contain_text(re.compile(r"\d"))
    kr = table.get_by_role("row", name=re.compile("^(Hide what is inside )?Changeover"))
    expect(kr.get_by_role("img", name=re.compile("^Trend"))).to_be_visible()
    expect(kr.get_by_role("img", name=re.compile("^Confidence"))).to_be_visible()


def test_rows_of_the_score_tree_close_and_open(app: App) -> None:
    page = app.open("/scores")
    inside = page.get_by_role("link", name="Changeover from 42 to 15 minutes")
    expect(inside).to_be_visible()
    page.get_by_role("button", name="Hide what is inside Halve assembly lead time").click()
    expect(inside).to_have_count(0)
    page.get_by_role("button", name="Show what is inside Halve assembly lead time").click()
    expect(inside).to_be_visible()


def test_the_chart_has_a_table_twin(app: App) -> None:
    page = app.open("/scores")
    page.get_by_text("Show as table", exact=True).click()
    twin = page.get_by_role("table", name="Score and expected progress over the cycle")
    assert twin.get_by_role("row").count() > 3


def test_the_cycle_page_says_whom_it_waits_for_and_who_owes_what(app: App) -> None:
    page = app.open("/cycle")
    owed = page.locator("section", has=page.get_by_role("heading", name="Who owes what"))
    expect(owed).to_contain_text("Teresa Kovač")
    expect(owed).to_contain_text("Changeover from 42 to 15 minutes")
    expect(page.get_by_text("Today", exact=True)).to_be_visible()
    strip = page.get_by_role("region", name="Check-ins by week")
    expect(strip.get_by_role("row", name=re.compile("Lena Berg"))).to_be_visible()


def test_history_tells_who_when_what_and_why(app: App) -> None:
    page = app.open("/history?type=okr")
    row = page.locator("li", has_text="The carrier changed its cut-off time")
    page.get_by_role("button", name="Older").click()
    expect(row.first).to_be_visible()
    expect(row.first).to_contain_text("95")


def test_history_is_filtered_by_the_url(app: App) -> None:
    person = app.site.company.people["Lena Berg"]
    page = app.open(f"/history?actor={person}")
    expect(
        page.locator("section.list li .who img, section.list li .who [role=img]").first
    ).to_have_attribute("aria-label", "Lena Berg")
    others = page.locator("section.list li .who [role=img]:not([aria-label='Lena Berg'])")
    expect(others).to_have_count(0)
    page.get_by_role("button", name="Clear filters").click()
    expect(others.first).to_be_visible()


def test_the_obstacle_page_grows_whys_causes_and_countermeasures(app: App) -> None:
    title = "Tooling arrives late at press 2"
    page = app.open(f"/obstacles/{app.site.company.obstacles[title]}", "Teresa Kovač")
    page.get_by_role("button", name="Ask why: Nobody owns the trolley round").click()
    page.get_by_label("Because…").fill("The role ended with the reorganisation")
    page.get_by_role("button", name="Add", exact=True).click()
    grown = page.locator(".node", has_text="The role ended with the reorganisation")
    expect(grown).to_contain_text("Why 3")
    page.get_by_role("button", name="More to do with the answer The role ended").click()
    page.get_by_role("menuitem", name="Mark as root cause").click()
    expect(grown).to_contain_text("Root cause")
    page.get_by_role("button", name="Add cause").click()
    dialog = page.get_by_role("dialog", name="Add cause")
    dialog.get_by_label("Cause", exact=True).fill("Drawers without labels")
    dialog.get_by_label("Category").select_option("environment")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("svg text", has_text="Drawers without labels")).to_be_visible()
    page.get_by_role("button", name="Show as list").click()
    expect(page.locator("dd", has_text="Drawers without labels")).to_be_visible()
    page.get_by_role("button", name="Add countermeasure").click()
    dialog = page.get_by_role("dialog", name="Add countermeasure")
    dialog.get_by_label("Title").fill("Labels on every drawer")
    dialog.get_by_label("Team").select_option(label="Assembly")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("link", name="Labels on every drawer")).to_be_visible()


def test_an_objective_moves_through_catchball_and_refusals_are_said(app: App) -> None:
    title = "Suppliers deliver to the line"
    page = app.open(f"/objectives/{app.site.company.objectives[title]}", "Sam Young")
    page.get_by_role("button", name="Propose").click()
    expect(page.locator("main .tag").first).to_have_text("Proposed")
    page.get_by_role("button", name="Counter").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Counter-proposal").fill("Six a day is too many for one dock")
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Six a day is too many for one dock").first).to_be_visible()


def test_a_retarget_is_shut_for_the_owner_and_says_why(app: App) -> None:
    title = "Halve assembly lead time"
    page = app.open(f"/objectives/{app.site.company.objectives[title]}", "Teresa Kovač")
    page.get_by_role("button", name="More for Changeover from 42 to 15 minutes").click()
    retarget = page.get_by_role("menuitem", name=re.compile("^Retarget…"))
    expect(retarget).to_be_disabled()
    expect(retarget).to_contain_text("somebody other than the owner")
    page.get_by_role("heading", name=title).click()
    expect(retarget).to_be_hidden()


def test_a_refused_retarget_is_told_in_the_dialog_and_keeps_every_word(app: App) -> None:
    app.expect_status(409, 422)
    title = "Halve assembly lead time"
    page = app.open(f"/objectives/{app.site.company.objectives[title]}", "Lena Berg")
    page.get_by_role("button", name="More for Changeover from 42 to 15 minutes").click()
    page.get_by_role("menuitem", name="Retarget…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("New target").fill("42")
    dialog.get_by_label("Reason", exact=True).fill("Easier")
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog.get_by_role("alert").filter(has_text=re.compile("target"))).to_be_visible()
    expect(dialog.get_by_label("Reason", exact=True)).to_have_value("Easier")


def test_keyboard_letters_open_pages_and_the_palette_finds_objectives(app: App) -> None:
    page = app.open("/board")
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.locator("h1")).to_contain_text("Scores")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search and commands").fill("halve assembly")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text(
        "Halve assembly lead time"
    )
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Halve assembly lead time")


def test_on_a_phone_the_board_shows_one_column_with_a_picker(new_app: NewApp) -> None:
    app = new_app(viewport={"width": 390, "height": 844})
    page = app.open("/board?group=state")
    expect(page.locator("section.column:visible")).to_have_count(1)
    page.get_by_role("combobox", name="Column").select_option("proposed")
    expect(page.get_by_role("heading", name="Proposed", exact=True)).to_be_visible()


def test_paper_shows_the_board_side_by_side_without_controls(app: App) -> None:
    page = app.open("/board?group=state")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("slider")).to_have_count(0)
    expect(page.locator("footer")).to_contain_text("position")
    boxes = [column.bounding_box() for column in page.locator("section.column").all()]
    assert len({round(box["y"]) for box in boxes if box}) == 1
    assert len({round(box["x"]) for box in boxes if box}) == 6


def test_an_objective_names_what_it_supports(app: App) -> None:
    page = app.open(f"/objectives/{app.site.company.objectives['Halve assembly lead time']}")
    page.get_by_role("link", name="Be easy to buy from").click()
    expect(page.locator("h1")).to_have_text("Be easy to buy from")


def test_an_objective_shows_who_votes_in_its_score_and_hears_of_them(app: App) -> None:
    company = app.site.company
    below, key_result = "Halve assembly lead time", "First-pass yield from 88 % to 97 %"
    page = app.open(f"/objectives/{company.objectives['Be easy to buy from']}")
    votes = page.locator("section", has=page.get_by_role("heading", name="Supported by"))
    expect(votes.get_by_role("link", name=below)).to_be_visible()
    expect(votes).to_contain_text("Assembly · 33 % of the score")
    shown = votes.get_by_role("meter", name=below)
    before = shown.get_attribute("aria-label")
    assert before is not None
    path = f"/objectives/{company.objectives[below]}/key-results/{company.key_results[key_result]}"
    app.site.post(f"/v1{path}/check-ins", {"value": 96, "confidence": 0.9}, by="Lena Berg")
    expect(shown).not_to_have_attribute("aria-label", before)


def test_what_is_not_there_is_said_with_a_way_on(app: App) -> None:
    app.expect_status(404)
    page = app.open("/objectives/019a0000-0000-7000-8000-000000000000")
    page.locator("main").get_by_role("link", name="Go to the board").click()
    expect(page.locator("h1")).to_contain_text("Objectives board")


def test_what_was_not_there_yet_is_said_with_a_way_back_to_now(app: App) -> None:
    app.expect_status(404)
    address = f"/objectives/{app.site.company.objectives['Halve assembly lead time']}"
    page = app.open(f"{address}?as_of=@1")
    expect(page.locator("main").get_by_role("alert")).to_contain_text(
        "Nobody knew of it at this moment."
    )
    page.locator("main").get_by_role("link", name="Back to now").click()
    expect(page.locator("h1")).to_have_text("Halve assembly lead time")


def test_what_is_over_offers_no_changes(app: App) -> None:
    site = app.site
    body = {"cycle_id": site.company.cycle, "team_id": site.company.teams["Assembly"]}
    body |= {"owner_id": site.company.people["Teresa Kovač"], "title": "Given up at once"}
    objective = site.post("/v1/objectives", {**body, "ambition": "aspirational"})["id"]
    add = app.page.get_by_role("button", name="Add key result")
    app.open(f"/objectives/{objective}")
    expect(add).to_be_visible()
    site.post(f"/v1/objectives/{objective}/drop", {"reason": "sold"})
    expect(add).to_be_hidden()


def test_a_counter_proposal_is_shown_and_may_be_accepted(app: App) -> None:
    site = app.site
    body = {"cycle_id": site.company.cycle, "team_id": site.company.teams["Assembly"]}
    body |= {"owner_id": site.company.people["Teresa Kovač"], "title": "Thrown to and fro"}
    objective = site.post("/v1/objectives", {**body, "ambition": "aspirational"})["id"]
    page = app.open(f"/objectives/{objective}")
    page.get_by_role("button", name="Propose").click()
    page.get_by_role("button", name="Counter…").click()
    dialog = page.get_by_role("dialog", name="Counter")
    dialog.get_by_label("Counter-proposal").fill("Half of it, and both lines")
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.locator("main")).to_contain_text("Counter-proposal: Half of it, and both lines")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("button", name="Activate")).to_be_visible()
    site.post(f"/v1/objectives/{objective}/drop", {"reason": "played enough"})
