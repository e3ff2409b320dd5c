"""A draft: the log with what would follow from commands that are recorded together later, or never.

Whoever writes to a draft is answered as the log would answer, reads what it has led to so far, and
records nothing. When all commands have been gathered, ``handle_many`` of the log takes them in one
transaction; nobody else has seen anything until then.
"""

from collections.abc import Sequence
from typing import Any

from domain.facts import Command, Envelope, Refusal
from journal.append import Receipt, first_answer
from journal.errors import KeyReused, UnstorableValue
from journal.history import Branch
from journal.log import Journal
from journal.together import Answer, Rejected, Wish, as_seen


class Draft(Journal):
    """For one thread at a time. What is not overridden here is the log's own, which stays open.

    ``wishes`` are the commands that were accepted, in their order, ``receipts`` what the log will
    answer to them if nobody is faster.
    """

    def __init__(self, journal: Journal) -> None:
        self.__dict__ |= vars(journal)
        self._log = journal
        self._branch = Branch(journal, self._decider)
        self.wishes: list[Wish] = []
        self.receipts: list[Receipt] = []

    def handle(
        self,
        command: Command,
        *,
        expected: int | None = None,
        fingerprint: str = "",
        until: float | None = None,  # noqa: ARG002 - nothing is waited for
    ) -> Receipt | Refusal:
        """What the log will answer. Raises KeyReused and UnstorableValue as it does."""
        known = self.receipt(command.command_id)
        if known is not None:
            return first_answer(known.again(), fingerprint)
        version = self._branch.state(command.reads[0])[1]
        decision = as_seen(self._branch.decide(command), expected, version)
        if isinstance(decision, Refusal):
            return decision
        self._mapper.check(command, decision)
        receipt = self._branch.add(command, decision)._replace(fingerprint=fingerprint)
        self.wishes.append(Wish(command, expected, fingerprint))
        self.receipts.append(receipt)
        return receipt

    def handle_many(
        self,
        commands: Sequence[Command | Wish],
        *,
        atomic: bool = True,
        dry_run: bool = False,
        fingerprint: str = "",
    ) -> tuple[Answer, ...] | Rejected:
        """The same for many; the first that is refused takes those before it with it if atomic."""
        kept = (self._branch.copy(), self.wishes[:], self.receipts[:])
        answers: list[Answer] = []
        for index, each in enumerate(commands):
            wish = each if isinstance(each, Wish) else Wish(each, None, fingerprint)
            answer: Answer
            try:
                answer = self.handle(
                    wish.command, expected=wish.expected, fingerprint=wish.fingerprint
                )
            except (KeyReused, UnstorableValue) as e:
                answer = e
            if atomic and not isinstance(answer, Receipt):
                self._branch, self.wishes, self.receipts = kept
                return Rejected(index, answer)
            answers.append(answer)
        if dry_run:
            self._branch, self.wishes, self.receipts = kept
        return tuple(answers)

    def record(self) -> tuple[Answer, ...] | Rejected:
        """Records all of it in the log, in one transaction, or nothing of it."""
        return self._log.handle_many(self.wishes)

    def home_of(self, part_id: str) -> str | None:
        """The stream in which a command of the draft has made a part that no view knows yet."""
        made = (each.stream for each in self.receipts if each.subject == part_id)
        return next(made, None)

    def receipt(self, command_id: str) -> Receipt | None:
        """The first answer to a command, of the draft or of the log."""
        mine = (receipt for receipt in self.receipts if receipt.command_id == command_id)
        return next(mine, None) or self._log.receipt(command_id)

    def state(self, stream: str, *, upto: int | None = None) -> tuple[Any, int]:
        """The folded state of a stream and its version, with what the draft adds."""
        return self._branch.state(stream, upto=upto)

    def read(self, stream: str, *, after: int = 0, upto: int | None = None) -> list[Envelope]:
        """The facts of a stream that are recorded, then those of the draft."""
        end = self._branch.head() if upto is None else upto
        drafted = [fact for fact in self._branch.added if after < fact.position <= end]
        recorded = self._log.read(stream, after=after, upto=min(end, self._branch.root))
        return [*recorded, *(fact for fact in drafted if fact.stream == stream)]

    def close(self) -> None:
        """A draft has nothing of its own to close."""
