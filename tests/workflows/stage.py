"""What the tests of the clocks share: stores, playing a script, and the facts it comes to."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from domain.facts import Command, Envelope, Refusal
from domain.text import SealedText
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine.view_store import ViewStore
from tests.workflows.organisation import Event, Organisation, moments
from workflows.rehearsal.rehearsal import Rehearsal, rehearse

GRAIN = timedelta(hours=1)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*(?:Z|\+00:00)")


@dataclass(frozen=True)
class Store:
    """A fresh log with its views, and where they are."""

    journal: Journal
    views: ViewStore
    journal_url: str
    views_url: str
    folder: Path


@contextmanager
def opened(journal_url: str, views_url: str, folder: Path) -> Iterator[Store]:
    """Migrate and open a log and its views."""
    migrate(journal_url)
    with (
        open_journal(journal_url, domain_decider()) as journal,
        ViewStore(views_url, PROJECTIONS) as views,
    ):
        views.migrate()
        yield Store(journal, views, journal_url, views_url, folder)


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Store]:
    """A log in a file of its own."""
    with opened(f"sqlite:///{folder}/journal.db", f"sqlite:///{folder}/views.db", folder) as store:
        yield store


def everything(journal: Journal) -> list[Envelope]:
    """The whole log."""
    found: list[Envelope] = []
    while batch := journal.tail(found[-1].position if found else 0, 500):
        found += batch
    return found


def of_type(journal: Journal, *types: str) -> list[Envelope]:
    """The facts of these wire names, in log order."""
    return [envelope for envelope in everything(journal) if envelope.type in types]


async def act(store: Store, commands: Iterable[Command]) -> list[Refusal]:
    """People do something; what they are refused is answered."""
    answers = [await asyncio.to_thread(store.journal.handle, command) for command in commands]
    return [answer for answer in answers if isinstance(answer, Refusal)]


async def play(stage: Rehearsal, store: Store, script: list[Event], until: datetime) -> None:
    """Play a script and let the clocks run on to ``until``."""
    for at, commands in moments(script):
        await stage.until(at)
        await act(store, commands)
    await stage.until(until)


def played(store: Store, organisation: Organisation, *, plan: bool = False) -> None:
    """The whole script of an organisation, undisturbed, on a stage of its own."""

    async def run() -> None:
        async with rehearse(store.journal, store.views, organisation.founded_at) as stage:
            await play(stage, store, organisation.script, organisation.closes_by())

    asyncio.run(asyncio.wait_for(run(), 300))


# --- equal but for ids of time --------------------------------------------------------------------

Said = tuple[str, str, str, str | None]


def normalised(journal: Journal) -> dict[str, list[Said]]:
    """The log by stream, each fact as text without what differs between two runs of one story.

    Instants are cut to the hour: a killed worker acts some seconds later. Order is kept within a
    stream; two clocks that wake in the same second may write in either order.
    """
    streams: dict[str, list[Said]] = {}
    for envelope in everything(journal):
        fields = envelope.fact.model_dump(exclude={"late_by"})
        body = orjson.dumps(fields, default=_in_words).decode()
        reason = envelope.reason and envelope.reason.text
        said = (envelope.type, _INSTANT.sub(_to_the_hour, body), envelope.actor.id, reason)
        streams.setdefault(envelope.stream, []).append(said)
    return streams


def _in_words(value: Any) -> str | None:
    """Each store has keys of its own: what is the same are the words."""
    return value.text if isinstance(value, SealedText) else str(value)


def _to_the_hour(match: re.Match[str]) -> str:
    at = datetime.fromisoformat(match[0])
    return at.replace(minute=0, second=0, microsecond=0).isoformat()


def reminders(journal: Journal) -> Counter[tuple[Any, ...]]:
    """Every word that a clock sent to a person, with how often it was sent."""
    sent: Counter[tuple[Any, ...]] = Counter()
    for envelope in everything(journal):
        fact: Any = envelope.fact
        match envelope.type:
            case "cycle.owed-listed":
                level = fact.level or "asked"
                for owed in fact.owed:
                    for thing in owed.about:
                        told = (fact.cycle_id, fact.milestone, level, owed.person_id, thing.id)
                        sent[told] += 1
            case "lean.obstacle-escalated" | "lean.action-reminded":
                turn = sum(
                    1
                    for before in journal.read(envelope.stream, upto=envelope.position)
                    if before.type in ("lean.action-reopened", "lean.obstacle-reopened")
                )
                sent[envelope.stream, fact.milestone, fact.level, turn] += 1
            case "lean.effect-asked":
                sent[envelope.stream, fact.milestone, "asked", envelope.version] += 1
            case _:
                pass
    return sent
