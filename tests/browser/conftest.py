"""One server, one browser, one seeded company for the session; a fresh page for each test."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from deploy.build_web import build
from tests.api.installation import Urls, installation
from tests.api.processes import Process, serving
from tests.browser.seed import Company, seed

HERE = Path(__file__).parent
PACKAGE = "chromium-headless-shell"  # the full browser draws the same pages for twice the work
CHROMIUM = next(filter(None, map(shutil.which, (PACKAGE, "chromium", "chromium-browser"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
]
PARTS = {
    "test_every_page": "looks",
    "test_pages": "tells",
    "test_time": "tells",
    "test_words": "tells",
}
CONTEXT: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 800},
    "timezone_id": "UTC",
    "locale": "en-GB",
    "reduced_motion": "reduce",
}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What opens a window wants the browser; without one it is skipped, but never in CI."""
    for item in items:
        names: list[str] = getattr(item, "fixturenames", [])
        if HERE not in item.path.parents or "browser" not in names:
            continue
        item.add_marker(pytest.mark.browser)
        # Three parts, so that workers share the load and each part shares one server.
        part = PARTS.get(item.path.stem, "works")
        item.add_marker(pytest.mark.xdist_group(f"browser-{part}"))
        if CHROMIUM is None and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason=f"Chromium is missing: apt install {PACKAGE}"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, quiet and alike everywhere."""
    assert CHROMIUM, f"CI needs Debian's Chromium: apt-get install -y {PACKAGE}"
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return CONTEXT


@dataclass
class Site:
    """The served installation and the company in it."""

    address: str
    company: Company
    urls: Urls
    client: httpx2.Client

    def get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, by: str | None = None) -> Any:
        """As another person, in another window, would."""
        headers = {"If-Match": "*"}
        if by:
            headers["TrueNorth-Person"] = self.company.people[by]
        answer = self.client.post(path, json={} if body is None else body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def interface(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The built UI; an unchanged one is not built again, and never by two workers at once."""
    with (tmp_path_factory.getbasetemp().parent / "interface.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, interface: None) -> Iterator[Site]:
    """A seeded company behind a real API process, with a projector beside it."""
    folder = tmp_path_factory.mktemp("company")
    with ExitStack() as opened:
        stack = opened.enter_context(installation(folder))
        company = seed(stack, datetime.now(UTC))
        urls = Urls(folder)
        process = opened.enter_context(serving(urls))
        client = opened.enter_context(httpx2.Client(base_url=process.address, timeout=20))
        yield Site(process.address, company, urls, client)


@pytest.fixture
def second(site: Site) -> Iterator[Process]:
    """Another API process over the same stores."""
    with serving(site.urls) as process:
        yield process


@dataclass
class App:
    """A page on the site. Whatever goes wrong in its console fails the test."""

    page: Page
    site: Site
    address: str
    wrong: list[str] = field(default_factory=list)
    allowed: set[int] = field(default_factory=set)

    def open(self, path: str, person: str | None = None) -> Page:
        """Load a page as a person and wait until its heading and its data stand."""
        if person is not None:
            key = self.site.company.people[person]
            self.page.add_init_script(f"localStorage.setItem('person', '{key}')")
        self.page.goto(self.address + path)
        self.page.locator("main h1").wait_for(state="attached")
        return self.page

    def expect_status(self, *statuses: int) -> None:
        """These answers are part of the story; the browser logs them as errors."""
        self.allowed.update(statuses)

    def listen(self) -> None:
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if any(f"status of {status} " in message.text for status in self.allowed):
            return
        self.wrong.append(f"{message.text} ({message.location.get('url')})")


NewApp = Callable[..., App]


@contextmanager
def windows(browser: Browser, site: Site) -> Iterator[NewApp]:
    """Open windows, each with its own storage; choices go to the browser's context."""
    contexts: list[BrowserContext] = []
    apps: list[App] = []

    def make(address: str | None = None, **choices: Any) -> App:
        context = browser.new_context(**{**CONTEXT, **choices})
        contexts.append(context)
        app = App(context.new_page(), site, address or site.address)
        app.page.set_default_timeout(10_000)
        app.listen()
        apps.append(app)
        return app

    yield make
    for context in contexts:
        context.close()
    assert [each for app in apps for each in app.wrong] == []


@pytest.fixture
def new_app(browser: Browser, site: Site) -> Iterator[NewApp]:
    """Further windows, for tests that need more than one or another kind."""
    with windows(browser, site) as make:
        yield make


@pytest.fixture
def app(new_app: NewApp) -> App:
    """The one window that most tests need."""
    return new_app()
