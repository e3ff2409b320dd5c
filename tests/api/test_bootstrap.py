"""One request tells a page all that it needs before it can show anything."""

from typing import Any

import pytest

from tests.api.conftest import Bearer
from tests.api.installation import Stack


def settled(stack: Stack, **given: Any) -> Any:
    """The answer once the views know everything."""
    headers = {
        "TrueNorth-Min-Position": str(stack.journal.head()),
        "Prefer": "wait=20",
        **given.pop("headers", {}),
    }
    return stack.client.get("/v1/bootstrap", headers=headers, **given)


@pytest.fixture(scope="module")
def lead(stack: Stack) -> str:
    """Somebody who owes a check-in in a running cycle."""
    company = stack.active()
    stack.put(f"/v1/teams/{company.team}/members/{company.owner}", {"role": "lead"})
    stack.post(f"/v1/cycles/{company.cycle}/start")
    return company.owner


def test_it_tells_what_the_single_addresses_tell(stack: Stack, lead: str) -> None:
    headers = {"TrueNorth-Person": lead}
    told = settled(stack, headers=headers)
    body = told.json()
    assert told.headers["truenorth-position"] == str(body["position"])
    assert body["position"] == stack.journal.head()
    for path in ("me", "system", "organisation"):
        assert body[path] == stack.get(f"/v1/{path}", headers=headers), path
    for path in ("people", "teams", "cycles"):
        assert body[path] == stack.get(f"/v1/{path}?limit=500")["items"], path
    owed = stack.get("/v1/me/obligations?limit=500", headers=headers)["items"]
    assert body["badges"]["owed"] == len(owed)
    assert body["badges"]["overdue"] == sum(each["overdue"] for each in owed)


def test_all_of_a_long_list_is_in_it(own: Stack) -> None:
    people = [
        {"method": "POST", "path": "/v1/people", "body": {"name": "P", "email": f"p{n}@x.example"}}
        for n in range(501)
    ]
    for start in range(0, 501, 200):
        sent = {"commands": people[start : start + 200], "atomic": True}
        own.post("/v1/batch", sent, 200)
    assert len(settled(own).json()["people"]) == 501


def test_whoever_has_it_hears_so_until_something_of_it_changes(own: Stack) -> None:
    team, owner, cycle = own.team(), own.person(), own.cycle()
    etag = settled(own).headers["etag"]
    own.clock.pass_by(seconds=90)
    own.objective(cycle, team, owner)  # a fact that none of it shows
    same = settled(own, headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    own.team("Another")
    changed = settled(own, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert len(changed.json()["teams"]) == 2


def test_it_tells_the_past_too(own: Stack) -> None:
    own.team("First")
    then = own.journal.head()
    own.team("Second")
    past = settled(own, params={"as_of": f"@{then}"}).json()
    assert (len(past["teams"]), past["position"]) == (1, then)
    assert settled(own, params={"as_of": "@999999"}).status_code == 400
    assert settled(own, params={"as_of": "nonsense"}).json()["code"] == "unreadable-moment"


def test_it_is_of_whoever_asks(keyed: Stack, bearer: Bearer) -> None:
    assert keyed.client.get("/v1/bootstrap").status_code == 401
    one = keyed.client.get("/v1/bootstrap", headers=bearer("viewer"))
    other = keyed.client.get("/v1/bootstrap", headers=bearer("auditor"))
    assert (one.json()["me"]["role"], other.json()["me"]["role"]) == ("viewer", "auditor")
    assert one.headers["etag"] != other.headers["etag"]
