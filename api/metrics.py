"""Counters of this process in the Prometheus text format (``GET /metrics``)."""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """Requests by method, route and status, and how long they took. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets = [0] * (len(_BUCKETS) + 1)
        self._seconds = 0.0

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        with self._lock:
            self._requests[method, route, status] += 1
            self._buckets[bisect_left(_BUCKETS, seconds)] += 1
            self._seconds += seconds

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """The exposition; ``gauges`` maps a name to its help text and present value."""
        with self._lock:
            requests, buckets = dict(self._requests), list(self._buckets)
            seconds = self._seconds
        lines = [
            "# HELP truenorth_http_requests_total Requests answered.",
            "# TYPE truenorth_http_requests_total counter",
        ]
        lines += [
            f'truenorth_http_requests_total{{method="{method}",route="{route}",status="{status}"}}'
            f" {count}"
            for (method, route, status), count in sorted(requests.items())
        ]
        lines += [
            "# HELP truenorth_http_request_seconds Time from request to last byte.",
            "# TYPE truenorth_http_request_seconds histogram",
        ]
        total = 0
        for bound, count in zip((*map(str, _BUCKETS), "+Inf"), buckets, strict=True):
            total += count
            lines.append(f'truenorth_http_request_seconds_bucket{{le="{bound}"}} {total}')
        lines += [
            f"truenorth_http_request_seconds_sum {seconds:.6f}",
            f"truenorth_http_request_seconds_count {total}",
        ]
        for name, (help_text, value) in gauges.items():
            lines += [f"# HELP {name} {help_text}", f"# TYPE {name} gauge", f"{name} {value:g}"]
        return "\n".join(lines) + "\n"
