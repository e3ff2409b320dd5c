"""Many commands at once: decided one after the other, recorded in one transaction.

Each command is decided on the states that the ones before it would leave. What follows from all of
them is appended together under the guards of each: if a single stream that any of them read has
moved on meanwhile, nothing is stored and all are decided again.
"""

import random
import time
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from domain.facts import Command, Decision, Fact, Facts, Refusal
from journal.append import Append, Outcome, Receipt, Stale, first_answer, not_stored
from journal.decider import Decider
from journal.errors import JournalUnavailable, KeyReused, UnstorableValue
from journal.history import Branch
from journal.hot_streams import Gates
from journal.states import Folded

DEADLINE_SECONDS: Final = 5.0
SECONDS_A_COMMAND: Final = 0.01
"""By how much each of many commands moves the deadline of all."""


class Wish(NamedTuple):
    """A command as a request sent it: the version that was seen, the digest of the request."""

    command: Command
    expected: int | None = None
    fingerprint: str = ""


Answer = Receipt | Refusal | KeyReused | UnstorableValue
"""What became of one of many commands; its own error is a value here, for the others go on."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nothing was recorded, because the command at ``index`` (from 0) cannot be."""

    index: int
    answer: Refusal | KeyReused | UnstorableValue


class Load(Protocol):
    """A command's receipt, or the states of those streams it reads that are not known yet."""

    def __call__(
        self, command: Command, known: Container[str], fingerprint: str, deadline: float
    ) -> Receipt | dict[str, Folded]: ...


class Encode(Protocol):
    """The append of a command's facts, and the facts as they will be read back."""

    def __call__(
        self, command: Command, facts: Facts, versions: Mapping[str, int], fingerprint: str
    ) -> tuple[Append, list[Fact]]: ...


class Handle(Protocol):
    """Records one command by itself."""

    def __call__(
        self, command: Command, *, expected: int | None, fingerprint: str
    ) -> Receipt | Refusal: ...


class Together:
    """Handles many commands of one journal.

    Args:
        append: stores all of some appends until a deadline, or none.
        keep: takes what a stream folds to now.
        look_back: told when a stream's version is not the one that was folded.
    """

    def __init__(
        self,
        decider: Decider,
        gates: Gates,
        load: Load,
        encode: Encode,
        append: Callable[[Sequence[Append], float], list[Outcome]],
        keep: Callable[[str, Folded], None],
        look_back: Callable[[Stale, Mapping[str, int]], None],
        handle: Handle,
    ) -> None:
        self._decider = decider
        self._gates = gates
        self._load = load
        self._encode = encode
        self._append = append
        self._keep = keep
        self._look_back = look_back
        self._handle = handle

    def handle(self, wishes: Sequence[Wish]) -> tuple[Answer, ...] | Rejected:
        """All of the commands, or none."""
        done = self._try(wishes, atomic=True)
        if not isinstance(done, Stale):
            return done
        index = [done.stream in wish.command.reads for wish in wishes].index(True)
        return Rejected(index, contended(done))

    def each(self, wishes: Sequence[Wish]) -> tuple[Answer, ...]:
        """Those that can be recorded; one by one where others press on the same streams."""
        done = self._try(wishes, atomic=False)
        if isinstance(done, Stale):
            return tuple([self._alone(wish) for wish in wishes])
        assert not isinstance(done, Rejected)
        return done

    def _alone(self, wish: Wish) -> Answer:
        command, expected, fingerprint = wish
        try:
            return self._handle(command, expected=expected, fingerprint=fingerprint)
        except (KeyReused, UnstorableValue) as e:
            return e

    def _try(
        self, wishes: Sequence[Wish], *, atomic: bool
    ) -> tuple[Answer, ...] | Rejected | Stale:
        """Tries until all is stored or time is over: many have many races to lose, and whoever
        sends one command wins against them most of the time.
        """
        deadline = time.monotonic() + DEADLINE_SECONDS + SECONDS_A_COMMAND * len(wishes)
        streams = {stream for wish in wishes for stream in wish.command.reads}
        sent: set[str] = set()
        stale: Stale | None = None
        while time.monotonic() < deadline:
            # Whoever lost one stream would lose the next one to others of this process.
            lost = () if stale is None else streams
            with self._gates.passing(streams, lost, max(0.0, deadline - time.monotonic())):
                began = time.monotonic()
                trial = _Trial(self._decider, self._load, self._encode, deadline)
                answers = []
                for index, wish in enumerate(wishes):
                    answer = trial.decide(wish)
                    if atomic and not isinstance(answer, Receipt):
                        return Rejected(index, answer)
                    answers.append(_own(answer, sent))
                if not trial.appends:
                    return tuple(answers)
                try:
                    outcomes = self._append(trial.appends, deadline)
                except JournalUnavailable:
                    # Perhaps it was stored all the same; the next round finds the receipts then.
                    sent |= {append.receipt.command_id for append in trial.appends}
                    outcomes = None
            if outcomes is None:
                pause = random.uniform(0.02, 0.1)  # noqa: S311 - jitter, no secret
                if time.monotonic() + pause > deadline:
                    raise JournalUnavailable("the log did not take the commands in time")
                time.sleep(pause)
                continue
            unstored = not_stored(outcomes)
            if unstored is None:
                for stream, folded in trial.stored(outcomes).items():
                    self._keep(stream, folded)
                return tuple([trial.complete(answer) for answer in answers])
            if isinstance(unstored, Stale):
                stale = unstored
                self._look_back(stale, trial.versions_in_log)
            # Another process that loses as often as we do must not come back at the same time.
            took = time.monotonic() - began
            time.sleep(random.uniform(0, 2 * took))  # noqa: S311 - jitter, no secret
        if stale is None:
            raise JournalUnavailable("the log did not take the commands in time")
        return stale


class _Trial:
    """One attempt: nothing of it is stored yet, nothing known to anybody else.

    ``appends`` shall be stored together. ``versions_in_log`` are those that the states were folded
    to before the first command.
    """

    def __init__(self, decider: Decider, load: Load, encode: Encode, deadline: float) -> None:
        self._decider = decider
        self._load = load
        self._encode = encode
        self._deadline = deadline
        self.appends: list[Append] = []
        self.versions_in_log: dict[str, int] = {}
        self._states: dict[str, Folded] = {}
        self._facts = 0
        self._last_fact: dict[str, int] = {}
        self._receipts: dict[str, Receipt] = {}

    def decide(self, wish: Wish) -> Answer:
        """The answer to a command if all that was decided before it is stored; its receipt lacks
        the position.
        """
        command, expected, fingerprint = wish
        try:
            if (known := self._receipts.get(command.command_id)) is not None:
                return first_answer(known.again(), fingerprint)
            loaded = self._load(command, self._states, fingerprint, self._deadline)
            if isinstance(loaded, Receipt):
                return loaded
            self._states |= loaded
            self.versions_in_log |= {stream: each.version for stream, each in loaded.items()}
            read = {stream: self._states[stream] for stream in command.reads}
            states = tuple([read[stream].state for stream in command.reads])
            versions = {stream: each.version for stream, each in read.items()}
            decision = self._decider.decide(command, states)
            decision = as_seen(decision, expected, versions[command.reads[0]])
            if isinstance(decision, Refusal):
                return decision
            append, facts = self._encode(command, decision, versions, fingerprint)
        except (KeyReused, UnstorableValue) as e:
            return e
        self.appends.append(append)
        self._receipts[command.command_id] = append.receipt
        for fact in facts:
            self._go_on(fact)
        return append.receipt

    def _go_on(self, fact: Fact) -> None:
        stream = fact.stream
        before = self._states[stream]
        state = self._decider.evolve(stream, before.state, fact)
        self._states[stream] = before._replace(state=state, version=before.version + 1)
        self._facts += 1
        self._last_fact[stream] = self._facts

    def stored(self, outcomes: Sequence[Outcome]) -> dict[str, Folded]:
        """The states after the appends were stored, each with its place in the log.

        What was only read stood still until the last of them, or nothing were stored.
        """
        receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
        self._receipts = {receipt.command_id: receipt for receipt in receipts}
        last = receipts[-1].position
        before = last - self._facts
        places = {stream: before + nth for stream, nth in self._last_fact.items()}
        return {
            stream: folded._replace(position=places.get(stream, folded.position), known_upto=last)
            for stream, folded in self._states.items()
        }

    def complete(self, answer: Answer) -> Answer:
        """An answer of ``decide`` as it is once all is stored."""
        if isinstance(answer, Receipt) and answer.command_id in self._receipts:
            return self._receipts[answer.command_id].again(replayed=answer.replayed)
        return answer


def _own(answer: Answer, sent: Container[str]) -> Answer:
    """A receipt that an earlier round of ours left is this command's first answer, no replay."""
    if isinstance(answer, Receipt) and answer.command_id in sent:
        return answer.again(replayed=False)
    return answer


def as_seen(decision: Decision, expected: int | None, version: int) -> Decision:
    """What a decision comes to for whoever saw version ``expected`` of a thing that is at
    ``version``: a refusal when it has changed since, unless it is nobody's business that it has.
    """
    if expected is None or expected == version:
        return decision
    if isinstance(decision, Refusal) and decision.kind in ("missing", "forbidden"):
        return decision
    return Refusal(
        code="stale-version",
        detail=f"You saw version {expected}; it is at version {version} now.",
        extra={"current_version": version},
    )


def contended(stale: Stale) -> Refusal:
    """The refusal of what lost too many races for a stream."""
    return Refusal(
        code="contended",
        detail="Others kept changing the same thing; look at it again, then repeat.",
        extra={"stream": stale.stream, "current_version": stale.version},
    )


def foretold(
    branch: Branch,
    wishes: Sequence[Wish],
    receipt: Callable[[str], Receipt | None],
    check: Callable[[Command, Facts], None],
    atomic: bool,
) -> tuple[Answer, ...] | Rejected:
    """What would be answered to many commands; nothing is written.

    Args:
        receipt: finds the first answer to a command that came before.
        check: raises UnstorableValue for facts that the log would not take.
    """
    receipts: dict[str, Receipt] = {}
    answers: list[Answer] = []
    for index, (command, expected, fingerprint) in enumerate(wishes):
        answer: Answer
        try:
            known = receipts.get(command.command_id) or receipt(command.command_id)
            if known is not None:
                answer = first_answer(known.again(), fingerprint)
            else:
                version = branch.state(command.reads[0])[1]
                decision = as_seen(branch.decide(command), expected, version)
                if isinstance(decision, Refusal):
                    answer = decision
                else:
                    check(command, decision)
                    answer = branch.add(command, decision)._replace(fingerprint=fingerprint)
                    receipts[command.command_id] = answer
        except (KeyReused, UnstorableValue) as e:
            answer = e
        if atomic and not isinstance(answer, Receipt):
            return Rejected(index, answer)
        answers.append(answer)
    return tuple(answers)
