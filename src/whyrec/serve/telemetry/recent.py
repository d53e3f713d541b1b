"""The last hour of the service in memory: rate, times, errors, fallbacks and lag every ten seconds.

It has no labels of people or items. Every process keeps its own. Times are counted in bins of 8%
width, so a quantile is correct to 4%.
"""

from __future__ import annotations

import bisect
import math
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["KEPT", "STEP", "RecentMetrics"]

STEP = 10
KEPT = 360
SLOW = 0.25  # seconds from which a request counts as slow
EDGES = [0.0002 * 1.08**n for n in range(160)]  # upper ends of the bins, 0.2 ms to 40 s
LATEST = 100
ANSWERS = ("POST", "/v1/recommendations")


@dataclass
class Bucket:
    """Ten seconds.

    `totals` at its start, since the process began: fallbacks, lag in seconds, events with a lag.
    """

    at: int
    totals: tuple[float, float, float]
    status: Counter[str] = field(default_factory=Counter)
    times: Counter[int] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)  # times of lists alone


class RecentMetrics:
    """Recent figures of a process; `totals` reads the metrics, `now` is the clock."""

    def __init__(
        self, totals: Callable[[], tuple[float, float, float]], now: Callable[[], float] = time.time
    ) -> None:
        self._totals = totals
        self._now = now
        self._buckets: OrderedDict[int, Bucket] = OrderedDict()
        self._routes: dict[tuple[str, str], Counter[int]] = {}
        self._failed: Counter[tuple[str, str]] = Counter()
        self._latest: deque[dict[str, Any]] = deque(maxlen=LATEST)
        self._lock = threading.Lock()
        self.since = int(now())

    def saw(self, method: str, route: str, status: int, seconds: float, id: str) -> None:
        """Count a request; `route` is its pattern, never its path."""
        now = self._now()
        bin_ = bisect.bisect_left(EDGES, seconds)
        with self._lock:
            bucket = self._bucket(int(now) // STEP * STEP)
            bucket.status["error" if status >= 500 else "refused" if status >= 400 else "ok"] += 1
            bucket.times[bin_] += 1
            if (method, route) == ANSWERS and status == 200:
                bucket.answers[bin_] += 1
            if len(self._routes) < 200 or (method, route) in self._routes:
                self._routes.setdefault((method, route), Counter())[bin_] += 1
                self._failed[method, route] += status >= 500
            if status >= 400 or seconds >= SLOW:
                row = {
                    "time": int(now),
                    "method": method,
                    "route": route,
                    "status": status,
                    "ms": seconds * 1000,
                }
                self._latest.append(row | {"request": id})

    def _bucket(self, at: int) -> Bucket:
        if at not in self._buckets:
            self._buckets[at] = Bucket(at, self._totals())
            while len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        return self._buckets[at]

    def series(self, minutes: int) -> dict[str, Any]:
        """Columns over the last `minutes`, oldest first, with a row for every ten seconds.

        None marks a row without requests.
        """
        with self._lock:
            end = int(self._now()) // STEP * STEP
            times = list(range(end - (minutes * 60 // STEP - 1) * STEP, end + STEP, STEP))
            ends = self._ends()
            rows = [self._row(at, ends) for at in times]
        return {name: [row[name] for row in rows] for name in rows[0]}

    def _ends(self) -> dict[int, tuple[float, float, float]]:
        """The totals at the end of each bucket, which are those at the start of the next."""
        held = list(self._buckets.values())
        after = [one.totals for one in held[1:]] + [self._totals()] * bool(held)
        return {one.at: totals for one, totals in zip(held, after, strict=True)}

    def _row(self, at: int, ends: dict[int, tuple[float, float, float]]) -> dict[str, Any]:
        bucket = self._buckets.get(at)
        if bucket is None:
            empty = {
                "time": at,
                "requests": 0,
                "errors": 0,
                "refused": 0,
                "answers": 0,
                "fallbacks": 0,
            }
            unknown = ("p50_ms", "p99_ms", "answers_p50_ms", "answers_p99_ms", "lag_seconds")
            return empty | dict.fromkeys(unknown)
        fallbacks, lag, events = (b - a for a, b in zip(bucket.totals, ends[at], strict=True))
        return {
            "time": at,
            "requests": bucket.status.total(),
            "errors": bucket.status["error"],
            "refused": bucket.status["refused"],
            "answers": bucket.answers.total(),
            "fallbacks": int(fallbacks),
            "p50_ms": quantile(bucket.times, 0.5),
            "p99_ms": quantile(bucket.times, 0.99),
            "answers_p50_ms": quantile(bucket.answers, 0.5),
            "answers_p99_ms": quantile(bucket.answers, 0.99),
            "lag_seconds": lag / events if events else None,
        }

    def routes(self) -> list[dict[str, Any]]:
        """Every kind of request since the process began, the most frequent first."""
        with self._lock:
            rows = [
                {
                    "method": method,
                    "route": route,
                    "requests": times.total(),
                    "errors": self._failed[method, route],
                    "p50_ms": quantile(times, 0.5),
                    "p99_ms": quantile(times, 0.99),
                }
                for (method, route), times in self._routes.items()
            ]
        return sorted(rows, key=lambda row: (-row["requests"], row["route"], row["method"]))

    def latest(self) -> list[dict[str, Any]]:
        """Slow and failed requests, the latest first."""
        with self._lock:
            return list(reversed(self._latest))


def quantile(times: Counter[int], share: float) -> float | None:
    """The quantile of counted times in milliseconds: the middle of its bin.

    >>> round(quantile(Counter({bisect.bisect_left(EDGES, 0.01): 9}), 0.5), 1)
    9.8
    """
    wanted = math.ceil(share * times.total())
    seen = 0
    for bin_, count in sorted(times.items()):
        seen += count
        if seen >= wanted:
            high = EDGES[min(bin_, len(EDGES) - 1)]
            return 1000 * high * (1 + 1 / 1.08) / 2
    return None
