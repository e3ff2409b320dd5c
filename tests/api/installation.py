"""The real application over real stores in a folder, and companies made over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from api.app import INTERFACE, create_app
from api.core.interface import Interface
from api.services import Services
from domain.thing import Things
from domain.things import THINGS
from journal.directory import Directory
from journal.directory import migrate as migrate_directory
from journal.log import Journal
from journal.migrate import migrate as migrate_journal
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import VIEWS
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from projections.view import Views

START = datetime(2026, 2, 10, 12, tzinfo=UTC)  # week 6 of the first quarter


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@dataclass
class Stack:
    """One installation: its stores, its clock, and clients that reach it."""

    folder: Path
    journal: Journal
    views: ViewStore
    directory: Directory
    clock: HandClock
    services: Services
    client: TestClient
    numbers: Any = field(default_factory=lambda: count(1))

    # --- requests -------------------------------------------------------------------------------

    def get(self, path: str, status: int = 200, **given: Any) -> Any:
        return self._told(self.client.get(path, **given), status)

    def post(self, path: str, body: Any = None, status: int | None = None, **given: Any) -> Any:
        headers = {"If-Match": "*", **given.pop("headers", {})}
        if body is not None:
            given["json"] = body
        return self._told(self.client.post(path, headers=headers, **given), status)

    def put(self, path: str, body: Any, status: int = 200) -> Any:
        return self._told(self.client.put(path, json=body), status)

    @staticmethod
    def _told(response: Response, status: int | None) -> Any:
        fine = response.status_code < 300 if status is None else response.status_code == status
        assert fine, f"{response.status_code}: {response.text}"
        return response.json()

    # --- a company ------------------------------------------------------------------------------

    def person(self, name: str = "Ann") -> str:
        number = next(self.numbers)
        body = {"name": name, "email": f"{name.lower()}{number}@example.org"}
        return str(self.post("/v1/people", body)["id"])

    def team(self, name: str = "Ops", kind: str = "team", parent_id: str | None = None) -> str:
        body = {"name": f"{name} {next(self.numbers)}", "kind": kind, "parent_id": parent_id}
        return str(self.post("/v1/teams", body)["id"])

    def cycle(self, **given: Any) -> str:
        body = {
            "name": f"2026 Q1 {next(self.numbers)}",
            "starts_on": "2026-01-01",
            "ends_on": "2026-03-31",
            "timezone": "Europe/Berlin",
            **given,
        }
        return str(self.post("/v1/cycles", body)["id"])

    def objective(self, cycle: str, team: str, owner: str, **given: Any) -> str:
        body = {
            "cycle_id": cycle,
            "team_id": team,
            "owner_id": owner,
            "title": f"Objective {next(self.numbers)}",
            "ambition": "aspirational",
            **given,
        }
        return str(self.post("/v1/objectives", body)["id"])

    def key_result(self, objective: str, measure: Any = None, **given: Any) -> str:
        body = {
            "title": f"Key result {next(self.numbers)}",
            "measure": measure or {"kind": "increase", "baseline": 20, "target": 40},
            **given,
        }
        return str(self.post(f"/v1/objectives/{objective}/key-results", body)["id"])

    def activate(self, objective: str) -> None:
        for verb in ("propose", "accept", "activate"):
            self.post(f"/v1/objectives/{objective}/{verb}")

    def active(self, measure: Any = None) -> "Company":
        """A team with one active objective and one key result."""
        owner, team, cycle = self.person(), self.team(), self.cycle()
        objective = self.objective(cycle, team, owner)
        key_result = self.key_result(objective, measure)
        self.activate(objective)
        return Company(self, owner, team, cycle, objective, key_result)


@dataclass
class Company:
    stack: Stack
    owner: str
    team: str
    cycle: str
    objective: str
    key_result: str

    @property
    def check_ins(self) -> str:
        return f"/v1/objectives/{self.objective}/key-results/{self.key_result}/check-ins"

    def check_in(self, value: Any = None, **given: Any) -> Any:
        body = {"confidence": 0.7, **given}
        if value is not None:
            body["value"] = value
        return self.stack.post(self.check_ins, body, 201)


@dataclass(frozen=True)
class Urls:
    """Migrated stores in a folder."""

    folder: Path

    @property
    def journal(self) -> str:
        return f"sqlite:///{self.folder / 'journal.db'}"

    @property
    def views(self) -> str:
        return f"sqlite:///{self.folder / 'views.db'}"

    @property
    def directory(self) -> str:
        return f"sqlite:///{self.folder / 'directory.db'}"

    def migrate(self, catalogue: Views = VIEWS) -> "Urls":
        migrate_journal(self.journal)
        migrate_directory(self.directory)
        with ViewStore(self.views, catalogue.projections) as views:
            views.migrate()
        return self


@contextmanager
def projecting(urls: Urls, things: Things = THINGS, catalogue: Views = VIEWS) -> Iterator[None]:
    """A projector over its own connections, as another process would have it."""
    stop = threading.Event()
    with (
        open_journal(urls.journal, domain_decider(things)) as journal,
        ViewStore(urls.views, catalogue.projections) as views,
    ):
        thread = threading.Thread(target=Runner(journal, views).run, args=(stop,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(10)


@contextmanager
def projecting_soon(folder: Path, seconds: float = 0.3) -> Iterator[None]:
    """A projector that begins while somebody is waiting for it already."""
    with ExitStack() as later:
        begin = threading.Timer(seconds, lambda: later.enter_context(projecting(Urls(folder))))
        begin.start()
        yield
        begin.join()


@contextmanager
def installation(
    folder: Path,
    *,
    things: Things = THINGS,
    catalogue: Views = VIEWS,
    interface: Interface = INTERFACE,
    projector: bool = True,
    **choices: Any,
) -> Iterator[Stack]:
    """A whole installation in a folder, with a projector running unless told otherwise."""
    urls = Urls(folder).migrate(catalogue)
    clock = HandClock()
    with ExitStack() as opened:
        journal = opened.enter_context(open_journal(urls.journal, domain_decider(things)))
        views = opened.enter_context(ViewStore(urls.views, catalogue.projections, journal=journal))
        directory = opened.enter_context(Directory(urls.directory))
        if projector:
            opened.enter_context(projecting(urls, things, catalogue))
        services = Services(
            journal=journal,
            views=views,
            directory=directory,
            clock=clock,
            static_dir=folder / "static",
            things=things,
            catalogue=catalogue,
            **choices,
        )
        client = opened.enter_context(
            TestClient(
                create_app(services, interface),
                base_url="http://127.0.0.1",
                client=("127.0.0.1", 50_000),
            )
        )
        yield Stack(folder, journal, views, directory, clock, services, client)
