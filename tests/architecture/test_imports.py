"""A name of the domain is imported from where it is defined; descriptors are leaves."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import domain

ROOT = Path(domain.__file__).parent.parent
FOLDERS = ("api", "deploy", "domain", "journal", "projections", "tests", "workflows")
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def imports(source: str) -> Iterator[tuple[str, str]]:
    """Module and name of everything of the domain that ``source`` imports by ``from``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "domain":
            yield from ((node.module or "", name.name) for name in node.names)


@cache
def borrowed(module: str) -> set[str]:
    """Names that a module of the domain has from another one."""
    path = ROOT / module.replace(".", "/")
    if path.is_dir():
        return set()
    return {name for _, name in imports(path.with_suffix(".py").read_text())}


def detours(source: str) -> list[str]:
    return [f"{module}.{name}" for module, name in imports(source) if name in borrowed(module)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_names_of_the_domain_are_imported_from_where_they_are_defined(folder):
    found = {
        str(path.relative_to(ROOT)): made
        for path in MODULES
        if path.is_relative_to(ROOT / folder) and (made := detours(path.read_text()))
    }
    assert found == {}


def test_a_detour_would_be_found():
    assert detours("from domain.okr.grading import Cycle") == ["domain.okr.grading.Cycle"]
    assert detours("from domain.okr.grading import GradesLocked") == []


def test_only_the_list_of_things_imports_descriptors():
    """A descriptor knows every decision: whoever imports a fact must not import all of them."""
    importers = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if path.is_relative_to(ROOT / "domain")
        for module, name in imports(path.read_text())
        if f"{module}.{name}".endswith("_thing") or module.endswith("_thing")
    }
    assert importers == {"domain/things.py"}
