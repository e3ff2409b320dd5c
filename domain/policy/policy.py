"""A policy: the choices by which cycles are planned and measured, kept as versions.

One is there before anybody has said a word about it: the organisation's, with the values of the
rules. Each change is a version of its own, with a reason, that counts from a date. Whoever goes by
a policy records the version it took over, so folding it needs no stream but its own, and an old
result can be told again from a version and a position.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.cycle.policy import CyclePolicy
from domain.description import Description, Links
from domain.facts import Command, Fact
from domain.ids import CycleId, PolicyId
from domain.people.organisation import STREAM as ORGANISATION
from domain.text import SealedText
from domain.title import Title

DEFAULT: Final = PolicyId("00000000-0000-7000-8000-000000000001")
"""The organisation's own policy, there before its first fact."""

# --- facts -------------------------------------------------------------------------------------


class PolicyFact(Fact):
    policy_id: PolicyId

    @property
    def stream(self) -> str:
        return f"policy/{self.policy_id}"


class PolicyDefined(PolicyFact):
    """Its first version, in force since ever: nothing went by it before."""

    TYPE: ClassVar[str] = "policy.policy-defined"
    name: str
    values: CyclePolicy


class PolicyRevised(PolicyFact):
    """Version ``version`` of its values, in place of the newest ``before``.

    ``backdated``: it counts from well before it was said.
    """

    TYPE: ClassVar[str] = "policy.policy-revised"
    version: int
    before: CyclePolicy
    values: CyclePolicy
    effective_from: AwareDatetime
    backdated: bool = False


class PolicyRenamed(PolicyFact):
    TYPE: ClassVar[str] = "policy.policy-renamed"
    name: str


class PolicyDescribed(PolicyFact):
    TYPE: ClassVar[str] = "policy.policy-described"
    description: SealedText | None = None


class PolicyLinked(PolicyFact):
    TYPE: ClassVar[str] = "policy.policy-linked"
    links: Links


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """The values of a policy from ``since`` on; None is since ever. ``number`` is the version of
    the stream that brought them.
    """

    number: int
    values: CyclePolicy
    since: datetime | None = None
    backdated: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """``versions`` in the order of their numbers; ``version`` is that of the stream.

    The initial state is the organisation's policy as it is before its first fact.
    """

    policy_id: PolicyId | None = None
    name: str = "The organisation's policy"
    version: int = 0
    versions: tuple[Version, ...] = (Version(0, CyclePolicy()),)
    description: SealedText | None = None
    links: Links = ()

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    def known_as(self, policy_id: str) -> bool:
        """Whether there is a policy of this id, of which this is the state."""
        return self.policy_id is not None or policy_id == DEFAULT

    def at_version(self, number: int) -> Version | None:
        """The values as of a version of the stream; None of one that there never was."""
        if number > self.version:
            return None
        known = [each for each in self.versions if each.number <= number]
        return known[-1] if known else None

    def in_force(self, moment: datetime) -> Version:
        """What counts at ``moment``: the version of the latest date, of one date the newest."""
        begun = [each for each in self.versions if each.since is None or each.since <= moment]
        return max(begun, key=lambda each: (each.since is not None, each.since, each.number))


INITIAL: Final = Policy()


def defined(state: Policy, fact: PolicyDefined) -> Policy:
    # What is the organisation's was there before: its version 0 means the same.
    number = 0 if fact.policy_id == DEFAULT else 1
    return replace(
        state,
        policy_id=fact.policy_id,
        name=fact.name,
        version=state.version + 1,
        versions=(Version(number, fact.values),),
    )


def revised(state: Policy, fact: PolicyRevised) -> Policy:
    version = Version(fact.version, fact.values, fact.effective_from, fact.backdated)
    return replace(state, version=state.version + 1, versions=(*state.versions, version))


def renamed(state: Policy, fact: PolicyRenamed) -> Policy:
    return replace(state, version=state.version + 1, name=fact.name)


def described(state: Policy, fact: PolicyDescribed) -> Policy:
    return replace(state, version=state.version + 1, description=fact.description)


def linked(state: Policy, fact: PolicyLinked) -> Policy:
    return replace(state, version=state.version + 1, links=fact.links)


# --- commands ----------------------------------------------------------------------------------


class PolicyCommand(Command):
    policy_id: PolicyId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"policy/{self.policy_id}",)


class DefinePolicy(PolicyCommand):
    """``values`` says what is other than the rules' defaults."""

    name: Title
    values: CyclePolicy = CyclePolicy()
    description: Description = None
    links: Links = ()


class EditPolicy(PolicyCommand):
    """Only what is given changes; of ``values`` only the choices that are given.

    ``effective_from`` is when new values count from: the time of the command where it is None.
    ``cycles`` are asked whether they follow, and take them over if so.
    """

    name: Title = ""
    values: CyclePolicy = CyclePolicy()
    effective_from: AwareDatetime | None = None
    description: Description = None
    links: Links = ()
    cycles: tuple[CycleId, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        return (*super().reads, ORGANISATION, *(f"cycle/{each}" for each in self.cycles))
