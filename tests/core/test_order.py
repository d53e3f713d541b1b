"""The order of a person's events: what a dataset says where there is none, and that it travels with the data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.toys import random_data, sequences
from whyrec.core import DataError, Dataset, Query, artefact
from whyrec.core.cases import hold_out_last


def data_of(*rows, **more):
    """Events (user, item, time) in the order given."""
    user, item, time = zip(*rows, strict=True)
    return Dataset(user, item, [1] * len(rows), time, ["ann", "bob", "cid"], list("wxyz"), **more)


TIED = data_of(
    (0, 0, 5), (1, 3, 5), (0, 1, 5), (1, 2, 6), (1, 1, 6)
)  # ann's are a tie, bob's are not, cid has none


def test_without_an_order_all_events_are_equally_recent():
    data = TIED.without_order()
    assert (data.order, data.clock, data.time.tolist(), data.item.tolist()) == (
        "none",
        False,
        [0] * 5,
        [0, 3, 1, 2, 1],
    )
    assert (
        data.histories.events_ago.tolist() == [0] * 5
        and data.history("bob").times.tolist() == [0] * 3
    )
    assert (
        data.ordered_histories.items.tolist() == [] and len(data.ordered_histories) == 1
    )  # cid, who has no event


def test_one_time_for_all_of_a_person_is_no_order_and_other_ties_are_in_row_order():
    assert TIED.history("ann").events_ago.tolist() == [0, 0] and TIED.history(
        "bob"
    ).events_ago.tolist() == [
        2,
        1,
        0,
    ]
    assert TIED.ordered_histories.items.tolist() == [3, 2, 1]
    by_rows = replace(TIED, order="file")
    assert (
        by_rows.history("ann").events_ago.tolist() == [1, 0] and len(by_rows.ordered_histories) == 3
    )
    assert TIED.of_people(np.array([2])).histories.events_ago.tolist() == []
    ordered = sequences([[0, 1], [2, 3]], 4)
    assert ordered.ordered_histories is ordered.histories


def test_an_order_of_another_name_or_with_times_that_differ_is_refused():
    with pytest.raises(DataError, match="the order of events must be time, file, none; got 'rows'"):
        replace(TIED, order="rows")
    with pytest.raises(DataError, match="one time; got times that differ. Fix: .*without_order"):
        replace(TIED, order="none")
    assert replace(
        TIED.of_people(np.array([0])), order="none"
    ).clock  # all events on one day: the day is known
    assert len(replace(TIED.select(np.zeros(5, bool)), order="none")) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.select(np.arange(3)),
        lambda d: d.compact(),
        lambda d: d.only(np.arange(2), np.arange(4)),
        lambda d: d.of_people(np.array([0, 1])),
        lambda d: artefact.dataset_from(*artefact.dataset_parts(d)),
        lambda d: artefact.dataset_from(*artefact.dataset_parts(d, histories=False)),
    ],
)
@pytest.mark.parametrize("order", ["time", "file", "none"])
def test_it_travels_with_the_data(change, order):
    assert (
        change(TIED.without_order() if order == "none" else replace(TIED, order=order)).order
        == order
    )


def test_who_is_not_in_the_data_is_asked_for_in_its_order():
    fields = ("items", "events_ago", "times", "repeat")
    for data, steps, times in (
        (TIED, [1, 0], [0, 0]),
        (TIED.without_order(), [0, 0], [0, 0]),
    ):  # nobody said when
        asked = replace(data, repeat=True).asked([3, 1])
        assert isinstance(asked, Query) and [
            np.asarray(getattr(asked, name)).tolist() for name in fields
        ] == [[3, 1], steps, times, True]


def test_the_moment_of_an_event_is_unknown_at_0_and_without_a_clock():
    data = data_of((0, 0, 0), (0, 1, 86_400), (1, 1, 4 * 86_400))
    assert [data.moment(int(time)) for time in data.time] == [None, 86_400, 4 * 86_400]
    assert data.days == ("1970-01-02", "1970-01-05")
    positions = replace(data, clock=False)
    assert positions.moment(86_400) is None and positions.days is None
    assert data.select([0]).days is None


@pytest.mark.parametrize(
    ("rows", "clock", "order"),
    [
        (
            [(0, 0, 0), (0, 1, 1), (1, 2, 4)],
            False,
            "file",
        ),  # numbers of rows, as version 0.1 counted them
        ([(0, 0, 1), (1, 1, 1), (0, 2, 2)], False, "time"),  # a stated position
        ([(0, 0, 7), (0, 1, 8), (0, 2, 9)], True, "time"),
        ([(0, 0, 7), (0, 1, 7)], True, "file"),
        ([(0, 0, 7)], False, "time"),
    ],
)
def test_folders_of_an_earlier_version_go_on_as_they_were_fitted(rows, clock, order):
    data = data_of(*rows, clock=clock)
    arrays, document = artefact.dataset_parts(data)
    del document["order"]
    found = artefact.dataset_from(arrays, document)
    assert found.order == order
    assert found.history("ann").events_ago.tolist() == list(range(len(found.history("ann"))))[::-1]


def test_without_an_order_the_events_held_out_are_drawn():
    data = random_data().without_order()
    rest, cases = hold_out_last(data, 40, 0)
    place = [
        data.histories[int(u)].items.tolist().index(i) / (len(data.histories[int(u)]) - 1)
        for u, i in zip(cases.queries.user, cases.items, strict=True)
    ]
    assert 0.3 < np.mean(place) < 0.7 and len(rest) == len(data) - 40  # anywhere in the rows
    assert rest.order == "none" and not cases.queries.events_ago.any()
