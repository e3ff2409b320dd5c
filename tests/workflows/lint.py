"""House law for modules that hold workflow code: what would break replay, silently or for good.

Each rule names the trap it stands for (WORKFLOWS, pitfalls and 5.5). Works on the syntax tree, so
it needs no import and sees code that no test runs.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

FORBIDDEN_MODULES = {"time", "random", "uuid", "zoneinfo", "os", "threading", "logging", "secrets"}
FORBIDDEN_CALLS = {
    "datetime.now": "use workflow.now()",
    "datetime.today": "use workflow.now()",
    "datetime.utcnow": "use workflow.now()",
    "date.today": "use workflow.now()",
    "asyncio.wait": "use workflow.wait()",
    "asyncio.as_completed": "use workflow.as_completed()",
    "asyncio.create_task": "nothing runs in parallel in a clock",
    "asyncio.gather": "nothing runs in parallel in a clock",
}
ACTIVITY_CALLS = {"execute_activity", "execute_activity_method", "start_activity"}
ALLOWED_OUTSIDE = {"asyncio", "collections.abc", "datetime", "typing", "temporalio", "dataclasses"}
PASS_THROUGH = "workflow.unsafe.imports_passed_through"


def is_workflow_module(source: str) -> bool:
    """Whether the file holds workflow code: it says so by importing ``workflow`` from the SDK."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "temporalio"
        and any(alias.name == "workflow" for alias in node.names)
        for node in ast.walk(ast.parse(source))
    )


def findings(source: str, workflow_modules: frozenset[str] = frozenset()) -> list[str]:
    """``line: what is wrong`` for every breach; ``workflow_modules`` may be imported directly."""
    tree = ast.parse(source)
    found: list[tuple[int, str]] = []
    for check in (_imports, _sets, _calls, _exceptions):
        if check is _imports:
            found += list(_imports(tree, workflow_modules))
        else:
            found += list(check(tree))
    return [f"{line}: {what}" for line, what in sorted(found)]


def _imports(tree: ast.Module, workflow_modules: frozenset[str]) -> Iterator[tuple[int, str]]:
    passed: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and any(
            ast.unparse(item.context_expr).startswith(PASS_THROUGH) for item in node.items
        ):
            passed |= set(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            top = name.partition(".")[0]
            if top in FORBIDDEN_MODULES:
                yield node.lineno, f"import of {name}: not deterministic or not allowed in here"
            elif node not in passed and not (
                top in ALLOWED_OUTSIDE or name in ALLOWED_OUTSIDE or name in workflow_modules
            ):
                yield node.lineno, f"import of {name} outside the pass-through block"


def _sets(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Set | ast.SetComp):
            yield node.lineno, "a set: its order differs between processes"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("set", "frozenset"):
            yield node.lineno, f"{ast.unparse(node.func)}(): its order differs between processes"


def _calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        for call, instead in FORBIDDEN_CALLS.items():
            if name == call or name.endswith(f".{call}"):
                yield node.lineno, f"{name}(): {instead}"
        if isinstance(node.func, ast.Attribute) and node.func.attr in ACTIVITY_CALLS:
            given = {keyword.arg for keyword in node.keywords}
            for needed in ("start_to_close_timeout", "summary"):
                if needed not in given:
                    yield node.lineno, f"{name}() without {needed}"


def _exceptions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Try):
            continue
        if any(isinstance(inner, ast.Await) for part in node.finalbody for inner in ast.walk(part)):
            yield node.finalbody[0].lineno, "await in finally: an eviction runs it on another loop"
        awaits = any(isinstance(inner, ast.Await) for part in node.body for inner in ast.walk(part))
        for handler in node.handlers:
            if handler.type is None:
                yield handler.lineno, "bare except"
            elif awaits and ast.unparse(handler.type) in ("Exception", "BaseException"):
                raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(handler))
                if not raises:
                    yield handler.lineno, "swallows cancellation around an await"


def workflow_files(root: Path) -> list[Path]:
    """Every module under ``root`` that holds workflow code."""
    return [path for path in sorted(root.rglob("*.py")) if is_workflow_module(path.read_text())]
