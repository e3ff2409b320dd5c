"""A change of a score in words: “−9 pp: target of Speed moved 15 → 25; +26 pp: 7 check-ins”."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from domain.facts import Envelope
from domain.okr.explain import Explained, ScorePart
from domain.okr.explain_cause import Cause
from domain.okr.key_result import KeyResultReweighted
from domain.okr.measure import Measure
from domain.okr.measure_correction import MeasureCorrected
from domain.okr.retarget import KeyResultRetargeted
from domain.okr.returning import KeyResultReinstated, ObjectiveReinstated
from domain.okr.rollup import display
from projections.history.words import shown
from projections.numbers import json_number

COUNTED: Final[Mapping[Cause, tuple[str, str]]] = {
    "check_in": ("check-in", "check-ins"),
    "late": ("late check-in", "late check-ins"),
    "correction": ("correction", "corrections"),
    "withdrawal": ("withdrawn check-in", "withdrawn check-ins"),
}
"""Causes that are many: a sentence counts them over all key results."""

SAID: Final = 5
"""So many causes one sentence names; the rest is summed up."""

Approver = Callable[[Envelope], str | None]
"""In which part somebody moved a target, such as ``the lead``; None where nobody had to approve."""


def points(amount: Fraction) -> str:
    """A share as percentage points: ``+26 pp``, ``−0.4 pp``, ``±0 pp``."""
    count = abs(amount) * 100
    if not count:
        return "±0 pp"
    sign = "+" if amount > 0 else "−"
    if count < Fraction(1, 100):
        return f"{sign}<0.01 pp"
    number = display(count, 0 if count >= 1 else 2)
    return f"{sign}{shown(json_number(number))} pp"


class Words:
    """The words of one explained change.

    Args:
        approver: in which part somebody moved a target.
    """

    def __init__(self, explained: Explained, approver: Approver) -> None:
        self._explained = explained
        self._approver = approver
        self._key_results = {
            id_: one
            for each in explained.objectives.values()
            for id_, one in each.key_results.items()
        }

    def title(self, part: ScorePart) -> str | None:
        """What the key result of a part is called, else its objective."""
        if part.key_result_id in self._key_results:
            return self._key_results[part.key_result_id].title
        objective = self._explained.objectives.get(part.objective_id or "")
        return objective.title if objective else None

    def part(self, part: ScorePart) -> str:
        """The sentence of one part."""
        return f"{points(part.amount)}: {self._phrase(part)}"

    def whole(self) -> str:
        """One sentence for the whole change: what was decided one by one, then what was read."""
        parts = self._explained.parts
        if not parts:
            return "Nothing moved it"
        named = [each for each in parts if each.cause not in COUNTED and each.cause != "time"]
        named.sort(key=lambda each: each.facts[0].position if each.facts else 0)
        told = [(each.amount, self._phrase(each)) for each in named]
        told += [
            (sum((one.amount for one in own), Fraction(0)), _counted(cause, own))
            for cause in COUNTED
            if (own := [each for each in parts if each.cause == cause])
        ]
        told += [(each.amount, self._phrase(each)) for each in parts if each.cause == "time"]
        return "; ".join(f"{points(amount)}: {words}" for amount, words in _shortened(told))

    def _phrase(self, part: ScorePart) -> str:
        of = self.title(part) or "it"
        facts = [each.fact for each in part.facts]
        match part.cause:
            case "check_in" | "late" | "correction" | "withdrawal":
                return f"{_counted(part.cause, [part])} of {of}"
            case "retarget":
                return self._retargeted(part, of)
            case "reweight":
                return _reweighted(facts, of)
            case "measure":
                corrected = any(isinstance(each, MeasureCorrected) for each in facts)
                return f"measure of {of} corrected" if corrected else f"{of} measured another way"
            case "added":
                back = any(
                    isinstance(each, KeyResultReinstated | ObjectiveReinstated) for each in facts
                )
                return f"{of} brought back" if back else f"{of} came in"
            case "dropped":
                return f"{of} dropped"
            case "supporter":
                return f"support by {of}"
            case "policy":
                return "another policy"
            case "cycle":
                return "days of the cycle moved"
            case "time":
                return "what came into force by its date"

    def _retargeted(self, part: ScorePart, of: str) -> str:
        moves = [each for each in part.facts if isinstance(each.fact, KeyResultRetargeted)]
        first, last = moves[0].fact, moves[-1].fact
        assert isinstance(first, KeyResultRetargeted)
        assert isinstance(last, KeyResultRetargeted)
        unit = self._unit(part.key_result_id)
        step = f"{_number(first.previous_target)} → {_number(last.target)}{unit}"
        often = f" in {len(moves)} steps" if len(moves) > 1 else ""
        who = dict.fromkeys(filter(None, map(self._approver, moves)))
        by = f", approved by {' and '.join(who)}" if who else ""
        return f"target of {of} moved {step}{often}{by}"

    def _unit(self, key_result_id: str | None) -> str:
        key_result = self._key_results.get(key_result_id or "")
        measure: Measure | None = key_result.measure if key_result else None
        unit = getattr(measure, "unit", None)
        return f" {unit}" if unit else ""


def _number(value: Decimal) -> str:
    return shown(json_number(value))


def _reweighted(facts: Sequence[Any], of: str) -> str:
    moves = [each for each in facts if isinstance(each, KeyResultReweighted)]
    if not moves:
        return f"{of} weighs otherwise" if of != "it" else "teams regrouped"
    return f"weight of {of} moved {_number(moves[0].previous_weight)} → {_number(moves[-1].weight)}"


def _counted(cause: Cause, parts: Iterable[ScorePart]) -> str:
    """``7 check-ins``: facts of one command are one."""
    commands = Counter(each.command_id for part in parts for each in part.facts)
    one, many = COUNTED[cause]
    return f"1 {one}" if len(commands) == 1 else f"{len(commands)} {many}"


def _shortened(told: list[tuple[Fraction, str]]) -> list[tuple[Fraction, str]]:
    """The causes that did most, in their order; the rest in one."""
    if len(told) <= SAID:
        return told
    most = sorted(range(len(told)), key=lambda n: -abs(told[n][0]))[: SAID - 1]
    rest = [told[n] for n in range(len(told)) if n not in most]
    summed = (sum((amount for amount, _ in rest), Fraction(0)), f"{len(rest)} more causes")
    return [*(told[n] for n in sorted(most)), summed]
