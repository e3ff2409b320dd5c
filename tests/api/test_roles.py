"""Who may do what: one table, asked of every role."""

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Bearer
from tests.api.installation import Stack

ROLES = ("admin", "member", "auditor", "viewer")
NOBODY = "01890000-0000-7000-8000-000000000000"

# method, path, body, and the roles that get past the door
ASKED = [
    ("GET", "/v1/teams", None, ROLES),
    ("GET", "/v1/objectives", None, ROLES),
    ("GET", "/v1/cycles", None, ROLES),
    ("GET", "/v1/obligations", None, ROLES),
    ("GET", "/v1/history", None, ("admin", "member", "auditor")),
    ("GET", "/v1/events", None, ("admin", "member", "auditor")),
    ("POST", "/v1/people", {}, ("admin",)),
    ("POST", "/v1/teams", {"name": "New"}, ("admin",)),
    ("POST", "/v1/cycles", {"name": "New"}, ("admin",)),
    ("POST", "/v1/objectives", {"title": "New"}, ("admin", "member")),
    ("POST", "/v1/obstacles", {"title": "New"}, ("admin", "member")),
    ("POST", "/v1/actions", {"title": "New"}, ("admin", "member")),
    ("POST", "/v1/boards", {"team_id": NOBODY}, ("admin", "member")),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("method", "path", "body", "allowed"), ASKED, ids=lambda v: str(v) if "/" in str(v) else ""
)
def test_door(
    keyed: Stack,
    bearer: Bearer,
    role: str,
    method: str,
    path: str,
    body: object,
    allowed: tuple[str, ...],
) -> None:
    response = keyed.client.request(method, path, json=body, headers=bearer(role))
    if role not in allowed:
        assert response.status_code == 403
        assert response.json()["code"] == "forbidden"
    elif method == "GET":
        assert response.status_code == 200
    else:
        # The bodies are incomplete: whoever may write hears about that instead.
        assert response.status_code == 422


@pytest.mark.parametrize("role", ROLES)
def test_me_tells_the_role_and_its_rights(keyed: Stack, bearer: Bearer, role: str) -> None:
    me = keyed.get("/v1/me", headers=bearer(role))
    assert me["role"] == role
    assert ("write" in me["may"]) == (role in {"admin", "member"})


def test_without_a_key_there_is_nothing(keyed: Stack) -> None:
    for path in ("/v1/me", "/v1/teams", "/v1/nowhere"):
        response = keyed.client.get(path)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
    assert keyed.client.get("/healthz/live").status_code == 200


@pytest.mark.parametrize("sent", ["Basic abc", "Bearer", "Bearer ", "Bearer tn_wrong", "tn_x"])
def test_a_bad_key_is_401(keyed: Stack, sent: str) -> None:
    assert keyed.client.get("/v1/me", headers={"Authorization": sent}).status_code == 401


def test_the_person_header_means_nothing_where_keys_are_asked(keyed: Stack, bearer: Bearer) -> None:
    headers = {**bearer("viewer"), "TrueNorth-Person": "local"}
    assert keyed.get("/v1/me", headers=headers)["role"] == "viewer"
    assert keyed.client.get("/v1/me", headers={"TrueNorth-Person": "local"}).status_code == 401


def test_a_revoked_key_stops_working(keyed: Stack) -> None:
    secret = keyed.directory.create_key("admin", None, "short")
    every = keyed.directory.keys()
    (key,) = [each for each in every if each.label == "short"]
    keyed.directory.revoke(key.id)
    headers = {"Authorization": f"Bearer {secret}"}
    assert keyed.client.get("/v1/me", headers=headers).status_code == 401


def test_the_keys_of_who_has_left_stop_working(keyed: Stack, bearer: Bearer) -> None:
    admin = {**bearer("admin"), "If-Match": "*"}
    person = keyed.client.post("/v1/people", json={"name": "Lea"}, headers=admin).json()["id"]
    leave = {"path": f"/v1/people/{person}", "json": {"active": False}}
    other = {"Authorization": f"Bearer {keyed.directory.create_key('member', person, 'lea')}"}
    assert keyed.client.get("/v1/me", headers=other).status_code == 200
    keyed.client.patch(leave["path"], json=leave["json"], headers=admin).raise_for_status()
    late = {"Authorization": f"Bearer {keyed.directory.create_key('member', person, 'late')}"}
    refused = keyed.client.get("/v1/me", headers=late)
    assert (refused.status_code, refused.json()["code"]) == (401, "holder-inactive")
    keyed.client.patch(leave["path"], json={"active": True}, headers=admin).raise_for_status()
    assert keyed.client.get("/v1/me", headers=late).status_code == 200


def stranger(stack: Stack, address: str) -> TestClient:
    base = str(stack.client.base_url)
    return TestClient(stack.client.app, base_url=base, client=(address, 4711))


def test_whoever_guesses_keys_locks_nobody_else_out(keyed: Stack, bearer: Bearer) -> None:
    """Behind a proxy everybody has one address: a key that is known is let in all the same."""
    client = stranger(keyed, "192.0.2.1")
    codes = [
        client.get("/v1/me", headers={"Authorization": f"Bearer guess-{n}"}).status_code
        for n in range(32)
    ]
    assert codes == [401] * 30 + [429] * 2
    key = keyed.directory.create_key("member", None, "not remembered yet")
    assert client.get("/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_an_old_key_that_is_sent_again_and_again_is_no_guessing(keyed: Stack) -> None:
    client = stranger(keyed, "192.0.2.2")
    headers = {"Authorization": "Bearer revoked-long-ago"}
    assert {client.get("/v1/me", headers=headers).status_code for _ in range(40)} == {401}


def test_a_key_with_a_person_acts_as_that_person(keyed: Stack, bearer: Bearer) -> None:
    person = keyed.client.post(
        "/v1/people", json={"name": "Kim", "email": "kim@example.org"}, headers=bearer("admin")
    ).json()["id"]
    secret = keyed.directory.create_key("admin", person, "kim")
    headers = {"Authorization": f"Bearer {secret}"}
    assert keyed.get("/v1/me", headers=headers)["name"] == "Kim"
    made = keyed.client.post("/v1/teams", json={"name": "K", "kind": "team"}, headers=headers)
    event = keyed.get(f"/v1/events?after={made.json()['position'] - 1}&limit=1", headers=headers)[
        "items"
    ][0]
    assert (event["actorkind"], event["actorid"]) == ("person", person)


def test_local_mode_honours_a_key(stack: Stack) -> None:
    secret = stack.directory.create_key("auditor", None, "local auditor")
    headers = {"Authorization": f"Bearer {secret}"}
    assert stack.get("/v1/me", headers=headers)["role"] == "auditor"
    refused = stack.client.post("/v1/teams", json={"name": "x", "kind": "team"}, headers=headers)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        ("http://127.0.0.1", None, 201),
        (None, "same-origin", 201),
        (None, "none", 201),
        ("http://evil.example", "cross-site", 403),
        ("http://127.0.0.1:3000", "same-site", 403),
        ("null", "cross-site", 403),
        (None, "cross-site", 403),
        (None, "same-site", 403),
    ],
)
def test_only_pages_of_this_origin_write(
    stack: Stack, origin: str | None, site: str | None, status: int
) -> None:
    headers = {"Origin": origin, "Sec-Fetch-Site": site}
    response = stack.client.post(
        "/v1/teams",
        json={"name": "Page", "kind": "team"},
        headers={name: value for name, value in headers.items() if value is not None},
    )
    assert response.status_code == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8700", 200),
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("[::1]:8700", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("", 400),
    ],
)
def test_a_rebound_host_name_is_refused(stack: Stack, host: str, status: int) -> None:
    assert stack.client.get("/v1/me", headers={"Host": host}).status_code == status
