"""The fingerprint of the code that makes a projection's rows: equal code must make equal rows.

It is a digest over source files: the engine's writing half, the modules of the contexts whose facts
the projection listens to (in ``domain`` and in ``projections``), those that define its handlers,
and whatever these import, however deep. Left out is what cannot change a row: words and answers
that are put together when somebody reads, and readers. A reader is a module that imports the
reading half of the store; rows cannot depend on it, for the store depends on them.

So a release that touches one context makes the views of that context anew and leaves the others.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import domain
import projections
from projections.engine.projection import Projection

_PACKAGES: Final = {
    "domain": Path(domain.__path__[0]),
    "projections": Path(projections.__path__[0]),
}
_WRITES: Final = "projections.engine.generation"
_READS: Final = frozenset(
    f"projections.engine.{name}" for name in ("moment", "moments", "reading", "view_store")
)
_WORDS: Final = frozenset({"words", "render"})


@cache
def fingerprint(projection: Projection) -> str:
    """A digest over the sources that the rows of ``projection`` depend on, and their tables."""
    digest = sha256()
    for table in projection.tables:
        digest.update(f"{table.name}\0".encode())
    for name, file in sorted(sources(projection).items()):
        digest.update(f"{name}\0".encode())
        digest.update(_content(file))
    return digest.hexdigest()


def sources(projection: Projection) -> dict[str, Path]:
    """The files that the rows of ``projection`` depend on, by module."""
    found: dict[str, Path] = {}
    due = [_WRITES, *_roots(projection)]
    while due:
        name = due.pop()
        file = _file(name)
        if name in found or file is None or _is_words(name):
            continue
        found[name] = file
        due.extend(_imports(file))
    return found


def _roots(projection: Projection) -> Iterator[str]:
    """Modules of its facts' contexts, and of its handlers wherever they are defined."""
    contexts = {projection.name}
    for facts in projection.kinds.values():
        for fact in facts:
            package, _, rest = fact.__module__.partition(".")
            if package == "domain" and "." in rest:
                contexts.add(rest.partition(".")[0])
            else:
                yield fact.__module__
    for context in contexts:
        yield from _modules("domain", context)
        yield from (name for name in _modules("projections", context) if not _reads(name))
    for handler in projection.handlers.values():
        yield handler.__module__


@cache
def _modules(package: str, context: str) -> tuple[str, ...]:
    """Every module of a context's folder, or the one of its name."""
    root = _PACKAGES[package]
    return tuple(
        ".".join((package, *file.relative_to(root).with_suffix("").parts))
        for file in sorted((*root.glob(f"{context}.py"), *(root / context).rglob("*.py")))
    )


@cache
def _reads(name: str) -> bool:
    """Whether a module imports, itself or by others, the reading half of the store."""
    seen, due = {name}, [name]
    while due:
        file = _file(one := due.pop())
        if one in _READS:
            return True
        for each in _imports(file) if file is not None else ():
            if each.startswith("projections.") and each not in seen:
                seen.add(each)
                due.append(each)
    return False


def _is_words(name: str) -> bool:
    return name.rpartition(".")[2].rpartition("_")[2] in _WORDS


def _file(name: str) -> Path | None:
    """The source of a module; None for a package without one, or what is none of ours."""
    package, *rest = name.split(".")
    root = _PACKAGES.get(package)
    if root is not None:
        file = root.joinpath(*rest).with_suffix(".py")
        return file if file.is_file() else None
    loaded = getattr(sys.modules.get(name), "__file__", None)
    return Path(loaded) if loaded else None


@cache
def _content(file: Path) -> bytes:
    return file.read_bytes()


@cache
def _imports(file: Path) -> frozenset[str]:
    """Names of modules of our own that a module imports; some may be names in them."""
    return frozenset(
        each
        for node in ast.walk(ast.parse(_content(file)))
        for each in _named(node)
        if each.partition(".")[0] in _PACKAGES
    )


def _named(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return ()
