"""What one window does, another sees: over one process, over two, and after one of them dies."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.api.processes import Process
from tests.browser.conftest import App, NewApp
from tests.browser.round_robin import RoundRobin

TITLE = "Label the tool drawers"


def _column(app: App, title: str) -> str:
    return f"section[aria-labelledby]:has(h2:text-is('{title}'))"


def _move(app: App, column: str) -> None:
    app.site.post(
        f"/v1/actions/{app.site.company.actions[TITLE]}/move",
        {"column": column, "reason": "Made ready"},
    )


def _make_room_in_doing(app: App) -> None:
    """Tests share one company: whatever others left in Doing goes back."""
    team = app.site.company.teams["Assembly"]
    for column in app.site.get("/v1/boards/actions", team_id=team)["columns"]:
        for card in column["cards"] if column["key"] == "doing" else ():
            back = {"column": "todo", "reason": "Made room"}
            app.site.post(f"/v1/actions/{card['id']}/move", back)


def _board(app: App) -> str:
    return f"/actions?team={app.site.company.teams['Assembly']}"


def test_a_second_client_is_seen_without_reloading(app: App) -> None:
    _move(app, "todo")
    page = app.open(_board(app))
    expect(page.get_by_role("banner")).to_contain_text("Live")
    expect(page.locator(_column(app, "To do"))).to_contain_text(TITLE)
    _move(app, "done")
    expect(page.locator(_column(app, "Done"))).to_contain_text(TITLE)
    expect(page.locator("#calm")).to_contain_text(re.compile(r"\d+ changes? by others"))


def test_the_past_does_not_move(app: App) -> None:
    _move(app, "todo")
    head = app.site.get("/v1/system")["head"]
    page = app.open(f"{_board(app)}&as_of=@{head}")
    expect(page.locator(_column(app, "To do"))).to_contain_text(TITLE)
    _move(app, "done")
    page.wait_for_timeout(1200)
    expect(page.locator(_column(app, "To do"))).to_contain_text(TITLE)


def test_many_tabs_share_one_connection(app: App) -> None:
    _move(app, "todo")
    app.open(_board(app))
    others = [app.page.context.new_page() for _ in range(7)]
    for other in others:
        other.goto(app.address + _board(app))
        expect(other.locator(_column(app, "To do"))).to_contain_text(TITLE)
    _move(app, "done")
    for other in others:
        expect(other.locator(_column(app, "Done"))).to_contain_text(TITLE)
    metrics = app.site.client.get("/metrics").text
    open_now = re.search(r"^truenorth_live_connections (\d+)", metrics, re.MULTILINE)
    assert open_now
    assert int(open_now[1]) == 1


@pytest.fixture
def proxy(app: App, second: Process) -> Iterator[RoundRobin]:
    with RoundRobin([app.site.address, second.address]) as running:
        yield running


def test_two_processes_behind_a_round_robin_proxy(
    new_app: NewApp, proxy: RoundRobin, second: Process
) -> None:
    app = new_app(proxy.address)
    app.expect_status(502)
    _make_room_in_doing(app)
    _move(app, "todo")
    page = app.open(_board(app), "Lena Berg")
    lift = page.get_by_role("button", name=f"Lift {TITLE}", exact=True)
    lift.focus()
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(page.locator("#urgent")).to_contain_text(f"{TITLE} moved to Doing.")
    expect(lift).to_be_focused()
    # Read your writes through whichever process answers, many times over.
    for _ in range(4):
        page.reload()
        expect(page.locator(_column(app, "Doing"))).to_contain_text(TITLE)
    assert min(proxy.served.values()) > 0
    second.kill()
    proxy.drop(second.address)
    _move(app, "done")
    expect(page.locator(_column(app, "Done"))).to_contain_text(TITLE)
