"""Ties, communities and places."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from whyrec.core import ArgumentError, ItemTable
from whyrec.visualise.analysis.item_network import communities, item_network, layout, tie_matrix
from whyrec.visualise.drawing.network_svg import apart, network, swatch

from .sample import HOSTILE


def cliques(*sizes: int, bridge: float = 0.0) -> np.ndarray:
    """Groups in which all are tied, each joined to the next by one weaker tie."""
    n, at, starts = sum(sizes), 0, []
    weights = np.zeros((n, n))
    for size in sizes:
        weights[at : at + size, at : at + size] = 1.0
        starts.append(at)
        at += size
    for a, b in itertools.pairwise(starts):
        weights[a, b] = weights[b, a] = bridge
    np.fill_diagonal(weights, 0.0)
    return weights


def modularity(weights, group) -> float:
    total, degree = weights.sum(), weights.sum(1)
    same = np.equal.outer(group, group)
    return float((weights / total - np.outer(degree, degree) / total**2)[same].sum())


def graphs(most: int = 14):
    def square(n):
        return st.lists(st.floats(0, 1), min_size=n * n, max_size=n * n).map(
            lambda v: symmetric(np.reshape(v, (n, n)))
        )

    return st.integers(0, most).flatmap(square)


def symmetric(values):
    values = np.triu(np.where(values > 0.7, values, 0.0), 1)
    return values + values.T


def test_cliques_are_communities_the_largest_first():
    assert communities(cliques(3, 5, 4, bridge=0.2)).tolist() == [2] * 3 + [0] * 5 + [1] * 4


def test_communities_are_as_good_as_the_best_split_of_a_small_graph():
    weights = cliques(3, 4, bridge=0.5)
    best = max(
        modularity(weights, np.array(split)) for split in itertools.product(range(3), repeat=7)
    )
    assert modularity(weights, communities(weights)) == pytest.approx(best)


@given(graphs())
def test_communities_are_numbered_by_size_and_never_worse_than_one_each(weights):
    found = communities(weights)
    sizes = np.bincount(found) if len(found) else np.array([0])
    assert (np.diff(sizes) <= 0).all()
    if weights.sum():
        assert modularity(weights, found) >= modularity(weights, np.arange(len(weights))) - 1e-9


@settings(max_examples=20, deadline=None)
@given(graphs(8))
def test_places_are_in_the_unit_square_and_the_same_each_time(weights):
    place = layout(weights, rounds=30)
    assert place.shape == (len(weights), 2) and np.isfinite(place).all()
    assert (place >= -1e-9).all() and (place <= 1 + 1e-9).all()
    assert np.array_equal(place, layout(weights, rounds=30))


def test_tied_items_stand_nearer_than_others():
    weights = cliques(8, 8, bridge=0.3)
    place = layout(weights, communities(weights))
    distance = np.sqrt(((place[:, None] - place) ** 2).sum(-1))
    assert (
        distance[weights == 1].mean()
        < 0.6 * distance[(weights == 0) & ~np.eye(16, dtype=bool)].mean()
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300), st.floats(5, 14)), max_size=15))
@example([(0.0, 0.0, 5.0)] * 5)  # pushed into one corner
def test_nodes_do_not_touch(nodes):
    places, radii = [(x, y + n * 1e-3) for n, (x, y, _) in enumerate(nodes)], [r for *_, r in nodes]
    moved = apart(places, radii, 400, 300)
    for a, b in itertools.combinations(range(len(nodes)), 2):
        assert np.hypot(*np.subtract(moved[a], moved[b])) >= radii[a] + radii[b] - 3 or len(
            set(places)
        ) < len(places)


TABLE = ItemTable([f"t{n}" for n in range(8)], categories=[("A",)] * 4 + [("B",)] * 4)


def test_ties_are_added_both_ways_and_negative_ones_left_out():
    found = item_network(
        [(0, 1, 1.0), (1, 0, 0.5), (0, 2, -3.0), (3, 3, 9.0)], TABLE, np.arange(8, 0, -1)
    )
    assert found["edges"] == [{"source": 0, "target": 1, "weight": 1.5, "kind": "tie"}]
    assert [node["id"] for node in found["nodes"]] == [0, 1]


def test_only_the_most_chosen_items_are_drawn_with_their_strongest_ties():
    pairs = [
        (i, j, 1.0 + (i // 4 == j // 4) + i * 0.01 + j * 0.01) for i in range(8) for j in range(8)
    ]
    found = item_network(pairs, TABLE, np.arange(8), top=6)
    assert {node["id"] for node in found["nodes"]} == {2, 3, 4, 5, 6, 7}
    assert len(found["edges"]) < 15
    strongest = {frozenset((e["source"], e["target"])) for e in found["edges"]}
    assert frozenset((6, 7)) in strongest and frozenset((2, 3)) in strongest


def test_communities_are_named_by_what_is_typical_of_them():
    pairs = [(i, j, 1.0) for i in range(8) for j in range(8) if i // 4 == j // 4]
    found = item_network(pairs, TABLE, np.arange(8, 0, -1))
    assert [(g["size"], g["categories"], g["rest"]) for g in found["groups"]] == [
        (4, ["A"], False),
        (4, ["B"], False),
    ]


def test_a_category_of_few_members_does_not_name_a_community():
    table = ItemTable(
        [f"t{n}" for n in range(8)], categories=[("Rare",), (), (), ()] + [("B",)] * 4
    )
    found = item_network(
        [(i, j, 1.0) for i in range(8) for j in range(8) if i // 4 == j // 4],
        table,
        np.arange(8, 0, -1),
    )
    assert [(g["categories"], g["titles"]) for g in found["groups"]] == [
        ([], ["t0", "t1"]),
        (["B"], ["t4", "t5"]),
    ]


def test_past_six_communities_the_smaller_ones_share_a_group():
    table = ItemTable([f"t{n}" for n in range(18)])
    found = item_network([(n, n + 1, 1.0) for n in range(0, 18, 2)], table, np.ones(18))
    assert [g["rest"] for g in found["groups"]] == [False] * 5 + [True]
    assert found["groups"][-1]["size"] == 8 and max(n["group"] for n in found["nodes"]) == 5


def test_wrong_sizes_and_unknown_ends_are_told():
    with pytest.raises(
        ArgumentError, match=r"popularity must have one number per item; got 3, 8 items"
    ):
        item_network([], TABLE, np.ones(3))
    with pytest.raises(
        ArgumentError, match=r"an edge must join two nodes of the network; got target 'z'"
    ):
        tie_matrix([{"id": "a"}], [{"source": "a", "target": "z", "weight": 1.0}])


def test_no_ties_make_no_network():
    assert item_network([], TABLE, np.ones(8)) == {"nodes": [], "edges": [], "groups": []}


def test_the_drawing_has_every_node_and_tie_and_escapes_titles():
    graph = {
        "nodes": [{"id": n, "title": HOSTILE, "group": n % 7, "weight": 0} for n in range(150)],
        "edges": [{"source": n, "target": n + 1, "weight": 1.0} for n in range(149)],
    }
    svg = network(graph, 1040, 700, kind="wide")
    assert svg.count('class="edge"') == 149 and svg.count('class="node ') == 150
    assert "<script" not in svg
    assert svg == network(graph, 1040, 700, kind="wide")
    assert svg.count('tabindex="0"') == 1  # one stop for the keyboard; arrows move on from there


def test_each_group_has_a_shape_of_its_own():
    shapes = [re.sub(r"[\d.,\s]+", " ", str(swatch(group)).split(">", 1)[1]) for group in range(6)]
    points = [str(swatch(group)).split(">", 1)[1] for group in range(6)]
    assert len(set(points)) == 6 and shapes[0].startswith("<circle")
