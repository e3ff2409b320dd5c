"""The view of policies: a row with the folded state, and their history."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Column, Integer, Text

from domain.cycle.policy import CyclePolicy
from domain.policy import policy as p
from domain.policy.policy import Policy
from domain.policy.policy_thing import THING
from projections.engine.versions import versioned
from projections.history.change import Change, shown_links, utc
from projections.policy import words
from projections.search.findable import Findable
from projections.stored import Stored
from projections.view import View, tell

POLICIES = versioned(
    "policies",
    Column("policy_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)
"""Ids begin with the time: in their order, policies stand as they were made, the organisation's
first.
"""

STORED: Final[Stored[Policy]] = Stored(THING, POLICIES, TypeAdapter(Policy))

# --- what history tells ---------------------------------------------------------------------------


def told(values: CyclePolicy) -> dict[str, Any]:
    """Choices as history keeps them, by their names."""
    return {name: _plain(getattr(values, name)) for name in CyclePolicy.model_fields}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(each) for each in value]
        case _:
            return value


def changes(before: CyclePolicy, values: CyclePolicy) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stood before and what stands now, of the choices that are other than they were."""
    was, now = told(before), told(values)
    names = [name for name in now if now[name] != was[name]]
    return {name: was[name] for name in names}, {name: now[name] for name in names}


def _said(fact: p.PolicyFact, **sets: Any) -> Change:
    return Change("policy", fact.policy_id, sets)


def _revised(fact: p.PolicyRevised) -> Change:
    was, now = changes(fact.before, fact.values)
    says = {
        "version": fact.version,
        "changed": list(now),
        "from": utc(fact.effective_from),
        "backdated": fact.backdated,
    }
    return Change("policy", fact.policy_id, now, says, was=was)


VIEW: Final[View[Policy]] = View(
    THING,
    "people",
    tables=(POLICIES,),
    stored=STORED,
    telling=(
        tell(p.PolicyDefined, lambda fact: _said(fact, title=fact.name), words.defined),
        tell(p.PolicyRevised, _revised, words.revised, mark="policy"),
        tell(p.PolicyRenamed, lambda fact: _said(fact, title=fact.name), words.renamed),
        tell(
            p.PolicyDescribed,
            lambda fact: _said(fact, description=fact.description),
            words.described,
        ),
        tell(p.PolicyLinked, lambda fact: _said(fact, links=shown_links(fact.links)), words.linked),
    ),
    found=Findable(),
)
