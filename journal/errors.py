"""What can go wrong between a command and the log, by name, so that every edge can say what to do.

Refusals of the domain are values (``domain.facts.Refusal``); these are errors, and they are raised.
"""


class JournalError(Exception):
    """Anything the journal raises on purpose."""


class JournalUnavailable(JournalError):
    """The store did not answer within the deadline; ``retry_after`` is a wait in seconds.

    The command may or may not have been recorded: sending it again with the same command id is
    safe, the receipt decides.
    """

    def __init__(self, detail: str, retry_after: float = 1.0) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class DiskFull(JournalError):
    """The store has no room left. Nothing of the append was written."""


class StoreNotMigrated(JournalError):
    """The store has no tables of ours, or older ones; run the migrate step first."""


class StoreTooNew(JournalError):
    """The store was migrated by a newer release than this one; this one must not touch it."""


class LogUnguarded(JournalError):
    """A trigger, a key or a rule that keeps the log append-only is missing or switched off."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__("the log is not guarded: " + "; ".join(findings))
        self.findings = findings


class StoreForbidden(JournalError):
    """The database user, or the file's mode, does not let us do this; waiting changes nothing."""


class StoreDamaged(JournalError):
    """The store cannot read its own pages any more; what to do stands in the message.

    Args:
        place: its file, or the database.
        findings: what the store says of the damage.
    """

    what = "the store"

    def __init__(self, place: str, findings: tuple[str, ...]) -> None:
        super().__init__(
            f"{self.what} ({place}) is damaged: {'; '.join(findings)}. Stop True North, put the"
            " last sound backup in its place and start again; keep the damaged one aside"
        )
        self.place = place
        self.findings = findings


class LogDamaged(StoreDamaged):
    """The log is damaged: nothing is written to it any more; what can be read still is."""

    what = "the log"


class DirectoryDamaged(StoreDamaged):
    """The directory is damaged."""

    what = "the directory"


class KeysDamaged(StoreDamaged):
    """The key store is damaged: words that were sealed under its keys cannot be read."""

    what = "the key store"


class KeyReused(JournalError):
    """The same command id came again with another content (another fingerprint)."""

    def __init__(self, command_id: str) -> None:
        super().__init__(f"command id {command_id} was used before for something else")
        self.command_id = command_id


class UnstorableValue(JournalError):
    """A value that JSON or a text column cannot carry: NaN, infinity, NUL or a lone surrogate."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(f"{pointer}: {detail}")
        self.pointer = pointer
        self.detail = detail


class UnreadableFact(JournalError):
    """Stored bytes this release cannot read: an unknown type, a newer schema, a broken body."""

    def __init__(self, position: int, fact_type: str, detail: str) -> None:
        super().__init__(f"fact {position} ({fact_type}): {detail}")
        self.position = position
        self.fact_type = fact_type
        self.detail = detail
