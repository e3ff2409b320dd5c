"""Who acts: by key, by role, and a person remembered from elsewhere."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from journal.directory import Directory, Role
from tests.api.processes import Process, serving
from tests.browser.conftest import CONTEXT, App, Site


@pytest.fixture(scope="module")
def guarded(site: Site) -> Iterator[Process]:
    """The same company behind a process that asks for keys."""
    with serving(site.urls, mode="keys") as process:
        yield process


def _key(site: Site, role: Role) -> str:
    with Directory(site.urls.directory) as directory:
        return directory.create_key(role, None, "browser test")


def _signed_in(browser: Browser, guarded: Process, key: str) -> Page:
    page = browser.new_context(**CONTEXT).new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{guarded.address}/board")
    dialog = page.get_by_role("dialog", name="Sign in")
    dialog.get_by_label("API key").fill(key)
    dialog.get_by_role("button", name="Sign in").click()
    return page


def test_a_wrong_key_is_refused_and_a_right_one_opens_the_board(
    browser: Browser, site: Site, guarded: Process
) -> None:
    page = _signed_in(browser, guarded, "not-a-key")
    dialog = page.get_by_role("dialog", name="Sign in")
    expect(dialog.get_by_role("alert")).to_contain_text(re.compile("key", re.IGNORECASE))
    dialog.get_by_label("API key").fill(_key(site, "member"))
    dialog.get_by_role("button", name="Sign in").click()
    expect(page.locator("li.card").first).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text("Live")
    expect(page.get_by_role("button", name="New objective")).to_be_visible()
    page.context.close()


def test_who_only_reads_is_offered_nothing_to_change(
    browser: Browser, site: Site, guarded: Process
) -> None:
    page = _signed_in(browser, guarded, _key(site, "viewer"))
    expect(page.locator("li.card").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^(New|Lift|Move)"))).to_have_count(0)
    expect(page.get_by_role("link", name="History")).to_have_count(0)
    page.context.close()


def test_a_person_remembered_from_another_installation_is_let_go(app: App) -> None:
    app.expect_status(401)
    stranger = "0193a000-0000-7000-8000-000000000001"
    app.page.add_init_script(
        "if (!sessionStorage.seen) {"
        f" localStorage.person = '{stranger}'; sessionStorage.seen = 1; }}"
    )
    page = app.open("/board")
    expect(page.locator("li.card").first).to_be_visible()
    page.get_by_role("button", name="You: Nobody (local)").click()
    expect(page.get_by_role("combobox", name="Acting as")).to_have_value("")
    assert page.evaluate("localStorage.person ?? null") is None
