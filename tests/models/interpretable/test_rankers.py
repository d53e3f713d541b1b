"""Tree, rules and boosting machine: as their libraries predict, exact reasons, and a planted rule that must be found."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.models.interpretable.worlds import by_category, rich
from whyrec import api
from whyrec.core import DataError, MissingExtra, Query, recommend
from whyrec.explain.words import parse, say
from whyrec.models.interpretable.ebm import EBM
from whyrec.models.interpretable.feature_ranker import examples, held_out
from whyrec.models.interpretable.rules import RuleRanker
from whyrec.models.interpretable.tree import TreeRanker

MAKE = {
    "tree": lambda **more: TreeRanker(min_samples=20, candidates=20, negatives=10, **more),
    "rules": lambda **more: RuleRanker(trees=10, candidates=20, negatives=10, **more),
    "ebm": lambda **more: EBM(bags=1, rounds=100, candidates=20, negatives=10, **more),
}
DATA = rich()
FITTED = {name: make().fit(DATA, seed=1) for name, make in MAKE.items()}
NAMES = [f"f{n}" for n in range(4)]


def rows(n=3_000, seed=0):
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=(n, 4)), 4).astype(np.float32)
    y = (x[:, 0] > 0.3) & (x[:, 1] <= 0.5) | (rng.random(n) < 0.1)
    return x, y.astype(int), x[:, 0] + np.maximum(x[:, 1], 0) * x[:, 2]


@pytest.mark.parametrize("chosen", [True, False])
def test_the_boosting_machine_scores_as_interpret_does(chosen):
    from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor

    x, y, numbers = rows()
    own = EBM(interactions=2, bins=32, bags=2, rounds=80)
    own.learn(NAMES, x, y if chosen else numbers, chosen=chosen, seed=3)
    kind = ExplainableBoostingClassifier if chosen else ExplainableBoostingRegressor
    theirs = kind(
        feature_names=NAMES,
        feature_types=["continuous"] * 4,
        max_bins=32,
        interactions=2,
        outer_bags=2,
        max_rounds=80,
        learning_rate=0.04,
        random_state=3,
        n_jobs=1,
    ).fit(x, y if chosen else numbers)
    fresh = rows(seed=9)[0] * 2  # past the ends as well
    expected = theirs.decision_function(fresh) if chosen else theirs.predict(fresh)
    np.testing.assert_allclose(own.value(fresh), expected, atol=1e-9)
    assert len(own.terms_) > 4


@pytest.mark.parametrize("chosen", [True, False])
def test_the_tree_scores_as_scikit_learn_does(chosen):
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    x, y, numbers = rows()
    own = TreeRanker(max_depth=4, min_samples=30)
    own.learn(NAMES, x, y if chosen else numbers, chosen=chosen, seed=0)
    kind = DecisionTreeClassifier if chosen else DecisionTreeRegressor
    theirs = kind(max_depth=4, min_samples_leaf=30, random_state=0).fit(x, y if chosen else numbers)
    fresh = rows(seed=9)[0]
    if not chosen:
        np.testing.assert_allclose(own.value(fresh), theirs.predict(fresh), atol=1e-12)
        return
    leaf = own._path(fresh)[-1]
    np.testing.assert_array_equal(leaf, theirs.apply(fresh))
    np.testing.assert_allclose(own.precision_[leaf], theirs.predict_proba(fresh)[:, 1], atol=1e-12)


@pytest.mark.parametrize("chosen", [True, False])
def test_rules_find_what_was_planted_and_stay_few(chosen):
    x, y, numbers = rows()
    own = RuleRanker(max_rules=6, trees=20)
    own.learn(NAMES, x, y if chosen else numbers, chosen=chosen, seed=0)
    assert 0 < len(own.rules_) + np.count_nonzero(own.slope_) <= 6
    holds = own.matches(0, x)
    assert own.support_[0] == pytest.approx(holds.mean())
    assert own.precision_[0] == pytest.approx((y if chosen else numbers)[holds].mean())
    if chosen:
        tied = np.corrcoef(own.value(x), (x[:, 0] > 0.3) & (x[:, 1] <= 0.5))[0, 1]
        assert tied > 0.9


@pytest.mark.parametrize("name", MAKE)
@given(history=st.lists(st.integers(0, 29), max_size=10, unique=True), item=st.integers(0, 29))
@settings(max_examples=25)
def test_reasons_sum_to_the_score(name, history, item):
    model = FITTED[name]
    query = Query(history, times=DATA.time[0] + np.arange(len(history)))
    base, reasons = model.reasons(query, item)
    score = float(model.score([query])[0, item])
    assert abs(score - base - sum(reason.weight for reason in reasons)) <= 1e-5 * max(
        1.0, abs(score)
    )
    for reason in reasons:
        en, zh = model.phrase(reason, query, item)
        assert en and zh and "{" not in en + zh


@pytest.mark.parametrize("name", MAKE)
def test_a_feature_that_does_not_move_adds_the_same(name):
    """A reason depends on its own features alone: another feature changed leaves its weight as it was."""
    model = FITTED[name]
    x = (
        model._features()
        .values(DATA.histories[np.arange(5)], np.tile(np.arange(4), (5, 1)))
        .reshape(-1, len(model.names_))
    )
    for row in x[:5]:
        _, before = model.terms(row)
        for column in range(len(row)):
            moved = row.copy()
            moved[column] += 0.37
            after = {(r.kind, r.refs): r.weight for r in model.terms(moved)[1]}
            for reason in before:
                if reason.kind == "feature" and column not in reason.refs:
                    assert after[reason.kind, reason.refs] == reason.weight


@pytest.mark.parametrize("name", MAKE)
def test_what_is_explained_is_the_score_that_ranks_candidate_or_not(name):
    """A history without an event has no candidates: the item's score there is another kind."""
    model = FITTED[name]
    query = next(q for q in DATA.histories if 3 <= len(q) <= 6)
    scores, empty = model.score([query, query.only([])])
    for item in np.setdiff1d(np.argsort(-scores), query.items)[::7][:5].tolist():
        found = api.explain(model, query, item, "shapley")
        assert found.base == pytest.approx(float(empty[item]), abs=1e-5)
        total = found.base + sum(reason.weight for reason in found.reasons)
        assert total == pytest.approx(float(scores[item]), abs=1e-4)


@pytest.mark.parametrize("name", MAKE)
def test_candidates_stand_above_all_others(name):
    model = FITTED[name]
    queries = DATA.histories[np.arange(6)]
    scores = model.score(queries)
    items, new = model._judged(model._features(), queries)
    for row in range(6):
        judged = np.zeros(DATA.n_items, bool)
        judged[items[row][new[row]]] = True
        assert scores[row][judged].min() > scores[row][~judged].max()


@pytest.mark.parametrize("name", MAKE)
def test_the_planted_category_is_found(name):
    data = by_category()
    model = MAKE[name]().fit(data, seed=0)
    of = [table[0] for table in data.item_table.categories]
    lists = recommend(model, data.histories, 3)
    right = [
        of[item] == of[data.histories[p].items[-1]]
        for p, slate in enumerate(lists)
        for item in slate.items
    ]
    assert np.mean(right) > 0.95
    if name == "ebm":
        parts = {
            model.names_[t["features"][0]]: s
            for t, s in zip(model.terms_, model.spread_, strict=True)
            if len(t["features"]) == 1
        }
        assert parts["categories"] >= 0.5 * max(parts.values())
    else:
        assert any(
            "categories" in one.words[0] or "tie" in one.words[0] for one in model.statements()[:3]
        )


def test_categories_alone_carry_the_tree():
    """Where nothing but categories can tell, the tree's first question is about them."""
    data = by_category(people=400, events=6)
    rest, cases = held_out(data, 400, 0)
    from whyrec.models.interpretable.features import Features

    features = Features.of(rest, without=["cochosen", "latest", "follows", "after", "words"])
    x, y = examples(features, cases, 60, 20, 0)
    tree = TreeRanker(max_depth=2)
    tree.learn(features.names, x, y)
    assert (
        features.names[tree.split_[0]] == "categories"
        and tree.precision_[tree.right_[0]] > 5 * tree.precision_[tree.left_[0]]
    )


def test_examples_hold_no_target_in_their_features():
    rest, cases = held_out(DATA, 50, 0)
    assert len(rest) <= len(DATA) - len(cases)
    gone = {(int(q.user), int(i)) for q, i in zip(cases.queries, cases.items, strict=True)}
    assert not gone & set(zip(rest.user.tolist(), rest.item.tolist(), strict=True))
    from whyrec.models.interpretable.features import Features

    x, y = examples(Features.of(rest), cases, 20, 6, 0)
    assert len(x) == len(y) and 0 < y.sum() <= len(cases) and len(y) <= 7 * y.sum()


def test_a_fit_learns_from_features_that_have_not_counted_the_target():
    from whyrec.models.interpretable.features import Features

    seen = []

    class Watched(TreeRanker):
        def learn(self, names, x, y, **more):
            seen.append((x, y))
            super().learn(names, x, y, **more)

    model = Watched(people=50, candidates=20, negatives=6).fit(DATA, seed=3)
    rest, cases = held_out(DATA, 50, 3)
    [(x, y)] = seen
    for data, same in ((rest, True), (DATA, False)):
        features = Features.of(data, friends=model.friends, time_features=model.time_features)
        other, chosen = examples(features, cases, 20, 6, 3)
        assert (np.array_equal(x, other) and np.array_equal(y, chosen)) is same


def test_people_of_two_events_teach_nothing():
    data = DATA.select(np.arange(2))
    with pytest.raises(
        DataError, match="some people need three events or more.*Fix: give more data"
    ):
        TreeRanker().fit(data)


@pytest.mark.parametrize(
    ("module", "name"),
    [("sklearn.tree", "tree"), ("sklearn.ensemble", "rules"), ("interpret.glassbox", "ebm")],
)
def test_a_missing_library_is_named(monkeypatch, module, name):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"pip install 'whyrec\[fuse\]'"):
        MAKE[name]().fit(DATA)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", MAKE)
def test_sentences_come_back(name, lang):
    model = FITTED[name]
    for person in range(0, 40, 4):
        query = DATA.histories[person]
        for item in range(0, DATA.n_items, 7):
            why = api.explain(model, query, item)

            def phrases(reason, query=query, item=item):
                return model.phrase(reason, query, item)[lang == "zh"]

            text = say(why, query, DATA.item_table, lang=lang, phrases=phrases)
            claims = parse(text, lang)
            assert claims[0].kind in ("reasons", "none")
            best = sorted((r for r in why.reasons if r.weight > 0), key=lambda r: -r.weight)[:3]
            assert [thing.title for thing in claims[0].things] == [phrases(r) for r in best]


def test_friends_are_used_only_when_asked():
    assert (
        "friends" not in FITTED["tree"].names_
        and FITTED["tree"].absent_["friends"] == "not asked for"
    )
    assert "friends" in MAKE["tree"](friends=True).fit(DATA).names_


@pytest.mark.parametrize("name", MAKE)
def test_statements_have_support_and_match_rows(name):
    model = FITTED[name]
    found = model.statements()
    assert found
    x = (
        model._features()
        .values(DATA.histories[np.arange(30)], np.tile(np.arange(30), (30, 1)))
        .reshape(-1, len(model.names_))
    )
    for one in found:
        assert one.support is None or (0 <= one.support <= 1 and 0 <= one.precision <= 1)
        assert model.matches(one.ref, x).shape == (len(x),)
    if name == "tree":
        assert sum(one.support for one in found) == pytest.approx(1.0)
        together = np.stack([model.matches(one.ref, x) for one in found])
        assert (together.sum(0) == 1).all()
