"""How long one explanation takes: each method on the sequence model, histories of the latest 50
events, on one thread.

    python -m bench.explanation.explain_speed --model FOLDER [--set amazon-games.zip] [--people 30]
    [--learn 200] [--out FILE]

FOLDER: a sequence model of `whyrec fit` on the set. Milliseconds of the clock and of the processor
(p50; p99 of the clock), model evaluations. The learned explainer is trained on --learn people
first; how well does not change how fast.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy import ROOT, find_data, write
from bench.explanation.faithful import cut
from whyrec import api, registry, storage
from whyrec.core import Queries, count_calls, progress, recommend
from whyrec.explain.learned import Learned

METHODS: dict[str, dict[str, Any]] = {
    "learned": {},
    "attention": {},
    "gradient-input": {},
    "integrated-gradients": {},
    "deletion": {},
    "counterfactual": {},
    "lime": {},
    "shapley": {"budget": 500},
    "greedy-removal": {},
    "bidirectional-removal": {},
}
BARS = {"learned": 2, "integrated-gradients": 30, "shapley": 150, "counterfactual": 100}  # ms, p50


def measured(
    name: str, explain: Any, model: Any, queries: Queries, items: list[int]
) -> dict[str, Any]:
    walls, cpus, rows = [], [], []
    for query, item in zip(queries, items, strict=True):
        twin, tally = count_calls(model)
        wall, cpu = time.perf_counter(), time.process_time()
        explain(twin, query, item)
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
        rows.append(tally.rows)
    return {
        "method": name,
        "ms p50": float(np.median(walls)),
        "p99": float(np.quantile(walls, 0.99)),
        "processor ms p50": float(np.median(cpus)),
        "evaluations": float(np.mean(rows)),
        "bar ms": BARS.get(name),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--set", default="amazon-games.zip")
    parser.add_argument("--data")
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--learn", type=int, default=200)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "bench" / "results" / "explain_speed.json"
    )
    options = parser.parse_args()
    model, data = (
        storage.open_fitted(options.model).model,
        api.load(find_data(options.set, options.data)),
    )
    histories = data.histories
    longest = np.argsort(-histories.sizes, kind="stable")[: options.people]
    queries = cut(histories[np.sort(longest)], 50)
    items = [int(slate.items[0]) for slate in recommend(model, queries, 1)]
    others = np.setdiff1d(np.flatnonzero(histories.sizes >= 8), longest)[: options.learn]
    explainer = Learned(epochs=1).fit(model, cut(histories[others], 50), data)
    rows = []
    for name, config in METHODS.items():
        function = registry.find("explainers", name)
        config = {"explainer": explainer} if name == "learned" else config

        def explain(
            model: Any, query: Any, item: int, function: Any = function, config: Any = config
        ) -> Any:
            return function(model, query, item, **config)

        explain(model, queries[0], items[0])  # once before: what is made once is not counted
        rows.append(measured(name, explain, model, queries, items))
    progress.table(
        rows,
        f"{options.model.name}: {len(queries)} histories of {int(queries.sizes.mean())} events",
    )
    options.model = options.model.name
    write(options.out, options, {"rows": rows})


if __name__ == "__main__":
    main()
