"""Homophily and diffusion on worlds where it is known which there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from whyrec.core import ArgumentError, DataError, Dataset
from whyrec.evaluate.social import DAY, diffusion, homophily
from whyrec.evaluate.statistics import paired

PEOPLE, ITEMS, EACH = 80, 60, 10


def world(kind, seed=0):
    """Two circles of 40 with 30 items each; friends within a circle. Times: alike: by chance; fashion: of the item; season: of
    circles of friends; follow: 1 to 20 days after the first friend who has it."""
    rng = np.random.default_rng(seed)
    rows, friends = (
        {},
        [
            (a, b)
            for a in range(PEOPLE)
            for b in rng.choice(40, 4, replace=False) + 40 * (a // 40)
            if a != b
        ],
    )
    neighbours = {
        a: {b for x, b in friends if x == a} | {x for x, b in friends if b == a}
        for a in range(PEOPLE)
    }
    peak, season = rng.uniform(0, 900, ITEMS), rng.uniform(0, 900, PEOPLE // 4)
    if (
        kind == "season"
    ):  # groups of four, active in the same months and friends with each other alone
        friends = [
            (a, b) for a in range(PEOPLE) for b in range(PEOPLE) if a // 4 == b // 4 and a < b
        ]
    for person in range(PEOPLE):
        for item in rng.choice(30, EACH, replace=False) + 30 * (person // 40):
            rows[person, item] = {
                "fashion": peak[item] + rng.uniform(0, 60),
                "season": season[person // 4] + rng.uniform(0, 60),
            }.get(kind, rng.uniform(0, 900))
    if kind == "follow":
        for (person, item), day in sorted(rows.items(), key=lambda row: row[1]):
            first = min(
                (rows[f, item] for f in neighbours[person] if (f, item) in rows), default=day
            )
            rows[person, item] = min(day, first + rng.uniform(1, 20))
    events = sorted((int(day * DAY), user, item) for (user, item), day in rows.items())
    time, user, item = (np.array(column) for column in zip(*events, strict=True))
    return Dataset(
        user,
        item,
        np.ones(len(user)),
        time,
        [f"u{n}" for n in range(PEOPLE)],
        [f"i{n}" for n in range(ITEMS)],
        friends=friends,
    )


@pytest.mark.parametrize(
    ("kind", "item_beaten", "person_beaten"),
    [
        ("alike", False, False),
        ("fashion", False, True),
        ("season", True, False),
        ("follow", True, True),
    ],
)
def test_only_following_beats_both_nulls(kind, item_beaten, person_beaten):
    found = diffusion(world(kind), days=30, shuffles=99)
    assert (found.within_item.p <= 0.01) == item_beaten
    assert (found.within_person.p <= 0.01) == person_beaten
    assert 0 < found.count <= found.of
    assert (found.excess > 0.2) == (kind == "follow")


@pytest.mark.parametrize("kind", ["alike", "follow"])
def test_friends_are_more_alike_than_others_whatever_the_times(kind):
    data = world(kind)
    friends, others = homophily(data)
    assert paired(friends, others).low > 0.05
    strangers = replace(data, friends=np.random.default_rng(0).choice(PEOPLE, (200, 2)))
    gap = paired(*homophily(strangers))
    assert gap.low < 0 < gap.high


def test_equal_times_say_nothing_of_who_came_first():
    data = world("follow")
    assert diffusion(replace(data, time=np.zeros(len(data), np.int64)), shuffles=9).count == 0


def test_a_count_is_what_it_says():
    data = Dataset(
        [0, 1, 2, 0],
        [0, 0, 0, 0],
        [1] * 4,
        [DAY, 11 * DAY, 51 * DAY, 61 * DAY],
        ["a", "b", "c"],
        ["x"],
        friends=[(0, 1), (1, 2), (2, 0)],
    )
    found = diffusion(data, days=30, shuffles=9)
    assert (found.count, found.of) == (
        1,
        6,
    )  # b after a; c is 40 and 50 days after; a's second use is no first choice
    assert diffusion(data, days=45, shuffles=9).count == 2


def test_what_is_missing_is_told():
    data = world("alike")
    with pytest.raises(
        DataError, match="times that are only an order. Fix: without times, friends who are alike"
    ):
        diffusion(replace(data, clock=False))
    with pytest.raises(DataError, match="need friends; got a data set without any"):
        homophily(replace(data, friends=None))
    with pytest.raises(ArgumentError, match="1 shuffle or more; got 92 days, 0 shuffles"):
        diffusion(data, shuffles=0)
    two = data.of_people(np.array([0, 1]))
    with pytest.raises(DataError, match="somebody who is no friend"):
        homophily(replace(two, friends=np.array([[0, 1]])))
