"""The literature's protocol for explanations, on ml-1m-order: people split 80 : 20 with seed 42, a
test person's whole history is the input, the model's first unseen item is explained, the metrics
are those of whyrec.evaluate.curves.

    python -m bench.explanation.literature [--data FOLDER] [--rows MF VAE NCF] [--people 300]
    [--epochs 40] [--out FILE] [--keep]

Recommenders and LXR learn on the 80%. One explanation of each method serves all metrics. What is
called oracle is chosen per case and per metric with the answer in hand, which no explanation can
be: it is there because published tables contain it. Our method asks the model some 14 times an
event, so LIME and Shapley values with as many questions are rows too. --keep writes the rows into
docs/results/explanation.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bench.accuracy.accuracy import ROOT, find_data, write
from bench.explanation.faithful import SHOWN, differences, table
from bench.explanation.literature_explainers import ClusteredSHAP, Spin, accent, oracle, train_lxr
from bench.explanation.literature_recommenders import SETTINGS, train
from bench.kept_result import provenance
from whyrec import api, registry
from whyrec.core import Queries, progress
from whyrec.core.progress import dumps
from whyrec.evaluate.faithfulness import faithfulness
from whyrec.workflows.faithfulness import people_apart

OURS = "bidirectional-removal"  # named, and its two numbers chosen, on 60 training people
DRAWS = 11  # of SPINRec's baselines, and of random orders
EQUAL = 14  # questions an event that OURS asks; LIME and Shapley get as many in rows of their own
OWN = ("bidirectional-removal", "greedy-removal", "deletion", "deletion-margin", "lime")


def once(queries: Queries) -> Queries:
    """Histories with every item once: these recommenders know sets."""
    return Queries.of(
        [
            query.without(
                np.setdiff1d(np.arange(len(query)), np.unique(query.items, return_index=True)[1])
            )
            for query in queries
        ]
    )


def by(method: str) -> Any:
    function = registry.find("explainers", method)
    return lambda model, query, item: function(model, query, item)


def equal(method: str) -> Any:
    """A method with as many questions as OURS asks."""
    function = registry.find("explainers", method)
    return lambda model, query, item: function(model, query, item, budget=EQUAL * len(query))


def run(name: str, data: Any, options: Any) -> dict[str, Any]:
    apart = people_apart(data)
    learn, rest = once(data.histories[apart[0]]), apart[1]
    test = once(
        data.histories[np.sort(np.random.default_rng(0).permutation(rest)[: options.people])]
    )
    x = torch.zeros(len(learn), data.n_items)
    x[
        np.repeat(np.arange(len(learn)), learn.sizes),
        torch.from_numpy(np.array(learn.items, np.int64)),
    ] = 1.0
    start = time.perf_counter()
    model, told = train(name, x)
    progress.line(
        f"{name}: HR@10 {told['hr@10']:.3f} on held-out training people, {told['epochs']} epochs, "
        f"{time.perf_counter() - start:.0f} s"
    )
    start = time.perf_counter()
    literature = {"ACCENT": accent, "SHAP, 10 clusters": ClusteredSHAP(x)}
    if options.epochs:
        literature["LXR"] = train_lxr(model, learn, epochs=options.epochs)
        progress.line(f"{name}: LXR learned in {time.perf_counter() - start:.0f} s")
    draws = {f"SPINRec, draw {n + 1}": Spin(x, n) for n in range(DRAWS)}
    graded = faithfulness(
        model,
        test,
        {
            **{one: by(one) for one in OWN},
            **{f"{one}, {EQUAL} an event": equal(one) for one in ("lime", "shapley")},
            **literature,
            **draws,
        },
        data=data.select(np.isin(data.user, apart[0])),
        k_random=DRAWS,
    )
    rows = {row: found for row, found in graded.rows.items() if row not in list(draws)[1:]}
    rows[f"SPINRec, best of {DRAWS} draws"] = oracle([graded.rows[row] for row in draws])
    graded = replace(graded, rows=rows)
    table(graded, f"{name}: {graded.cases:,} test people, output {graded.output}")
    against = differences(graded, OURS)
    progress.table(
        [
            {
                "against": row,
                **{f"{one['metric']}": mark(one) for one in against if one["b"] == row},
            }
            for row in dict.fromkeys(one["b"] for one in against)
        ],
        f"{name}: {OURS} minus each row, paired over people; * where the 95% interval is on "
        "the better side of 0",
    )
    return {"recommender": name, **told, **graded.as_json(), "against": against}


def mark(one: dict[str, Any]) -> str:
    return f"{one['difference']['mean']:+.3f}{'*' if one['better'] else ''}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data")
    parser.add_argument("--rows", nargs="*", default=list(SETTINGS))
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--epochs", type=int, default=40, help="of LXR; 0: without it")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "literature.json")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    data = api.load(find_data("ml-1m-order.zip", options.data))
    results = {"shown": SHOWN, "rows": [run(name, data, options) for name in options.rows]}
    write(options.out, options, results)
    if options.keep:
        command = f"python -m bench.explanation.literature --rows {' '.join(options.rows)}"
        command += f" --people {options.people} --epochs {options.epochs}"
        found = provenance(command, load) | {"people": options.people, "rows": results["rows"]}
        kept = ROOT / "docs" / "results" / "explanation" / "literature.json"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(dumps(found), encoding="utf-8")
    progress.line(f"written: {options.out.name}")


if __name__ == "__main__":
    main()
