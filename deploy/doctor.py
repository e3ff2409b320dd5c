"""``truenorth doctor``: looks at every part and says in words what is well and what to do.

Each part is looked at alone, so that one that is broken hides no other. Nothing is changed.
"""

import http.client
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from deploy import stores
from deploy.clocks import log_ahead_by
from deploy.datadir import DataDirectory
from deploy.faults import MISSING_KEYS, in_words
from deploy.settings import Settings
from journal.directory import Directory
from journal.errors import KeysDamaged, KeysMissing, StoreNotMigrated
from journal.key_check import holds_sealed, unfit
from journal.keys import KeyRing
from journal.log import Journal
from journal.store import LOOK_FOR_DAMAGE_SECONDS, open_journal, open_store
from journal.urls import sqlite_path
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine.feeds import living, without_feeds
from projections.engine.followers import Follower, divergence, every, fact_id
from projections.engine.set_aside import SetAside
from projections.engine.stores import snapshot
from projections.engine.view_store import ViewStore
from workflows.bridge.relay import RELAY
from workflows.host.heartbeat import WORKER

State = Literal["ok", "warn", "ill"]

CATCHING_UP = 3.0
"""Seconds in which whoever is behind the log has to come nearer to it."""
SIGN_WITHIN = 7.0
"""Seconds within which a worker that lives gives its next sign; it does so every five."""
SIGN_MISSED_AFTER = 14.0
"""Seconds after which a sign of life that did not come is not merely late."""
LOOK_AT_KEYS = 1.0
"""Seconds for comparing keys and log; the newest facts come first."""
_GO_ON = frozenset({"running", "building"})
NEARLY_FULL, FULL = 0.80, 0.97
LEAST_ROOM = 64 * 2**20


@dataclass(frozen=True)
class Finding:
    """One part, how it is, and what that means; what is not well also says what to do."""

    part: str
    state: State
    words: str


def examine(settings: Settings) -> list[Finding]:
    """Every part that can be looked at from here."""
    return _Examination(settings).findings()


class _Examination:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._directory = DataDirectory(settings.data.resolve())
        self._head: int | None = None
        """How long the log is; unknown while it cannot be read."""

    def findings(self) -> list[Finding]:
        return [
            *self._look("data directory", self._data_directory),
            *self._look("disk", self._disk),
            *self._look(stores.LOG, self._log),
            *self._look(stores.KEYS, self._keys),
            *self._look(stores.DIRECTORY, self._people),
            *self._look(stores.VIEWS, self._views),
            *self._look(stores.TEMPORAL, self._temporal),
            *self._look("relay", self._relay),
            *self._look("live feed", self._feeds),
            *self._look("clocks", self._clocks),
            *self._look("api", self._api),
        ]

    def _look(self, part: str, at: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
        """One part; what it meets there is its finding, and nobody else's."""
        if part in self._damage:
            yield Finding(part, "ill", self._damage[part])
            return
        try:
            yield from at()
        except Exception as error:
            yield Finding(part, "ill", in_words(error, self._settings).rstrip("."))

    @cached_property
    def _damage(self) -> dict[str, str]:
        return {
            store.name: f"{store.path} is damaged ({damage}). {store.cure}"
            for store in stores.files(self._settings)
            if (damage := store.damage()) is not None
        }

    # --- what is stored --------------------------------------------------------------------------

    def _data_directory(self) -> Iterator[Finding]:
        path = self._directory.path
        if not self._directory.stamp.exists():
            return  # `truenorth migrate` makes none, and neither do hosts that use PostgreSQL
        self._directory.check()
        mode = path.stat().st_mode & 0o077
        if mode:
            yield Finding(
                "data directory",
                "warn",
                f"other users of this machine can look into {path}. The next start of the stack "
                f"mends it, or do: chmod -R go= {path}",
            )
        for aside in sorted(path.glob("*.damaged-*")):
            if not aside.name.endswith(("-wal", "-shm")):
                yield Finding(
                    "data directory",
                    "ok",
                    f"{aside.name} was set aside as damaged; remove it when nobody needs it",
                )

    def _disk(self) -> Iterator[Finding]:
        if not self._directory.path.exists():
            return
        room = shutil.disk_usage(self._directory.path)
        used = 1 - room.free / room.total
        words = f"{used:.0%} full, {room.free / 2**30:.1f} GiB left for {self._directory.path}"
        if used >= FULL or room.free < LEAST_ROOM:
            yield Finding(
                "disk", "ill", f"{words}. Free space: writes are refused when there is none"
            )
        elif used >= NEARLY_FULL:
            yield Finding("disk", "warn", f"{words}. Free space before it is full")
        else:
            yield Finding("disk", "ok", words)

    def _journal(self) -> Journal:
        return open_journal(self._settings.journal, domain_decider(), keys=self._settings.keys)

    def _log(self) -> Iterator[Finding]:
        with closing(open_store(self._settings.journal)) as store:
            store.check()
            store.integrity(LOOK_FOR_DAMAGE_SECONDS)
            self._head = store.head()
            yield Finding(stores.LOG, "ok", f"{self._head} facts")
        try:
            with self._journal() as journal:
                ahead = log_ahead_by(journal, datetime.now(UTC))
        except (KeysMissing, KeysDamaged):
            return  # that is the keys' finding
        if ahead is not None:
            yield Finding(
                "time",
                "warn",
                f"the last fact was recorded {ahead} after what this machine's clock says. One of "
                "the two is wrong: set the clock right (NTP). New facts are given times after the "
                "last one meanwhile",
            )

    def _keys(self) -> Iterator[Finding]:
        """Whether the keys are there, and are those of this log."""
        if stores.LOG in self._damage:
            KeyRing(self._settings.keys).close()
            yield Finding(stores.KEYS, "ok", "can be read")
            return
        with closing(open_store(self._settings.journal)) as store:
            try:
                ring = KeyRing(self._settings.keys)
            except StoreNotMigrated as error:
                if not holds_sealed(store):
                    raise
                place = sqlite_path(self._settings.keys) or "the schema keys"
                raise KeysMissing(place) from error
            with ring:
                missing, other = unfit(store, ring, LOOK_AT_KEYS)
        if missing:
            yield Finding(
                stores.KEYS,
                "ill",
                f"of {len(missing)} authors the keys are missing, so nobody can read their words. "
                f"{MISSING_KEYS}",
            )
        if other:
            yield Finding(
                stores.KEYS,
                "warn",
                f"what {len(other)} authors said last was sealed under other keys than those that "
                "are there, and stays shut",
            )
        if not missing and not other:
            yield Finding(stores.KEYS, "ok", "fit the log")

    def _people(self) -> Iterator[Finding]:
        with Directory(self._settings.directory):
            yield Finding(stores.DIRECTORY, "ok", "can be read")

    def _temporal(self) -> Iterator[Finding]:
        return iter(())  # its damage is known before; whether it answers, the clocks say

    # --- who follows the log ---------------------------------------------------------------------

    @contextmanager
    def _view_store(self) -> Iterator[ViewStore]:
        """The views, opened without making a file where there is none."""
        path = sqlite_path(self._settings.views)
        if path is not None and not Path(path).exists():
            raise StoreNotMigrated(f"{path} does not exist")
        with ViewStore(self._settings.views, PROJECTIONS) as views:
            yield views

    def _views(self) -> Iterator[Finding]:
        with self._view_store() as views:
            for view in views.health():
                yield from self._view(view)
            yield from self._distance(
                stores.VIEWS,
                lambda: [v["position"] for v in views.health() if v["state"] in _GO_ON],
                "is the projector running? Look at its log",
            )
            yield from self._another_log(views)

    def _another_log(self, views: ViewStore) -> Iterator[Finding]:
        """Whether the views were made from the log that is there now; its length does not tell."""
        if self._head is None:
            return
        with snapshot(views.engine) as connection:
            known = without_feeds(every(connection))
        try:
            journal = self._journal()
        except (KeysMissing, KeysDamaged):
            return  # that is the keys' finding
        with journal:
            places = {(e.position, e.event_id) for e in known if 0 < e.position <= self._head}
            for position, event_id in places:
                why = divergence(position, event_id, lambda at: fact_id(journal, at))
                if why is not None:
                    yield Finding(
                        stores.VIEWS,
                        "ill",
                        f"{why}. The projector makes them anew by itself; is it running?",
                    )
                    return

    def _view(self, view: Mapping[str, Any]) -> Iterator[Finding]:
        part, reason = f"view {view['view']}", view.get("reason") or "no reason is known"
        match view["state"]:
            case "running":
                return
            case "building":
                words = f"is made anew, at {view['position']}: {reason}"
                if view["shown"] or not self._head:
                    yield Finding(part, "warn", words)
                else:
                    cure = "Nobody can read it until then; is the projector of this release running"
                    yield Finding(part, "ill", f"{words}. {cure}, and was `migrate` run?")
            case "waiting-for-release":
                yield Finding(
                    part,
                    "ill",
                    f"waiting-for-release at {view['position']}: {reason}. Install the release "
                    "that wrote this fact; the view then goes on by itself",
                )
            case state:
                yield Finding(
                    part,
                    "ill",
                    f"{state} at {view['position']}: {reason}. Install a release that mends it, "
                    f"then run `truenorth rebuild {view['view']}`",
                )

    def _distance(
        self, part: str, positions: Callable[[], list[int]], cure: str
    ) -> Iterator[Finding]:
        """How far followers are behind the log, and whether they come nearer."""
        first = positions()
        if self._head is None:
            yield Finding(part, "warn", "cannot be compared with the log")
        elif not first:
            return
        elif max(first) > self._head:
            yield Finding(
                part,
                "ill",
                f"{max(first) - self._head} facts ahead of a log that ends at {self._head}: an "
                "older log was put back, or its end was lost. What follows it begins anew by "
                f"itself as soon as it runs: {cure}",
            )
        else:
            last, deadline = first, time.monotonic() + CATCHING_UP
            while min(last, default=0) < self._head and last == first:
                if time.monotonic() > deadline:
                    lag = self._head - min(last)
                    yield Finding(part, "ill", f"stands still {lag} facts behind; {cure}")
                    return
                time.sleep(0.2)
                last = positions()
            lag = self._head - min(last, default=0)
            near = "up with the log" if lag <= 0 else f"{lag} facts behind and catching up"
            yield Finding(part, "ok", near)

    def _relay(self) -> Iterator[Finding]:
        if stores.VIEWS in self._damage:
            return  # its checkpoint is kept there
        with self._view_store() as views:
            for one in SetAside(views.engine, RELAY).every():
                if one.given_up:
                    yield Finding(
                        f"clock of {one.stream}",
                        "ill",
                        f"could not be told of position {one.position} ({one.reason}). "
                        "When that is mended, run `truenorth workflows reconcile`",
                    )
            relay = views.followers.get(RELAY)
            if relay is None:
                return  # no worker ever ran; the clocks say so
            if relay.state not in {"running", "building"}:
                yield Finding("relay", "ill", f"{relay.state} at {relay.position}: {relay.reason}")
            yield from self._distance(
                "relay",
                lambda: [each.position for each in [views.followers.get(RELAY)] if each],
                "does a worker run, and does Temporal answer it?",
            )

    def _feeds(self) -> Iterator[Finding]:
        """Each process of the API passes facts on to its clients, and says how far it is."""
        if stores.VIEWS in self._damage:
            return  # their signs are kept there
        with self._view_store() as views:
            for feed in living(views.engine):
                if feed.state not in _GO_ON:
                    words = f"{feed.state} at {feed.position}: {feed.reason}"
                    yield Finding(feed.name, "ill", words)
                    continue
                yield from self._distance(
                    feed.name,
                    lambda name=feed.name: [  # type: ignore[misc]
                        each.position for each in living(views.engine) if each.name == name
                    ],
                    "restart that process if it does not come nearer",
                )

    def _clocks(self) -> Iterator[Finding]:
        if stores.VIEWS in self._damage:
            yield Finding(
                "clocks", "warn", "cannot be seen: their signs of life are kept beside the views"
            )
            return
        with self._view_store() as views:
            worker = views.followers.get(WORKER)
            age = views.followers.age(WORKER)
            if worker is None or age is None or age > SIGN_MISSED_AFTER:
                since = "yet" if age is None else f"for {age:.0f} s"
                yield Finding(
                    "clocks",
                    "ill",
                    f"no worker reached Temporal {since}; is `truenorth worker` running? "
                    "People can go on working meanwhile",
                )
            elif self._directory.is_running or self._gives_signs(views, worker):
                yield Finding("clocks", "ok", "a worker reaches Temporal")
            else:
                yield Finding(
                    "clocks",
                    "ill",
                    f"the worker stopped less than {age + SIGN_WITHIN:.0f} s ago; no clock runs "
                    "until `truenorth up` or `truenorth worker` does",
                )

    def _gives_signs(self, views: ViewStore, last: Follower) -> bool:
        """Whether a worker gives a sign now: one of a moment ago may have been its last."""
        deadline = time.monotonic() + SIGN_WITHIN
        while time.monotonic() < deadline:
            worker = views.followers.get(WORKER)
            if worker is not None and worker.beat_at != last.beat_at:
                return True
            time.sleep(0.2)
        return False

    # --- who answers -----------------------------------------------------------------------------

    def _api(self) -> Iterator[Finding]:
        address = f"http://{self._settings.host}:{self._settings.port}"
        theirs = installation_at(f"{address}/healthz/live")
        if theirs is None:
            words = f"no answer at {address}; is `truenorth up` or `truenorth api` running?"
            yield Finding("api", "ill", words)
        elif theirs == stores.identity(self._settings):
            yield Finding("api", "ok", f"answers at {address}")
        else:
            whose = theirs or "who does not say which log it serves"
            yield Finding(
                "api",
                "ill",
                f"at {address} another installation answers ({whose}), not the API of "
                f"{self._place()}. If its log was replaced while it ran, restart it",
            )

    def _place(self) -> str:
        path = sqlite_path(self._settings.journal)
        return "this database" if path is None else str(self._directory.path)


def installation_at(url: str) -> str | None:
    """Which installation answers at a URL: empty when it does not say, None when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310 - http, as told
            return str(answer.headers.get("TrueNorth-Installation", ""))
    except urllib.error.HTTPError:
        return ""
    except (urllib.error.URLError, OSError, http.client.HTTPException):
        return None
