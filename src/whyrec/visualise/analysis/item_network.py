"""The item network: strongest links, communities and a deterministic layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, ItemTable

__all__ = ["communities", "item_network", "layout", "tie_matrix"]

TIES = 3  # strongest links that each item keeps
GROUPS = 6  # colours and shapes; further communities share the last
TYPICAL = 0.15  # how much more frequent a category must be in a community to name it
COMMON = 0.4  # share of the community that must have it, because a rare one would mislead

Square = NDArray[np.float64]


def item_network(
    pairs: Sequence[tuple[int, int, float]],
    table: ItemTable,
    popularity: NDArray[Any],
    *,
    top: int = 60,
) -> dict[str, Any]:
    """Build nodes, edges and groups from (i, j, weight) links between items.

    Both directions are added. Each of the `top` most chosen items keeps its strongest positive
    links; items without any are left out.

    Args:
        pairs: Links as (i, j, weight).
        table: The items.
        popularity: Number of events of each item, (n_items,).
        top: Number of most chosen items.

    Returns:
        nodes {id, title, group, weight}: item number, title, community, events; edges {source,
        target, weight, kind}: ids of nodes; groups {group, size, categories, titles, rest}:
        communities, the largest first. If there are more than six, the smaller ones share the last,
        which is marked `rest`.

    Raises:
        ArgumentError: If `popularity` does not fit the items.
    """
    if len(popularity) != len(table):
        raise ArgumentError(
            "popularity must have one number per item",
            given=f"{len(popularity)}, {len(table)} items",
        )
    shown = np.argsort(-np.asarray(popularity), kind="stable")[:top]
    at = {int(item): row for row, item in enumerate(shown)}
    weights = np.zeros((len(shown), len(shown)))
    for i, j, weight in pairs:
        if i in at and j in at and i != j:
            weights[at[i], at[j]] += weight
    weights = _strongest(np.maximum(weights + weights.T, 0.0))
    linked = np.flatnonzero(weights.sum(1))
    items = shown[linked]
    weights = weights[np.ix_(linked, linked)]
    found = communities(weights)
    group = np.minimum(found, GROUPS - 1)
    return {
        "nodes": [
            {
                "id": int(item),
                "title": table.title[item],
                "group": int(g),
                "weight": int(popularity[item]),
            }
            for item, g in zip(items, group, strict=True)
        ],
        "edges": [
            {
                "source": int(items[a]),
                "target": int(items[b]),
                "weight": float(weights[a, b]),
                "kind": "tie",
            }
            for a, b in zip(*np.nonzero(np.triu(weights)), strict=True)
        ],
        "groups": [
            _group(
                number,
                items[group == number],
                items,
                table,
                rest=bool(number == GROUPS - 1 and found.max() >= GROUPS),
            )
            for number in np.unique(group)
        ],
    }


def _strongest(weights: Square) -> Square:
    """The links that are among the strongest of either end."""
    keep = np.zeros_like(weights, bool)
    np.put_along_axis(keep, np.argsort(-weights, axis=1, kind="stable")[:, :TIES], True, axis=1)
    return np.where(keep | keep.T, weights, 0.0)


def _group(
    number: int, members: NDArray[Any], everyone: NDArray[Any], table: ItemTable, *, rest: bool
) -> dict[str, Any]:
    """A community with its typical categories and its most chosen items."""

    def share(category: str, items: NDArray[Any]) -> float:
        return sum(category in table.categories[i] for i in items) / len(items)

    held = sorted({c for i in members for c in table.categories[i]})
    typical = {
        c: share(c, members) - share(c, everyone) for c in held if share(c, members) >= COMMON
    }
    names = [c for c in sorted(typical, key=lambda c: -typical[c]) if typical[c] >= TYPICAL][:2]
    return {
        "group": int(number),
        "size": len(members),
        "rest": rest,
        "categories": [] if rest else names,
        "titles": [table.title[i] for i in members[:2]],
    }


def communities(weights: Square) -> NDArray[np.int64]:
    """Find the communities of a graph by greedy modularity [clauset2004].

    The two communities whose union raises the modularity most are merged until none does.
    Limitations: more than some hundred nodes are slow; communities much smaller than the square
    root of the number of links are not found.

    Args:
        weights: Symmetric weights, (n, n).

    Returns:
        The community of each node, (n,): 0 for the largest, 1 for the next, and so on.
    """
    total = weights.sum()
    group = np.arange(len(weights))
    if total > 0:
        between = weights / total  # share of all links from one community to another
        while True:
            degree = between.sum(1)
            gain = np.triu(between - np.outer(degree, degree), 1)
            a, b = np.unravel_index(int(gain.argmax()), gain.shape)
            if gain[a, b] <= 1e-12:
                break
            between[a] += between[b]
            between[:, a] += between[:, b]
            between[b] = between[:, b] = 0.0
            group[group == b] = a
    names, sizes = np.unique(group, return_counts=True)
    rank = {name: number for number, name in enumerate(names[np.argsort(-sizes, kind="stable")])}
    return np.array([rank[name] for name in group], np.int64)


def tie_matrix(nodes: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]]) -> Square:
    """Symmetric weights of a graph whose edges name its nodes by id.

    Args:
        nodes: Nodes with `id`.
        edges: Edges with `source`, `target` and `weight`.

    Returns:
        The weights, (n, n).

    Raises:
        ArgumentError: If an edge names no node.
    """
    at = {node["id"]: row for row, node in enumerate(nodes)}
    weights = np.zeros((len(nodes), len(nodes)))
    for edge in edges:
        for end in ("source", "target"):
            if edge[end] not in at:
                raise ArgumentError(
                    "an edge must join two nodes of the network", given=f"{end} {edge[end]!r}"
                )
        a = at[edge["source"]]
        b = at[edge["target"]]
        weights[a, b] = weights[b, a] = edge["weight"]
    return weights


def layout(
    weights: Square, group: NDArray[Any] | Sequence[int] = (), *, rounds: int = 300, seed: int = 0
) -> Square:
    """Place nodes in the unit square by forces [fruchterman1991].

    All nodes repel each other, links attract, and members of a group attract slightly. At the end
    the places are spread along both axes, half by value and half by rank, to loosen the middle.
    Limitations: only links have a meaning, distances do not.

    Args:
        weights: Symmetric weights, (n, n).
        group: The group of each node, (n,).
        rounds: Number of rounds.
        seed: Seed of all random numbers.

    Returns:
        The places, (n, 2), from 0 to 1.
    """
    n = len(weights)
    if n < 2:
        return np.full((n, 2), 0.5)
    if len(group) == n:
        groups = np.asarray(group)
    else:
        groups = np.arange(n)
    pull = np.sqrt(np.maximum(weights, 0.0) / (weights.max() or 1.0)) + 0.12 * (
        groups[:, None] == groups
    )
    np.fill_diagonal(pull, 0.0)
    place = np.random.default_rng(seed).random((n, 2)) * 2 - 1
    ideal = np.sqrt(1.6 / n)
    for heat in np.linspace(0.2, 0.002, rounds):
        delta = place[:, None] - place
        distance = np.maximum(np.sqrt((delta**2).sum(-1)), 1e-3)
        force = ideal**2 / distance**2 - pull * distance / ideal
        step = (delta * force[..., None]).sum(
            1
        ) - 0.15 * place  # towards the middle, so that parts without links stay near
        size = np.maximum(np.sqrt((step**2).sum(1, keepdims=True)), 1e-9)
        place = place + step / size * np.minimum(size, heat)
    low = place.min(0)
    high = place.max(0)
    rank = place.argsort(0, kind="stable").argsort(0, kind="stable") / (n - 1)
    return np.asarray(0.5 * (place - low) / np.maximum(high - low, 1e-9) + 0.5 * rank, np.float64)
