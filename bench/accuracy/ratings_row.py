"""One way of predicting ratings, fitted and asked in a process of its own: means, biases, or the
rating head.

python -m bench.accuracy.ratings_row JOB.json
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from bench.accuracy.accuracy_ours import read_data
from bench.peers.child import Clock, peak_mb, read_job
from whyrec import __version__, registry
from whyrec.core import Dataset
from whyrec.evaluate.ratings import predictions

RIDGES = (1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0)


def biases(
    train: Dataset, test: Dataset, ridge_item: float, ridge_user: float, rounds: int = 10
) -> np.ndarray:
    """mean + b_item + b_person, each a mean of what is left over, shrunk by a ridge;
    alternating.
    """
    mean = float(train.value.mean())
    of_item, of_user = np.zeros(train.n_items), np.zeros(train.n_users)

    def shrunk(who: np.ndarray, left: np.ndarray, n: int, ridge: float) -> np.ndarray:
        return np.bincount(who, left, n) / (np.bincount(who, minlength=n) + ridge)

    for _ in range(rounds):
        of_item = shrunk(
            train.item, train.value - mean - of_user[train.user], train.n_items, ridge_item
        )
        of_user = shrunk(
            train.user, train.value - mean - of_item[train.item], train.n_users, ridge_user
        )
    return np.clip(
        mean + of_item[test.item] + of_user[test.user], train.value.min(), train.value.max()
    )


def tuned_ridges(train: Dataset, held: np.ndarray) -> tuple[float, float]:
    """The two ridges of the lowest squared error on the held-out training ratings."""
    rest, asked = train.select(~held), train.select(held)
    pairs = [(a, b) for a in RIDGES for b in RIDGES]
    return min(
        pairs, key=lambda pair: float(np.mean((biases(rest, asked, *pair) - asked.value) ** 2))
    )


def run(job: dict[str, Any], train: Dataset, test: Dataset) -> tuple[np.ndarray, dict[str, Any]]:
    """The predictions of the test ratings, and what the fit took."""
    if job["row"] == "mean":
        clock = Clock()
        return np.full(len(test), train.value.mean()), clock.facts("fit")
    if job["row"] == "biases":
        clock = Clock()
        with np.load(job["arrays"]) as stored:
            ridges = tuned_ridges(train, stored["held"])
        facts = clock.facts("tune") | {
            "settings": dict(zip(("ridge_item", "ridge_user"), ridges, strict=True))
        }
        clock = Clock()
        guess = biases(train, test, *ridges)
        return guess, facts | clock.facts("fit")
    model = registry.model("rating", **job["settings"])
    clock = Clock()
    model.fit(train, seed=job["seed"])
    facts = clock.facts("fit")
    clock = Clock()
    return predictions(model, train, test), facts | clock.facts("predict") | {
        "settings": job["settings"]
    }


def main() -> None:
    job = read_job()
    guess, facts = run(job, read_data(job["train"]), read_data(job["test"]))
    facts |= {
        "peak_mb": round(peak_mb()),
        "versions": {"whyrec": __version__, "numpy": np.__version__},
    }
    np.savez(job["out"], predicted=guess, facts=json.dumps(facts))


if __name__ == "__main__":
    main()
