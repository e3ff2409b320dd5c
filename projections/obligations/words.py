"""What is asked of people, in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that people are asked for: as a task (``Check in``), and as a sentence goes on
    after the names of those who were asked (``to check in``).
    """

    task: str
    clause: str
