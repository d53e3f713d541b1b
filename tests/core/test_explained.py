"""The explained share: by hand, what cannot move it, and the bound that it obeys."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings, strategies as st

from tests.toys import random_data
from whyrec import registry
from whyrec.core import Contributions, ItemContributions, Queries, Query, decompose
from whyrec.core.explained import (
    CANDIDATES,
    Candidates,
    bounded,
    candidates,
    explained_share,
    explained_shares,
    shares_among,
)

MANY = st.integers(0, 2**32 - 1)
DIALS = st.integers(1, 1000).map(lambda n: n / 1000)


def asked(*histories, **more):
    return Queries.of([Query(list(one), **more) for one in histories])


def drawn(seed, n=300, q=4):
    """Two parts of very different sizes, with ties, and histories."""
    rng = np.random.default_rng(seed)
    explained = rng.normal(size=(q, n)) * 10.0 ** rng.integers(-3, 4)
    rest = rng.standard_t(2, size=(q, n)) * 10.0 ** rng.integers(-3, 4)
    if rng.random() < 0.3:
        explained, rest = explained.round(), rest.round()
    seen = [rng.choice(n, rng.integers(0, n), replace=False) for _ in range(q)]
    return explained.astype(np.float32), rest.astype(np.float32), asked(*seen)


def every(explained):
    return np.tile(np.arange(explained.shape[1]), (len(explained), 1))


def test_by_hand():
    # Item 0 is seen; of the five others the middle one by the reasons is item 3, with 4; the middle
    # of their rests 0, 9, 1, 2, 1 is 1.
    explained = np.array([[99.0, 8.0, 6.0, 4.0, 2.0, 1.0]])
    rest = np.array([[50.0, 0.0, 9.0, 1.0, 2.0, 1.0]])
    # From the middle: reasons 4, 2, 0, -2, -3; with the rest 3, 10, 0, -1, -3.
    found = shares_among(explained, rest, asked([0]), np.array([[1, 2, 3, 4, 5]]))
    np.testing.assert_allclose(found, [[3 / 4, 2 / 10, 1.0, 1 / 2, 1.0]])


def test_reasons_that_treat_all_unseen_items_alike_explain_none():
    # Only the seen item 0 has other reasons; item 2 is in the middle of both parts.
    explained = np.array([[99.0, 5.0, 5.0, 5.0]])
    rest = np.array([[0.0, 1.0, 2.0, 3.0]])
    found = shares_among(explained, rest, asked([0]), np.array([[1, 2, 3]]))
    np.testing.assert_array_equal(found, [[0.0, 0.0, 0.0]])


def test_an_item_that_is_ahead_in_spite_of_its_reasons_is_not_explained():
    explained = np.array([[3.0, 2.0, 1.0]])
    rest = np.array([[0.0, 0.0, 5.0]])  # the last one overtakes both
    assert shares_among(explained, rest, asked([]), np.array([[2]])) == 0.0
    rest = np.array([[0.0, 0.0, 0.5]])  # it stays behind, half as far
    assert shares_among(explained, rest, asked([]), np.array([[2]])) == 0.5


def test_the_candidates_are_the_unseen_items_that_the_reasons_rank_first():
    scores = np.arange(300.0)[None]
    history = Queries.of([Query([299, 297], avoided=[298])])
    assert candidates(scores, history).items.tolist() == [list(range(296, 296 - CANDIDATES, -1))]
    again = Queries.of([Query([299, 297], avoided=[298], repeat=True)])
    assert candidates(scores, again).items[0, :3].tolist() == [299, 297, 296]


def test_people_who_have_seen_nearly_all_or_all():
    explained = np.array([[5.0, 4.0, 3.0, 2.0]])
    rest = np.array([[7.0, 0.0, 0.0, 1.0]])
    # Of items 0 and 1 the lower median is item 1 by the reasons, and 0 by the rest.
    assert shares_among(explained, rest, asked([2, 3]), np.array([[0, 1]])).tolist() == [
        [1 / 8, 1.0]
    ]
    whole = shares_among(explained, rest, asked([0, 1, 2, 3]), np.array([[0, 1, 2, 3]]))
    assert np.isfinite(whole).all()


@settings(max_examples=200, deadline=None)
@given(seed=MANY, dial=DIALS)
def test_no_item_falls_below_the_dial(seed, dial):
    explained, rest, queries = drawn(seed)
    among = candidates(explained, queries)
    kept = bounded(explained - among.middle(explained), rest - among.middle(rest), dial)
    assert kept.dtype == np.float32
    assert shares_among(explained, kept, queries, every(explained)).min() >= dial
    # A bound that is not reached changes nothing.
    free = shares_among(explained, rest, queries, every(explained)) >= min(1.0, dial + 1e-3)
    np.testing.assert_allclose(kept[free], (rest - among.middle(rest))[free], rtol=1e-5)


@settings(max_examples=100, deadline=None)
@given(seed=MANY, own=st.integers(-9, 9), other=st.integers(-9, 9), power=st.integers(-9, 9))
def test_neither_constants_nor_units_move_it(seed, own, other, power):
    explained, rest, queries = drawn(seed)
    exact = (np.round(2**8 * part.astype(np.float64)) / 2**8 for part in (explained, rest))
    (explained, rest), unit = exact, 2.0**power
    before = shares_among(explained, rest, queries, every(explained))
    for e, r in (
        (explained + own * 1000, rest),
        (explained, rest + other * 1000),
        (unit * explained, unit * rest),
    ):
        after = shares_among(e, r, queries, every(explained))
        assert np.abs(after - before).max() < 1e-12


@settings(max_examples=50, deadline=None)
@given(seed=MANY)
def test_a_sum_is_explained_and_a_rest_alone_is_not(seed):
    explained, rest, queries = drawn(seed)
    nothing = np.zeros_like(rest)
    assert (shares_among(explained, nothing, queries, every(explained)) == 1).all()
    assert (shares_among(explained, nothing + 3, queries, every(explained)) == 1).all()
    for flat in (nothing, nothing + 7):  # not even of the item in the middle
        if not candidates(flat, queries).alike(rest).any():
            assert (shares_among(flat, rest, queries, every(explained)) == 0).all()


class OfUnknownRest:
    """An additive model that does not say what its rest adds to all items."""

    def fit(self, data, *, seed=0):
        self.n_ = data.n_items
        return self

    def score(self, queries):
        return np.tile(np.arange(self.n_, dtype=np.float32), (len(queries), 1))

    def contributions(self, query, item):
        rest = float(item) if item % 2 else 0.0
        return Contributions(item - rest, np.zeros(len(query)), rest)


def test_the_share_of_a_model_is_what_its_kind_can_state():
    data = random_data()
    queries = data.histories[np.arange(3)]
    items = np.array([[0, 1], [2, 3], [4, 5]])
    for name, wanted in (("ease", 1.0), ("popular", 1.0), ("tree", 1.0), ("als", 0.0)):
        model = registry.model(name).fit(data)
        assert (explained_shares(model, queries, items) == wanted).all(), name
        assert explained_share(model, queries[0], 3) == wanted
    found = explained_shares(OfUnknownRest().fit(data), queries, items)
    assert found.tolist() == [[1, 0]] * 3
    none = explained_shares(OfUnknownRest().fit(data), Queries.of([]), np.empty((0, 2), int))
    assert none.shape == (0, 2)
    [query] = queries[[0]]
    parts = decompose(OfUnknownRest().fit(data), query).parts(np.arange(4))
    assert parts.explained_shares.tolist() == [1, 0, 1, 0]
    parts = decompose(registry.model("als").fit(data), query).parts(np.arange(4))
    assert parts.explained_shares.tolist() == [0, 0, 0, 0]
    zeros = np.zeros(2)
    measured = ItemContributions(zeros, np.ones((1, 2)), zeros, False)  # by leaving events out
    assert measured.explained_shares.tolist() == [0, 0]


def test_only_candidates_that_may_be_listed_are_alike_or_not():
    """By hand: items 0 and 1 may be listed, item 2 may not."""
    among = Candidates(np.array([[0, 1, 2]]), np.array([[True, True, False]]))
    assert among.alike(np.array([[2.0, 2.0, 9.0]]))[0, 0]
    assert not among.alike(np.array([[2.0, 3.0, 2.0]]))[0, 0]
    assert among.middle(np.array([[3.0, 2.0, 9.0]]))[0, 0] == 2.0
