"""The fused model: sums, the promise of the dial, what is chosen on validation people, and what is kept."""

from __future__ import annotations

import functools

import numpy as np
import pytest

pytest.importorskip("torch")

from tests.models.test_sequence import SMALL as SEQUENCE, planted
from tests.toys import random_data
from whyrec import api, registry, storage
from whyrec.core import ArgumentError, NotFitted, Query, mask_seen, top_k
from whyrec.core.cases import EvaluationCases, ndcg_of_scores
from whyrec.data.split import next_item
from whyrec.models.fused import SHARES, Fused, curve, standard

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
            assert why.explained_share >= dial - 1e-6
            assert why.base == pytest.approx(glass.base_[item], abs=1e-6)
            np.testing.assert_allclose(
                sorted(r.weight for r in why.reasons),
                np.sort(glass.contributions(query, item).weights),
            )
            if dial == 1:
                assert why.rest == 0


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
        assert (p.explained.values >= p.dial - 1e-6).all()
    assert points[0].explained.mean == 1.0
    assert max(p.accuracy.mean for p in points) > points[0].accuracy.mean + 0.05
    assert points[-1].explained.mean < points[0].explained.mean


def test_the_shares_of_the_curve_are_the_best_on_validation_people_and_know_nothing_of_the_test():
    """Which share is best may turn on rounding, where the large model's scores do; that none is better may not."""
    split, glass, large = parts()
    model = fused(0.0)
    points = curve(model, split.valid, split.test)[0][:8]
    queries = split.valid.queries
    one, two, named = (
        glass.score(queries),
        standard(large.score(queries)),
        glass.magnitudes(queries),
    )

    def quality(share, dial):
        rest = np.float32(share / model.slope_) * (
            two - np.float32(model.slope_) * one - np.float32(model.level_)
        )
        bound = named * np.float32((1 - dial) / dial) if dial else np.inf
        return ndcg_of_scores(
            mask_seen(one + np.clip(rest, -bound, bound), queries), split.valid, 10
        ).mean()

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
        match="glass must be an additive model that tells the size of its parts; got ALS",
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
    readable = registry.model("rules", people=200, candidates=50).fit(
        split.train, valid=split.valid
    )
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
    named = [reason for reason in why.reasons if reason.kind == "rule"]
    assert named
    assert all(model.phrase(reason, query, item)[0] for reason in named)
    assert sum(r.weight for r in why.reasons) + why.base + why.rest == pytest.approx(
        why.score, abs=1e-4
    )
