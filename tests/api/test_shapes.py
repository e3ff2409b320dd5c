"""What openapi.json says of answers is what the answers are."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from api.audit.events import Events
from api.audit.history import HistoryItem
from api.core.shapes import Page
from api.cycle import cycles
from api.desk import follows, home, notifications, saved_views
from api.lean import actions, boards
from api.lean import obstacle_shapes as obstacles
from api.okr import objective_shapes as okr
from api.people import absences, handing_over, organisation, people, teams
from api.policy import policies
from api.screens import boards as screens
from api.screens import changes, explain, overview, scores, search
from api.screens.bootstrap import Bootstrap
from api.screens.obligations import Obligation
from api.system.system import Me, System
from api.talk import comments
from domain.policy.policy import DEFAULT
from tests.api.installation import Company, Stack

ROWS: dict[str, Any] = {
    "/v1/people": Page[people.Person],
    "/v1/people/{owner}": people.PersonThing,
    "/v1/people/{owner}/owns": handing_over.OwnedNow,
    "/v1/people/{owner}/absences": Page[absences.AbsenceItem],
    "/v1/organisation": organisation.Organisation,
    "/v1/organisation/holidays": Page[organisation.CalendarItem],
    "/v1/organisation/holidays/{calendar}": organisation.HolidayCalendar,
    "/v1/teams": Page[teams.TeamItem],
    "/v1/teams/{team}": teams.Team,
    "/v1/teams/{team}/coverage": teams.Coverage,
    "/v1/policies": Page[policies.Policy],
    "/v1/policies/{policy}": policies.Policy,
    "/v1/cycles": Page[cycles.CycleItem],
    "/v1/cycles/{cycle}": cycles.CycleStatus,
    "/v1/objectives": Page[okr.Objective],
    "/v1/objectives/{objective}": okr.ObjectiveStory,
    "/v1/objectives/{objective}/key-results/{key_result}": okr.KeyResultHistory,
    "/v1/key-results/{key_result}": okr.KeyResultAlone,
    "/v1/key-results/{key_result}/series": okr.Series,
    "/v1/obstacles": Page[obstacles.ObstacleItem],
    "/v1/obstacles/{obstacle}": obstacles.Obstacle,
    "/v1/actions": Page[actions.ActionItem],
    "/v1/actions/{action}": actions.Action,
    "/v1/boards/{team}": boards.BoardDefinition,
    "/v1/boards/objectives?cycle_id={cycle}": screens.Board,
    "/v1/boards/actions?team_id={team}": screens.ActionBoard,
    "/v1/scores?cycle_id={cycle}": scores.Scores,
    "/v1/scores/explain?objective_id={objective}&from=@{before}": explain.ScoreExplained,
    "/v1/scores/trend?cycle_id={cycle}": scores.Trend,
    "/v1/scores/trend?objective_id={objective}": scores.Trend,
    "/v1/obligations": Page[Obligation],
    "/v1/me/obligations": Page[Obligation],
    "/v1/comments?about=objective/{objective}": Page[comments.CommentItem],
    "/v1/comments/{comment}": comments.CommentThing,
    "/v1/me/home": home.Home,
    "/v1/me/notifications": notifications.Notifications,
    "/v1/me/notification-settings": notifications.NotificationSettings,
    "/v1/me/follows": Page[follows.FollowItem],
    "/v1/me/views": Page[saved_views.ViewItem],
    "/v1/history": Page[HistoryItem],
    "/v1/timeline?cycle_id={cycle}": changes.Timeline,
    "/v1/moments/neighbours?as_of=@3": changes.Neighbours,
    "/v1/diff?view=board&cycle_id={cycle}&from=@{before}": changes.Diff,
    "/v1/diff?view=scores&cycle_id={cycle}&from=@{before}": changes.Diff,
    "/v1/events": Events,
    "/v1/overview?cycle_id={cycle}": overview.Overview,
    "/v1/search?q=key": search.Hits,
    "/v1/bootstrap": Bootstrap,
    "/v1/me": Me,
    "/v1/system": System,
}


@pytest.fixture(scope="module")
def names(stack: Stack) -> dict[str, Any]:
    """A company with one of everything."""
    company: Company = stack.active()
    stack.put(f"/v1/teams/{company.team}/members/{company.owner}", {"role": "lead"})
    before = stack.journal.head()
    company.check_in(25)
    away = {"from": "2026-07-01", "to": "2026-07-20", "deputy_id": stack.person("Bo")}
    stack.post(f"/v1/people/{company.owner}/absences", away, 201)
    stack.put("/v1/organisation/holidays/DE", {"days": [{"on": "2026-05-14"}]})
    about = {"kind": "objective", "id": company.objective}
    obstacle = stack.post(
        "/v1/obstacles", {"title": "No data", "about": about, "severity": "high"}
    )["id"]
    why = stack.post(f"/v1/obstacles/{obstacle}/whys", {"answer": "No sensor"})
    cause = {"category": "machine", "text": "old"}
    stack.post(f"/v1/obstacles/{obstacle}/causes", cause)
    stack.post(f"/v1/obstacles/{obstacle}/root-cause", {"why_id": why["id"]})
    stack.post(f"/v1/cycles/{company.cycle}/start")
    action = stack.post(
        "/v1/actions",
        {
            "title": "Buy one",
            "kind": "countermeasure",
            "team_id": company.team,
            "owner_id": company.owner,
            "about": {"kind": "obstacle", "id": obstacle},
        },
    )["id"]
    signed = {"TrueNorth-Person": company.owner}
    comment = {"about": about, "text": f"@{company.owner}, is that so?"}
    view = {"name": "Mine", "address": "/objectives"}
    quiet = {"quiet_hours": {"from": "22:00", "to": "07:00"}}
    stack.post("/v1/me/views", view, 201, headers=signed)
    stack.client.put("/v1/me/notification-settings", json=quiet, headers=signed)
    stack.post("/v1/me/visits", headers=signed)
    colleague = {"TrueNorth-Person": stack.person("Cy")}
    commented = stack.post("/v1/comments", comment, 201, headers=colleague)["id"]
    return {
        "comment": commented,
        **{k: getattr(company, k) for k in ("owner", "team", "cycle", "objective", "key_result")},
        "obstacle": obstacle,
        "action": action,
        "before": before,
        "calendar": "DE",
        "policy": DEFAULT,
    }


@pytest.mark.parametrize("path", ROWS)
def test_answer_has_the_shape_that_is_documented(
    stack: Stack, names: dict[str, Any], path: str
) -> None:
    headers = {
        "TrueNorth-Min-Position": str(stack.journal.head()),
        "Prefer": "wait=20",
        **({"TrueNorth-Person": names["owner"]} if path.startswith("/v1/me/") else {}),
    }
    answer = stack.client.get(path.format(**names), headers=headers)
    assert answer.status_code == 200, answer.text
    TypeAdapter(ROWS[path]).validate_json(answer.content)


def test_every_documented_read_is_looked_at(stack: Stack) -> None:
    documented = {
        path
        for path, operations in stack.get("/openapi.json")["paths"].items()
        if "get" in operations and path.startswith("/v1/") and path != "/v1/events/stream"
    }
    named = {"objective": "objective_id", "key_result": "key_result_id", "owner": "person_id"}
    looked = set()
    for path in ROWS:
        bare = path.partition("?")[0]
        for name in (
            "objective",
            "key_result",
            "team",
            "cycle",
            "policy",
            "obstacle",
            "action",
            "owner",
            "comment",
        ):
            bare = bare.replace("{" + name + "}", "{" + named.get(name, f"{name}_id") + "}")
        looked.add(bare)
    assert documented == looked
