"""Many writes at once: each judged as if sent alone, and all or none where that is wanted."""

from typing import Any

import pytest

from journal.log import Journal
from tests.api.conftest import Bearer
from tests.api.installation import Company, Stack


def command(path: str, body: Any = None, *, method: str = "POST", **more: Any) -> dict[str, Any]:
    return {"method": method, "path": path, "body": body, "if_match": "*", **more}


def send(
    stack: Stack,
    commands: list[dict[str, Any]],
    *,
    atomic: bool = True,
    status: int = 200,
    key: str | None = None,
    **more: Any,
) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    body = {"commands": commands, "atomic": atomic, **more}
    answer = stack.client.post("/v1/batch", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def check_in(company: Company, value: float, **more: Any) -> dict[str, Any]:
    return command(company.check_ins, {"value": value, "confidence": 0.5}, **more)


def team(name: str) -> dict[str, Any]:
    return command("/v1/teams", {"name": name, "kind": "team"})


# --- each as if sent alone ----------------------------------------------------------------------


@pytest.mark.parametrize("atomic", [True, False])
def test_each_command_is_answered_as_if_it_came_alone(stack: Stack, atomic: bool) -> None:
    one, other = stack.active(), stack.active()
    alone = one.check_in(25, confidence=0.5)
    told = send(stack, [check_in(other, 25)], atomic=atomic)
    [result] = told["results"]
    assert result["status"] == 201
    ids = {"id", "position", "objective_id", "key_result_id", "key_result", "undo"}
    assert {name: value for name, value in result["body"].items() if name not in ids} == {
        name: value for name, value in alone.items() if name not in ids
    }
    assert told["position"] == result["body"]["position"] == stack.journal.head()


def test_not_atomic_each_stands_on_its_own(stack: Stack) -> None:
    company = stack.active()
    told = send(
        stack,
        [
            check_in(company, 25),
            command(company.check_ins, {"value": "many"}),
            command("/v1/nowhere", {}),
            command(f"/v1/objectives/{company.objective}/drop", if_match='"1"'),
            command(f"/v1/objectives/{company.objective}/drop", if_match=None),
            check_in(company, 26),
        ],
        atomic=False,
    )
    assert [each["status"] for each in told["results"]] == [201, 422, 404, 412, 428, 201]
    assert told["results"][3]["body"]["code"] == "stale-version"
    check_ins = stack.get(f"/v1/objectives/{company.objective}")["key_results"][0]["check_ins"]
    assert [each["value"] for each in check_ins] == [25, 26]


def test_permission_is_looked_at_for_each(keyed: Stack, bearer: Bearer) -> None:
    body = {"commands": [command("/v1/teams", {"name": "T", "kind": "team"})], "atomic": False}
    told = keyed.client.post("/v1/batch", json=body, headers=bearer("member"))
    assert told.status_code == 200
    assert [each["status"] for each in told.json()["results"]] == [403]
    assert keyed.client.post("/v1/batch", json=body).status_code == 401
    whole = keyed.client.post("/v1/batch", json={**body, "atomic": True}, headers=bearer("viewer"))
    assert (whole.status_code, whole.json()["code"]) == (403, "forbidden")


# --- all or none --------------------------------------------------------------------------------


def test_one_failure_means_that_nothing_is_written(stack: Stack) -> None:
    company = stack.active()
    head = stack.journal.head()
    bad = {"value": 25, "confidence": 7}
    refused = send(
        stack,
        [check_in(company, 25), team("Never"), command(company.check_ins, bad), team("Nor this")],
        status=422,
    )
    assert refused["failed_index"] == 2
    assert refused["errors"][0]["pointer"] == "/confidence"
    assert stack.journal.head() == head
    names = [each["name"] for each in stack.get("/v1/teams?limit=500")["items"]]
    assert "Never" not in names


def test_a_state_that_forbids_says_what_is_allowed(stack: Stack) -> None:
    objective = stack.objective(stack.cycle(), stack.team(), stack.person())
    moves = [command(f"/v1/objectives/{objective}/{verb}") for verb in ("propose", "activate")]
    refused = send(stack, moves, status=409)
    assert (refused["code"], refused["failed_index"]) == ("illegal-move", 1)
    assert "accept" in refused["allowed"], "judged on what the commands before it lead to"
    assert stack.get(f"/v1/objectives/{objective}")["state"] == "draft"


def test_later_commands_stand_on_earlier_ones(stack: Stack) -> None:
    cycle, owner = stack.cycle(), stack.person()
    objective = {
        "cycle_id": cycle, "team_id": "$0.id", "owner_id": owner, "title": "All at once",
        "ambition": "committed",
    }  # fmt: skip
    measure = {"kind": "increase", "baseline": 0, "target": 10}
    about = {"kind": "key_result", "id": "$2.id"}
    told = send(
        stack,
        [
            team("Made in a batch"),
            command("/v1/objectives", objective),
            command("/v1/objectives/$1.id/key-results", {"title": "K", "measure": measure}),
            command("/v1/objectives/$1.id/propose", if_match=2),
            command("/v1/objectives/$1.id/accept"),
            command("/v1/objectives/$1.id/activate"),
            command("/v1/objectives/$1.id/key-results/$2.id/check-ins", {"value": 5}),
            command("/v1/obstacles", {"title": "$0.id", "about": about, "severity": "low"}),
        ],
    )
    assert [each["status"] for each in told["results"]] == [201, 201, 201, 200, 200, 200, 201, 201]
    made = told["results"][1]["body"]["id"]
    shown = stack.get(f"/v1/objectives/{made}")
    assert (shown["state"], shown["team_id"]) == ("active", told["results"][0]["body"]["id"])
    assert shown["key_results"][0]["value"] == 5
    obstacle = told["results"][-1]["body"]
    assert obstacle["title"] == "$0.id", "only ids are filled in, no words"
    assert (
        stack.get(f"/v1/obstacles/{obstacle['id']}")["about"]["id"] == shown["key_results"][0]["id"]
    )
    positions = [each["body"]["position"] for each in told["results"]]
    assert positions == sorted(positions)
    assert told["position"] == positions[-1] == stack.journal.head()


@pytest.mark.parametrize("atomic", [True, False])
def test_an_id_of_nothing_is_the_fault_of_who_names_it(stack: Stack, atomic: bool) -> None:
    owner = stack.person()
    action = {"title": "A", "kind": "kaizen", "team_id": "$0.id", "owner_id": owner}
    commands = [command("/v1/nowhere", {}), command("/v1/actions", action)]
    if not atomic:
        told = send(stack, commands, atomic=False)
        assert [each["status"] for each in told["results"]] == [404, 422]
    ahead = [command("/v1/actions", {**action, "team_id": "$1.id"}), team("Too late")]
    told = send(stack, ahead, atomic=atomic, status=422 if atomic else 200)
    if atomic:
        assert told["failed_index"] == 0
    else:
        assert [each["status"] for each in told["results"]] == [422, 201]


def test_people_are_added_with_their_names_or_not_at_all(stack: Stack) -> None:
    def person(name: str) -> dict[str, Any]:
        return command("/v1/people", {"name": name, "email": f"{name}@batch.example"})

    send(stack, [person("Cleo"), person("cleo")], status=409)
    assert stack.directory.find_person("cleo@batch.example") is None, "no name is left behind"
    told = send(stack, [person("Cleo"), person("Dora")])
    cleo = told["results"][0]["body"]
    found = stack.directory.find_person("cleo@batch.example")
    assert found is not None
    assert (found.id, cleo["name"]) == (cleo["id"], "Cleo")
    assert stack.get(f"/v1/people/{cleo['id']}")["name"] == "Cleo"


def test_who_is_faster_makes_it_stale_and_nothing_is_written(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = stack.active()
    seen = stack.get(f"/v1/objectives/{company.objective}")["version"]
    drop = command(f"/v1/objectives/{company.objective}/drop", {"reason": "x"}, if_match=seen)
    _meddle(monkeypatch, lambda: company.check_in(25))
    refused = send(stack, [team("Late"), drop], status=412)
    assert (refused["failed_index"], refused["current_version"]) == (1, seen + 1)
    assert stack.get(f"/v1/objectives/{company.objective}")["state"] == "active"


def test_answers_are_of_the_log_also_when_others_write_meanwhile(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = stack.active()
    _meddle(monkeypatch, lambda: stack.team("Meanwhile"))
    told = send(stack, [check_in(company, 25), check_in(company, 26), team("Then")])
    assert [each["status"] for each in told["results"]] == [201, 201, 201]
    assert told["position"] == stack.journal.head()
    last = told["results"][-1]["body"]
    assert last["position"] == stack.get(f"/v1/events?after={told['position'] - 1}")["position"]
    first = told["results"][0]["body"]
    assert first["value"] == 25
    assert first["position"] == stack.journal.head() - 2


def _meddle(monkeypatch: pytest.MonkeyPatch, deed: Any) -> None:
    """Somebody else writes after a batch was judged and before it is recorded, once."""
    record = Journal.handle_many

    def late(journal: Journal, *given: Any, **more: Any) -> Any:
        monkeypatch.setattr(Journal, "handle_many", record)
        deed()
        return record(journal, *given, **more)

    monkeypatch.setattr(Journal, "handle_many", late)


# --- again and beforehand -----------------------------------------------------------------------


@pytest.mark.parametrize("atomic", [True, False])
def test_the_same_batch_again_gives_the_first_answers(stack: Stack, atomic: bool) -> None:
    company = stack.active()
    commands = [
        check_in(company, 25, idempotency_key=f"mine-{company.key_result}"),
        team(f"Once {atomic}"),
        command("/v1/actions",
                {"title": "A", "kind": "kaizen", "team_id": "$1.id", "owner_id": company.owner}),
    ]  # fmt: skip
    first = send(stack, commands, atomic=atomic, key=f"batch-{company.key_result}")
    stack.clock.pass_by(hours=1)
    head = stack.journal.head()
    again = send(stack, commands, atomic=atomic, key=f"batch-{company.key_result}")
    assert again == first
    assert stack.journal.head() == head
    alone = stack.client.post(
        company.check_ins,
        json={"value": 25, "confidence": 0.5},
        headers={"Idempotency-Key": f"mine-{company.key_result}"},
    )
    assert alone.headers["idempotency-replayed"] == "true", "its key is that of the write alone"


def test_a_key_used_for_something_else_fails_the_whole(stack: Stack) -> None:
    company = stack.active()
    key = f"used-{company.key_result}"
    send(stack, [check_in(company, 25, idempotency_key=key)])
    head = stack.journal.head()
    refused = send(stack, [team("No"), check_in(company, 26, idempotency_key=key)], status=422)
    assert (refused["code"], refused["failed_index"]) == ("idempotency-key-reused", 1)
    assert stack.journal.head() == head


@pytest.mark.parametrize("atomic", [True, False])
def test_a_dry_run_tells_and_writes_nothing(stack: Stack, atomic: bool) -> None:
    company = stack.active()
    head = stack.journal.head()
    person = command("/v1/people", {"name": "Dry", "email": "dry@batch.example"})
    commands = [check_in(company, 30), person, team("Dry")]
    told = send(stack, commands, atomic=atomic, dry_run=True)
    assert [each["status"] for each in told["results"]] == [201, 201, 201]
    assert told["results"][0]["body"]["progress"] == 0.5
    assert told["position"] == stack.journal.head() == head
    assert stack.directory.find_person("dry@batch.example") is None
    bad = [*commands, command("/v1/nowhere", {})]
    if atomic:
        assert send(stack, bad, dry_run=True, status=404)["failed_index"] == 3
    else:
        statuses = [
            each["status"] for each in send(stack, bad, atomic=False, dry_run=True)["results"]
        ]
        assert statuses == [201, 201, 201, 404]
    assert stack.journal.head() == head


# --- what is no batch ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "pointer"),
    [
        (command("/v1/batch", {"commands": [], "atomic": True}), "/commands/1/path"),
        (command("/v1/%62atch", {"commands": [], "atomic": True}), "/commands/1/path"),
        (command("/v1/batch?x=1", {}), "/commands/1/path"),
        (command("/healthz/live"), "/commands/1/path"),
        (command("http://127.0.0.1/v1/teams"), "/commands/1/path"),
        (command("/v1/teams x"), "/commands/1/path"),
        (command("/v1/" + "x" * 3000), "/commands/1/path"),
        (command("/v1/téams"), "/commands/1/path"),
        (command("/v1/teams", method="GET"), "/commands/1/method"),
        (command("/v1/teams", method="TRACE"), "/commands/1/method"),
        (command("/v1/teams", surprise=1), "/commands/1/surprise"),
        (command("/v1/teams", idempotency_key="x" * 201), "/commands/1/idempotency_key"),
    ],
)
@pytest.mark.parametrize("atomic", [True, False])
def test_what_is_no_write_makes_no_batch(
    stack: Stack, fault: dict[str, Any], pointer: str, atomic: bool
) -> None:
    head = stack.journal.head()
    refused = send(stack, [team("Fine"), fault], atomic=atomic, status=422)
    assert refused["errors"][0]["pointer"] == pointer
    assert stack.journal.head() == head


def test_a_batch_has_its_measure(stack: Stack) -> None:
    send(stack, [], status=422)
    nothing = command("/v1/nowhere")
    told = send(stack, [nothing] * 200, atomic=False)
    assert [each["status"] for each in told["results"]] == [404] * 200
    send(stack, [nothing] * 201, atomic=False, status=422)
    large = command("/v1/teams", {"name": "x" * 300_000, "kind": "team"})
    send(stack, [large], status=413)
    assert stack.client.get("/v1/batch").status_code == 405
    assert stack.client.post("/v1/batch?as_of=@1", json={}).status_code == 409


@pytest.mark.parametrize(
    ("odd", "status"),
    [
        (command("/v1/teams?as_of=@1", {"name": "Past", "kind": "team"}), 409),
        (command("/v1/teams?a=1", {"name": "Odd", "kind": "team"}), 422),
        (command("/v1/teams", {"name": "Odd", "kind": "team"}, idempotency_key="ü"), 400),
        (command("/v1/teams", {"name": "Odd", "kind": "team"}, idempotency_key="a b"), 400),
        (command("/v1/teams"), 400),
        (command("/v1/teams", ["Odd"]), 422),
        (command("/v1/objectives/../teams", {"name": "Odd", "kind": "team"}), 404),
        (command("/v1/objectives/%00/propose"), 404),
        (command("/v1/objectives/$999.id/propose"), 422),
        (command("/v1/teams", {"name": "Odd", "kind": "team"}, method="PUT"), 405),
        (command("/v1/cycles", {"name": "Q"}, if_match="W/1"), 422),
    ],
)
def test_an_odd_command_has_the_answer_it_has_alone(
    stack: Stack, odd: dict[str, Any], status: int
) -> None:
    told = send(stack, [odd, team(f"Beside {status}")], atomic=False)
    assert [each["status"] for each in told["results"]] == [status, 201]
    refused = send(stack, [odd], status=status)
    assert refused["failed_index"] == 0
