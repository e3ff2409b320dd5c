"""The real domain on both stores: one story, the same log."""

from pathlib import Path
from typing import Any

import pytest

from domain.facts import Fact
from domain.things import THINGS
from journal import directory
from journal.directory import Directory
from journal.migrate import migrate
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from projections.sealed import opened
from tests.projections import quarter
from tests.projections.stage import Stage

Told = list[tuple[int, str, int, str, str, str, Any]]


def _played(url: str, folder: Path) -> Told:
    """The quarter's facts as the log tells them, and as every stream tells them."""
    migrate(url)
    directory.migrate(url)
    decider = domain_decider()
    with (
        open_journal(url, decider) as journal,
        ViewStore(f"sqlite:///{folder}/views.db", PROJECTIONS) as views,
        Directory(url) as people,
    ):
        views.migrate()
        quarter.play(Stage(journal, views, Runner(journal, views), people))
        log = journal.tail(0, 10_000)

        def words(fact: Fact) -> Any:
            return opened(fact.model_dump(mode="json"), journal.keys.open)

        for stream in {envelope.stream for envelope in log}:
            own = [envelope for envelope in log if envelope.stream == stream]
            assert journal.read(stream) == own
            assert [envelope.version for envelope in own] == list(range(1, len(own) + 1))
            state = decider.initial(stream)
            for envelope in own:
                state = decider.evolve(stream, state, envelope.fact)
                assert journal.state(stream, upto=envelope.position) == (state, envelope.version)
            # What handle folded on as it went along is what a fresh fold says.
            assert journal.state(stream) == (state, len(own))
        return [
            (e.position, e.stream, e.version, e.event_id, e.command_id, e.type, words(e.fact))
            for e in log
        ]


def test_a_quarter_leaves_the_same_log_on_both_stores(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    on_sqlite = _played(sqlite_url, tmp_path)
    assert on_sqlite == _played(postgres_url, tmp_path / "other")
    assert {type_ for *_, type_, _ in on_sqlite} == set(THINGS.facts)


def test_every_wire_name_is_the_name_of_its_class_s_kind() -> None:
    for name, cls in THINGS.facts.items():
        assert name == cls.TYPE
        context, _, what = name.partition(".")
        assert context in {"people", "policy", "cycle", "okr", "lean", "talk", "desk"}
        assert what.replace("-", "").isalpha()


@pytest.mark.parametrize("kind", ["nonsense", ""])
def test_a_stream_of_an_unknown_kind_is_an_error(kind: str) -> None:
    with pytest.raises(LookupError):
        domain_decider().initial(f"{kind}/1")
