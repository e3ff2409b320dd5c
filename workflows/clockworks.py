"""The clocks of True North: the default that composition roots hand down.

A new clock is one line here.
"""

from typing import Final

from domain.things import THINGS
from workflows.clock.clockwork import Clockworks
from workflows.cycle import cycle
from workflows.lean import action, obstacle

CLOCKWORKS: Final = Clockworks((cycle.CLOCK, obstacle.CLOCK, action.CLOCK), THINGS)
