"""What the service counts, for Prometheus. No label holds a person, an item or a key."""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from whyrec.serve.pulse import Pulse

__all__ = ["Metrics"]

FAST = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """One set a service: errors are timed as successes are."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        to = {"registry": self.registry}
        self.requests = Histogram(
            "rec_request_seconds", "Time of a request", ["route", "model", "status"], buckets=FAST, **to
        )
        self.fallbacks = Counter("rec_fallback", "Answers that fell back", ["used", "reason"], **to)
        self.sum_error = Gauge(
            "rec_explain_sum_error", "Largest relative error of base + reasons + rest against the score", **to
        )
        self.event_lag = Histogram(
            "rec_event_lag_seconds", "From an event's time to its arrival", buckets=(1, 5, 30, 60, 600, 3600, 86_400), **to
        )
        self.events = Counter("rec_events", "Events by what became of them", ["result"], **to)
        self.model_age = Gauge("rec_model_age_seconds", "Since the serving model was taken in", **to)
        self.control_effect = Histogram(
            "rec_control_effect_seconds",
            "From a control's request to its being durable, and so in force",
            buckets=FAST,
            **to,
        )
        self.model_failures = Counter("rec_model_failures", "Candidates that were refused", **to)
        self._worst = 0.0
        lag = self.event_lag
        self.pulse = Pulse(lambda: (_sum(self.fallbacks, "_total"), _sum(lag, "_sum"), _sum(lag, "_count")))

    def adds_up(self, error: float) -> None:
        """Keep the largest error seen."""
        if error > self._worst:
            self._worst = error
            self.sum_error.set(error)

    def text(self) -> bytes:
        """The page that Prometheus reads."""
        return generate_latest(self.registry)


def _sum(metric: Any, ending: str) -> float:
    """All of a metric's values under one name, whatever their labels."""
    return sum(sample.value for family in metric.collect() for sample in family.samples if sample.name.endswith(ending))
