"""Each planted fault is caught, by the name of its rule."""

from __future__ import annotations

import numpy as np
import pytest

from tests.toys import random_data
from whyrec.core import (
    Contributions,
    Explanation,
    Measurement,
    NotFitted,
    Queries,
    Reason,
    Slate,
    mask_seen,
    top_k,
)
from whyrec.core.checks import check_explainer, check_metric, check_model


class Good:
    """Counts of the items that came with each event: additive and exact."""

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale

    def fit(self, data, *, seed=0):
        seen = np.zeros((data.n_users, data.n_items), np.float32)
        seen[data.user, data.item] = self.scale
        self.weights_ = seen.T @ seen
        return self

    def score(self, queries):
        if not hasattr(self, "weights_"):
            raise NotFitted(self)
        return np.stack([self.weights_[q.items].sum(0) for q in Queries.of(queries)]).astype(
            np.float32
        )

    def contributions(self, query, item):
        return Contributions(0.0, self.weights_[query.items, item].astype(float))


def changed(**methods):
    return type("Changed", (Good,), methods)


def good_score(self, queries):
    return Good.score(self, queries)


class LearnsEarly(Good):
    def __init__(self):
        super().__init__()
        self.early_ = 1


class Forgetful(Good):
    """Keeps what it learned under a name that is not saved."""

    def fit(self, data, *, seed=0):
        super().fit(data)
        self.kept = self.weights_
        self.weights_ = np.zeros_like(self.kept)
        return self

    def score(self, queries):
        if not hasattr(self, "weights_"):
            raise NotFitted(self)
        weights = getattr(self, "kept", self.weights_)
        return np.stack([weights[q.items].sum(0) for q in Queries.of(queries)]).astype(np.float32)


class Unseeded(Good):
    def fit(self, data, *, seed=0):
        super().fit(data)
        self.weights_ = self.weights_ + np.random.default_rng().random(
            self.weights_.shape, np.float32
        )
        return self


class Restless:
    """Settings that differ from one new model to the next."""

    made = 0

    def __init__(self, number=None):
        Restless.made += 1
        self.number = Restless.made


class Rounding(Good):
    """Does not store what it was given."""

    def __init__(self, scale=1.5):
        self.scale = int(scale) + 0.5 * (scale == 1.5) + 1


class Nameless(Good):
    def __init__(self, scale=1.0, kind="a"):
        self.scale = scale
        self.type = kind


class Pickled(Good):
    """Learned something that no JSON can hold."""

    def fit(self, data, *, seed=0):
        super().fit(data)
        self.extra_ = {1, 2}
        return self


class NumberKeys(Good):
    """JSON turns the keys into text, and what was learned is not found again."""

    def fit(self, data, *, seed=0):
        super().fit(data)
        self.bonus_ = {0: 3.0}
        return self

    def score(self, queries):
        return good_score(self, queries) + np.float32(getattr(self, "bonus_", {}).get(0, 0.0))

    def contributions(self, query, item):
        return Contributions(3.0, self.weights_[query.items, item])


def centring_in_place(self, data, *, seed=0):
    data.value.setflags(write=True)
    data.value[:] -= data.value.mean()
    return Good.fit(self, data)


def sorting_in_place(self, queries):
    if hasattr(self, "weights_"):
        items = Queries.of(queries).items
        items.setflags(write=True)
        items.sort()
    return good_score(self, queries)


def by_user(self, queries):
    out = good_score(self, queries)
    return out + np.maximum(Queries.of(queries).user, 0).astype(np.float32)[:, None]


def by_rank(self, queries):
    """Removal moves the weights of the events before."""
    if not hasattr(self, "weights_"):
        raise NotFitted(self)
    return np.stack(
        [
            (self.weights_[q.items] * 0.5 ** np.arange(len(q))[::-1, None]).sum(0)
            for q in Queries.of(queries)
        ]
    ).astype(np.float32)


def each_of(self, queries, items, base=0.0, times=1.0):
    weights = [
        times * self.weights_[q.items][:, own] for q, own in zip(queries, items, strict=True)
    ]
    return np.full(items.shape, base), np.concatenate(weights)


def halves_of(self, queries, times):
    """Some of the scores as explained, and what is left of them (or too much) as the rest."""
    scores = self.score(queries)
    return np.float32(times) * scores, scores * np.float32(1 - min(1.0, times))


def best_of(self, queries, k):
    return top_k(mask_seen(self.score(queries), Queries.of(queries)), k)


def updated(self, before, after):
    return type(self)(self.scale).fit(after)


def updated_in_place(self, before, after):
    return self.fit(after)


FAULTS = {
    "settings": [Restless, LearnsEarly, Rounding, Nameless],
    "not fitted": [changed(score=lambda self, q: np.zeros((len(q), 25), np.float32))],
    "returns self": [changed(fit=lambda self, data, seed=0: Good.fit(self, data) and None)],
    "inputs": [changed(fit=centring_in_place), changed(score=sorting_in_place)],
    "shape": [
        changed(score=lambda self, q: good_score(self, q)[:, 1:]),
        changed(score=lambda self, q: good_score(self, q).tolist()),
    ],
    "dtype": [changed(score=lambda self, q: good_score(self, q).astype(np.float64))],
    "finite": [
        changed(
            score=lambda self, q: np.where(
                Queries.of(q).sizes[:, None] > 0, good_score(self, q), np.float32("nan")
            )
        )
    ],
    "batch": [changed(score=lambda self, q: good_score(self, q) + np.float32(len(q)))],
    "history only": [changed(score=by_user)],
    "seed": [Unseeded],
    "saved": [Forgetful, Pickled, NumberKeys],
    "sums": [
        changed(contributions=lambda self, q, i: Contributions(1.0, self.weights_[q.items, i])),
        changed(
            contributions=lambda self, q, i: Contributions(
                float(self.weights_[q.items, i].sum()), np.zeros(0)
            )
        ),
        changed(
            contributions=lambda self, q, i: Contributions(
                float(len(q) == 0), self.weights_[q.items, i]
            )
        ),
    ],
    "removal": [
        changed(
            score=by_rank,
            contributions=lambda self, q, i: Contributions(
                0.0, self.weights_[q.items, i] * 0.5 ** np.arange(len(q))[::-1]
            ),
        )
    ],
    "support": [
        changed(support=lambda self, items, item: self.weights_[items, item].astype(int) + 1),
        changed(support=lambda self, items, item: np.full(len(items), -2)),
        changed(support=lambda self, items, item: np.full(len(items), 0.5)),
        changed(support=lambda self, items, item: np.zeros(len(items) + 1, int)),
    ],
    "matrix": [
        changed(contribution_matrix=lambda self, q: (np.ones(25), self.weights_[q.items])),
        changed(contribution_matrix=lambda self, q: (np.zeros(25), 2 * self.weights_[q.items])),
        changed(contribution_matrix=lambda self, q: (np.zeros(25), self.weights_[q.items, :9])),
        changed(contribution_matrix=lambda self, q: (np.zeros(9), self.weights_[q.items])),
    ],
    "explained": [
        changed(explained_and_rest=lambda self, q: halves_of(self, q, 2.0)),
        changed(explained_and_rest=lambda self, q: halves_of(self, q, 0.5)),
        changed(explained_and_rest=lambda self, q: (self.score(q)[:, :9], 0.0)),
    ],
    "each": [
        changed(contributions_each=lambda self, q, items: each_of(self, q, items, base=1.0)),
        changed(contributions_each=lambda self, q, items: each_of(self, q, items, times=2.0)),
    ],
    "best": [
        changed(best=lambda self, q, k: top_k(self.score(q), k)),
        changed(best=lambda self, q, k: (best_of(self, q, k)[0], best_of(self, q, k)[1] + 1)),
    ],
    "items": [
        changed(score_items=lambda self, q, items: np.zeros(len(items))),
        changed(score_items=lambda self, q, items: np.full(items.shape, np.nan)),
        changed(
            score_items=lambda self, q, items: np.take_along_axis(self.score(q), items, 1) + 2.0
        ),
    ],
    "update": [
        changed(update=lambda self, before, after: self),
        changed(update=lambda self, before, after: updated(self, after, before)),
        changed(update=updated_in_place),
    ],
}


def test_a_good_model_passes():
    check_model(Good, random_data())
    check_model(lambda: Good(2.0), random_data())
    check_model(
        changed(support=lambda self, items, item: self.weights_[items, item].astype(int)),
        random_data(),
    )
    check_model(changed(support=lambda self, items, item: np.full(len(items), -1)), random_data())


def test_a_model_whose_powers_agree_passes():
    check_model(
        changed(
            contribution_matrix=lambda self, q: (np.zeros(25), self.weights_[q.items]),
            explained_and_rest=lambda self, q: halves_of(self, q, 1.0),
            contributions_each=each_of,
            best=best_of,
            score_items=lambda self, q, items: np.take_along_axis(self.score(q), items, 1),
            update=updated,
        ),
        random_data(),
    )


class Opaque:
    """A good model that offers no contributions."""

    fit, score = Good.fit, Good.score
    scale = 1.0


def test_a_model_need_not_be_additive():
    check_model(Opaque, random_data())


class HalfOpaque(Opaque):
    """It states the parts of its scores, but no contributions."""

    def explained_and_rest(self, queries):
        return halves_of(self, queries, 0.5)


def test_parts_are_checked_without_contributions_too():
    check_model(HalfOpaque, random_data())
    changed_parts = type(
        "Changed", (HalfOpaque,), {"explained_and_rest": lambda self, q: halves_of(self, q, 2.0)}
    )
    with pytest.raises(AssertionError, match="explained"):
        check_model(changed_parts, random_data())


@pytest.mark.parametrize(
    ("rule", "make"), [(rule, make) for rule, many in FAULTS.items() for make in many]
)
def test_each_fault_of_a_model_is_named(rule, make):
    with pytest.raises(AssertionError, match=f"^{rule}: "):
        check_model(make, random_data())


def explain(model, query, item):
    base, weights, _ = model.contributions(query, item)
    reasons = tuple(Reason("event", (p,), w) for p, w in enumerate(weights))
    return Explanation(item, float(model.score([query])[0, item]), base, reasons, 0.0, "toy", True)


def other(explanation, **fields):
    return Explanation(
        **{
            **{
                name: getattr(explanation, name)
                for name in ("item", "score", "base", "reasons", "rest", "method", "additive")
            },
            **fields,
        }
    )


COUNT = iter(range(10**9))
WRONG = {
    "item": [lambda m, q, i: other(explain(m, q, i), item=i + 1), lambda m, q, i: "because"],
    "score": [
        lambda m, q, i: other(explain(m, q, i), score=explain(m, q, i).score + 1, additive=False)
    ],
    "refs": [
        lambda m, q, i: other(
            explain(m, q, i), reasons=(Reason("event", (99,), 0.0),), additive=False
        ),
        lambda m, q, i: other(
            explain(m, q, i),
            reasons=(Reason("event", (0, 0), 1.0),) if len(q) else (),
            additive=False,
        ),
    ],
    "sums": [lambda m, q, i: other(explain(m, q, i), rest=9e-5)],
    "empty": [lambda m, q, i: other(explain(m, q, i), reasons=(Reason("event", (), 0.0),))],
    "deterministic": [lambda m, q, i: other(explain(m, q, i), method=str(next(COUNT)))],
}


def test_an_explainer_may_show_what_it_measured():
    def removed(m, q, i):
        return other(explain(m, q, i), after=Slate([i], [1.0]))

    def drifting(m, q, i):
        return other(explain(m, q, i), after=Slate([i], [next(COUNT)]))

    check_explainer(removed, Good().fit(random_data()), random_data())
    with pytest.raises(AssertionError, match="^deterministic: "):
        check_explainer(drifting, Good().fit(random_data()), random_data())


def test_a_good_explainer_passes():
    check_explainer(explain, Good().fit(random_data()), random_data())


@pytest.mark.parametrize(
    ("rule", "wrong"), [(rule, one) for rule, many in WRONG.items() for one in many]
)
def test_each_fault_of_an_explainer_is_named(rule, wrong):
    with pytest.raises(AssertionError, match=f"^{rule}: "):
        check_explainer(wrong, Good().fit(random_data()), random_data())


def share(lists, cases, counts):
    truth = cases.items.reshape(len(cases), -1)
    return Measurement(
        "share of the first three",
        [np.isin(row[:3], own).mean() for row, own in zip(lists, truth, strict=True)],
    )


def test_a_good_metric_passes():
    check_metric(share, bounds={"low": 0, "high": 1})
    check_metric(
        lambda *a: Measurement("with undefined cases", [*share(*a).values[1:], np.nan]),
        bounds={"low": 0, "high": 1},
    )


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("cases", lambda *a: Measurement("x", [1.0, 2.0])),
        ("bounds", lambda *a: Measurement("x", share(*a).values * 3)),
        ("order", lambda *a: Measurement("x", [np.nan])),
        ("order", lambda *a: Measurement("x", 1 - share(*a).values)),
        ("order", lambda *a: Measurement("x", share(*a).values, higher_is_better=False)),
    ],
)
def test_each_fault_of_a_metric_is_named(rule, wrong):
    with pytest.raises(AssertionError, match=f"^{rule}: "):
        check_metric(wrong, bounds={"low": 0, "high": 1})
