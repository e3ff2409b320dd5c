"""What a policy answers to each command: facts, or a refusal that says which choice is wrong."""

from dataclasses import replace
from datetime import timedelta

from domain.cycle.cycle import Cycle
from domain.cycle.policy import CyclePolicy, over
from domain.cycle.policy_adoption import followed
from domain.description import refuse_description, refuse_links
from domain.editing import changed, given
from domain.facts import Decision, Fact, Refusal
from domain.people.organisation import INITIAL as UNSAID
from domain.people.organisation import Organisation
from domain.policy.check import YEARS, fault_in_values
from domain.policy.policy import (
    DEFAULT,
    DefinePolicy,
    EditPolicy,
    Policy,
    PolicyDefined,
    PolicyDescribed,
    PolicyLinked,
    PolicyRenamed,
    PolicyRevised,
    defined,
    revised,
)
from domain.refusals import already_exists, blank, invalid, not_found, reason_required
from domain.title import refuse_title


def _refuse_name(name: str) -> Refusal | None:
    refusal = refuse_title(name, "/name", "A policy's name")
    return refusal and replace(refusal, code="invalid-name")


def decide_define(command: DefinePolicy, state: Policy) -> Decision:
    if state.known_as(command.policy_id):
        return already_exists("policy")
    refusal = (
        _refuse_name(command.name)
        or fault_in_values(command.values, "/values")
        or refuse_description(command.description)
        or refuse_links(command.links)
    )
    if refusal:
        return refusal
    facts: list[Fact] = [
        PolicyDefined(
            policy_id=command.policy_id,
            name=command.name,
            values=over(CyclePolicy(), command.values),
        )
    ]
    if command.description is not None:
        described = PolicyDescribed(policy_id=command.policy_id, description=command.description)
        facts.append(described)
    if command.links:
        facts.append(PolicyLinked(policy_id=command.policy_id, links=command.links))
    return tuple(facts)


def decide_edit(
    command: EditPolicy, state: Policy, organisation: Organisation = UNSAID, *cycles: Cycle
) -> Decision:
    """One fact for each kind of change; what stays the same makes none.

    New values need a reason. They may count from a date in the past, which is said, or to come.
    ``cycles`` that follow the policy take them over.
    """
    policy_id = command.policy_id
    if not state.known_as(policy_id):
        return not_found("policy", policy_id)
    values = over(state.newest.values, command.values)
    revises = values != state.newest.values
    refusal = (
        (_refuse_name(command.name) if given(command, "name") else None)
        or refuse_description(command.description)
        or refuse_links(command.links)
        or (fault_in_values(values, "/values") if revises else None)
        or _refuse_date(command, revises=revises)
    )
    if refusal is None and revises and blank(command.reason):
        refusal = reason_required("say why the policy changes")
    if refusal:
        return refusal
    new = changed(command, name=state.name, description=state.description, links=state.links)
    facts: list[Fact] = []
    if state.policy_id is None and (revises or new):
        # The organisation's enters the log with what it was until now.
        known = PolicyDefined(policy_id=DEFAULT, name=state.name, values=state.newest.values)
        facts.append(known)
    if revises:
        since = command.effective_from or command.at
        grace = timedelta(days=state.newest.values.backdating_grace_days)
        revision = PolicyRevised(
            policy_id=policy_id,
            version=state.version + len(facts) + 1,
            before=state.newest.values,
            values=values,
            effective_from=since,
            backdated=since < command.at - grace,
        )
        facts.append(revision)
        policy = revised(
            defined(state, facts[0]) if isinstance(facts[0], PolicyDefined) else state, revision
        )
        for cycle in cycles:
            facts += followed(cycle, organisation, policy, command)
    if "name" in new:
        facts.append(PolicyRenamed(policy_id=policy_id, name=command.name))
    if "description" in new:
        facts.append(PolicyDescribed(policy_id=policy_id, description=command.description))
    if "links" in new:
        facts.append(PolicyLinked(policy_id=policy_id, links=command.links))
    return tuple(facts)


def _refuse_date(command: EditPolicy, *, revises: bool) -> Refusal | None:
    since = command.effective_from
    if since is None:
        return None
    if not revises:
        detail = "Only a change of values counts from a date: say what changes, or leave it out."
        return invalid("invalid-effective-from", detail, "/effective_from")
    if since.year not in YEARS:
        detail = "A policy counts from a date between 1970 and 2200."
        return invalid("invalid-effective-from", detail, "/effective_from")
    return None
