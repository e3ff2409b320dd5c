"""What the doctor finds: the part that is ill, by its name, with what to do; and the others too."""

import random
import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy import doctor
from deploy.compose import migrate, opened
from deploy.doctor import Finding, examine
from deploy.settings import Settings
from domain.facts import Actor, Refusal
from domain.ids import TeamId
from domain.people.team import FormTeam
from projections.engine.followers import mark
from projections.engine.runner import Runner
from projections.engine.stores import writing
from workflows.host.heartbeat import WORKER

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience of tenths of a second."""
    monkeypatch.setattr(doctor, "CATCHING_UP", 0.3)
    monkeypatch.setattr(doctor, "SIGN_WITHIN", 0.3)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A migrated installation with a fact that its views know; nothing runs on it."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    settings = Settings(data=folder, port=1)
    migrate(settings)
    form_team(settings, 1, NOW)
    project(settings)
    return settings


def form_team(settings: Settings, number: int, at: datetime) -> None:
    """Records a fact at a time of our own."""
    command = FormTeam(
        command_id=f"command-{number}", at=at, by=Actor(kind="person", id="ada"),
        team_id=TeamId(f"team-{number}"), name=f"Team {number}", kind="team",
    )  # fmt: skip
    with opened(settings, simulated=True) as parts:
        assert not isinstance(parts.journal.handle(command), Refusal)


def project(settings: Settings) -> None:
    with opened(settings) as parts:
        Runner(parts.journal, parts.views).catch_up()


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.part: finding for finding in examine(settings)}


def ill(settings: Settings) -> dict[str, str]:
    return {part: f.words for part, f in found(settings).items() if f.state == "ill"}


NOTHING_RUNS = {"clocks", "api"}


def test_an_installation_that_merely_stands_still_is_ill_of_nothing_else(
    settings: Settings,
) -> None:
    findings = found(settings)
    assert set(ill(settings)) == NOTHING_RUNS
    assert findings["log"].words == "1 facts"
    assert findings["views"].words == "up with the log"


@pytest.mark.parametrize(
    ("name", "part", "cure"),
    [
        ("journal.db", "log", "put the last backup in its place"),
        ("directory.db", "directory", "put the last backup in its place"),
        ("views.db", "views", "truenorth rebuild"),
        ("temporal.db", "clocks' database", "sets it aside"),
    ],
)
def test_a_damaged_store_is_named_with_its_cure_and_hides_no_other(
    settings: Settings, name: str, part: str, cure: str
) -> None:
    (settings.data / name).write_bytes(random.Random(1).randbytes(50_000))
    told = ill(settings)
    assert set(told) <= NOTHING_RUNS | {part}
    assert name in told[part]
    assert "is damaged" in told[part]
    assert cure in told[part]
    others = {"log", "directory", "views"} - {part}
    assert others <= set(found(settings))


def test_an_older_log_under_newer_views_is_seen(settings: Settings) -> None:
    older = settings.data / "older.db"
    shutil.copy(settings.data / "journal.db", older)
    form_team(settings, 2, NOW)
    project(settings)
    older.replace(settings.data / "journal.db")
    assert "1 facts ahead of a log that ends at 1" in ill(settings)["views"]


def test_another_log_of_the_same_length_is_seen(settings: Settings, tmp_path: Path) -> None:
    other = Settings(data=tmp_path / "other")
    migrate(other)
    form_team(other, 7, NOW)
    (other.data / "journal.db").replace(settings.data / "journal.db")
    assert "holds another fact than was taken in" in ill(settings)["views"]


def test_views_that_do_not_move_are_ill(settings: Settings) -> None:
    form_team(settings, 2, NOW)
    words = ill(settings)["views"]
    assert "stands still 1 facts behind" in words
    assert "is the projector running" in words


def test_a_view_that_waits_for_a_release_says_for_which_fact(settings: Settings) -> None:
    with opened(settings) as parts:
        people = next(v for v in parts.views.health() if v["view"] == "people")
        with writing(parts.views.engine) as connection:
            mark(
                connection, "people", people["generation"], "waiting-for-release",
                "position 2, people.team-recoloured: unknown type",
            )  # fmt: skip
    words = ill(settings)["view people"]
    assert words.startswith("waiting-for-release at 1: position 2, people.team-recoloured")
    assert "Install the release" in words


def test_a_log_from_the_future_is_told(settings: Settings) -> None:
    form_team(settings, 2, NOW + timedelta(days=400))
    time = found(settings)["time"]
    assert time.state == "warn"
    assert "days" in time.words
    assert "NTP" in time.words


@pytest.mark.parametrize(
    ("free", "state"), [(0.5, "ok"), (0.19, "warn"), (0.02, "ill"), (0.0, "ill")]
)
def test_a_disk_that_fills_is_told_before_it_is_full(
    settings: Settings, free: float, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    total = 100 * 2**30
    room = usage(total, int(total * (1 - free)), int(total * free))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room)
    assert found(settings)["disk"].state == state


def test_a_sign_of_life_of_a_moment_ago_is_no_life(settings: Settings) -> None:
    with opened(settings) as parts:
        parts.views.followers.beat(WORKER, "host/1")
    assert "the worker stopped" in ill(settings)["clocks"]


def test_the_past_of_a_fresh_directory_needs_no_file(tmp_path: Path) -> None:
    told = ill(Settings(data=tmp_path / "nothing", port=1))
    assert {"log", "directory", "views"} <= set(told)
    assert "truenorth migrate" in told["log"]
    assert not (tmp_path / "nothing").exists()
