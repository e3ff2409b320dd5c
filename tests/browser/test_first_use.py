"""An empty installation is used from its first screen on, with nothing but the browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.api.installation import Urls, projecting
from tests.api.processes import serving
from tests.browser.conftest import CONTEXT


@pytest.fixture
def empty(tmp_path: Path, interface: None) -> Iterator[str]:
    """The address of an installation without a single fact."""
    urls = Urls(tmp_path).migrate()
    with projecting(urls), serving(urls) as process:
        yield process.address


def test_from_nothing_to_a_key_result(browser: Browser, empty: str) -> None:
    context = browser.new_context(**CONTEXT)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(empty)
    expect(page.locator("h1")).to_have_text("Welcome to True North")

    page.get_by_role("button", name="New person").click()
    dialog = page.get_by_role("dialog", name="New person")
    dialog.get_by_label("Name").fill("Ada Ndiaye")
    dialog.get_by_label("E-mail").fill("ada@example.org")
    dialog.get_by_role("button", name="Create").click()

    page.get_by_label("Which of them are you?").select_option(label="Ada Ndiaye")
    page.get_by_role("button", name="This is me").click()
    expect(page.get_by_role("button", name="You: Ada Ndiaye")).to_be_visible()

    page.get_by_role("button", name="New team").click()
    dialog = page.get_by_role("dialog", name="New team")
    dialog.get_by_label("Name").fill("Nordwind")
    dialog.get_by_role("button", name="Create").click()

    page.get_by_role("button", name="New cycle").click()
    dialog = page.get_by_role("dialog", name="New cycle")
    dialog.get_by_label("Name").fill("First quarter")
    dialog.get_by_role("button", name="Create").click()

    page.get_by_role("button", name="New objective").click()
    dialog = page.get_by_role("dialog", name="New objective")
    dialog.get_by_label("Title").fill("Be easy to buy from")
    dialog.get_by_label("Team").select_option(label="Nordwind")
    dialog.get_by_label("Owner").select_option(label="Ada Ndiaye")
    dialog.get_by_role("button", name="Create").click()

    expect(page.locator("h1")).to_have_text("Be easy to buy from")
    page.get_by_role("button", name="Add key result").click()
    dialog = page.get_by_role("dialog", name="New key result")
    dialog.get_by_label("Title").fill("Quotes in a day")
    dialog.get_by_label("Kind").select_option("decrease")
    dialog.get_by_label("Baseline").fill("5")
    dialog.get_by_label("Target").fill("5")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_role("alert")).to_contain_text(re.compile("[Tt]arget|[Bb]aseline"))
    dialog.get_by_label("Target").fill("1")
    dialog.get_by_role("button", name="Create").click()
    expect(page.locator("#urgent")).to_contain_text("Quotes in a day")
    expect(page.get_by_text("5 → 1", exact=False).first).to_be_visible()

    page.goto(f"{empty}/start")
    expect(page.get_by_role("link", name="Go to the board")).to_be_visible()
    expect(page.get_by_text("✓")).to_have_count(5)
    context.close()
