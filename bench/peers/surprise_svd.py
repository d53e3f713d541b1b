"""Surprise's SVD (biased matrix factorisation by SGD), its settings tuned on held-out training
ratings.

    python bench/peers/surprise_svd.py JOB.json

Runs in an environment of its own. One setting after another is tuned, the others at their best so
far.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import numpy as np
from child import Clock, peak_mb, read_job
from surprise import SVD, Trainset, __version__

START = {"n_factors": 50, "reg_all": 0.1, "n_epochs": 60}
TRIED = {"reg_all": (0.04, 0.07, 0.14, 0.2), "n_factors": (20, 100, 200), "n_epochs": (30, 100)}
RATE = 0.01


def trainset(
    user: np.ndarray, item: np.ndarray, value: np.ndarray, scale: tuple[float, float]
) -> Trainset:
    """Surprise's own form of these ratings."""
    people, u = np.unique(user, return_inverse=True)
    items, i = np.unique(item, return_inverse=True)
    by_person, by_item = defaultdict(list), defaultdict(list)
    for a, b, r in zip(u.tolist(), i.tolist(), value.astype(float).tolist(), strict=True):
        by_person[a].append((b, r))
        by_item[b].append((a, r))
    return Trainset(
        by_person,
        by_item,
        len(people),
        len(items),
        len(value),
        scale,
        {raw: inner for inner, raw in enumerate(people.tolist())},
        {raw: inner for inner, raw in enumerate(items.tolist())},
    )


def fitted(data: Any, keep: np.ndarray, settings: dict[str, Any], seed: int) -> SVD:
    scale = (float(data["value"].min()), float(data["value"].max()))
    known = trainset(data["user"][keep], data["item"][keep], data["value"][keep], scale)
    return SVD(random_state=seed, lr_all=RATE, **settings).fit(known)


def predicted(model: SVD, user: np.ndarray, item: np.ndarray) -> np.ndarray:
    return np.array(
        [model.predict(u, i).est for u, i in zip(user.tolist(), item.tolist(), strict=True)]
    )


def tuned(data: Any) -> dict[str, Any]:
    """The settings of the lowest squared error on the held-out training ratings."""
    held = data["held"]

    def wrong(settings: dict[str, Any]) -> float:
        guess = predicted(fitted(data, ~held, settings, 0), data["user"][held], data["item"][held])
        return float(np.mean((guess - data["value"][held]) ** 2))

    best, least = START, wrong(START)
    for name, values in TRIED.items():
        for settings in [best | {name: value} for value in values]:
            if (error := wrong(settings)) < least:
                best, least = settings, error
    return best


def main() -> None:
    job = read_job()
    with np.load(job["arrays"]) as stored:
        data = dict(stored)
    clock = Clock()
    settings = job["settings"] or tuned(data)
    facts: dict[str, Any] = clock.facts("tune") if not job["settings"] else {}
    clock = Clock()
    model = fitted(data, np.ones(len(data["value"]), bool), settings, job["seed"])
    facts |= clock.facts("fit")
    guess = predicted(model, data["test_user"], data["test_item"])
    facts |= {
        "settings": settings,
        "peak_mb": round(peak_mb()),
        "versions": {"surprise": __version__},
    }
    np.savez(job["out"], predicted=guess, facts=json.dumps(facts))


if __name__ == "__main__":
    main()
