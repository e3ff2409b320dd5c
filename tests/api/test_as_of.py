"""The past over HTTP: what was known then, and what was true when."""

from datetime import datetime, timedelta

import pytest

from tests.api.installation import Stack, installation

Factory = pytest.TempPathFactory


def wait(stack: Stack) -> dict[str, str]:
    return {"TrueNorth-Min-Position": str(stack.journal.head()), "Prefer": "wait=10"}


def test_a_thing_as_of_a_position_and_of_a_time(stack: Stack) -> None:
    company = stack.active()
    first = company.check_in(25)
    then = stack.clock.now()
    stack.clock.pass_by(days=1)
    company.check_in(35)
    path = f"/v1/objectives/{company.objective}"
    assert stack.get(path)["progress"] == 0.75
    stack.get("/v1/teams", headers=wait(stack))
    for as_of in (f"@{first['position']}", then.isoformat(), then.isoformat().replace("+", "%2B")):
        past = stack.get(f"{path}?as_of={as_of}")
        assert (past["progress"], past["position"]) == (0.25, first["position"]), as_of


def test_a_thing_is_unknown_before_it_was(stack: Stack) -> None:
    before = stack.journal.head()
    company = stack.active()
    path = f"/v1/objectives/{company.objective}"
    assert stack.client.get(f"{path}?as_of=@{before}").status_code == 404


@pytest.mark.parametrize(
    "view",
    [
        "/v1/boards/objectives?cycle_id={cycle}&team_id={team}",
        "/v1/boards/actions?team_id={team}",
        "/v1/scores?cycle_id={cycle}",
        "/v1/scores/trend?cycle_id={cycle}&team_id={team}",
        "/v1/timeline?cycle_id={cycle}",
        "/v1/objectives?cycle_id={cycle}",
        "/v1/obligations?cycle_id={cycle}",
        "/v1/history?about={objective}",
        "/v1/cycles",
        "/v1/cycles/{cycle}",
        "/v1/teams",
        "/v1/people",
        "/v1/actions",
        "/v1/obstacles",
    ],
)
def test_every_view_answers_as_of(stack: Stack, view: str) -> None:
    company = stack.active()
    company.check_in(25)
    path = view.format(cycle=company.cycle, team=company.team, objective=company.objective)
    position = stack.journal.head()
    before = stack.client.get(path, headers=wait(stack))
    assert before.status_code == 200
    company.check_in(39)
    stack.post(f"/v1/objectives/{company.objective}/drop", {"reason": "over"})
    stack.get("/v1/teams", headers=wait(stack))
    mark = "&" if "?" in path else "?"
    past = stack.client.get(f"{path}{mark}as_of=@{position}")
    assert past.headers["truenorth-position"] == str(position)

    def known(body: dict[str, object]) -> dict[str, object]:
        return {
            name: value for name, value in body.items() if name not in {"as_of", "effective_at"}
        }

    assert known(past.json()) == known(before.json())


def test_a_past_view_may_be_kept_and_a_live_one_asked_again(stack: Stack) -> None:
    company = stack.active()
    path = f"/v1/boards/objectives?cycle_id={company.cycle}&team_id={company.team}"
    live = stack.client.get(path, headers=wait(stack))
    assert live.headers["cache-control"] == "private, no-cache"
    same = stack.client.get(path, headers={"If-None-Match": live.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == live.headers["etag"]
    stack.clock.pass_by(minutes=5)
    past = stack.client.get(f"{path}&as_of=@{stack.journal.head()}")
    assert "immutable" in past.headers["cache-control"]


def test_effective_at_asks_what_was_true_not_what_was_known(stack: Stack) -> None:
    company = stack.active()
    now = stack.clock.now()
    company.check_in(30)
    company.check_in(25, effective_at=(now - timedelta(days=14)).isoformat())
    week_ago = (now - timedelta(days=7)).isoformat().replace("+00:00", "Z")
    path = f"/v1/objectives/{company.objective}"
    assert stack.get(path)["progress"] == 0.5
    assert stack.get(f"{path}?effective_at={week_ago}")["progress"] == 0.25
    scores = stack.get(
        f"/v1/scores?cycle_id={company.cycle}&effective_at={week_ago}", headers=wait(stack)
    )
    assert scores["score"] == 0.25


def test_a_write_is_read_at_once(stack: Stack) -> None:
    """Without asking for a position: a process waits for what it acknowledged itself."""
    for _ in range(5):
        team = stack.team()
        listed = stack.get("/v1/teams?limit=500")["items"]
        assert team in {each["id"] for each in listed}


def test_pages_follow_each_other_without_gap_or_repeat(own: Stack) -> None:
    made = [own.team() for _ in range(7)]
    seen: list[str] = []
    cursor = None
    for _ in range(10):
        page = own.get("/v1/teams", params={"limit": 3, **({"cursor": cursor} if cursor else {})})
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(made)
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/objectives/{0.objective}",
        "/v1/objectives/{0.objective}/key-results/{0.key_result}",
        "/v1/objectives",
        "/v1/scores?cycle_id={0.cycle}",
    ],
)
def test_what_will_be_true_is_not_told(stack: Stack, path: str) -> None:
    company = stack.active()
    then = stack.clock.now()
    stack.clock.pass_by(days=1)
    now = stack.clock.now()
    stack.get("/v1/teams", headers=wait(stack))

    def told(status: int, **query: str) -> dict[str, object]:
        asked = path.format(company)
        mark = "&" if "?" in asked else "?"
        given = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in query.items())
        return dict(stack.get(f"{asked}{mark}{given}", status))

    def after(moment: datetime, seconds: int) -> str:
        return (moment + timedelta(seconds=seconds)).isoformat()

    assert told(400, effective_at=after(now, 60))["code"] == "moment-ahead"
    told(200, effective_at=after(now, 0))
    told(200, effective_at=after(now, 3))
    past = then.isoformat()
    assert told(400, as_of=past, effective_at=after(then, 60))["code"] == "moment-ahead"
    told(200, as_of=past, effective_at=past)


def test_a_time_just_gone_by_shows_all_that_was_recorded_by_then(own: Stack) -> None:
    for turn in range(20):
        own.clock.pass_by(seconds=1)
        team = own.team()
        own.clock.pass_by(seconds=1)
        at = own.clock.now().isoformat()
        seen = own.get("/v1/teams", params={"as_of": at, "limit": "200"})
        assert team in {each["id"] for each in seen["items"]}, turn


def test_the_board_tells_what_was_true_when(own: Stack) -> None:
    company = own.active()
    own.clock.pass_by(days=10)
    company.check_in(30)
    own.clock.pass_by(days=10)
    company.check_in(40)

    def progress(**query: str) -> float:
        fresh = {"TrueNorth-Min-Position": str(own.journal.head()), "Prefer": "wait=10"}
        given = {"cycle_id": company.cycle, **query}
        board = own.get("/v1/boards/objectives", params=given, headers=fresh)
        (card,) = [card for column in board["columns"] for card in column["cards"]]
        return card["progress"]

    ago = (own.clock.now() - timedelta(days=5)).isoformat()
    assert progress() == 1
    assert progress(effective_at=ago) == 0.5
    ahead = {"cycle_id": company.cycle, "effective_at": "2030-01-01T00:00:00Z"}
    assert own.get("/v1/boards/objectives", 400, params=ahead)["code"] == "moment-ahead"


def test_a_cursor_of_a_longer_log_is_of_no_use(own: Stack, tmp_path_factory: Factory) -> None:
    for number in range(5):
        own.team(f"Here {number}")
    with installation(tmp_path_factory.mktemp("longer")) as longer:
        for number in range(9):
            longer.team(f"There {number}")
        at = {"TrueNorth-Min-Position": str(longer.journal.head()), "Prefer": "wait=20"}
        cursor = longer.get("/v1/teams?limit=1", headers=at)["next_cursor"]
    refused = own.get("/v1/teams", 400, params={"limit": 1, "cursor": cursor})
    assert (refused["code"], refused["position"]) == ("position-ahead", own.journal.head())
