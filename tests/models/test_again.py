"""Items that come again: what is masked, what counts, and the exact reason of own use."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.toys import returning
from whyrec import api, registry, storage
from whyrec.core import ArgumentError, Queries, Query, mask_seen, rank_of, recommend
from whyrec.core.cases import hits, hold_out_last, ndcg, ranked
from whyrec.data.clean import clean
from whyrec.data.split import split
from whyrec.explain.counterfactual import counterfactual
from whyrec.explain.words import faithful, say

PARTS = ["ease", "transitions"]


@pytest.fixture(scope="module")
def data():
    return returning()


@pytest.fixture(scope="module")
def model(data):
    return registry.model("additive", components=PARTS).fit(data)


def quality(model, cases):
    return ndcg(hits(ranked(model, cases, 10), cases), cases)


def test_the_choice_travels_with_every_query(data):
    query = data.history("u0")
    assert (
        query.repeat
        and query.without([0]).repeat
        and query.only([0]).repeat
        and Queries.of([query])[[0]].repeat
    )
    scores = np.ones((1, data.n_items), np.float32)
    assert np.isfinite(mask_seen(scores, Queries.of(query))).all()
    assert np.isneginf(
        mask_seen(scores, Queries.of(replace(query, repeat=False)))[0, query.items]
    ).all()
    with pytest.raises(ArgumentError, match="must agree whether items may come again; got both"):
        Queries.of([query, replace(query, repeat=False)])


def test_cleaning_keeps_repeats_only_where_items_come_again(data):
    once = clean(replace(data, repeat=False)).data
    again = clean(replace(data, repeat=False), repeat=True)
    assert len(once) < len(again.data) == len(data) and again.data.repeat and not once.repeat
    assert again.steps[0].touched == len(data) - len(once)


@pytest.mark.parametrize("protocol", ["next-item", "temporal", "strong"])
def test_what_was_used_before_is_a_case_like_any_other(data, protocol):
    made = split(data, protocol)
    row = np.repeat(np.arange(len(made.test)), np.diff(made.test.indptr))
    seen = [
        item in made.test.queries[r].items for r, item in zip(row, made.test.items, strict=True)
    ]
    assert np.mean(seen) > 0.5
    assert "seen items may come again" in made.notes and not made.steps
    masked = split(replace(data, repeat=False), protocol)
    assert len(masked.test.items) < len(made.test.items)


def test_own_last_events_are_held_out_for_tuning(data):
    assert len(hold_out_last(data, 1000, 0)[1]) == data.n_users


def test_personal_popular_is_what_was_used_most_then_what_all_choose(data):
    made = registry.model("personal-popular").fit(data)
    counts = np.bincount(data.item)
    [slate] = recommend(made, Query([4, 7, 7], repeat=True), k=4)
    others = np.argsort(-counts, kind="stable")
    assert slate.items.tolist() == [7, 4, *[i for i in others if i not in (4, 7)][:2]]
    last = registry.model("personal-popular", decay=0.5).fit(data)
    assert recommend(last, Query([7, 7, 4], repeat=True), k=2)[0].items.tolist() == [
        4,
        7,
    ]  # 1 against 1/2 + 1/4


def test_own_use_makes_lists_better_where_people_come_back(data):
    made = split(data)
    found = {
        again: quality(
            registry.model("additive", components=PARTS, repeat_term=again).fit(
                made.train, valid=made.valid
            ),
            made.test,
        )
        for again in (True, False)
    }
    gain = found[True] - found[False]
    assert gain.mean() > 2 * gain.std() / np.sqrt(len(gain))


def test_own_use_is_an_exact_part(data, model):
    weight, _ = model.again_
    assert weight > 0
    query = data.history("u3")
    item = int(np.bincount(query.items).argmax())
    parts = model.part_contributions(query, item)
    assert (parts["again"] > 0).tolist() == (query.items == item).tolist()
    base, weights, _ = model.contributions(query, item)
    np.testing.assert_allclose(sum(parts.values()), weights)
    score = model.score([query])[0, item]
    assert base + weights.sum() == pytest.approx(score, abs=1e-5)
    own = np.flatnonzero(query.items == item)
    assert score - model.score([query.without(own)])[0, item] == pytest.approx(
        weights[own].sum(), abs=1e-5
    )


def test_without_repeats_nothing_changes(data):
    plain = replace(data, repeat=False)
    one, two = (
        registry.model("additive", components=PARTS, repeat_term=again).fit(plain)
        for again in (True, False)
    )
    assert one.again_ == []
    np.testing.assert_array_equal(one.score(plain.histories), two.score(plain.histories))


def test_a_saved_model_comes_back_with_its_choice(data, model, tmp_path):
    storage.save(tmp_path / "m", model, data, name="additive")
    fitted = storage.open_fitted(tmp_path / "m")
    assert fitted.data.repeat and fitted.data.history("u1").repeat
    np.testing.assert_array_equal(fitted.model.score(data.histories), model.score(data.histories))


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "You listened to this before ({n}×)."), ("zh", "您以前听过此项（{n}次）。")],
)
def test_the_sentence_counts_the_uses_and_is_read_back(data, model, lang, sentence):
    query = data.history("u3")
    item = int(recommend(model, query, k=1)[0].items[0])
    n = int((query.items == item).sum())
    assert n  # this person's best item is one of their own
    why = api.explain(model, query, item)
    text = say(why, query, data.item_table, lang=lang, domain="music")
    assert text.startswith(sentence.format(n=n))
    assert faithful(text, why, query, data.item_table, lang=lang)
    assert not faithful(text.replace(f"{n}", f"{n + 1}", 1), why, query, data.item_table, lang=lang)


def test_the_counterfactual_takes_own_uses_away(data, model):
    query = data.history("u3")
    item = int(recommend(model, query, k=1)[0].items[0])
    found = counterfactual(model, query, item, k=1)
    assert found.found and rank_of(model, query, item) == found.rank_before == 1 < found.rank_after
    assert set(query.items[list(found.positions)]) == {item}
