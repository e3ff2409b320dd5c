"""The real domain behind the journal's decider port."""

from domain.thing import Things
from domain.things import THINGS
from journal.decider import Decider


def domain_decider(things: Things = THINGS) -> Decider:
    """The decider that folds and decides as ``things`` do."""
    return things
