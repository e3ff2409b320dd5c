"""Local mode is for this machine, so not for what a proxy hands on; with keys a proxy may."""

import pytest

from tests.api.conftest import Bearer
from tests.api.installation import Stack

HEADERS = {
    "Forwarded": "for=127.0.0.1",
    "Via": "1.1 gate",
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Host": "127.0.0.1",
    "X-Real-IP": "127.0.0.1",
}


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("path", ["/v1/me", "/", "/healthz/live"])
def test_local_mode_refuses_what_a_proxy_hands_on(stack: Stack, header: str, path: str) -> None:
    problem = stack.get(path, 403, headers={header: HEADERS[header]})
    assert problem["code"] == "local-only"


def test_with_keys_a_proxy_is_welcome(keyed: Stack, bearer: Bearer) -> None:
    assert keyed.get("/v1/me", headers={**HEADERS, **bearer("viewer")})["role"] == "viewer"
