"""What each protocol learns from and what it asks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.toys import random_data, sequences
from whyrec.core import ArgumentError, DataError, Dataset, UnknownNameError
from whyrec.data.split import next_item, rating_split, split, strong, temporal


def test_next_item_keeps_the_last_two_apart():
    data = sequences([[0, 1, 2, 3], [4, 5], [3, 2, 1]], 6)
    made = next_item(data)
    train = [q.items.tolist() for q in made.train.histories]
    assert train == [[0, 1], [4, 5], [3]]  # a person with two events is only learned from
    assert [q.items.tolist() for q in made.valid.queries] == [[0, 1], [3]]
    assert made.valid.items.tolist() == [2, 2]
    assert [q.items.tolist() for q in made.test.queries] == [[0, 1, 2], [3, 2]]
    assert made.test.items.tolist() == [3, 1]
    assert made.test.queries[0].events_ago.tolist() == [2, 1, 0]


def test_refit_adds_the_validation_item_and_says_so():
    made = next_item(sequences([[0, 1, 2, 3]], 4), refit=True)
    assert made.train.histories[0].items.tolist() == [0, 1, 2]
    assert "each person's last;" in made.notes


def test_ties_in_time_keep_file_order():
    data = random_data()
    tied = type(data)(
        data.user, data.item, data.value, np.zeros(len(data)), data.users, data.items, order="file"
    )
    user = tied.histories.user[5]
    expected = data.item[data.user == user][-1]
    made = next_item(tied)
    at = list(made.test.queries.user).index(user)
    assert made.test.items[at] == expected
    assert (
        made.test.queries[at].events_ago.tolist() == list(range(len(made.test.queries[at])))[::-1]
    )


def test_people_with_one_time_for_all_have_no_last_item():
    events = [
        (0, 0, 1),
        (0, 1, 2),
        (0, 2, 3),
        (0, 3, 3),
        (1, 0, 7),
        (1, 1, 7),
        (1, 2, 7),
    ]  # bob's events are a tie
    user, item, time = zip(*events, strict=True)
    data = Dataset(user, item, [1] * 7, time, ["ann", "bob"], list("wxyz"))
    made = next_item(data)
    assert made.test.queries.user.tolist() == [0] and made.train.histories.sizes.tolist() == [2, 3]
    assert made.train.histories.events_ago.tolist() == [1, 0, 0, 0, 0]
    assert next_item(replace(data, order="file")).test.queries.user.tolist() == [0, 1]
    only = data.select([0, 1, 4, 5, 6])
    with pytest.raises(
        DataError, match="3 events or more; got only people whose events all have one time"
    ):
        next_item(only)


@pytest.mark.parametrize("protocol", ["next-item", "temporal"])
def test_without_an_order_nothing_is_next(protocol):
    fix = "give times, or --order file if the order of the rows is meant, or use --protocol random"
    with pytest.raises(
        DataError, match=f"the protocol {protocol} needs events with an order; .* {fix}"
    ):
        split(random_data().without_order(), protocol)
    tied = random_data()
    with pytest.raises(DataError, match="with one time for all of a person's"):
        split(replace(tied, time=np.zeros(len(tied))), protocol)


def _repeating(seed):
    """Random events in which people come back to items."""
    data = random_data(seed=seed)
    at = np.sort(np.random.default_rng(seed).integers(0, len(data), 2 * len(data)))
    return data.select(at)


@given(seed=st.integers(0, 20), repeats=st.booleans())
@settings(max_examples=15, deadline=None)
def test_random_holds_out_a_fifth_of_each_persons_items(seed, repeats):
    data = replace(
        (_repeating if repeats else random_data)(seed=seed), repeat=repeats
    ).without_order()
    made = split(data, "random", seed=seed)
    twice = set(made.valid.queries.user.tolist())
    assert len(twice) == max(1, sum(len(set(h.items)) >= 5 for h in data.histories) // 12)
    for at, user in enumerate(made.test.queries.user.tolist()):
        own, truth = (
            set(data.histories[user].items.tolist()),
            set(made.test.items[made.test.indptr[at] : made.test.indptr[at + 1]]),
        )
        assert len(own) >= 5 and len(truth) == max(1, round(0.2 * len(own)))
        given_, learned = (
            set(made.test.queries[at].items.tolist()),
            set(made.train.histories[user].items.tolist()),
        )
        assert given_ == own - truth and not made.test.queries[at].events_ago.any()
        assert (
            len(learned) == len(given_) - (len(truth) if user in twice else 0) and learned <= given_
        )
    everyone = {u for u, h in enumerate(data.histories) if len(set(h.items.tolist())) >= 5}
    assert set(made.test.queries.user.tolist()) == everyone
    for user in set(range(data.n_users)) - everyone:
        assert made.train.histories[user].items.tolist() == data.histories[user].items.tolist()


def test_random_needs_people_with_five_items():
    with pytest.raises(
        DataError, match="random needs people with 5 items or more; got at most 4 items a person"
    ):
        split(sequences([[0, 1, 2, 3, 0, 1]], 4), "random")


def test_random_follows_the_seed():
    data = random_data()
    one, same, other = (split(data, "random", seed=seed).test.items.tolist() for seed in (1, 1, 2))
    assert one == same and one != other


def test_a_true_item_seen_before_is_no_case():
    made = next_item(sequences([[0, 1, 2, 0], [0, 1, 2, 3]], 4))
    assert made.test.items.tolist() == [3]
    assert made.steps == (
        "0 validation and 1 test items left out: the person had chosen them before",
    )


def test_next_item_without_long_histories():
    with pytest.raises(
        DataError, match="3 events or more; got at most 2 events a person. Fix: give more events"
    ):
        next_item(sequences([[0, 1]], 2))


@given(seed=st.integers(0, 50))
@settings(max_examples=15, deadline=None)
def test_strong_holds_people_out_whole(seed):
    data = random_data(seed=seed)
    made = strong(data, seed=seed)
    trained = set(np.unique(made.train.user))
    for cases in (made.valid, made.test):
        assert not trained & set(cases.queries.user)
        for row, query in enumerate(cases.queries):
            truth = cases.items[cases.indptr[row] : cases.indptr[row + 1]]
            whole = data.histories[int(query.user)].items
            assert sorted([*query.items, *truth]) == sorted(whole)
            assert len(truth) == min(len(whole) - 1, max(1, round(len(whole) * 0.2)))
    assert not set(made.valid.queries.user) & set(made.test.queries.user)


def test_strong_needs_people():
    with pytest.raises(DataError, match="at least 24 people .*; got 2 such people"):
        strong(sequences([[0, 1, 2, 3, 4, 5]] * 2, 6))


def test_temporal_never_looks_ahead():
    data = random_data()
    made = temporal(data)
    for cases in (made.valid, made.test):
        for row, query in enumerate(cases.queries):
            truth = cases.items[cases.indptr[row] : cases.indptr[row + 1]]
            mine = data.histories[int(query.user)]
            later = mine.times[np.isin(mine.items, truth)]
            assert len(query) == 0 or query.times.max() < later.min()
    assert made.train.time.max() < made.test.queries.times.max(initial=2**60)
    assert len(made.train) < 0.87 * len(data)


def test_temporal_needs_a_clock():
    with pytest.raises(
        DataError,
        match="times of a common clock; got times that are only an order. Fix: use --protocol",
    ):
        temporal(sequences([[0, 1, 2]], 3))


def test_names_are_checked():
    with pytest.raises(
        UnknownNameError, match="unknown protocol 'nextitem'. Did you mean 'next-item'"
    ):
        split(random_data(), "nextitem")
    with pytest.raises(ArgumentError, match="refit goes with the protocol next-item; got strong"):
        split(random_data(), "strong", refit=True)


def test_rating_split_parts_the_ratings_at_random():
    data = random_data()
    train, test = rating_split(data, 0.2, seed=3)
    assert len(test) == round(0.2 * len(data))
    both = sorted(
        [
            *zip(train.user, train.item, train.value, strict=True),
            *zip(test.user, test.item, test.value, strict=True),
        ]
    )
    assert both == sorted(zip(data.user, data.item, data.value, strict=True))
    assert train.users == test.users == data.users
    np.testing.assert_array_equal(rating_split(data, 0.2, seed=3)[1].item, test.item)
    assert set(zip(rating_split(data, 0.2, seed=4)[1].user, test.user, strict=True)) != set(
        zip(test.user, test.user, strict=True)
    )


def test_rating_split_keeps_a_pair_rated_twice_on_one_side():
    data = sequences([[0, 1, 0, 2, 1, 0]] * 20, 3)
    train, test = rating_split(data, 0.4)
    pairs = [
        set(zip(side.user.tolist(), side.item.tolist(), strict=True)) for side in (train, test)
    ]
    assert not pairs[0] & pairs[1]
    assert len(train) + len(test) == len(data)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, 2.0])
def test_rating_split_needs_both_sides(share):
    with pytest.raises(
        DataError, match="leave one rating or more on each side; got .* of 3 ratings"
    ):
        rating_split(sequences([[0, 1, 2]], 3), share)
