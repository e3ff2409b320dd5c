"""Of what a score is explained (RULES B11)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfKeyResult:
    """The score of one key result."""

    objective_id: str
    key_result_id: str


@dataclass(frozen=True, slots=True)
class OfObjective:
    """The score of one objective, with the votes of those that support it."""

    objective_id: str


@dataclass(frozen=True, slots=True)
class OfTeam:
    """The score of a team and those below it in a cycle; of the company without a ``team_id``."""

    cycle_id: str
    team_id: str | None = None


Scope = OfKeyResult | OfObjective | OfTeam
