"""Choices of a policy as requests say them: those of a cycle's own, and those of a policy."""

from typing import Annotated, Literal

from api.core.fields import AsArray, Day, Id, Number, Request, Word
from domain.cycle.policy import CyclePolicy
from domain.ids import PolicyId

Whole = int


class Choices(Request):
    """Choices of a policy; what is left out stays as it is, at first the default of RULES. Working
    days and holidays that are null are those of the organisation.
    """

    slot_weekday: Whole | None = None
    ask_at: Word | None = None
    pace: Literal["ratio", "gap"] | None = None
    score_floor: Number | None = None
    score_cap: Number | None = None
    rollup: Literal["key_results", "children", "both"] | None = None
    status_rollup: Literal["worst", "mean"] | None = None
    supporters: Literal["any_cycle", "own_cycle"] | None = None
    backdating_grace_days: Whole | None = None
    outdated_after_days: Whole | None = None
    objectives_per_team: Whole | None = None
    draft_days: Whole | None = None
    align_days: Whole | None = None
    commit_days: Whole | None = None
    grading_days: Whole | None = None
    learn_days: Whole | None = None
    close_days: Whole | None = None
    window_week: Whole | None = None
    workdays: Annotated[tuple[Whole, ...], AsArray] | None = None
    holidays: Annotated[tuple[Day, ...], AsArray] | None = None
    resume: Literal["keep", "shift"] | None = None

    def values(self) -> CyclePolicy:
        """Those that were made; an own working week or holidays can be given up by null."""
        made = self.model_dump(include=set(CyclePolicy.model_fields), exclude_unset=True)
        return CyclePolicy(
            **{
                name: value
                for name, value in made.items()
                if value is not None or name in ("workdays", "holidays")
            }
        )


class PolicyChoice(Choices):
    """Either a policy by its `id`, at one `version` or else at whichever is the newest; or choices
    of the cycle's own.
    """

    id: Id | None = None
    version: Whole | None = None

    def policy_id(self) -> PolicyId | None:
        """The policy that is named, if one is."""
        return None if self.id is None else PolicyId(self.id)
