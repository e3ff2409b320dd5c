"""The contract: openapi.json is the app's own, the docs need nothing from outside."""

import re
from pathlib import Path

import orjson
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.openapi import FILE, text
from api.services import Services
from tests.api.installation import Stack


def test_openapi_json_equals_the_app(stack: Stack) -> None:
    schema = create_app(stack.services).openapi()
    assert FILE.read_bytes() == text(schema), "run: python -m api.openapi"
    assert stack.get("/openapi.json") == orjson.loads(FILE.read_bytes())


def test_every_path_parameter_and_write_header_is_described(stack: Stack) -> None:
    for path, operations in stack.get("/openapi.json")["paths"].items():
        for method, operation in operations.items():
            named = {each["name"] for each in operation.get("parameters", ())}
            assert set(re.findall(r"\{(\w+)\}", path)) <= named, f"{method} {path}"
            if method != "get":
                assert "Idempotency-Key" in named, f"{method} {path}"


ROUTES = """
PATCH /v1/people/{}|GET /v1/people/{}/owns|POST /v1/people/{}/hand-over|PATCH /v1/teams/{}
POST /v1/teams/{}/dissolve|POST /v1/teams/{}/restore|PATCH /v1/cycles/{}
POST /v1/people|POST /v1/teams|PUT /v1/teams/{}/members/{}|DELETE /v1/teams/{}/members/{}
GET /v1/teams/{}/coverage|POST /v1/cycles|POST /v1/cycles/{}/start|POST /v1/cycles/{}/pause
POST /v1/cycles/{}/resume|POST /v1/cycles/{}/close|POST /v1/cycles/{}/reopen
POST /v1/cycles/{}/reschedule|GET /v1/cycles/{}|GET /v1/me/obligations|GET /v1/obligations
POST /v1/objectives|POST /v1/objectives/{}/propose|POST /v1/objectives/{}/accept
POST /v1/objectives/{}/counter|POST /v1/objectives/{}/withdraw|POST /v1/objectives/{}/activate
POST /v1/objectives/{}/drop|POST /v1/objectives/{}/merge|POST /v1/objectives/{}/key-results
POST /v1/objectives/{}/key-results/{}/check-ins|POST /v1/check-ins/{}/correct
POST /v1/objectives/{}/key-results/{}/retarget|POST /v1/objectives/{}/key-results/{}/reweight
POST /v1/objectives/{}/key-results/{}/drop|POST /v1/objectives/{}/grade
POST /v1/objectives/{}/key-results/{}/convert|POST /v1/objectives/{}/key-results/{}/preview
POST /v1/objectives/{}/carry-over|GET /v1/objectives|GET /v1/objectives/{}
PATCH /v1/objectives/{}|DELETE /v1/objectives/{}|POST /v1/objectives/{}/reinstate
POST /v1/objectives/{}/deactivate|PATCH /v1/objectives/{}/key-results/{}
POST /v1/objectives/{}/key-results/{}/correct-measure|POST /v1/check-ins/{}/withdraw
POST /v1/objectives/{}/key-results/{}/reinstate|GET /v1/key-results/{}
GET /v1/key-results/{}/series|POST /v1/obstacles|POST /v1/obstacles/{}/whys
POST /v1/obstacles/{}/causes|PATCH /v1/obstacles/{}|PATCH /v1/obstacles/{}/whys/{}
DELETE /v1/obstacles/{}/whys/{}|PATCH /v1/obstacles/{}/causes/{}|DELETE /v1/obstacles/{}/causes/{}
POST /v1/obstacles/{}/root-causes|DELETE /v1/obstacles/{}/root-causes/{}
POST /v1/obstacles/{}/take|POST /v1/obstacles/{}/release|PATCH /v1/actions/{}
POST /v1/actions/{}/block|POST /v1/actions/{}/unblock|PUT /v1/actions/{}/checklist
POST /v1/actions/{}/cancel|POST /v1/actions/{}/archive|POST /v1/actions/{}/unarchive
POST /v1/obstacles/{}/root-cause|POST /v1/obstacles/{}/resolve|POST /v1/obstacles/{}/reopen
POST /v1/obstacles/{}/acknowledge|POST /v1/actions|POST /v1/actions/{}/move
POST /v1/actions/{}/verify|POST /v1/actions/{}/reopen|POST /v1/boards|GET /v1/boards/{}
GET /v1/boards/objectives|GET /v1/boards/actions|GET /v1/scores|GET /v1/scores/trend
GET /v1/diff|GET /v1/history|GET /v1/events|GET /v1/events/stream|GET /v1/me|GET /v1/people
GET /v1/teams|GET /v1/cycles|GET /v1/timeline|GET /v1/obstacles|GET /v1/actions
GET /v1/moments/neighbours|GET /v1/system|GET /healthz/live|GET /healthz/ready|GET /metrics
"""


def test_every_route_that_clients_rely_on_is_there(stack: Stack) -> None:
    served = {
        f"{method.upper()} {re.sub(r'{[a-z_]+}', '{}', path)}"
        for path, operations in stack.get("/openapi.json")["paths"].items()
        for method in operations
    }
    wanted = {each.strip() for each in re.split(r"[|\n]", ROUTES) if each.strip()}
    assert wanted <= served, wanted - served


def test_the_docs_load_nothing_from_elsewhere(stack: Stack) -> None:
    page = stack.client.get("/docs")
    assert page.status_code == 200
    loaded = re.findall(r'(?:src|href)="([^"#]*)"', page.text)
    assert set(loaded) <= {"/openapi.json", ""}
    assert "<script" not in page.text
    for path in ("/v1/objectives/{objective_id}/grade", "illegal-move", "TrueNorth-Min-Position"):
        assert path in page.text


@pytest.mark.parametrize("path", ["/", "/docs", "/v1/me", "/v1/nowhere", "/healthz/live"])
def test_every_answer_carries_the_security_headers(stack: Stack, path: str) -> None:
    headers = stack.client.get(path, headers={"Accept": "text/html"}).headers
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


def test_without_the_interface_a_page_says_so(stack: Stack) -> None:
    page = stack.client.get("/board/x", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert "not built" in page.text


def test_the_built_interface_is_served(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<h1>north</h1>")
    (tmp_path / "assets" / "app-1a2b.js").write_text("export {}")
    (tmp_path.parent / "secret.txt").write_text("secret")
    services = Services(
        journal=stack.journal,
        views=stack.views,
        directory=stack.directory,
        static_dir=tmp_path,
    )
    client = TestClient(create_app(services), base_url="http://127.0.0.1", client=("127.0.0.1", 1))
    html = {"Accept": "text/html,*/*;q=0.8"}
    for path in ("/", "/board/7?as_of=@3", "/index.html"):
        page = client.get(path, headers=html)
        assert (page.status_code, page.text) == (200, "<h1>north</h1>")
        assert page.headers["cache-control"] == "no-cache"
    asset = client.get("/assets/app-1a2b.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/board/7", headers={"Accept": "application/json"}).status_code == 404
    assert client.get("/assets/gone.js", headers=html).status_code == 404
    assert client.get("/v1/nowhere", headers=html).status_code == 404
    for sly in ("/../secret.txt", "/assets/..%2f..%2fsecret.txt", "/%2e%2e/secret.txt"):
        assert "secret" not in client.get(sly).text


def test_metrics_are_plain_prometheus_text(stack: Stack) -> None:
    stack.get("/v1/me")
    page = stack.client.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain; version=0.0.4")
    line = re.compile(r'^[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.e+-]+$')
    samples = [each for each in page.text.splitlines() if not each.startswith("#")]
    assert samples
    assert all(line.match(each) for each in samples)
    assert 'truenorth_http_requests_total{method="GET",route="/v1/me",status="200"}' in page.text


def test_health_tells_head_and_position(stack: Stack) -> None:
    stack.team()
    ready = stack.get("/healthz/ready")
    assert ready["status"] == "ready"
    assert ready["head"] == stack.journal.head()
    assert stack.get("/healthz/live") == {"status": "live"}
