"""What a removal does is what scoring the shorter history anew does, whatever the model and however it is asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import sparse

from whyrec import registry
from whyrec.core import Explanation, ItemContributions, Listing, Query, Reason, Removal, decompose
from whyrec.core.decomposition import Constant, adds_up, groups_of
from whyrec.core.explanation import beyond
from whyrec.core.listing import DRAWS, SUMS
from whyrec.data import simulate
from whyrec.models.linear.decomposition import LinearDecomposition, SparseRows


def by_hand(scores, closed, item):
    """The place of an item: how many others stand before it, counted one by one."""
    own, ahead = scores[item], 0
    for other, score in enumerate(scores):
        if (
            other != item
            and other not in closed
            and (score > own or (score == own and other < item))
        ):
            ahead += 1
    return ahead + 1


class Sums:
    """score = base + the sum of W[event's item]; nothing else."""

    def __init__(self, weights, base=None):
        self.weights = np.asarray(weights, np.float32)
        self.base = (
            np.zeros(self.weights.shape[1], np.float32)
            if base is None
            else np.asarray(base, np.float32)
        )

    def score(self, queries):
        return np.stack([self.base + self.weights[query.items].sum(0) for query in queries]).astype(
            np.float32
        )

    def contributions(self, query, item):
        from whyrec.core import Contributions

        return Contributions(float(self.base[item]), self.weights[query.items, item].astype(float))


@given(seed=st.integers(0, 10_000), repeat=st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_removal_is_the_shorter_history_ranked_by_hand(seed, repeat):
    rng = np.random.default_rng(seed)
    model = Sums(rng.integers(-3, 4, (12, 12)), rng.integers(0, 3, 12))  # whole numbers: many ties
    query = Query(rng.integers(0, 12, 7), repeat=repeat)
    allowed = np.ones(12, bool)
    if not repeat:
        allowed[query.items] = False
    listing = Listing(decompose(model, query), allowed, 4)
    for item in range(12):
        gone = rng.choice(7, int(rng.integers(1, 6)), replace=False).tolist()
        closed = set(np.flatnonzero(~allowed).tolist())
        before = by_hand(model.score([query])[0], closed, item)
        left = model.score([query.without(gone)])[0]
        after = by_hand(
            left, closed | ({int(query.items[p]) for p in gone} if repeat else set()), item
        )
        [found] = listing.removals([item], [gone])
        assert (found.rank_before, found.rank_after) == (before, after)
        assert found.positions == tuple(sorted(gone)) and found.listed == 4
        assert bool(found.random) == (before <= 4 < after)
        assert listing.move(item, gone)[:2] == (before, after)


@pytest.mark.parametrize(
    "name", ["ease", "cooccurrence", "knn", "lowrank", "als", "popular", "graph", "additive"]
)
def test_every_decomposition_scores_and_removes_as_its_model_does(name):
    data = simulate.films(seed=1, people=120).data
    config = (
        {"components": ("ease", "transitions")}
        if name == "additive"
        else {"embedding_size": 8}
        if name == "als"
        else {}
    )
    model = registry.model(name, **config).fit(data)
    for person in (0, 7, 30):
        query = data.histories[person]
        view = decompose(model, query)
        np.testing.assert_allclose(view.scores, model.score([query])[0], rtol=1e-4, atol=1e-5)
        sets = [[0], [1, 2], list(range(len(query) // 2))]
        np.testing.assert_allclose(
            view.without(sets),
            model.score([query.without(one) for one in sets]),
            rtol=1e-3,
            atol=1e-4,
        )
        items = np.array([3, 1, 40])
        parts = view.parts(items)
        if parts.additive:
            assert all(
                adds_up(gap, score)
                for gap, score in zip(
                    parts.gaps(view.scores[items]), view.scores[items], strict=True
                )
            )


def test_a_removal_of_everything_and_of_nothing_is_no_proof():
    listing = Listing(decompose(Sums(np.eye(5)), Query([0, 1])), np.ones(5, bool), 2)
    assert listing.removals([3, 3, 3], [[0, 1], [], [1]])[:2] == [None, None]


def test_because_needs_a_fall_out_of_the_list_beyond_random():
    assert Removal((0,), 1, 11, 10, (1, 2)).proved
    assert not Removal((0,), 1, 10, 10, (1, 2)).proved  # still listed
    assert not Removal((0,), 1, 11, 10).proved  # no comparison
    assert not Removal((0,), 1, 11, 10, (11, 11)).proved  # random events do as much
    assert not Removal((0,), 1, 16, 10, (9, 9, 9, 9, 40)).proved  # the draws do not decide
    assert not Removal((0,), 11, 40, 10, (1, 1)).proved  # it was not listed
    assert not Removal((0,), 3, 2, 10, ()).fell and Removal((0,), 3, 4, 10, ()).fell


def test_draws_are_as_many_and_the_same_each_time():
    listing = Listing(decompose(Sums(np.eye(9)), Query(range(8))), np.ones(9, bool), 3)
    assert listing.draws(3) == listing.draws(3)
    assert len(listing.draws(3)) == DRAWS and {len(set(one)) for one in listing.draws(3)} == {3}
    rows = SparseRows(sparse.eye_array(9, format="csr"), np.arange(8), np.ones(8, np.float32))
    view = LinearDecomposition(Query(range(8)), np.zeros(9, np.float32), [rows], [], [])
    assert len(Listing(view, np.ones(9, bool), 3).draws(3)) == SUMS
    assert Listing(view, np.ones(9, bool), 3).draws(3)[:DRAWS] == listing.draws(3)


def test_the_rival_is_the_first_that_is_not_shown():
    view = Constant(np.array([5, 4, 3, 2], np.float32))
    assert Listing(view, np.array([True, False, True, True]), 1).rival == 2
    assert (
        Listing(view, np.array([True, False, True, True]), 3).rival is None
    )  # all that may be listed are shown
    assert Listing(view, np.ones(4, bool), 4).rival is None
    assert Listing(view, np.ones(4, bool), 0).best() == [] and Listing(
        view, np.ones(4, bool), 9
    ).best() == [0, 1, 2, 3]
    assert view.parts(np.array([1])).base.tolist() == [4.0] and view.without([[], []]).shape == (
        2,
        4,
    )


@given(seed=st.integers(0, 500), lowers=st.booleans(), size=st.integers(1, 3), forced=st.booleans())
@settings(max_examples=80, deadline=None)
def test_a_bound_of_random_removals_tells_what_the_places_tell(seed, lowers, size, forced):
    rng, n, m = np.random.default_rng(seed), 40, 8
    weights = sparse.random_array((n, n), density=0.4, rng=rng, dtype=np.float32).tocsr()
    weights.data -= 0.4 * lowers
    query = Query(rng.choice(n, m, replace=False))
    rows = SparseRows(weights, query.items, np.ones(m, np.float32))
    view = LinearDecomposition(query, rng.random(n).astype(np.float32), [rows], [], [])
    allowed = np.ones(n, bool)
    allowed[query.items] = False
    added = rng.normal(size=n).astype(np.float32) if forced else np.zeros(n, np.float32)
    listing = Listing(view, allowed, 5, {"a force": added} if forced else None)
    items, wanted = listing.best(), {at: listing.draws(size) for at in range(5)}
    sizes, parts = dict.fromkeys(wanted, size), view.parts(np.array(items)).weights
    bounds, places = listing._bounds(sizes, items, parts), listing._places(wanted, items)
    for at in wanted:
        scored = [view.without([one])[0] + added for one in wanted[at]]
        assert places[at] == [
            by_hand(scores, set(query.items.tolist()), items[at]) for scores in scored
        ]
        assert all(bound >= place for bound, place in zip(bounds[at], places[at], strict=True))
        for after in (2, 4, 6, 9, 15, 30):
            random = listing._random({at: size}, items, {at: after}, parts)[at]
            assert not beyond(after, random) or after > np.mean(places[at])
            assert beyond(after, random) or random == places[at]
    assert listing._bounds({}, items, parts) == listing._bounds(sizes, items, None) == {}


@given(seed=st.integers(0, 1000), kind=st.sampled_from(["sparse", "dense", "any"]))
@settings(max_examples=60, deadline=None)
def test_terms_stay_where_events_and_other_terms_are_removed(seed, kind):
    """Places with, without a term and without events, each counted one by one."""
    rng, n, m = np.random.default_rng(seed), 15, 5
    weights = rng.integers(-2, 3, (n, n)).astype(np.float32)
    query = Query(rng.choice(n, m, replace=False))
    base, ones = np.zeros(n, np.float32), np.ones(m, np.float32)
    if kind == "any":
        view = decompose(Sums(weights), query)
    elif kind == "dense":
        view = LinearDecomposition(query, base, [], [(weights, ones)], [])
    else:
        rows = SparseRows(sparse.csr_array(weights), query.items, ones)
        view = LinearDecomposition(query, base, [rows], [], [])
    allowed = np.ones(n, bool)
    allowed[query.items] = False
    closed = set(query.items.tolist())
    terms = {name: rng.integers(-2, 3, n).astype(np.float32) for name in ("one", "two")}
    listing = Listing(view, allowed, 4, terms)
    model = weights[query.items].sum(0)
    both = model + terms["one"] + terms["two"]
    gone = tuple(sorted(rng.choice(m, 2, replace=False).tolist()))
    left = weights[np.delete(query.items, gone)].sum(0) + terms["one"] + terms["two"]
    for item in range(n):
        assert listing.place(item) == by_hand(both, closed, item)
        assert listing.place_without(item, "one") == by_hand(model + terms["two"], closed, item)
        before, after, masked = listing.move(item, gone)
        assert (before, after) == (by_hand(both, closed, item), by_hand(left, closed, item))
        [removal] = listing.removals([item], [gone])
        assert removal.rank_after == after
    assert np.allclose(listing.scores, both)


def test_terms_stay_where_a_path_is_cut():
    """A view whose reasons are no events: the item has 3 without the reason, the term adds 2."""

    class Paths(Constant):
        method = "paths"

        def reasons(self, item):
            return 3.0, (Reason("path", (0, 0), 1.0),)

        def without_reasons(self, item, reasons):
            return (), self.scores - np.array([0, 0, 0, 1], np.float32)

    view = Paths(np.array([8, 6, 5, 4], np.float32))
    terms = {"force": np.array([0, 0, 0, 2.5], np.float32)}
    found = Listing(view, np.ones(4, bool), 2, terms).without_reasons(
        3, [Reason("path", (0, 0), 1.0)], 1
    )
    assert (found.rank_before, found.rank_after) == (2, 3)  # 6.5 after 8; then 5.5 after 8 and 6


def test_uses_of_one_item_are_one_group_by_their_last():
    assert groups_of([]) == []
    assert groups_of([4, 4, 4]) == [(0, 1, 2)]
    assert groups_of([1, 2, 1, 3, 2]) == [(0, 2), (3,), (1, 4)]


def test_gaps_come_from_independent_numbers():
    parts = ItemContributions(np.array([1.0]), np.array([[2.0], [0.5]]), np.array([0.25]), True)
    assert parts.gaps(np.array([3.75])).tolist() == [0.0]
    assert parts.gaps(np.array([4.0])).tolist() == [0.25]
    assert parts._replace(additive=False).gaps(np.array([4.0])).tolist() == [0.0]


def test_an_explanation_states_a_share_only_where_it_is_one():
    def why(weights, base=0.0, named=1):
        return Explanation(
            1,
            base + sum(weights),
            base,
            tuple(Reason("event", (n,), w) for n, w in enumerate(weights)),
            0.0,
            "exact",
            True,
            named=named,
        )

    assert why([1.0, 3.0]).share == 25
    assert why([2.0, -1.0]).share is None  # 200%
    assert why([0.001, 9.0]).share is None  # below 1%
    assert why([1.0], base=-3.0).share is None  # the score is negative
    assert why([1.0, 3.0], named=0).share is None
    assert not why([1.0]).tested and why([1.0, -2.0], base=3.0).gap == 0.0
