"""What forces add to scores: sums, caps and the list that diversity builds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from whyrec.core import Listing
from whyrec.core.decomposition import Constant
from whyrec.forces.facts import ItemFacts
from whyrec.forces.force import Force
from whyrec.forces.weights import Surroundings, spread, terms_of

N = 12
TAGS = (("a",), ("a",), ("a",), ("b",), ("b", "c"), ("c",), (), ("d",), ("d",), ("a", "d"), (), ())
FACTS = ItemFacts(
    [f"i{n}" for n in range(N)],
    {"tags": TAGS, "added": tuple(() if n % 2 else (f"2026-0{1 + n // 2}-01",) for n in range(N))},
    {"price": np.array([5.0 * n for n in range(N - 1)] + [np.nan])},
)
NOW = 1_785_542_400  # 2026-08-01


def around(**more):
    given = {
        "facts": FACTS,
        "unit": 2.0,
        "popularity": np.arange(N, dtype=float),
        "like": lambda item: np.eye(N, dtype=np.float32)[item] * 3,
        "now": NOW,
    }
    return Surroundings(**(given | more))


def terms(forces, scores, allowed=None, listed=5):
    scores = np.asarray(scores, np.float32)
    if allowed is None:
        allowed = np.ones(len(scores), bool)
    return terms_of(forces, around(), Constant(scores), allowed, listed)


def test_a_promotion_adds_its_strength_to_the_items_that_it_names():
    made = terms([Force("sale", "promote", 0.5, where="price < 12")], np.zeros(N))
    assert made["sale"].tolist() == [1, 1, 1] + [0] * 9  # prices 0, 5 and 10; unit 2
    made = terms([Force("out", "bury", 1, items=(("i3", 1.0), ("i9", 0.5)))], np.zeros(N))
    assert np.flatnonzero(made["out"]).tolist() == [3, 9]
    assert made["out"][[3, 9]].tolist() == [-2, -1]


def test_an_item_loses_what_choosing_the_refused_one_would_have_added():
    made = terms([Force("no", "refused", 0.5, items=(("i4", 1.0), ("gone", 1.0)))], np.zeros(N))
    assert made["no"].tolist() == [0, 0, 0, 0, -1.5] + [0] * 7


def test_freshness_halves_with_each_half_life():
    made = terms([Force("new", "fresh", 1, field="added", half_life=31)], np.zeros(N))["new"]
    assert made[1] == 0  # its date is unknown
    assert made[10] == pytest.approx(2 * 0.5 ** (61 / 31), rel=1e-5)  # 1 June, 61 days before
    assert made[8] == pytest.approx(2 * 0.5 ** (92 / 31), rel=1e-5)  # 1 May


def test_rare_items_gain_by_novelty():
    made = terms([Force("rare", "novel", 1)], np.zeros(N))["rare"]
    assert made[0] == 2 and made[11] == 0 and (np.diff(made) < 0).all()


def test_diversity_lowers_what_is_alike_to_the_items_above():
    scores = [12, 10.5, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    made = terms([Force("mix", "diverse", 50 / 11)], scores)["mix"]  # scores spread over 11
    listing = Listing(Constant(np.array(scores, np.float32)), np.ones(N, bool), 5, {"mix": made})
    best = listing.best()
    assert best == [
        0,
        3,
        5,
        6,
        1,
    ]  # a, b, c, none; then the second of a with 10.5 - 5 before d with 5
    assert made[best].tolist() == [0, 0, 0, 0, -5]
    assert made[2] == -10 and made[10] == made[7] == 0
    assert (np.diff(listing.scores[best]) <= 0).all()


@settings(max_examples=200)
@given(
    st.lists(st.integers(-30, 30), min_size=N, max_size=N),
    st.floats(0, 3),
    st.integers(1, N),
)
def test_diversity_builds_the_list_greedily(scores, strength, listed):
    """An independent greedy search by the definition gives the same list."""
    scores = np.array(scores, np.float32)
    made = terms([Force("mix", "diverse", strength)], scores, listed=listed)
    listing = Listing(Constant(scores), np.ones(N, bool), listed, made)
    table = FACTS.likeness.toarray().astype(np.float64)
    like, left, above = table @ table.T, list(range(N)), []
    size = strength * (float(scores.max() - scores.min()) or 1.0) / 10
    for _ in range(listed):

        def value(item):
            return scores[item] - size * sum(like[item, j] for j in above)

        above.append(max(left, key=lambda item: (round(value(item), 4), -item)))
        left.remove(above[-1])
    got = listing.best()
    assert np.allclose(
        listing.scores[got],
        [
            scores[item] - size * sum(like[item, j] for j in above[:at])
            for at, item in enumerate(above)
        ],
        atol=1e-3,
    )


FORCES = st.builds(
    Force,
    name=st.sampled_from("abcdefgh"),
    kind=st.sampled_from(["promote", "bury"]),
    strength=st.floats(0, 20),
    items=st.lists(
        st.tuples(st.sampled_from([f"i{n}" for n in range(N)]), st.floats(0, 1)),
        min_size=1,
        max_size=6,
    ).map(tuple),
    cap=st.integers(1, 5),
)


@settings(max_examples=1000)
@given(
    st.lists(st.floats(-5, 5, width=32), min_size=N, max_size=N),
    st.lists(FORCES, min_size=1, max_size=4, unique_by=lambda force: force.name),
    st.sets(st.integers(0, N - 1), max_size=4),
)
def test_no_force_moves_an_item_beyond_its_cap(scores, forces, closed):
    scores = np.array(scores, np.float32)
    allowed = np.ones(N, bool)
    allowed[list(closed)] = False
    made = terms(forces, scores, allowed)
    whole = Listing(Constant(scores), allowed, 5, made)
    for force in forces:
        for item in np.flatnonzero(allowed).tolist():
            if force.name in made and made[force.name][item]:
                moved = whole.place_without(item, force.name) - whole.place(item)
                assert (moved if force.kind == "promote" else -moved) <= force.cap
    order = whole.best(N)
    assert (np.diff(whole.scores[order]) <= 0).all()
    total = scores.astype(np.float64) + sum(made.values(), np.zeros(N))
    assert np.abs(total - whole.scores).max() <= 1e-5


def test_a_cap_of_two_places_by_hand():
    scores = [10, 9, 8, 7, 6] + [0] * 7
    made = terms([Force("up", "promote", 9, items=(("i4", 1.0),), cap=2)], scores)
    listing = Listing(Constant(np.array(scores, np.float32)), np.ones(N, bool), 5, made)
    assert listing.best() == [0, 1, 4, 2, 3]
    made = terms([Force("down", "bury", 9, items=(("i0", 1.0),), cap=3)], scores)
    listing = Listing(Constant(np.array(scores, np.float32)), np.ones(N, bool), 5, made)
    assert listing.best() == [1, 2, 3, 0, 4]


def test_strength_one_lifts_place_100_to_the_top():
    scores = np.arange(500, dtype=np.float32)
    assert spread(scores) == 99
    assert spread(np.array([3.0, -np.inf, 1.0])) == 2
    assert spread(np.zeros(4)) == spread(np.zeros(0)) == 1


def test_forces_act_in_one_order_whatever_the_order_of_the_request():
    forces = [
        Force("p", "promote", 1, items=(("i3", 1.0),), cap=1),
        Force("w", "wish", 1, items=(("i5", 1.0),)),
        Force("d", "diverse", 1),
    ]
    scores = np.arange(N, 0, -1)
    results = [terms(list(order), scores) for order in itertools.permutations(forces)]
    for other in results:
        assert {name: row.tolist() for name, row in other.items()} == {
            name: row.tolist() for name, row in results[0].items()
        }
