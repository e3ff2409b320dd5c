"""Every route that writes, with something real to write about: what is new is tried by itself."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from api.openapi import FILE
from api.system.examples import STORY, filled
from tests.api.installation import Stack

NOBODY: Final = "01890000-0000-7000-8000-000000000000"


class Write(NamedTuple):
    method: str
    path: str
    operation: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


DESCRIBED: Final = orjson.loads(FILE.read_bytes())
WRITES: Final = [
    Write(method.upper(), path, operation["operationId"])
    for path, operations in DESCRIBED["paths"].items()
    for method, operation in operations.items()
    if method != "get" and path.startswith("/v1/")
]
FIELDS: Final = sorted(
    {
        name
        for shape in DESCRIBED["components"]["schemas"].values()
        for name in shape.get("properties", ())
    }
)
"""The names of all fields that there are."""
_STEPS: Final = {step.operation: step for step in reversed(STORY)}


class Everything(NamedTuple):
    """A company with one of everything. ``ids`` are by the names of parameters, without ``_id``,
    and of what the examples make.
    """

    ids: Mapping[str, str]

    def address(self, path: str, operation: str | None = None) -> str:
        """The address of what there is; of what the example of the operation is about, if that is
        here.
        """
        about = _STEPS[operation].on if operation else {}

        def one(found: re.Match[str]) -> str:
            name = found[1].removesuffix("_id")
            return self.ids.get(about.get(found[1], name), self.ids[name])

        return re.sub(r"\{([a-z_]+)\}", one, path)

    def example(self, operation: str) -> Any:
        """The example of the documentation, about what there is here; None without a body."""
        return filled(_STEPS[operation].body, lambda name: self.ids.get(name, NOBODY))

    @property
    def signed(self) -> dict[str, str]:
        return {"TrueNorth-Person": self.ids["person"], "If-Match": "*"}


def everything(stack: Stack) -> Everything:
    company = stack.active()
    person, deputy = stack.person("Cy"), stack.person("Bo")  # others than the owner: they approve
    signed = {"headers": {"TrueNorth-Person": person}}
    stack.put("/v1/organisation/holidays/DE", {"days": [{"on": "2026-05-14"}]})
    about = {"kind": "objective", "id": company.objective}
    obstacle = stack.post("/v1/obstacles", {"title": "Late", "about": about, "severity": "low"})
    at = f"/v1/obstacles/{obstacle['id']}"
    action = {"title": "Do", "kind": "kaizen", "team_id": company.team, "owner_id": person}
    away = {"from": "2026-07-01", "to": "2026-07-20", "deputy_id": deputy}
    made = {
        "why": stack.post(f"{at}/whys", {"answer": "No rota"}),
        "cause": stack.post(f"{at}/causes", {"category": "method", "text": "No rota"}),
        "action": stack.post("/v1/actions", action),
        "absence": stack.post(f"/v1/people/{person}/absences", away),
        "check_in": company.check_in(25),
        "policy": stack.post("/v1/policies", {"name": "Steady work"}),
        "comment": stack.post("/v1/comments", {"about": about, "text": "So?"}, **signed),
        "view": stack.post("/v1/me/views", {"name": "Mine", "address": "/actions"}, **signed),
    }
    return Everything(
        {
            "person": person,
            "deputy": deputy,
            "team": company.team,
            "cycle": company.cycle,
            "following": stack.cycle(starts_on="2026-04-01", ends_on="2026-06-30"),
            "objective": company.objective,
            "second": stack.objective(company.cycle, company.team, company.owner),
            "key_result": company.key_result,
            "obstacle": obstacle["id"],
            "calendar": "DE",
            "kind": "objective",
            "id": company.objective,
            **{name: thing["id"] for name, thing in made.items()},
        }
    )
