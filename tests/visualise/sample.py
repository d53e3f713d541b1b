"""A report as a run would make it: films with long, hostile and Chinese titles, numbers that hang together."""

from __future__ import annotations

from typing import Any

import numpy as np

from whyrec.core import Dataset, ItemTable
from whyrec.visualise.analysis.item_network import item_network
from whyrec.visualise.html_report.summary import data_summary
from whyrec.visualise.views.factors import report_factors

HOSTILE = "<script>document.title = 'owned'; alert(1)</script>"
BREAKOUT = "\"'><img src=x onerror=\"document.title='owned'\">"
TURNED = "A quiet title \u202egnitar dab a"
LONG = (
    "Everything You Always Wanted to Know About a Very Long Journey Through the Mountains and Down to the Sea "
    "But Were Afraid to Ask, Part Two: The Return of the Unabridged Subtitle"
)
TITLES = [
    "The Quiet Harbour",
    "Night Train to Lisbon",
    "春江花月夜",
    "Paper Moons",
    LONG,
    HOSTILE,
    "Amber & Ash",
    "The Cartographer's Daughter",
    "{{ 7 * 7 }}",
    "Seven Winters",
    "Salt",
    BREAKOUT,
    "长安十二时",
    TURNED,
    "Glass Orchard",
    "The Last Lighthouse Keeper",
    "Drift",
    "Señor Invierno",
    "Мост",
    "Under the Copper Sky",
]
GENRES = ("Drama", "Comedy", "Thriller", "Romance", "Science Fiction", "<b>Noir</b>")


def world(people: int = 120, items: int = 80, seed: int = 0) -> Dataset:
    """People of two tastes and items of two halves of the genres, with a long tail."""
    rng = np.random.default_rng(seed)
    titles = (TITLES + [f"Untitled No. {n}" for n in range(items)])[:items]
    categories = [
        (GENRES[n % 3 + 3 * (n % 2)], GENRES[(n + 1) % 3 + 3 * (n % 2)]) for n in range(items)
    ]
    tail = 1 / np.arange(1, items + 1) ** 0.6
    users, chosen = [], []
    for person in range(people):
        like = np.where(np.arange(items) % 2 == person % 2, 4.0, 1.0) * tail
        picks = rng.choice(items, int(rng.integers(6, 40)), replace=False, p=like / like.sum())
        users += [person] * len(picks)
        chosen += picks.tolist()
    order = rng.permutation(len(users))
    return Dataset(
        np.array(users)[order],
        np.array(chosen)[order],
        np.ones(len(users)),
        1_700_000_000 + 3600 * np.arange(len(users)),
        [f"u{n}" for n in range(people)],
        [f"i{n}" for n in range(items)],
        ItemTable(titles, categories=categories),
        name="sample",
        domain="film",
    )


def interval(mean: float, half: float) -> dict[str, float]:
    return {"mean": mean, "low": mean - half, "high": mean + half}


def report(seed: int = 0) -> dict[str, Any]:
    """The whole mapping that render takes."""
    data = world(seed=seed)
    steps = [
        {"name": "read events", "touched": 2610, "left": 2610, "detail": ""},
        {"name": "drop values below 4", "touched": 12, "left": 2598, "detail": "ratings of 1 to 3"},
        {"name": HOSTILE, "touched": 1, "left": 2597, "detail": BREAKOUT},
    ]
    return {
        "title": f"whyrec: {HOSTILE}",
        "data": data_summary(data, steps),
        "protocol": {
            "name": "next-item",
            "users": data.n_users,
            "notes": "full ranking; seen items left out",
            "command": "whyrec compare --data sample --models popular,ease,additive",
        },
        "accuracy": accuracy(),
        "comparisons": [
            {
                "a": "additive",
                "b": "ease",
                "metric": "ndcg@10",
                "difference": interval(0.011, 0.007),
                "significant": True,
            },
            {
                "a": "additive",
                "b": "popular",
                "metric": "ndcg@10",
                "difference": interval(0.105, 0.01),
                "significant": True,
            },
        ],
        "deletion": {
            "top": interval(3.7, 0.3),
            "recent": interval(2.5, 0.3),
            "random": interval(0.35, 0.1),
            "lost_top": 0.7,
            "lost_random": 0.09,
            "drop_rank_top": 25.2,
            "drop_rank_random": 2.7,
            "cases": 500,
            "completeness": 2.9e-7,
            "removal_error": 2.2e-7,
            "note": "One explanation for each person.",
        },
        "truth": {"cases": 1529, "share_named": 0.838, "random": 0.555, "cosine": 0.82},
        "people": [person(data, n) for n in (0, 1, 2)],
        **inside(data),
        "versions": {"whyrec": "0.1.0", "numpy": "2.4.0"},
        "command": "whyrec demo --out demo",
        "made": "2026-01-31T12:34:56+00:00",
    }


def accuracy() -> list[dict[str, Any]]:
    rows = []
    for model, ndcg, share in (
        ("popular", 0.1, 1.0),
        ("ease", 0.195, 1.0),
        ("additive", 0.206, 1.0),
        ("als", None, 0.0),
    ):
        values = {
            "ndcg@10": ndcg,
            "hr@10": ndcg and ndcg * 1.6,
            "recall@20": ndcg and ndcg * 2,
            "mrr": 0.1,
            "coverage": 0.61,
            "novelty": 7.3,
            "recall@50": 0.6,
        }
        rows.append(
            {
                "model": model,
                "fit_seconds": 0.21,
                "score_seconds": 0.05,
                "peak_mb": 140,
                "explained_share": share,
                "explained_share_p10": share,
                "explained_share_min": share,
                "metrics": {
                    name: interval(v, 0.012)
                    if v is not None
                    else dict.fromkeys(("mean", "low", "high"))
                    for name, v in values.items()
                },
            }
        )
    return rows


def person(data: Dataset, number: int) -> dict[str, Any]:
    """A history, a list, an explanation that adds up, and the list without its first reason."""
    query, title, categories = (
        data.history(f"u{number}"),
        data.item_table.title,
        data.item_table.categories,
    )
    seen = set(query.items.tolist())
    slate = [n for n in range(data.n_items) if n not in seen][:10]
    after = (
        [slate[1], slate[2], slate[0], *slate[4:10], slate[9] + 1]
        if number
        else [*slate[1:10], slate[9] + 1]
    )
    labels = [title[i] for i in query.items[:12]]
    weights = [round(2.2 * 0.7**n * (-0.4 if n % 4 == 3 else 1.0), 4) for n in range(len(labels))]
    gone = [] if number == 2 else labels[: number + 1]
    return {
        "user": f"u{number}" if number else HOSTILE,
        "events": len(query),
        "history": [
            {
                "title": title[i],
                "when": "2026-01-05" if number else None,
                "categories": list(categories[i]),
            }
            for i in query.items[::-1][:12]
        ],
        "slate": [
            {
                "rank": rank,
                "title": title[i],
                "categories": list(categories[i]),
                "score": 5 - rank / 4,
            }
            for rank, i in enumerate(slate, 1)
        ],
        "explained": {
            "title": title[slate[0]],
            "rank": 1,
            "score": 0.3 + sum(weights),
            "base": 0.3,
            "rest": 0.0,
            "explained_share": 1.0,
            "method": "exact",
            "reasons": [
                {"kind": "event", "label": label, "weight": weight, "refs": [n]}
                for n, (label, weight) in enumerate(zip(labels, weights, strict=True))
            ],
            "text": {
                "en": f"Suggested mainly because you watched “{labels[0]}”.",
                "zh": f"推荐此项，主要因为您看过《{labels[0]}》。",
            },
        },
        "removed": {
            "labels": gone,
            "rank_before": 1,
            "rank_after": 3 if number else 27,
            "proved": number == 0,
            "slate": [
                {"rank": rank, "title": title[i], "was": slate.index(i) + 1 if i in slate else None}
                for rank, i in enumerate(after, 1)
            ]
            if gone
            else [],
        },
        "loo_check": 3e-7,
    }


def inside(data: Dataset) -> dict[str, Any]:
    """Factors of the data, and ties by how often two items were chosen together."""
    matrix = np.zeros((data.n_users, data.n_items))
    matrix[data.user, data.item] = 1
    counts = matrix.sum(0)
    together = matrix.T @ matrix / np.sqrt(np.outer(counts, counts))
    pairs = [
        (i, j, float(together[i, j]))
        for i in range(data.n_items)
        for j in range(data.n_items)
        if i != j
    ]
    return {
        "factors": report_factors(data),
        "network": item_network(pairs, data.item_table, counts, top=60),
    }
