"""The best of a million items for one person, with reasons: the index beside a product with all
items, on one core.

    OMP_NUM_THREADS=1 python -m bench.scale.neighbours [--items 1000000] [--dims 128] [--people 500]
    [--candidates 1000,2200] OMP_NUM_THREADS=1 python -m bench.scale.neighbours --data
    amazon-games.zip (real: the vectors that lowrank starts from)

Simulated as a low-rank model would leave them: clusters of Zipf sizes, items around their centre (a
share `--spread` of the variance is the item's own), lengths log-normal, base scores by popularity;
a person's 5 to 100 events come from three clusters, popular items first. Two heads remember 100
events, one fading.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from whyrec import api
from whyrec.core import Queries, Query
from whyrec.models.linear.cooccurrence import item_factors
from whyrec.models.linear.terms import LowRankTerm
from whyrec.scale.neighbours import Neighbours

CLUSTERS, HEADS, LENGTH, K = 2000, 2, 100, 100


def world(
    items: int, dims: int, spread: float, seed: int
) -> tuple[LowRankTerm, np.ndarray, np.ndarray]:
    """The low-rank term, base scores, and each item's cluster."""
    rng = np.random.default_rng(seed)
    centre = rng.standard_normal((CLUSTERS, dims), np.float32)
    share = 1 / np.arange(1, CLUSTERS + 1) ** 0.7
    cluster = rng.choice(CLUSTERS, items, p=share / share.sum())
    length = rng.lognormal(0, 0.25, items).astype(np.float32)[:, None] / np.float32(dims**0.5)
    made = []
    for _ in range(2):  # keys and queries share their clusters
        vectors = rng.standard_normal((items, dims), np.float32)
        vectors *= np.float32(spread**0.5)
        vectors += np.float32((1 - spread) ** 0.5) * centre[cluster]
        vectors *= length
        made.append(vectors)
    popularity = 1 / (1 + rng.permutation(items))
    gap = np.stack([0.9 ** np.arange(LENGTH), np.full(LENGTH, 0.2)]).astype(np.float32)
    return LowRankTerm(*made, gap), (0.05 * np.log(popularity)).astype(np.float32), cluster


def people(count: int, cluster: np.ndarray, base: np.ndarray, seed: int) -> list[Query]:
    """Histories of 5 to 100 events from three clusters each."""
    rng = np.random.default_rng(seed)
    order = np.argsort(cluster, kind="stable")
    start = np.searchsorted(cluster[order], np.arange(CLUSTERS + 1))
    found = []
    for _ in range(count):
        taken = []
        for one in cluster[rng.choice(len(cluster), 3)]:
            own = order[start[one] : start[one + 1]]
            own = own[np.argsort(-base[own])]
            taken.append(own[(rng.random(int(rng.integers(2, 34))) ** 3 * len(own)).astype(int)])
        items = np.unique(np.concatenate(taken))
        found.append(Query(rng.permutation(items)[:LENGTH]))
    return found


def now() -> np.ndarray:
    """Seconds of the clock and of this process: on a shared machine the first also counts
    others' work.
    """
    return np.array([time.perf_counter(), time.process_time()])


def real(path: str, dims: int, count: int) -> tuple[LowRankTerm, np.ndarray, list[Query]]:
    """The same of a data set: item vectors are the singular vectors of what followed what, as
    `lowrank` starts from.
    """
    data = api.load(path)
    gap = np.stack([0.9 ** np.arange(LENGTH), np.full(LENGTH, 0.2)]).astype(np.float32)
    keys, queries = item_factors(data, dims)
    base = 0.05 * np.log1p(np.bincount(data.item, minlength=data.n_items))
    some = np.random.default_rng(1).permutation(data.n_users)[:count]
    return LowRankTerm(keys, queries, gap), base.astype(np.float32), list(data.histories[some])


def answer(
    term: LowRankTerm, index: Neighbours, query: Query, candidates: int
) -> tuple[np.ndarray, np.ndarray]:
    """The list of one person and the milliseconds (clock, processor) it took, with every event's
    weight for ten items.
    """
    began = now()
    found = index.search(
        term.people(Queries.of(query)), K, exclude=[query.items], candidates=candidates
    )[0]
    weights = term.events(query) @ term.queries[found.items[:10]].T.astype(
        np.float64
    )  # (events, 10)
    np.argsort(-weights, axis=0)[:3]
    took = 1e3 * (now() - began)
    gap = np.abs(weights.sum(0) + index.base[found.items[:10]] - found.scores[:10]).max()
    assert gap < 1e-4 * max(1.0, np.abs(found.scores).max()), gap
    return found.items, took


def brute(term: LowRankTerm, base: np.ndarray, query: Query) -> tuple[np.ndarray, np.ndarray]:
    began = now()
    scores = term.scores(Queries.of(query))[0] + base
    scores[query.items] = -np.inf
    best = np.argpartition(-scores, K)[:K]
    best = best[np.argsort(-scores[best])]
    weights = term.events(query) @ term.queries[best[:10]].T.astype(np.float64)
    np.argsort(-weights, axis=0)[:3]
    return best, 1e3 * (now() - began)


def spread_of(values: list[np.ndarray]) -> dict[str, float]:
    clock, busy = np.array(values).T
    return {f"p{q}": round(float(np.percentile(clock, q)), 3) for q in (50, 99)} | {
        f"cpu_p{q}": round(float(np.percentile(busy, q)), 3) for q in (50, 99)
    }


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, kind, default in (
        ("items", int, 1_000_000),
        ("dims", int, 128),
        ("people", int, 500),
        ("spread", float, 0.5),
        ("candidates", str, "200,500,1000,2200,5000"),
        ("seed", int, 0),
        ("data", str, ""),
    ):
        parse.add_argument(f"--{name}", type=kind, default=default)
    parse.add_argument("--out", type=Path, default=Path("bench/results/neighbours.json"))
    given = parse.parse_args()
    import faiss

    faiss.omp_set_num_threads(1)
    with threadpool_limits(1):
        result = run(given)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1), encoding="utf-8")


def run(given: argparse.Namespace) -> dict[str, Any]:
    if given.data:
        term, base, asked = real(given.data, given.dims, given.people)
    else:
        term, base, cluster = world(given.items, given.dims, given.spread, given.seed)
        asked = people(given.people, cluster, base, given.seed + 1)
    began = time.perf_counter()
    made = Neighbours(term.queries, base)
    built = time.perf_counter() - began
    folder = given.out.parent / "neighbours-index"
    index = Neighbours.load(made.save(folder))
    size = (folder / "index.faiss").stat().st_size / 2**20
    del made
    print(
        f"{len(base)} items of {given.dims} numbers, {given.people} people, "
        f"{Queries.of(asked).sizes.mean():.0f} events "
        f"each; built in {built:.0f} s, codes of {size:.0f} MB",
        flush=True,
    )
    truth, slow = zip(*[brute(term, base, query) for query in asked], strict=True)
    rows = [
        {"by": "all items", "recall": 1.0, "recall10": 1.0, "worst": 1.0, **spread_of(list(slow))}
    ]
    for candidates in map(int, given.candidates.split(",")):
        for query in asked[:20]:
            answer(term, index, query, candidates)  # pages of the map
        found, fast = zip(*[answer(term, index, query, candidates) for query in asked], strict=True)
        share = [len(np.intersect1d(one, best)) / K for one, best in zip(found, truth, strict=True)]
        ten = [
            len(np.intersect1d(one[:10], best[:10])) / 10
            for one, best in zip(found, truth, strict=True)
        ]
        rows.append(
            {
                "by": f"{candidates} scored again",
                "recall": round(float(np.mean(share)), 4),
                "recall10": round(float(np.mean(ten)), 4),
                "worst": min(share),
                **spread_of(list(fast)),
            }
        )
    print(
        f"{'':20} {'recall@100':>10} {'recall@10':>10} {'worst':>6} "
        f"{'p50 ms':>8} {'p99 ms':>8} {'cpu p50':>8} {'cpu p99':>8}"
    )
    for row in rows:
        print(
            f"{row['by']:20} {row['recall']:10.4f} {row['recall10']:10.4f} "
            f"{row['worst']:6.2f} {row['p50']:8.2f} "
            f"{row['p99']:8.2f} {row['cpu_p50']:8.2f} {row['cpu_p99']:8.2f}",
            flush=True,
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return {
        "items": len(base),
        "dims": given.dims,
        "people": given.people,
        "spread": given.spread,
        "build_seconds": round(built, 1),
        "index_mb": round(size),
        "peak_mb": round(peak),
        "rows": rows,
    }


if __name__ == "__main__":
    main()
