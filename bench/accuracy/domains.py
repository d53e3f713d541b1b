"""Across domains: people known in one domain only get items of another; and domains that share no
person.

    python -m bench.accuracy.domains [--data FOLDER] [--models additive ease sequence] [--minutes 3]
    [--whole] [--seed 0]

ml-1m is cut in two by genre: B holds the films of action, adventure, science fiction, horror,
thriller, war and western, A the rest. `overlap`: a fifth of the people lose all their B events;
from their A events B is to be found (NDCG@10 over B alone, against popularity within B, paired
bootstrap over people). `disjoint`: half of the others keep only their A events,
half only B: nobody joins the two, and only what is known of the items can. The cut is by person,
not by time: an A event may be later than the B event that it foretells. The validation people, who
choose a model's numbers, are cold in B like the test's.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.accuracy.accuracy import ROOT, find_data, write
from whyrec import api, registry
from whyrec.core import Dataset, Measurement, batches
from whyrec.core.cases import EvaluationCases, ndcg_of_scores
from whyrec.data.domains import Crossing, by_genre, cross
from whyrec.evaluate.statistics import bootstrap, paired

OTHER = ("Action", "Adventure", "Sci-Fi", "Horror", "Thriller", "War", "Western")
SETTINGS: dict[str, dict[str, Any]] = {
    "popular": {},
    "ease": {},
    "additive": {"components": ["ease", "transitions"]},
    "additive, text kernel": {"components": ["ease", "transitions"], "similarity_terms": ["text"]},
    "sequence": {"width": 64, "blocks": 2, "heads": 2, "length": 100},
}


def quality(model: Any, cases: EvaluationCases, k: int = 10) -> Measurement:
    """NDCG@k of each case among the items of B."""
    return Measurement(
        f"ndcg@{k}",
        np.concatenate(
            [
                ndcg_of_scores(np.array(model.score(part)), cases.take(rows), k)
                for rows, part in batches(cases.queries)
            ]
        ),
    )


def rows(name: str, crossing: Crossing, options: argparse.Namespace) -> list[dict[str, Any]]:
    """One row a model, popularity first."""
    out: list[dict[str, Any]] = []
    base: Measurement | None = None
    valid = replace(crossing.valid, candidates=None) if options.whole else crossing.valid
    for label in ["popular", *options.models]:
        limit = {"max_minutes": options.minutes} if label == "sequence" else {}
        model = registry.model(label.split(",")[0], **SETTINGS[label], **limit)
        more = {} if label in ("popular", "ease") else {"valid": valid}
        found = quality(model.fit(crossing.train, seed=options.seed, **more), crossing.test)
        base = base or found
        gain, level = paired(found, base), float(base.values.mean())
        out.append(
            {
                "setting": name,
                "model": label,
                "people": len(found.values),
                "ndcg@10": bootstrap(found)._asdict(),
                "gain": gain._asdict(),
                "gain_share": {key: value / level for key, value in gain._asdict().items()},
            }
        )
        print(json.dumps(out[-1]), flush=True)
    return out


def report(found: list[dict[str, Any]]) -> None:
    table = Table(
        "setting",
        "model",
        "people",
        "NDCG@10 in B",
        "gain over popularity",
        title="ml-1m-order, two domains",
    )
    for row in found:
        gain, own = row["gain_share"], row["ndcg@10"]
        table.add_row(
            row["setting"],
            row["model"],
            str(row["people"]),
            f"{own['mean']:.4f} [{own['low']:.4f}, {own['high']:.4f}]",
            f"{gain['mean']:+.1%} [{gain['low']:+.1%}, {gain['high']:+.1%}]",
        )
    Console(width=120).print(table)


def load(options: argparse.Namespace) -> Dataset:
    data: Dataset = api.load(find_data("ml-1m-order.zip", options.data))
    return by_genre(data, OTHER, "A", "B")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument(
        "--models", nargs="*", default=["ease", "additive", "additive, text kernel", "sequence"]
    )
    parser.add_argument("--settings", nargs="*", default=["overlap", "disjoint"])
    parser.add_argument("--minutes", type=float, default=3.0, help="of training, for sequence")
    parser.add_argument("--whole", action="store_true", help="tune on whole lists, not within B")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "domains.json")
    options = parser.parse_args()
    data, found = load(options), []
    for setting in options.settings:
        found += rows(
            setting, cross(data, "B", disjoint=setting == "disjoint", seed=options.seed), options
        )
        write(options.out, options, {"rows": found})
    report(found)


if __name__ == "__main__":
    main()
