"""The rail goes back in time, compares two moments, and the URL holds it all."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import App


def _past(app: App) -> str:
    return app.site.company.middle.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_slider_goes_back_and_the_banner_says_so(app: App) -> None:
    page = app.open("/scores")
    now = page.locator(".big").inner_text()
    slider = page.get_by_role("slider", name="As of, day of the cycle")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^Now"))
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"as_of=\d{4}-\d\d-\d\dT"))
    expect(page.locator(".big")).not_to_have_text(now)
    expect(page.get_by_text("Read-only. You are looking at")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text("Past")
    page.get_by_role("button", name="Back to now").click()
    expect(page.locator(".big")).to_have_text(now)
    expect(page).not_to_have_url(re.compile("as_of"))
    expect(page.get_by_role("banner")).to_contain_text("Live")


def test_dragging_the_rail_makes_one_step_of_history(app: App) -> None:
    page = app.open("/board")
    box = page.get_by_role("slider", name="As of, day of the cycle").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    for share in (0.45, 0.42, 0.4):
        page.mouse.move(box["x"] + box["width"] * share, middle)
    page.mouse.up()
    expect(page).to_have_url(re.compile("as_of="))
    page.go_back()
    expect(page).not_to_have_url(re.compile("as_of="))


def test_a_past_board_shows_what_stood_then(app: App) -> None:
    page = app.open(f"/scores?as_of={_past(app)}")
    row = page.get_by_role("row", name=re.compile("^(Hide what is inside )?On-time-in-full"))
    expect(row).to_contain_text("82 → 96 %")
    page.get_by_role("button", name="Back to now").click()
    expect(row).to_contain_text("82 → 95 %")


def test_events_are_stepped_through_one_by_one(app: App) -> None:
    page = app.open(f"/history?as_of={_past(app)}")
    page.get_by_role("button", name="Previous event").click()
    expect(page).to_have_url(re.compile(r"as_of=@\d+"))
    first = int(page.url.split("@")[1].split("&")[0])
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile(f"as_of=@{first - 1}(&|$)"))
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile(f"as_of=@{first}(&|$)"))
    page.keyboard.press("n")
    expect(page).not_to_have_url(re.compile("as_of"))


def test_an_exact_moment_is_chosen_by_date_and_time(app: App) -> None:
    page = app.open("/board")
    page.get_by_title("Choose a moment").first.click()
    popover = page.get_by_role("dialog", name="Choose a moment").first
    local = app.site.company.middle.strftime("%Y-%m-%dT12:30")
    popover.get_by_label("Date and time").fill(local)
    popover.get_by_role("button", name="Go there").click()
    expect(page).to_have_url(re.compile(rf"as_of={local[:10]}T1[01]:30:00Z"))


def test_two_moments_of_the_board_are_compared(app: App) -> None:
    page = app.open("/board")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page).to_have_url(re.compile("vs="))
    page.get_by_role("slider", name="Compare with, day of the cycle").focus()
    days = app.site.get("/v1/timeline", cycle_id=app.site.company.cycle)["buckets"]
    drafted = [day for day in days if day["count"]][1]
    app.page.goto(f"{app.address}/board?vs=@{drafted['last_position']}")
    card = page.locator("li.card", has_text="Halve assembly lead time")
    expect(card).to_contain_text("Draft → Active")
    expect(card).to_contain_text(re.compile(r"\+\d+ pp"))
    page.get_by_role("button", name="Stop comparing").click()
    expect(card).not_to_contain_text("pp")


def test_two_moments_of_the_scores_are_compared(app: App) -> None:
    page = app.open(f"/scores?vs={_past(app)}")
    row = page.get_by_role("row", name=re.compile("Nordwind")).first
    expect(row).to_contain_text(re.compile(r"\+\d+ pp"))


def test_what_was_true_is_asked_apart_from_what_was_known(app: App) -> None:
    page = app.open(f"/scores?effective_at={_past(app)}")
    expect(page.get_by_text("what was true on")).to_be_visible()
    expect(page.get_by_text("expected", exact=False).first).to_contain_text("then")


def test_the_url_restores_everything(app: App) -> None:
    team = app.site.company.teams["Assembly"]
    path = f"/board?as_of={_past(app)}&vs=@40&group=state&lanes=team&team={team}&q=halve"
    page = app.open(path)
    expect(page.get_by_role("button", name="Lanes by team")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_role("searchbox")).to_have_value("halve")
    expect(page.get_by_role("combobox", name="Team")).to_have_value(team)
    expect(page.locator("li.card:not(.gone)")).to_have_count(1)
    page.get_by_role("link", name="Scores").click()
    expect(page).to_have_url(re.compile(r"/scores\?as_of=.*vs=@40.*team="))
    page.go_back()
    expect(page).to_have_url(re.compile("q=halve"))
    expect(page.get_by_role("searchbox")).to_have_value("halve")


def test_a_link_to_now_can_be_pinned(app: App) -> None:
    app.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = app.open("/board")
    expect(page.get_by_role("banner")).to_contain_text("Live")
    page.get_by_title("Choose a moment").first.click()
    page.get_by_role("button", name="Copy link as of now").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"/board\?as_of=@\d+$", link)


def test_the_first_day_of_the_cycle_is_drawn_too(app: App) -> None:
    page = app.open("/scores")
    slider = page.get_by_role("slider", name="As of, day of the cycle")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_value("0")
    expect(page.get_by_role("banner")).to_contain_text("Past")
    expect(page.get_by_role("row", name=re.compile("Nordwind"))).to_contain_text("Not started")
    page.keyboard.press("End")
    expect(page.get_by_role("banner")).to_contain_text("Live")
    expect(slider).to_be_focused()


def test_what_will_be_true_is_never_asked(app: App) -> None:
    page = app.open("/scores?effective_at=2999-01-01T00:00:00Z")
    expect(page.locator(".big")).to_be_visible()
    page = app.open(f"/scores?as_of={_past(app)}&effective_at=2999-01-01T00:00:00Z")
    expect(page.locator(".big")).to_be_visible()
    expect(page.get_by_text("expected", exact=False).first).to_contain_text("then")
