"""The item network: strongest ties, communities and a layout that is the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from whyrec.core import ItemTable

__all__ = ["item_network", "layout"]

TIES, GROUPS = 3, 6  # strongest ties kept for each item; colours


def item_network(pairs: Sequence[tuple[int, int, float]], table: ItemTable, counts: NDArray[Any], *,
                 top: int = 60) -> dict[str, Any]:
    """Nodes and edges to draw from (i, j, weight) ties, both ways added up.

    Of the `top` most chosen items each keeps its strongest positive ties; items without any are left out.
    Groups are communities by label propagation over the weights; the largest get a colour of their own.
    """
    shown = np.argsort(-counts, kind="stable")[:top]
    at = {int(item): row for row, item in enumerate(shown)}
    weights = np.zeros((len(shown), len(shown)))
    for i, j, weight in pairs:
        if i in at and j in at and i != j:
            weights[at[i], at[j]] += weight
    weights = np.maximum(weights + weights.T, 0.0)
    strongest = np.argsort(-weights, axis=1, kind="stable")[:, :TIES]
    keep = np.zeros_like(weights, bool)
    np.put_along_axis(keep, strongest, True, axis=1)
    weights = np.where(keep | keep.T, weights, 0.0)
    linked = np.flatnonzero(weights.sum(1))
    weights = weights[np.ix_(linked, linked)]
    groups, place = _communities(weights), layout(weights)
    nodes = [{"id": int(shown[row]), "title": table.title[shown[row]], "group": int(groups[n]),
              "weight": int(counts[shown[row]]), "x": float(place[n, 0]), "y": float(place[n, 1])}
             for n, row in enumerate(linked)]
    edges = [{"source": int(a), "target": int(b), "weight": float(weights[a, b])}
             for a, b in zip(*np.nonzero(np.triu(weights)), strict=True)]
    return {"nodes": nodes, "edges": edges}


def _communities(weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Each node joins the group it is tied to most, in a fixed order, until nothing changes; the largest
    groups are 0, 1, ..., and those past the colours share the last."""
    group = np.arange(len(weights))
    for _ in range(50):
        before = group.copy()
        for node in np.argsort(-weights.sum(1), kind="stable"):
            pull = np.bincount(group, weights[node], minlength=len(weights))
            if pull.max(initial=0) > pull[group[node]]:
                group[node] = pull.argmax()
        if (group == before).all():
            break
    names, sizes = np.unique(group, return_counts=True)
    order = names[np.argsort(-sizes, kind="stable")]
    rank = {name: min(number, GROUPS - 1) for number, name in enumerate(order)}
    return np.array([rank[g] for g in group], np.int64)


def layout(weights: NDArray[np.float64], *, rounds: int = 400, seed: int = 0) -> NDArray[np.float64]:
    """Places in the unit square by forces [fruchterman1991], with a fixed seed; (n, 2) float64.

    Not a measure: only ties are meant, distances on the picture are not.
    """
    n = len(weights)
    if n < 2:
        return np.full((n, 2), 0.5)
    place = np.random.default_rng(seed).random((n, 2)) * 2 - 1
    pull = sparse.csr_array(np.sqrt(weights / weights.max()))
    ideal = np.sqrt(1.6 / n)
    for heat in np.linspace(0.2, 0.002, rounds):
        delta = place[:, None] - place[None]
        distance = np.maximum(np.sqrt((delta**2).sum(-1)), 1e-3)
        push = (delta * (ideal**2 / distance**2)[..., None]).sum(1)
        near = pull.multiply(distance / ideal)
        push -= place * near.sum(1)[:, None] - near @ place
        push -= 0.15 * place  # towards the middle, so that parts without ties stay near
        size = np.maximum(np.sqrt((push**2).sum(1, keepdims=True)), 1e-9)
        place = place + push / size * np.minimum(size, heat)
    low, high = place.min(0), place.max(0)
    return (place - low) / np.maximum(high - low, 1e-9)
