"""A client that a generator makes of openapi.json: without a warning, and good for a quarter."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from httpx2 import Client as Reaching

from api.openapi import FILE
from deploy.build_web import WEB, Node
from tests.api.installation import Stack

NAME = "north_client"


class Through(httpx.BaseTransport):
    """Hands the client's requests to the installation of the test."""

    def __init__(self, reaching: Reaching) -> None:
        self._reaching = reaching

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        told = self._reaching.request(
            request.method,
            str(request.url),
            content=request.read(),
            headers=dict(request.headers),
        )
        # The content was opened on the way; what it was sent in is nobody's business any more.
        headers = {n: v for n, v in told.headers.items() if n != "content-encoding"}
        return httpx.Response(told.status_code, headers=headers, content=told.content)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The client as a package that can be imported."""
    folder = tmp_path_factory.mktemp("client")
    settings = folder / "settings.yaml"
    settings.write_text("post_hooks: []\n")
    made = subprocess.run(
        [
            str(Path(sys.executable).with_name("openapi-python-client")), "generate",
            "--path", str(FILE), "--meta", "none", "--output-path", str(folder / NAME),
            "--config", str(settings), "--fail-on-warning",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    assert "arning" not in made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    try:
        yield folder / NAME
    finally:
        sys.path.remove(str(folder))


class Typed:
    """The generated client: operations and models by their names."""

    def __init__(self, stack: Stack) -> None:
        package = import_module(NAME)
        reached = {"transport": Through(stack.client)}
        self.client = package.Client(base_url="http://127.0.0.1", httpx_args=reached)
        self.models: Any = import_module(f"{NAME}.models")

    def __call__(self, operation: str, *path: str, **given: Any) -> Any:
        """What an operation answers, as a model; ``operation`` is ``tag.operation_id``."""
        tag, _, name = operation.partition(".")
        module = import_module(f"{NAME}.api.{tag}.{name}")
        told = module.sync_detailed(*path, client=self.client, **given)
        assert told.status_code < 300, told.content
        assert told.parsed is not None, f"{operation} answers {told.status_code} without a shape"
        return told.parsed


def test_it_plays_a_quarter(own: Stack, generated: Path) -> None:
    north = Typed(own)
    m = north.models
    ann = north("people_and_teams.add_person", body=m.NewPerson(name="Ann", email="ann@x.example"))
    team = north(
        "people_and_teams.form_team",
        body=m.NewTeam.from_dict({"name": "Ops", "kind": "team"}),
    )
    lead = m.Membership.from_dict({"role": "lead"})
    north("people_and_teams.add_member", team.id, ann.id, body=lead)
    quarter = {
        "name": "2026 Q1", "starts_on": "2026-01-01", "ends_on": "2026-03-31",
        "timezone": "Europe/Berlin",
    }  # fmt: skip
    cycle = north("cycles.plan_cycle", body=m.NewCycle.from_dict(quarter))
    drafted = {
        "cycle_id": cycle.id, "team_id": team.id, "owner_id": ann.id,
        "title": "Quicker answers", "ambition": "aspirational",
    }  # fmt: skip
    objective = north("objectives.draft_objective", body=m.NewObjective.from_dict(drafted))
    measured = {
        "title": "Hours to an answer",
        "measure": {"kind": "decrease", "baseline": 40, "target": 20, "unit": "h"},
    }
    key_result = north(
        "key_results.add_key_result", objective.id, body=m.NewKeyResult.from_dict(measured)
    )
    for move in ("propose", "accept", "activate"):
        north(f"objectives.{move}_objective", objective.id, if_match="*")
    for value in (35, 30, 24):
        own.clock.pass_by(days=7)
        said = m.CheckInRequest.from_dict({"value": value, "confidence": 0.6})
        told = north("key_results.check_in", objective.id, key_result.id, body=said)
    assert (told.value, told.progress) == (24, 0.8)
    about = {"kind": "key_result", "id": key_result.id}
    raised = {"title": "Nobody on call", "about": about, "severity": "high"}
    obstacle = north("obstacles.raise_obstacle", body=m.NewObstacle.from_dict(raised))
    why = m.WhyRequest(answer="No rota")
    answered = north("obstacles.answer_why", obstacle.id, body=why)
    chosen = m.RootCause(why_id=answered.id)
    north("obstacles.choose_root_cause", obstacle.id, body=chosen, if_match="*")
    done = m.Resolution(result="A rota", evidence="The plan on the wall")
    resolved = north("obstacles.resolve_obstacle", obstacle.id, body=done, if_match="*")
    assert resolved.state == "resolved"
    grade = {"key_results": [{"id": key_result.id, "agreed_grade": 0.8}]}
    graded = north(
        "objectives.grade_objective",
        objective.id,
        body=m.GradeRequest.from_dict(grade),
        if_match="*",
    )
    assert graded.state == "graded"
    assert graded.undo is None
    scores = north("scores.get_scores", cycle_id=cycle.id)
    assert scores.position <= own.journal.head()
    told = north("history_and_events.list_events", limit=500)
    assert {"okr.check-in-recorded", "lean.obstacle-resolved"} <= {
        each.type_ for each in told.items
    }
    commands = [{"method": "POST", "path": f"/v1/objectives/{objective.id}/close", "if_match": "*"}]
    closed = north("batch.batch", body=m.Batch.from_dict({"commands": commands, "atomic": True}))
    assert [each.status for each in closed.results] == [200]


def test_it_understands_a_refusal(own: Stack, generated: Path) -> None:
    north = Typed(own)
    module = import_module(f"{NAME}.api.objectives.propose_objective")
    told = module.sync_detailed("nonsense", client=north.client, if_match="*")
    assert isinstance(told.parsed, north.models.Problem)
    assert (told.parsed.status, told.parsed.code) == (404, "not-found")


def test_each_operation_is_in_it(generated: Path) -> None:
    described = {
        operation["operationId"]
        for path in orjson.loads(FILE.read_bytes())["paths"].values()
        for operation in path.values()
    }
    made = {each.stem for each in generated.glob("api/*/*.py") if each.stem != "__init__"}
    assert made == described


def test_types_for_typescript_are_made_without_a_warning_and_compile(tmp_path: Path) -> None:
    node, modules, types = str(Node.found().node), WEB / "node_modules", tmp_path / "api.d.ts"
    commands = (
        ["openapi-typescript/bin/cli.js", str(FILE), "--output", str(types)],
        ["typescript/bin/tsc", "--noEmit", "--strict", str(types)],
    )
    for program, *arguments in commands:
        made = subprocess.run(
            [node, str(modules / program), *arguments],
            capture_output=True, text=True, check=False, env={"NO_COLOR": "1"},
        )  # fmt: skip
        assert made.returncode == 0, made.stdout + made.stderr
        assert made.stderr == ""
        assert "arning" not in made.stdout
    assert "export interface operations" in types.read_text()
