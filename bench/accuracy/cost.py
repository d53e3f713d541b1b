"""What the default fit of `additive` costs: processor seconds and peak memory against their bars.

    python -m bench.accuracy.cost [--data FOLDER] [--sets SET ...]

Each fit runs in a process of its own, which reads the data, too; its highest resident memory is the
whole process's. Two sets are drawn here: 100,000 events of 20,000 items (drawn-100k) and a million
of 41,000 (drawn-1m), with a power-law popularity and people who keep to a few groups of items. The
counts alone are fitted in turn with implicit's item-kNN (cosine, 20 neighbours) from the same
events, five times. A fit that includes the validation items chooses everything on others and counts
once more.
"""

from __future__ import annotations

import argparse
import statistics
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import sparse

from bench.accuracy.accuracy import ROOT, find_data, write
from bench.peers.child import Clock, peak_mb
from whyrec import api, registry
from whyrec.core import Dataset
from whyrec.data.split import split

BEAUTY = "amazon-beauty.zip"
#: CPU seconds and MB (10^6 bytes) that a fit may take.
BARS: dict[str, tuple[float, float]] = {
    "ml-latest-small.zip": (30, 1_000),
    BEAUTY: (60, 1_500),
    "ml-1m-order.zip": (120, 2_147),
    "drawn-100k": (30, 1_000),
    "drawn-1m": (120, 2_500),
}
#: People, items (a few of which nobody chooses) and events of the drawn sets.
DRAWN = {"drawn-100k": (12_000, 24_500, 100_000), "drawn-1m": (40_000, 41_500, 1_000_000)}
KNN = 1.5  # times implicit's fit that the counts may take
REFIT = 1.3  # times the fit without validation items that the fit with them may take
TURNS = 5


def drawn(people: int, items: int, events: int, seed: int = 0) -> Dataset:
    """Events of people who choose half of their items in one of 50 groups, the others anywhere."""
    rng = np.random.default_rng(seed)
    share = np.arange(1.0, items + 1) ** -0.8
    order = rng.permutation(items)  # item numbers by popularity
    groups = 50
    sizes = np.maximum(5, rng.pareto(1.5, people) + 1)
    sizes = np.minimum(sizes / sizes.sum() * events * 1.25 + 3, items / 20).astype(int)
    user = np.repeat(np.arange(people), sizes)
    place = np.searchsorted(np.cumsum(share / share.sum()), rng.random(len(user)))
    near = rng.random(len(user)) < 0.5
    place[near] = place[near] // groups * groups + rng.integers(groups, size=people)[user[near]]
    item = order[np.minimum(place, items - 1)]
    _, first = np.unique(user * items + item, return_index=True)
    kept = rng.permutation(first)[:events]  # in any order of time
    used, item = np.unique(item[kept], return_inverse=True)
    return Dataset(
        user[kept],
        item,
        np.ones(len(kept)),
        np.arange(1, len(kept) + 1),
        [f"u{one}" for one in range(people)],
        [f"i{one}" for one in used],
    )


def read(name: str, folder: str | None) -> Dataset:
    return drawn(*DRAWN[name]) if name in DRAWN else api.load(find_data(name, folder))


def alone(function: Callable[..., Any], *given: Any) -> Any:
    """Run a function in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *given).result()


def fit_cost(name: str, folder: str | None) -> dict[str, Any]:
    """The default fit: CPU seconds, and MB of the process."""
    data = read(name, folder)
    clock = Clock()
    registry.model("additive").fit(data)
    seconds, mb = BARS.get(name, (None, None))
    return {
        "set": name,
        "events": len(data),
        "items": data.n_items,
        **clock.facts("fit"),
        "peak_mb": round(peak_mb()),
        "most_cpu_seconds": seconds,
        "most_mb": mb,
    }


def refit_cost(name: str, folder: str | None) -> dict[str, Any]:
    """The fit on the training events, and the one with the validation items."""
    data = read(name, folder)
    found: dict[str, Any] = {"set": name}
    for refit in (False, True):
        parts = split(data, "next-item", refit=refit)
        valid = None if refit else parts.valid
        clock = Clock()
        registry.model("additive").fit(parts.train, valid=valid)
        found |= clock.facts("refit" if refit else "fit")
    return found | {"ratio": found["refit_cpu_seconds"] / found["fit_cpu_seconds"], "most": REFIT}


def counts_cost(name: str, folder: str | None) -> dict[str, Any]:
    """The counts alone beside implicit's item-kNN, in turn, both from the events."""
    from implicit.nearest_neighbours import CosineRecommender
    from implicit.utils import ParameterWarning

    warnings.simplefilter("ignore", ParameterWarning)
    data = read(name, folder)

    def ours(data: Dataset) -> None:
        registry.model("additive", budget=0).fit(data)

    def theirs(data: Dataset) -> None:
        ones = np.ones(len(data), np.float32)
        chosen = sparse.csr_matrix((ones, (data.user, data.item)), (data.n_users, data.n_items))
        CosineRecommender(K=20, num_threads=1).fit(chosen, show_progress=False)

    seconds: dict[str, list[float]] = {"counts": [], "knn": []}
    for turn in range(TURNS + 1):
        for key, fit in (("counts", ours), ("knn", theirs)):
            fresh = replace(data)  # without what an earlier fit left in its caches
            clock = Clock()
            fit(fresh)
            if turn:  # the first one imports
                seconds[key].append(clock.facts("fit")["fit_cpu_seconds"])
    medians = {f"{key}_cpu_seconds": statistics.median(one) for key, one in seconds.items()}
    ratio = medians["counts_cpu_seconds"] / medians["knn_cpu_seconds"]
    return {"set": name, **medians, "ratio": ratio, "most": KNN}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default=None)
    parser.add_argument("--sets", nargs="+", default=list(BARS))
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "cost.json")
    given = parser.parse_args()
    console = Console(width=120)
    counts = alone(counts_cost, BEAUTY, given.data)
    console.print(
        f"{BEAUTY}, counts alone: {counts['counts_cpu_seconds']:.3f} CPU s, implicit's item-kNN "
        f"{counts['knn_cpu_seconds']:.3f}: {counts['ratio']:.2f} times (at most {KNN})"
    )
    refit = alone(refit_cost, BEAUTY, given.data)
    console.print(
        f"{BEAUTY}, fit: {refit['fit_cpu_seconds']:.1f} CPU s, with the validation items "
        f"{refit['refit_cpu_seconds']:.1f}: {refit['ratio']:.2f} times (at most {REFIT})"
    )
    rows = []
    for name in given.sets:
        rows.append(alone(fit_cost, name, given.data))
        write(given.out, given, {"counts": counts, "refit": refit, "rows": rows})
    table = Table(title="The default fit of additive")
    for head in ("set", "events", "items", "CPU s", "at most", "peak MB", "at most"):
        table.add_column(head, justify="left" if head == "set" else "right")
    for row in rows:
        bars = [f"{bar:,.0f}" if bar else "" for bar in (row["most_cpu_seconds"], row["most_mb"])]
        table.add_row(
            row["set"],
            f"{row['events']:,}",
            f"{row['items']:,}",
            f"{row['fit_cpu_seconds']:.1f}",
            bars[0],
            f"{row['peak_mb']:,}",
            bars[1],
        )
    console.print(table)


if __name__ == "__main__":
    main()
