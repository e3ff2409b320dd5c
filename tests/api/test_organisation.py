"""The organisation over HTTP: its holidays move slots and asks, its deputies are asked."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.conftest import Bearer
from tests.api.installation import Stack

PATH = "/v1/organisation"
HOLIDAYS = f"{PATH}/holidays/organisation"


def changed(stack: Stack, body: Any, status: int = 200, **headers: str) -> Any:
    sent = {"If-Match": "*", **headers}
    response = stack.client.patch(PATH, json=body, headers=sent)
    assert response.status_code == status, response.text
    return response.json()


def asked(stack: Stack, **filters: str) -> list[tuple[str | None, str | None, str]]:
    """Of whom what is asked, instead of whom."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    items = stack.get(f"/v1/obligations?{query}")["items"]
    return [(one["person_id"], one["instead_of"], one["about"]["id"]) for one in items]


def obstacle(stack: Stack, owner: str) -> str:
    about = {"kind": "team", "id": stack.team()}
    body = {"title": "Label printer jams", "severity": "high", "owner_id": owner, "about": about}
    return str(stack.post("/v1/obstacles", body, 201)["id"])


def away(stack: Stack, person: str, deputy: str, first: str, last: str, status: int = 201) -> Any:
    body = {"from": first, "to": last, "deputy_id": deputy}
    return stack.post(f"/v1/people/{person}/absences", body, status)


# --- the organisation -----------------------------------------------------------------------------


def test_it_is_there_before_anybody_said_a_word(own: Stack) -> None:
    response = own.client.get(PATH)
    assert response.headers["etag"] == '"0"'
    assert response.json() == {
        "id": "one",
        "name": "",
        "timezone": None,
        "locale": "en",
        "fiscal_start_month": 1,
        "fiscal_label": "starts",
        "workdays": [0, 1, 2, 3, 4],
        "calendars": [],
        "version": 0,
        "position": 0,
    }


def test_what_is_said_changes_and_the_past_stays(own: Stack) -> None:
    first = changed(own, {"name": "Halden", "timezone": "Europe/Oslo"}, **{"If-Match": '"0"'})
    assert (first["name"], first["version"]) == ("Halden", 2)
    stale = changed(own, {"name": "Other"}, 412, **{"If-Match": '"1"'})
    assert stale["current_version"] == 2
    assert changed(own, {"name": "Halden"})["version"] == 2
    changed(own, {"name": "Halden AS", "fiscal_start_month": 4, "fiscal_label": "ends"})
    assert own.get(f"{PATH}?as_of=@2")["name"] == "Halden"
    assert own.get(PATH)["fiscal_start_month"] == 4
    told = [one["sentence"] for one in own.get("/v1/history")["items"]]
    assert any(text.endswith("called the organisation Halden AS, before Halden") for text in told)
    assert len(own.get("/v1/history?about=organisation/one")["items"]) == len(told)


def test_nothing_is_told_of_an_organisation_that_nobody_described(own: Stack) -> None:
    assert own.get("/v1/history?about=organisation/one")["items"] == []
    own.get("/v1/history?about=organisation/two", 422)


def test_a_change_needs_the_version_that_was_seen(own: Stack) -> None:
    response = own.client.patch(PATH, json={"name": "x"})
    assert response.status_code == 428


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"locale": "english please"}, "/locale"),
        ({"fiscal_start_month": 0}, "/fiscal_start_month"),
        ({"fiscal_label": "middle"}, "/fiscal_label"),
        ({"workdays": []}, "/workdays"),
        ({"workdays": ["Monday"]}, "/workdays/0"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(stack: Stack, body: Any, pointer: str) -> None:
    (error,) = changed(stack, body, 422)["errors"]
    assert error["pointer"] == pointer


@pytest.mark.parametrize(("role", "status"), [("admin", 422), ("member", 403), ("viewer", 403)])
def test_administrators_speak_for_the_organisation(
    keyed: Stack, bearer: Bearer, role: str, status: int
) -> None:
    headers = {**bearer(role), "If-Match": "*"}
    for path, method in ((PATH, "PATCH"), (HOLIDAYS, "PUT")):
        sent = keyed.client.request(method, path, json={"no": 1}, headers=headers)
        assert sent.status_code == status
    assert keyed.get(PATH, headers=bearer(role))["id"] == "one"


# --- holidays -------------------------------------------------------------------------------------


def test_calendars_are_published_whole_as_days_or_as_a_file(own: Stack) -> None:
    days = [{"on": "2026-10-03", "name": "Unity"}, {"on": "2026-01-01"}]
    published = own.put(HOLIDAYS, {"days": days})
    assert [one["on"] for one in published["days"]] == ["2026-01-01", "2026-10-03"]
    file = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Reyes\r\n"
        "DTSTART;VALUE=DATE:20260106\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    spain = own.put(f"{PATH}/holidays/ES", {"icalendar": file})
    assert spain["days"] == [{"on": "2026-01-06", "name": "Reyes"}]
    items = own.get(f"{PATH}/holidays")["items"]
    assert [(one["calendar"], one["count"]) for one in items] == [("ES", 1), ("organisation", 2)]
    assert own.get(f"{PATH}/holidays/ES")["days"] == spain["days"]
    own.get(f"{PATH}/holidays/ES?as_of=@1", 404)
    own.get(f"{PATH}/holidays/FR", 404)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/days"),
        ({"days": [], "icalendar": "x"}, "/days"),
        ({"icalendar": "hello"}, "/icalendar"),
        ({"icalendar": "x" * 200_001}, "/icalendar"),
        ({"days": [{"on": "2026-13-01"}]}, "/days/0/on"),
        ({"days": [{"on": "2900-01-01"}]}, "/days"),
    ],
)
def test_what_is_no_calendar_is_refused(stack: Stack, body: Any, pointer: str) -> None:
    (error,) = stack.put(HOLIDAYS, body, 422)["errors"]
    assert error["pointer"] == pointer


def test_people_and_teams_go_by_published_calendars(own: Stack) -> None:
    own.put(f"{PATH}/holidays/ES", {"days": [{"on": "2026-01-06"}]})
    for path in (f"/v1/people/{own.person()}", f"/v1/teams/{own.team()}"):
        named = f"{path}/holiday-calendar"
        (error,) = own.put(named, {"calendar": "FR"}, 422)["errors"]
        assert error["pointer"] == "/calendar"
        assert own.put(named, {"calendar": "ES"})["holiday_calendar"] == "ES"
        assert own.get(path)["holiday_calendar"] == "ES"
        assert own.put(named, {"calendar": None})["holiday_calendar"] is None


def test_a_cycle_takes_zone_week_and_holidays_and_moves_its_slots(own: Stack) -> None:
    changed(own, {"timezone": "Europe/Oslo", "workdays": [0, 1, 2, 3]})
    own.put(HOLIDAYS, {"days": [{"on": "2026-05-14", "name": "Ascension Day"}]})
    body = {"name": "Q2 2026", "starts_on": "2026-04-01", "ends_on": "2026-06-30"}
    cycle = own.post("/v1/cycles", body, 201)
    assert cycle["timezone"] == "Europe/Oslo"
    assert cycle["policy"]["workdays"] == [0, 1, 2, 3]
    assert cycle["policy"]["holidays"] == ["2026-05-14"]
    # A Thursday off; nobody works on Friday: Monday it is.
    assert "2026-05-14" not in cycle["slots"]
    assert "2026-05-18" in cycle["slots"]
    assert len(cycle["slots"]) == 13
    path = f"/v1/cycles/{cycle['id']}"
    own.post(f"{path}/start")
    week = {m.id: m for m in own.journal.state(f"cycle/{cycle['id']}")[0].milestones}["week-07.ask"]
    assert (week.slot.isoformat(), week.at) == ("2026-05-18", datetime(2026, 5, 18, 7, tzinfo=UTC))
    # What is published later is taken over at the next move, and the past keeps its slots.
    before = own.journal.head()
    own.put(HOLIDAYS, {"days": [{"on": "2026-05-14"}, {"on": "2026-06-04"}]})
    assert "2026-06-04" in own.get(path)["slots"]
    own.post(f"{path}/pause", {"reason": "strike"})
    assert "2026-06-08" in own.post(f"{path}/resume", {"reason": "over"})["slots"]
    assert "2026-06-04" in own.get(f"{path}?as_of=@{before}")["slots"]
    explicit = own.cycle(name="Own days", policy={"holidays": [], "workdays": [0, 1, 2, 3, 4]})
    assert own.get(f"/v1/cycles/{explicit}")["policy"]["holidays"] == []


def test_a_zone_that_nobody_chose_is_utc(own: Stack) -> None:
    body = {"name": "Q2 2026", "starts_on": "2026-04-01", "ends_on": "2026-06-30"}
    assert own.post("/v1/cycles", body, 201)["timezone"] == "UTC"


# --- absences -------------------------------------------------------------------------------------


def test_the_deputy_owes_while_somebody_is_away_and_says_so(own: Stack) -> None:
    ann, bo = own.person("Ann"), own.person("Bo")
    thing = obstacle(own, ann)
    before = own.journal.head()
    absence = away(own, ann, bo, "2026-02-10", "2026-02-12")
    assert (absence["from"], absence["to"], absence["deputy_id"]) == (
        "2026-02-10",
        "2026-02-12",
        bo,
    )
    during = own.journal.head()
    assert asked(own) == [(ann, None, thing), (bo, ann, thing)]
    assert asked(own, person_id=ann) == [(ann, None, thing)]
    assert asked(own, person_id=bo) == [(bo, ann, thing)]
    mine = own.get("/v1/me/obligations", headers={"TrueNorth-Person": bo})["items"]
    assert [one["instead_of"] for one in mine] == [ann]
    assert asked(own, person_id=bo, as_of=f"@{before}") == []
    own.clock.pass_by(days=3)  # the 13th
    assert asked(own, person_id=bo) == []
    assert asked(own, person_id=ann) == [(ann, None, thing)]
    assert asked(own, person_id=bo, as_of=f"@{during}") == [(bo, ann, thing)]
    told = [one["sentence"] for one in own.get("/v1/history")["items"]]
    assert "Ann is away from 10 Feb 2026 to 12 Feb 2026; Bo stands in" in told


def test_pages_lose_and_repeat_nothing_while_deputies_stand_in(own: Stack) -> None:
    ann, bo = own.person("Ann"), own.person("Bo")
    for _ in range(3):
        obstacle(own, ann)
    away(own, ann, bo, "2026-02-10", "2026-02-12")
    whole = asked(own)
    assert len(whole) == 6
    for limit in (1, 2, 3, 4):
        found, cursor = [], ""
        while cursor is not None:
            tail = f"&cursor={cursor}" if cursor else ""
            page = own.get(f"/v1/obligations?limit={limit}{tail}")
            assert len(page["items"]) <= limit
            found += [(i["person_id"], i["instead_of"], i["about"]["id"]) for i in page["items"]]
            cursor = page["next_cursor"]
        assert found == whole


def test_a_cycle_waits_for_the_deputy_too(own: Stack) -> None:
    lead, bo, owner = own.person("Lead"), own.person("Bo"), own.person("Owner")
    above = own.team(kind="department")
    own.put(f"/v1/teams/{above}/members/{lead}", {"role": "lead"})
    cycle = own.cycle()
    objective = own.objective(cycle, own.team(parent_id=above), owner)
    own.post(f"/v1/objectives/{objective}/propose")
    away(own, lead, bo, "2026-02-01", "2026-02-28")
    waiting = own.get(f"/v1/cycles/{cycle}")["waiting_for"]
    assert [(one["who"], one.get("instead_of")) for one in waiting] == [(lead, None), (bo, lead)]


def test_absences_are_listed_and_withdrawn_and_repeating_changes_nothing(own: Stack) -> None:
    ann, bo = own.person("Ann"), own.person("Bo")
    path = f"/v1/people/{ann}/absences"
    key = {"Idempotency-Key": "holiday"}
    body = {"from": "2026-07-01", "to": "2026-07-20", "deputy_id": bo}
    first = own.post(path, body, 201, headers=key)
    again = own.post(path, body, 201, headers=key)
    assert first == again
    earlier = away(own, ann, bo, "2026-05-01", "2026-05-01")
    assert [one["id"] for one in own.get(path)["items"]] == [earlier["id"], first["id"]]
    refused = away(own, ann, bo, "2026-07-20", "2026-07-25", 409)
    assert refused["code"] == "absence-overlaps"
    before = own.journal.head()
    withdrawn = own.post(f"{path}/{first['id']}/withdraw", headers={"Idempotency-Key": "no"})
    assert withdrawn["from"] == "2026-07-01"
    assert (
        own.post(f"{path}/{first['id']}/withdraw", headers={"Idempotency-Key": "no"}) == withdrawn
    )
    own.post(f"{path}/{first['id']}/withdraw", status=404)
    assert [one["id"] for one in own.get(path)["items"]] == [earlier["id"]]
    assert len(own.get(f"{path}?as_of=@{before}")["items"]) == 2


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"from": "2026-07-02", "to": "2026-07-01"}, 422, "/to"),
        ({"from": "2026-07-02"}, 422, "/to"),
        ({"from": "tomorrow", "to": "2026-07-01"}, 422, "/from"),
        ({"from": "2026-07-01", "to": "2026-07-01", "deputy_id": None}, 422, "/deputy_id"),
        (
            {"from": "2026-07-01", "to": "2026-07-01",
             "deputy_id": "01890000-0000-7000-8000-000000000000"}, 404, "/deputy_id",
        ),
    ],
)  # fmt: skip
def test_an_absence_that_cannot_be_is_refused_by_its_field(
    stack: Stack, body: Any, status: int, pointer: str
) -> None:
    ann = stack.person("Ann")
    sent = {"deputy_id": stack.person("Bo"), **body}
    (error,) = stack.post(f"/v1/people/{ann}/absences", sent, status)["errors"]
    assert error["pointer"] == pointer


def test_members_plan_absences_and_viewers_do_not(keyed: Stack, bearer: Bearer) -> None:
    admin = bearer("admin")
    names = (("Ann", "ann@north.example"), ("Bo", "bo@north.example"))
    ann, bo = (
        keyed.post("/v1/people", {"name": name, "email": email}, 201, headers=admin)["id"]
        for name, email in names
    )
    body = {"from": "2026-07-01", "to": "2026-07-01", "deputy_id": bo}
    path = f"/v1/people/{ann}/absences"
    keyed.post(path, body, 403, headers=bearer("viewer"))
    keyed.post(path, body, 201, headers=bearer("member"))
    assert len(keyed.get(path, headers=bearer("viewer"))["items"]) == 1
