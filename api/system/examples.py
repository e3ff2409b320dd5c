"""Examples of requests: one small quarter, told in the order in which it can be sent.

Each stands in ``openapi.json`` and in the served documentation; a test sends all of them. ``@name``
stands for the id of what an earlier step of that name has made.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple


class Step(NamedTuple):
    """A request: which operation, on what, with which body.

    ``made`` is how later steps call what it makes; ``on`` names what the address is about where it
    is not called as the parameter of the address is; ``by`` is the person who sends it, where it
    has to be one.
    """

    operation: str
    body: Mapping[str, Any] | None = None
    made: str | None = None
    on: Mapping[str, str] = {}
    by: str | None = None


_COLUMNS: Final = [
    {"key": "todo", "title": "To do", "limit_mode": "soft", "stage": "ready"},
    {"key": "doing", "title": "Doing", "wip_limit": 3, "limit_mode": "soft", "stage": "active"},
    {"key": "done", "title": "Done", "limit_mode": "soft", "stage": "done"},
]
_PLAN: Final = {"title": "The wall plan", "url": "https://example.org/wall-plan"}
_ABOUT: Final = {"kind": "key_result", "id": "@key_result"}
_OBJECTIVE: Final = {
    "cycle_id": "@cycle",
    "team_id": "@team",
    "owner_id": "@person",
    "ambition": "aspirational",
}

STORY: Final = (
    Step("add_person", {"name": "Ann Field", "email": "ann@example.org"}, "person"),
    Step("add_person", {"name": "Bo Marsh", "email": "bo@example.org"}, "deputy"),
    Step("edit_person", {"description": "Runs the service desk.", "links": [_PLAN]}),
    Step("describe_organisation", {"name": "Field & Marsh", "timezone": "Europe/Berlin"}),
    Step(
        "publish_holidays",
        {"days": [{"on": "2026-05-14", "name": "Ascension Day"}]},
        on={"calendar": "=DE"},
    ),
    Step("form_team", {"name": "Service", "kind": "team"}, "team"),
    Step("add_member", {"role": "lead"}),
    Step("name_team_calendar", {"calendar": "DE"}),
    Step("name_person_calendar", {"calendar": "DE"}),
    Step(
        "plan_absence",
        {"from": "2026-07-01", "to": "2026-07-20", "deputy_id": "@deputy"},
        "absence",
    ),
    Step("withdraw_absence", {"reason": "The course was cancelled."}),
    Step("edit_team", {"description": "We answer whoever calls.", "links": [_PLAN]}),
    Step("form_team", {"name": "The move", "kind": "team"}, "project"),
    Step("add_member", {"role": "member"}, on={"team_id": "project", "person_id": "deputy"}),
    Step("remove_member", on={"team_id": "project", "person_id": "deputy"}),
    Step("dissolve_team", {"reason": "We have moved."}, on={"team_id": "project"}),
    Step("restore_team", {"reason": "One floor is left."}, on={"team_id": "project"}),
    Step("define_board", {"team_id": "@team", "columns": _COLUMNS}),
    Step(
        "plan_cycle",
        {
            "name": "2026 Q1",
            "starts_on": "2026-01-01",
            "ends_on": "2026-03-31",
            "timezone": "Europe/Berlin",
        },
        "cycle",
    ),
    Step(
        "define_policy",
        {"name": "Steady work", "values": {"pace": "gap", "status_rollup": "mean"}},
        "policy",
    ),
    Step(
        "edit_policy",
        {
            "values": {"outdated_after_days": 5},
            "effective_from": "2026-01-01T00:00:00+01:00",
            "reason": "Thursdays are short of people.",
        },
    ),
    Step("edit_cycle", {"policy": {"id": "@policy"}, "reason": "All shifts work alike now."}),
    Step("edit_cycle", {"coordinator_id": "@deputy", "reason": "Ann has the service desk."}),
    Step("draft_objective", {**_OBJECTIVE, "title": "Customers hear from us sooner"}, "objective"),
    Step(
        "edit_objective",
        {
            "tags": ["service"],
            "description": "Who calls is not left waiting.",
            "reason": "The sales team asked what we mean.",
        },
    ),
    Step("delete_objective"),
    Step("reinstate_objective", {"reason": "It was deleted by mistake."}),
    Step(
        "add_key_result",
        {
            "title": "Hours to the first answer from 40 to 20",
            "measure": {"kind": "decrease", "baseline": 40, "target": 20, "unit": "h"},
            "weight": 2,
        },
        "key_result",
    ),
    Step(
        "add_key_result",
        {"title": "Know how many call twice", "measure": {"kind": "establish_baseline"}},
        "unmeasured",
    ),
    Step("propose_objective", {"reason": "It was the customers' first wish."}),
    Step("counter_objective", {"note": "Half of it by the end of February."}),
    Step("propose_objective", {"reason": "Agreed by all shifts."}),
    Step("withdraw_objective", {"reason": "One number was wrong."}),
    Step("propose_objective", {"reason": "Now it is right."}),
    Step("accept_objective", {"reason": "We can do that."}),
    Step("activate_objective", {"reason": "We begin today."}),
    Step("deactivate_objective", {"reason": "A day too early."}),
    Step("activate_objective", {"reason": "Today it is."}),
    Step("edit_key_result", {"capacity": "tight", "reason": "Two of us are on leave."}),
    Step("preview_key_result", {"value": 35}),
    Step(
        "check_in",
        {"value": 35, "confidence": 0.7, "note": "Two shifts answer by phone now."},
        "check_in",
    ),
    Step("correct_check_in", {"value": 34, "reason": "A day was counted twice."}),
    Step("check_in", {"value": 30}, "mistaken"),
    Step("withdraw_check_in", {"reason": "That was last year's."}, on={"check_in_id": "mistaken"}),
    Step(
        "correct_measure",
        {
            "measure": {"kind": "decrease", "baseline": 42, "target": 20, "unit": "h"},
            "reason": "The quarter began at 42 hours.",
        },
    ),
    Step("check_in", {"value": 12}, on={"key_result_id": "unmeasured"}),
    Step(
        "check_in_many",
        {"items": [{"key_result_id": "@key_result", "unchanged": True, "confidence": 0.6}]},
    ),
    Step(
        "convert_key_result",
        {
            "measure": {"kind": "decrease", "baseline": 12, "target": 6},
            "reason": "Now we know where we stand.",
        },
        on={"key_result_id": "unmeasured"},
    ),
    Step(
        "retarget_key_result",
        {"target": 24, "reason_code": "external_change", "reason": "The new phone line is late."},
    ),
    Step("reweight_key_result", {"weight": 3, "reason": "It is what customers feel."}),
    Step("drop_key_result", {"reason": "Counted elsewhere."}, on={"key_result_id": "unmeasured"}),
    Step("reinstate_key_result", {"reason": "It is not."}, on={"key_result_id": "unmeasured"}),
    Step("drop_key_result", {"reason": "It is now."}, on={"key_result_id": "unmeasured"}),
    Step(
        "raise_obstacle",
        {"title": "Nobody answers on Mondays", "about": _ABOUT, "severity": "high"},
        "obstacle",
    ),
    Step("edit_obstacle", {"severity": "medium", "next_action": "Ask the night shift."}),
    Step("acknowledge_obstacle", {"reason": "I take it."}, by="person"),
    Step("release_obstacle", {"reason": "I am on leave next week."}, by="person"),
    Step("take_obstacle", {"reason": "I take it meanwhile."}, by="deputy"),
    Step("answer_why", {"answer": "There is no rota", "evidence": "The wall plan"}, "why"),
    Step("reword_why", {"answer": "There is no rota that everybody knows"}),
    Step("answer_why", {"answer": "Mondays are short", "under": "@why"}, "doubtful"),
    Step("withdraw_why", on={"why_id": "doubtful"}),
    Step(
        "note_cause",
        {"category": "method", "text": "Shifts are swapped by word of mouth"},
        "cause",
    ),
    Step("reword_cause", {"category": "people", "text": "Nobody minds the rota"}),
    Step("withdraw_cause"),
    Step("choose_the_root_cause", {"why_id": "@why"}),
    Step("unmark_root_cause"),
    Step("choose_root_cause", {"why_id": "@why"}),
    Step("resolve_obstacle", {"result": "There is a rota", "evidence": "Five Mondays answered"}),
    Step("reopen_obstacle", {"reason": "A Monday was missed again."}),
    Step(
        "open_action",
        {
            "title": "Hang the rota beside the phone",
            "kind": "kaizen",
            "team_id": "@team",
            "owner_id": "@person",
            "due_on": "2026-03-02",
            "about": {"kind": "obstacle", "id": "@obstacle"},
            "prediction": "No Monday without an answer.",
        },
        "action",
    ),
    Step("edit_action", {"due_on": "2026-03-06", "links": [_PLAN]}),
    Step(
        "write_checklist",
        {"items": [{"text": "Ask all shifts", "done": True}, {"text": "Print it"}]},
    ),
    Step("block_action", {"reason": "The printer is broken.", "waits_for": "The caretaker"}),
    Step("unblock_action", {"reason": "It prints again."}),
    Step("cancel_action", {"reason": "The rota is on the screen."}),
    Step("reopen_action", {"reason": "It needs paper after all."}),
    Step("move_action", {"column": "done"}),
    Step(
        "verify_action",
        {"result": "All answered", "effective": True, "evidence": "The log of calls"},
    ),
    Step("archive_action", {"reason": "Nobody looks for it any more."}),
    Step("unarchive_action", {"reason": "Somebody did."}),
    Step("reopen_action", {"reason": "The rota fell off the wall."}),
    Step("hand_over", {"to_id": "@deputy", "kinds": ["action"], "reason": "A longer leave."}),
    Step("follow", on={"kind": "=objective", "id": "objective"}, by="person"),
    Step(
        "post_comment",
        {"about": {"kind": "objective", "id": "@objective"}, "text": "@@deputy, is it so?"},
        "comment",
        by="person",
    ),
    Step("edit_comment", {"text": "@@deputy, is that so?"}, by="person"),
    Step("react_comment", {"emoji": "👍"}, by="deputy"),
    Step("withdraw_comment", {"reason": "It is answered."}, by="person"),
    Step("unfollow", on={"kind": "=objective", "id": "objective"}, by="person"),
    Step("read_notifications", {}, by="deputy"),
    Step(
        "choose_settings",
        {"page": True, "digest": "weekly", "quiet_hours": {"from": "18:00", "to": "07:00"}},
        by="person",
    ),
    Step("save_view", {"name": "My week", "address": "/actions?scope=mine"}, "view", by="person"),
    Step("edit_view", {"starred": True}, by="person"),
    Step("discard_view", by="person"),
    Step("visit", by="person"),
    Step("draft_objective", {**_OBJECTIVE, "title": "Customers wait less"}, "second"),
    Step(
        "merge_objective",
        {"into_id": "@objective", "reason": "It says the same."},
        on={"objective_id": "second"},
    ),
    Step("draft_objective", {**_OBJECTIVE, "title": "A new brochure"}, "third"),
    Step("drop_objective", {"reason": "Nobody reads it."}, on={"objective_id": "third"}),
    Step("draft_objective", {**_OBJECTIVE, "title": "A shorter form"}, "fourth"),
    Step(
        "add_key_result",
        {"title": "The form has one page", "measure": {"kind": "binary"}},
        "page",
        on={"objective_id": "fourth"},
    ),
    *(
        Step(verb, {"reason": "All agree."}, on={"objective_id": "fourth"})
        for verb in ("propose_objective", "accept_objective", "activate_objective")
    ),
    Step("check_in", {"done": True}, on={"objective_id": "fourth", "key_result_id": "page"}),
    Step(
        "batch",
        {
            "atomic": True,
            "commands": [
                {
                    "method": "POST",
                    "path": "/v1/teams",
                    "body": {"name": "Night shift", "kind": "team", "parent_id": "@team"},
                },
                {
                    "method": "PUT",
                    "path": "/v1/teams/$0.id/members/@deputy",
                    "body": {"role": "lead"},
                },
            ],
        },
    ),
    Step(
        "plan_cycle",
        {
            "name": "2026 Q2",
            "starts_on": "2026-04-01",
            "ends_on": "2026-06-30",
            "timezone": "Europe/Berlin",
        },
        "following",
    ),
    Step("start_cycle", {"reason": "All teams are ready."}, on={"cycle_id": "following"}),
    Step("pause_cycle", {"reason": "Stocktaking."}, on={"cycle_id": "following"}),
    Step("resume_cycle", {"reason": "Stocktaking is done."}, on={"cycle_id": "following"}),
    Step(
        "reschedule_phase",
        {"phase": "draft", "ends_at": "2026-03-16T17:00:00+01:00", "reason": "The fair."},
        on={"cycle_id": "following"},
    ),
    Step(
        "grade_objective",
        {
            "key_results": [
                {"id": "@key_result", "agreed_grade": 0.5, "reason": "Mondays were not answered."}
            ]
        },
    ),
    Step(
        "grade_objective",
        {"key_results": [{"id": "@page", "agreed_grade": 1}]},
        on={"objective_id": "fourth"},
    ),
    Step("close_objective", {"reason": "It is done."}, on={"objective_id": "fourth"}),
    Step(
        "carry_over",
        {
            "into_cycle_id": "@following",
            "key_result_ids": ["@key_result"],
            "decision": "keep",
            "why": "It is still the first wish of customers.",
        },
    ),
    Step("close_cycle", {"reason": "Cancelled."}, on={"cycle_id": "following"}),
    Step("reopen_cycle", {"reason": "That was a mistake."}, on={"cycle_id": "following"}),
)


_NAMED: Final = re.compile(r"@([a-z_]+)")


def filled(value: Any, id_of: Callable[[str], str]) -> Any:
    """The same with ids in place of names."""
    if isinstance(value, Mapping):
        return {name: filled(each, id_of) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, id_of) for each in value]
    if isinstance(value, str):
        return _NAMED.sub(lambda at: id_of(at[1]) if at[1] in MADE else at[0], value)
    return value


MADE: Final = tuple(dict.fromkeys(step.made for step in STORY if step.made))
"""The names of all that the story makes."""


def shown() -> dict[str, Any]:
    """The first body of each operation that has one, with ids as they look."""
    found: dict[str, Any] = {}
    for step in STORY:
        if step.body is None:
            continue
        body = filled(step.body, lambda name: f"01990000-0000-7000-8000-{MADE.index(name):012d}")
        found.setdefault(step.operation, body)
    return found
