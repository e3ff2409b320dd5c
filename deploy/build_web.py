"""The packaging hook that puts the built browser UI into the wheel, and ``build`` for others.

``npm ci`` without install scripts, types from ``openapi.json``, then ``vite build``. A stamp of
everything that goes in lets an unchanged ``web/`` cost nothing. ``SKIP_WEB=1`` leaves the UI out.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import brotli
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
STATIC = ROOT / "api" / "static"
STAMP = ".stamp"
_OLDEST_NODE = (20, 19)
_TEXTS = {".css", ".html", ".js", ".json", ".map", ".svg", ".txt", ".webmanifest"}
_SAVES = 100  # bytes less than which are not worth a file
_LEFT_OUT = {"node_modules", "dist", "tests"}


class WebToolsMissing(RuntimeError):
    """The UI can't be built here; the message says what to install."""


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's hook: build the UI before the files of a wheel are collected."""

    PLUGIN_NAME = "web"

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
    npm = _tools()
    _install(npm)
    _types(npm)
    _run([npm, "exec", "--", "vite", "build", "--outDir", str(out), "--logLevel", "error"])
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
    _run([_tools(), "install", "--package-lock-only", "--ignore-scripts", "--loglevel=error"])
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


def _tools() -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise WebToolsMissing(
            "Building the browser UI needs node 20.19 or newer with npm. "
            "Install it, or set SKIP_WEB=1 for a server without the UI."
        )
    said = subprocess.check_output([node, "--version"], text=True)  # noqa: S603 - found on PATH
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < _OLDEST_NODE:
        raise WebToolsMissing(
            f"Building the browser UI needs node 20.19 or newer; here is {said.strip()}."
        )
    return npm


def _install(npm: str) -> None:
    """``npm ci``, but only when the lockfile differs from what is installed."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    mark = WEB / "node_modules" / STAMP
    if _read(mark) != lock:
        _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        mark.write_text(lock, encoding="utf-8")


def _types(npm: str) -> None:
    """Types of the API for the compiler; never committed, so never stale."""
    if (ROOT / "openapi.json").exists():
        _run([npm, "run", "--silent", "types"])


def _run(command: Iterable[str]) -> None:
    environment = {**os.environ, "NO_COLOR": "1", "NO_UPDATE_NOTIFIER": "1"}
    environment.pop("FORCE_COLOR", None)
    subprocess.run(list(command), cwd=WEB, env=environment, check=True)  # noqa: S603 - our words


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    if sys.argv[1:] == ["--lock"]:
        lock()
    else:
        print("built" if build() else "up to date")
