"""Readable features by hand and as they are computed; what the data cannot give is left out and told."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.models.interpretable.worlds import rich
from tests.toys import random_data, sequences
from whyrec.core import Dataset, Queries, Query, UnknownNameError
from whyrec.models.interpretable import counting
from whyrec.models.interpretable.feature_phrases import (
    UNITS,
    condition,
    conditions,
    said,
    short,
    shown,
    why_absent,
)
from whyrec.models.interpretable.features import DECAY, Features, features_of, keep

DATA = rich()
FEATURES = Features.of(DATA, friends=True, time_features=True)


def column(name, query, items, features=FEATURES):
    return features.values(Queries.of(query), np.array([items]))[
        0, :, list(features.names).index(name)
    ]


def test_all_that_the_data_give_is_there():
    assert set(FEATURES.names) == {
        "categories",
        "same:brand",
        "near:price",
        "popularity",
        "trend",
        "rating",
        "cochosen",
        "latest",
        "follows",
        "after",
        "words",
        "text",
        "friends",
        "hour",
        "weekday",
    }
    assert FEATURES.absent == {}


@pytest.mark.parametrize(
    ("values", "name", "says"),
    [
        ("rating", "rating", "people rate it 3.00 on average"),
        ("count", "uses", "people used it 3.00 times on average"),
        ("", "value", "its events have the value 3.00 on average"),
    ],
)
def test_a_mean_is_called_a_rating_only_where_the_values_are_ratings(values, name, says):
    data = replace(DATA, values=values)
    made = Features.of(data)
    assert {"rating", "uses", "value"} & set(made.names) == {name} and said(name, 3.0)[0] == says
    np.testing.assert_allclose(column(name, Query([]), [6], made), column("rating", Query([]), [6]))
    assert not {"rating", "uses", "value"} & set(Features.of(data, without=("rating",)).names)


def test_what_is_lacking_is_told():
    plain = Features.of(sequences([[0, 1, 2], [1, 2, 3], [2, 3, 4]], 5))
    assert {"near", "rating", "trend", "words", "text", "friends", "categories"} <= set(
        plain.absent
    )
    assert plain.absent["trend"] == "the data have no clock"
    assert not set(plain.absent) & set(plain.names)


def test_shares_are_those_of_the_weighted_history():
    query = Query([0, 1, 4])  # kinds 0, 1, 0; steps back 2, 1, 0
    weights = DECAY ** np.array([2.0, 1.0, 0.0])
    share = (weights[0] + weights[2]) / weights.sum()
    np.testing.assert_allclose(
        column("categories", query, [8, 1, 2]), [share, 1 - share, 0], atol=1e-4
    )


def test_near_is_the_distance_from_the_usual_number():
    z = FEATURES.numbers[:, 0]
    assert abs(np.nanmean(z)) < 1e-5 and abs(np.nanstd(z) - 1) < 1e-5
    np.testing.assert_allclose(
        column("near:price", Query([5]), [5, 7]), [0, abs(z[7] - z[5])], atol=1e-4
    )
    assert column("near:price", Query([5]), [3])[0] == 1.0  # unknown


def test_popularity_trend_rating_and_friends_by_hand():
    counts = np.bincount(DATA.item, minlength=DATA.n_items)
    np.testing.assert_allclose(
        column("popularity", Query([]), [2, 9]), np.log10(1 + counts[[2, 9]]), atol=1e-4
    )
    now = int(DATA.time[len(DATA) // 2])
    window = FEATURES.trend["window"]
    lately = ((DATA.item == 4) & (DATA.time < now) & (DATA.time >= now - window)).sum()
    assert column("trend", Query([1], times=[now], now=now), [4])[0] == pytest.approx(
        np.log10(1 + lately), abs=1e-4
    )
    mean = (DATA.value[DATA.item == 6].sum() + 10 * DATA.value.mean()) / (counts[6] + 10)
    assert column("rating", Query([]), [6])[0] == pytest.approx(mean, abs=1e-3)
    friends = {person for person in (9, 11) if 4 in DATA.item[DATA.user == person]}
    assert column("friends", Query([1], user=10), [4])[0] == pytest.approx(
        np.log10(1 + len(friends)), abs=1e-4
    )
    assert column("friends", Query([1]), [4])[0] == 0


def test_strengths_by_hand():
    people = np.zeros((DATA.n_users, DATA.n_items))
    people[DATA.user, DATA.item] = 1
    norm = np.linalg.norm(people, axis=0)
    cosine = people.T @ people / np.outer(norm, norm)
    np.fill_diagonal(cosine, 0)
    np.testing.assert_allclose(counting.cochosen(DATA, 100).toarray(), cosine, atol=1e-6)
    expected = DECAY * cosine[2, 8] + cosine[5, 8]
    assert column("cochosen", Query([2, 5]), [8])[0] == pytest.approx(expected, abs=1e-4)
    assert column("latest", Query([2, 5]), [8])[0] == pytest.approx(cosine[5, 8], abs=1e-4)
    steps = counting.followers(
        sequences([[0, 1, 2], [0, 1, 3]], 4), 10, window=2, decay=0.5
    ).toarray()
    assert steps[0, 1] == pytest.approx(2 / np.sqrt(2)) and steps[0, 2] == pytest.approx(
        0.5 / np.sqrt(2)
    )


def test_largest_keeps_the_largest():
    dense = np.random.default_rng(0).random((6, 9)).astype(np.float32)
    kept = counting.largest(dense, 3).toarray()
    assert ((kept > 0).sum(1) == 3).all()
    np.testing.assert_array_equal(np.sort(kept, 1)[:, -3:], np.sort(dense, 1)[:, -3:])


def test_a_batch_is_its_rows_and_user_numbers_change_nothing():
    queries = DATA.histories[np.arange(12)]
    items = np.tile(np.arange(DATA.n_items), (12, 1))
    some = Features.of(DATA)
    whole = some.values(queries, items)
    assert (
        whole.dtype == np.float32
        and whole.shape == (12, DATA.n_items, len(some.names))
        and np.isfinite(whole).all()
    )
    for row, query in enumerate(queries):
        alone = some.values(
            Queries.of(Query(query.items, query.values, query.times, query.now)), items[:1]
        )
        np.testing.assert_array_equal(alone[0], whole[row])


@given(st.lists(st.integers(0, 29), max_size=12, unique=True), st.integers(0, 29))
@settings(max_examples=40)
def test_every_feature_is_finite_for_every_history(items, item):
    assert np.isfinite(FEATURES.values(Queries.of(Query(items)), np.array([[item]]))).all()


def test_candidates_are_new_and_tied():
    queries = DATA.histories[np.arange(10)]
    found = FEATURES.candidates(queries, 8)
    assert found.shape == (10, 8)
    for row, query in enumerate(queries):
        assert not set(found[row]) & set(query.items.tolist()) and len(set(found[row])) == 8
    popular = np.argsort(-np.bincount(DATA.item, minlength=DATA.n_items), kind="stable")
    assert set(FEATURES.candidates(Queries.of(Query([])), 5)[0]) == set(popular[:5].tolist())


def test_every_absence_is_told_in_chinese_too():
    plain = Features.of(sequences([[0, 1, 2], [1, 2, 3]], 5), without=["popularity"])
    said_of = set(plain.absent.values()) | set(Features.of(DATA).absent.values())
    assert said_of and all(re.search("[\u4e00-\u9fff]", why_absent(why, "zh")) for why in said_of)
    assert {why_absent(why, "en") for why in said_of} == said_of


def test_left_out_as_asked():
    less = Features.of(DATA, without=["near:price", "same", "words"])
    assert (
        not {"near:price", "same:brand", "words"} & set(less.names)
        and less.absent["words"] == "left out as asked"
    )


def test_kept_in_a_model_and_back():
    class Box:
        pass

    keep(Box, FEATURES)
    again = features_of(Box)
    queries, items = DATA.histories[np.arange(3)], np.tile(np.arange(5), (3, 1))
    np.testing.assert_array_equal(again.values(queries, items), FEATURES.values(queries, items))


def test_every_feature_has_words_in_both_languages():
    for name in FEATURES.names:
        assert (
            all(short(name))
            and all(said(name, 0.5))
            and "{" not in "".join(short(name) + said(name, 0.5))
        )
    assert set(UNITS) == {n.partition(":")[0] for n in FEATURES.names} | {
        "model",
        "whole",
        "uses",
        "value",
    }
    assert said("same:lead_actor", 1.0)[1] == "您近期的选择中有100%与它的lead actor相同"
    with pytest.raises(UnknownNameError, match="unknown feature 'pric'"):
        short("pric")


@given(st.floats(1e-4, 0.02))
def test_a_threshold_above_zero_is_not_written_as_zero(value):
    assert float(shown("cochosen", value)) > 0


def test_ranges_join():
    assert condition("rating", None, None)[0] == "mean rating any"
    assert conditions(["rating"], [(0, True, 2.0), (0, False, 4.0)]) == (
        "mean rating > 2.00 and ≤ 4.00",
        "平均评分 > 2.00 且 ≤ 4.00",
    )
    assert conditions(["rating"], []) == ("always", "总是")


def test_random_data_without_any_names():
    made = Features.of(random_data())
    assert "popularity" in made.names and "cochosen" in made.names


def test_hour_and_weekday_by_hand_and_only_where_asked():
    # Item 0 at eight in the morning of Mondays, item 1 at eight in the evening of Thursdays, each 40 times.
    monday, thursday = (
        4 * 86_400 + 8 * 3600,
        7 * 86_400 + 20 * 3600,
    )  # the first of January 1970 was a Thursday
    time = np.sort(
        np.concatenate([week * 604_800 + np.array([monday, thursday]) for week in range(40)])
    )
    data = Dataset(
        np.arange(80) % 10,
        (time // 3600 % 24 == 20).astype(int),
        np.ones(80),
        time,
        [f"u{n}" for n in range(10)],
        ["a", "b"],
    )
    features = Features.of(data, time_features=True)
    at = {name: features.names.index(name) for name in ("hour", "weekday")}
    morning, evening = Query([], now=monday), Query([], now=thursday)
    found = features.values(Queries.of([morning, evening]), np.array([[0, 1], [0, 1]]))
    usual = np.log2(
        (40 + 20 * 0.5) / (60 * 0.5)
    )  # on its day: 40 events where 20 are expected, drawn by 20
    never = np.log2((0 + 20 * 0.5) / (60 * 0.5))
    assert found[:, :, at["weekday"]] == pytest.approx(
        np.array([[usual, never], [never, usual]]), abs=1e-3
    )
    assert found[0, 0, at["hour"]] == pytest.approx(usual, abs=1e-3)
    plain = Features.of(data)
    assert "hour" not in plain.names and plain.absent["hour"] == "not asked for"
    assert said("hour", 1.0)[0] == "at this hour people choose it 2.00 times as often as usual"
