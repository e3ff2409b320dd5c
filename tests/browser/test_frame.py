"""What stands around every page: sidebar, header, phone, palette, bell, home, language, toasts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import App, NewApp

PHONE = {"width": 390, "height": 844}


def test_the_sidebar_folds_to_icons_and_stays_so(app: App) -> None:
    page = app.open("/board")
    main = page.get_by_role("navigation", name="Main")
    wide = main.bounding_box()
    page.get_by_role("button", name="Fold the sidebar").click()
    page.reload()
    narrow = main.bounding_box()
    assert wide is not None
    assert narrow is not None
    assert narrow["width"] < 80 < wide["width"]
    main.get_by_role("link", name="Scores").click()
    expect(page.locator("h1")).to_contain_text("Scores")
    expect(main.get_by_role("link", name="Scores")).to_have_attribute("aria-current", "page")


def test_a_phone_has_one_header_row_a_bottom_bar_and_the_rail_as_a_chip(new_app: NewApp) -> None:
    app = new_app(viewport=PHONE, has_touch=True)
    page = app.open("/scores", "Teresa Kovač")
    heading = page.locator("main h1").bounding_box()
    assert heading is not None
    assert heading["y"] < 110
    bar = page.get_by_role("navigation", name="Quick")
    bar.get_by_role("link", name="Board").click()
    expect(page.locator("h1")).to_contain_text("board")
    page.get_by_role("button", name=re.compile("^As of")).click()
    sheet = page.get_by_role("dialog", name="Time")
    expect(sheet.get_by_role("slider").first).to_be_attached()
    sheet.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Open the menu").click()
    page.get_by_role("dialog", name="Main").get_by_role("link", name="Obstacles").click()
    expect(page.locator("h1")).to_contain_text("Obstacles")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_theme_and_status_colours_are_chosen_in_the_open(app: App) -> None:
    page = app.open("/board", "Teresa Kovač")
    page.get_by_role("button", name="You: Teresa Kovač").click()
    page.get_by_role("radio", name="Dark").check()
    page.get_by_role("checkbox", name="Classic traffic-light colours").check()
    page.reload()
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-status", "classic")


@pytest.mark.parametrize(
    ("letters", "found"),
    [
        ("teresa", "Teresa Kovač"),
        ("first-pass", "First-pass yield from 88 % to 97 %"),
        ("sharpener", "Second sharpener on trial"),
        ("switch", "Switch to dark"),
        ("new obj", "New objective"),
    ],
)
def test_the_palette_finds_people_key_results_actions_and_commands(
    app: App, letters: str, found: str
) -> None:
    page = app.open("/board", "Teresa Kovač")
    page.get_by_role("button", name=re.compile("^Search")).click()
    page.get_by_role("combobox", name="Search and commands").fill(letters)
    expect(page.get_by_role("option").filter(has_text=found).first).to_be_visible()


def test_a_command_opens_the_form_for_a_new_thing(app: App) -> None:
    page = app.open("/scores", "Teresa Kovač")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search and commands").fill("new obs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="New obstacle")).to_be_visible()


def test_home_says_what_is_mine_and_leads_there(app: App) -> None:
    page = app.open("/", "Teresa Kovač")
    expect(page.get_by_role("heading", name="You owe")).to_be_visible()
    mine = page.locator("section", has=page.get_by_role("heading", name="My objectives"))
    mine.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/objectives/"))


def test_who_is_nobody_is_led_from_home_to_the_board(app: App) -> None:
    page = app.open("/")
    expect(page.locator("h1")).to_contain_text("board")


def test_a_mention_rings_the_bell_and_is_read_by_opening_it(app: App) -> None:
    company = app.site.company
    objective = company.objectives["Halve assembly lead time"]
    page = app.open("/scores", "Teresa Kovač")
    expect(page.get_by_role("banner")).to_contain_text("Live")
    text = f"@{company.people['Teresa Kovač']} can you look?"
    about = {"kind": "objective", "id": objective}
    app.site.post("/v1/comments", {"about": about, "text": text}, by="Lena Berg")
    page.get_by_role("button", name=re.compile("^Notifications, [0-9]+ unread")).click()
    told = page.get_by_role("group", name=re.compile("^Notifications"))
    told.get_by_role("link", name=re.compile("mentioned you")).first.click()
    expect(page).to_have_url(re.compile(f"/objectives/{objective}"))


def test_an_own_command_is_not_told_as_the_change_of_others(app: App) -> None:
    page = app.open("/organisation", "Teresa Kovač")
    expect(page.get_by_role("banner")).to_contain_text("Live")
    page.get_by_role("button", name="Add person").click()
    dialog = page.get_by_role("dialog", name="New person")
    dialog.get_by_label("Name").fill("Nils Quiet")
    dialog.get_by_label("E-mail").fill("nils@example.org")
    dialog.get_by_role("button", name="Create").click()
    expect(page.locator("#urgent")).to_contain_text("Nils Quiet")
    page.wait_for_timeout(1500)
    expect(page.locator("#calm")).to_have_text("")


def test_a_form_complains_in_its_own_words_beside_the_field(app: App) -> None:
    page = app.open("/organisation", "Teresa Kovač")
    page.get_by_role("button", name="Add person").click()
    dialog = page.get_by_role("dialog", name="New person")
    dialog.get_by_label("E-mail").fill("nowhere")
    dialog.get_by_role("button", name="Create").click()
    name = dialog.get_by_label("Name")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(dialog).to_contain_text("Fill this in.")
    expect(dialog).to_contain_text("Write an e-mail address")
    name.fill("Somebody")
    expect(dialog).not_to_contain_text("Fill this in.")
