"""The road from an event log to a proven reason: each step a function, composed from the parts.

Results are plain dictionaries, the JSON of the command line; the report draws the same values.
"""

from __future__ import annotations

import functools
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from whyrec import __version__, api, registry
from whyrec.cli import show, supporting, watch
from whyrec.core import (
    Additive,
    BadArgument,
    Dataset,
    Measurement,
    Queries,
    Readable,
    artefact,
    recommend as slates,
)
from whyrec.core.cases import Split
from whyrec.data.order import orders, orders_told
from whyrec.evaluate.accuracy import accuracy
from whyrec.evaluate.faithfulness import completeness, deletion_test
from whyrec.evaluate.statistics import Interval, bootstrap, paired

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
DEMO_MODELS = ("popular", "knn", "als", "ease", "cooccurrence", "additive")


def load(
    source: str, columns: Mapping[str, str] | None, graph: str = "", **cleaning: Any
) -> tuple[Dataset, list[Any]]:
    """Read and clean, with the steps; graph: a file of links, where there is one."""
    with show.progress(f"reading {source}"):
        return api.load_steps(source, columns=columns, graph=graph or None, **cleaning)


def read_config(path: Path | None) -> dict[str, Any]:
    """A model's settings from TOML; lists become tuples, as the constructors take them."""
    if path is None:
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadArgument(
            "--config must be a readable TOML file", given=f"{path}: {error}"
        ) from None
    return {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }


def place(out: Path) -> None:
    """Whether a model can be saved there, asked before a long fit: BadArgument or OSError where
    not.
    """
    artefact.saveable(out)
    out.mkdir(parents=True, exist_ok=True)


def fit(
    model: Any,
    data: Dataset,
    *,
    seed: int,
    label: str,
    checkpoint: Path | None = None,
    log: Path | None = None,
    **more: Any,
) -> float:
    """Fit with a progress line; returns the seconds."""
    start = time.perf_counter()
    with show.progress(f"fitting {label}") as update:
        if watch.takes_run(model) and "run" not in more:
            more["run"] = watch.run(
                update, checkpoint=checkpoint, log=log, label=f"fitting {label}"
            )
        model.fit(data, seed=seed, **more)
    return time.perf_counter() - start


def as_rows(steps: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(step) for step in steps]


# --- compare --------------------------------------------------------------------------------------


@dataclass
class Comparison:
    """Models measured on the same split: what `whyrec compare` prints, with the models kept."""

    data: Dataset
    split: Split
    models: dict[str, Any] = field(default_factory=dict)
    measured: dict[str, dict[str, Measurement]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    support_costs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def best(self) -> str:
        return max(self.measured, key=lambda name: self.measured[name][self.headline].mean)

    @property
    def headline(self) -> str:
        return "ndcg@100" if self.split.protocol == "strong" else "ndcg@10"

    def differences(self) -> list[dict[str, Any]]:
        """The best model against each other one, paired over people."""
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

    def as_json(self) -> dict[str, Any]:
        return {
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


def compare(
    data: Dataset,
    models: Sequence[str],
    protocol: str | None = None,
    *,
    seed: int = 0,
    refit: bool = False,
    keep: Sequence[str] = (),
    min_support: Sequence[int] | None = None,
) -> Comparison:
    """Fit and measure each model on the same split; only those in `keep` are held on to afterwards.
    protocol None: the one that suits the order of the data. min_support: the values to choose
    from, for the models that have the setting."""
    from whyrec.data.split import split, usual

    # An unknown name is told before anything is fitted.
    made = {name: registry.model(name, **supporting.settings(name, min_support)) for name in models}
    found = Comparison(data, split(data, protocol or usual(data), seed=seed, refit=refit))
    counts = np.bincount(found.split.train.item, minlength=data.n_items)
    for name in models:
        model = made.pop(name)
        # Validation people choose a model's few numbers or when it stops, unless they are in the
        # fit themselves.
        more: dict[str, Any] = (
            {"valid": found.split.valid} if watch.takes(model, "valid") and not refit else {}
        )
        with peak_memory() as peak:
            fit_seconds = fit(model, found.split.train, seed=seed, label=name, **more)
            start = time.perf_counter()
            with show.progress(f"measuring {name} on {len(found.split.test)} people"):
                found.measured[name] = accuracy(model, found.split.test, counts, metrics=METRICS)
            score_seconds = time.perf_counter() - start
        if name in keep:
            found.models[name] = model
        found.support_costs += supporting.costs_of(name, model)
        found.rows.append(
            {
                "model": name,
                "metrics": {m: rounded(bootstrap(v)) for m, v in found.measured[name].items()},
                "fit_seconds": round(fit_seconds, 3),
                "score_seconds": round(score_seconds, 3),
                "peak_mb": round(peak()),
                "explained_share": explained_share(model, found.split.test.queries),
            }
        )
    return found


def rounded(interval: Interval) -> dict[str, float]:
    return {key: round(value, 5) for key, value in interval._asdict().items()}


def explained_share(model: Any, queries: Queries, cases: int = 50) -> float:
    """Mean explained share of the first recommendation of some people; 0 for models with no
    exact reasons.
    """
    if not isinstance(model, (Additive, Readable)):
        return 0.0
    some = queries[np.arange(0, len(queries), max(1, len(queries) // cases))[:cases]]
    firsts = slates(model, some, 1)
    shares = [
        api.explain(model, query, int(slate.items[0])).explained_share
        for query, slate in zip(some, firsts, strict=True)
        if len(slate)
    ]
    return round(float(np.mean(shares)), 4) if shares else 0.0


@contextmanager
def peak_memory() -> Iterator[Any]:
    """Highest resident memory of this process in the block, in MB, sampled every 20 ms."""
    page, stop, high = 4096 / 1e6, threading.Event(), [0.0]

    def watch() -> None:
        while True:
            try:
                high[0] = max(high[0], int(Path("/proc/self/statm").read_text().split()[1]) * page)
            except OSError:  # not Linux: the system's own mark, which never falls
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


# --- faithful -------------------------------------------------------------------------------------


def faithful_rows(model: Any, queries: Queries, seed: int) -> dict[str, Any]:
    start = time.perf_counter()
    with show.progress(f"removing reasons for {len(queries)} people"):
        found = deletion_test(
            model, queries, functools.partial(api.explain, method="events"), seed=seed
        )
    ms = (time.perf_counter() - start) * 1000 / max(1, found.cases)
    sums = (
        completeness(model, queries, api.explain).values
        if isinstance(model, (Additive, Readable))
        else np.array([])
    )
    rows = [
        {
            "method": name,
            "metrics": {
                "drop": rounded(bootstrap(found.drop[name])),
                "rank": rounded(bootstrap(found.rank[name])),
                "no_longer_first": rounded(bootstrap(found.first_lost[name])),
            },
        }
        for name in found.drop
    ]
    against = {
        name: rounded(paired(found.drop["top reason"], found.drop[name]))
        for name in found.drop
        if name != "top reason"
    }
    return {
        "cases": found.cases,
        "rows": rows,
        "drop_against": against,
        "ms_per_case": round(ms, 2),
        "completeness": float(max(found.completeness, sums.max(initial=0))),
        "explained_items": len(sums),
        "removal_error": found.removal_error,
    }


def now() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def versions() -> dict[str, str]:
    from importlib.metadata import version

    return {"whyrec": __version__} | {
        name: version(name) for name in ("numpy", "scipy", "implicit", "polars")
    }
