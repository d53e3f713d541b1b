"""A report's input with realistic, long and hostile titles."""

from __future__ import annotations

import copy

import numpy as np

from whyrec.core import ItemTable
from whyrec.visualise.network import item_network

HOSTILE = "<script>alert(1)</script>"
TITLES = ["Seven Samurai", "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb", HOSTILE, "霸王别姬",
          "Amélie", "“Heat”", "2046", "Alien", "The Lord of the Rings: The Fellowship of the Ring", "M", "Ran", "Up", "Jaws"]


def _interval(mean, width):
    return {"mean": mean, "low": mean - width, "high": mean + width}


def _row(name, ndcg):
    metrics = {m: _interval(ndcg * f, 0.01) for m, f in (
        ("ndcg@10", 1), ("hr@10", 1.5), ("mrr@10", 0.9), ("recall@20", 2), ("recall@50", 2.5), ("ndcg@100", 1.4),
        ("coverage@10", 3), ("novelty@10", 40), ("popularity_lift@10", 6))}
    return {"model": name, "metrics": metrics, "fit_seconds": 1.25, "score_seconds": 0.1, "peak_mb": 140, "explained_share": 1.0}


def _person(n):
    slate = [{"rank": r, "title": t, "categories": ["Drama", "War"], "score": 5.0 - r} for r, t in enumerate(TITLES[:10], 1)]
    reasons = [{"kind": "event", "label": TITLES[(n + i) % 13], "weight": w, "refs": [str(i)]}
               for i, w in enumerate([2.1, 0.9, -0.7, 0.4, 0.3, 0.2, 0.1, 0.05, 0.04, -0.02])]
    return {
        "user": f"person {n}", "events": 40, "loo_check": 3e-7, "slate": slate,
        "history": [{"title": t, "when": "2024-03-12", "categories": ["Drama"]} for t in TITLES],
        "explained": {"title": TITLES[0], "rank": 1, "score": 4.0, "base": 0.63, "rest": 0.0, "explained_share": 1.0,
                      "method": "exact", "reasons": reasons,
                      "text": {"en": f"Suggested mainly because you watched “{HOSTILE}”.", "zh": f"主要依据：您看过《{HOSTILE}》。"}},
        "removed": {"labels": [TITLES[1]], "rank_before": 1, "rank_after": 14, "minimal": True,
                    "slate": [{"rank": r, "title": t, "was": r + 1 if r < 10 else None} for r, t in enumerate(TITLES[1:11], 1)]}}


def sample():
    """A fresh copy each time, so that a test may change it."""
    rng = np.random.default_rng(0)
    graph = item_network([(i, j, float(rng.random())) for i in range(13) for j in range(13) if i != j],
                         ItemTable(TITLES), rng.integers(5, 90, 13))
    factor = {"singular_value": 9.0, "overall": False, "name": "Drama · War", "categories": [],
              "high": [{"title": t, "loading": 0.4} for t in TITLES[:6]], "low": [{"title": t, "loading": -0.4} for t in TITLES[6:12]]}
    accuracy = [_row("additive", 0.211), _row("popular", 0.1), _row("cooccurrence", 0.2)]
    accuracy[0]["metrics"]["hr@10"] = _interval(0.312, 0.02)
    return copy.deepcopy({
        "title": "whyrec: films", "made": "2026-01-02T03:04:05+00:00", "command": "whyrec demo", "versions": {"whyrec": "0.1.0"},
        "data": {"name": "films", "domain": "film", "users": 2000, "items": 13, "events": 97733, "density": 0.1,
                 "from": "2023-01-03", "to": "2024-12-30", "events_per_user": [{"low": 8, "high": 15, "people": 280},
                                                                               {"low": 16, "high": 31, "people": 566}],
                 "median_events": 37.0, "top_tenth": 0.31, "steps": [], "top_items": [{"title": t, "count": 99} for t in TITLES[:8]]},
        "protocol": {"name": "next-item", "users": 2000, "notes": "fit on all events but the last two", "command": "whyrec demo"},
        "accuracy": accuracy,
        "comparisons": [{"a": "additive", "b": "cooccurrence", "metric": "ndcg@10",
                         "difference": {"mean": 0.011, "low": 0.005, "high": 0.018}, "significant": True}],
        "deletion": {"top": _interval(3.7, 0.3), "recent": _interval(2.5, 0.3), "random": _interval(0.3, 0.1), "drop_rank_top": 25,
                     "drop_rank_random": 2.7, "lost_top": 0.7, "lost_random": 0.09, "cases": 500, "completeness": 2e-7,
                     "removal_error": 2e-7},
        "truth": {"cases": 1529, "share_named": 0.838, "random": 0.555, "cosine": 0.835},
        "people": [_person(n) for n in range(3)],
        "factors": {"factors": [factor] * 8, "items": TITLES, "item_matrix": rng.normal(size=(13, 8)).tolist()},
        "network": graph})
