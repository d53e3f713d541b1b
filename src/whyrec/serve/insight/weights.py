"""What a model has learned: weights between its most chosen items, strongest links, rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from whyrec.core.capabilities import Statements
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin, LowRankTerm
from whyrec.serve.insight.item_map import counts_of
from whyrec.serve.insight.item_vectors import effects
from whyrec.serve.insight.measurements import Measurements
from whyrec.serve.insight.model_card import term_names
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.service import Service
from whyrec.serve.versions.registry import model_rows

__all__ = ["learned", "versions"]

SHOWN = 24
STRONGEST = 20
RULES = 30


def learned(live: ServingSnapshot) -> dict[str, Any]:
    """Weights, strongest links, parts and rules of a model.

    `weights` (k, k) is what choosing the row adds to the column, for the most chosen items;
    `strongest` are the largest links among the 200 most chosen; `parts` are those of a linear
    model; `rules` are those of an interpretable model, or else the reason why there are none.
    """
    counts = np.where(live.available, counts_of(live), -1)
    top = np.argsort(-counts, kind="stable")[: min(200, int(live.available.sum()))]
    if len(top):
        table = effects(live, top)[:, top]
    else:
        table = np.zeros((0, 0), np.float32)
    np.fill_diagonal(table, 0.0)
    order = np.argsort(-np.abs(table), axis=None, kind="stable")[:STRONGEST]
    pairs = [
        (int(a), int(b))
        for a, b in zip(*np.unravel_index(order, table.shape), strict=True)
        if table[a, b]
    ]
    shown = top[:SHOWN]
    return {
        "model": live.version,
        "model_name": live.name,
        "items": [
            {"item": live.labels[n], "title": live.titles[n], "chosen": int(counts[n])}
            for n in shown
        ],
        "weights": np.ascontiguousarray(table[: len(shown), : len(shown)]),
        "strongest": [
            {
                "source": live.titles[top[a]],
                "target": live.titles[top[b]],
                "weight": float(table[a, b]),
            }
            for a, b in pairs
        ],
        "parts": _parts(live.model),
        "rules": _rules(live),
    }


def _parts(model: Any) -> list[dict[str, Any]]:
    if not isinstance(model, LinearMixin):
        return []
    return [
        {"part": name, "decay": _rate(name, term)}
        for name, term in zip(term_names(model), model.terms(), strict=True)
    ]


def _rate(name: str, term: ItemItemTerm | LowRankTerm) -> float | None:
    """The factor per later event; None if no single one says how events fade."""
    if isinstance(term, ItemItemTerm):
        return term.rate
    faded = term.position_weights[0]
    return float(faded[1] / faded[0]) if name == "alike" and faded[0] else None


def _rules(live: ServingSnapshot) -> dict[str, Any]:
    model: Any = live.model
    if not isinstance(model, Statements):
        return {
            "shown": False,
            "why": f"{live.name} decides by events, not by rules in words",
            "fix": "whyrec fit --model tree, rules or ebm",
            "rules": [],
        }
    rows = [
        {
            "en": one.words[0],
            "zh": one.words[1],
            "weight": one.weight,
            "support": one.support,
            "precision": one.precision,
        }
        for one in sorted(model.statements(), key=lambda one: -abs(one.weight))[:RULES]
    ]
    return {"shown": True, "why": None, "fix": None, "rules": rows}


def versions(service: Service, findings: Measurements) -> list[dict[str, Any]]:
    """Every version with its size on disk and its measurements."""
    with service.store.read() as connection:
        rows = model_rows(connection)
    return [
        {name: value for name, value in row.items() if name != "metrics"}
        | {"bytes": size_of(service.registry.root / row["version"]), "retrain": row["metrics"]}
        | {
            "findings": {
                kind: one
                for kind, one in findings.all_of(row["version"]).items()
                if kind != "layout"
            }
        }
        for row in rows
    ]


def size_of(folder: Path) -> int | None:
    """Bytes of a version's folder, or None if it does not exist."""
    if folder.is_dir():
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return None
