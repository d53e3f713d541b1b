"""Test the first reason: compare the score without it with the score without other events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Explanation, Measurement, Queries, Query, Scorer, mask_seen, ranks, top_k
from whyrec.core.ranking import batches

__all__ = ["DeletionTest", "completeness", "deletion_test"]

Explain = Callable[[Scorer, Query, int], Any]  # an Explanation, or one weight per event


def completeness(
    model: Scorer, queries: Queries, explain: Callable[..., Explanation], k: int = 10
) -> Measurement:
    """Measure how far additive explanations are from the served scores.

    Args:
        model: Any scorer.
        queries: Histories.
        explain: Called as explain(model, query, item, score=served score).
        k: Length of the lists.

    Returns:
        |score - base - sum of weights - rest| / max(1, |score|) for each listed item.
    """
    gaps = []
    for _, part in batches(queries):
        items, scores = top_k(mask_seen(model.score(part), part), k)
        for query, row, served in zip(part, items, scores, strict=True):
            for item, score in zip(row, served, strict=True):
                if np.isfinite(score):  # the list is shorter if fewer than k items are unseen
                    found = explain(model, query, int(item), score=float(score))
                    gaps.append(abs(found.gap) / max(1.0, abs(found.score)))
    return Measurement("completeness", np.array(gaps), higher_is_better=False)


@dataclass(frozen=True)
class DeletionTest:
    """How far the first recommended item fell when one event was removed.

    The keys say which event: "top reason", "most recent" or "random".

    Attributes:
        drop: Fall of the score in standard deviations of the person's candidate scores.
        rank: New place of the item that was first.
        first_lost: 1 if the item is no longer first.
        completeness: Largest relative gap of the explanations.
        removal_error: Largest difference between the first reason's weight and the measured fall,
            relative to max(1, |score|).
        cases: Number of cases.
    """

    drop: dict[str, Measurement]
    rank: dict[str, Measurement]
    first_lost: dict[str, Measurement]
    completeness: float
    removal_error: float
    cases: int


def deletion_test(
    model: Scorer, queries: Queries, explain: Explain, *, seed: int = 0
) -> DeletionTest:
    """Remove one event behind each query's first recommendation and score again.

    The events are the first reason, the latest event (if events have an order) and a random one.
    Queries of fewer than 2 events are skipped. Source: [barkan2024].

    Args:
        model: Any scorer.
        queries: Histories.
        explain: The explainer.
        seed: Seed of the random events.

    Returns:
        The measured falls by removed event.
    """
    queries = queries[np.flatnonzero(queries.sizes >= 2)]
    rng = np.random.default_rng(seed)
    results: dict[str, list[NDArray[np.float64]]] = {
        name: [] for name in ("top reason", "most recent", "random")
    }
    if not queries.events_ago.any():
        del results["most recent"]
    gaps = [0.0]
    errors = [0.0]
    for _, part in batches(queries):
        scores = mask_seen(model.score(part), part)
        first, best = top_k(scores, 1)
        first = first[:, 0]
        best = best[:, 0]
        made = [explain(model, query, int(item)) for query, item in zip(part, first, strict=True)]
        named = [
            max((r for r in e.reasons if r.kind == "event"), key=lambda r: r.weight) for e in made
        ]
        chosen = {
            "top reason": [reason.refs[0] for reason in named],
            "most recent": [len(query) - 1 for query in part],
            "random": [int(rng.integers(len(query))) for query in part],
        }
        spread = np.array([row[np.isfinite(row)].std() or 1.0 for row in scores])
        for name, positions in ((name, chosen[name]) for name in results):
            # The removed item is not offered in its place, as in the person's own list.
            reduced = Queries.of([q.without([p]) for q, p in zip(part, positions, strict=True)])
            again = mask_seen(model.score(reduced), part)
            fall = best - again[np.arange(len(part)), first]
            place = ranks(again, first)
            results[name].append(np.stack([fall / spread, place, place > 1]))
            if name == "top reason":
                size = np.maximum(1.0, np.abs(best))
                errors += list(np.abs(fall - [r.weight for r in named]) / size)
                gaps += [abs(e.gap) / s for e, s in zip(made, size, strict=True)]
    tables = {
        name: np.concatenate(found, 1) if found else np.zeros((3, 0))
        for name, found in results.items()
    }
    drop, rank, first_lost = (
        {name: Measurement(label, table[row]) for name, table in tables.items()}
        for row, label in enumerate(("drop", "rank", "no longer first"))
    )
    return DeletionTest(
        drop,
        rank,
        first_lost,
        completeness=float(max(gaps)),
        removal_error=float(max(errors)),
        cases=len(queries),
    )
