"""The descriptor of an ask's list, which no command is about: the cycle's clock fills it."""

from typing import Final

from domain.cycle.asked import AskList, OwedListed, listed
from domain.thing import Thing, when

THING: Final[Thing[AskList]] = Thing("asked", AskList(), facts=(when(OwedListed, listed),))
