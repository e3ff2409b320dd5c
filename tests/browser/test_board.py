"""A card moves by mouse, by keyboard and by "Move to…"; the focus stays; refusals are said."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import App, NewApp

MOVED = {"Shadow board at press 2": "todo"}


@pytest.fixture
def board(app: App) -> Page:
    """Assembly's action board, with every test card back in its first column."""
    _reset(app)
    page = app.open(_path(app), "Lena Berg")
    page.locator("li.card").first.wait_for()
    return page


def _path(app: App) -> str:
    return f"/actions?team={app.site.company.teams['Assembly']}"


def _reset(app: App) -> None:
    actions = app.site.company.actions
    homes = {
        "Name an owner for the trolley round": "doing",
        "Second sharpener on trial": "todo",
        "Shadow board at press 2": "todo",
        "Quick clamps for the die": "todo",
        "Label the tool drawers": "todo",
    }
    for title, column in homes.items():
        app.site.post(
            f"/v1/actions/{actions[title]}/move", {"column": column, "reason": "Made ready"}
        )


def _column(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def _titles(column: Locator) -> list[str]:
    return column.locator("li.card h3").all_inner_texts()


def test_a_card_moves_by_mouse(board: Page) -> None:
    card = board.locator("li.card", has_text="Shadow board at press 2")
    target = board.locator("li.card", has_text="Name an owner for the trolley round")
    start, end = card.bounding_box(), target.bounding_box()
    assert start
    assert end
    board.mouse.move(start["x"] + 60, start["y"] + 12)
    board.mouse.down()
    board.mouse.move(end["x"] + 60, end["y"] + 20, steps=6)
    board.mouse.move(end["x"] + 60, end["y"] + end["height"] - 6, steps=4)
    board.mouse.up()
    expect(_column(board, "Doing").locator("li.card h3")).to_have_text(
        ["Name an owner for the trolley round", "Shadow board at press 2"]
    )
    expect(board.locator("#urgent")).to_contain_text("Shadow board at press 2 moved to Doing.")
    board.reload()
    expect(_column(board, "Doing")).to_contain_text("Shadow board at press 2")


def test_a_card_moves_by_keyboard_and_keeps_the_focus(board: Page) -> None:
    lift = board.get_by_role("button", name="Lift Shadow board at press 2", exact=True)
    lift.focus()
    board.keyboard.press("Space")
    expect(board.locator("#urgent")).to_contain_text("Lifted Shadow board at press 2. To do")
    board.keyboard.press("ArrowRight")
    expect(board.locator("#urgent")).to_contain_text("Doing, position 2 of 2")
    expect(lift).to_be_focused()
    expect(_column(board, "Doing").locator("header")).to_contain_text("2 / 2 WIP")
    board.keyboard.press("Space")
    expect(board.locator("#urgent")).to_contain_text("Shadow board at press 2 moved to Doing.")
    expect(lift).to_be_focused()
    expect(_column(board, "Doing")).to_contain_text("Shadow board at press 2")


def test_arrow_keys_also_order_within_a_column(board: Page) -> None:
    before = _titles(_column(board, "To do"))
    lift = board.get_by_role("button", name=f"Lift {before[0]}", exact=True)
    lift.focus()
    board.keyboard.press("Space")
    board.keyboard.press("ArrowDown")
    board.keyboard.press("Space")
    expect(_column(board, "To do").locator("li.card h3").nth(1)).to_have_text(before[0])
    expect(lift).to_be_focused()
    board.reload()
    expect(_column(board, "To do").locator("li.card h3").nth(1)).to_have_text(before[0])


def test_escape_puts_a_lifted_card_back(board: Page) -> None:
    before = _titles(_column(board, "To do"))
    lift = board.get_by_role("button", name="Lift Shadow board at press 2", exact=True)
    lift.focus()
    for key in ("Space", "ArrowRight", "Escape"):
        board.keyboard.press(key)
    expect(board.locator("#urgent")).to_contain_text("Cancelled. Shadow board at press 2 stays")
    expect(lift).to_be_focused()
    assert _titles(_column(board, "To do")) == before


def test_a_card_moves_by_dialog(board: Page) -> None:
    board.get_by_role("button", name="Move Shadow board at press 2 to…", exact=True).click()
    dialog = board.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("^Done")).check()
    dialog.get_by_role("button", name="Confirm").click()
    expect(_column(board, "Done")).to_contain_text("Shadow board at press 2")
    expect(
        board.get_by_role("button", name="Lift Shadow board at press 2", exact=True)
    ).to_be_focused()


def test_a_full_column_refuses_and_the_card_goes_back(app: App, board: Page) -> None:
    app.expect_status(409)
    app.site.post(
        f"/v1/actions/{app.site.company.actions['Quick clamps for the die']}/move",
        {"column": "doing"},
    )
    expect(_column(board, "Doing").locator("header")).to_contain_text("2 / 2 WIP")
    lift = board.get_by_role("button", name="Lift Shadow board at press 2", exact=True)
    lift.focus()
    for key in ("Space", "ArrowRight", "Space"):
        board.keyboard.press(key)
    expect(board.locator("#urgent")).to_contain_text("Shadow board at press 2 was not moved.")
    expect(_column(board, "To do")).to_contain_text("Shadow board at press 2")
    expect(lift).to_be_focused()


def test_a_soft_limit_asks_for_a_reason(app: App, board: Page) -> None:
    app.expect_status(409, 422)
    actions = app.site.company.actions
    app.site.post(f"/v1/actions/{actions['Label the tool drawers']}/move", {"column": "waiting"})
    expect(_column(board, "Waiting").locator("header")).to_contain_text("1 / 1 WIP")
    board.get_by_role("button", name="Move Shadow board at press 2 to…", exact=True).click()
    dialog = board.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("^Waiting")).check()
    dialog.get_by_role("button", name="Confirm").click()
    asked = board.get_by_role("dialog", name="A reason is needed")
    asked.get_by_label("Reason").fill("The sheet metal comes on Friday")
    asked.get_by_role("button", name="Confirm").click()
    expect(_column(board, "Waiting")).to_contain_text("Shadow board at press 2")
    expect(_column(board, "Waiting").locator("header")).to_contain_text("2 / 1 WIP")


def test_a_lifted_card_survives_a_live_change_of_another(app: App, board: Page) -> None:
    lift = board.get_by_role("button", name="Lift Shadow board at press 2", exact=True)
    lift.focus()
    board.keyboard.press("Space")
    board.keyboard.press("ArrowRight")
    app.site.post(
        f"/v1/actions/{app.site.company.actions['Label the tool drawers']}/move",
        {"column": "done"},
    )
    expect(_column(board, "Done")).to_contain_text("Label the tool drawers")
    expect(_column(board, "Doing")).to_contain_text("Shadow board at press 2")
    expect(lift).to_be_focused()
    board.keyboard.press("Space")
    expect(board.locator("#urgent")).to_contain_text("moved to Doing.")


def test_a_card_that_somebody_else_moved_is_let_go(app: App, board: Page) -> None:
    board.get_by_role("button", name="Lift Shadow board at press 2", exact=True).focus()
    board.keyboard.press("Space")
    app.site.post(
        f"/v1/actions/{app.site.company.actions['Shadow board at press 2']}/move",
        {"column": "done"},
    )
    expect(board.locator("#urgent")).to_contain_text(
        "Someone moved Shadow board at press 2 meanwhile. It is now in Done."
    )
    expect(_column(board, "Done")).to_contain_text("Shadow board at press 2")


def test_an_objective_goes_only_where_the_rules_allow(app: App) -> None:
    page = app.open("/board?group=state", "Aminata Ndiaye")
    title = "One plan for the whole plant"
    card = page.locator("li.card", has_text=title)
    card.drag_to(page.locator("[aria-labelledby='column-graded']"))
    expect(page.locator("#urgent")).to_contain_text(f"{title} was not moved.")
    expect(_column(page, "Proposed")).to_contain_text(title)
    card.drag_to(page.locator("[aria-labelledby='column-agreed']"))
    expect(_column(page, "Agreed")).to_contain_text(title)
    expect(page.locator("#urgent")).to_contain_text(f"{title} moved to Agreed.")


def test_in_the_past_nothing_can_be_moved(new_app: NewApp) -> None:
    app = new_app()
    at = app.site.company.middle.strftime("%Y-%m-%dT%H:%M:%SZ")
    page = app.open(f"/board?group=state&as_of={at}")
    expect(page.locator("li.card").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Lift"))).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^New"))).to_have_count(0)
