"""Who owes what, asked of the views at the head of the log: one question for all teams together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, assert_never

from temporalio.exceptions import ApplicationError

from domain.cycle.policy import Milestone, Owed
from domain.facts import Pointer
from domain.ids import PersonId
from journal.log import Journal
from projections.cycle import owed as readers
from projections.engine.view_store import Moment, ViewStore
from workflows.clock.signing import beat

PATIENCE: Final = 5.0  # seconds for the views to reach the head before the activity is retried


@dataclass(frozen=True)
class SilentKeyResult:
    """A key result that nobody has looked at for two weeks in a row."""

    key_result_id: str
    title: str
    owner_id: PersonId


@dataclass(frozen=True)
class Owing:
    """The views of one cycle as a clock asks them, never older than the log at that moment."""

    journal: Journal
    views: ViewStore
    cycle_id: str
    now: datetime

    def of(self, milestone: Milestone) -> tuple[Owed, ...]:
        """Who owes what ``milestone`` asks for, one entry a person, in a stable order."""
        moment = self._moment()
        match milestone.asked:
            case "objectives":
                rows = readers.owed_objectives(self.views, self.cycle_id, moment)
            case "agreement" | "commitment":
                rows = readers.owed_agreement(self.views, self.cycle_id, moment)
            case "check_in" if milestone.slot is not None:
                rows = readers.owed_check_ins(self.views, self.cycle_id, milestone.slot, moment)
            case "grades":
                rows = readers.owed_grades(self.views, self.cycle_id, moment)
            case "adjustment" | "lessons" | "check_in" | None:
                rows = []
            case asked:
                assert_never(asked)
        return _by_person(rows, milestone.at)

    def objectives(self, *states: str) -> tuple[str, ...]:
        """Ids of the cycle's objectives that are in one of ``states``."""
        rows = readers.open_objectives(self.views, self.cycle_id, self._moment())
        return tuple(sorted(row["id"] for row in rows if row["state"] in states))

    def silent_twice(self, milestone: Milestone) -> tuple[SilentKeyResult, ...]:
        """Key results whose second missed week in a row is the one before ``milestone``."""
        if milestone.slot is None:
            return ()
        rows = readers.missed_twice(self.views, self.cycle_id, milestone.slot, self._moment())
        return tuple(
            SilentKeyResult(row["key_result_id"], row["title"], row["owner_id"]) for row in rows
        )

    def _moment(self) -> Moment:
        beat(f"asking the views of {self.cycle_id}")
        head = self.journal.head()
        if not self.views.wait_for(head, PATIENCE):
            raise ApplicationError(f"the views are behind position {head}", type="ViewsBehind")
        return self.views.moment(None, self.now)


def _by_person(rows: Iterable[Mapping[str, Any]], due_at: datetime) -> tuple[Owed, ...]:
    things: dict[str, dict[tuple[str, str], None]] = {}
    for row in rows:
        about = row["about"]
        things.setdefault(row["person_id"], {})[(about["kind"], about["id"])] = None
    return tuple(
        Owed(
            person_id=PersonId(person),
            about=tuple(Pointer(kind=kind, id=id_) for kind, id_ in sorted(things[person])),
            due_at=due_at,
        )
        for person in sorted(things)
    )
