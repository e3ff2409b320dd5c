"""The command line ``truenorth``: the local stack, the demo, and one command per process role.

Parts are imported inside the commands: `truenorth --help` should not load Temporal and SQLAlchemy.
"""

import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn, cast, get_args

import typer
from rich.console import Console

from deploy.datadir import DataDirectory, DataDirectoryError
from deploy.settings import Settings, SettingsError

app = typer.Typer(
    name="truenorth",
    help="OKR and Lean on one immutable log. `demo` shows everything; `up` is for your own data.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
tokens = typer.Typer(help="API keys for clients (mode `keys`).", no_args_is_help=True)
workflows = typer.Typer(help="Operate the clocks.", no_args_is_help=True)
app.add_typer(tokens, name="token")
app.add_typer(workflows, name="workflows")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Data = Annotated[Path | None, typer.Option("--data", help="Data directory (default: .truenorth).")]
Port = Annotated[int | None, typer.Option("--port", help="Port of the pages and the API.")]
Open = Annotated[bool, typer.Option("--open", help="Open the pages in your browser.")]


@contextmanager
def settings_for(data: Path | None = None, port: int | None = None) -> Iterator[Settings]:
    """Settings from the environment, overruled by the options given, for the work of one command.

    Whatever goes wrong with it is said in words, and ends the command with exit code 1.
    """
    given = {"data": data, "port": port}
    try:
        settings = Settings.read(
            {name: value for name, value in given.items() if value is not None}
        )
    except SettingsError as error:
        fail(error)
    try:
        yield settings
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:
        from deploy.faults import in_words  # noqa: PLC0415

        fail(in_words(error, settings))


def fail(message: object) -> NoReturn:
    """Say what is wrong and what to do, and leave with exit code 1."""
    err.print(f"truenorth: {message}", style="red", markup=False)
    raise typer.Exit(1)


@app.command()
def up(data: Data = None, port: Port = None, browser: Open = False) -> None:
    """Run the whole local stack on a data directory of your own."""
    from deploy.ports import ensure_free  # noqa: PLC0415

    with settings_for(data, port) as settings:
        directory = DataDirectory(settings.data.resolve())
        ensure_free(settings.host, settings.port)
        directory.prepare()
        with directory.locked():
            raise typer.Exit(serve(directory, settings, browser=browser))


@app.command()
def demo(data: Data = None, port: Port = None, browser: Open = False) -> None:
    """Play a made-up company's quarter through the real workflows once, then serve it."""
    from deploy.ports import ensure_free  # noqa: PLC0415

    with settings_for(data, port) as settings:
        directory = DataDirectory(settings.data.resolve())
        ensure_free(settings.host, settings.port)
        ensure_demo(directory)
        with directory.locked():
            raise typer.Exit(serve(directory, settings, browser=browser))


def ensure_demo(directory: DataDirectory) -> None:
    """Play the demo unless it is there; what stands in the way is said before Temporal loads."""
    if directory.stamp.exists():
        directory.prepare()
        if directory.simulation is None:
            raise DataDirectoryError(
                f"{directory.path} holds your own data, not a demo. Use `truenorth up` for it, or "
                "choose another directory with --data."
            )
        return
    from deploy.demo.play import DemoError, play_into  # noqa: PLC0415

    try:
        play_into(directory, out)
    except DemoError as error:
        fail(error)


def serve(directory: DataDirectory, settings: Settings, *, browser: bool) -> int:
    """Migrate, start the stack, say where it is."""
    from deploy.compose import migrate_truth, migrate_views  # noqa: PLC0415
    from deploy.faults import in_words  # noqa: PLC0415
    from deploy.stack import LocalStack  # noqa: PLC0415

    def say(text: str) -> None:
        err.print(f"· {text}", markup=False)

    migrate_truth(settings)
    try:
        migrate_views(settings)
    except Exception as error:  # views can always be made anew; commands go on without them
        say(in_words(error, settings))

    def ready(address: str) -> None:
        if directory.simulation:
            out.print("· demo data: its history was made under a simulated clock", style="yellow")
        out.print(f"· logs in {directory.logs}")
        out.print(f"\n  True North is at [bold]{address}[/bold]   (Ctrl-C ends it)\n")
        if browser:
            webbrowser.open(address)

    out.print("· starting the local stack")
    code = LocalStack(directory, settings).run(say, ready)
    out.print("· stopped")
    return code


@app.command()
def migrate(data: Data = None) -> None:
    """Create the stores or bring them to this version's shape."""
    from deploy.compose import migrate as migrate_stores  # noqa: PLC0415

    with settings_for(data) as settings:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        migrate_stores(settings)
        out.print("· stores are at this version")


@app.command()
def api(data: Data = None, port: Port = None) -> None:
    """Serve the HTTP API and the pages (one process; run as many as you like)."""
    from deploy.roles import run_api  # noqa: PLC0415

    with settings_for(data, port) as settings:
        sys.exit(run_api(settings))


@app.command()
def worker(data: Data = None) -> None:
    """Run the clocks: Temporal worker and relay."""
    from deploy.roles import run_worker  # noqa: PLC0415

    with settings_for(data) as settings:
        sys.exit(run_worker(settings))


@app.command()
def projector(data: Data = None) -> None:
    """Keep the views up with the log."""
    from deploy.roles import run_projector  # noqa: PLC0415

    with settings_for(data) as settings:
        sys.exit(run_projector(settings, stop_on_signals()))


@app.command()
def rebuild(
    view: Annotated[str | None, typer.Argument(help="One view; all by default.")] = None,
    data: Data = None,
    force: Annotated[
        bool, typer.Option("--force", help="Switch over although the rows differ from before.")
    ] = False,
) -> None:
    """Build views anew beside the old ones, compare, and switch over. Readers notice nothing."""
    from deploy.compose import opened  # noqa: PLC0415
    from projections.engine.rebuild import rebuild as rebuild_views  # noqa: PLC0415

    with settings_for(data) as settings, opened(settings) as parts:
        parts.views.migrate()
        report = rebuild_views(parts.journal, parts.views, view, force=force)
        out.print(str(report), markup=False)


@app.command()
def doctor(data: Data = None) -> None:
    """Look at log, views, clocks and pages; say what is wrong and what to do."""
    from deploy.doctor import examine  # noqa: PLC0415

    with settings_for(data) as settings:
        findings = examine(settings.beside_a_running_stack())
        for finding in findings:
            out.print(f"{_MARKS[finding.state]} ", end="")
            out.print(f"{finding.part}: {finding.words}", markup=False)
        if any(finding.state == "ill" for finding in findings):
            raise typer.Exit(1)


_MARKS = {"ok": "[green]ok[/green]  ", "warn": "[yellow]warn[/yellow]", "ill": "[red]ill[/red] "}


@tokens.command("create")
def create_token(
    role: Annotated[str, typer.Option(help="admin, member, auditor or viewer.")],
    person: Annotated[str | None, typer.Option(help="E-mail of the person it speaks for.")] = None,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    data: Data = None,
) -> None:
    """Make an API key. It is shown once and stored only as a hash."""
    from journal.directory import Directory, Role  # noqa: PLC0415

    roles = get_args(Role)
    if role not in roles:
        fail(f"there is no role {role!r}; choose one of {', '.join(roles)}")
    with settings_for(data) as settings, Directory(settings.directory) as directory:
        person_id = None
        if person is not None:
            found = directory.find_person(person)
            if found is None:
                fail(f"nobody in the directory has the e-mail address {person}")
            person_id = found.id
        out.print(directory.create_key(cast("Role", role), person_id, label), markup=False)


@workflows.command("reconcile")
def reconcile_clocks(
    data: Data = None,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="End every clock and start it anew, on this build.")
    ] = False,
) -> None:
    """Start every clock that should run and Temporal does not know; nudge stale ones."""
    from deploy.roles import reconcile_once  # noqa: PLC0415
    from workflows.clock.patience import ViewsBehind  # noqa: PLC0415
    from workflows.host.client import TemporalAway  # noqa: PLC0415

    with settings_for(data) as given:
        settings = given.beside_a_running_stack()
        try:
            out.print(reconcile_once(settings, afresh=afresh), markup=False)
        except TemporalAway:
            fail(
                f"no Temporal at {settings.temporal_address}. Start the stack, or name the server "
                "with TRUENORTH_TEMPORAL_ADDRESS. Nothing was changed."
            )
        except ViewsBehind as behind:
            fail(f"{behind}. Is the projector running? Nothing was changed; try again when it is.")


def stop_on_signals() -> threading.Event:
    """An event that SIGINT and SIGTERM set, from a thread that waits for nothing else.

    A handler would interrupt the main thread, now and then inside this very event, and wait for
    ever for the lock that the interrupted one holds.
    """
    stop, wanted = threading.Event(), {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)

    def listen() -> None:
        signal.sigwait(wanted)
        stop.set()

    threading.Thread(target=listen, name="signals", daemon=True).start()
    return stop


def main() -> None:
    """Entry point of the console script; what it makes is for its owner's eyes only."""
    os.umask(0o077)
    app()
