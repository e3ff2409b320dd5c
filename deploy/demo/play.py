"""Plays the demo company's quarters through the real workflows, once, under time skipping.

The log is written in a directory beside the wanted one and moved into place when the story is told
to its end, so an interrupted play leaves nothing that looks finished.
"""

import asyncio
import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from deploy.compose import Parts, migrate, opened
from deploy.datadir import DataDirectory
from deploy.demo import company
from deploy.demo.cast import Step
from deploy.demo.story import Story
from deploy.settings import Settings
from domain.cycle.calendar import frame_of
from domain.cycle.cycle import Cycle, CyclePlanned
from domain.facts import Command, Fact, Refusal
from domain.okr.grading import computed_grade
from domain.okr.rollup import display
from domain.okr.stream import ObjectiveState
from journal.append import Receipt
from journal.log import Journal
from journal.together import Rejected
from projections.engine.runner import Runner
from projections.people.owned import Owned, owned_by
from workflows.rehearsal.rehearsal import rehearse

NOTE = (
    "Halden Works is made up. Its history was played under a simulated clock and proves nothing "
    "about anybody."
)


class DemoError(Exception):
    """The demo could not be played; the message says at which moment and why."""


def play_into(directory: DataDirectory, out: Console) -> None:
    """Play the demo into ``directory``, which must be empty or absent.

    Raises:
        DataDirectoryError: something is in the way.
        DemoError: the story was refused somewhere.
    """
    if directory.path.exists() and any(directory.path.iterdir()):
        directory.prepare()  # says what is in the way
    unfinished = DataDirectory(directory.path.with_name(directory.path.name + ".playing"))
    shutil.rmtree(unfinished.path, ignore_errors=True)
    now = datetime.now(UTC)
    unfinished.prepare(simulation={"note": NOTE, "played_at": now.isoformat()})
    with unfinished.locked():
        play(unfinished.path, now, out)
    directory.path.parent.mkdir(parents=True, exist_ok=True)
    if directory.path.exists():
        directory.path.rmdir()
    unfinished.path.rename(directory.path)


def play(folder: Path, now: datetime, out: Console) -> None:
    """Tell the whole story into the stores of ``folder``; it ends at ``now``."""
    settings = Settings(data=folder, journal_url=None, views_url=None)
    migrate(settings)
    # What the SDK says about the time-skipping server is nobody's business here.
    logging.getLogger("temporalio").setLevel(logging.ERROR)
    quiet = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    Runtime.set_default(
        Runtime(telemetry=TelemetryConfig(logging=quiet)), error_if_already_set=False
    )
    with opened(settings, simulated=True) as parts:
        story = Story(
            now,
            cycle_after=lambda cycle: cycle_after(parts.journal, cycle),
            computed=lambda objective: computed_grades(parts.journal, objective),
            owned=lambda person: owned_now(parts, person),
            objective=lambda objective_id: objective_now(parts.journal, objective_id),
            head=parts.journal.head,
        )
        for member in company.PEOPLE:
            parts.directory.put_person(
                story.cast.people[member.key], member.name, f"{member.key}@halden.example"
            )
        asyncio.run(_tell(story, parts, now, out))
        Runner(parts.journal, parts.views).catch_up()


async def _tell(story: Story, parts: Parts, now: datetime, out: Console) -> None:
    columns = (
        TextColumn("· playing two quarters of Halden Works"),
        BarColumn(),
        TextColumn("{task.fields[day]}"),
        TimeElapsedColumn(),
    )
    hours = list(_by_the_hour(story.steps()))
    with Progress(*columns, console=out) as progress:
        task = progress.add_task("", total=len(hours), day=story.begins.date().isoformat())
        async with rehearse(parts.journal, parts.views, story.begins) as stage:
            for steps in hours:
                await stage.plan_until(steps[-1].at)
                for step in steps:
                    _give(parts.journal, step)
                progress.update(task, advance=1, day=steps[-1].at.strftime("%d %b %Y"))
            await stage.plan_until(now)


def _by_the_hour(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Steps of the same hour are played at one stop of the clock; each keeps its own minute."""
    for _, same in groupby(steps, key=lambda step: step.at.replace(minute=0, second=0)):
        yield list(same)


def _give(journal: Journal, step: Step) -> None:
    if step.together:
        commands = list(step.commands())
        outcome = journal.handle_many(commands)
        if isinstance(outcome, Rejected):
            _check(step, commands[outcome.index], outcome.answer)
        return
    for command in step.commands():
        _check(step, command, journal.handle(command))


def _check(step: Step, command: Command, answer: object) -> None:
    if isinstance(answer, Receipt):
        return
    why = f"({answer.code}): {answer.detail}" if isinstance(answer, Refusal) else f": {answer}"
    raise DemoError(
        f"The demo stopped on {step.at:%d %b %Y %H:%M}: {type(command).__name__} was refused {why}"
    )


def cycle_after(journal: Journal, cycle_id: str) -> str:
    """The cycle that was planned after ``cycle_id``; the planner opens it in week 10."""
    for fact in _facts(journal):
        if isinstance(fact, CyclePlanned) and fact.cycle_id != cycle_id:
            return fact.cycle_id
    raise DemoError("The planner has not opened the second quarter.")


def _facts(journal: Journal) -> Iterator[Fact]:
    position = 0
    while batch := journal.tail(position):
        for envelope in batch:
            yield envelope.fact
        position = batch[-1].position


def computed_grades(journal: Journal, objective_id: str) -> Mapping[str, Decimal | None]:
    """The computed grade of every key result that counts, rounded to four digits."""
    objective = objective_now(journal, objective_id)
    cycle, _ = journal.state(f"cycle/{objective.cycle_id}")
    if not isinstance(cycle, Cycle):
        raise DemoError(f"There is no cycle {objective.cycle_id}.")
    frame = frame_of(cycle)
    grades: dict[str, Decimal | None] = {}
    for key_result in objective.key_results.values():
        if key_result.dropped_at is None:
            grade = computed_grade(key_result, frame)
            grades[key_result.id] = None if grade is None else display(grade)
    return grades


def objective_now(journal: Journal, objective_id: str) -> ObjectiveState:
    """An objective as it stands. Raises :class:`DemoError` where there is none."""
    objective, _ = journal.state(f"objective/{objective_id}")
    if not isinstance(objective, ObjectiveState):
        raise DemoError(f"There is no objective {objective_id}.")
    return objective


def owned_now(parts: Parts, person_id: str) -> Sequence[Owned]:
    """What is a person's, as the views tell once they know the whole log."""
    Runner(parts.journal, parts.views).catch_up()
    moment = parts.views.moment(None, datetime.now(UTC))
    with parts.views.reading() as look:
        return owned_by(look, person_id, moment)
