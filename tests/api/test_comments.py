"""Comments over HTTP: said, answered, edited, withdrawn, and who hears of them."""

from typing import Any

import pytest

from tests.api.installation import Company, Stack

NOBODY = "01890000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def company(stack: Stack) -> Company:
    return stack.active()


def as_(person: str) -> dict[str, str]:
    return {"TrueNorth-Person": person}


def say(stack: Stack, who: str, about: tuple[str, str], text: str, **more: Any) -> dict[str, Any]:
    body = {"about": {"kind": about[0], "id": about[1]}, "text": text, **more}
    return dict(stack.post("/v1/comments", body, 201, headers=as_(who)))


def thread(stack: Stack, about: tuple[str, str], **more: Any) -> list[dict[str, Any]]:
    path = f"/v1/comments?about={about[0]}/{about[1]}"
    return list(stack.get(path, **more)["items"])


def told(stack: Stack, who: str, **query: Any) -> dict[str, Any]:
    return dict(stack.get("/v1/me/notifications", headers=as_(who), params=query))


def test_a_comment_is_shown_with_its_thing_the_newest_last(stack: Stack, company: Company) -> None:
    ann, about = stack.person(), ("objective", company.objective)
    first = say(stack, ann, about, "Is this **the** one?")
    reply = say(stack, company.owner, about, "It is.", reply_to=first["id"])
    assert first["undo"] == {
        "method": "POST",
        "path": f"/v1/comments/{first['id']}/withdraw",
        "body": None,
    }
    listed = thread(stack, about)
    assert [(each["id"], each["text"], each["reply_to"]) for each in listed] == [
        (first["id"], "Is this **the** one?", None),
        (reply["id"], "It is.", first["id"]),
    ]
    assert listed[0]["about"] == {"kind": "objective", "id": company.objective}
    assert (listed[0]["author_id"], listed[0]["edited_at"]) == (ann, None)
    assert stack.get(f"/v1/comments/{first['id']}")["text"] == "Is this **the** one?"
    before = f"/v1/comments?about=objective/{company.objective}&as_of=@{first['position']}"
    assert [each["id"] for each in stack.get(before)["items"]] == [first["id"]]
    page = stack.get(f"/v1/comments?about={company.objective}&limit=1")
    rest = stack.get(
        "/v1/comments",
        params={"about": company.objective, "limit": 1, "cursor": page["next_cursor"]},
    )
    assert [page["items"][0]["id"], rest["items"][0]["id"]] == [first["id"], reply["id"]]
    assert rest["next_cursor"] is None


def test_comments_are_about_things_that_are_there(stack: Stack, company: Company) -> None:
    ann = stack.person()
    check_in = company.check_in(25)
    for kind, thing_id in (
        ("key_result", company.key_result),
        ("check_in", check_in["id"]),
        ("cycle", company.cycle),
        ("team", company.team),
    ):
        assert say(stack, ann, (kind, thing_id), "Good.")["about"]["kind"] == kind
    about = {"kind": "objective", "id": NOBODY}
    body = {"about": about, "text": "Hm."}
    assert stack.post("/v1/comments", body, 404, headers=as_(ann))["code"] == "not-found"
    body["about"] = {"kind": "person", "id": ann}
    answer = stack.post("/v1/comments", body, 422, headers=as_(ann))
    assert answer["errors"][0]["pointer"] == "/about/kind"
    assert stack.get(f"/v1/comments?about=objective/{NOBODY}", 404)["code"] == "not-found"
    assert stack.get(f"/v1/comments?about=person/{ann}", 422)["code"] == "invalid-request"


def test_a_machine_and_nobody_in_particular_say_nothing(stack: Stack, company: Company) -> None:
    body = {"about": {"kind": "objective", "id": company.objective}, "text": "Hm."}
    for headers in ({}, as_("local")):
        answer = stack.post("/v1/comments", body, 409, headers=headers)
        assert (answer["code"], "Choose who you are" in answer["detail"]) == ("person-needed", True)


def test_only_its_author_edits_and_withdraws_it(stack: Stack, company: Company) -> None:
    ann, about = stack.person(), ("key_result", company.key_result)
    made = say(stack, ann, about, "Fourty")
    path = f"/v1/comments/{made['id']}"

    def edit(who: str, text: str) -> Any:
        return stack.client.patch(path, json={"text": text}, headers=as_(who))

    refused = edit(company.owner, "Fifty")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-yours")
    edited = edit(ann, "Forty").json()
    assert (edited["text"], edited["edited_at"] is not None) == ("Forty", True)
    assert edited["undo"] == {"method": "PATCH", "path": path, "body": {"text": "Fourty"}}
    unchanged = edit(ann, "Forty").json()
    assert (unchanged["version"], unchanged["undo"]) == (edited["version"], None)
    withdraw = f"{path}/withdraw"
    assert stack.post(withdraw, status=403, headers=as_(company.owner))["code"] == "not-yours"
    gone = stack.post(withdraw, headers=as_(ann))
    assert (gone["text"], gone["withdrawn"], gone["author_id"]) == (None, True, ann)
    assert next(each for each in thread(stack, about) if each["id"] == made["id"])["text"] is None
    assert edit(ann, "Forty-one").json()["code"] == "comment-withdrawn"
    assert stack.get(f"{path}?as_of=@{edited['position']}")["text"] == "Forty"


def test_a_reaction_sent_again_is_taken_back(stack: Stack, company: Company) -> None:
    ann = stack.person()
    made = say(stack, ann, ("objective", company.objective), "Done!")
    path = f"/v1/comments/{made['id']}/react"
    once = stack.post(path, {"emoji": "🎉"}, headers=as_(company.owner))
    assert once["reactions"] == [{"emoji": "🎉", "people": [company.owner]}]
    assert once["undo"] == {"method": "POST", "path": path, "body": {"emoji": "🎉"}}
    assert stack.post(path, {"emoji": "🎉"}, headers=as_(company.owner))["reactions"] == []
    for wrong in ("yes", "", "1", "<b>"):
        assert stack.post(path, {"emoji": wrong}, 422, headers=as_(ann))["code"] == "invalid-emoji"


def test_who_is_mentioned_hears_of_it_once(stack: Stack, company: Company) -> None:
    ann, bo, about = stack.person("Ann"), stack.person("Bo"), ("objective", company.objective)
    made = say(stack, ann, about, f"@{bo} look, @{bo}: is that so?")
    assert made["mentions"] == [bo]
    (item,) = told(stack, bo)["items"]
    assert (item["kind"], item["read"], item["actor"]["id"]) == ("mentioned", False, ann)
    assert item["text"].startswith("Ann mentioned you in a comment on “Objective")
    assert item["about"]["kind"] == "objective"
    assert item["about"]["title"].startswith("Objective")
    path = f"/v1/comments/{made['id']}"
    stack.client.patch(path, json={"text": f"@{bo}, is that really so?"}, headers=as_(ann))
    assert len(told(stack, bo)["items"]) == 1
    cy = stack.person("Cy")
    stack.client.patch(path, json={"text": f"@{bo} @{cy} is it?"}, headers=as_(ann))
    assert (len(told(stack, bo)["items"]), told(stack, cy)["unread"]) == (1, 1)


def test_nobody_is_mentioned_who_is_not_there(stack: Stack, company: Company) -> None:
    ann = stack.person()
    body = {"about": {"kind": "objective", "id": company.objective}, "text": f"@{NOBODY}: look"}
    answer = stack.post("/v1/comments", body, 422, headers=as_(ann))
    assert (answer["code"], answer["errors"][0]["pointer"]) == ("unknown-mention", "/text")
    assert NOBODY in answer["detail"]


def test_history_tells_that_somebody_commented_and_not_in_the_sentence_what(
    stack: Stack, company: Company
) -> None:
    ann = stack.person("Ann")
    say(stack, ann, ("objective", company.objective), "The quick brown fox")
    path = f"/v1/history?about=objective/{company.objective}&type=talk.comment-posted"
    last = stack.get(path)["items"][-1]
    assert last["sentence"].startswith("Ann commented on “Objective")
    assert "fox" not in last["sentence"]
    assert last["after"] == {"text": "The quick brown fox"}
    for file in ("journal.db", "views.db"):
        stored = b"".join(each.read_bytes() for each in stack.folder.glob(f"{file}*"))
        assert b"quick brown" not in stored, file


def test_long_words_and_none_are_refused(stack: Stack, company: Company) -> None:
    ann = stack.person()
    body: dict[str, Any] = {"about": {"kind": "objective", "id": company.objective}}
    assert stack.post("/v1/comments", {**body, "text": "x" * 20_000}, 201, headers=as_(ann))
    for wrong in ("x" * 20_001, "   "):
        stack.post("/v1/comments", {**body, "text": wrong}, 422, headers=as_(ann))
