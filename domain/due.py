"""What a clock waits for next: the one thing every workflow asks the log."""

from pydantic import AwareDatetime

from domain.facts import Value


class Due(Value):
    """The next thing due on ``stream``; under 300 bytes, so a workflow's history stays small.

    ``kind`` is what performing means there (``enter``, ``ask``, ``chase`` …; ``hold`` waits),
    ``phase`` turns the page of the workflow, ``generation`` counts re-plans.
    """

    stream: str
    id: str
    kind: str
    at: AwareDatetime
    phase: str = ""
    generation: int = 0
