"""What a data directory promises: it is ours, it is of this version, one stack uses it."""

import json
from pathlib import Path

import pytest

from deploy.datadir import FORMAT, DataDirectory, DataDirectoryError


def test_a_fresh_directory_is_stamped_and_can_be_used_again(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data")
    directory.prepare()
    directory.prepare()
    assert json.loads(directory.stamp.read_text())["format"] == FORMAT
    assert directory.simulation is None


def test_a_simulated_history_stays_marked(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "demo")
    directory.prepare(simulation={"note": "made up"})
    directory.prepare()
    assert directory.simulation == {"note": "made up"}


def test_files_of_somebody_else_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "taxes.ods").write_text("mine")
    with pytest.raises(DataDirectoryError, match=r"taxes\.ods"):
        DataDirectory(tmp_path).prepare()
    assert not (tmp_path / "truenorth.json").exists()


def test_a_directory_of_a_newer_version_is_refused_untouched(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    directory.prepare()
    newer = json.dumps({"format": FORMAT + 1})
    directory.stamp.write_text(newer)
    with pytest.raises(DataDirectoryError, match="newer True North"):
        directory.prepare()
    assert directory.stamp.read_text() == newer


def test_an_unreadable_stamp_is_said_plainly(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    directory.prepare()
    directory.stamp.write_text("{")
    with pytest.raises(DataDirectoryError, match="cannot be read"):
        directory.prepare()


def test_one_stack_at_a_time(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    directory.prepare()
    with (
        directory.locked(),
        pytest.raises(DataDirectoryError, match="Another True North"),
        directory.locked(),
    ):
        pass
    with directory.locked():
        pass
