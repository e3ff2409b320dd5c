"""The purity probe: what a module of the domain may import, call and name.

A rule that reads a clock, draws a number or opens a file gives another answer tomorrow, and no
replay of the log would be the same. So the probe reads the source, not the behaviour: what is not
there cannot happen on a rare path.
"""

import ast
from collections.abc import Iterator

IMPORTS = frozenset(
    {
        "abc", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "domain",
        "enum", "fractions", "functools", "graphlib", "heapq", "itertools", "math", "numbers",
        "operator", "pydantic", "pydantic_core", "re", "string", "types",
        "typing", "unicodedata", "zoneinfo",
    }
)  # fmt: skip
"""Standard library without clock, randomness, I/O and logging; pydantic; the domain itself."""

CLOCKS = frozenset({"now", "today", "utcnow", "fromtimestamp", "localtime", "monotonic", "tzlocal"})
BUILTINS = frozenset(
    {
        "open", "print", "input", "eval", "exec", "compile", "__import__", "breakpoint", "globals",
        "hash", "id",  # differ from process to process
    }
)  # fmt: skip


def impurities(source: str) -> Iterator[str]:
    """Everything in ``source`` that a pure module may not have, as ``line: what``."""
    tree = ast.parse(source)
    hashing = set(_hashing(tree))
    for node in ast.walk(tree):
        for what in () if node in hashing else _impurities_of(node):
            yield f"{getattr(node, 'lineno', 0)}: {what}"


def _hashing(tree: ast.AST) -> Iterator[ast.AST]:
    """``hash`` where a value says what its own is: sets and dicts ask for it, nothing is stored."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "__hash__":
            for name in ast.walk(node):
                if isinstance(name, ast.Name) and name.id == "hash":
                    yield name


def _impurities_of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            for name in names:
                if name.name.partition(".")[0] not in IMPORTS:
                    yield f"imports {name.name}"
        case ast.ImportFrom(module=module, level=level):
            if level or (module or "").partition(".")[0] not in IMPORTS:
                yield f"imports {module}"
        case ast.Attribute(attr=attr) if attr in CLOCKS:
            yield f"reads a clock by {attr}"
        case ast.Call(func=ast.Attribute(attr="astimezone"), args=[], keywords=[]):
            yield "takes the time zone of the machine"
        case ast.Name(id=name, ctx=ast.Load()) if name in BUILTINS:
            yield f"uses {name}"
        case ast.Global() | ast.Nonlocal():
            yield "keeps state outside its values"
        case ast.Await() | ast.AsyncFunctionDef():
            yield "waits"
