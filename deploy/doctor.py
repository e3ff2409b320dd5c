"""``truenorth doctor``: looks at every part and says in words what is well and what to do."""

from dataclasses import dataclass

from deploy.compose import Parts, opened
from deploy.settings import Settings
from deploy.stack import answers
from projections.engine.followers import Followers
from projections.engine.set_aside import SetAside
from workflows.bridge.relay import RELAY
from workflows.host.heartbeat import clock_status


@dataclass(frozen=True)
class Finding:
    """One part, whether it is well, and what that means."""

    part: str
    well: bool
    words: str


def examine(settings: Settings) -> list[Finding]:
    """Every part that can be looked at from here, worst news included; nothing is changed."""
    findings = _stores(settings)
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
            return [*findings, *_clocks(parts)]
    except Exception as error:
        return [Finding("log", False, f"cannot be opened: {error}")]


def _clocks(parts: Parts) -> list[Finding]:
    """Whether a worker lives, and the news that the relay gave up telling to Temporal."""
    clock = clock_status(Followers(parts.views.engine)) == "ok"
    lives = Finding(
        "clocks",
        clock,
        "a worker reaches Temporal"
        if clock
        else "no worker reached Temporal for a minute; "
        "is `truenorth worker` running? People can go on working meanwhile",
    )
    return [
        lives,
        *(
            Finding(
                f"clock of {one.stream}",
                False,
                f"could not be told of position {one.position} ({one.reason}). "
                "When that is mended, run `truenorth workflows reconcile`",
            )
            for one in SetAside(parts.views.engine, RELAY).every()
            if one.given_up
        ),
    ]
