"""The descriptor of a policy."""

from typing import Final

from domain.cycle.cycle import Cycle
from domain.people.organisation import Organisation
from domain.policy import policy as p
from domain.policy.decisions import decide_define, decide_edit
from domain.thing import Thing, on, when

THING: Final[Thing[p.Policy]] = Thing(
    "policy",
    p.INITIAL,
    facts=(
        when(p.PolicyDefined, p.defined),
        when(p.PolicyRevised, p.revised),
        when(p.PolicyRenamed, p.renamed),
        when(p.PolicyDescribed, p.described),
        when(p.PolicyLinked, p.linked),
    ),
    commands=(
        on(p.DefinePolicy, decide_define, permits="administer"),
        on(p.EditPolicy, decide_edit, Organisation, Cycle, permits="administer"),
    ),
    always=frozenset({p.DEFAULT}),
)
