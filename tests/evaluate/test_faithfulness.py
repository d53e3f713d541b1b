"""Every metric of the harness against its value worked out by hand on a model of three rows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.toys import random_data
from whyrec import registry
from whyrec.core import ArgumentError, Explanation, Queries, Query, Reason, model_from_function
from whyrec.evaluate.baselines import cosine, jaccard, most_recent
from whyrec.evaluate.curves import curves, order_of, points
from whyrec.evaluate.faithfulness import faithfulness
from whyrec.evaluate.statistics import paired

# Item 9 is explained. Event item 0 gives it 4, item 1 gives 2, item 2 takes 1; items 3 to 8 stand at 5.5, 4.5, 2.5, 1.5, -.5, -2.
GIVES = {0: 4.0, 1: 2.0, 2: -1.0}
RIVALS = [5.5, 4.5, 2.5, 1.5, -0.5, -2.0]


def three(histories):
    return [[50.0, 50.0, 50.0, *RIVALS, sum(GIVES.get(int(i), 0.0) for i in h)] for h in histories]


def rank(score):
    """1 + how many rivals are above; seen items 0, 1, 2 score 50 and must never count."""
    return 1 + sum(r > score for r in RIVALS)


def by_hand(order):
    """The metrics straight from their definitions, for a history of items 0, 1, 2 and these positions in order."""

    def total(kept):
        return sum(GIVES[p] for p in kept)

    # array_split of 3 in ten parts: one each in the first three, then nothing: removed counts 0 1 2 3 3 3 3 3 3 3 3.
    tenths, few = [0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3], [1, 2, 3, 3, 3]
    out = {}
    for end, counts in (("", tenths), (".few", few)):
        gone = [total(order[c:]) for c in counts]
        kept = [total(order[:c]) for c in counts]
        least_gone = [total(order[: len(order) - c]) for c in counts]
        out[f"del{end}"] = sum(gone) / len(gone)
        out[f"ins{end}"] = sum(kept) / len(kept)
        out[f"cdcg{end}"] = sum(1 / math.log2(1 + rank(s)) for s in gone) / len(gone)
        for k in (1, 5, 10, 20, 50, 100):
            out[f"pos@{k}{end}"] = sum(rank(s) <= k for s in gone) / len(gone)
            out[f"neg@{k}{end}"] = sum(rank(s) <= k for s in least_gone) / len(least_gone)
    return out


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_every_metric_is_what_its_definition_gives(order):
    model, query = model_from_function(three), Query([0, 1, 2])
    [found], ranks = curves(model, query, 9, [np.array(order)])
    wanted = by_hand(order)
    for key, value in wanted.items():
        assert found[key] == pytest.approx(value, abs=1e-6), key
    assert ranks[0, 0] == rank(5.0) == 2
    spread = np.std([*RIVALS, 5.0])
    assert found["drop"] == pytest.approx(GIVES[order[0]] / spread)
    assert found["rank"] == rank(5.0 - GIVES[order[0]]) and found["no_longer_first"] == (
        found["rank"] > 1
    )


def test_figures_worked_out_on_paper():
    """Order 0, 1, 2 removed: scores 5, 1, -1, 0, 0...: ranks 2, 5, 6, 5, 5...; so pos@5 is 10 of 11 points."""
    [found], _ = curves(model_from_function(three), Query([0, 1, 2]), 9, [np.array([0, 1, 2])])
    assert found["pos@5"] == pytest.approx(10 / 11) and found["pos@1"] == 0.0
    assert found["del"] == pytest.approx((5 + 1 - 1) / 11)
    assert found["ins"] == pytest.approx((0 + 4 + 6 + 8 * 5) / 11)
    assert found["del.few"] == pytest.approx((1 - 1 + 0 + 0 + 0) / 5)
    assert found["cdcg.few"] == pytest.approx(
        (1 / math.log2(6) + 1 / math.log2(7) + 3 / math.log2(6)) / 5
    )


def test_outputs():
    model, query, order = model_from_function(three), Query([0, 1, 2]), [np.array([0, 1, 2])]
    [soft] = curves(model, query, 9, order, output="softmax")[0]
    scores = np.array([[50, 50, 50, *RIVALS, s] for s in (5, 1, -1, *[0] * 8)])
    assert soft["del"] == pytest.approx(
        (np.exp(scores[:, -1]) / np.exp(scores).sum(1)).mean(), rel=1e-5
    )
    [sig] = curves(model, query, 9, order, output="sigmoid")[0]
    assert sig["del"] == pytest.approx((1 / (1 + np.exp(-scores[:, -1]))).mean())
    with pytest.raises(ArgumentError, match="output must be one of"):
        curves(model, query, 9, order, output="odds")


def test_the_tenths_are_those_of_array_split():
    assert points(25).tolist() == [0, 3, 6, 9, 12, 15, 17, 19, 21, 23, 25]
    assert points(0).tolist() == [0] * 11


def test_orders():
    rng = np.random.default_rng(0)
    assert order_of(np.array([1.0, 3.0, 2.0]), 3, rng).tolist() == [1, 2, 0]
    sets = Explanation(
        9, 0, 0, (Reason("event", (2, 0), 1.0), Reason("event", (1,), -1.0)), 0, "m", False
    )
    order = order_of(sets, 5, rng).tolist()
    assert set(order[:2]) == {0, 2} and set(order[2:4]) == {3, 4} and order[4] == 1
    path = Explanation(
        9,
        0,
        0,
        tuple(Reason("event", (p,), w) for p, w in ((1, 1.0), (0, 2.0), (2, -1.0))),
        0,
        "m",
        False,
    )
    assert order_of(path, 3, rng).tolist() == [1, 0, 2]  # reasons stand in order of importance
    ties = {tuple(order_of(np.zeros(4), 4, rng)) for _ in range(50)}
    assert len(ties) > 10
    with pytest.raises(ArgumentError, match="3 weights"):
        order_of(np.zeros(2), 3, rng)


def test_the_exact_order_of_a_linear_model_beats_all_others():
    data = random_data(people=80, events=1200)
    model = registry.model("ease").fit(data)
    found = faithfulness(
        model,
        data.histories,
        {"exact": lambda m, q, i: m.contributions(q, i).weights},
        data=data,
        seed=1,
    )
    assert list(found.rows) == [
        "random",
        "best of 10 random",
        "most recent",
        "cosine",
        "jaccard",
        "exact",
    ]
    for name in ("random", "most recent", "cosine", "jaccard"):
        assert found.better("exact", name, "del") and found.better("exact", name, "ins"), name
    # The oracle over ten random orders is better than one random order on each metric, with no explanation behind it.
    for metric in ("pos@5", "del", "ins", "neg@1", "cdcg"):
        assert found.better("best of 10 random", "random", metric)
    assert found.rows["best of 10 random"].oracle and not found.rows["exact"].oracle
    a, b = found.rows["exact"].metrics["del"], found.rows["random"].metrics["del"]
    assert len(a.values) == found.cases and found.difference("exact", "random", "del") == paired(
        a, b
    )
    json = found.as_json()
    assert json["rows"][-1]["method"] == "exact" and json["rows"][-1]["evaluations"] == 0


def test_one_call_for_a_model_that_has_only_a_score():
    found = faithfulness(
        model_from_function(three),
        Queries.of([Query([0, 1, 2]), Query([])]),
        {"mine": lambda model, query, item: [GIVES[int(i)] for i in query.items]},
        items=np.array([9, 9]),
    )
    assert (found.cases, found.skipped) == (1, 1)
    for key, value in by_hand([0, 1, 2]).items():
        assert found.rows["mine"].metrics[key].values[0] == pytest.approx(value, abs=1e-6)


def test_what_an_explainer_spends_is_counted():
    def leave_one_out(model, query, item):
        full = model.score([query])[0, item]
        return [full - model.score([query.without([p])])[0, item] for p in range(len(query))]

    found = faithfulness(
        model_from_function(three),
        Queries.of([Query([0, 1, 2])]),
        {"loo": leave_one_out},
        items=np.array([9]),
    )
    assert (
        found.rows["loo"].evaluations.values.tolist() == [4.0]
        and found.rows["loo"].ms.values[0] > 0
    )


def test_baselines_by_hand():
    data = random_data()
    crowd = [set(data.user[data.item == i]) for i in range(data.n_items)]
    query = Query([3, 7, 11])
    both = [len(crowd[i] & crowd[5]) for i in query.items]
    sizes = [len(crowd[i]) for i in query.items]
    assert cosine(data)(None, query, 5) == pytest.approx(
        [b / math.sqrt(s * len(crowd[5])) for b, s in zip(both, sizes, strict=True)]
    )
    assert jaccard(data)(None, query, 5) == pytest.approx(
        [b / (s + len(crowd[5]) - b) for b, s in zip(both, sizes, strict=True)]
    )
    assert np.argmax(most_recent(None, query, 5)) == 2
    assert cosine(data)(None, Query([]), 5).shape == (0,)


def test_what_cannot_be_graded_is_told():
    with pytest.raises(ArgumentError, match="an event or more"):
        faithfulness(model_from_function(three), Queries.of([Query([])]), {})
    with pytest.raises(ArgumentError, match="another name"):
        faithfulness(
            model_from_function(three), Queries.of([Query([0])]), {"random": lambda m, q, i: [0.0]}
        )
