"""Workflow modules obey the law of replay, and the lint that says so can fail."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflows.lint import findings, workflow_files
from workflows.clockworks import CLOCKWORKS

STARTING = {
    "start_workflow",
    "execute_workflow",
    "signal_with_start_workflow",
    "start_child_workflow",
    "execute_child_workflow",
    "start_update_with_start_workflow",
    "execute_update_with_start_workflow",
}
PACKAGES = ("api", "deploy", "domain", "journal", "projections", "workflows")
ROOT = Path(__file__).parents[2] / "workflows"
MODULES = frozenset(
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts) for path in workflow_files(ROOT)
)


def test_the_lint_sees_every_module_with_workflow_code() -> None:
    assert {path.name for path in workflow_files(ROOT)} == {
        "loop.py",
        "routines.py",
        "thing_clock.py",
    }


@pytest.mark.parametrize("path", workflow_files(ROOT), ids=lambda path: path.name)
def test_workflow_code_holds_nothing_that_breaks_replay(path: Path) -> None:
    assert findings(path.read_text(), MODULES) == []


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("for team in {1, 2}: pass", "a set"),
        ("names = {t for t in x}", "a set"),
        ("for t in frozenset(x): pass", "frozenset()"),
        ("from datetime import datetime\nnow = datetime.now()", "workflow.now()"),
        ("import datetime\nnow = datetime.datetime.utcnow()", "workflow.now()"),
        ("import random", "import of random"),
        ("import uuid", "import of uuid"),
        ("from zoneinfo import ZoneInfo", "import of zoneinfo"),
        ("import os", "import of os"),
        ("import logging", "import of logging"),
        ("from journal.log import Journal", "outside the pass-through block"),
        ("async def f():\n  await asyncio.wait(x)", "workflow.wait()"),
        ("async def f():\n  asyncio.create_task(g())", "parallel"),
        ("async def f():\n  try: pass\n  finally: await g()", "await in finally"),
        ("try: pass\nexcept: pass", "bare except"),
        ("async def f():\n  try: await g()\n  except Exception: pass", "swallows cancellation"),
        (
            "async def f():\n  await workflow.execute_activity('a', start_to_close_timeout=T)",
            "without summary",
        ),
        (
            "async def f():\n  await workflow.execute_activity('a', summary='s')",
            "without start_to_close_timeout",
        ),
    ],
)
def test_the_lint_can_fail(source: str, complaint: str) -> None:
    assert any(complaint in finding for finding in findings(source)), findings(source)


def code() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT.parent / package).rglob("*.py")):
            yield path.relative_to(ROOT.parent).as_posix(), ast.parse(path.read_text())


def test_only_the_starter_starts_clocks() -> None:
    """One dynamic class serves every type name, so no misspelt one may reach the task queue."""
    starting = {
        (path, node.attr)
        for path, tree in code()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in STARTING
    }
    assert starting == {
        ("workflows/bridge/starter.py", "start_workflow"),
        ("workflows/rehearsal/rehearsal.py", "execute_workflow"),  # the planner
    }


def test_the_type_name_of_a_clock_stands_in_its_clockwork_only() -> None:
    names = [
        (node.value, path)
        for path, tree in code()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in CLOCKWORKS.workflows
    ]
    assert sorted(names) == [
        ("CycleWorkflow", "workflows/cycle/cycle.py"),
        ("ImprovementWorkflow", "workflows/lean/action.py"),
        ("ObstacleWorkflow", "workflows/lean/obstacle.py"),
    ]
    routines = {"PlannerWorkflow", "ReconcileWorkflow"}
    assert not routines & set(CLOCKWORKS.workflows)
