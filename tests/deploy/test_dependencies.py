"""Dependencies: the locks name exact files and no host; what is declared is what is imported."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "deploy" / "lock").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_host_and_a_hash_for_every_package(lock: Path) -> None:
    told = lock.read_text()
    assert "://" not in told
    packages = re.split(r"\n(?=\S)", told.strip())
    assert packages
    assert [each.splitlines()[0] for each in packages if "--hash=sha256:" not in each] == []


def test_the_check_of_dependencies_names_the_unused_and_the_undeclared(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "__init__.py").write_text("import attrs_of_nobody\nimport pytest\n")
    done = subprocess.run(
        [sys.executable, "-m", "deptry", "--no-ansi", "api"],
        cwd=tmp_path, env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "DEP001 'attrs_of_nobody' imported but missing" in done.stderr
    assert "DEP002 'fastapi' defined as a dependency but not used" in done.stderr
    assert "DEP004 'pytest' imported but declared as a dev dependency" in done.stderr
