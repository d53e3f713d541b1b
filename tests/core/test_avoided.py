"""What a person has refused is never offered: in queries, batches, lists, parts of data and folders."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from whyrec.core import (
    ArgumentError,
    DataError,
    Dataset,
    Queries,
    Query,
    artefact,
    mask_seen,
    rank_of,
    recommend,
)
from whyrec.core.dataset import changed_people


class Fixed:
    """Scores that fall with the item's number."""

    def score(self, queries):
        return np.tile(np.arange(6, 0, -1, dtype=np.float32), (len(Queries.of(queries)), 1))


def data(**more):
    return Dataset(
        [0, 1, 0],
        [0, 1, 2],
        [1, 1, 1],
        [1, 2, 3],
        ["ann", "bob", "cy"],
        list("abcdef"),
        avoided=[(1, 4), (0, 1), (2, 5), (0, 1)],
        **more,
    )


def test_pairs_are_sorted_once_and_each_history_has_its_own():
    found = data()
    assert found.avoided.tolist() == [[0, 1], [1, 4], [2, 5]] and not found.avoided.flags.writeable
    assert [query.avoided.tolist() for query in found.histories] == [[1], [4], [5]]
    assert found.histories[[2, 0]].avoided.tolist() == [5, 1]
    assert Queries.of(list(found.histories)).avoided.tolist() == [1, 4, 5]
    assert found.hash != replace(found, avoided=None).hash


def test_it_is_in_no_list_also_where_items_may_come_again():
    query = Query([2], avoided=[0, 1])
    assert recommend(Fixed(), query, 6)[0].items.tolist() == [3, 4, 5]
    assert recommend(Fixed(), replace(query, repeat=True), 6)[0].items.tolist() == [2, 3, 4, 5]
    assert recommend(Fixed(), query, 6, seen=True)[0].items.tolist() == [2, 3, 4, 5]
    assert rank_of(Fixed(), query, 0) is None and rank_of(Fixed(), query, 3) == 1
    assert (
        np.isneginf(mask_seen(Fixed().score([query]), Queries.of(query))[0]).tolist()
        == [True] * 3 + [False] * 3
    )


def test_removing_events_leaves_it():
    query = Query([2, 3], avoided=[0])
    assert query.without([0]).avoided.tolist() == query.only([0]).avoided.tolist() == [0]


def test_parts_of_the_data_keep_what_belongs_to_them():
    found = data()
    assert found.of_people(np.array([1, 2])).avoided.tolist() == [[0, 4], [1, 5]]
    assert found.select(np.array([True, False, False])).avoided.tolist() == found.avoided.tolist()
    small = found.compact()  # a, b and c have events; cy has none, and avoids none of these
    assert (small.users, small.items, small.avoided.tolist()) == (
        ("ann", "bob"),
        ("a", "b", "c"),
        [[0, 1]],
    )
    kept = replace(found, avoided=[(2, 1)]).compact()  # cy refused something that is there
    assert (kept.users, kept.avoided.tolist()) == (("ann", "bob", "cy"), [[2, 1]])


def test_a_folder_keeps_it_unless_people_are_left_out():
    found = data(min_rating=1.5, cleaning={"duplicates": "last"})
    arrays, document = artefact.dataset_parts(found)
    again = artefact.dataset_from(arrays, document)
    assert (again.avoided.tolist(), again.min_rating, again.cleaning) == (
        found.avoided.tolist(),
        1.5,
        {"duplicates": "last"},
    )
    arrays, document = artefact.dataset_parts(found, histories=False)
    assert "avoided" not in arrays and len(artefact.dataset_from(arrays, document).avoided) == 0
    for name in ("min_rating", "cleaning"):  # a folder of an earlier version
        del document[name]
    assert artefact.dataset_from(arrays, document).min_rating is None


@pytest.mark.parametrize("avoided", [[(3, 0)], [(0, 6)], [(-1, 0)]])
def test_numbers_out_of_range_are_refused(avoided):
    with pytest.raises(DataError, match=r"Dataset\.avoided must lie in"):
        replace(data(), avoided=avoided)


def test_wrong_queries_are_refused():
    with pytest.raises(ArgumentError, match="item numbers must be 0 or more; got -1"):
        Query([1], avoided=[-1])
    with pytest.raises(ArgumentError, match=r"Queries\.avoided_indptr must rise from 0"):
        replace(data().histories, avoided_indptr=[0, 1, 2])


def test_people_whose_events_changed():
    one = Dataset(
        [0, 1, 2, 0], [0, 1, 2, 3], [1, 1, 1, 1], [1, 2, 3, 4], ["a", "b", "c"], list("wxyz")
    )
    two = Dataset(
        [0, 1, 2, 0, 3],
        [0, 2, 2, 3, 1],
        [1, 1, 1, 1, 1],
        [1, 2, 3, 4, 5],
        ["a", "b", "c", "d"],
        list("wxyz"),
    )
    assert changed_people(one, two).tolist() == [1, 3]  # one has another item, one is new
    assert changed_people(one, replace(one, value=[1, 1, 2, 1])).tolist() == [2]
    assert changed_people(one, replace(one, time=[1, 2, 4, 4])).tolist() == [2]
    assert changed_people(one, one).tolist() == []
