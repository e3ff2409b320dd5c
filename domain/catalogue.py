"""Facts and commands of the default things, by the names they had here; see ``domain.things``."""

from collections.abc import Mapping
from typing import Final

from domain.facts import Command, Fact
from domain.thing import Lift
from domain.things import THINGS

FACTS: Final[Mapping[str, type[Fact]]] = THINGS.facts
UPCASTERS: Final[Mapping[tuple[str, int], Lift]] = THINGS.upcasters
COMMANDS: Final[tuple[type[Command], ...]] = tuple(THINGS.commands)
