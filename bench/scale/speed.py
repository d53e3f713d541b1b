"""Fit, rank and explain against the same work done by hand with numpy or the library `implicit`.

    python -m bench.scale.speed [--data PATH] [--json FILE]

Each pair runs in turn in one process, several times; the table gives medians and their ratio (ours
/ theirs).
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from whyrec import api, registry
from whyrec.core import progress, recommend
from whyrec.data.split import next_item
from whyrec.models.linear.terms import user_item


def timed(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def pair(ours: Callable[[], Any], theirs: Callable[[], Any], runs: int) -> tuple[float, float]:
    """Median seconds of each, run in turn after one warm-up."""
    ours(), theirs()
    times = [(timed(ours), timed(theirs)) for _ in range(runs)]
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def ease_by_hand(matrix: sparse.csr_array, ridge: float) -> np.ndarray:
    gram = (matrix.T @ matrix).toarray()
    gram[np.diag_indices_from(gram)] += ridge
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def als_by_hand(matrix: sparse.csr_matrix) -> None:
    from implicit.cpu.als import AlternatingLeastSquares

    with threadpool_limits(1, "blas"):
        AlternatingLeastSquares(
            factors=64, regularization=10.0, alpha=5.0, iterations=15, random_state=0
        ).fit(matrix, show_progress=False)


def cooccurrence_by_hand(data: Any, window: int = 10, decay: float = 0.7) -> sparse.csr_matrix:
    """A plain sum of sparse products of shifted event matrices."""
    order = np.argsort(data.user, kind="stable")
    user, item = data.user[order], data.item[order]
    total: Any = 0
    for gap in range(1, window + 1):
        same = user[gap:] == user[:-gap]
        rows = np.arange(same.sum())
        before = sparse.csr_matrix(
            (np.ones(len(rows), np.float32), (rows, item[:-gap][same])), (len(rows), data.n_items)
        )
        after = sparse.csr_matrix(
            (np.ones(len(rows), np.float32), (rows, item[gap:][same])), (len(rows), data.n_items)
        )
        total = total + before.T @ after * decay ** (gap - 1)
    counts = np.maximum(np.bincount(item, minlength=data.n_items), 1)
    return sparse.csr_matrix(sparse.diags(1 / counts) @ total)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="films")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json")
    options = parser.parse_args()
    data = next_item(api.load(options.data)).train
    matrix = user_item(data)
    legacy = sparse.csr_matrix(matrix)
    jobs = {
        "EASE fit, numpy by hand": (
            lambda: registry.model("ease").fit(data),
            lambda: ease_by_hand(matrix, 300.0),
        ),
        "ALS fit, implicit": (lambda: registry.model("als").fit(data), lambda: als_by_hand(legacy)),
        "co-occurrence fit, scipy by hand": (
            lambda: registry.model("cooccurrence").fit(data),
            lambda: cooccurrence_by_hand(data),
        ),
    }
    rows = []
    for name, (ours, theirs) in jobs.items():
        mine, other = pair(ours, theirs, options.runs)
        rows.append(
            {
                "what": name,
                "whyrec s": round(mine, 4),
                "peer s": round(other, 4),
                "ratio": round(mine / other, 3),
            }
        )
    model = registry.model("additive", mix={}).fit(data)
    recommend(model, data.histories[:64])
    seconds = statistics.median(
        timed(lambda: recommend(model, data.histories, 10)) for _ in range(3)
    )
    rows.append(
        {
            "what": f"top 10 for all {data.n_users} people",
            "whyrec s": round(seconds, 4),
            "peer s": None,
            "ratio": None,
        }
    )
    queries = [data.histories[r] for r in range(0, data.n_users, max(1, data.n_users // 500))]
    served = [
        (query, int(slate.items[0]), float(slate.scores[0]))
        for query, slate in zip(queries, recommend(model, queries, 1), strict=True)
    ]
    each = [timed(lambda q=q, i=i: model.contributions(q, i)) for q, i, _ in served]
    whole = [timed(lambda q=q, i=i, s=s: api.explain(model, q, i, score=s)) for q, i, s in served]
    afresh = [timed(lambda q=q, i=i: api.explain(model, q, i)) for q, i, _ in served]
    rows.append(
        {
            "what": "exact contributions of one item, median",
            "whyrec s": round(statistics.median(each), 6),
            "peer s": None,
            "ratio": None,
        }
    )
    rows.append(
        {
            "what": "exact Explanation of a served item, median",
            "whyrec s": round(statistics.median(whole), 6),
            "peer s": None,
            "ratio": None,
        }
    )
    rows.append(
        {
            "what": "the same, scoring the catalogue again, median",
            "whyrec s": round(statistics.median(afresh), 6),
            "peer s": None,
            "ratio": None,
        }
    )
    progress.table(
        [{**row, "whyrec s": f"{row['whyrec s']:.6f}"} for row in rows],
        f"{data.name}: {data.n_users} people, {data.n_items} items, {len(data)} events",
    )
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
