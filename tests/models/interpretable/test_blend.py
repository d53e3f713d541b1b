"""The fused model: sums, the promise of the dial, what is chosen on validation people, and what is kept."""

from __future__ import annotations

import functools

import numpy as np
import pytest

pytest.importorskip("torch")

from tests.models.test_sequence import SMALL as SEQUENCE, planted
from tests.toys import random_data
from whyrec import api, registry, storage
from whyrec.core import ArgumentError, NotFitted, Queries, Query, mask_seen, top_k
from whyrec.core.cases import EvaluationCases, ndcg_of_scores
from whyrec.core.explained import explained_shares
from whyrec.data.split import next_item
from whyrec.explain.counterfactual import listing_of
from whyrec.explain.tested import explain_list
from whyrec.models.fused import SHARES, Fused, standard
from whyrec.models.fused_curve import curve

GLASS = {"model": "additive", "components": ["ease", "transitions"]}
LARGE = {"model": "sequence"} | SEQUENCE | {"epochs": 15}


@functools.cache
def parts():
    """Two fitted models and their split: co-occurrence by the same people alone, and a transformer that sees order."""
    split = next_item(planted(noise=0.2))
    glass = registry.model("additive", components=("ease",)).fit(split.train, valid=split.valid)
    large = registry.model("sequence", **{k: v for k, v in LARGE.items() if k != "model"}).fit(
        split.train, valid=split.valid
    )
    return split, glass, large


def fused(dial):
    split, glass, large = parts()
    return registry.model("fused", explained_share_min=dial).of(glass, large, split.valid)


@pytest.mark.parametrize("dial", [0.0, 0.3, 0.6, 0.9, 1.0])
def test_every_explanation_adds_up_and_keeps_the_promise_of_the_dial(dial):
    model, (split, glass, _) = fused(dial), parts()
    for query in split.test.queries[:10]:
        for item in range(0, 20, 3):
            why = api.explain(model, query, item)
            assert why.additive
            assert why.explained_share >= dial
            kept = (
                1 - model.share_
            )  # what the large model takes from the glass box, it takes from the reasons
            assert why.base == pytest.approx(kept * glass.base_[item], abs=1e-6)
            np.testing.assert_allclose(
                sorted(r.weight for r in why.reasons),
                np.sort(kept * glass.contributions(query, item).weights),
            )
            if dial == 1:
                assert why.rest == 0


def by_hand(query, glass, rest, items):
    """Explained shares from the two parts of all scores, written anew: a sorted list and its middle."""
    unseen = [i for i in range(len(glass)) if i not in query.items]
    first = sorted(unseen, key=lambda i: (-glass[i], i))[:100]
    half = (len(first) - 1) // 2
    own, other = (sorted(part[i] for i in first)[half] for part in (glass, rest))
    found = []
    for i in items:
        lead = float(glass[i]) - float(own)
        whole = lead + float(rest[i]) - float(other)
        far = max(abs(lead), abs(whole))
        found.append(max(0.0, lead * whole) / far**2 if far else 1.0)
    return found


@pytest.mark.parametrize("dial", [0.0, 0.15, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("share", [0.3, 0.9, None])
def test_every_item_of_every_list_keeps_the_promise_of_the_dial(dial, share):
    model, (split, glass, _) = fused(dial), parts()
    model.share_ = model.share_ if share is None else share
    queries = split.test.queries
    items = top_k(mask_seen(model.score(queries), queries), 10)[0]
    shares = explained_shares(model, queries, items)
    assert shares.min() >= dial and shares.max() <= 1
    for row, query in enumerate(queries[:20]):
        kept = np.float32(1 - model.share_) * glass.score([query])[0]
        rest = model.score([query])[0] - kept
        np.testing.assert_allclose(by_hand(query, kept, rest, items[row]), shares[row], atol=1e-4)
    for row in (0, 7):
        listing = listing_of(model, queries[row], 10)
        found = [why.explained_share for why in explain_list(listing, listing.best())]
        assert min(found) >= dial
        np.testing.assert_allclose(found, shares[row], atol=1e-4)


def test_a_black_box_explains_nothing_and_a_sum_everything():
    split, glass, large = parts()
    model, queries = fused(0.0), split.test.queries
    for share, wanted in ((0.0, 1.0), (1.0, 0.0)):
        model.share_ = share
        items = top_k(mask_seen(model.score(queries), queries), 10)[0]
        assert (explained_shares(model, queries, items) == wanted).all()
        assert api.explain(model, queries[0], int(items[0, 0])).explained_share == wanted
    assert (explained_shares(glass, queries[:3], items[:3]) == 1).all()
    assert (explained_shares(large, queries[:3], items[:3]) == 0).all()
    why = api.explain(large, queries[0], int(items[0, 0]), "shapley")
    assert (
        why.additive and why.explained_share == 0
    )  # values that add up make no sum of a black box


@pytest.mark.parametrize("constant", [0.05, 0.5, 5.0])
def test_a_constant_on_all_weights_moves_no_share_and_no_list(constant):
    split, _, large = parts()
    glass = registry.model("ease", ridge=20.0).fit(split.train)
    glass.weights_ = (np.round(glass.weights_ * 2**12) / 2**12).astype(
        np.float32
    )  # sums stay exact
    model = registry.model("fused", explained_share_min=0.3).of(glass, large, split.valid)
    model.share_, queries = 0.5, split.test.queries
    items = top_k(mask_seen(model.score(queries), queries), 10)[0]
    before = explained_shares(model, queries, items)
    glass.weights_ = glass.weights_ + np.float32(round(constant * 2**12) / 2**12)
    np.testing.assert_array_equal(top_k(mask_seen(model.score(queries), queries), 10)[0], items)
    assert np.abs(explained_shares(model, queries, items) - before).max() < 1e-6
    assert before.min() < 0.9


class Clock:
    """A large model that reads all that a query holds, also what stays the same from event to event."""

    def __init__(self, n):
        self.n = n

    def score(self, queries):
        return np.array(
            [
                np.sin(
                    (np.arange(self.n) + 1.0)
                    * (1 + q.now + 7 * (q.user or 0) + 3 * len(q.avoided) + 5 * q.repeat)
                    + q.values.sum()
                )
                for q in Queries.of(queries)
            ],
            np.float32,
        )


def test_an_explanation_is_of_the_query_that_was_asked():
    """The scores of the last query are kept; whatever differs in the next one is another query."""
    data = random_data()
    model = Fused().of(registry.model("ease").fit(data), Clock(data.n_items), None)
    model.share_ = 0.5
    others = [{"now": 5}, {"user": 2}, {"values": [1, 2, 9]}, {"avoided": [4, 5]}, {"repeat": True}]
    for more in [one for other in others for one in ({}, other)]:
        query = Query([1, 2, 3], **more)
        base, weights, rest = model.contributions(query, 7)
        assert base + weights.sum() + rest == pytest.approx(model.score([query])[0, 7], abs=1e-5)
    before = model.contributions(query, 7)
    model.share_ = 0.6
    assert model.contributions(query, 7).rest != before.rest


def test_the_rest_is_taken_where_it_helps_and_left_where_it_does_not():
    split, glass, large = parts()
    assert fused(0.0).share_ >= 0.4  # the large model sees order, this glass box does not
    assert registry.model("fused").of(glass, glass, split.valid).share_ in (
        0.0,
        1.0,
    )  # it is the glass box either way
    alone = registry.model("fused").of(
        large_as_glass(split), registry.model("popular").fit(split.train), split.valid
    )
    assert alone.share_ == 0.0


def large_as_glass(split):
    return registry.model("cooccurrence").fit(split.train)


def test_shares_of_none_and_all_order_as_the_models_do():
    split, glass, large = parts()
    model, queries = fused(0.0), split.test.queries
    model.share_ = 0.0
    np.testing.assert_array_equal(model.score(queries), glass.score(queries))
    model.share_ = 1.0
    ours, theirs = (
        top_k(mask_seen(scores, queries), 5)[0]
        for scores in (model.score(queries), large.score(queries))
    )
    assert (ours == theirs).mean() > 0.99  # equal up to rounding of ties


def test_the_curve_is_measured_at_every_setting():
    split, glass, large = parts()
    points, alone = curve(fused(0.0), split.valid, split.test)
    assert alone.values == pytest.approx(
        ndcg_of_scores(
            mask_seen(large.score(split.test.queries), split.test.queries), split.test, 10
        )
    )
    assert [p.dial for p in points[:8]] == [1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.0]
    assert {p.dial for p in points[8:]} == {0.0}
    free = [
        p.share for p in points[7:]
    ]  # the best on validation people, then others, up to the large model's own order
    assert max(free) == 1.0 and {0.6, 0.8} <= set(free) and len(set(free)) == len(free)
    for p in points:
        assert len(p.accuracy.values) == len(p.explained.values) == len(split.test)
        assert (p.explained.values >= p.dial).all() and p.shares.min() >= p.dial
        assert len(p.shares) == 10 * len(split.test)
        assert p.explained.values == pytest.approx(p.shares.reshape(-1, 10).mean(1))
    assert points[0].explained.mean == 1.0
    assert (
        points[-1].share == 1.0 and points[-1].explained.mean == 0.0
    )  # ordered by the large model
    for p in (points[3], points[-2]):
        model = fused(p.dial)
        model.share_ = p.share
        query = split.test.queries[5]
        kept = np.float32(1 - p.share) * glass.score([query])[0]
        scores = model.score([query])
        items = top_k(mask_seen(scores, split.test.queries[[5]]), 10)[0][0]
        wanted = by_hand(query, kept, scores[0] - kept, items)
        np.testing.assert_allclose(p.shares[50:60], wanted, atol=1e-4)
    assert max(p.accuracy.mean for p in points) > points[0].accuracy.mean + 0.05
    assert points[-1].explained.mean < points[0].explained.mean


def test_the_shares_of_the_curve_are_the_best_on_validation_people_and_know_nothing_of_the_test():
    """Which share is best may turn on rounding, where the large model's scores do; that none is better may not."""
    split, glass, large = parts()
    model = fused(0.0)
    points = curve(model, split.valid, split.test)[0][:8]
    queries = split.valid.queries
    one, two = glass.score(queries), standard(large.score(queries))

    def middle(part, kept):
        """Of each row: the middle one of the items that the reasons rank first."""
        first = top_k(mask_seen(kept, queries), 100)[0]
        unseen = np.isfinite(np.take_along_axis(mask_seen(kept, queries), first, 1))
        rows = zip(np.take_along_axis(part, first, 1), unseen, strict=True)
        return np.array([[sorted(row[real])[(real.sum() - 1) // 2]] for row, real in rows])

    def quality(share, dial):
        kept = np.float32(1 - share) * one
        rest = np.float32(share / model.slope_) * two
        rest = rest - middle(rest, kept)
        size = np.abs(kept - middle(kept, kept)) * (1 - 1e-6)
        along = size * (1 - dial) / dial if dial else np.full_like(size, np.inf)
        against = size * (1 - dial) if dial else along
        up = kept >= middle(kept, kept)
        rest = np.clip(rest, -np.where(up, against, along), np.where(up, along, against))
        return ndcg_of_scores(mask_seen(kept + rest, queries), split.valid, 10).mean()

    for p in points:
        found = {share: quality(share, p.dial) for share in SHARES}
        # The large model is asked twice, and its sums may round by where arrays lie: one person's tie may end otherwise.
        assert found[p.share] >= max(found.values()) - 0.1 / len(split.valid), (p.dial, found)
        assert p.dial == 1 or found[p.share] > min(found.values())
    order = np.random.default_rng(0).permutation(len(split.test))
    shuffled = EvaluationCases(split.test.queries, split.test.indptr, split.test.items[order])
    again = curve(model, split.valid, shuffled)[0]
    assert [p.share for p in again[:8]] == [p.share for p in points]
    assert again[7].accuracy.mean < points[7].accuracy.mean - 0.1  # it was another test


def test_it_is_kept_with_both_its_models(tmp_path):
    data = random_data()
    model = registry.model(
        "fused", glass=GLASS, large=LARGE | {"epochs": 1}, explained_share_min=0.5
    ).fit(data)
    storage.save(tmp_path / "m", model, data, name="fused")
    again = storage.open_fitted(tmp_path / "m").model
    np.testing.assert_array_equal(model.score(data.histories), again.score(data.histories))
    assert again.share_ == model.share_


def test_models_with_other_settings_than_named_are_kept_as_they_are(tmp_path):
    split, glass, large = parts()
    model = fused(0.5)  # glass and large were fitted with settings of their own
    storage.save(tmp_path / "m", model, split.train, name="fused")
    again = storage.open_fitted(tmp_path / "m").model
    np.testing.assert_array_equal(model.score(split.test.queries), again.score(split.test.queries))
    assert again.large_.width == large.width


def test_models_that_are_handed_over_are_not_changed():
    data, glass = random_data(), registry.model("cooccurrence")
    model = Fused(glass=glass, large=registry.model("popular")).fit(data)
    assert not hasattr(glass, "weights_")
    assert np.isfinite(model.score([Query([])])).all()


def test_scores_in_standard_deviations():
    scores = standard(np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]], np.float32))
    np.testing.assert_allclose(scores, [[-1.2247, 0, 1.2247], [0, 0, 0]], atol=1e-3)


def test_bad_settings():
    data = random_data()
    with pytest.raises(
        ArgumentError, match="explained_share_min of fused must be from 0 to 1; got 1.5"
    ):
        registry.model("fused", explained_share_min=1.5).fit(data)
    with pytest.raises(
        ArgumentError,
        match="glass must be an additive model; got ALS",
    ):
        registry.model("fused", glass="als", large="popular").fit(data)
    with pytest.raises(ArgumentError, match="needs the catalogue and the key model"):
        registry.model("fused", glass={"ridge": 5.0}, large="popular").fit(data)
    with pytest.raises(NotFitted):
        registry.model("fused").score([Query([0])])


def test_removal_is_executed_on_the_whole_model():
    from whyrec.explain.counterfactual import counterfactual

    split, _, _ = parts()
    model, query = fused(0.0), split.test.queries[0]
    item = int(top_k(mask_seen(model.score([query]), split.test.queries[[0]]), 1)[0][0, 0])
    found = counterfactual(model, query, item, k=1)
    assert found.found
    assert item not in found.after.items[:1]
    less = query.without(list(found.positions))
    scores = mask_seen(model.score([less]), split.test.queries[[0]])
    assert int(scores[0].argmax()) != item


def test_features_are_reasons_beside_the_events(tmp_path):
    data = api.load("films")
    data = data.select(data.user < 300)
    split = next_item(data)
    glass = registry.model("popular").fit(split.train)
    readable = registry.model("rules", people=200, candidates=50).fit(split.train)
    model = registry.model("fused", explained_share_min=0.4).of(
        glass, glass, split.valid, readable=readable
    )
    assert model.weight_ > 0  # popularity alone can be beaten
    query = split.test.queries[3]
    item = int(top_k(mask_seen(model.score([query]), split.test.queries[[3]]), 1)[0][0, 0])
    why = api.explain(model, query, item)
    assert why.method == "exact with features"
    assert {reason.kind for reason in why.reasons} > {"event"}
    assert why.explained_share >= 0.4
    queries = split.test.queries[:40]
    items = top_k(mask_seen(model.score(queries), queries), 10)[0]
    assert explained_shares(model, queries, items).min() >= 0.4  # features are exact reasons too
    listing = listing_of(model, query, 10)
    assert min(one.explained_share for one in explain_list(listing, listing.best())) >= 0.4
    named = [reason for reason in why.reasons if reason.kind == "rule"]
    assert named
    assert all(model.phrase(reason, query, item)[0] for reason in named)
    assert sum(r.weight for r in why.reasons) + why.base + why.rest == pytest.approx(
        why.score, abs=1e-4
    )
