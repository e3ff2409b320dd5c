"""Actions, obstacles, boards, the overview: edited in place, taken back, grouped, picked."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import App


@pytest.fixture
def made(app: App) -> Iterator[str]:
    """A fresh action of Assembly, so that no other test's card moves."""
    company = app.site.company
    body = {
        "title": "Sort the bolts",
        "kind": "kaizen",
        "team_id": company.teams["Assembly"],
        "owner_id": company.people["Lena Berg"],
    }
    made = app.site.post("/v1/actions", body, "Lena Berg")["id"]
    yield made
    for leaves in ("cancel", "archive"):  # what is done can only be archived
        body = {"reason": "Test is over"}
        app.site.client.post(f"/v1/actions/{made}/{leaves}", json=body, headers={"If-Match": "*"})


def _fact(page: Page, name: str) -> Locator:
    return page.locator("dl > div", has=page.locator("dt", has_text=re.compile(f"^{name}$")))


def _toast(page: Page) -> Locator:
    return page.get_by_role("region", name="What just happened")


def test_an_action_is_edited_in_place_and_taken_back(app: App, made: str) -> None:
    page = app.open(f"/actions/{made}", "Lena Berg")
    page.get_by_role("button", name="Edit title").click()
    page.get_by_role("textbox", name="Title").fill("Sort the bolts by size")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sort the bolts by size")
    expect(page.get_by_role("button", name="Edit title")).to_be_focused()
    _toast(page).get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("Sort the bolts")
    _fact(page, "Owner").get_by_role("button").click()
    page.get_by_role("combobox", name="Owner").select_option(label="Sam Young")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("combobox", name="Owner")).to_have_count(0)
    expect(_fact(page, "Owner")).to_contain_text("Sam Young")
    _fact(page, "About").get_by_role("button", name="Add about").click()
    page.get_by_role("combobox", name="About").select_option(
        label="Tooling arrives late at press 2"
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Tooling arrives late at press 2")).to_be_visible()
    page.get_by_role("button", name="Add description").click()
    page.get_by_role("textbox", name="Description").fill("By **thread**, then by length")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".markdown strong", has_text="thread")).to_be_visible()
    expect(
        page.locator("section", has=page.get_by_role("heading", name="History"))
    ).to_contain_text("Sam Young")


def test_an_action_is_blocked_checked_off_and_moved_from_its_page(app: App, made: str) -> None:
    page = app.open(f"/actions/{made}", "Lena Berg")
    page.get_by_role("button", name="Block…").click()
    dialog = page.get_by_role("dialog", name="What holds up “Sort the bolts”?")
    dialog.get_by_role("button", name="Block", exact=True).click()
    expect(dialog).to_contain_text("Fill this in.")
    dialog.get_by_label("Why can it not go on?").fill("No boxes left")
    dialog.get_by_label("Waits for").fill("The supplier")
    dialog.get_by_role("button", name="Block", exact=True).click()
    block = page.locator(".notice", has_text="No boxes left")
    expect(block).to_contain_text("Waits for: The supplier")
    block.get_by_role("button", name="Unblock").click()
    expect(block).to_have_count(0)
    for step in ("Empty the drawers", "Print labels"):
        page.get_by_role("textbox", name="New step").fill(step)
        page.keyboard.press("Enter")
        expect(page.get_by_role("checkbox", name=step)).to_be_visible()
    page.get_by_role("checkbox", name="Print labels").check()
    expect(page.get_by_text("1 of 2 done").first).to_be_visible()
    page.get_by_role("button", name="Move to…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("^Done")).check()
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.locator("main .tag").first).to_have_text("Done")
    expect(page.get_by_role("button", name="Verify effect…")).to_be_visible()


def test_whoever_takes_an_obstacle_owns_it_until_it_is_released(app: App) -> None:
    company = app.site.company
    about = {"kind": "objective", "id": company.objectives["Ship on the promised day"]}
    body = {"title": "Pallets are damp", "about": about, "severity": "medium"}
    obstacle = app.site.post("/v1/obstacles", body, "Sam Young")["id"]
    path = f"/v1/obstacles/{obstacle}"
    whys = [
        app.site.post(f"{path}/whys", {"answer": text})["id"]
        for text in ("The gate stays open", "The roof leaks")
    ]
    page = app.open(f"/obstacles/{obstacle}", "Sam Young")
    page.get_by_role("button", name="I take it").click()
    expect(page.locator(".page-head")).to_contain_text("Taken by Sam Young")
    expect(_fact(page, "Owner")).to_contain_text("Sam Young")
    for answer in ("The gate stays open", "The roof leaks"):
        page.get_by_role("button", name=f"More to do with the answer {answer}").click()
        page.get_by_role("menuitem", name="Mark as root cause").click()
        node = page.locator(".node", has_text=answer)
        expect(node).to_contain_text("Root cause")
    assert app.site.get(path)["root_cause_ids"] == whys
    page.get_by_role("button", name="More to do with the answer The roof leaks").click()
    page.get_by_role("menuitem", name="Not a root cause").click()
    expect(page.locator(".node", has_text="The roof leaks")).not_to_contain_text("Root cause")
    page.get_by_role("button", name="Release").click()
    expect(page.locator(".page-head")).not_to_contain_text("Taken by")
    app.site.post(f"{path}/resolve", {"result": "Dry", "evidence": "Seen"}, "Sam Young")


def test_obstacles_come_gravest_first_and_are_filtered_by_the_url(app: App) -> None:
    page = app.open("/obstacles?show=all", "Teresa Kovač")
    words = page.locator("td .severity").all_inner_texts()
    order = [("High", "Medium", "Low").index(each.strip()) for each in words]
    assert order == sorted(order)
    page.get_by_role("combobox", name="Owner").select_option(label="Mine")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("owner="))


def test_a_running_quarter_is_grouped_by_health_and_by_what_one_likes(app: App) -> None:
    page = app.open("/board", "Teresa Kovač")
    groups = page.locator(".groups > section > header h2")
    expect(groups.first).to_be_visible()
    by = page.get_by_role("combobox", name="Group by")
    expect(by).to_have_value("health")
    by.select_option(label="Team")
    expect(page.get_by_role("region", name="Fulfilment", exact=True)).to_contain_text(
        "Ship on the promised day"
    )
    expect(page).to_have_url(re.compile("group=team"))
    by.select_option(label="State")
    strip = page.get_by_role("region", name=re.compile("^Graded"))
    assert strip.bounding_box()["width"] <= 48  # type: ignore[index]
    page.get_by_role("searchbox", name="Find a card").fill("changeover")
    expect(page.locator("li.card")).to_have_count(1)
    expect(page.locator("li.card")).to_contain_text("Halve assembly lead time")
    page.get_by_role("searchbox", name="Find a card").fill("teresa")
    expect(page.locator("li.card", has_text="Halve assembly lead time")).to_be_visible()


def test_cards_are_added_and_picked_where_they_stand(app: App) -> None:
    team = app.site.company.teams["Fulfilment"]
    page = app.open(f"/actions?team={team}", "Sam Young")
    page.get_by_role("button", name="Add a card: Open").click()
    for title in ("Weigh the pallets", "Count the pallets"):
        page.get_by_role("textbox", name="New card in Open").fill(title)
        page.keyboard.press("Enter")
        expect(page.locator("li.card", has_text=title)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Select", exact=True).click()
    for title in ("Weigh the pallets", "Count the pallets"):
        page.get_by_role("checkbox", name=f"Select {title}").check()
    page.get_by_role("combobox", name="Assign to…").select_option(label="Miguel Ruiz")
    expect(_toast(page)).to_contain_text("2 cards changed")
    owners = page.locator("li.card", has_text="the pallets").get_by_role("img", name="Miguel Ruiz")
    expect(owners).to_have_count(2)
    page.get_by_role("combobox", name="Whose board").select_option(label="Whole company")
    expect(page.locator("li.card", has_text="Weigh the pallets")).to_be_visible()
    expect(page.locator("li.card", has_text="Second sharpener on trial")).to_be_visible()


def test_a_move_on_the_board_can_be_taken_back(app: App, made: str) -> None:
    page = app.open(f"/actions?team={app.site.company.teams['Assembly']}", "Lena Berg")
    page.get_by_role("button", name="Move Sort the bolts to…", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("^Done")).check()
    dialog.get_by_role("button", name="Confirm").click()
    done = page.get_by_role("region", name="Done", exact=True)
    expect(done).to_contain_text("Sort the bolts")
    _toast(page).get_by_role("button", name="Undo").click()
    expect(page.get_by_role("region", name="To do", exact=True)).to_contain_text("Sort the bolts")


def test_a_view_is_kept_under_a_name(app: App) -> None:
    page = app.open("/board?group=owner", "Teresa Kovač")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("menuitem", name="Save this view…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name of the view").fill("Who has what")
    dialog.get_by_role("button", name="Save").click()
    expect(_toast(page)).to_contain_text("View “Who has what” saved")
    app.open("/board")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("menuitem", name="Who has what").first.click()
    expect(page).to_have_url(re.compile("group=owner"))


def test_the_overview_says_how_the_company_stands(app: App) -> None:
    page = app.open("/overview", "Aminata Ndiaye")
    expect(page.locator(".big")).to_contain_text(re.compile(r"\d"))
    bar = page.get_by_role("img", name=re.compile(r"\d (on track|at risk|off track|outdated)"))
    expect(bar).to_be_visible()
    for heading in ("Furthest behind", "Moved this week", "Overdue", "Blocked"):
        expect(page.get_by_role("heading", name=re.compile(heading))).to_be_visible()
    expect(page.locator("section.overdue")).to_contain_text("Changeover from 42 to 15 minutes")
    expect(page.locator("section.blocked")).to_contain_text("Changeover from 42 to 15 minutes")
    page.get_by_role("combobox", name="Team").select_option(label="Fulfilment")
    expect(page.locator("h1")).to_contain_text("Fulfilment")
    expect(page.locator("section.blocked")).to_contain_text("Nothing is blocked.")


def test_a_comment_mentions_somebody_and_can_be_withdrawn(app: App, made: str) -> None:
    page = app.open(f"/actions/{made}", "Lena Berg")
    box = page.get_by_role("textbox", name="Write a comment")
    box.fill("Ask @ter")
    page.get_by_role("option", name="Teresa Kovač").click()
    expect(box).to_have_value("Ask @Teresa Kovač ")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article")).to_contain_text("Ask @Teresa Kovač")
    page.get_by_role("button", name="React with 👍").click()
    expect(page.get_by_role("button", name="React with 👍")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="What to do with the comment of Lena Berg").click()
    page.get_by_role("menuitem", name="Withdraw").click()
    expect(page.locator("article")).to_contain_text("This comment was withdrawn.")
