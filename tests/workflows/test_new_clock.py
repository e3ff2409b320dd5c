"""A thing that only this test knows gets a clock by one descriptor; nothing else knows of it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import AwareDatetime
from sqlalchemy import Column, Text

from domain.due import Due
from domain.facts import Actor, Command, Envelope, Fact, Facts
from domain.thing import Thing, Things, on, when
from domain.things import THINGS
from journal.migrate import migrate
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine.moment import Moment
from projections.engine.projection import Projection
from projections.engine.reading import Reading
from projections.engine.versions import Changes, Instant, Put, Rows, versioned
from projections.engine.view_store import ViewStore
from workflows.clock.clockwork import Awake, Clockwork, Clockworks
from workflows.clock.signing import Signer
from workflows.clockworks import CLOCKWORKS
from workflows.rehearsal.rehearsal import rehearse

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)

# --- the domain -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parcel:
    parcel_id: str = ""
    sent_at: datetime | None = None
    missed: bool = False


class ParcelFact(Fact):
    parcel_id: str

    @property
    def stream(self) -> str:
        return f"parcel/{self.parcel_id}"


class ParcelSent(ParcelFact):
    TYPE: ClassVar[str] = "post.parcel-sent"
    sent_at: AwareDatetime


class ParcelMissed(ParcelFact):
    TYPE: ClassVar[str] = "post.parcel-missed"


class ParcelCommand(Command):
    parcel_id: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"parcel/{self.parcel_id}",)


class SendParcel(ParcelCommand): ...


class MissParcel(ParcelCommand): ...


def sent(command: SendParcel, _state: Parcel) -> Facts:
    return (ParcelSent(parcel_id=command.parcel_id, sent_at=command.at),)


def missed(command: MissParcel, state: Parcel) -> Facts:
    return () if state.missed else (ParcelMissed(parcel_id=command.parcel_id),)


def due(state: Parcel, _now: datetime) -> Due | None:
    if state.sent_at is None or state.missed:
        return None
    stream = f"parcel/{state.parcel_id}"
    return Due(stream=stream, id="missed", kind="miss", at=state.sent_at + timedelta(days=3))


PARCEL: Thing[Parcel] = Thing(
    "parcel",
    Parcel(),
    facts=(
        when(ParcelSent, lambda _, fact: Parcel(fact.parcel_id, fact.sent_at)),
        when(ParcelMissed, lambda state, _: Parcel(state.parcel_id, state.sent_at, missed=True)),
    ),
    commands=(on(SendParcel, sent, permits="write"), on(MissParcel, missed, permits="clock")),
    due=due,
)

# --- its view -------------------------------------------------------------------------------------

PARCELS = versioned(
    "parcels",
    Column("parcel_id", Text, primary_key=True),
    Column("sent_at", Instant, nullable=False),
)


def on_its_way(envelope: Envelope, _rows: Rows) -> Changes:
    fact = envelope.fact
    assert isinstance(fact, ParcelSent)
    yield Put(PARCELS, (fact.parcel_id,), {"sent_at": fact.sent_at})


POST = Projection(
    name="post",
    tables=(PARCELS,),
    handlers={ParcelSent: on_its_way},
    kinds={"parcel": tuple(PARCEL.steps)},
    silent=frozenset({ParcelMissed}),
)

# --- its clock ------------------------------------------------------------------------------------


def miss(signer: Signer, _views: ViewStore) -> None:
    signer.write(MissParcel(**signer.sign("miss"), parcel_id=signer.thing_id))


def parcels(look: Reading, moment: Moment) -> Iterator[tuple[str, Parcel]]:
    for row in look.rows(PARCELS, moment):
        yield row["parcel_id"], Parcel(row["parcel_id"], row["sent_at"])


CLOCK = Clockwork(PARCEL, workflow="ParcelWorkflow", perform=miss, awake=Awake("post", parcels))


def test_a_clock_defined_in_a_test_is_started_by_news_and_by_reconcile(tmp_path: Path) -> None:
    things = Things((*THINGS, PARCEL))
    clockworks = Clockworks((*CLOCKWORKS, CLOCK), things)
    log = f"sqlite:///{tmp_path}/journal.db"
    migrate(log)

    def send(parcel_id: str, at: datetime) -> SendParcel:
        by = Actor(kind="person", id="ada")
        return SendParcel(command_id=f"send {parcel_id}", at=at, by=by, parcel_id=parcel_id)

    with (
        open_journal(log, domain_decider(things)) as journal,
        ViewStore(f"sqlite:///{tmp_path}/views.db", (*PROJECTIONS, POST)) as views,
    ):
        views.migrate()

        def said(parcel_id: str) -> list[tuple[str, datetime, str]]:
            return [
                (each.type, each.recorded_at, each.actor.id)
                for each in journal.read(f"parcel/{parcel_id}")
            ]

        async def run() -> None:
            # Sent before there was any relay: the reconciliation finds it.
            journal.handle(send("early", MONDAY - timedelta(hours=1)))
            async with rehearse(journal, views, MONDAY, clockworks=clockworks) as stage:
                journal.handle(send("late", stage.now()))
                await stage.until(MONDAY + timedelta(days=4))

        asyncio.run(asyncio.wait_for(run(), 90))
        for parcel_id in ("early", "late"):
            (_, sent_at, by), (type_, missed_at, clock) = said(parcel_id)
            assert (by, type_, clock) == ("ada", "post.parcel-missed", f"parcel/{parcel_id}")
            assert timedelta(0) <= missed_at - sent_at - timedelta(days=3) < timedelta(minutes=1)
