"""Learned weights of low rank: the convolution against its sum written out, what they learn, what a teacher adds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

torch = pytest.importorskip("torch")

from tests.models.test_sequence import SMALL as SEQUENCE, N, ndcg, planted  # noqa: E402
from tests.toys import random_data, sequences  # noqa: E402
from whyrec import registry  # noqa: E402
from whyrec.core import ArgumentError, BadArtefact, Queries, Query, UnknownNameError  # noqa: E402
from whyrec.data.split import next_item  # noqa: E402
from whyrec.models.linear.additive import AdditiveRecommender  # noqa: E402
from whyrec.models.linear.lowrank import LowRank  # noqa: E402
from whyrec.models.linear.lowrank_network import LowRankNetwork, states  # noqa: E402
from whyrec.models.linear.terms import LowRankTerm  # noqa: E402
from whyrec.models.training.batches import windows  # noqa: E402
from whyrec.models.training.trainer import Run  # noqa: E402

SMALL = {
    "text": None,
    "heads": 2,
    "head_dims": 8,
    "length": 20,
    "dropout": 0.1,
    "batch_tokens": 256,
    "epochs": 60,
    "learning_rate": 0.02,
    "patience": 60,
}


def drawn(seed=0, n=9, heads=3, dims=4, length=6):
    rng = np.random.default_rng(seed)
    keys, queries = (rng.standard_normal((n, heads * dims)).astype(np.float32) for _ in range(2))
    return LowRankTerm(keys, queries, rng.random((heads, length), np.float32))


def written_out(term, query, item):
    """The definition: sum over heads of gap[h, steps] * key_h . query_h, for each event."""
    heads, length = term.position_weights.shape
    out = []
    for event, steps in zip(query.items, query.events_ago, strict=True):
        k, q = term.keys[event].reshape(heads, -1), term.queries[item].reshape(heads, -1)
        out.append(
            sum(term.position_weights[h, steps] * float(k[h] @ q[h]) for h in range(heads))
            if steps < length
            else 0.0
        )
    return np.array(out)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 8), max_size=10), st.integers(0, 8), st.integers(0, 5))
def test_a_term_is_its_sum_written_out(items, item, seed):
    term, query = drawn(seed), Query(np.array(items, np.int32))
    expected = written_out(term, query, item)
    np.testing.assert_allclose(term.contributions_to(query, item), expected, atol=1e-5)
    np.testing.assert_allclose(
        term.contribution_matrix(query)[:, item] if items else [], expected, atol=1e-5
    )
    assert term.scores(Queries.of([query]))[0, item] == pytest.approx(expected.sum(), abs=1e-4)


def test_the_network_computes_what_the_fitted_term_scores():
    data = random_data()
    network = LowRankNetwork(
        torch.randn(data.n_items, 5),
        torch.ones(data.n_items),
        heads=2,
        dims=4,
        length=30,
        dropout=0.0,
        item_dropout=0.0,
    ).eval()
    with torch.no_grad():
        network.text_key.normal_()
        network.text_query.normal_()
    [batch] = windows(
        data.histories[np.arange(3)],
        length=30,
        tokens=10_000,
        event_dropout=0.0,
        rng=np.random.default_rng(0),
    )
    sums, queries, bias = states(network, batch)
    keys, vectors, gap, base = network.arrays()
    at, scores = 0, (sums @ queries.T + bias).detach().numpy()
    for items, real in zip(batch.items, batch.real, strict=True):
        for end in range(1, real.sum() + 1):
            expected = (
                LowRankTerm(keys, vectors, gap).scores(
                    Queries.of([Query(items[:end].astype(np.int32))])
                )[0]
                + base
            )
            np.testing.assert_allclose(
                scores[at], expected, rtol=0.05, atol=0.05 * np.abs(expected).max()
            )
            at += 1
    assert at == batch.real.sum()


def test_it_learns_what_follows_what():
    split = next_item(planted())
    model = LowRank(**SMALL).fit(split.train, valid=split.valid)
    assert ndcg(model, split.test) > 0.9
    assert model.curve_[-1]["quality"] > model.curve_[0]["quality"]


def test_a_fit_is_repeated_by_its_seed_and_moved_by_another():
    data = random_data()
    one, two, other = (LowRank(**SMALL | {"epochs": 2}).fit(data, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.keys_, two.keys_)
    assert not np.array_equal(one.keys_, other.keys_)


def test_events_beyond_its_length_add_nothing():
    model = LowRank(**SMALL | {"length": 3, "epochs": 1}).fit(random_data())
    weights = model.contributions(Query([1, 2, 3, 4, 5]), 0).weights
    assert (weights[:2] == 0).all()
    assert (weights[2:] != 0).all()


def test_a_teacher_moves_the_weights_towards_its_own_order():
    split, ahead = next_item(planted()), np.arange(N)
    backwards = sequences(
        [[(start - step) % N for step in range(7)] for start in list(ahead) * 8], N
    )
    teacher = registry.model("sequence", **SEQUENCE | {"epochs": 15}).fit(backwards)
    last = [Query([int(item)]) for item in ahead]
    backs = {}
    for distil in (0.0, 0.9):  # the data go forwards, the teacher says backwards
        scores = LowRank(**SMALL | {"distil": distil}).fit(split.train, teacher=teacher).score(last)
        backs[distil] = float((scores.argmax(1) == (ahead - 1) % N).mean())
    assert backs[0.0] == 0.0
    assert backs[0.9] >= 0.4


def test_what_cannot_teach():
    data = random_data()
    with pytest.raises(
        ArgumentError, match="a teacher must be a fitted sequence model; got Popular"
    ):
        LowRank(**SMALL).fit(data, teacher=registry.model("popular").fit(data))
    other = registry.model("sequence", **SEQUENCE | {"epochs": 1}).fit(random_data(items=10))
    with pytest.raises(
        ArgumentError, match="a teacher must know the same items; got 10 against 25"
    ):
        LowRank(**SMALL).fit(data, teacher=other)


def test_parts_of_the_glass_box():
    data = random_data()
    for parts in (("ease",), ("transitions",), ("learned",), ("ease", "learned")):
        model = AdditiveRecommender(
            components=parts, learned=SMALL | {"epochs": 1}, tune_on=20
        ).fit(data)
        assert set(model.used_) <= set(parts)
        assert model.used_
    with pytest.raises(
        UnknownNameError, match="unknown part of additive 'eas'. Did you mean 'ease'"
    ):
        AdditiveRecommender(components=("eas",)).fit(data)
    with pytest.raises(
        ArgumentError, match="components must be some of ease, transitions, learned; got none"
    ):
        AdditiveRecommender(components=()).fit(data)
    with pytest.raises(
        UnknownNameError, match="unknown setting of learned 'headz'. Did you mean 'heads'"
    ):
        AdditiveRecommender(learned={"headz": 2}).fit(data)


def groups_of_three_ago():
    """What comes next depends on the group of the item three events ago, over pairs that are each seen once or never."""
    rng, groups = np.random.default_rng(0), 4
    items = np.arange(80)
    rows = []
    for _ in range(400):
        row = list(rng.choice(80, 3, replace=False))
        while len(row) < 9:
            wanted = items[(items % groups == (row[-3] + 1) % groups) & ~np.isin(items, row)]
            row.append(int(rng.choice(wanted)))
        rows.append([int(i) for i in row])
    return sequences(rows, 80)


def test_learned_weights_help_where_counts_cannot_tell():
    split = next_item(groups_of_three_ago())
    counts = AdditiveRecommender(components=("ease", "transitions")).fit(
        split.train, valid=split.valid
    )
    both = AdditiveRecommender(learned=SMALL).fit(split.train, valid=split.valid)
    assert ndcg(both, split.test) > 1.2 * ndcg(counts, split.test)


def test_a_checkpoint_is_of_one_fit_alone(tmp_path):
    data, small = groups_of_three_ago(), SMALL | {"epochs": 10}
    whole, kept = (
        LowRank(**small).fit(data, run=Run(checkpoint=folder)) for folder in (None, tmp_path / "c")
    )
    np.testing.assert_array_equal(whole.keys_, kept.keys_)
    with pytest.raises(BadArtefact, match="holds no checkpoint of this run"):
        LowRank(**small).fit(data, seed=1, run=Run(checkpoint=tmp_path / "c"))


def test_a_checkpoint_on_other_counts_is_refused(tmp_path):
    data = random_data(people=150, items=20, events=3000)
    few = SMALL | {"epochs": 2}
    AdditiveRecommender(learned=few).fit(data, run=Run(checkpoint=tmp_path))
    with pytest.raises(BadArtefact, match="holds no checkpoint of this run"):
        AdditiveRecommender(learned=few, window=2).fit(data, run=Run(checkpoint=tmp_path))


def test_weights_are_trained_once_and_an_early_end_keeps_what_was_reached(monkeypatch):
    fits = []
    fit = LowRank.fit

    def counted(self, data, **more):
        fits.append(len(data))
        return fit(self, data, **more)

    monkeypatch.setattr(LowRank, "fit", counted)
    data = groups_of_three_ago()
    small = SMALL | {"epochs": 30}
    whole = AdditiveRecommender(learned=small, tune_on=200).fit(data, run=Run())
    held_out = [len(data) - 200]  # the last event of each validation person
    assert fits == held_out
    assert len(whole.stages_[0]["curve"]) == 30
    fits.clear()

    def progress(status):
        run.early_end.asked = status.epoch >= 20

    run = Run(progress)
    ended = AdditiveRecommender(learned=small, tune_on=200).fit(data, run=run)
    assert fits == held_out
    assert len(ended.stages_[0]["curve"]) == 20
    assert "learned" in ended.used_ and np.isfinite(ended.score(data.histories)).all()


def test_weights_on_top_of_counts_are_judged_by_everyone_whom_the_counts_scored():
    rng = np.random.default_rng(0)
    rows = [[int(i) for i in rng.choice(20, 10, replace=False)] for _ in range(100)]
    data = sequences(rows, 20)  # 50 events per item
    small = SMALL | {"epochs": 1}
    few, many = (
        AdditiveRecommender(learned=small | {"tune_on": n}, tune_on=80).fit(data) for n in (30, 80)
    )
    np.testing.assert_array_equal(few.score(data.histories), many.score(data.histories))
