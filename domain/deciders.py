"""Folding and deciding by the default things, by the names they had here; see ``domain.things``."""

from typing import Final

from domain.things import THINGS

initial: Final = THINGS.initial
evolve: Final = THINGS.evolve
decide: Final = THINGS.decide
