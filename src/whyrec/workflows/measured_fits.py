"""Fit models on a split, tuned if asked, and measure what they reach and what they cost."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from whyrec import registry
from whyrec.core import Additive, Measurement, Queries, Readable
from whyrec.core.cases import Split
from whyrec.core.composite import Composite, same_component
from whyrec.core.explained import explained_shares
from whyrec.core.lifecycle import SettlesSupport
from whyrec.core.progress import Progress
from whyrec.core.ranking import batches, best
from whyrec.evaluate.accuracy import accuracy
from whyrec.evaluate.statistics import bootstrap
from whyrec.workflows import support
from whyrec.workflows.baseline_tuning import UNTUNED, timed, tune_baseline
from whyrec.workflows.figures import rounded, spread
from whyrec.workflows.result import Row
from whyrec.workflows.training_run import takes, train

__all__ = ["METRICS", "Fitter", "Measured", "headline", "peak_memory", "share_columns"]

LISTED = 10  # items of a list whose explained shares are measured

METRICS = (
    "ndcg@10",
    "hr@10",
    "mrr@10",
    "recall@20",
    "recall@50",
    "ndcg@100",
    "coverage@10",
    "novelty@10",
    "popularity_lift@10",
)


def headline(protocol: str) -> str:
    """Return the measure by which models are compared and tuned."""
    return "ndcg@100" if protocol == "strong" else "ndcg@10"


@dataclass(frozen=True)
class Measured:
    """A fitted model, the values of each measure, its row, and what its min_support costs."""

    model: Any
    values: dict[str, Measurement]
    row: Row
    support_costs: list[Row]


@dataclass(frozen=True)
class Fitter:
    """Fits models for a comparison, tuned if asked, and adds their rows.

    Attributes:
        split: The split.
        without: The split whose training events leave out the validation items.
        parts: The unfitted models that composite models are made of.
        fitted: Those that are fitted, with the seconds of their fit.
    """

    split: Split
    without: Split
    seed: int
    refit: bool
    progress: Progress
    parts: list[Any]
    fitted: list[tuple[Any, dict[str, float]]] = field(default_factory=list)

    def measure(self, name: str, given: Mapping[str, Any], budget: float | None) -> Measured:
        """Fit and measure a model.

        Args:
            name: Its name.
            given: Settings that are not the default.
            budget: CPU seconds to tune the other settings; None: they are not tuned.

        Returns:
            The model with its measures.
        """
        parts = self.split
        counts = np.bincount(parts.train.item, minlength=parts.train.n_items)
        with peak_memory() as peak:
            model, fitting, chosen = self._fit(name, given, budget)
            people = len(parts.test)
            with timed() as scoring, self.progress(f"measuring {name} on {people} people"):
                values = accuracy(model, parts.test, counts, metrics=METRICS)
        if any(same_component(model, part) for part in self.parts):
            self.fitted.append((model, fitting))
        row = {
            "model": name,
            "metrics": {metric: rounded(bootstrap(value)) for metric, value in values.items()},
            **{f"fit_{key}": value for key, value in fitting.items()},
            **{f"score_{key}": value for key, value in scoring.items()},
            "peak_mb": round(peak()),
            **share_columns(model, parts.test.queries),
            **chosen,
        }
        return Measured(model, values, row, support.costs_of(name, model))

    def _fit(
        self, name: str, given: Mapping[str, Any], budget: float | None
    ) -> tuple[Any, dict[str, float], Row]:
        """Return the fitted model, the seconds of its fit, and what the search chose."""
        parts = self.split
        chosen = UNTUNED
        if budget is not None:
            tuned = tune_baseline(
                name,
                given,
                self.without,
                headline(self.split.protocol),
                seed=self.seed,
                budget=budget,
                progress=self.progress,
            )
            if not self.refit:  # the trial was fitted on the same events
                if isinstance(tuned.model, SettlesSupport):
                    tuned.model.settle_support(parts.valid, seed=self.seed)
                return tuned.model, tuned.fitting, tuned.row
            chosen, given = tuned.row, {**given, **tuned.settings}
        model = registry.model(name, **given)
        # Validation people tune a model's few numbers and stop its training, unless they are in
        # the fit themselves.
        more: Row = {}
        if takes(model, "valid") and not self.refit:
            more = {"valid": parts.valid}
        ready = self._ready(model)
        if ready:
            more["fitted"] = {key: fitted for key, (fitted, _) in ready.items()}
        with timed() as fitting:
            train(model, parts.train, seed=self.seed, label=name, progress=self.progress, **more)
        for _, seconds in ready.values():
            fitting = {key: round(fitting[key] + seconds[key], 3) for key in fitting}
        return model, fitting, chosen

    def _ready(self, model: Any) -> dict[str, tuple[Any, dict[str, float]]]:
        """Return the parts of a composite model that are fitted already, with their seconds."""
        if not isinstance(model, Composite):
            return {}
        return {
            name: (fitted, seconds)
            for name, part in model.components().items()
            for fitted, seconds in self.fitted
            if same_component(fitted, part)
        }


def share_columns(model: Any, queries: Queries, cases: int = 50) -> Row:
    """The explained shares (:mod:`whyrec.core.explained`) of every item of some people's lists.

    Args:
        model: Any scorer.
        queries: Histories.
        cases: The largest number of people.

    Returns:
        {explained_share: the mean, explained_share_p10: the tenth percentile, explained_share_min:
        the smallest}; 0 for a model without exact reasons.
    """
    found = [np.zeros(0)]
    if isinstance(model, (Additive, Readable)):
        some = queries[np.arange(0, len(queries), max(1, len(queries) // cases))[:cases]]
        for _, part in batches(some):
            items, scores = best(model, part, LISTED)
            found.append(explained_shares(model, part, items)[np.isfinite(scores)])
    shares = np.concatenate(found)
    if not len(shares):
        shares = np.zeros(1)
    ends = {f"explained_share_{name}": value for name, value in spread(shares).items()}
    return {"explained_share": round(float(shares.mean()), 4)} | ends


@contextmanager
def peak_memory() -> Iterator[Any]:
    """Measure the highest resident memory of this process in the block, in MB, every 20 ms."""
    page = 4096 / 1e6
    stop = threading.Event()
    high = [0.0]

    def watch() -> None:
        while True:
            try:
                high[0] = max(high[0], int(Path("/proc/self/statm").read_text().split()[1]) * page)
            except OSError:  # not Linux: use the system's own maximum, which never falls
                import resource

                high[0] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            if stop.wait(0.02):
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: high[0]
    finally:
        stop.set()
        thread.join()
