"""The built interface stays small, and every byte comes from the package itself."""

import gzip
import json
import re
from pathlib import Path

from deploy.build_web import STATIC, WEB

KB = 1000


def _zipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def _core() -> set[str]:
    """Assets that the page itself names: what every visit loads."""
    html = (STATIC / "index.html").read_text(encoding="utf-8")
    return set(re.findall(r"assets/[\w.-]+", html))


def _imports(name: str, seen: set[str]) -> set[str]:
    """An asset with everything it imports before it can run."""
    if name in seen:
        return seen
    seen.add(name)
    text = (STATIC / name).read_text(encoding="utf-8")
    for found in re.findall(r"""(?:from|import)\s*["'`]\./([\w.-]+\.js)["'`]""", text):
        _imports(f"assets/{found}", seen)
    return seen


def test_core_script_is_at_most_70_kb(interface: None) -> None:
    scripts: set[str] = set()
    for name in _core():
        if name.endswith(".js"):
            _imports(name, scripts)
    assert 10 * KB < sum(_zipped(STATIC / name) for name in scripts) <= 70 * KB


def test_every_view_adds_at_most_25_kb(interface: None) -> None:
    core: set[str] = set()
    for name in _core():
        if name.endswith(".js"):
            _imports(name, core)
    views = [path.stem for path in (WEB / "src").rglob("*Page.svelte")]
    checked = 0
    for path in (STATIC / "assets").glob("*.js"):
        if path.name.split("-")[0] not in views:
            continue
        own = _imports(f"assets/{path.name}", set()) - core
        assert sum(_zipped(STATIC / name) for name in own) <= 25 * KB, path.name
        checked += 1
    assert checked >= 10


def test_style_is_at_most_12_kb(interface: None) -> None:
    core = sum(_zipped(STATIC / name) for name in _core() if name.endswith(".css"))
    views = sum(_zipped(path) for path in (STATIC / "assets").glob("*.css"))
    assert core <= 12 * KB
    assert views <= 25 * KB


def test_one_font_file_is_needed_and_small(interface: None) -> None:
    latin = list((STATIC / "assets").glob("inter-latin-wght*.woff2"))
    assert len(latin) == 1
    assert latin[0].stat().st_size <= 50 * KB


def test_nothing_is_loaded_from_elsewhere(interface: None) -> None:
    html = (STATIC / "index.html").read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", html)
    for path in (STATIC / "assets").glob("*.css"):
        assert "//" not in re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"))


def test_the_lock_names_no_host() -> None:
    text = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    lock = json.loads(text)
    assert lock["packages"]
    assert all(about.get("integrity") for name, about in lock["packages"].items() if name)


def test_licences_of_what_was_built_in_are_listed(interface: None) -> None:
    listed = (STATIC / "THIRD_PARTY.txt").read_text(encoding="utf-8")
    assert re.search(r"^svelte [\d.]+: MIT$", listed, re.MULTILINE)
    assert re.search(r"^@fontsource-variable/inter [\d.]+: OFL-1.1$", listed, re.MULTILINE)
