"""Concepts of a model's item vectors held against their bars and against what could look like them.

    python -m bench.explanation.concepts --model FOLDER [--films] [--seeds 5] [--nulls 15] [--people
    200] [--out FILE]

Seeds: of directions with a twin under another seed, how many have a twin of the same name. Null:
each dimension dealt anew over the items; how many directions get a name. Purity: directions are
learned and named on one half of the items; the share of the twenty strongest items of the other
half that carry the name; beside the autoencoder's the same of an autoencoder that learned nothing
(steps = 0), items' neighbours, k-means, PCA and random directions. Steering: the rise of a name's
share in people's first ten, of all kept concepts, with 95% over concepts and people, beside other
pushes of the same length. --films: planted genres among the names, for models fitted on the
built-in films.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy import ROOT, write
from whyrec import registry, storage
from whyrec.core import Query, progress
from whyrec.data.simulate import film_table, films
from whyrec.visualise.analysis.autoencoder import learn
from whyrec.visualise.analysis.naming import terms_of
from whyrec.visualise.views.concepts import STRONGEST, find_concepts, interval, steer, vectors_of

FILMS = {
    "ease": {},
    "als": {},
    "svd": {},
    "sequence": {"text": None, "width": 64, "blocks": 2, "heads": 2, "epochs": 30},
}


def by_seed(vectors: Any, items: Any, data: Any, seeds: int) -> list[dict[str, Any]]:
    rows = []
    for seed in range(seeds):
        start = time.perf_counter()
        found = find_concepts(vectors, items, data, seed=seed)[1]
        seconds = time.perf_counter() - start
        stable, kept = (
            [one for one in found if one.stable],
            [one for one in found if one.stable and one.again],
        )
        rows.append(
            {
                "seed": seed,
                "directions": len(found),
                "named": sum(one.name is not None for one in found),
                "stable": len(stable),
                "same name": len(kept),
                "agree": len(kept) / max(1, len(stable)),
                "pure, kept": float(np.mean([one.pure for one in kept])),
                "pure, all": float(np.mean([one.pure for one in found])),
                "base": float(np.mean([one.base for one in kept])),
                "near an item": kept[0].near,
                "random": kept[0].chance,
                "seconds": round(seconds, 2),
            }
        )
    return rows


def nulls(vectors: Any, items: Any, data: Any, many: int) -> dict[str, Any]:
    runs = []
    for seed in range(many):
        dealt = np.stack(
            [np.random.default_rng(100 + seed).permutation(column) for column in vectors.T], 1
        )
        found = find_concepts(dealt, items, data, seed=seed)[1]
        runs.append(
            (
                sum(one.name is not None for one in found),
                sum(one.stable for one in found),
                len(found),
            )
        )
    named, stable, of = np.array(runs).T
    return {
        "runs": many,
        "directions each": int(of[0]),
        "names in all": int(named.sum()),
        "runs with a name": int((named > 0).sum()),
        "stable by cosine, mean": float(stable.mean()),
    }


def held_out(vectors: Any, items: Any, data: Any, seeds: int) -> list[dict[str, Any]]:
    found: dict[str, list[float]] = {}
    for seed in range(seeds):
        for name, value in _one_split(vectors, items, data, seed).items():
            found.setdefault(name, []).append(value)
    return [
        {
            "directions": name,
            "pure, held out": float(np.mean(values)),
            "least": min(values),
            "most": max(values),
        }
        for name, values in sorted(found.items(), key=lambda pair: -np.mean(pair[1]))
    ]


def _one_split(vectors: Any, items: Any, data: Any, seed: int) -> dict[str, float]:
    from sklearn.cluster import KMeans

    rng = np.random.default_rng(seed)
    order, size = rng.permutation(len(items)), 96
    one, two = np.sort(order[: len(items) // 2]), np.sort(order[len(items) // 2 :])
    x = vectors - vectors[one].mean(0)
    unit = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    some = rng.choice(one, size, replace=False)
    centres = KMeans(size, n_init=1, random_state=seed, max_iter=30).fit(x[one]).cluster_centers_.T
    axes = np.linalg.svd(x[one], full_matrices=False)[2][: size // 2].T
    alike = np.linalg.cholesky(np.cov(x[one].T) + 1e-6 * np.eye(x.shape[1])) @ rng.standard_normal(
        (x.shape[1], size)
    )
    loads = {
        "autoencoder": learn(vectors[one], concepts=size, k=3, seed=seed).lean(vectors),
        "autoencoder, nothing learned": learn(
            vectors[one], concepts=size, k=3, seed=seed, steps=0
        ).lean(vectors),
        "a random item, dot": x @ x[some].T,
        "a random item, cosine": unit @ unit[some].T,
        "k-means, dot": x @ centres,
        "k-means, cosine": unit @ centres,
        "PCA, both ways": x @ np.hstack([axes, -axes]),
        "random, covariance of items": x @ alike,
        "random": x @ rng.standard_normal((x.shape[1], size)),
    }
    learned, carried = terms_of(data.item_table, items[one]), terms_of(data.item_table, items)
    return {name: _pure(load, learned, carried, one, two) for name, load in loads.items()}


def _pure(loads: Any, learned: Any, carried: Any, one: Any, two: Any) -> float:
    at, pure = {name: row for row, name in enumerate(carried.names)}, []
    for load in loads.T:
        best = learned.of(load[one], loads.shape[1], 1)
        if best and best[0].name in at:
            carries = carried.members[[at[best[0].name]]].toarray().ravel()[two]
            pure.append(carries[np.argsort(-load[two], kind="stable")[:STRONGEST]].mean())
    return float(np.mean(pure)) if pure else float("nan")


def steering(model: Any, vectors: Any, items: Any, data: Any, people: int) -> list[dict[str, Any]]:
    sparse, found = find_concepts(vectors, items, data)
    terms = terms_of(data.item_table, np.arange(data.n_items))
    kept = [one for one in found if one.stable and one.again and one.name in terms.names]
    carries = terms.members[[terms.names.index(str(one.name)) for one in kept]].toarray() > 0
    rng, mean = np.random.default_rng(1), vectors.mean(0)
    here = [np.flatnonzero(row[items]) for row in carries]
    others = [rng.choice([o.number for o in kept if o.name != one.name]) for one in kept]
    pushes = {
        "the concept": sparse.out[[one.number for one in kept]],
        "another concept": sparse.out[others],
        "mean of the items that carry the name": np.stack([vectors[rows].mean(0) for rows in here])
        - mean,
        "one item that carries it": np.stack([vectors[rng.choice(rows)] for rows in here]) - mean,
        "a random item": vectors[rng.integers(len(vectors), size=len(kept))] - mean,
        "random": rng.standard_normal((len(kept), vectors.shape[1])).astype(np.float32),
    }
    who = data.histories[np.sort(np.random.default_rng(0).permutation(data.n_users)[:people])]
    bias, every, rows = model.score([Query([])])[0], model.item_vectors()[1], []
    for name, ways in pushes.items():
        before, after, _ = steer(model, who, ways, carries, every, bias)
        low, high = interval(after - before)
        purest = np.argsort([-one.pure for one in kept], kind="stable")[:18]
        rows.append(
            {
                "push": name,
                "concepts": len(kept),
                "before": float(before.mean()),
                "after": float(after.mean()),
                "rise": float((after - before).mean()),
                "low": low,
                "high": high,
                "that rise": float(((after - before).mean(1) > 0).mean()),
                "rise of the 18 purest": float((after - before)[purest].mean()),
            }
        )
    return rows


def of_films(seeds: int = 2) -> list[dict[str, Any]]:
    """Genres of 5 items or more and at most half of the films: those a name can be."""
    data, table, rows = films().data, film_table(), []
    sizes = dict(zip(table.genres, table.genre.sum(0), strict=True))
    genres = {name for name, size in sizes.items() if 5 <= size <= data.n_items / 2}
    for name, settings in FILMS.items():
        vectors, items, _ = vectors_of(registry.model(name, **settings).fit(data), data)
        for seed in range(seeds):
            found = find_concepts(vectors, items, data, seed=seed)[1]
            kept = [one for one in found if one.stable and one.again]
            rows.append(
                {
                    "model": name,
                    "seed": seed,
                    "genres": len(genres),
                    "in kept concepts": len(genres & {one.name for one in kept}),
                    "in all named": len(genres & {one.name for one in found}),
                    "kept": len(kept),
                    "agree": len(kept) / max(1, sum(one.stable for one in found)),
                }
            )
    return rows


def main() -> None:
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--model")
    made.add_argument("--films", action="store_true")
    made.add_argument("--seeds", type=int, default=5)
    made.add_argument("--nulls", type=int, default=15)
    made.add_argument("--people", type=int, default=200)
    made.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "concepts.json")
    options, told = made.parse_args(), {}
    if options.model:
        fitted = storage.open_fitted(options.model)
        vectors, items, steered = vectors_of(fitted.model, fitted.data)
        told["seeds"] = by_seed(vectors, items, fitted.data, options.seeds)
        progress.table(told["seeds"], "Concepts under each seed (its twin: seed + 1000)")
        told["null"] = nulls(vectors, items, fitted.data, options.nulls)
        progress.table([told["null"]], "Vectors whose dimensions were dealt anew")
        told["held out"] = held_out(vectors, items, fitted.data, options.seeds)
        progress.table(
            told["held out"], "Learned and named on half of the items, purity on the other half"
        )
        if steered:
            told["steering"] = steering(fitted.model, vectors, items, fitted.data, options.people)
            progress.table(told["steering"], "Steering")
    if options.films:
        told["films"] = of_films()
        progress.table(told["films"], "Planted genres of the built-in films")
    write(options.out, options, told)


if __name__ == "__main__":
    main()
