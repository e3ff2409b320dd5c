"""The improvement side of the demo: obstacles understood by asking why, actions on team boards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from deploy.demo.cast import ZONE, Cast, Step, working_day
from deploy.demo.company import ObjectivePlan
from deploy.demo.quarter import Quarter
from domain.facts import Command, Pointer
from domain.lean.action import MoveAction, OpenAction, VerifyAction
from domain.lean.action_leaving import CancelAction
from domain.lean.board import Column, DefineBoard
from domain.lean.fishbone import NoteCause
from domain.lean.five_whys import AnswerWhy, ChooseRootCause
from domain.lean.obstacle import AcknowledgeObstacle, RaiseObstacle, ResolveObstacle

COLUMNS = (
    Column(key="open", title="To do", stage="ready"),
    Column(key="doing", title="Doing", stage="active", wip_limit=2),
    Column(key="waiting", title="Waiting", stage="waiting"),
    Column(key="done", title="Done", stage="done"),
)
SOFT_COLUMNS = (
    COLUMNS[0],
    Column(key="doing", title="Doing", stage="active", wip_limit=2, limit_mode="soft"),
    *COLUMNS[2:],
)
BOARDS = {
    "company": COLUMNS,
    "fulfilment": COLUMNS,
    "assembly": SOFT_COLUMNS,
    "care": COLUMNS,
    "shop": COLUMNS,
}


@dataclass(frozen=True)
class ActionPlan:
    """An action; ``moves`` are (day of the quarter, column).

    ``verified`` is (day, effective, result, evidence), ``cancelled`` (day, why).
    """

    team: str
    owner: str
    title: str
    opened: int
    due: int
    moves: tuple[tuple[int, str], ...] = ()
    kind: str = "kaizen"
    about: str | None = None
    prediction: str | None = None
    verified: tuple[int, bool, str, str] | None = None
    soft_reason: str | None = None
    cancelled: tuple[int, str] | None = None


@dataclass(frozen=True)
class ObstaclePlan:
    """An obstacle; ``whys`` are (name, under, answer, evidence); days count from the quarter's."""

    key: str
    objective: str
    raiser: str
    owner: str
    title: str
    severity: str
    raised: int
    taken: tuple[int, int] | None
    whys: tuple[tuple[str, str | None, str, str | None], ...] = ()
    causes: tuple[tuple[str, str], ...] = ()
    root: str | None = None
    resolved: tuple[int, str, str] | None = None


FIRST_OBSTACLES = (
    ObstaclePlan(
        "notices", "notice", "pavel", "sofia", "Delay notices go out later than 30 minutes", "high", 24, (26, 15),
        (
            ("1", None, "The planner learns about the delay from the customer", "12 of 15 cases in week 4"),
            ("2", "1", "The late pick list is only printed at shift end", "Gemba walk, packing line 1"),
            ("3", "2", "Late lines are not flagged when the wave is released", None),
            ("4", "3", "Nobody owns the wave-release check since the spring reorganisation", "Role chart of April"),
            ("2b", "1", "Carrier events arrive in a mailbox that nobody reads at night", "Mailbox log, 41 unread"),
        ),
        (
            ("people", "No owner for the wave check"), ("people", "Night shift untrained"),
            ("method", "List printed at shift end"), ("machine", "Scanner drops Wi-Fi at dock 3"),
            ("material", "Labels run out"), ("measurement", "Delay counted per day, not per order"),
            ("environment", "Dock 3 out of sight"),
        ),
        "4",
        (66, "Notices within 30 minutes for 4 of 5 delayed orders", "Case log, weeks 9 and 10: 78 %"),
    ),
    ObstaclePlan(
        "setter", "lead", "kenji", "lena", "Press line 2 waits for the setter", "medium", 31, (32, 9),
        (
            ("1", None, "One setter serves three lines", "Waiting time sheet, 9 h a week"),
            ("2", "1", "Only one person may release the first part", None),
            ("3", "2", "Release training was cancelled twice", "Training plan"),
        ),
        (("people", "One setter for three lines"), ("method", "First-part release needs a signature"), ("machine", "Clamps differ per line")),
        "3",
        (75, "Two more setters may release", "Waiting down to 2 h a week"),
    ),
    ObstaclePlan(
        "labels", "pick", "jonas", "mira", "Shelf labels do not match after the move", "low", 30, (30, 16),
        (("1", None, "The move was done before the list was printed", None),),
        (("method", "Move before print"),),
        "1",
        (38, "Labels redone and checked", "Audit of 120 bins: none wrong"),
    ),
)  # fmt: skip

SECOND_OBSTACLES = (
    ObstaclePlan(
        "andon", "stop", "kenji", "lena", "Andon calls are not heard at the far end", "high", 18, (19, 11),
        (
            ("1", None, "The horn points to line 1", "Sound level at line 3: 62 dB"),
            ("2", "1", "The layout changed and the horn did not", None),
        ),
        (("environment", "Compressor noise at line 3"), ("machine", "Horn points to line 1")),
        "2",
    ),
    ObstaclePlan(
        "drawings", "clear", "ravi", "nora", "Fitting drawings wait for the supplier", "medium", 30, None,
        (("1", None, "We ask for drawings only after the page is written", "8 of 11 pages in October"),),
    ),
)  # fmt: skip

FIRST_ACTIONS = (
    ActionPlan("company", "greta", "Gemba walk every Tuesday, one line at a time", 8, 60, ((9, "doing"), (59, "done")), prediction="Each lead walks at least eight times", verified=(74, True, "Nine walks each", "Walk sheets")),
    ActionPlan("company", "ines", "One page that says what we will not do this quarter", 5, 19, ((6, "doing"), (17, "done")), verified=(33, True, "Nobody has started anything that stands on it", "Huddle notes of four weeks")),
    ActionPlan("care", "sofia", "Care lead owns the check at each wave release", 33, 47, ((34, "doing"), (45, "done")), "countermeasure", "notices", "Notices within 30 min rise from 35 to 75 %", (60, True, "78 % within 30 minutes", "Case log, weeks 9 and 10")),
    ActionPlan("care", "pavel", "Board alarm when a carrier event is 10 minutes old", 34, 55, ((36, "doing"), (50, "waiting"), (57, "doing"), (62, "done")), "countermeasure", "notices", "No event older than 15 minutes at shift end", (78, True, "None older than 12 minutes", "Alarm log, two weeks")),
    ActionPlan("care", "pavel", "Write the top ten answers", 10, 30, ((11, "doing"), (29, "done")), prediction="First-contact resolution passes 70 %", verified=(44, True, "71 %", "Weekly report")),
    ActionPlan("assembly", "kenji", "SMED workshop on press line 2", 16, 40, ((18, "doing"), (40, "done")), "kaizen", "setter", "Changeover below 30 minutes", (53, False, "Changeover 34 minutes, no better than before", "Ten changeovers timed"), cancelled=(74, "One workshop is not enough: they are a key result now, and stand there.")),
    ActionPlan("assembly", "lena", "Train two more setters to release first parts", 36, 60, ((38, "doing"), (61, "done")), "countermeasure", "setter", "Waiting below 3 h a week", (76, True, "2 h a week", "Waiting time sheet")),
    ActionPlan("assembly", "kenji", "Shadow board for press tools", 37, 58, ((39, "doing"), (56, "done")), verified=(72, True, "Nobody looks for a tool any more", "Three shifts watched"), soft_reason="Two short jobs; both setters agree"),
    ActionPlan("fulfilment", "jonas", "Kanban cards for the packing supermarket", 12, 45, ((15, "doing"), (43, "done")), prediction="No line stops for material", verified=(58, True, "No stop in two weeks", "Line log")),
    ActionPlan("fulfilment", "mira", "Redo the shelf labels after the move", 31, 38, ((31, "doing"), (37, "done")), "countermeasure", "labels", verified=(53, True, "No wrong bin in two weeks", "Pick report, weeks 7 and 8")),
    ActionPlan("fulfilment", "jonas", "Light above each bin that runs empty", 50, 80, ((52, "doing"), (79, "done")), verified=(95, True, "An empty bin is seen within a minute", "Line log of two weeks")),
    ActionPlan("shop", "nora", "Synonyms for the fifty most frequent empty searches", 20, 48, ((22, "doing"), (46, "done")), prediction="No-result searches below 12 %", verified=(62, True, "10.8 %", "Search log")),
    ActionPlan("shop", "ravi", "Fitting photos for the top 100 parts", 28, 70, ((30, "doing"), (40, "waiting")), cancelled=(65, "Dealers ask for drawings, not for photos.")),
)  # fmt: skip

SECOND_ACTIONS = (
    ActionPlan("company", "greta", "Teach 5 Whys in every huddle", 7, 70, ((9, "doing"),), prediction="Nine of ten people have led one"),
    ActionPlan("company", "greta", "Pair each department with a coach for one obstacle", 14, 44, ((16, "doing"), (30, "waiting"))),
    ActionPlan("company", "ines", "Visit three customers who left", 12, 47, ((33, "doing"),)),
    ActionPlan("company", "tomas", "Show the promised-day score at every entrance", 25, 60),
    ActionPlan("company", "amina", "Thank the team that found the horn", 36, 40, ((37, "done"),), "follow_up"),
    ActionPlan("assembly", "lena", "Turn the horn and add a light at line 3", 21, 40, ((23, "doing"), (35, "done")), "countermeasure", "andon", "Every call answered within 3 minutes"),
    ActionPlan("assembly", "kenji", "Andon drill on each shift", 24, 50, ((26, "doing"),), "follow_up", "andon"),
    ActionPlan("fulfilment", "mira", "Point-of-use racks for line 2", 15, 45, ((17, "doing"),)),
    ActionPlan("fulfilment", "jonas", "Shadow board at packing station 4", 22, 60),
    ActionPlan("care", "sofia", "Refund rule on one page", 8, 22, ((9, "doing"), (20, "done")), prediction="Handovers fall below 1.5", verified=(36, True, "1.4 handovers per case", "Case log, week 6")),
    ActionPlan("care", "pavel", "Weekly visit to a customer's workshop", 16, 70, ((18, "doing"),)),
    ActionPlan("shop", "ravi", "Ask for the drawing when the part is listed", 33, 54, ((36, "doing"),), "countermeasure", "drawings", "A page waits less than a week"),
    ActionPlan("shop", "nora", "Fitting check: paper prototype with five riders", 26, 50),
)  # fmt: skip


@dataclass
class Improvement:
    """Obstacles and actions within one quarter."""

    cast: Cast
    quarter: Quarter
    obstacles: Sequence[ObstaclePlan]
    actions: Sequence[ActionPlan]
    boards: bool = False
    _plans: dict[str, ObjectivePlan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._plans = {plan.key: plan for plan in self.quarter.plans}

    def steps(self) -> Iterator[Step]:
        if self.boards:
            yield from self._boards()
        for obstacle in self.obstacles:
            yield from self._obstacle(obstacle)
        for number, action in enumerate(self.actions):
            yield from self._action(number, action)

    def _boards(self) -> Iterator[Step]:
        at = self.quarter.when(-4, 9, 30)
        for team, columns in BOARDS.items():
            wish = self.cast.give(
                DefineBoard, self.cast.leads[team], at,
                team_id=self.cast.teams[team], columns=columns,
            )  # fmt: skip
            yield Step(at, lambda wish=wish: [wish])  # type: ignore[misc]

    def _obstacle(self, plan: ObstaclePlan) -> Iterator[Step]:
        cast = self.cast
        obstacle = self.quarter.obstacle(plan.key)
        about = self.quarter.key_result(self._plans[plan.objective], 0)

        def step(at: datetime, who: str, wanted: type[Command], /, **fields: Any) -> Step:
            return Step(at, lambda: [cast.give(wanted, who, at, obstacle_id=obstacle, **fields)])

        yield step(
            self.quarter.when(plan.raised, 11), plan.raiser, RaiseObstacle,
            title=plan.title, severity=plan.severity, owner_id=cast.people[plan.owner],
            about=Pointer(kind="key_result", id=about),
        )  # fmt: skip
        if plan.taken:
            yield step(self.quarter.when(*plan.taken), plan.owner, AcknowledgeObstacle)
        for n, (name, under, answer, evidence) in enumerate(plan.whys):
            yield step(
                self.quarter.when(plan.raised + 3, 14, 3 * n), plan.owner, AnswerWhy,
                why_id=cast.id(obstacle, "why", name), answer=answer, evidence=evidence,
                under=cast.id(obstacle, "why", under) if under else None,
            )  # fmt: skip
        for n, (category, text) in enumerate(plan.causes):
            yield step(
                self.quarter.when(plan.raised + 3, 14, 20 + n), plan.raiser, NoteCause,
                cause_id=cast.id(obstacle, "cause", text), category=category, text=text,
            )  # fmt: skip
        if plan.root:
            yield step(
                self.quarter.when(plan.raised + 3, 14, 40), plan.owner, ChooseRootCause,
                why_id=cast.id(obstacle, "why", plan.root),
            )  # fmt: skip
        if plan.resolved:
            day, result, evidence = plan.resolved
            yield step(
                self.quarter.when(day, 10),
                plan.owner,
                ResolveObstacle,
                result=result,
                evidence=evidence,
            )

    def _action(self, number: int, plan: ActionPlan) -> Iterator[Step]:
        cast, team = self.cast, self.cast.teams[plan.team]
        action = self.quarter.action(plan.title)

        def step(at: datetime, wanted: type[Command], /, **fields: Any) -> Step:
            who = cast.acting(plan.owner, at)
            return Step(
                at,
                lambda: [cast.give(wanted, who, at, action_id=action, team_id=team, **fields)],
            )

        about = plan.about and Pointer(kind="obstacle", id=self.quarter.obstacle(plan.about))
        yield step(
            self.quarter.when(plan.opened, 13, number), OpenAction,
            title=plan.title, kind=plan.kind, owner_id=cast.people[plan.owner], about=about,
            timezone=ZONE, due_on=_date(self.quarter.monday, plan.due), prediction=plan.prediction,
            verify_after_days=14 if plan.prediction else None,
        )  # fmt: skip
        for day, column in plan.moves:
            reason = plan.soft_reason if column == "doing" else None
            yield step(self.quarter.when(day, 15, number), MoveAction, column=column, reason=reason)
        if plan.verified:
            day, effective, result, evidence = plan.verified
            yield step(
                self.quarter.when(day, 16, number), VerifyAction,
                effective=effective, result=result, evidence=evidence,
            )  # fmt: skip
        if plan.cancelled:
            day, why = plan.cancelled
            yield step(self.quarter.when(day, 16, number), CancelAction, reason=why)


def _date(monday: date, day: int) -> date:
    return working_day(monday + timedelta(days=day))
