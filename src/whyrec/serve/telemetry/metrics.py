"""Prometheus metrics of the service. No label holds a person, an item or a key."""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from whyrec.core.decomposition import adds_up
from whyrec.serve.telemetry.recent import RecentMetrics

__all__ = ["Metrics"]

FAST = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """The metrics of one service; failed requests are timed as well."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        to: dict[str, Any] = {"registry": self.registry}
        self.requests = Histogram(
            "rec_request_seconds",
            "Time of a request",
            ["route", "model", "status"],
            buckets=FAST,
            **to,
        )
        self.fallbacks = Counter("rec_fallback", "Answers that fell back", ["used", "reason"], **to)
        self.sum_error = Gauge(
            "rec_explain_sum_error",
            "Largest relative gap between a score and base + reasons + unlisted + rest",
            **to,
        )
        self.gaps = Counter(
            "rec_explain_gaps", "Answers with an item whose parts did not add up to its score", **to
        )
        self.false_claims = Gauge(
            "rec_sentences_false", "False claims that the last check of sentences found", **to
        )
        self.checked_claims = Gauge(
            "rec_sentences_claims", "Claims that the last check of sentences did over", **to
        )
        self.last_check: int | None = None  # Unix seconds
        self.last_gap: int | None = None  # Unix seconds
        self.event_lag = Histogram(
            "rec_event_lag_seconds",
            "From an event's time to its arrival",
            buckets=(1, 5, 30, 60, 600, 3600, 86_400),
            **to,
        )
        self.events = Counter("rec_events", "Events by what became of them", ["result"], **to)
        self.model_age = Gauge(
            "rec_model_age_seconds", "Since the serving model was taken in", **to
        )
        self.control_effect = Histogram(
            "rec_control_effect_seconds",
            "From a control's request to its being durable, and so in force",
            buckets=FAST,
            **to,
        )
        self.model_failures = Counter("rec_model_failures", "Candidates that were refused", **to)
        self._worst = 0.0
        lag = self.event_lag
        self.recent = RecentMetrics(
            lambda: (_sum(self.fallbacks, "_total"), _sum(lag, "_sum"), _sum(lag, "_count"))
        )

    def adds_up(self, gap: float, score: float) -> bool:
        """Whether an item's parts add up to its score; records the largest relative gap."""
        error = abs(gap) / max(1.0, abs(score))
        if error > self._worst:
            self._worst = error
            self.sum_error.set(error)
        return adds_up(gap, score)

    def gap_seen(self, now: int) -> None:
        """Count an answer without reasons for an item, because its parts did not add up."""
        self.gaps.inc()
        self.last_gap = now

    def gap_alarm(self) -> dict[str, int | None]:
        """For the operations page: number of such answers in this process, and time of the last."""
        return {"answers": int(_sum(self.gaps, "_total")), "last": self.last_gap}

    def sentences_checked(self, claims: int, false: int, now: int) -> None:
        """Record the result of a check of sentences."""
        self.checked_claims.set(claims)
        self.false_claims.set(false)
        self.last_check = now

    def sentence_alarm(self) -> dict[str, int | None]:
        """For the operations page: false claims of the last check in this process, and its time."""
        found = {"false": self.false_claims, "claims": self.checked_claims}
        return {name: int(_sum(gauge, "")) for name, gauge in found.items()} | {
            "last": self.last_check
        }

    def text(self) -> bytes:
        """The page that Prometheus reads."""
        return generate_latest(self.registry)


def _sum(metric: Any, ending: str) -> float:
    """The sum of a metric over all labels."""
    return sum(
        float(sample.value)
        for family in metric.collect()
        for sample in family.samples
        if sample.name.endswith(ending)
    )
