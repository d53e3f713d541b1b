"""Lists of many people, masks and pieces: by hand."""

from __future__ import annotations

import numpy as np

from whyrec.core import Queries, Query, mask_seen, recommend
from whyrec.core.ranking import batches


class Fixed:
    """The same scores for everybody."""

    scores = np.array([1, 5, 3, 4], np.float32)

    def score(self, queries):
        return np.broadcast_to(self.scores, (len(queries), 4))


def test_masking_leaves_the_model_s_scores_as_they_are():
    scores = np.array([[1.0, 5.0, 3.0, 4.0]])
    masked = mask_seen(scores, Queries.of(Query([1], avoided=[2])))
    assert masked.tolist() == [[1, -np.inf, -np.inf, 4]] and masked.dtype == np.float32
    assert scores.tolist() == [[1, 5, 3, 4]]
    again = mask_seen(scores, Queries.of(Query([1], avoided=[2], repeat=True)))
    assert again.tolist() == [[1, 5, -np.inf, 4]]
    recommend(Fixed(), Query([1]), 2, seen=True, exclude=[0])
    assert Fixed.scores.tolist() == [1, 5, 3, 4]


def test_excluded_items_are_in_no_list_of_many_people():
    queries = [Query([n % 3]) for n in range(700)]  # scored in more than one piece
    found = recommend(Fixed(), queries, 3, exclude=[3])
    expected = [[1, 2], [2, 0], [1, 0]]  # by score 5, 3, 1 of items 1, 2, 0, without the seen one
    assert [one.items.tolist() for one in found] == [expected[n % 3] for n in range(700)]
    seen = recommend(Fixed(), queries, 2, seen=True, exclude=[1])
    assert {tuple(one.items.tolist()) for one in seen} == {(3, 2)}


def test_pieces_of_queries_keep_their_order():
    queries = Queries.of([Query([n]) for n in range(5)])
    pieces = [(rows.tolist(), part.items.tolist()) for rows, part in batches(queries, 2)]
    assert pieces == [([0, 1], [0, 1]), ([2, 3], [2, 3]), ([4], [4])]
