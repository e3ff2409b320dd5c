"""Words of people are shown as Markdown and nothing else: no script of theirs runs."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App

HOSTILE = (
    "<script>window.hurt = 1</script>",
    "<img src=x onerror='window.hurt = 1'>",
    "<IMG SRC=x OnErRoR=window.hurt=1>",
    "<svg onload='window.hurt = 1'><script>window.hurt = 1</script></svg>",
    "<svg><a xlink:href='javascript:window.hurt=1'><text>click</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hurt=1></style></mglyph></table>",
    "<iframe src='javascript:parent.hurt=1'></iframe><iframe srcdoc='<script>parent.hurt=1'>",
    "<style>body { display: none }</style><p style='position:fixed;inset:0'>over all</p>",
    "<link rel=stylesheet href='https://evil.example/a.css'><base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<form action='https://evil.example'><input name=a><button formaction='javascript:1'>Go",
    "<details open ontoggle='window.hurt=1'><summary>x</summary></details>",
    "<body onload=window.hurt=1><input autofocus onfocus=window.hurt=1>",
    "<object data='data:text/html,<script>parent.hurt=1</script>'></object>",
    "<video><source onerror='window.hurt=1'></video><audio src=x onerror='window.hurt=1'>",
    "<a href='javascript:window.hurt=1'>plain</a> <a href='JaVaScRiPt:window.hurt=1'>case</a>",
    "<a href='java&#115;cript:window.hurt=1'>entity</a> <a href='&#x6a;avascript:1'>hex</a>",
    "<a href='java\tscript:window.hurt=1'>tab</a> <a href='&#1;javascript:hurt=1'>control</a>",
    "<a href='data:text/html,<script>1</script>'>data</a> <a href='vbscript:1'>vb</a>",
    "<a href='//evil.example' target=_self onclick='window.hurt=1' id=main name=x>protocol</a>",
    "[a](javascript:window.hurt=1) [b](JAVASCRIPT:window.hurt=1) [c](java&#115;cript:hurt=1)",
    "[d](<javascript:window.hurt=1>) [e](data:text/html;base64,PHNjcmlwdD4=) ![f](javascript:1)",
    "![g](https://evil.example/pixel.png) [h][ref]\n\n[ref]: javascript:window.hurt=1",
    '[i](https://a.example/"onmouseover=window.hurt=1") [j](https://a.example \'x" onclick="1\')',
    "`<script>window.hurt=1</script>` and\n\n    <script>window.hurt=1</script>",
    "<div><p><b><i><u><span class=card id=urgent data-x=1><scr<script>ipt>window.hurt=1</script>",
    "<!--><img src=x onerror=window.hurt=1>--> <![CDATA[<img src=x onerror=window.hurt=1>]]>",
    "<noscript><p title='</noscript><img src=x onerror=window.hurt=1>'></noscript>",
    "> " * 60 + "deep\n\n" + "- " * 60 + "deep",
)
KEPT = (
    "**bold** _slanted_ `code` [a link](https://example.org/a?b=1 'its title') ~~gone~~"
    "\n\n- one\n- two"
)
INSIDE = """(boxes) => boxes.flatMap((box) => [...box.querySelectorAll('*')].flatMap((one) => [
  one.localName, ...[...one.attributes].map((each) => `${one.localName}@${each.name}`)]))"""
PLAIN = "p br hr em strong del code pre blockquote a ul ol li h3 h4 h5 h6"
TABLE = "table thead tbody tr th td"
ALLOWED_TAGS = frozenset(f"{PLAIN} {TABLE}".split())
ALLOWED_ATTRIBUTES = {"a@href", "a@title", "a@target", "a@rel", "ol@start"}


def _described(app: App, text: str) -> Page:
    """The page of an action with this description and this comment."""
    action = app.site.company.actions["Label the tool drawers"]
    answer = app.site.client.patch(
        f"/v1/actions/{action}", json={"description": text}, headers={"If-Match": "*"}
    )
    assert answer.status_code == 200, answer.text
    app.site.post(
        "/v1/comments", {"about": {"kind": "action", "id": action}, "text": text}, "Lena Berg"
    )
    return app.open(f"/actions/{action}", "Lena Berg")


def _stands(app: App, page: Page) -> Any:
    boxes = page.locator(".markdown")
    expect(boxes.first.locator("p, pre, ul, blockquote").first).to_be_attached()
    page.wait_for_timeout(200)  # time for an error handler of a picture to run, if one were there
    found = boxes.evaluate_all(INSIDE)
    # The browser says which handlers it met while the text was parsed apart from the page.
    refused = "Executing inline event handler"
    app.wrong[:] = [each for each in app.wrong if not each.startswith(refused)]
    return found


def test_nothing_that_is_written_runs_or_leaves_a_mark(app: App) -> None:
    asked: list[str] = []
    app.page.on("request", lambda request: asked.append(request.url))
    app.page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    page = _described(app, "\n\n".join((KEPT, *HOSTILE)))
    found = _stands(app, page)
    tags = {each for each in found if "@" not in each}
    attributes = {each for each in found if "@" in each}
    assert tags <= ALLOWED_TAGS, tags - ALLOWED_TAGS
    assert attributes <= ALLOWED_ATTRIBUTES, attributes - ALLOWED_ATTRIBUTES
    assert page.evaluate("window.hurt") is None
    hrefs = page.locator(".markdown a").evaluate_all("(all) => all.map((one) => one.protocol)")
    assert set(hrefs) == {"https:"}
    for link in page.locator(".markdown a").all():
        link.dispatch_event("mouseover")
    assert page.evaluate("window.hurt") is None
    assert not [url for url in asked if not url.startswith(app.address)], asked
    kept = page.locator(".markdown").first
    for tag, text in (("strong", "bold"), ("em", "slanted"), ("del", "gone"), ("li", "two")):
        expect(kept.locator(tag, has_text=text).first).to_be_visible()
    expect(kept.get_by_role("link", name="a link", exact=True)).to_have_attribute(
        "href", "https://example.org/a?b=1"
    )


def test_a_description_as_long_as_one_may_be_is_shown_at_once(app: App) -> None:
    line = "[x](javascript:window.hurt=1) <img src=x onerror=window.hurt=1> **bold** "
    text = (line * 400)[:20_000]
    assert len(text) == 20_000
    page = _described(app, text)
    assert "img" not in _stands(app, page)
    assert page.evaluate("window.hurt") is None


def test_a_link_of_a_thing_is_never_a_script(app: App) -> None:
    action = app.site.company.actions["Label the tool drawers"]
    for url in (
        "javascript:alert(1)",
        "JAVASCRIPT:1",
        "data:text/html,x",
        " javascript:1",
        "ftp://x",
    ):
        body = json.dumps({"links": [{"title": "x", "url": url}]})
        answer = app.site.client.patch(
            f"/v1/actions/{action}",
            content=body,
            headers={"If-Match": "*", "Content-Type": "application/json"},
        )
        assert answer.status_code == 422, url
