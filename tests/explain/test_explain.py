"""Each explainer against removal that is really executed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.toys import listed, random_data
from whyrec import api, registry
from whyrec.core import ArgumentError, Queries, Query, mask_seen, ranks, recommend
from whyrec.data.simulate import planted
from whyrec.explain.als import decomposition, leave_one_out
from whyrec.explain.counterfactual import counterfactual, remove_and_rescore
from whyrec.explain.deletion import deletion
from whyrec.explain.exact import exact
from whyrec.models.linear.terms import ItemItemTerm, LinearMixin


class Known(LinearMixin):
    """An additive model whose weights are given."""

    def __init__(self, weights, base=None, decay=1.0):
        self.weights_ = np.asarray(weights, np.float32)
        self.base_ = (
            np.zeros(len(self.weights_), np.float32)
            if base is None
            else np.asarray(base, np.float32)
        )
        self.decay = decay

    def terms(self):
        return [ItemItemTerm(self.weights_, self.decay)]


class Crossed:
    """Not additive: pairs of events act together."""

    def __init__(self, n=9, seed=0):
        rng = np.random.default_rng(seed)
        self.single, self.double = rng.normal(size=(n, n)), rng.normal(size=(n, n, n))

    def score(self, queries):
        rows = []
        for query in Queries.of(queries):
            out = self.single[query.items].sum(0)
            for a, b in itertools.combinations(query.items, 2):
                out = out + self.double[a, b]
            rows.append(out)
        return np.array(rows, np.float32)


def weights_in_order(explanation):
    return np.array([r.weight for r in sorted(explanation.reasons, key=lambda r: r.refs)])


def smallest_by_trying(model, query, item, k):
    """The size of the smallest removal that works, trying all; None where none does."""
    seen = Queries.of(query)
    for size in range(len(query) + 1):
        for positions in itertools.combinations(range(len(query)), size):
            scores = mask_seen(model.score([query.without(positions)]), seen)
            if ranks(scores, np.array([item]))[0] > k:
                return size
    return None


@given(seed=st.integers(0, 10_000), m=st.integers(0, 8), k=st.integers(1, 3), base=st.booleans())
@settings(max_examples=80, deadline=None)
def test_counterfactuals_are_the_smallest(seed, m, k, base):
    rng = np.random.default_rng(seed)
    model = Known(rng.normal(size=(14, 14)), rng.normal(size=14) if base else None, decay=0.9)
    query = Query(rng.choice(14, m, replace=False))
    item = int(recommend(model, query, 1)[0].items[0])
    found = counterfactual(model, query, item, k=k)
    expected = smallest_by_trying(model, query, item, k)
    assert found.found == (expected is not None)
    assert found.rank_before == 1
    if found.found:
        assert len(found.positions) == expected
        assert found.minimal
        assert found.rank_after > k
        assert found.after.rank(item) is None or found.after.rank(item) > k
        assert not set(found.after.items) & set(query.items)


def test_a_counterfactual_past_its_budget_says_it_is_not_proved():
    rng = np.random.default_rng(3)
    model = Known(rng.normal(size=(40, 40)), decay=1.0)
    query = Query(range(12))
    item = int(recommend(model, query, 1)[0].items[0])
    proved = counterfactual(model, query, item, k=5)
    quick = counterfactual(model, query, item, k=5, budget=0)
    assert proved.found and quick.found
    assert quick.rank_after > 5
    # Here the greedy set is one event larger than the smallest one.
    assert proved.minimal and not quick.minimal
    assert len(quick.positions) == len(proved.positions) + 1 == 5


def test_counterfactual_of_any_model_is_executed():
    model = Crossed()
    query = Query([0, 1, 2, 3])
    item = int(recommend(model, query, 1)[0].items[0])
    found = counterfactual(model, query, item, k=1)
    assert found.found
    assert (
        ranks(
            mask_seen(model.score([query.without(found.positions)]), Queries.of(query)),
            np.array([item]),
        )[0]
        > 1
    )
    assert found.minimal == (len(found.positions) == 1)


def test_removal_is_measured_and_what_was_removed_is_not_offered():
    model = Known(np.ones((5, 5)) + np.eye(5) * 7)
    query = Query([0, 1])
    removed = remove_and_rescore(model, query, 4, [0], k=5)
    assert 0 not in removed.after.items
    assert 1 not in removed.after.items
    assert (removed.score_before, removed.score_after) == (2.0, 1.0)


def test_exact_reasons_are_the_planted_weights():
    world = planted()
    model = Known(world.weights, decay=world.decay)
    for person in range(0, 500, 25):
        query = world.data.histories[person]
        for item in range(0, 40, 7):
            found = exact(model, query, item)
            expected = (
                world.decay ** query.events_ago.astype(float) * world.weights[query.items, item]
            )
            expected[expected.__abs__() < 1e-4 * np.abs(world.weights[query.items, item])] = (
                0  # faded
            )
            np.testing.assert_allclose(weights_in_order(found), expected, atol=1e-5)
            assert abs(found.gap) <= 1e-5 * max(1, abs(found.score))


def test_exact_takes_the_served_score_and_refuses_another():
    world = planted()
    model, query = Known(world.weights, decay=world.decay), world.data.histories[0]
    served = float(model.score([query])[0, 3])
    assert api.explain(model, query, 3, score=served) == api.explain(model, query, 3)
    with pytest.raises(ArgumentError, match="must add up to its score"):
        api.explain(model, query, 3, score=served + 1)


def test_exact_refuses_a_model_that_is_not_additive():
    with pytest.raises(
        ArgumentError, match="need an additive model; got Crossed. Fix: use the method deletion"
    ):
        exact(Crossed(), Query([0]), 1)


@given(seed=st.integers(0, 500))
@settings(max_examples=20, deadline=None)
def test_deletion_equals_exact_where_both_exist(seed):
    rng = np.random.default_rng(seed)
    model = Known(rng.normal(size=(12, 12)), rng.normal(size=12))
    query = Query(rng.integers(0, 12, 6))
    np.testing.assert_allclose(
        weights_in_order(deletion(model, query, 3)),
        weights_in_order(exact(model, query, 3)),
        atol=1e-5,
    )


def test_deletion_says_what_pairs_leave_unsaid():
    model, query = Crossed(), Query([0, 1, 2])
    found = deletion(model, query, 5)
    pairs = sum(model.double[a, b, 5] for a, b in itertools.combinations([0, 1, 2], 2))
    # Each pair is lost with either of its events: leave-one-out counts it twice.
    assert found.gap == pytest.approx(-pairs, abs=1e-5)
    assert not found.additive and found.explained_share == 0


def test_deletion_on_the_margin_compares_with_the_next_items():
    model, query = Known(np.tile(np.arange(1.0, 8.0), (7, 1))), Query([0, 1])
    found = deletion(model, query, 6, margin=True, rivals=2)
    assert found.score == pytest.approx(14.0) and found.base == 0.0
    assert [r.weight for r in found.reasons] == pytest.approx([7 - (6 + 5) / 2] * 2)
    assert "margin" in found.method


@pytest.fixture(scope="module")
def als():
    data = random_data()
    return registry.model("als", embedding_size=6, regularization=0.5).fit(data), data


def test_als_removal_is_exact(als):
    model, data = als
    for person in range(0, 60, 7):
        query = data.histories[person]
        if len(query):
            np.testing.assert_allclose(
                weights_in_order(leave_one_out(model, query, 4)),
                weights_in_order(deletion(model, query, 4)),
                atol=2e-6,
            )


def test_als_parts_add_up_but_are_not_removal(als):
    model, data = als
    query = data.history("u3")
    parts, removal = decomposition(model, query, 4), leave_one_out(model, query, 4)
    assert parts.additive and abs(parts.gap) < 1e-5
    assert np.abs(weights_in_order(parts) - weights_in_order(removal)).max() > 0.01
    assert "not the effect of removal" in parts.method


def test_als_with_a_repeated_item(als):
    model = als[0]
    query = Query([2, 5, 2])
    removal = weights_in_order(leave_one_out(model, query, 4))
    np.testing.assert_allclose(removal, weights_in_order(deletion(model, query, 4)), atol=2e-6)
    assert removal[0] == removal[2] == 0
    assert abs(decomposition(model, query, 4).gap) < 1e-5


def test_als_explainers_refuse_other_models():
    with pytest.raises(ArgumentError, match="solved by least squares, like als; got Known"):
        decomposition(Known(np.eye(3)), Query([0]), 1)


@pytest.mark.parametrize("name", list(registry.names("models")))
def test_auto_picks_what_the_model_can_do(name):
    data = listed(random_data()) if name.startswith("private") else random_data()
    config = {"embedding_size": 4} if name in ("svd", "als", "bpr") else {}
    config |= {"text": None, "width": 8, "epochs": 1} if name == "sequence" else {}
    config |= (
        {"text": None, "label_dims": 4, "width": 8, "steps": 2, "rate": 1.0}
        if name == "private-sequence"
        else {}
    )
    config |= {"model": "ease", "shards": 2} if name == "sharded" else {}
    model = registry.model(name, **config).fit(data)
    found = api.explain(model, data.history("u2"), 3)
    removal = "deletion (leave-one-out)"
    expected = {
        "als": "als leave-one-out (exact removal; does not add up)",
        "bpr": removal,
        "rating": removal,
        "sequence": removal,
        "private-sequence": removal,
        "sharded": removal,
        "compact": removal,
        "tree": "features",
        "rules": "features",
        "ebm": "features",
        "graph": "paths",
    }
    assert found.method == expected.get(name, "exact")
    empty = api.explain(model, Query([]), 3)
    assert not [reason for reason in empty.reasons if reason.kind == "event"]


def test_features_need_a_model_that_can_say_them():
    with pytest.raises(
        ArgumentError, match="need an interpretable model; got Known. Fix: use the method auto"
    ):
        api.explain(Known(np.eye(3)), Query([0]), 1, "features")


def test_events_of_an_interpretable_model_are_measured_by_removal():
    model = registry.model("rules", candidates=10, negatives=5, trees=5).fit(random_data())
    assert api.explain(model, Query([0, 1]), 3, "events").method == "deletion (leave-one-out)"
