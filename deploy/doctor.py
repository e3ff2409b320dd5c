"""``truenorth doctor``: looks at every part and says in words what is well and what to do."""

from dataclasses import dataclass

from deploy.compose import opened
from deploy.roles import clock_status
from deploy.settings import Settings
from deploy.stack import answers
from workflows.bridge.checkpoint import Checkpoint


@dataclass(frozen=True)
class Finding:
    """One part, whether it is well, and what that means."""

    part: str
    well: bool
    words: str


def examine(settings: Settings) -> list[Finding]:
    """Every part that can be looked at from here, worst news included; nothing is changed."""
    findings = [*_stores(settings), *_untold(settings)]
    clock = clock_status(settings) == "ok"
    findings.append(
        Finding(
            "clocks",
            clock,
            "a worker reaches Temporal"
            if clock
            else "no worker reached Temporal for a minute; "
            "is `truenorth worker` running? People can go on working meanwhile",
        )
    )
    address = f"http://{settings.host}:{settings.port}"
    served = answers(f"{address}/healthz/live")
    findings.append(
        Finding("api", served, f"answers at {address}" if served else f"no answer at {address}")
    )
    return findings


def _stores(settings: Settings) -> list[Finding]:
    try:
        with opened(settings) as parts:
            head, seen = parts.journal.head(), parts.views.position()
            findings = [Finding("log", True, f"{head} facts")]
            lag = head - seen
            findings.append(
                Finding(
                    "views",
                    lag < 1000,
                    "up with the log" if lag == 0 else f"{lag} facts behind; is the projector up?",
                )
            )
            findings += [
                Finding(f"view {v['view']}", False, f"stopped at {v['position']}: {v['reason']}")
                for v in parts.views.health()
                if v["state"] != "running"
            ]
            return findings
    except Exception as error:
        return [Finding("log", False, f"cannot be opened: {error}")]


def _untold(settings: Settings) -> list[Finding]:
    """News that the relay gave up telling to Temporal."""
    if not settings.relay_checkpoint.exists():
        return []
    with Checkpoint(settings.relay_checkpoint) as checkpoint:
        return [
            Finding(
                f"clock of {one.stream}",
                False,
                f"could not be told of position {one.position} ({one.reason}). "
                "When that is mended, run `truenorth workflows reconcile`",
            )
            for one in checkpoint.untold()
            if one.parked
        ]
