"""Batches of histories: every event is learned from, people are kept apart, order is kept."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings, strategies as st

from whyrec.core import Queries, Query
from whyrec.core.padding import padded
from whyrec.models.training.batches import windows

SIZES = st.lists(st.integers(0, 40), min_size=1, max_size=12)


def numbered(sizes):
    """Histories whose item numbers are event numbers, so that each event can be told apart; times are 10 * item."""
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    n = int(indptr[-1])
    return Queries(
        indptr,
        np.arange(n),
        np.ones(n),
        10 * np.arange(n),
        np.zeros(len(sizes)),
        np.arange(len(sizes)),
    )


def pairs(batches):
    """(item, target) of all real places."""
    items = np.concatenate([np.zeros(0, int), *(b.items[b.real] for b in batches)])
    return items, np.concatenate([np.zeros(0, int), *(b.target[b.real] for b in batches)])


@given(SIZES, st.integers(1, 9), st.integers(1, 80), st.integers(0, 9))
def test_every_event_but_a_persons_first_is_a_target_and_people_are_kept_apart(
    sizes, length, tokens, seed
):
    histories = numbered(sizes)
    batches = windows(
        histories, length=length, tokens=tokens, event_dropout=0.0, rng=np.random.default_rng(seed)
    )
    items, targets = pairs(batches)
    np.testing.assert_array_equal(targets, items + 1)  # the next event
    assert (histories.row[items] == histories.row[targets]).all()
    firsts = histories.indptr[:-1][histories.sizes > 0]
    assert set(targets) == set(range(len(histories.items))) - set(firsts)
    # Windows of a long history overlap at its end alone: no event is a target three times.
    assert np.bincount(targets, minlength=1).max(initial=0) <= 2


@given(SIZES, st.integers(1, 9), st.integers(1, 80), st.floats(0.1, 1.0), st.integers(0, 9))
def test_leaving_events_out_keeps_the_order_and_the_people(sizes, length, tokens, share, seed):
    histories = numbered(sizes)
    items, targets = pairs(
        windows(
            histories,
            length=length,
            tokens=tokens,
            event_dropout=share,
            rng=np.random.default_rng(seed),
        )
    )
    assert (targets > items).all() and (histories.row[items] == histories.row[targets]).all()


@given(SIZES, st.integers(1, 9), st.integers(1, 80), st.floats(0.0, 0.9), st.integers(0, 9))
def test_batches_keep_within_their_size(sizes, length, tokens, share, seed):
    for batch in windows(
        numbered(sizes),
        length=length,
        tokens=tokens,
        event_dropout=share,
        rng=np.random.default_rng(seed),
    ):
        b, l = batch.items.shape
        assert batch.target.shape == batch.real.shape == batch.times.shape == (b, l)
        assert l <= length and (b == 1 or b * l <= tokens)
        assert batch.real[:, 0].all()
        assert (np.diff(batch.real.astype(int), axis=1) <= 0).all()  # padded at the end alone
        np.testing.assert_array_equal(batch.times[batch.real], 10 * batch.items[batch.real])


def test_about_the_right_share_is_left_out():
    histories = numbered([200] * 50)
    for share in (0.2, 0.6):
        items, _ = pairs(
            windows(
                histories,
                length=400,
                tokens=4000,
                event_dropout=share,
                rng=np.random.default_rng(0),
            )
        )
        assert abs(1 - len(items) / 10_000 - share / 2) < 0.05  # uniform up to `share`


def test_the_same_generator_gives_the_same_epoch_and_another_does_not():
    made = [
        windows(
            numbered([30, 7, 9, 12]),
            length=8,
            tokens=32,
            event_dropout=0.3,
            rng=np.random.default_rng(seed),
        )
        for seed in (1, 1, 2)
    ]
    same = [
        all(np.array_equal(a.items, b.items) for a, b in zip(made[0], other, strict=False))
        for other in made[1:]
    ]
    assert same == [True, False]


def test_histories_of_one_event_teach_nothing():
    assert (
        windows(
            numbered([1, 0, 1]),
            length=5,
            tokens=10,
            event_dropout=0.0,
            rng=np.random.default_rng(0),
        )
        == []
    )


@settings(max_examples=50)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(1, 8))
def test_padded_holds_each_rows_latest_events(sizes, length):
    histories = numbered(sizes)
    rows = np.arange(len(sizes))
    items, steps, times, ends = padded(histories, rows, length)
    for row in rows:
        query = histories[int(row)]
        kept = min(len(query), length)
        assert ends[row] == kept
        np.testing.assert_array_equal(items[row, :kept], query.items[len(query) - kept :])
        np.testing.assert_array_equal(steps[row, :kept], query.events_ago[len(query) - kept :])
        np.testing.assert_array_equal(times[row, :kept], query.times[len(query) - kept :])
        assert (items[row, kept:] == 0).all()


def test_padded_keeps_the_steps_of_removed_events():
    query = Query([3, 1, 4, 1]).without([1, 2])
    _, steps, _, _ = padded(Queries.of(query), np.array([0]), 5)
    assert steps[0].tolist() == [3, 0]
