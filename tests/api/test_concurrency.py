"""Many at once: nothing is lost, nothing happens twice, positions stay dense."""

from concurrent.futures import ThreadPoolExecutor

from journal.ids import derived_id, id_for
from tests.api.installation import Stack

THREADS, EACH = 16, 6


def test_sixteen_threads_check_in_and_move_cards(own: Stack) -> None:
    company = own.active()
    columns = [
        {"key": "open", "title": "Open", "stage": "ready"},
        {"key": "doing", "title": "Doing", "stage": "active"},
        {"key": "done", "title": "Done", "stage": "done"},
    ]
    own.post("/v1/boards", {"team_id": company.team, "columns": columns})
    cards = [
        own.post(
            "/v1/actions",
            {
                "title": f"Card {n}",
                "kind": "kaizen",
                "team_id": company.team,
                "owner_id": company.owner,
            },
        )["id"]
        for n in range(THREADS)
    ]

    def work(number: int) -> list[str]:
        recorded = []
        for turn in range(EACH):
            body = {"value": 20 + (number + turn) % 20, "confidence": 0.5}
            answer = own.client.post(company.check_ins, json=body)
            assert answer.status_code == 201, answer.text
            recorded.append(answer.json()["id"])
            moved = own.client.post(
                f"/v1/actions/{cards[number]}/move",
                json={"column": "doing" if turn % 2 == 0 else "open"},
                headers={"If-Match": "*"},
            )
            assert moved.status_code == 200, moved.text
        return recorded

    with ThreadPoolExecutor(THREADS) as pool:
        recorded = [each for part in pool.map(work, range(THREADS)) for each in part]

    assert len(set(recorded)) == THREADS * EACH
    shown = own.get(f"/v1/objectives/{company.objective}/key-results/{company.key_result}")
    assert {each["id"] for each in shown["check_ins"]} == set(recorded)
    head = own.journal.head()
    positions = [each.position for each in own.journal.tail(0, head + 10)]
    assert positions == list(range(1, head + 1))
    headers = {"TrueNorth-Min-Position": str(head), "Prefer": "wait=20"}
    board = own.get(f"/v1/boards/actions?team_id={company.team}", headers=headers)
    shown_cards = [card["id"] for column in board["columns"] for card in column["cards"]]
    assert sorted(shown_cards) == sorted(cards)


def test_of_many_who_saw_the_same_version_one_wins(own: Stack) -> None:
    company = own.active()
    seen = own.client.get(f"/v1/objectives/{company.objective}").headers["etag"]

    def drop(number: int) -> int:
        return own.client.post(
            f"/v1/objectives/{company.objective}/drop",
            json={"reason": f"by {number}"},
            headers={"If-Match": seen},
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(drop, range(8)))
    assert answers == [200] + [412] * 7


def test_one_key_sent_many_times_at_once_writes_once(own: Stack) -> None:
    company = own.active()
    head = own.journal.head()

    def send(_: int) -> str:
        answer = own.client.post(
            company.check_ins,
            json={"value": 30, "confidence": 0.5},
            headers={"Idempotency-Key": "once"},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(send, range(8)))
    assert len(ids) == 1
    assert own.journal.head() == head + 1


def test_one_of_many_gets_the_address_and_nobody_else_is_left_in_the_log(own: Stack) -> None:
    def ask(_: int) -> int:
        body = {"name": "Dee", "email": "Dee@example.org"}
        return own.client.post("/v1/people", json=body).status_code

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(ask, range(10))) == [201] + [409] * 9
    assert [each.type for each in own.journal.tail(0, 100)] == ["people.person-joined"]


def test_a_crash_between_address_and_log_is_healed_by_the_same_request(own: Stack) -> None:
    body = {"name": "Eve", "email": "eve@example.org"}
    key = {"Idempotency-Key": "again"}
    request = derived_id("person/local", "POST /v1/people", "again")
    claimed = id_for(request, own.clock.now())
    own.directory.put_person(claimed, "Eve", "eve@example.org")
    own.post("/v1/people", body, 409)
    own.clock.pass_by(seconds=20)
    assert own.post("/v1/people", body, 201, headers=key)["id"] == claimed
    own.clock.pass_by(hours=1)
    own.post("/v1/people", body, 409)


def test_an_address_that_a_crash_left_behind_is_free_after_a_minute(own: Stack) -> None:
    body = {"name": "Fay", "email": "fay@example.org"}
    own.directory.put_person(id_for("crashed", own.clock.now()), "Fay", "fay@example.org")
    own.post("/v1/people", body, 409)
    own.clock.pass_by(seconds=61)
    person = own.post("/v1/people", body, 201)["id"]
    assert own.directory.people().keys() == {person}
