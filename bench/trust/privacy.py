"""What privacy costs and what it holds: accuracy and reasons against epsilon, attacks with and
without it, people taken out.

    python -m bench.trust.privacy [--data FOLDER] [--only curve,attacks,erasure,accounting] [--seeds
    3] [--out FILE]

curve: ml-1m-order, protocol strong, NDCG@100 of all test people; the setting of each model was
chosen on the validation people. attacks: likelihood-ratio membership inference and canaries against
the same models. erasure: amazon-games (one person, a thousand) and how far the result lies from a
fit without them. accounting: two libraries on the same releases.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy import find_data
from whyrec import api, registry
from whyrec.core import Measurement, progress
from whyrec.core.ranking import mask_seen, top_k
from whyrec.data.split import strong
from whyrec.evaluate.accuracy import measure
from whyrec.evaluate.drift import drift
from whyrec.evaluate.statistics import bootstrap
from whyrec.privacy.accountant import Release, epsilon
from whyrec.privacy.attack import canaries, membership

EPSILONS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
RIDGE = 500.0  # of the model without privacy, the best of 200, 500, 1000 on the validation people


def ndcg(model: Any, cases: Any) -> np.ndarray:
    lists = top_k(mask_seen(model.score(cases.queries), cases.queries), 100)[0]
    return measure(lists, cases, np.zeros(1), metrics=("ndcg@100",))["ndcg@100"].values


def curve(data: Any, seeds: int) -> list[dict[str, Any]]:
    split = strong(data)
    plain = registry.model("ease", ridge=RIDGE).fit(split.train)
    some = split.test.queries[np.arange(0, len(split.test), max(1, len(split.test) // 200))]
    rows = [row("EASE, not private", ndcg(plain, split.test), None, None)]
    full = rows[0]["ndcg@100"]
    for one in EPSILONS:
        made = [
            registry.model("private", epsilon=one, reproducible=True).fit(split.train, seed=n)
            for n in range(seeds)
        ]
        same = drift(plain, made[0], some)
        rows.append(
            row(
                f"private, epsilon {one:g}",
                np.mean([ndcg(m, split.test) for m in made], 0),
                same,
                full,
            )
            | {"delta": made[0].privacy_["delta"]}
        )
    popular = registry.model("popular").fit(split.train)
    return [*rows, row("popular", ndcg(popular, split.test), None, full)]


def row(
    name: str, values: np.ndarray, same: dict[str, Measurement] | None, full: float | None
) -> dict[str, Any]:
    found = bootstrap(Measurement("ndcg@100", values))
    out = {
        "model": name,
        "ndcg@100": found.mean,
        "low": found.low,
        "high": found.high,
        "share": 1.0 if full is None else found.mean / full,
    }
    for label, name in (
        ("same_first_reason", "same_top_reason"),
        ("rank_of_reasons", "reason_rank"),
    ):
        out[label] = float(np.nanmean(same[name].values)) if same else float("nan")
    return out


def attacks(data: Any) -> list[dict[str, Any]]:
    out = []
    for label, name, config in (
        ("EASE, not private", "ease", {"ridge": RIDGE}),
        *(  # noise from a seed is as wide, and drawn in a tenth of the time
            (f"private, epsilon {one:g}", "private", {"epsilon": one, "reproducible": True})
            for one in (4.0, 16.0)
        ),
    ):

        def fit(part: Any, seed: int, name: str = name, config: dict[str, Any] = config) -> Any:
            return registry.model(name, **config).fit(part, seed=seed)

        for attack in (membership, canaries):
            found = attack(fit, data, models=16)
            out.append({"model": label} | vars(found))
    return out


def erasure(games: Any, films: Any) -> list[dict[str, Any]]:
    out = []
    for data in (films, games):
        model = registry.model("ease", ridge=RIDGE).fit(data)
        for count in (1, 1000):
            people = np.arange(7, 7 + count)
            start = time.perf_counter()
            made = model.forget(data, people)
            seconds = time.perf_counter() - start
            again = registry.model("ease", ridge=RIDGE).fit(
                data.select(~np.isin(data.user, people))
            )
            out.append(
                {
                    "data": data.name,
                    "items": data.n_items,
                    "people": count,
                    "seconds": seconds,
                    "largest_difference": f"{np.abs(made.weights_ - again.weights_).max():.1e}",
                    "largest_weight": float(np.abs(again.weights_).max()),
                    "moved": float(np.abs(model.weights_ - again.weights_).max()),
                }
            )
    return out


def accounting() -> list[dict[str, Any]]:
    releases = {
        "one Gaussian release": [Release(1.34)],
        "two of different noise": [Release(3.0), Release(1.5)],
        "500 steps of DP-SGD": [Release(1.0, 500, 0.02)],
        "3,000 steps, few people": [Release(0.8, 3000, 0.004)],
    }
    return [
        {"releases": name}
        | {by: epsilon(list(made), 1e-6, by) for by in ("pld", "prv", "rdp", "rdp-opacus")}
        for name, made in releases.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data")
    parser.add_argument("--only", default="accounting,curve,attacks,erasure")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parents[1] / "results" / "privacy.json"
    )
    given = parser.parse_args()
    films = api.load(find_data("ml-1m-order.zip", given.data), catalogue="own")
    parts = {
        "accounting": accounting,
        "curve": lambda: curve(films, given.seeds),
        "attacks": lambda: attacks(films),
        "erasure": lambda: erasure(api.load(find_data("amazon-games.zip", given.data)), films),
    }
    run_parts(parts, given.only, given.out)


def run_parts(parts: Mapping[str, Callable[[], Any]], only: str, out: Path) -> None:
    """Run the named parts, print a table of each and write all as JSON."""
    found = {}
    for name in only.split(","):
        found[name] = parts[name]()
        progress.table(found[name], name)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=1), "utf-8")


if __name__ == "__main__":
    main()
