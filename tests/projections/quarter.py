"""A quarter of a small company in which every kind of fact is recorded at least once."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.cycle import cycle as c
from domain.cycle import editing
from domain.cycle.milestones import ReachMilestone
from domain.cycle.policy import CyclePolicy, Milestone, Owed
from domain.cycle.policy_adoption import AdoptPolicy, FollowPolicy
from domain.description import Link
from domain.desk import following, inbox, saved_views
from domain.desk.desk import NotificationSettings, QuietHours
from domain.facts import Pointer
from domain.lean import action as a
from domain.lean import (
    action_editing,
    action_holding,
    action_leaving,
    fishbone,
    five_whys,
    obstacle_editing,
)
from domain.lean import board as b
from domain.lean import obstacle as o
from domain.okr import check_in, conversion, grading, leaving, retarget, returning
from domain.okr import key_result as k
from domain.okr import measure as of
from domain.okr import objective as obj
from domain.okr.carry_over import CarryOverObjective
from domain.okr.catchball import (
    AcceptObjective,
    CounterObjective,
    ProposeObjective,
    WithdrawObjective,
)
from domain.okr.drafting import DraftObjective
from domain.okr.editing import EditObjective
from domain.okr.grading import LockGrades
from domain.okr.key_result_editing import EditKeyResult, MilestoneTitle
from domain.okr.measure_correction import CorrectMeasure
from domain.okr.stream import Contributor, Support
from domain.people import (
    absence,
    dissolving,
    handing_over,
    leadership,
    organisation,
    person,
    person_editing,
    team,
    team_editing,
)
from domain.policy import policy
from domain.talk import comment
from domain.text import SealedText
from tests.projections.stage import START, Stage

CLOCK = "cycle/q1"
PEOPLE = {"ada": "Ada Ndiaye", "bo": "Bo Berg", "cy": "Cy Young"}
COLUMNS = (
    b.Column(key="open", title="Open", stage="ready"),
    b.Column(key="doing", title="Doing", stage="active", wip_limit=1, limit_mode="soft"),
    b.Column(key="paused", title="Paused", stage="waiting", wip_limit=0),
    b.Column(key="done", title="Done", stage="done"),
)


def play(stage: Stage) -> None:
    """Everything from the first person to the carry-over."""
    found(stage)
    draft(stage)
    run(stage)
    improve(stage)
    talk(stage)
    finish(stage)
    edit(stage)


def found(stage: Stage) -> None:
    """People, teams, a board, a cycle that starts."""
    for id_, name in PEOPLE.items():
        stage.directory.put_person(id_, name)
        stage.do(person.AddPerson, person_id=id_)
    stage.do(team.FormTeam, team_id="company", name="Northwind", kind="company")
    stage.do(team.FormTeam, team_id="ops", name="Ops", kind="team", parent_id="company")
    stage.do(team.AddMember, team_id="company", person_id="ada", role="lead")
    stage.do(team.AddMember, team_id="ops", person_id="bo", role="member")
    stage.do(team.AddMember, team_id="ops", person_id="bo", role="lead")
    stage.do(team.AddMember, team_id="ops", person_id="cy", role="member")
    stage.do(team.RemoveMember, team_id="ops", person_id="cy")
    stage.do(b.DefineBoard, team_id="ops", columns=COLUMNS)
    plan(stage, "q1", "2026 Q1", date(2026, 1, 1), date(2026, 3, 31))
    stage.do(c.StartCycle, cycle_id="q1")
    reach(stage, "draft.open", owed(("bo", "team", "ops")))


def draft(stage: Stage) -> None:
    """Objectives are drafted, countered, agreed on; one is dropped, one merged."""
    for number in range(1, 6):
        # The first has a supporter, and that one has two.
        above = {2: "o1", 3: "o2", 5: "o2"}.get(number)
        supports = (Support(kind="objective", id=above, weight=Decimal(number)),) if above else ()
        objective(stage.on(10), f"o{number}", f"Objective {number}", supports=supports)
    stage.do(
        k.AddKeyResult,
        objective_id="o1",
        key_result_id="late",
        title="Late parcels",
        measure=of.Metric(kind="decrease", baseline=Decimal(9), target=Decimal(2), unit="%"),
    )
    stage.do(
        k.AddKeyResult,
        objective_id="o1",
        key_result_id="steps",
        title="New dock",
        measure=of.Milestones(
            kind="milestones",
            milestones=(
                of.Milestone(id="m1", title="Planned"),
                of.Milestone(id="m2", title="Built"),
            ),
        ),
    )
    stage.do(
        k.AddKeyResult,
        objective_id="o1",
        key_result_id="base",
        title="Returns",
        measure=of.EstablishBaseline(kind="establish_baseline", unit="pcs"),
    )
    stage.do(
        k.AddKeyResult,
        objective_id="o1",
        key_result_id="gone",
        title="Calls",
        measure=of.Binary(kind="binary"),
    )
    stage.do(
        k.AddKeyResult,
        objective_id="o1",
        key_result_id="zone",
        title="Stock",
        measure=of.Zones(
            kind="zones", fail=Decimal(0), commit=Decimal(3), target=Decimal(7), stretch=Decimal(10)
        ),
    )
    stage.do(
        k.AddKeyResult,
        objective_id="o1",
        key_result_id="share",
        title="Trained",
        measure=of.Percentage(kind="percentage"),
    )
    stage.do(
        k.AddKeyResult,
        objective_id="o2",
        key_result_id="other",
        title="Uptime",
        measure=of.Threshold(kind="stay_above", lower=Decimal(99), method="instant"),
    )
    mend(stage)
    start(stage)


def mend(stage: Stage) -> None:
    """Drafts are edited; a personal one is deleted, brought back and deleted again."""
    link = Link(title="The plan", url="https://example.org/plan")
    edit = {"objective_id": "o2", "cycle_id": "q1"}
    stage.do(
        EditObjective,
        **edit,
        title="Second objective",
        description="Why it matters",
        links=(link,),
        tags=("flow",),
        ambition="committed",
        owner_id="cy",
        team_id="company",
        contributors=(Contributor(person_id="bo", share=Decimal("0.5")),),
        reviewer_id="ada",
        sponsor_ids=("ada",),
    )
    stage.do(EditObjective, **edit, owner_id="bo", team_id="ops", description=None)
    stage.do(
        EditKeyResult,
        objective_id="o2",
        key_result_id="other",
        title="Uptime of the shop",
        description="Seen from outside",
        links=(link,),
        owner_id="cy",
        starts_on=date(2026, 1, 1),
        due_on=date(2026, 3, 20),
        indicator="lagging",
        capacity="tight",
    )
    stage.do(EditKeyResult, objective_id="o2", key_result_id="other", owner_id=None)
    milestone = MilestoneTitle(id="m1", title="Planned well")
    stage.do(EditKeyResult, objective_id="o1", key_result_id="steps", milestones=(milestone,))
    stage.do(
        DraftObjective,
        by="bo",
        objective_id="own",
        cycle_id="q1",
        owner_id="bo",
        title="Learn Dutch",
        ambition="aspirational",
    )
    own = {"objective_id": "own", "cycle_id": "q1"}
    stage.do(leaving.DeleteObjective, **own)
    stage.do(returning.ReinstateObjective, **own)
    stage.do(leaving.DeleteObjective, **own)


def start(stage: Stage) -> None:
    """Catchball; one objective is dropped, one merged, the others begin."""
    stage.do(ProposeObjective, objective_id="o1", by="bo")
    stage.do(CounterObjective, objective_id="o1", note="Half of that")
    stage.do(ProposeObjective, objective_id="o1", by="bo")
    stage.do(WithdrawObjective, objective_id="o1", by="bo")
    stage.do(ProposeObjective, objective_id="o1", by="bo")
    stage.do(AcceptObjective, objective_id="o1")
    for each in ("o2", "o5"):
        stage.do(ProposeObjective, objective_id=each, by="bo")
        stage.do(AcceptObjective, objective_id=each)
    stage.do(leaving.DropObjective, objective_id="o3", cycle_id="q1")
    stage.do(leaving.MergeObjective, objective_id="o4", into_id="o1", cycle_id="q1")
    stage.on(12).do(
        c.ReschedulePhase,
        cycle_id="q1",
        phase="align",
        ends_at=datetime(2025, 12, 29, 8, tzinfo=UTC),
    )
    until(stage, "run.open")
    for each in ("o1", "o2", "o5"):
        stage.do(obj.ActivateObjective, objective_id=each, by=CLOCK)
    stage.do(returning.DeactivateObjective, objective_id="o5")
    stage.do(obj.ActivateObjective, objective_id="o5")


def run(stage: Stage) -> None:
    """Asks and check-ins, corrections, a new target; the cycle pauses for a day."""
    until(stage, "week-02.ask", owed(("bo", "key_result", "late"), ("bo", "key_result", "other")))
    until(stage, "week-02.chase", owed(("bo", "key_result", "late")))
    read(
        stage.on(43),
        "late",
        "c1",
        of.Reading(value=Decimal(7)),
        confidence=Decimal("0.5"),
        note="slow start",
    )
    read(stage, "steps", "c2", of.Reading(milestone_ids=("m1",)))
    read(stage, "base", "c3", of.Reading(value=Decimal(40)))
    read(stage, "gone", "c4", of.Reading(done=False))
    read(stage, "zone", "c5", of.Reading(zone="commit"))
    read(stage, "share", "c6", of.Reading(value=Decimal(25)))
    read(stage.on(50), "late", "c7", of.Reading(value=Decimal(6)))
    read(stage.on(51), "late", "c8", of.Reading(value=Decimal("7.5")), effective=40)
    stage.on(52).do(
        check_in.CorrectCheckIn,
        by="bo",
        objective_id="o1",
        cycle_id="q1",
        key_result_id="late",
        check_in_id="c9",
        corrects="c1",
        reading=of.Reading(value=Decimal(8)),
    )
    stage.do(
        retarget.RetargetKeyResult,
        objective_id="o1",
        cycle_id="q1",
        key_result_id="late",
        target=Decimal(3),
        reason_code="external_change",
    )
    stage.do(
        retarget.RetargetKeyResult,
        objective_id="o2",
        cycle_id="q1",
        key_result_id="other",
        target=Decimal(95),
        reason_code="scope_decision",
    )
    late = {"objective_id": "o1", "cycle_id": "q1", "key_result_id": "late"}
    stage.do(k.ReweightKeyResult, **late, weight=Decimal(2))
    stage.do(
        check_in.WithdrawCheckIn,
        by="bo",
        objective_id="o1",
        cycle_id="q1",
        key_result_id="late",
        check_in_id="c7",
    )
    stage.do(
        CorrectMeasure,
        objective_id="o1",
        key_result_id="zone",
        measure=of.Zones(
            kind="zones", fail=Decimal(1), commit=Decimal(3), target=Decimal(7), stretch=Decimal(10)
        ),
    )
    stage.do(
        conversion.ConvertKeyResult,
        objective_id="o1",
        cycle_id="q1",
        key_result_id="base",
        measure=of.Metric(kind="decrease", target=Decimal(20), unit="pcs"),
    )
    stage.do(k.DropKeyResult, objective_id="o1", cycle_id="q1", key_result_id="gone")
    stage.do(returning.ReinstateKeyResult, objective_id="o1", key_result_id="gone")
    stage.do(k.DropKeyResult, objective_id="o1", cycle_id="q1", key_result_id="gone")
    stage.do(c.PauseCycle, cycle_id="q1")
    stage.on(53).do(c.ResumeCycle, cycle_id="q1")


def improve(stage: Stage) -> None:
    """An obstacle from raising to reopening, actions from opening to verifying."""
    about = Pointer(kind="key_result", id="late")
    stage.on(54).do(
        o.RaiseObstacle,
        obstacle_id="labels",
        title="Labels",
        about=about,
        severity="high",
        owner_id="bo",
    )
    stage.on(54.9).do(
        o.EscalateObstacle,
        by="obstacle/labels",
        obstacle_id="labels",
        level="owner",
        milestone="owner",
    )
    stage.on(55).do(o.AcknowledgeObstacle, obstacle_id="labels")
    stage.do(five_whys.AnswerWhy, obstacle_id="labels", why_id="w1", answer="The printer is slow")
    stage.do(
        five_whys.AnswerWhy,
        obstacle_id="labels",
        why_id="w2",
        under="w1",
        answer="Nobody cleans it",
    )
    stage.do(
        fishbone.NoteCause, obstacle_id="labels", cause_id="k1", category="machine", text="Printer"
    )
    stage.do(five_whys.ChooseRootCause, obstacle_id="labels", why_id="w2")
    for id_, title in (("clean", "Clean it each shift"), ("spare", "Buy a spare")):
        stage.do(
            a.OpenAction,
            action_id=id_,
            team_id="ops",
            owner_id="bo",
            title=title,
            kind="countermeasure",
            due_on=date(2026, 1, 30),
            about=about,
        )
    stage.on(56).do(a.MoveAction, action_id="clean", team_id="ops", column="doing")
    stage.do(a.MoveAction, action_id="spare", team_id="ops", column="doing")
    stage.on(57).do(
        a.RemindAction, by="action/clean", action_id="clean", level="owner", milestone="half-time"
    )
    stage.on(58).do(
        o.RaiseObstacle,
        obstacle_id="brush",
        title="No brushes",
        about=Pointer(kind="action", id="clean"),
        severity="low",
    )
    stage.on(59).do(o.ResolveObstacle, obstacle_id="brush", result="Bought", evidence="receipt")
    stage.do(o.ReopenObstacle, obstacle_id="brush")
    stage.on(60).do(o.ResolveObstacle, obstacle_id="brush", result="Bought", evidence="receipt")
    stage.do(a.MoveAction, action_id="clean", team_id="ops", column="done")
    stage.on(74).do(a.AskEffect, by="action/clean", action_id="clean", milestone="effect")
    stage.on(75).do(
        a.VerifyAction,
        action_id="clean",
        team_id="ops",
        result="8 %",
        effective=False,
        evidence="log",
    )


def talk(stage: Stage) -> None:
    """Comments and reactions; what people follow, read and save for themselves."""
    said = {"comment_id": "said", "about": Pointer(kind="key_result", id="late")}
    stage.do(comment.PostComment, by="cy", **said, text="Why did it jump?")
    stage.do(
        comment.ReplyToComment,
        by="bo",
        comment_id="answer",
        about=said["about"],
        reply_to="said",
        text="The printer.",
    )
    stage.do(comment.EditComment, by="bo", comment_id="answer", text="The label printer.")
    for _ in range(2):
        stage.do(comment.ReactToComment, by="ada", comment_id="answer", emoji="👍")
    stage.do(comment.WithdrawComment, by="cy", comment_id="said")
    own: dict[str, Any] = {"by": "ada", "person_id": "ada"}
    objective = Pointer(kind="objective", id="o1")
    stage.do(following.FollowThing, **own, about=objective)
    stage.do(following.UnfollowThing, **own, about=Pointer(kind="obstacle", id="labels"))
    stage.do(inbox.ReadNotifications, **own, upto=10, positions=(12,))
    settings = NotificationSettings(quiet_hours=QuietHours(begin="22:00", end="07:00"))
    stage.do(inbox.ChooseNotificationSettings, **own, settings=settings)
    stage.do(inbox.VisitHome, **own, position=20)
    view: dict[str, Any] = {**own, "view_id": "mine"}
    stage.do(saved_views.SaveView, **view, name="Mine", address="/objectives?owner=ada")
    stage.do(
        saved_views.EditSavedView,
        **view,
        name="Ours",
        address="/objectives?team=ops",
        starred=True,
    )
    stage.do(saved_views.DiscardSavedView, **view)


def finish(stage: Stage) -> None:
    """The mid-cycle window, grading, closing, and what goes on in the next cycle."""
    until(stage, "window.open", owed(("bo", "objective", "o1")))
    until(stage, "window.close")
    until(stage, "grade.open", owed(("bo", "objective", "o1"), ("bo", "objective", "o2")))
    o1 = stage.journal.state("objective/o1")[0]
    stage.do(
        grading.GradeObjective,
        by="ada",
        objective_id="o1",
        cycle_id="q1",
        key_results=tuple(
            grading.GradeKeyResult(
                key_result_id=each.id, agreed_grade=Decimal("0.6"), reason="seen"
            )
            for each in o1.live
        ),
    )
    until(stage, "grade.lock")
    for each in ("o1", "o2", "o5"):
        stage.do(LockGrades, by=CLOCK, objective_id=each)
    stage.do(obj.CloseObjective, by=CLOCK, objective_id="o1")
    plan(stage, "q2", "2026 Q2", date(2026, 4, 1), date(2026, 6, 30))
    stage.do(
        CarryOverObjective,
        objective_id="o2",
        into_cycle_id="q2",
        into_objective_id="o2b",
        key_result_ids=("other",),
        new_key_result_ids=("other2",),
        decision="keep",
        why="not there yet",
    )
    stage.do(
        EditObjective,
        objective_id="o2b",
        cycle_id="q2",
        supports=(Support(kind="objective", id="o1"),),
        above_cycles=("q1",),
    )
    until(stage, "close")
    organise(stage)
    repair(stage)
    choose(stage)
    stage.on(stage.day + 1).do(c.ReopenCycle, cycle_id="q1")


def organise(stage: Stage) -> None:
    """What the organisation says of itself, and who is away; a cycle adopts it when it moves."""
    stage.do(
        organisation.DescribeOrganisation,
        name="Northwind",
        timezone="Europe/Berlin",
        locale="de",
        fiscal_start_month=4,
        workdays=(0, 1, 2, 3),
    )
    holidays = (organisation.Holiday(on=date(2026, 5, 14), name="Ascension Day"),)
    stage.do(organisation.PublishHolidays, calendar=organisation.OWN_CALENDAR, days=holidays)
    stage.do(person.NamePersonCalendar, person_id="cy", calendar=organisation.OWN_CALENDAR)
    stage.do(team.NameTeamCalendar, team_id="ops", calendar=organisation.OWN_CALENDAR)
    away = {"person_id": "cy", "absence_id": "away"}
    stage.do(
        absence.PlanAbsence,
        **away,
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 7, 20),
        deputy_id="bo",
    )
    stage.do(absence.WithdrawAbsence, **away)


def choose(stage: Stage) -> None:
    """The next cycle goes by another policy, which changes; so does the organisation's."""
    words = {
        "description": SealedText("How we measure."),
        "links": (Link(title="Why", url="https://example.org/why"),),
    }
    gap = CyclePolicy(pace="gap")
    stage.do(policy.DefinePolicy, policy_id="steady", name="Steady work", values=gap)
    stage.do(AdoptPolicy, cycle_id="q2", policy_id="steady")
    slow = CyclePolicy(outdated_after_days=5)
    stage.do(policy.EditPolicy, policy_id="steady", name="Calm work", values=slow, **words)
    stage.do(FollowPolicy, cycle_id="q2", policy_id="steady")
    stage.do(policy.EditPolicy, policy_id=policy.DEFAULT, values=slow)


def repair(stage: Stage) -> None:
    """Names, descriptions and places are mended; a team ends and comes back, and so does Cy."""
    words = {
        "description": SealedText("Who packs and sends."),
        "links": (Link(title="Handbook", url="https://example.org/ops"),),
    }
    stage.do(person_editing.EditPerson, person_id="cy", renamed=True, readdressed=True, **words)
    stage.do(team_editing.EditTeam, team_id="ops", name="Operations", kind="lean", **words)
    stage.do(team.FormTeam, team_id="west", name="West", kind="department")
    stage.do(team_editing.EditTeam, team_id="west", parent_id="company")
    stage.do(team.AddMember, team_id="west", person_id="cy", role="lead")
    stage.do(dissolving.DissolveTeam, team_id="west", cycles=("q2",))
    stage.do(dissolving.RestoreTeam, team_id="west", parent_id="company")
    stage.do(editing.EditCycle, cycle_id="q1", name="Winter", coordinator_id="cy", **words)
    stage.do(person_editing.EditPerson, person_id="cy", active=False)
    stage.do(leadership.HandOverLead, team_id="west", from_id="cy", to_id="bo")
    stage.do(editing.EditCycle, cycle_id="q1", coordinator_id="bo")
    handed = (
        handing_over.Handed(kind="team", id="west", title="West", role="lead"),
        handing_over.Handed(kind="cycle", id="q1", title="Winter", role="coordinator"),
    )
    stage.do(handing_over.HandOver, person_id="cy", to_id="bo", things=handed)
    stage.do(person_editing.EditPerson, person_id="cy", active=True)


def edit(stage: Stage) -> None:
    """A third action is opened by mistake, edited all over, blocked, cancelled and archived; a
    third obstacle is reworded, given back, and one of the clock ends by itself.
    """
    links = (Link(title="Drawing", url="https://example.org/drawing"),)
    about = Pointer(kind="key_result", id="other")
    action = {"action_id": "shelf"}
    stage.do(
        a.OpenAction, **action, team_id="ops", owner_id="bo", title="Shlef", kind="kaizen",
        due_on=date(2026, 2, 20),
    )  # fmt: skip
    stage.do(
        action_editing.TransferAction, **action, team_id="ops", to_team_id="company",
        title="Shelf", description=SealedText("Two *rows*"), links=links, owner_id="ada",
        due_on=date(2026, 3, 2), about=about, kind="follow_up",
    )  # fmt: skip
    stage.do(action_holding.BlockAction, **action, waits_for=about)
    stage.do(action_holding.UnblockAction, **action)
    items = (a.ChecklistItem(id="i1", text=SealedText("Measure"), done=True),)
    stage.do(action_holding.WriteChecklist, **action, items=items)
    stage.do(action_leaving.CancelAction, **action, team_id="company")
    stage.do(a.ReopenAction, **action, team_id="company")
    stage.do(a.MoveAction, **action, team_id="company", column="done")
    stage.do(action_leaving.ArchiveAction, **action, team_id="company")
    stage.do(action_leaving.UnarchiveAction, **action, team_id="company")

    obstacle = {"obstacle_id": "heat"}
    stage.do(o.RaiseObstacle, **obstacle, title="Haet", about=about, severity="low")
    stage.do(o.AcknowledgeObstacle, **obstacle, by="cy")
    stage.do(o.ReleaseObstacle, **obstacle, by="cy")
    stage.do(five_whys.AnswerWhy, **obstacle, why_id="h1", answer="The roof is black")
    stage.do(five_whys.RewordWhy, **obstacle, why_id="h1", answer=SealedText("No shade"))
    stage.do(five_whys.ChooseRootCause, **obstacle, why_id="h1")
    stage.do(five_whys.UnmarkRootCause, **obstacle, why_id="h1")
    stage.do(five_whys.WithdrawWhy, **obstacle, why_id="h1")
    cause = {"cause_id": "h2"}
    stage.do(fishbone.NoteCause, **obstacle, **cause, category="machine", text="Fan")
    stage.do(fishbone.RewordCause, **obstacle, **cause, text=SealedText("Two fans"))
    stage.do(fishbone.WithdrawCause, **obstacle, **cause)
    stage.do(
        obstacle_editing.EditObstacle, **obstacle, title="Heat", description=SealedText("At noon"),
        links=links, severity="medium", type="resource", owner_id="bo",
        next_action=SealedText("Ask the landlord"), about=Pointer(kind="objective", id="o2"),
    )  # fmt: skip
    stage.do(
        o.RaiseObstacle, by=CLOCK, obstacle_id="silence", title=f"{o.SILENCE}: Uptime",
        about=about, severity="medium", owner_id="bo",
    )  # fmt: skip
    stage.do(o.EndObstacle, by=CLOCK, obstacle_id="silence", because="checked_in")


# --- words ----------------------------------------------------------------------------------------


def plan(stage: Stage, cycle_id: str, name: str, starts_on: date, ends_on: date) -> None:
    stage.do(
        c.PlanCycle,
        cycle_id=cycle_id,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        timezone="Europe/Berlin",
    )


def objective(
    stage: Stage,
    objective_id: str,
    title: str,
    cycle_id: str = "q1",
    supports: tuple[Support, ...] = (),
) -> None:
    stage.do(
        DraftObjective,
        by="bo",
        objective_id=objective_id,
        cycle_id=cycle_id,
        team_id="ops",
        owner_id="bo",
        title=title,
        ambition="aspirational",
        supports=supports,
    )


def read(
    stage: Stage,
    key_result_id: str,
    check_in_id: str,
    reading: of.Reading,
    *,
    effective: float | None = None,
    **said: Any,
) -> None:
    """A check-in of now, or one that was true on the day ``effective``."""
    at = stage.now if effective is None else START + (stage.now - START) * effective / stage.day
    stage.do(
        check_in.RecordCheckIn,
        by="bo",
        objective_id="o1",
        cycle_id="q1",
        key_result_id=key_result_id,
        check_in_id=check_in_id,
        reading=reading,
        effective_at=at,
        **said,
    )


def owed(*debts: tuple[str, str, str]) -> tuple[tuple[str, Pointer], ...]:
    return tuple((who, Pointer(kind=kind, id=id_)) for who, kind, id_ in debts)


def milestone(stage: Stage, name: str) -> Milestone:
    cycle = stage.journal.state("cycle/q1")[0]
    return next(each for each in cycle.milestones if each.id == name)


def until(stage: Stage, name: str, debts: tuple[tuple[str, Pointer], ...] = ()) -> None:
    """The clock goes through its milestones up to and with ``name``, which asks for ``debts``."""
    while True:
        cycle = stage.journal.state("cycle/q1")[0]
        due = min((m for m in cycle.milestones if m.id not in cycle.done), key=lambda m: m.at)
        stage.on(max(stage.day, (due.at - START).total_seconds() / 86_400))
        reach(stage, due.id, debts if due.id == name else ())
        if due.id == name:
            return


def reach(stage: Stage, name: str, debts: tuple[tuple[str, Pointer], ...] = ()) -> None:
    """One milestone, now or when it is due."""
    due = milestone(stage, name)
    stage.on(max(stage.day, (due.at - START).total_seconds() / 86_400))
    stage.do(
        ReachMilestone,
        by=CLOCK,
        cycle_id="q1",
        milestone=name,
        generation=stage.journal.state("cycle/q1")[0].generation,
        owed=tuple(Owed(person_id=who, about=(thing,), due_at=due.at) for who, thing in debts),
    )
