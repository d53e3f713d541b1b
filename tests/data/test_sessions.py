"""Histories cut into sessions by pauses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from tests.toys import sequences
from whyrec.core import ArgumentError, DataError, Dataset, UserTable
from whyrec.data.sessions import current_session, sessions


def data_of(gaps):
    """One person's events with these minutes between them, and another's two in between."""
    times = 60 * np.concatenate([[0], np.cumsum(gaps)]).astype(int)
    rows = sorted([(int(t), 0, at % 5) for at, t in enumerate(times)] + [(1, 1, 0), (10**6, 1, 1)])
    time, user, item = zip(*rows, strict=True)
    return Dataset(
        user,
        item,
        [1] * len(rows),
        time,
        ["ann", "bob"],
        list("vwxyz"),
        user_table=UserTable({"city": ("Ulm", "Rom")}),
        friends=[(0, 1)],
    )


@given(st.lists(st.integers(0, 120), max_size=8))
def test_a_session_ends_where_the_pause_is_longer(gaps):
    data = data_of(gaps)
    made = sessions(data, 30)
    own = [at for at, name in enumerate(made.users) if name.startswith("ann ")]
    assert [made.users[at] for at in own] == [
        f"ann {n + 1}" for n in range(1 + sum(gap > 30 for gap in gaps))
    ]
    joined = np.concatenate([made.histories[at].items for at in own])
    np.testing.assert_array_equal(joined, data.history("ann").items)
    for at in own:
        assert (np.diff(made.histories[at].times) <= 30 * 60).all() and len(made.histories[at])
    assert [made.user_table.fields["city"][at] for at in own] == ["Ulm"] * len(own)
    assert not len(made.friends) and len(made) == len(data)


@given(st.lists(st.integers(0, 120), max_size=8))
def test_the_current_session_is_the_last_one_with_its_steps(gaps):
    data = data_of(gaps)
    found, last = current_session(data.histories, 30), sessions(data, 30)
    names = [name for name in last.users if name.startswith("ann ")]
    np.testing.assert_array_equal(found[0].items, last.history(names[-1]).items)
    np.testing.assert_array_equal(
        found[0].events_ago, np.arange(len(found[0]))[::-1] if any(gaps) else 0
    )  # no time differs
    assert found[0].now == data.history("ann").now and found[1].items.tolist() == [1]


def test_empty_histories_stay_empty():
    data = data_of([5])
    lone = replace(data, users=("ann", "bob", "eve"), user_table=UserTable())
    assert current_session(lone.histories, 30).sizes.tolist() == [2, 1, 0]


def test_what_cannot_be_cut_is_refused():
    with pytest.raises(DataError, match="sessions need times of a clock"):
        sessions(sequences([[0, 1]], 2), 30)
    with pytest.raises(ArgumentError, match="session minutes must be above 0; got 0"):
        current_session(data_of([1]).histories, 0)
