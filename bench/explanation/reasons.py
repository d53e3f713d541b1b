"""Are the reasons true? Sums, planted causes and words, each counted over many explanations.

    python -m bench.explanation.reasons [--data PATH] [--explanations 10000] [--json FILE]

The additive model is fitted as `whyrec compare` does; `films` and `planted` are worlds whose causes
are known.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np

from whyrec import api
from whyrec.core import Queries, progress, recommend
from whyrec.data.simulate import films, planted
from whyrec.evaluate.deletion_test import completeness
from whyrec.explain.counterfactual import counterfactual
from whyrec.explain.words import faithful, say
from whyrec.models.linear.terms import LinearMixin
from whyrec.workflows.compare import compare
from whyrec.workflows.report import graded


class Known(LinearMixin):
    """The planted world's own item-to-item matrix as a model."""

    def __init__(self, world: Any) -> None:
        self.weights, self.decay = world.weights.astype(np.float32), world.decay
        self.base_ = np.zeros(len(self.weights), np.float32)

    def terms(self) -> list[Any]:
        return [(self.weights, self.decay)]


def planted_error() -> tuple[float, int]:
    """The largest difference between an exact weight and the planted one, and how many were
    compared.
    """
    world = planted()
    model, errors = Known(world), []
    for query in world.data.histories:
        told = np.stack(
            [model.contributions(query, item).weights for item in range(world.data.n_items)], 1
        )
        true = world.decay ** query.events_ago[:, None].astype(float) * world.weights[query.items]
        errors.append(np.abs(told - true))
    return float(max(error.max() for error in errors)), sum(error.size for error in errors)


def round_trip(model: Any, data: Any, queries: Queries, wanted: int) -> tuple[dict[str, int], int]:
    """How many explanations came back from each language as they were, of `wanted`; every tenth
    with an executed counterfactual."""
    back, made = {"en": 0, "zh": 0}, 0
    each = -(-wanted // len(queries))
    for query, slate in zip(queries, recommend(model, queries, each), strict=True):
        for item, score in zip(slate.items, slate.scores, strict=True):
            if made == wanted:
                return back, made
            why = api.explain(model, query, int(item), score=float(score))
            removed = (
                counterfactual(model, query, int(item), k=1, budget=500) if made % 10 == 0 else None
            )
            for lang in back:
                words = {"lang": lang, "removed": removed, "clock": data.clock}
                text = say(why, query, data.item_table, domain=data.domain, **words)
                back[lang] += faithful(text, why, query, data.item_table, **words)
            made += 1
    return back, made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="films")
    parser.add_argument("--explanations", type=int, default=10_000)
    parser.add_argument("--json")
    options = parser.parse_args()
    world = films() if options.data == "films" else None
    data = world.data if world else api.load(options.data)
    comparison = compare(data, ["additive"], keep=["additive"])
    model, queries = comparison.models["additive"], comparison.split.test.queries
    gaps = completeness(model, queries, api.explain).values
    error, compared = planted_error()
    back, made = round_trip(model, data, queries, options.explanations)
    rows = [
        {
            "what": "largest gap of a sum, relative to max(1, |score|)",
            "of": len(gaps),
            "found": f"{gaps.max():.1e}",
        },
        {"what": "largest |weight − planted weight|", "of": compared, "found": f"{error:.1e}"},
    ]
    rows += [
        {"what": f"texts read back exactly, {lang}", "of": made, "found": f"{n / made:.2%}"}
        for lang, n in back.items()
    ]
    if world:
        truth = graded(world, model, comparison, 0)
        rows += [
            {
                "what": f"names a planted cause: {name}",
                "of": truth["cases"],
                "found": f"{truth[key]:.1%}",
            }
            for name, key in (
                ("first reason", "share_named"),
                ("random event", "random"),
                ("most similar event", "cosine"),
            )
        ]
    progress.table(rows, f"{data.name}: are the reasons true?")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
