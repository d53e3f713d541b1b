"""On how many people each weight rests, and what `min_support` takes out. Expectations are counted by hand or by numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import sparse

from tests.test_conformance import SMALL
from tests.toys import listed, random_data, sequences
from whyrec import registry, storage
from whyrec.core import (
    ArgumentError,
    Dataset,
    NotFitted,
    Queries,
    Query,
    Supported,
    artefact,
    recommend,
)
from whyrec.core.cases import EvaluationCases, hold_out_last
from whyrec.data.append import appended
from whyrec.models.linear import min_support as counting
from whyrec.models.linear.cooccurrence import people_after
from whyrec.models.linear.masking import masked
from whyrec.models.linear.min_support import TRIED, check_min_support, choose
from whyrec.models.linear.support import SupportMixin, count_pairs, hidden

COUNTED = {
    "cooccurrence": {"power": 0.5},
    "sequential-rules": {},
    "pctm": {"gap_rate": 1.0, "tau": 20.0, "query_decay": 0.6, "tail": 0.2, "popularity": -0.1},
    "ease": {"ridge": 5.0},
    "slim": {"ridge": 5.0},
    "knn": {},
    "graph": {},
    "additive": {"components": ("ease", "transitions")},
}
WHOLE = (
    "cooccurrence",
    "sequential-rules",
    "pctm",
    "ease",
    "additive",
)  # all pairs are counted; of the others those with a weight


def chose_both(data: Dataset) -> np.ndarray:
    chose = np.zeros((data.n_users, data.n_items), int)
    chose[data.user, data.item] = 1
    return chose.T @ chose


def fitted_on(name: str, data: Dataset) -> Dataset:
    """The events that are in the counts: the fused model holds some people's last ones out."""
    return hold_out_last(data, data.n_users // 10, 0)[0] if name == "fused" else data


def known(model, n: int) -> np.ndarray:
    """(n, n): support of [source, item]."""
    return np.stack([model.support(np.arange(n), item) for item in range(n)], axis=1)


@pytest.mark.parametrize("name", [*COUNTED, "lowrank", "fused"])
def test_each_model_knows_how_many_people_chose_both(name):
    data = random_data()
    model = registry.model(name, **COUNTED.get(name, SMALL.get(name, {}))).fit(data)
    both, found = chose_both(fitted_on(name, data)), known(model, data.n_items)
    assert isinstance(model, Supported)
    if name in ("slim", "knn", "graph"):
        with_weight = np.zeros_like(both, bool)
        for table in ("weights_", "people_", "then_"):
            if hasattr(model, table):
                with_weight |= sparse.csr_array(getattr(model, table)).toarray() != 0
        assert with_weight.sum() > 100
        assert (found[with_weight] == both[with_weight]).all()
        assert ((found == both) | (found == -1)).all()
    else:
        assert (found == both).all()


@pytest.mark.parametrize("name", ["private", "popular", "sequence"])
def test_models_without_counts_do_not_claim_any(name):
    assert not isinstance(registry.model(name), Supported)


def test_support_needs_a_fitted_model_and_numbers_of_events_may_repeat():
    with pytest.raises(NotFitted):
        registry.model("ease").support([0], 1)
    data = Dataset(
        [0, 0, 0, 1, 1],
        [0, 0, 1, 0, 1],
        np.ones(5),
        np.arange(5),
        ["a", "b"],
        ["x", "y"],
        repeat=True,
    )
    assert registry.model("cooccurrence").fit(data).support([0, 1, 0], 1).tolist() == [2, 2, 2]


def test_beside_models_and_glass_boxes_are_asked_too():
    data = random_data()
    graph = registry.model(
        "graph",
        people=False,
        successors=False,
        base_model={"model": "ease", "ridge": 5.0},
        min_support=0,
    ).fit(data)
    graph.base_model_weight_ = 0.0
    own = graph.support(np.arange(data.n_items), 3)
    graph.base_model_weight_ = 1.0
    assert (own[:3] == -1).all()
    rest, _ = hold_out_last(data, data.n_users // 2, 0)  # what the other one was fitted on
    assert (
        graph.support(np.arange(data.n_items), 3) == np.maximum(chose_both(rest)[:, 3], own)
    ).all()


def test_long_histories_are_cut_for_the_weights_and_not_for_the_counts(monkeypatch):
    data = random_data(people=40, items=12, events=400)
    model = registry.model("slim", max_history=3).fit(data)
    known = [(i, j) for j in range(12) for i in range(12) if model.support([i], j)[0] >= 0]
    assert len(known) > 40 and model.support_of_["latest"] == 0
    assert all(model.support([i], j)[0] == chose_both(data)[i, j] for i, j in known)
    monkeypatch.setattr(
        "whyrec.models.linear.slim.READ", 10
    )  # too many to count again: a lower bound, or not known
    model = registry.model("slim", max_history=3).fit(data)
    assert model.support_of_["latest"] == 3 and all(
        model.support([i], j)[0] <= chose_both(data)[i, j] for i, j in known
    )


def test_more_pairs_than_can_be_counted_give_lower_bounds_or_unknown():
    rng = np.random.default_rng(0)
    rows = [rng.choice(12, 8, replace=False).tolist() for _ in range(120)]
    data = sequences(rows, 12)
    counts, how = count_pairs(data, most=120 * 25)
    assert how["latest"] == 5  # 120 people, 5 squared each
    model = registry.model("cooccurrence").fit(data)
    model.support_, model.support_of_ = counts, how
    latest, both, found = (
        chose_both(sequences([row[-5:] for row in rows], 12)),
        chose_both(data),
        known(model, 12),
    )
    off = ~np.eye(12, dtype=bool)
    assert (found[off] == np.where(latest >= 20, latest, -1)[off]).all()
    assert (found.diagonal() == both.diagonal()).all()  # how many chose an item is always counted
    assert (found <= both).all()


@pytest.mark.parametrize("mapped", [False, True])
@pytest.mark.parametrize("name", COUNTED)
def test_a_folder_keeps_it_and_an_old_one_says_unknown(name, mapped, tmp_path):
    data = random_data()
    model = registry.model(name, **COUNTED[name]).fit(data)
    storage.save(tmp_path / "m", model, data, name=name)
    again = storage.open_fitted(tmp_path / "m", mapped=mapped).model
    assert (known(again, data.n_items) == known(model, data.n_items)).all()
    for new in ("support_", "support_of_", "min_support_", "support_costs_", "after_"):
        vars(model).pop(new, None)
    config = artefact.model_config(model)
    del config["min_support"]
    arrays, values = artefact.model_parts(model)
    old = artefact.restore(registry.model(name, **config), arrays, values)
    assert (known(old, data.n_items) == -1).all()
    query = data.histories[0]
    assert np.array_equal(old.score([query]), again.score([query]))
    if hasattr(old, "update"):
        new = appended(data, later(data))
        assert (known(old.update(data, new), new.n_items) == chose_both(new)).all()


def test_an_old_graph_says_what_it_kept_of_pairs():
    data = random_data()
    model = registry.model("graph", min_support=0).fit(data)
    row = np.repeat(np.arange(data.n_items), np.diff(model.people_.indptr))
    counts = chose_both(data)[row, model.people_.indices]
    model.both_ = sparse.csr_array(
        (counts, model.people_.indices, model.people_.indptr), shape=model.people_.shape
    )
    for new in ("support_", "support_of_", "after_"):
        vars(model).pop(new)
    source, item = int(row[0]), int(model.people_.indices[0])
    assert model.support([source], item).tolist() == [chose_both(data)[source, item]]
    model.fade_[:, 0] = 1.0
    texts = [
        model.phrase(r, Query([source]), item)[0] for r in model.reasons(Query([source]), item)[1]
    ]
    assert not any("often" in text for text in texts)


def later(data: Dataset) -> Dataset:
    rng = np.random.default_rng(3)
    items = [*rng.permutation(data.items), "something new"]
    return Dataset(
        [0, 0, 1, 1, 1],
        [0, 1, 2, 3, len(items) - 1],
        np.ones(5),
        int(data.time[-1]) + np.arange(5),
        [data.users[7], "somebody new"],
        items,
        clock=data.clock,
    )


@pytest.mark.parametrize("least", [0, 1, 4])
@pytest.mark.parametrize("name", ["ease", "cooccurrence", "sequential-rules", "pctm"])
def test_an_update_keeps_support_and_min_support(name, least):
    old = random_data(seed=1)
    new = appended(old, later(old))
    model = registry.model(name, **COUNTED[name], min_support=least).fit(old)
    made, again = (
        model.update(old, new),
        registry.model(name, **COUNTED[name], min_support=least).fit(new),
    )
    assert made.min_support_ == least
    assert (known(made, new.n_items) == chose_both(new)).all()
    ours, theirs = made.score(new.histories), again.score(new.histories)
    assert np.abs(ours - theirs).max() <= 1e-5 * np.abs(theirs).max()
    assert (weights_of(made) == 0).sum() == (weights_of(again) == 0).sum()


@pytest.mark.parametrize("least", [0, 4])
@pytest.mark.parametrize("name", ["ease", "additive"])
def test_forgetting_takes_people_out_of_the_counts(name, least):
    data = random_data(seed=2)
    config = COUNTED[name] | ({"mix": {"share": 0.5}} if name == "additive" else {})
    gone = np.array([3, 8])
    rest = data.select(~np.isin(data.user, gone))
    made = registry.model(name, **config, min_support=least).fit(data).forget(data, gone)
    again = registry.model(name, **config, min_support=least).fit(rest)
    assert (known(made, data.n_items) == chose_both(rest)).all()
    np.testing.assert_allclose(made.score(rest.histories), again.score(rest.histories), atol=1e-4)


def weights_of(model) -> np.ndarray:
    tables = [
        getattr(model, name)
        for name in ("weights_", "ease_", "transitions_", "together_", "people_", "then_")
        if hasattr(model, name)
    ]
    return np.stack([sparse.csr_array(table).toarray() for table in tables])


@pytest.mark.parametrize("least", [1, 2, 8])
@pytest.mark.parametrize("name", COUNTED)
def test_pairs_that_fewer_people_chose_have_no_weight_and_others_keep_theirs(name, least):
    data = random_data()
    config = COUNTED[name] | ({"mix": {"share": 0.5}} if name == "additive" else {})
    plain, made = (registry.model(name, **config, min_support=m).fit(data) for m in (0, least))
    both = chose_both(data)
    before, after = weights_of(plain), weights_of(made)
    if name == "graph":  # the weights of path types are learned in between, not the counts
        assert (before != 0).any()
    assert (after[:, both < least] == 0).all()
    assert np.array_equal(after, np.where(both < least, 0, before))
    assert least == 1 or (before[:, both < least] != 0).any()
    query = data.histories[0]
    for item in range(data.n_items):
        weights = made.contributions(query, item).weights
        assert (weights[(both[query.items, item] < least)] == 0).all()


@pytest.mark.parametrize("name", ["additive", "cooccurrence", "sequential-rules", "pctm"])
def test_without_an_order_too(name):
    data, config = (
        random_data().without_order(),
        COUNTED[name] | ({"mix": {"share": 0.5}} if name == "additive" else {}),
    )
    plain, made = (registry.model(name, **config, min_support=m).fit(data) for m in (0, 4))
    few, before = chose_both(data) < 4, weights_of(plain)
    assert (before[:, few] != 0).any(axis=1).all()  # in each of the tables
    assert np.array_equal(weights_of(made), np.where(few, 0, before))


@pytest.mark.parametrize("name", ["ease", "cooccurrence", "sequential-rules", "pctm"])
def test_an_update_counts_who_chose_something_else_in_place(name):
    """As many events as before, and not the same ones: one was taken back, another came."""
    old = random_data(seed=1)
    gone = int(np.flatnonzero(old.user == 0)[0])
    fresh = next(item for item in range(old.n_items) if item not in old.history(old.users[0]).items)
    more = Dataset(
        [0], [0], [1], [int(old.time[-1]) + 1], [old.users[0]], [old.items[fresh]], clock=old.clock
    )
    new = appended(old.select(np.arange(len(old)) != gone), more)
    assert (new.histories.sizes == old.histories.sizes).all()
    model = registry.model(name, **COUNTED[name], min_support=0).fit(old)
    assert (known(model.update(old, new), new.n_items) == chose_both(new)).all()


def test_who_has_no_order_comes_after_nothing():
    """Ann chose both at one time, bob one after the other."""
    data = Dataset([0, 0, 1, 1], [0, 1, 0, 1], [1] * 4, [5, 5, 5, 6], ["ann", "bob"], ["x", "y"])
    every = sparse.csr_array(np.ones((2, 2), np.float32))
    assert people_after(data, 5, every).toarray().tolist() == [[0, 1], [0, 0]]


@given(st.integers(0, 10**6), st.integers(0, 6), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_masks_are_the_same_for_dense_and_sparse(seed, least, sparse_weights, sparse_support):
    rng = np.random.default_rng(seed)
    weights = (rng.random((7, 7)) * (rng.random((7, 7)) < 0.6)).astype(np.float32)
    support = rng.integers(0, 6, (7, 7)).astype(np.uint16)
    found = masked(
        sparse.csr_array(weights) if sparse_weights else weights,
        sparse.csr_array(support) if sparse_support else support,
        least,
    )
    assert sparse.issparse(found) == sparse_weights
    assert np.array_equal(
        found.toarray() if sparse_weights else found, np.where(support < least, 0, weights)
    )


# --- folders without histories ------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*COUNTED, "fused"])
def test_a_folder_without_histories_holds_no_count_below_k(name, tmp_path):
    data = random_data()
    model = registry.model(name, **COUNTED.get(name, SMALL.get(name, {}))).fit(data)
    storage.save(tmp_path / "m", model, data, name=name, histories=False)
    stored = artefact.load(tmp_path / "m")
    counts = {k: v for k, v in stored.arrays.items() if v.dtype == np.uint16}
    assert any("support_" in k for k in counts)
    for key, values in counts.items():
        assert not ((values > 0) & (values < 5)).any(), key
    both, found = (
        chose_both(fitted_on(name, data)),
        known(storage.open_fitted(tmp_path / "m").model, data.n_items),
    )
    assert (both < 5).sum() > 10
    assert (found[both < 5] == 0).all()
    assert ((found == both) | (found == 0))[both >= 5].all()
    assert (found[both >= 5] > 0).any()
    assert (known(model, data.n_items) > 0)[both < 5].any()  # the model itself was not changed


def test_hiding_twice_keeps_the_larger_number():
    data = random_data()
    model = hidden(hidden(registry.model("ease").fit(data), 9), 5)
    assert model.support_of_["hidden"] == 9
    assert (known(model, data.n_items)[chose_both(data) < 9] == 0).all()


# --- choosing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "tried"), [("auto", TRIED), (3, TRIED), (0, TRIED), ((10, 2), (2, 10)), ([1], (1,))]
)
def test_what_min_support_may_be(given, tried):
    assert check_min_support(given) == list(tried)


@pytest.mark.parametrize("given", ["often", -1, 1.5, True, None, (), (2, -1), ("auto",), [1.5]])
def test_other_things_are_refused(given):
    with pytest.raises(ArgumentError, match="min_support must be a number of people"):
        registry.model("ease", min_support=given).fit(random_data())


def rows_of(*costs):
    return [
        {"min_support": m, "low": low, "share": share}
        for m, (low, share) in zip(TRIED, costs, strict=True)
    ]


def test_the_largest_that_costs_nothing_is_chosen():
    free, noisy, dear, surely = (-0.1, 0.0), (-0.1, 0.009), (-0.1, 0.02), (0.001, 0.002)
    assert choose(rows_of(free, free, noisy, free, free)) == 10
    assert (
        choose(rows_of(free, noisy, dear, free, free)) == 2
    )  # a larger one that costs nothing by luck is not taken
    assert choose(rows_of(free, free, free, surely, free)) == 3
    assert choose(rows_of(surely, free, free, free, free)) == 0
    assert choose([]) == 0


def planted(pairs: int = 30, people: int = 6, noise: int = 40) -> tuple[Dataset, EvaluationCases]:
    """Each even item is followed by the next one for `people` people; everybody else chose a noise item with any other."""
    rng = np.random.default_rng(0)
    rows = [[2 * p, 2 * p + 1] for p in range(pairs) for _ in range(people)]
    rows += [
        [2 * pairs + int(rng.integers(noise)), int(rng.integers(2 * pairs))] for _ in range(200)
    ]
    asked = Queries.of([Query([2 * p]) for p in range(pairs) for _ in range(5)])
    return sequences(rows, 2 * pairs + noise), EvaluationCases(
        asked, np.arange(len(asked) + 1), asked.items + 1
    )


@pytest.mark.parametrize("name", ["cooccurrence", "ease", "knn", "slim"])
def test_auto_goes_as_far_as_accuracy_allows_on_validation_people(name):
    data, cases = planted()
    model = registry.model(name, **COUNTED[name]).fit(data, valid=cases)
    assert (
        model.min_support_ == 5
    )  # 6 people are behind every pair that matters, fewer behind the noise
    costs = {row["min_support"]: row for row in model.support_costs_}
    assert list(costs) == list(TRIED)
    assert costs[10]["cost"] > 0.5
    assert costs[5]["cost"] <= 0
    assert costs[10]["low"] <= costs[10]["cost"] <= costs[10]["high"]
    assert costs[5]["people"] == len(cases)
    assert (
        registry.model(name, **COUNTED[name], min_support=(2, 3))
        .fit(data, valid=cases)
        .min_support_
        == 3
    )
    assert registry.model(name, **COUNTED[name]).fit(data).min_support_ == 0  # nobody judges
    assert (
        registry.model(name, **COUNTED[name])
        .fit(data, valid=cases.take(np.arange(99)))
        .min_support_
        == 0
    )  # too few


def test_the_costs_are_those_of_models_fitted_so():
    data, cases = planted()
    model = registry.model("cooccurrence").fit(data, valid=cases)
    quality = {
        m: counting._quality(
            registry.model("cooccurrence", min_support=m).fit(data).score, cases, 10
        )
        for m in (0, 3, 10)
    }
    for row in model.support_costs_:
        if row["min_support"] in quality:
            lost = quality[0] - quality[row["min_support"]]
            assert row["cost"] == pytest.approx(lost.mean())
            assert row["high"] - row["low"] == pytest.approx(
                2 * 1.96 * lost.std() / len(lost) ** 0.5
            )
            assert row["ndcg@10"] == pytest.approx(quality[row["min_support"]].mean())


@pytest.mark.parametrize("valid", [True, False])
def test_additive_and_graph_choose_it_on_people_outside_the_counts(valid):
    data = random_data(people=300, items=40, events=4000)
    rest, cases = hold_out_last(data, 150, 0)
    for name in ("additive", "graph"):
        model = registry.model(name, **COUNTED[name], tune_on=200)
        model = model.fit(rest, valid=cases) if valid else model.fit(data)
        assert [row["min_support"] for row in model.support_costs_] == list(TRIED)
        assert model.min_support_ == choose(model.support_costs_)
        fitted_on = rest if valid else data
        assert (weights_of(model)[:, chose_both(fitted_on) < model.min_support_] == 0).all()


# --- neighbouring data: what one person's one event can do to others ----------------------------------


K = 5


def neighbours(together: int) -> tuple[Dataset, Dataset, int, int]:
    """Data with and without one event: the last of person 0, who chooses item 23; item 24 is also in their history, and
    `together` other people chose both."""
    rng = np.random.default_rng(5)
    rows = [[24, *rng.choice(20, 5, replace=False).tolist()]]
    rows += [[24, *rng.choice(20, 4, replace=False).tolist(), 23] for _ in range(together)]
    rows += [rng.choice(20, 6, replace=False).tolist() for _ in range(60)]
    rows += [[24, *rng.choice(20, 3, replace=False).tolist()] for _ in range(20)]
    return sequences([[*rows[0], 23], *rows[1:]], 25), sequences(rows, 25), 24, 23


@pytest.mark.parametrize(
    ("name", "config"),
    [("cooccurrence", {"power": 1.0}), ("cooccurrence", {"power": 0.0}), ("graph", {})],
)
@pytest.mark.parametrize("together", [0, 2, 3])
def test_one_event_below_k_changes_no_list_of_others(name, config, together):
    """With every pair of the event still below k, others' scores are the same to the bit; without min_support they are not."""
    with_it, without, source, item = neighbours(together)
    others = without.histories[np.arange(1, without.n_users)]
    made = {}
    for least in (0, K):
        models = [
            registry.model(name, **config, min_support=least).fit(data)
            for data in (with_it, without)
        ]
        if name == "graph":  # same weights of path types: what is compared is the counts
            for model in models:
                model.fade_, model.base_, model._ready = (
                    np.ones_like(model.fade_),
                    np.zeros_like(model.base_),
                    None,
                )
        made[least] = models
    assert chose_both(with_it)[item].max(where=np.arange(25) != item, initial=0) < K
    one, two = (model.score(others) for model in made[K])
    if config.get("power", 1.0) or name == "cooccurrence":
        assert np.array_equal(one[:, item], two[:, item])
        assert np.abs(one[:, item]).max() == 0.0
    if name == "cooccurrence":
        assert np.array_equal(one, two)
        assert [a.items.tolist() for a in recommend(made[K][0], others)] == [
            b.items.tolist() for b in recommend(made[K][1], others)
        ]
    assert not np.array_equal(made[0][0].score(others), made[0][1].score(others))


@pytest.mark.parametrize("name", COUNTED)
def test_a_pair_below_k_with_or_without_one_event_has_no_weight(name):
    """For every model, EASE's solve included: others' lists may move by the numbers of large groups, never by this pair."""
    config = COUNTED[name] | ({"mix": {"share": 0.5}} if name == "additive" else {})
    with_it, without, source, item = neighbours(3)
    for data in (with_it, without):
        weights = weights_of(registry.model(name, **config, min_support=K).fit(data))
        assert (weights[:, source, item] == 0).all()
        assert (weights[:, chose_both(data) < K] == 0).all()


@pytest.mark.parametrize("name", ["cooccurrence", "ease", "additive"])
def test_the_event_that_makes_k_people_is_where_the_promise_ends(name):
    """k - 1 others and this person are k people: then the pair may count, as it does for any k people."""
    config = COUNTED[name] | ({"mix": {"share": 0.5}} if name == "additive" else {})
    with_it, without, source, item = neighbours(K - 1)
    one, two = (
        weights_of(registry.model(name, **config, min_support=K).fit(data))[:, source, item]
        for data in (with_it, without)
    )
    assert (one != 0).any()
    assert (two == 0).all()


@pytest.mark.parametrize("name", list(registry.names("models")))
def test_every_model_opens_and_scores_the_same_from_a_folder_without_histories(name, tmp_path):
    """A default of a class, which says that nothing was learned, is not taken for something learned."""
    data = listed(random_data()) if name.startswith("private") else random_data()
    model = registry.model(name, **SMALL.get(name, {})).fit(data)
    own = {key for key in vars(model) if key.endswith("_") and not key.startswith("_")}
    storage.save(tmp_path / "m", model, data, name=name, histories=False)
    found = storage.open_fitted(tmp_path / "m")
    assert len(found.data) == 0
    assert own <= vars(found.model).keys()
    np.testing.assert_array_equal(
        found.model.score(data.histories[:20]), model.score(data.histories[:20])
    )


class WithDefaults(SupportMixin):
    """Weights that an earlier version of the class did not have, declared as None."""

    people_ = None
    after_ = None

    def __init__(self):
        self.weights_ = np.ones((2, 2), np.float32)
        self.support_ = sparse.csr_array(np.array([[5, 1], [0, 5]], np.uint16))
        self.support_of_ = {"people": 5, "pairs": "all", "latest": 0, "hidden": 0}

    def score(self, queries):
        return np.zeros((len(queries), 2), np.float32)


def test_a_weight_that_is_a_default_of_the_class_is_not_masked_or_hidden():
    model = WithDefaults()
    assert model.at_support(2).weights_.tolist() == [[1, 0], [0, 1]]
    model._settle(2, None)
    assert model.weights_.tolist() == [[1, 0], [0, 1]]
    made = hidden(model)
    assert "people_" not in vars(made) and "after_" not in vars(made)
    arrays, values = artefact.model_parts(made)
    assert not {"people_", "after_"} & (arrays.keys() | values.keys())


def test_a_graph_that_is_fitted_again_keeps_no_table_of_other_data():
    """Data without an order have no table of what comes after what, however many items there were."""
    graph = registry.model("graph", min_support=0).fit(random_data(items=25))
    other = random_data(seed=1, items=20).without_order()
    again = graph.fit(other)
    fresh = registry.model("graph", min_support=0).fit(other)
    assert "then_" not in vars(again) and "after_" not in vars(again)
    assert (known(again, 20) == known(fresh, 20)).all()
    np.testing.assert_array_equal(again.score(other.histories), fresh.score(other.histories))
