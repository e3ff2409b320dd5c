"""A small company made over HTTP, with seven weeks behind it: what the pages are looked at with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.cycle.milestones import ReachMilestone
from domain.cycle.policy import Owed
from domain.facts import Actor, Pointer
from domain.ids import CycleId, PersonId
from tests.api.installation import Stack

ZONE = "Europe/Berlin"
WEEKS = 7


@dataclass
class Company:
    """Names to ids, as the tests ask for them."""

    people: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    objectives: dict[str, str] = field(default_factory=dict)
    key_results: dict[str, str] = field(default_factory=dict)
    obstacles: dict[str, str] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    cycle: str = ""
    starts_on: date = date.min
    middle: datetime = datetime(1, 1, 1, tzinfo=UTC)

    def objective_of(self, key_result: str) -> str:
        return self._homes[key_result]

    _homes: dict[str, str] = field(default_factory=dict)


def seed(stack: Stack, now: datetime) -> Company:
    """Play seven weeks up to ``now``: objectives, check-ins, an obstacle, a board."""
    return _Story(stack, now).play()


class _Story:
    def __init__(self, stack: Stack, now: datetime) -> None:
        self.stack, self.now = stack, now
        self.company = Company()
        monday = now.date() - timedelta(days=now.weekday())
        self.company.starts_on = monday - timedelta(weeks=WEEKS)

    def play(self) -> Company:
        self._at(-21, 9)
        self._organise()
        self._at(-18, 9)
        self._draft()
        self._reach("align.open")
        self._at(-5, 15)
        self._agree()
        self._reach("commit.open")
        self._reach("run.open")
        self._activate()
        weeks = [week for week in range(1, WEEKS + 2) if self._thursday(week) <= self.now]
        for week in weeks:
            self.stack.clock.at = self._thursday(week)
            self._check_in(week, last=week == weeks[-1])
            if week == 3:
                self.company.middle = self.stack.clock.at + timedelta(hours=6)
                self._raise()
            if week == 5:
                self._retarget()
        self.stack.clock.at = self.now
        self._ask()
        return self.company

    def _thursday(self, week: int) -> datetime:
        """When people check in: after the ask of the week's slot."""
        day = self.company.starts_on + timedelta(days=week * 7 - 4)
        return datetime.combine(day, time(10), ZoneInfo(ZONE)).astimezone(UTC)

    def _at(self, day: int, hour: int) -> None:
        local = datetime.combine(self.company.starts_on + timedelta(days=day), time(hour))
        self.stack.clock.at = min(local.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC), self.now)

    def _post(self, path: str, body: Any = None, by: str | None = None) -> Any:
        self.stack.clock.pass_by(seconds=20)
        headers = {"TrueNorth-Person": self.company.people[by]} if by else {}
        return self.stack.post(path, body, headers=headers)

    def _organise(self) -> None:
        company = self.company
        for name in ("Teresa Kovač", "Miguel Ruiz", "Lena Berg", "Aminata Ndiaye", "Sam Young"):
            body = {"name": name, "email": f"{name.split()[0].lower()}@example.org"}
            company.people[name] = self._post("/v1/people", body)["id"]
        self._team("Nordwind", "company", None, "Aminata Ndiaye")
        self._team("Assembly", "team", "Nordwind", "Teresa Kovač", "Lena Berg")
        self._team("Fulfilment", "team", "Nordwind", "Miguel Ruiz", "Sam Young")
        company.cycle = self._post(
            "/v1/cycles",
            {
                "name": "Autumn quarter",
                "starts_on": company.starts_on.isoformat(),
                "ends_on": (company.starts_on + timedelta(days=90)).isoformat(),
                "timezone": ZONE,
                "coordinator_id": company.people["Aminata Ndiaye"],
            },
        )["id"]
        self._post(f"/v1/cycles/{company.cycle}/start")

    def _team(self, name: str, kind: str, parent: str | None, lead: str, *members: str) -> None:
        company = self.company
        body = {"name": name, "kind": kind}
        if parent:
            body["parent_id"] = company.teams[parent]
        company.teams[name] = self._post("/v1/teams", body)["id"]
        for person in (lead, *members):
            role = "lead" if person == lead else "member"
            path = f"/v1/teams/{company.teams[name]}/members/{company.people[person]}"
            self.stack.clock.pass_by(seconds=20)
            self.stack.put(path, {"role": role})

    def _draft(self) -> None:
        self._objective("Be easy to buy from", "Nordwind", "Aminata Ndiaye")
        self._key_result("Repeat orders from 31 % to 45 %", "Aminata Ndiaye", _rising(31, 45, "%"))
        self._key_result(
            "Complaints a week stay below 12",
            "Sam Young",
            {"kind": "stay_below", "upper": 12, "method": "hit_rate"},
        )
        self._objective(
            "Halve assembly lead time", "Assembly", "Teresa Kovač", supports="Be easy to buy from"
        )
        self._key_result(
            "Changeover from 42 to 15 minutes", "Teresa Kovač", _falling(42, 15, "min")
        )
        self._key_result("First-pass yield from 88 % to 97 %", "Lena Berg", _rising(88, 97, "%"))
        self._key_result(
            "Standard work at three stations",
            "Lena Berg",
            {
                "kind": "milestones",
                "milestones": [{"title": f"Station {n}"} for n in ("A", "B", "C")],
            },
        )
        self._objective("Ship on the promised day", "Fulfilment", "Miguel Ruiz")
        self._key_result("On-time-in-full from 82 % to 96 %", "Miguel Ruiz", _rising(82, 96, "%"))
        self._key_result("Night shift trained", "Sam Young", {"kind": "binary"})
        self._objective("One plan for the whole plant", "Assembly", "Lena Berg")
        self._key_result("Plan changes from 40 to 15", "Lena Berg", _falling(40, 15, None))
        self._objective("Suppliers deliver to the line", "Fulfilment", "Sam Young")
        self._key_result("Line-side deliveries from 2 to 6", "Sam Young", _rising(2, 6, None))
        self._objective("Claims answered in two days", "Fulfilment", "Sam Young")
        self._key_result("Days from 6 to 2", "Sam Young", _falling(6, 2, "d"))

    def _objective(self, title: str, team: str, owner: str, supports: str | None = None) -> None:
        company = self.company
        body = {
            "cycle_id": company.cycle,
            "team_id": company.teams[team],
            "owner_id": company.people[owner],
            "title": title,
            "ambition": "aspirational",
            "supports": [{"kind": "objective", "id": company.objectives[supports]}]
            if supports
            else [],
        }
        self._latest = self._post("/v1/objectives", body, owner)["id"]
        company.objectives[title] = self._latest

    def _key_result(self, title: str, owner: str, measure: dict[str, Any]) -> None:
        body = {"title": title, "measure": measure, "owner_id": self.company.people[owner]}
        made = self._post(f"/v1/objectives/{self._latest}/key-results", body, owner)
        self.company.key_results[title] = made["id"]
        self.company._homes[title] = self._latest

    def _running(self) -> list[str]:
        return ["Be easy to buy from", "Halve assembly lead time", "Ship on the promised day"]

    def _proposed(self) -> list[str]:
        return ["One plan for the whole plant", "Claims answered in two days"]

    def _agree(self) -> None:
        for title in (*self._running(), *self._proposed()):
            self._post(f"/v1/objectives/{self.company.objectives[title]}/propose")
        for title in self._running():
            path = f"/v1/objectives/{self.company.objectives[title]}/accept"
            self._post(path, by="Aminata Ndiaye")

    def _activate(self) -> None:
        for title in self._running():
            self._post(f"/v1/objectives/{self.company.objectives[title]}/activate")

    def _check_in(self, week: int, *, last: bool) -> None:
        share = week / 13
        readings: list[tuple[str, str, dict[str, Any]]] = [
            (
                "Repeat orders from 31 % to 45 %",
                "Aminata Ndiaye",
                {"value": round(31 + 14 * share, 1)},
            ),
            ("Complaints a week stay below 12", "Sam Young", {"value": 14 if week == 4 else 9}),
            (
                "Changeover from 42 to 15 minutes",
                "Teresa Kovač",
                {"value": round(42 - 27 * share * 0.4, 1)},
            ),
            (
                "First-pass yield from 88 % to 97 %",
                "Lena Berg",
                {"value": round(88 + 9 * share * 0.85, 2)},
            ),
            (
                "On-time-in-full from 82 % to 96 %",
                "Miguel Ruiz",
                {"value": round(82 + 14 * share * 1.05, 1)},
            ),
        ]
        for title, person, reading in readings:
            if last and title == "Changeover from 42 to 15 minutes":
                continue  # left open, so that something is due
            self._reading(title, person, {**reading, "confidence": 0.7, "note": f"Week {week}."})

    def _reading(self, title: str, person: str, body: dict[str, Any]) -> None:
        home, key_result = self.company.objective_of(title), self.company.key_results[title]
        self._post(f"/v1/objectives/{home}/key-results/{key_result}/check-ins", body, person)

    def _retarget(self) -> None:
        title = "On-time-in-full from 82 % to 96 %"
        path = f"/v1/objectives/{self.company.objective_of(title)}/key-results"
        self._post(
            f"{path}/{self.company.key_results[title]}/retarget",
            {
                "target": 95,
                "reason_code": "external_change",
                "reason": "The carrier changed its cut-off time",
            },
            "Aminata Ndiaye",
        )

    def _raise(self) -> None:
        company = self.company
        title = "Tooling arrives late at press 2"
        about = {
            "kind": "key_result",
            "id": company.key_results["Changeover from 42 to 15 minutes"],
        }
        made = self._post(
            "/v1/obstacles",
            {
                "title": title,
                "about": about,
                "severity": "high",
                "owner_id": company.people["Teresa Kovač"],
            },
            "Teresa Kovač",
        )
        company.obstacles[title] = made["id"]
        path = f"/v1/obstacles/{made['id']}"
        first = self._post(f"{path}/whys", {"answer": "The trolley waits at the old line"})
        self._post(
            f"{path}/whys",
            {
                "answer": "Nobody owns the trolley round",
                "under": first["id"],
                "evidence": "Shift log, week 3",
            },
        )
        self._post(f"{path}/whys", {"answer": "Tools are sharpened in one batch"})
        for category, text in (
            ("people", "No owner for the trolley"),
            ("method", "Sharpened in one batch"),
            ("machine", "One sharpener"),
        ):
            self._post(f"{path}/causes", {"category": category, "text": text})
        self._post(f"{path}/acknowledge", by="Teresa Kovač")
        self._post(
            "/v1/boards",
            {
                "team_id": company.teams["Assembly"],
                "columns": [
                    {"key": "todo", "title": "To do", "stage": "ready"},
                    {"key": "doing", "title": "Doing", "stage": "active", "wip_limit": 2},
                    {
                        "key": "waiting",
                        "title": "Waiting",
                        "stage": "waiting",
                        "wip_limit": 1,
                        "limit_mode": "soft",
                    },
                    {"key": "done", "title": "Done", "stage": "done"},
                ],
            },
        )
        about = {"kind": "obstacle", "id": made["id"]}
        self._action("Name an owner for the trolley round", "countermeasure", about, "doing")
        self._action("Second sharpener on trial", "countermeasure", about, None)
        self._action("Shadow board at press 2", "kaizen", None, None)
        self._action("Quick clamps for the die", "kaizen", None, None)
        self._action("Label the tool drawers", "kaizen", None, None)

    def _action(self, title: str, kind: str, about: Any, column: str | None) -> None:
        company = self.company
        body = {
            "title": title,
            "kind": kind,
            "team_id": company.teams["Assembly"],
            "owner_id": company.people["Lena Berg"],
            "due_on": (company.starts_on + timedelta(days=60)).isoformat(),
        }
        if about:
            body["about"] = about
        made = self._post("/v1/actions", body, "Teresa Kovač")
        company.actions[title] = made["id"]
        if column:
            self._post(f"/v1/actions/{made['id']}/move", {"column": column}, "Lena Berg")

    def _ask(self) -> None:
        """The latest ask for check-ins; the one that was left open is owed."""
        company = self.company
        state, _ = self.stack.journal.state(f"cycle/{company.cycle}")
        asks = [one for one in state.milestones if one.asked == "check_in" and one.kind == "ask"]
        due = [one for one in asks if one.at <= self.now][-1]
        title = "Changeover from 42 to 15 minutes"
        about = Pointer(kind="key_result", id=company.key_results[title])
        owner = PersonId(company.people["Teresa Kovač"])
        self._reach(due.id, Owed(person_id=owner, about=(about,), due_at=due.at))

    def _reach(self, milestone: str, *owed: Owed) -> None:
        """What the cycle's clock does: it performs a milestone of the published timetable."""
        stream = f"cycle/{self.company.cycle}"
        state, _ = self.stack.journal.state(stream)
        at = next(one.at for one in state.milestones if one.id == milestone)
        self.stack.clock.at = max(self.stack.clock.at, at)
        self.stack.journal.handle(
            ReachMilestone(
                command_id=f"{stream}/{milestone}",
                at=self.stack.clock.at,
                by=Actor(kind="workflow", id=stream),
                cycle_id=CycleId(self.company.cycle),
                milestone=milestone,
                generation=state.generation,
                owed=owed,
            )
        )


def _rising(baseline: float, target: float, unit: str | None) -> dict[str, Any]:
    return _metric("increase", baseline, target, unit)


def _falling(baseline: float, target: float, unit: str | None) -> dict[str, Any]:
    return _metric("decrease", baseline, target, unit)


def _metric(kind: str, baseline: float, target: float, unit: str | None) -> dict[str, Any]:
    measure: dict[str, Any] = {"kind": kind, "baseline": baseline, "target": target}
    return {**measure, "unit": unit} if unit else measure


Seed = Callable[[Stack, datetime], Company]
