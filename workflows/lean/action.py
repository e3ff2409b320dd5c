"""The clock of an improvement action: remind when due, ask for the effect, until it is verified."""

from typing import Final, Literal, assert_never, cast

from domain.ids import ActionId
from domain.lean.action import AskEffect, RemindAction
from domain.lean.action_thing import THING
from domain.lean.agenda import LEVEL_OF
from projections.awake import awake
from projections.engine.view_store import ViewStore
from projections.lean import action
from workflows.clock.clockwork import Awake, Clockwork
from workflows.clock.signing import Signer


def pursue(signer: Signer, _views: ViewStore) -> None:
    """The action's owner, lead or sponsor is reminded, or the effect is asked for."""
    action_id = ActionId(signer.thing_id)
    match cast("Literal['remind', 'effect']", signer.due.kind):
        case "remind":
            signer.write(
                RemindAction(
                    **signer.sign("remind"),
                    action_id=action_id,
                    level=LEVEL_OF[signer.due.id],
                    milestone=signer.due.id,
                )
            )
        case "effect":
            signer.write(
                AskEffect(**signer.sign("ask"), action_id=action_id, milestone=signer.due.id)
            )
        case kind:
            assert_never(kind)


CLOCK: Final = Clockwork(
    THING, workflow="ImprovementWorkflow", perform=pursue, awake=Awake("lean", awake(action.VIEW))
)
