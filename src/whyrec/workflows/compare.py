"""Compare models on the same people, with confidence intervals and paired differences."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from whyrec import api, registry
from whyrec.core import (
    Additive,
    ArgumentError,
    Dataset,
    Measurement,
    Queries,
    Readable,
    recommend as slates,
)
from whyrec.core.cases import Split
from whyrec.core.lifecycle import SettlesSupport
from whyrec.core.progress import Progress, plain, silent
from whyrec.evaluate.accuracy import accuracy
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.workflows import support
from whyrec.workflows.baseline_tuning import UNTUNED, timed, tunable, tune_baseline
from whyrec.workflows.figures import rounded
from whyrec.workflows.printed import compared
from whyrec.workflows.reading import Reading, Source, load
from whyrec.workflows.result import Block, Row, Rows
from whyrec.workflows.training_run import takes, train

__all__ = ["COMPARED", "DEMO_MODELS", "METRICS", "Comparison", "compare"]

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
COMPARED = ("popular", "knn", "svd", "als", "ease", "cooccurrence", "additive")
DEMO_MODELS = ("popular", "knn", "als", "ease", "cooccurrence", "additive")


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Rows):
    """The measures of several models on the same split.

    Attributes:
        data: The data that they were measured on.
        split: The training events, and the cases of validation and test people.
        models: The fitted models that `keep` named.
        measured: The values of each measure for every test case, by model.
        rows: The measures of each model with 95% intervals, seconds and processor seconds, memory,
            explained share, and the settings that were chosen on validation people.
        support_costs: The cost of each `min_support`, for the models that choose one.
    """

    data: Dataset
    split: Split
    models: dict[str, Any]
    measured: dict[str, dict[str, Measurement]]
    rows: list[Row]
    support_costs: list[Row]

    @property
    def best(self) -> str:
        return max(self.measured, key=lambda name: self.measured[name][self.headline].mean)

    @property
    def headline(self) -> str:
        if self.split.protocol == "strong":
            return "ndcg@100"
        return "ndcg@10"

    def differences(self) -> list[Row]:
        """Compare the best model with each other model, paired over people.

        Returns:
            One row for each other model.
        """
        out = []
        for name in self.measured:
            if name != self.best:
                found = paired(
                    self.measured[self.best][self.headline], self.measured[name][self.headline]
                )
                out.append(
                    {
                        "a": self.best,
                        "b": name,
                        "metric": self.headline,
                        "difference": found._asdict(),
                        "significant": bool(found.low > 0 or found.high < 0),
                    }
                )
        return out

    def to_dict(self) -> Row:
        from whyrec.data.order import orders, orders_told

        found: Row = plain(
            {
                "data": self.data.name,
                "domain": self.data.domain,
                "protocol": self.split.protocol,
                "users": self.data.n_users,
                "items": self.data.n_items,
                "events": len(self.data),
                "cases": len(self.split.test),
                "notes": [self.split.notes, *self.split.steps, orders_told(orders(self.data))],
                "rows": self.rows,
                "order": orders(self.data)._asdict(),
                "comparisons": self.differences(),
                "min_support": self.support_costs,
            }
        )
        return found

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        return compared(self.to_dict(), lang)

    def __repr__(self) -> str:
        return f"Comparison({self.data.name}, {self.split.protocol}, {', '.join(self.measured)})"


def compare(
    data: Source,
    models: Sequence[str] = COMPARED,
    protocol: str | None = None,
    *,
    seed: int = 0,
    refit: bool = False,
    keep: Sequence[str] = (),
    min_support: Sequence[int] | None = None,
    tune: bool | Collection[str] = True,
    tune_seconds: float = 20.0,
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> Comparison:
    """Fit models on the same split and measure them by ranking all items.

    Sources: full ranking [krichene2020], NDCG [jarvelin2002], bootstrap intervals [efron1979].

    Args:
        data: A known name, a path, a database URL or a Dataset.
        models: Names of models.
        protocol: "next-item", "strong", "temporal" or "random"; None takes the one that suits the
            order of the data.
        seed: Seed of all random numbers.
        refit: With "next-item": fit on the validation items too before the test.
        keep: Names of the models to keep in the result.
        min_support: Candidate numbers of people, for the models that have this setting.
        tune: Whether the settings of baselines are chosen on validation people, or the names of the
            models for which they are. Networks, and models that choose by themselves, are left out.
        tune_seconds: Processor seconds of the search of each model. The first trial has the default
            settings and always runs.
        progress: Receives texts and shares of the work; silent by default.
        **reading: How the data is read; see :func:`whyrec.load`.

    Returns:
        The measures of each model with 95% intervals, and the differences from the best model.

    Raises:
        UnknownNameError: If a model or the protocol does not exist.
        ArgumentError: If an option has a value that is not allowed.
        DataError: If the data cannot be read, or is too small for the split.
    """
    from whyrec.data.split import split, usual

    # Reject unknown names before any fit.
    dataset, _ = load(data, progress=progress, **reading)
    for name in models:
        registry.model(name, **support.settings(name, min_support))
    if not tune_seconds >= 0:
        raise ArgumentError("tune_seconds must be 0 or more", given=str(tune_seconds))
    asked = models if tune is True else tune or ()
    with progress(f"comparing {len(models)} models") as update:
        protocol = protocol or usual(dataset)
        parts = split(dataset, protocol, seed=seed, refit=refit)
        found = Comparison(dataset, parts, {}, {}, [], [])
        fitter = _Fitter(
            found,
            split(dataset, protocol, seed=seed) if refit else parts,
            seed=seed,
            refit=refit,
            progress=progress,
        )
        for at, name in enumerate(models):
            update(at / len(models), f"model {at + 1} of {len(models)}{_best_so_far(found)}")
            budget = tune_seconds if name in asked and tunable(name) else None
            model = fitter.measure(name, support.settings(name, min_support), budget)
            if name in keep:
                found.models[name] = model
    return found


def _best_so_far(found: Comparison) -> str:
    if not found.measured:
        return ""
    mean = found.measured[found.best][found.headline].mean
    return f", best so far {found.best} ({found.headline} {mean:.4f})"


@dataclass(frozen=True)
class _Fitter:
    """Fits models for a comparison, tuned if asked, and adds their rows.

    Attributes:
        found: The comparison.
        without: The split whose training events leave out the validation items.
    """

    found: Comparison
    without: Split
    seed: int
    refit: bool
    progress: Progress

    def measure(self, name: str, given: Mapping[str, Any], budget: float | None) -> Any:
        """Fit a model, add its row and return it. budget: see :func:`tune_baseline`, or None."""
        found, parts = self.found, self.found.split
        counts = np.bincount(parts.train.item, minlength=found.data.n_items)
        with peak_memory() as peak:
            model, fitting, chosen = self._fitted(name, given, budget)
            people = len(parts.test)
            with timed() as scoring, self.progress(f"measuring {name} on {people} people"):
                found.measured[name] = accuracy(model, parts.test, counts, metrics=METRICS)
        found.support_costs.extend(support.costs_of(name, model))
        found.rows.append(
            {
                "model": name,
                "metrics": {m: rounded(bootstrap(v)) for m, v in found.measured[name].items()},
                **{f"fit_{key}": value for key, value in fitting.items()},
                **{f"score_{key}": value for key, value in scoring.items()},
                "peak_mb": round(peak()),
                "explained_share": explained_share(model, parts.test.queries),
                **chosen,
            }
        )
        return model

    def _fitted(
        self, name: str, given: Mapping[str, Any], budget: float | None
    ) -> tuple[Any, dict[str, float], Row]:
        """Return the fitted model, the seconds of its fit, and what the search chose."""
        parts = self.found.split
        chosen = UNTUNED
        if budget is not None:
            tuned = tune_baseline(
                name,
                given,
                self.without,
                self.found.headline,
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
        with timed() as fitting:
            train(model, parts.train, seed=self.seed, label=name, progress=self.progress, **more)
        return model, fitting, chosen


def explained_share(model: Any, queries: Queries, cases: int = 50) -> float:
    """Mean explained share of the first recommendation; 0 for a model without exact reasons."""
    exact = isinstance(model, (Additive, Readable))
    if not exact:
        return 0.0
    some = queries[np.arange(0, len(queries), max(1, len(queries) // cases))[:cases]]
    firsts = slates(model, some, 1)
    shares = [
        api.explain(model, query, int(slate.items[0])).explained_share
        for query, slate in zip(some, firsts, strict=True)
        if len(slate)
    ]
    if shares:
        return round(float(np.mean(shares)), 4)
    return 0.0


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
