"""What can be wrong with views, by name: the edge says it to people, activities try again."""

from typing import Final

NOT_YET: Final = "not complete yet"


class ViewHalted(Exception):
    """A view that somebody needs does not show what they need, and waiting does not help.

    Attributes:
        view: its name.
        state: ``halted``, ``waiting-for-release``, or ``building`` while it has nothing to show.
        position: how far it has come.
        reason: why it stands there, in words.
    """

    def __init__(self, view: str, state: str, position: int, reason: str | None) -> None:
        super().__init__(f"the view {view} is {state} at position {position}: {reason or 'so far'}")
        self.view = view
        self.state = state
        self.position = position
        self.reason = reason

    @property
    def coming(self) -> bool:
        """Whether it is being built for the first time and nothing is in its way."""
        return self.state == "building" and self.reason == NOT_YET


class ViewsDamaged(Exception):
    """The store of views cannot be read as a database. The log is not concerned.

    A start of the projector, and ``rebuild``, put the damaged file aside and make the views anew.
    """
