"""Explainers against values known without them: enumeration, planted pairs, sums, and what removal does."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from tests.toys import random_data, titled_data
from whyrec import api, registry
from whyrec.core import ArgumentError, Explanation, Query, Reason, model_from_function
from whyrec.explain.attention import attention_rollout
from whyrec.explain.deletion import bidirectional_removal, deletion, greedy_removal
from whyrec.explain.examples import examples
from whyrec.explain.games import Game
from whyrec.explain.gradient import gradient_input, integrated_gradients, token_gradients
from whyrec.explain.learned import Learned, learned
from whyrec.explain.lime import lime
from whyrec.explain.sets import (
    anchor,
    contrast,
    counterfactual_additions,
    counterfactual_set,
    with_event,
)
from whyrec.explain.shapley import enumerated, sampled, shapley


def pair_model(n=14, items=20, seed=0):
    """Scores with main effects, pairs and one triple of events; item by item."""
    rng = np.random.default_rng(seed)
    single, double = rng.normal(size=(n, items)), rng.normal(size=(n, n, items)) * 0.5

    def score(histories):
        out = np.zeros((len(histories), items))
        for row, h in enumerate(histories):
            out[row] = single[h].sum(0) + sum(
                double[a, b] for a, b in itertools.combinations(sorted(h), 2)
            )
            out[row] += 3.0 * ({0, 1, 2} <= set(h))
        return out

    return model_from_function(score), single, double


def true_shapley(single, double, n, item):
    values = single[:n, item].copy()
    for a, b in itertools.combinations(range(n), 2):
        values[[a, b]] += double[a, b, item] / 2
    values[:3] += 1.0  # a triple of 3.0 is shared by its three events
    return values


def test_enumeration_gives_the_shapley_values_of_pairs_and_a_triple():
    model, single, double = pair_model()
    found = shapley(model, Query(range(9)), 17)
    wanted = true_shapley(single, double, 9, 17)
    assert {r.refs[0]: r.weight for r in found.reasons} == pytest.approx(
        dict(enumerate(wanted)), abs=1e-5
    )
    assert found.additive and abs(found.gap) < 1e-5 and found.intervals == ()


def test_sampling_is_near_and_its_intervals_hold():
    model, single, double = pair_model(16)
    inside, errors = [], []
    for item in (16, 17, 18, 19):
        wanted = true_shapley(single, double, 14, item)
        found = shapley(model, Query(range(14)), item, budget=20 * 14)
        values = np.array(
            [next(r.weight for r in found.reasons if r.refs == (p,)) for p in range(14)]
        )
        errors.append(np.linalg.norm(values - wanted) / np.linalg.norm(wanted))
        inside += [
            low <= wanted[r.refs[0]] <= high
            for r, (low, high) in zip(found.reasons, found.intervals, strict=True)
        ]
        assert found.additive and abs(found.gap) < 1e-4 and "280 subsets" in found.method
    assert np.mean(errors) < 0.1 and np.mean(inside) > 0.85


def test_sampling_all_pairs_is_exact_and_a_small_budget_is_refused():
    rng = np.random.default_rng(0)
    table = rng.normal(size=2**6)
    game = lambda keep: table[np.asarray(keep, int) @ (1 << np.arange(6))]  # noqa: E731
    exact = enumerated(game, 6).values
    assert sampled(game, 6, 2**6).values == pytest.approx(exact, abs=1e-6)
    assert sampled(game, 6, 2**6).half.max() < 1e-3
    with pytest.raises(ArgumentError, match="a budget of 2 an event"):
        sampled(game, 6, 5)


def test_shapley_of_an_additive_model_is_its_weights():
    model = registry.model("ease").fit(random_data())
    found = api.explain(model, Query(range(20)), 22, "shapley")
    exact = api.explain(model, Query(range(20)), 22, "exact")
    assert [r.weight for r in found.reasons] == [
        r.weight for r in exact.reasons
    ] and "closed form" in found.method


def test_lime_finds_the_weights_of_a_line_and_deletion_what_each_holds():
    model = registry.model("ease").fit(random_data())
    query = Query([3, 8, 1, 12, 5])
    exact = {r.refs[0]: r.weight for r in api.explain(model, query, 20, "exact").reasons}
    line = lime(model, query, 20, budget=400)
    found = {r.refs[0]: r.weight for r in line.reasons}
    assert np.corrcoef([exact[p] for p in range(5)], [found[p] for p in range(5)])[0, 1] > 0.99
    assert all(low <= high for low, high in line.intervals)
    assert {r.refs[0]: r.weight for r in deletion(model, query, 20).reasons} == pytest.approx(
        exact, abs=1e-5
    )


def test_removal_takes_the_pair_that_hides_behind_its_like():
    # Events 0 and 1 each hold the item alone; leave-one-out sees neither, event 2 a little.
    def score(histories):
        return [
            [9.0, 9.0, 9.0, 0.0, 5.0 * bool({0, 1} & set(map(int, h))) + 1.0 * (2 in h)]
            for h in histories
        ]

    model, query = model_from_function(score), Query([0, 1, 2])
    assert deletion(model, query, 4).reasons[0].refs == (2,)
    found = greedy_removal(model, query, 4)
    assert sum(r.weight for r in found.reasons) == pytest.approx(6.0) and "lead" in found.method
    assert {r.refs[0] for r in found.reasons[-2:]} == {0, 1} and found.reasons[
        -1
    ].weight == pytest.approx(5.0)


def test_two_sided_prefers_of_two_equal_losses_the_event_that_holds_the_item_alone():
    """Once 0 is gone, 1 and 2 are each missed alike; 1 holds the item with 0 alone, 2 only together with 3."""

    def score(histories):
        return [
            [9.0] * 4 + [4.0, 5.0 * (0 in h) + 2.0 * (1 in h) + 2.0 * (2 in h and 3 in h)]
            for h in histories
        ]

    model, query = model_from_function(score), Query([3, 2, 1, 0])
    orders = {}
    for method in (greedy_removal, bidirectional_removal):
        found = method(model, query, 5)
        orders[method] = [int(query.items[r.refs[0]]) for r in found.reasons]
        assert sorted(r.refs[0] for r in found.reasons) == [0, 1, 2, 3]
        assert sum(r.weight for r in found.reasons) == pytest.approx(
            9.0
        )  # along either order the whole lead goes
    assert orders[bidirectional_removal][:2] == [0, 1] and orders[greedy_removal][0] == 0
    assert "bidirectional removal" in bidirectional_removal(model, query, 5).method


@pytest.fixture(scope="module")
def sequence():
    data = titled_data()
    model = registry.model(
        "sequence", text="minilm", text_dims=8, width=16, blocks=2, heads=2, length=20, epochs=3
    )
    return model.fit(data), data


def test_powers_of_the_sequence_model(sequence):
    model, data = sequence
    query = data.histories[3]
    torch = pytest.importorskip("torch")
    wanted = model.score([query])[0]
    one = model.score_embedded(model.embed(query), query).detach().numpy()
    assert one == pytest.approx(wanted, abs=1e-4)
    both = (
        model.score_embedded(torch.stack([model.embed(query)] * 2), query, torch.tensor([4, 7]))
        .detach()
        .numpy()
    )
    assert both == pytest.approx(np.tile(wanted[[4, 7]], (2, 1)), abs=1e-4)
    assert model.score_items([query], np.array([[4, 7]]))[0] == pytest.approx(
        wanted[[4, 7]], abs=1e-4
    )
    maps = model.attention(query)
    assert maps.shape == (2, 2, len(query), len(query)) and maps.sum(-1) == pytest.approx(
        np.ones(maps.shape[:3]), abs=1e-5
    )
    assert np.triu(maps, 1).max() == 0  # nothing looks ahead
    words, embedded = model.tokens(text := model.text_of(data, 5))
    assert float(model.score_tokens(embedded, text, query, 5).detach()) == pytest.approx(
        wanted[5], abs=1e-3
    )
    assert words[0] == "[CLS]" and len(words) == len(embedded)


def test_integrated_gradients_add_up_on_events_and_tokens(sequence):
    model, data = sequence
    query = data.histories[3]
    found = integrated_gradients(model, query, 5, steps=32)
    assert abs(found.gap) < 1e-3 * max(1.0, abs(found.score - found.base))
    assert abs(gradient_input(model, query, 5).gap) > abs(found.gap)
    margin = integrated_gradients(model, query, 5, steps=32, margin=True)
    assert "margin" in margin.method and margin.reasons != found.reasons
    tokens = token_gradients(model, query, 5, data=data, steps=16)
    assert {r.kind for r in tokens.reasons} == {"token"} and abs(tokens.gap) < 0.05 * max(
        0.1, abs(tokens.score - tokens.base)
    )
    marks = [r.weight for r in tokens.reasons if r.refs[0] == 0]
    assert marks == [0.0]  # the text's own first mark is the same in padding


def test_attention_is_labelled(sequence):
    model, data = sequence
    query = data.histories[3]
    found = attention_rollout(model, query, 5)
    assert (
        sum(r.weight for r in found.reasons) == pytest.approx(1.0) and "not cause" in found.method
    )
    long = Query(list(range(24)) * 2)
    assert (
        sum(r.weight > 0 for r in attention_rollout(model, long, 5).reasons) == 20
    )  # it reads the latest 20


def test_what_a_model_cannot_give_is_told():
    model, data = registry.model("ease").fit(random_data()), random_data()
    for method, text in (
        ("integrated-gradients", "event embeddings"),
        ("attention", "a model with attention"),
        ("tokens", "reads item texts"),
        ("learned", "whyrec learn"),
    ):
        with pytest.raises(ArgumentError, match=text):
            api.explain(model, Query([1, 2]), 5, method, data=data)
    with pytest.raises(ArgumentError, match="needs the data"):
        api.explain(model, Query([1, 2]), 5, "examples")
    assert "attention" not in api.methods_for(model) and "exact" in api.methods_for(model)


def test_a_counterfactual_set_really_takes_it_away():
    model = registry.model("ease").fit(random_data())
    query = Query([3, 8, 1, 12])
    item = int(api.recommend(model, query, 1)[0].items[0])
    found = counterfactual_set(model, query, item, k=1)
    assert len(found.reasons) == 1 and item not in found.after.items[:1]
    after = model.score([query.without(found.reasons[0].refs)])[0, item]
    assert found.reasons[0].weight == pytest.approx(found.score - after, abs=1e-6)


def test_additions_are_measured():
    def score(histories):
        return [[0.0, 0.0, 2.0, 1.0 + 3.0 * (1 in h), 0.5, 0.5] for h in histories]

    found = counterfactual_additions(model_from_function(score), Query([0]), 3)
    assert found.reasons[0].kind == "addition" and found.reasons[0].refs == (1,)
    assert found.reasons[0].weight == pytest.approx(3.0) and len(found.reasons) == 1
    grown = with_event(Query([5, 6], [1, 1], [10, 20], 30), 7)
    assert grown.events_ago.tolist() == [2, 1, 0] and grown.times.tolist() == [10, 20, 30]


def test_a_contrast_says_what_one_item_has_beyond_another():
    model = registry.model("ease").fit(random_data())
    query = Query([3, 8, 1])
    found = contrast(model, query, 20, against=21)
    one, two = (model.contributions(query, i).weights for i in (20, 21))
    assert {r.refs[0]: r.weight for r in found.reasons} == pytest.approx(dict(enumerate(one - two)))
    assert found.against == 21 and found.additive
    by_scoring, _, _ = pair_model()
    found = contrast(by_scoring, query, 15)
    assert found.against is not None and "deletion" in found.method
    with pytest.raises(ArgumentError, match="item to compare with"):
        contrast(model, query, 20, against=99)


def test_a_local_rule_names_what_holds_the_item():
    def score(histories):
        return [[0, 0, 0, 0, 1.0, 0.5 + 2.0 * (1 in h)] for h in histories]

    found = anchor(model_from_function(score), Query([0, 1, 2]), 5, k=1)
    assert (
        found.reasons[0].refs == (1,)
        and found.reasons[0].weight == 1.0
        and found.interval[0] > 0.98
    )
    assert (
        anchor(model_from_function(score), Query([0, 2]), 5, k=1).reasons == ()
    )  # it is not first to begin with


def test_examples_never_tell_of_fewer_than_twenty():
    data = random_data(people=120, events=2500)
    model = registry.model("ease").fit(data)
    query = data.histories[0]
    item = int(np.bincount(data.item).argmax())
    found = examples(model, query, item, data=data)
    group = int(found.method.split("(")[1].split()[0])
    assert group >= 20
    for reason in found.reasons:
        chose = len(set(data.user[data.item == query.items[reason.refs[0]]]))
        assert chose >= 20
    rare = random_data(people=15, events=60)
    assert examples(model, Query([1]), 3, data=rare).reasons == ()
    with pytest.raises(ArgumentError, match="20 people or more"):
        examples(model, query, item, data=data, k=5)


def test_the_learned_explainer_learns_on_training_people_and_helps_on_others(tmp_path):
    data = random_data(people=300, events=4500)
    model = registry.model("ease").fit(data)
    train, test = data.histories[np.arange(240)], data.histories[np.arange(240, 300)]
    made = Learned(dims=8, width=32, epochs=25).fit(model, train, data)
    assert (
        min(row["left"] for row in made.curve_) < 0.7
    )  # of what removal does to held-out people most is told
    found = api.faithful(
        model,
        test,
        (),
        data=data,
        explainers={"learned": lambda m, q, i: learned(m, q, i, explainer=made)},
    )
    assert found.better("learned", "random", "del") and found.rows["learned"].evaluations.mean == 1
    again = Learned.load(made.save(tmp_path / "explainer"))
    assert (
        np.array_equal(again.weights(test[0], 3, [4, 5]), made.weights(test[0], 3, [4, 5]))
        and again.curve_ == made.curve_
    )


def test_a_game_by_columns_is_the_game_by_rows(sequence):
    model, data = sequence
    query = data.histories[3]
    keep = np.random.default_rng(0).random((20, len(query))) < 0.5
    for margin in (False, True):
        game = Game(model, query, 5, margin=margin)
        scores = model.score([query.only(np.flatnonzero(row)) for row in keep]).astype(float)
        wanted = scores[:, 5] - (scores[:, game.others].mean(1) if margin else 0.0)
        assert game(keep) == pytest.approx(wanted, abs=1e-4)
    assert math.isclose(
        game.full,
        float(model.score([query])[0, 5]) - model.score([query])[0, game.others].mean(),
        abs_tol=1e-4,
    )


def test_auto_says_which_and_why():
    data = random_data()
    assert api.choose(registry.model("ease").fit(data))[0] == "exact"
    assert api.choose(registry.model("als", embedding_size=4).fit(data))[0] == "als-leave-one-out"
    method, why = api.choose(pair_model()[0])
    assert method in ("deletion", "greedy-removal") and "no sum" in why
    assert isinstance(api.explain(pair_model()[0], Query([1, 2]), 5), Explanation)
    assert Reason("addition", (3,), 1.0).kind == "addition"
