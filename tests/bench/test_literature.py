"""The literature's explainers, made again, on recommenders whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from bench.explanation import (  # noqa: E402
    literature_explainers as explainers,
    literature_recommenders as recommenders,
)
from whyrec.core import Measurement, Queries, Query  # noqa: E402
from whyrec.evaluate.faithfulness import Row  # noqa: E402
from whyrec.explain.deletion import deletion  # noqa: E402

N = 12


def linear(seed=0):
    """An MF with known weights: item j's logit is a sum over the history of B[i, j]."""
    torch.manual_seed(seed)
    made = recommenders.MF(N, 4)
    return recommenders.Recommender("MF", made, N), (
        made.users.weight.T @ made.items.weight
    ).detach().numpy()


def histories(people=80, seed=0):
    rng = np.random.default_rng(seed)
    return Queries.of(
        [Query(np.sort(rng.choice(N, rng.integers(3, 7), replace=False))) for _ in range(people)]
    )


def test_a_removed_event_is_a_zero():
    model, weights = linear()
    whole, less = Query([1, 4, 7]), Query([1, 7])
    b = weights[4, 2] + float(model.network.users.weight[:, 4] @ model.network.items.bias)
    assert float(model.score([whole])[0, 2] - model.score([less])[0, 2]) == pytest.approx(
        b, abs=1e-5
    )


def test_log_probability_is_that_of_the_scores():
    for name, kind in (
        ("MF", recommenders.MF(N, 4)),
        ("NCF", recommenders.NCF(N, 4)),
        ("VAE", recommenders.VAE(N, 16, 8)),
    ):
        model = recommenders.Recommender(name, kind, N)
        x, items = model.rows(histories(5)), torch.tensor([0, 3, 5, 1, 11])
        scores = torch.from_numpy(model.score(histories(5)))
        made = scores.log_softmax(1) if name == "VAE" else torch.nn.functional.logsigmoid(scores)
        torch.testing.assert_close(
            model.log_probability(x, items), made[torch.arange(5), items], atol=1e-5, rtol=1e-5
        )


def test_clustered_shapley_of_a_sum_is_the_sum_within_the_cluster():
    model, _ = linear()
    shap = explainers.ClusteredSHAP(model.rows(histories()), k=4)
    query = Query([0, 2, 5, 6, 9, 11])
    each = {reason.refs[0]: reason.weight for reason in deletion(model, query, 3).reasons}
    found = shap(model, query, 3)
    for place, item in enumerate(query.items):
        mates = [p for p, other in enumerate(query.items) if shap.of[other] == shap.of[item]]
        assert found[place] == pytest.approx(sum(each[p] for p in mates), abs=1e-4)


def test_accent_weighs_the_item_against_those_that_follow_it():
    model, _ = linear()
    query = Query([0, 2, 5, 6])
    scores = model.score([query])[0].copy()
    scores[query.items] = -np.inf
    first = np.argsort(-scores)[:5]

    def lost(item):
        return np.array(
            [
                model.score([query])[0, item] - model.score([query.without([p])])[0, item]
                for p in range(4)
            ]
        )

    expected = 4 * lost(first[0]) - sum(lost(other) for other in first[1:])
    np.testing.assert_allclose(explainers.accent(model, query, int(first[0])), expected, atol=1e-4)


def test_lxr_learns_which_events_hold_the_item():
    """It must agree with the known weights far better than it did before it was trained."""
    model, weights = linear(seed=3)
    people = histories(400)
    trained, raw = (
        explainers.train_lxr(model, people, epochs=12, judges=20),
        explainers.train_lxr(model, people, epochs=0),
    )
    agreed = {}
    for name, explainer in (("trained", trained), ("raw", raw)):
        firsts = explainers.firsts_of(model, people[np.arange(60)])
        agreed[name] = np.mean(
            [
                np.corrcoef(explainer(model, people[n], int(item)), weights[people[n].items, item])[
                    0, 1
                ]
                for n, item in enumerate(firsts)
            ]
        )
    assert agreed["trained"] > 0.4 > abs(agreed["raw"])


def test_recommenders_learn_what_goes_together():
    """Two groups of 20 items, people of one group each: what a person of a group is shown is of the group."""
    rng = np.random.default_rng(0)
    x = torch.zeros(400, 40)
    for row in range(400):
        x[row, rng.choice(20, 8, replace=False) + 20 * (row % 2)] = 1.0
    for name in recommenders.SETTINGS:
        model, told = recommenders.train(name, x)
        scores = model.score([Query(np.arange(6)), Query(np.arange(20, 26))])
        assert (
            scores[0, 6:20].mean() > scores[0, 20:].mean()
            and scores[1, 26:].mean() > scores[1, :20].mean()
        ), name
        assert told["hr@10"] > 0.5, name


def test_spinrec_of_a_linear_model_is_its_weight_where_the_other_history_lacks_the_event():
    """The gradient of a sigmoid of a sum is its slope times the weights: events in neither or both ends get nothing."""
    model, weights = linear()
    query, x = Query([1, 4, 7]), torch.zeros(1, N)
    found = explainers.Spin(x, 0)(model, query, 2)
    network, own = model.network, query.items.tolist()
    slopes = found / (
        weights[own, 2] + (network.users.weight.T[own] @ network.items.bias).detach().numpy()
    )
    np.testing.assert_allclose(slopes, slopes[0], rtol=1e-4)
    x[0, 4] = 1.0
    assert explainers.Spin(x, 0)(model, query, 2)[1] == 0.0


def test_the_oracle_is_the_best_of_each_case_and_metric():
    def row(pos, neg):
        return Row(
            {
                "pos@5": Measurement("pos@5", np.array(pos), False),
                "neg@5": Measurement("neg@5", np.array(neg), True),
            },
            Measurement("ms", np.zeros(2)),
            Measurement("evaluations", np.zeros(2)),
            np.zeros(11),
        )

    best = explainers.oracle([row([0.2, 0.9], [0.1, 0.8]), row([0.5, 0.3], [0.4, 0.2])])
    assert best.metrics["pos@5"].values.tolist() == [0.2, 0.3] and best.metrics[
        "neg@5"
    ].values.tolist() == [0.4, 0.8]
    assert best.oracle
