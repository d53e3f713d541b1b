"""One model of `implicit` or LightFM, fitted and asked for its lists, or tuned, in the peers' own
environment.

    python bench/peers/matrix_peer.py JOB.json

Imports nothing of whyrec; files come and go as for bench/peers/rectools_peer.py. Settings are the
libraries' own argument names; `epochs` of LightFM is an argument of its `fit`. The models of
`implicit` answer the history of the query. LightFM cannot: it answers with the vector that the
person got from the training events.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
from scipy import sparse

from bench.peers.child import Clock, ndcg_at_10, peak_mb, read_job, write_answer
from bench.peers.search import best, search

Given = dict[str, np.ndarray]
Lists = Callable[[sparse.csr_matrix, np.ndarray, int], np.ndarray]  # (histories, people, k)
LOWEST = -1e38  # implicit's score of what may not be listed
NEIGHBOURS = {"implicit-knn": CosineRecommender, "implicit-bm25": BM25Recommender}


def events(given: Given, n_users: int) -> sparse.csr_matrix:
    """Who chose what in the training events, (n_users, n_items) of 0 and 1."""
    shape = (n_users, int(given["n_items"]))
    made = sparse.coo_matrix((np.ones(len(given["user"])), (given["user"], given["item"])), shape)
    return _ones(made)


def histories(given: Given, name: str) -> sparse.csr_matrix:
    """The queries as rows of 0 and 1."""
    indptr, items = given[f"{name}_indptr"], given[f"{name}_items"]
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    shape = (len(indptr) - 1, int(given["n_items"]))
    return _ones(sparse.coo_matrix((np.ones(len(items)), (rows, items)), shape))


def _ones(made: sparse.coo_matrix) -> sparse.csr_matrix:
    made = sparse.csr_matrix(made, dtype=np.float32)
    made.sum_duplicates()
    made.data[:] = 1.0
    return made


def fitted(job: dict[str, Any], settings: dict[str, Any], train: sparse.csr_matrix) -> Lists:
    """Fit the job's model; what it returns makes the lists."""
    if job["name"] == "lightfm":
        return _lightfm(settings, train, job)
    if job["name"] == "implicit-als":
        model = AlternatingLeastSquares(
            **settings, num_threads=job["threads"], random_state=job["seed"]
        )
    else:
        model = NEIGHBOURS[job["name"]](**settings, num_threads=job["threads"])
    model.fit(train, show_progress=False)

    def lists(seen: sparse.csr_matrix, people: np.ndarray, k: int) -> np.ndarray:
        # Neighbours have no person to recalculate; the argument is theirs all the same.
        found, scores = model.recommend(
            np.arange(seen.shape[0]),
            seen,
            N=min(k, seen.shape[1]),
            recalculate_user=True,
            filter_already_liked_items=not job["repeat"],
        )
        # After the last neighbour come items in no order, chosen ones too, with a score of 0; after
        # the last item that may be listed, -1 or the lowest of all scores.
        least = 0.0 if job["name"] in NEIGHBOURS else LOWEST
        return np.where((found < 0) | (scores <= least), seen.shape[1], found)

    return lists


def _lightfm(settings: dict[str, Any], train: sparse.csr_matrix, job: dict[str, Any]) -> Lists:
    from lightfm import LightFM  # built from source, so it may be missing

    settings = dict(settings)
    epochs = settings.pop("epochs", 1)
    model = LightFM(**settings, random_state=job["seed"])
    model.fit(train.tocoo(), epochs=epochs, num_threads=job["threads"])
    item_bias, items = model.get_item_representations()
    _, vectors = model.get_user_representations()

    def lists(seen: sparse.csr_matrix, people: np.ndarray, k: int) -> np.ndarray:
        made = []
        for start in range(0, len(people), 1024):
            part = seen[start : start + 1024]
            scores = vectors[people[start : start + 1024]] @ items.T + item_bias
            if not job["repeat"]:
                scores[part.nonzero()] = -np.inf
            top = np.argpartition(-scores, min(k, scores.shape[1]) - 1, axis=1)[:, :k]
            own = np.take_along_axis(scores, top, axis=1)
            order = np.argsort(-own, axis=1, kind="stable")
            top, own = (np.take_along_axis(one, order, axis=1) for one in (top, own))
            made.append(np.where(np.isneginf(own), seen.shape[1], top))
        return np.concatenate(made)

    return lists


def tune(job: dict[str, Any], given: Given, train: sparse.csr_matrix) -> dict[str, Any]:
    """The trials of a search on validation people."""
    seen, truth = histories(given, "valid"), given["valid_truth"]

    def measure(settings: dict[str, Any]) -> float:
        return ndcg_at_10(fitted(job, settings, train)(seen, given["valid_user"], 10), truth)

    trials = search(
        job["settings"], job["space"], measure, seconds=job["tune_seconds"], seed=job["seed"]
    )
    return {"trials": trials, "settings": best(trials), "people": len(truth)}


def main() -> None:
    warnings.filterwarnings("ignore")  # of matrices in another order, and of missing OpenMP
    job = read_job()
    given = dict(np.load(job["data"]))
    job["repeat"] = bool(given["repeat"])
    train = events(given, int(given["n_users"]))
    clock = Clock()
    lists = np.zeros((0, job["k"]), np.int32)
    if job.get("space") is not None:
        facts = tune(job, given, train) | clock.facts("tune")
    else:
        model = fitted(job, job["settings"], train)
        facts = clock.facts("fit") | {"fit_peak_mb": round(peak_mb())}
        clock = Clock()
        lists = model(histories(given, "test"), given["test_user"], job["k"])
        facts |= clock.facts("score")
    names = ("rectools-lightfm" if job["name"] == "lightfm" else "pm-implicit", "numpy")
    write_answer(job, lists, facts | {"versions": {name: version(name) for name in names}})


if __name__ == "__main__":
    main()
