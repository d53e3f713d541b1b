"""Reasons, removals and counterfactuals as JSON rows, with labels instead of numbers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from whyrec import storage
from whyrec.core import Dataset, Explanation, Query, Reason
from whyrec.core.capabilities import PathModel, Phrases
from whyrec.workflows.result import Row

__all__ = ["counterfactual_row", "cut_row", "reason_row", "removed_row"]


def cut_row(fitted: storage.Fitted, asked: Query, why: Any) -> Row | None:
    """The measured effect of cutting the first graph link among the reasons; None without links."""
    from whyrec.explain.paths import rank_without

    first = next((r for r in why.reasons if r.kind == "path" and r.refs[0] >= 0), None)
    if first is None or not isinstance(
        fitted.model, PathModel
    ):  # the paths of a decision tree are its questions, not links
        return None
    before, after = rank_without(fitted.model, asked, why.item, first)
    return {
        "reason": reason_row(fitted, asked, why.item, first)["text"],
        "rank_before": before,
        "rank_after": after,
    }


def reason_row(fitted: storage.Fitted, asked: Query, item: int, reason: Reason) -> Row:
    """A reason as JSON.

    For events, `refs` are the labels of their items and `positions` their places in the history.
    For other reasons, `refs` are the model's own numbers and `text` describes them.
    """
    data = fitted.data
    if reason.kind in ("event", "addition", "anchor"):
        return _item_row(data, asked, reason)
    if reason.kind == "token":
        words = fitted.model.tokens(fitted.model.text_of(data, item))[0]
        return {
            "kind": "token",
            "refs": list(reason.refs),
            "label": " ".join(words[r] for r in reason.refs),
            "weight": reason.weight,
        }
    if isinstance(fitted.model, Phrases):
        en, zh = fitted.model.phrase(reason, asked, item)
        return {
            "kind": reason.kind,
            "refs": list(reason.refs),
            "label": en,
            "text": {"en": en, "zh": zh},
            "weight": reason.weight,
        }
    return {
        "kind": reason.kind,
        "refs": list(reason.refs),
        "label": reason.kind,
        "weight": reason.weight,
    }


def _item_row(data: Dataset, asked: Query, reason: Reason) -> Row:
    """A reason whose refs are positions in the history or, for an addition, items."""
    added = reason.kind == "addition"
    uses = Counter(int(ref if added else asked.items[ref]) for ref in reason.refs)
    title = data.item_table.title
    return {
        "kind": reason.kind,
        "refs": [data.items[item] for item in uses],
        "positions": [] if added else list(reason.refs),
        "label": " + ".join(
            title[item] if count == 1 else f"{title[item]} ×{count}" for item, count in uses.items()
        ),
        "weight": reason.weight,
    }


def removed_row(data: Dataset, asked: Query, why: Explanation) -> Row | None:
    """The measured effect of removing the named reasons together; None if it was not measured."""
    found = why.removal
    if found is None:
        return None
    items = list(dict.fromkeys(int(asked.items[position]) for position in found.positions))
    return {
        "refs": [data.items[i] for i in items],
        "labels": [data.item_table.title[i] for i in items],
        "positions": list(found.positions),
        "rank_before": found.rank_before,
        "rank_after": found.rank_after,
        "listed": found.listed,
        "proved": found.proved,
        "random": {"draws": len(found.random), "rank_after": list(found.random)},
    }


def counterfactual_row(data: Dataset, asked: Query, found: Any, k: int) -> Row:
    """The smallest set of events that keeps the item in the first k, and the effect without it."""
    if found.found:
        positions = list(found.positions)
    else:
        positions = []
    items = list(dict.fromkeys(int(asked.items[position]) for position in positions))
    return {
        "found": found.found,
        "k": k,
        "refs": [data.items[i] for i in items],
        "labels": [data.item_table.title[i] for i in items],
        "rank_before": found.rank_before,
        "rank_after": found.rank_after,
        "minimal": found.minimal,
        "slate": [data.item_table.title[i] for i in found.after.items],
    }
