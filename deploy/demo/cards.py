"""What happens to the demo's cards beside their moves: held up and let go, their checklists."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.demo.cast import Step
from deploy.demo.quarter import Quarter
from domain.facts import Command
from domain.lean.action_editing import EditAction
from domain.lean.action_holding import BlockAction, UnblockAction, WriteChecklist
from domain.lean.obstacle_editing import EditObstacle
from domain.text import SealedText


@dataclass(frozen=True)
class Held:
    """A card that stands still from ``day`` until ``freed``, if it is free again."""

    title: str
    who: str
    day: int
    reason: str
    freed: int | None = None
    waits_on: str | None = None


HELD = (
    Held(
        "Turn the horn and add a light at line 3", "lena", 25,
        "No electrician before Friday", 28, "the electrician",
    ),
    Held(
        "Pair each department with a coach for one obstacle", "greta", 32,
        "Two coaches are still in training", None, "the training week of the coaches",
    ),
    Held(
        "Fitting check: paper prototype with five riders", "nora", 36,
        "Two of the five riders are ill; new dates are asked for",
    ),
)  # fmt: skip

CHECKLISTS = (
    ("Andon drill on each shift", "kenji", ((26, 0), (33, 2)), ("Early shift", "Late shift", "Night shift")),
    ("Visit three customers who left", "ines", ((34, 0), (40, 1)), ("Radhaus Nord", "Velo Sette", "Spoke & Chain")),
    ("Point-of-use racks for line 2", "mira", ((17, 1), (31, 2)), ("Places marked on the floor", "Racks ordered", "Racks set up", "Old shelf taken away")),
)  # fmt: skip
"""Action, who keeps the list, (day, how many are done), and its lines."""


def steps(quarter: Quarter) -> Iterator[Step]:
    """Everything in the quarter, in no order."""
    for held in HELD:
        yield from _held(quarter, held)
    for title, who, written, lines in CHECKLISTS:
        for day, done in written:
            yield _checklist(quarter, title, who, day, done, lines)
    yield _step(
        quarter, "kenji", 24, 16, EditAction,
        action_id=quarter.action("Andon drill on each shift"),
        description=SealedText(
            "Pull the cord once a shift, *unannounced*, and stop the time:\n\n"
            "| shift | heard after |\n| --- | --- |\n| early | 40 s |\n| late | 2 min |"
        ),
    )  # fmt: skip
    yield _step(
        quarter, "ravi", 31, 10, EditObstacle, obstacle_id=quarter.obstacle("drawings"),
        description=SealedText("Of eleven pages last month **eight** waited for a drawing."),
        next_action=SealedText("Ask the three largest suppliers what they need from us"),
    )  # fmt: skip


def _held(quarter: Quarter, held: Held) -> Iterator[Step]:
    action = quarter.action(held.title)
    yield _step(
        quarter, held.who, held.day, 9, BlockAction,
        action_id=action, reason=held.reason, waits_on=held.waits_on,
    )  # fmt: skip
    if held.freed:
        yield _step(quarter, held.who, held.freed, 12, UnblockAction, action_id=action)


def _checklist(
    quarter: Quarter, title: str, who: str, day: int, done: int, lines: tuple[str, ...]
) -> Step:
    action = quarter.action(title)
    items = tuple(
        {"id": quarter.cast.id(action, line), "text": SealedText(line), "done": number < done}
        for number, line in enumerate(lines)
    )
    return _step(quarter, who, day, 17, WriteChecklist, action_id=action, items=items)


def _step(
    quarter: Quarter, who: str, day: int, hour: int, wanted: type[Command], /, **fields: Any
) -> Step:
    cast, at = quarter.cast, quarter.when(day, hour)
    return Step(at, lambda: [cast.give(wanted, cast.acting(who, at), at, **fields)])
