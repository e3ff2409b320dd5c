"""Promises when the log is not the one the views were made from: red, refused, made anew."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.facts import Actor, Refusal
from domain.people import person, team
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine.errors import ViewHalted
from projections.engine.rebuild import rebuild
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from projections.people import lists
from tests.projections.stage import START


class House:
    """A log with its views in a folder; the log's file can be copied and put back."""

    def __init__(self, folder: Path, views: str | None = None) -> None:
        self.log = folder / "journal.db"
        self.backup = folder / "backup.db"
        self.views = views or f"sqlite:///{folder / 'views.db'}"
        migrate(f"sqlite:///{self.log}")
        with ViewStore(self.views, PROJECTIONS) as views:
            views.migrate()

    @contextmanager
    def open(self) -> Iterator[tuple[Journal, ViewStore]]:
        with (
            open_journal(f"sqlite:///{self.log}", domain_decider()) as journal,
            ViewStore(self.views, PROJECTIONS, journal=journal) as views,
        ):
            yield journal, views

    def keep(self) -> None:
        with sqlite3.connect(self.log) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.log, self.backup)

    def put_back(self) -> None:
        for beside in ("-wal", "-shm"):
            Path(f"{self.log}{beside}").unlink(missing_ok=True)
        shutil.copy(self.backup, self.log)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def join(journal: Journal, *names: str) -> None:
    for name in names:
        wish = person.AddPerson(
            command_id=f"join-{name}", at=START, by=Actor(kind="person", id="x"), person_id=name
        )
        assert not isinstance(journal.handle(wish), Refusal)


def people(views: ViewStore) -> set[str]:
    moment = views.moment(None, START)
    return {each["id"] for each in lists.people(views, moment=moment)["items"]}


@pytest.mark.parametrize("more", [0, 1, 5], ids=["shorter", "as long", "longer"])
def test_a_log_that_was_put_back_is_recognised_and_the_views_are_made_anew(house, more):
    with house.open() as (journal, views):
        join(journal, "ada", "bo")
        Runner(journal, views).catch_up()
    house.keep()
    with house.open() as (journal, views):
        join(journal, "lost")
        Runner(journal, views).catch_up()
        assert people(views) == {"ada", "bo", "lost"}
    house.put_back()
    new = [f"new-{n}" for n in range(more)]
    with house.open() as (journal, views):
        join(journal, *new)
        # No projector has seen it yet: nobody reads of facts that are not there.
        with pytest.raises(ViewHalted, match="an older log was put back"):
            people(views)
        with pytest.raises(ViewHalted):
            views.moment("@1", START)
        known = views.health(journal.head())
        assert {each["state"] for each in known} == {"building" if more else "halted"}
        assert {each["shown"] for each in known} == {False}
        Runner(journal, views).catch_up()
        assert people(views) == {"ada", "bo", *new}
        assert {each["state"] for each in views.health(journal.head())} == {"running"}
        assert views.moment(f"@{2 + more}", START).position == 2 + more


def test_while_the_views_are_made_anew_they_say_why_and_show_nothing(house, monkeypatch):
    with house.open() as (journal, views):
        join(journal, "ada")
        house.keep()
        join(journal, "lost")
        Runner(journal, views).catch_up()
    house.put_back()
    with house.open() as (journal, views):
        runner = Runner(journal, views)
        monkeypatch.setattr(runner, "_due", lambda _: [])
        runner.catch_up()
        for each in views.health(journal.head()):
            assert each["state"] == "building"
            assert "older log" in each["reason"]
            assert not each["shown"]
        with pytest.raises(ViewHalted, match="older log"):
            people(views)
        with pytest.raises(ViewHalted, match="older log"):
            views.wait_for(1, 0, ["people"])


def test_a_rebuild_over_another_log_gives_the_right_generation(house):
    with house.open() as (journal, views):
        join(journal, "ada")
        house.keep()
        join(journal, "lost")
        Runner(journal, views).catch_up()
    house.put_back()
    with house.open() as (journal, views):
        rebuild(journal, views)
        assert people(views) == {"ada"}
        assert {each["state"] for each in views.health(journal.head())} == {"running"}


def test_views_on_postgresql_recognise_another_log_too(tmp_path, postgres_url):
    house = House(tmp_path, postgres_url)
    with house.open() as (journal, views):
        join(journal, "ada")
        house.keep()
        join(journal, "lost")
        Runner(journal, views).catch_up()
    house.put_back()
    with house.open() as (journal, views):
        join(journal, "new")
        with pytest.raises(ViewHalted, match="an older log was put back"):
            people(views)
        Runner(journal, views).catch_up()
        assert people(views) == {"ada", "new"}


# --- facts that cannot be read --------------------------------------------------------------------


def write(house: House, stream: str, type_: str, state: bytes | None = None) -> None:
    """A row as another release, or a fault, leaves it in the log."""
    with sqlite3.connect(house.log) as file:
        (kept,) = file.execute("SELECT state FROM stored_events LIMIT 1").fetchone()
        file.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
            " VALUES (?, 1, ?, ?)",
            (stream, type_, kept if state is None else state),
        )


def states(views: ViewStore) -> dict[str, str]:
    return {each["view"]: each["state"] for each in views.health()}


def test_a_fact_of_an_unknown_kind_stops_nobody(house):
    with house.open() as (journal, views):
        join(journal, "ada")
        write(house, "value-stream/1", "lean.value-stream-mapped")
        join(journal, "bo")
        Runner(journal, views).catch_up()
        assert set(states(views).values()) == {"running"}
        assert people(views) == {"ada", "bo"}


@pytest.mark.parametrize(
    ("type_", "state"),
    [("people.team-recoloured", None), ("people.team-formed", b'{"meta": dam'), ("people.x", b"")],
    ids=["newer", "damaged", "empty"],
)
def test_an_unreadable_fact_stops_only_who_listens_to_its_kind(house, type_, state):
    with house.open() as (journal, views):
        join(journal, "ada")
        write(house, "team/1", type_, state)
        Runner(journal, views).catch_up()
        found = states(views)
        listens = {each.name for each in PROJECTIONS if "team" in each.kinds}
        assert {view for view, state in found.items() if state == "waiting-for-release"} == listens
        assert {view for view, state in found.items() if state == "running"} == {
            each.name for each in PROJECTIONS
        } - listens
        reason = next(each["reason"] for each in views.health() if each["view"] == "people")
        assert "position 2" in reason
        assert type_ in reason
        with pytest.raises(ViewHalted, match="waiting-for-release"):
            views.wait_for(2, 5, ["people"])
        with pytest.raises(ViewHalted, match="waiting-for-release"):
            people(views)
        assert views.wait_for(2, 5, ["lean"])
        assert views.moment("@2", START).position == 2


def test_a_fact_that_becomes_readable_is_taken_in_without_any_hand(house, monkeypatch):
    with house.open() as (journal, views):
        join(journal, "ada")
        write(house, "team/1", "people.team-recoloured")
        runner = Runner(journal, views)
        runner.catch_up()
        assert states(views)["people"] == "waiting-for-release"
        # As if a later release knew it: the same row under a name that can be read.
        real = Journal.envelope

        def reads(self: Journal, row: tuple) -> object:  # type: ignore[type-arg]
            stream, known = ("person/ada", person.PersonJoined.TYPE)
            position, _, version, type_, state = row
            if type_ == "people.team-recoloured":
                return real(self, (position, stream, version, known, state))
            return real(self, row)

        monkeypatch.setattr(Journal, "envelope", reads)
        runner._retry_at = 0.0
        runner.catch_up()
        assert states(views)["people"] == "running"


def test_a_halted_view_is_never_reached(house, monkeypatch):
    with house.open() as (journal, views):
        join(journal, "ada")
        lean = next(each for each in PROJECTIONS if each.name == "people")

        def fails(*_: object) -> object:
            raise ValueError("a bug")

        monkeypatch.setitem(lean.handlers, team.TeamFormed, fails)
        wish = team.FormTeam(
            command_id="form", at=START, by=Actor(kind="person", id="x"), team_id="t",
            name="Ops", kind="team",
        )  # fmt: skip
        journal.handle(wish)
        Runner(journal, views).catch_up()
        head = journal.head()
        for views_ in (None, ["people"]):
            with pytest.raises(ViewHalted, match="halted at position 1"):
                views.wait_for(head, 5, views_)
        assert views.wait_for(head, 5, ["okr", "cycle"])
        with pytest.raises(ViewHalted, match="a bug"):
            people(views)
        assert lists.people(views, moment=views.moment("@1", START))["items"]
