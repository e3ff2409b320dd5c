"""What this process counts, for Prometheus (``GET /metrics``).

| name                           | kind      | labels                | what it tells               |
|--------------------------------|-----------|-----------------------|-----------------------------|
| truenorth_http_requests_total  | counter   | method, route, status | requests answered           |
| truenorth_http_request_seconds | histogram | method, route         | from request to last byte   |
| truenorth_log_head             | gauge     |                       | last position of the log    |
| truenorth_views_position       | gauge     |                       | reached by every view       |
| truenorth_views_lag            | gauge     |                       | below 0: of another log     |
| truenorth_live_connections     | gauge     |                       | open event streams          |
| truenorth_answer_cache_hits    | gauge     |                       | views answered from memory  |
| truenorth_answer_cache_misses  | gauge     |                       | views computed              |
"""

from collections.abc import Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_GAUGES: Final[Mapping[str, str]] = {
    "truenorth_log_head": "Last position of the log.",
    "truenorth_views_position": "Position every view has reached.",
    "truenorth_views_lag": "Facts the views are behind the log.",
    "truenorth_live_connections": "Open event streams.",
    "truenorth_answer_cache_hits": "Views answered from memory.",
    "truenorth_answer_cache_misses": "Views computed.",
}


class Metrics:
    """Counters of one application, in a registry of their own. Safe for any thread."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "truenorth_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "truenorth_http_request_seconds",
            "Time from request to last byte.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._gauges = {
            name: Gauge(name, told, registry=self._registry) for name, told in _GAUGES.items()
        }
        # Finding a labelled child costs more than counting on it; there are few, so they are kept.
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        key = (method, route, status)
        children = self._known.get(key)
        if children is None:
            children = (
                self._requests.labels(method, route, str(status)),
                self._seconds.labels(method, route),
            )
            self._known[key] = children
        children[0].inc()
        children[1].observe(seconds)

    def text(self, now: Mapping[str, float]) -> bytes:
        """The exposition, with the gauges as they are now."""
        for name, value in now.items():
            self._gauges[name].set(value)
        return generate_latest(self._registry)
