"""The index names candidates; what is shown is exact, and nearly nothing is missed."""

from __future__ import annotations

import numpy as np
import pytest

from whyrec.core import ArgumentError, BadArtefact, Queries, Query
from whyrec.models.linear.terms import LowRankTerm

pytest.importorskip("faiss")
from whyrec.scale.neighbours import Neighbours


def world(n=3000, d=16, people=40, seed=0):
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(30, d))
    vectors = centres[rng.integers(30, size=n)] + 0.5 * rng.normal(size=(n, d))
    vectors *= rng.lognormal(0, 0.3, size=(n, 1))  # lengths differ: nearest is not largest product
    return (
        vectors.astype(np.float32),
        rng.normal(size=n).astype(np.float32),
        rng.normal(size=(people, d)).astype(np.float32),
    )


def brute(vectors, base, person, k, gone=()):
    scores = vectors.astype(np.float64) @ person.astype(np.float64) + base
    scores[list(gone)] = -np.inf
    best = np.argsort(-scores, kind="stable")[:k]
    return best, scores[best]


def test_with_all_items_scored_again_the_list_is_that_of_brute_force():
    vectors, base, people = world()
    index = Neighbours(vectors, base)
    for person, found in zip(people, index.search(people, 10, candidates=3000), strict=True):
        items, scores = brute(vectors, base, person, 10)
        assert found.items.tolist() == items.tolist()
        np.testing.assert_allclose(found.scores, scores, rtol=1e-12)


def test_recall_grows_with_candidates_and_scores_stay_exact():
    vectors, base, people = world()
    recalls = []
    for candidates in (20, 60, 400):
        found = Neighbours(vectors, base).search(people, 20, candidates=candidates)
        truth = [brute(vectors, base, person, 20)[0] for person in people]
        recalls.append(
            np.mean(
                [
                    len(np.intersect1d(one.items, best)) / 20
                    for one, best in zip(found, truth, strict=True)
                ]
            )
        )
        for person, one in zip(people, found, strict=True):
            np.testing.assert_allclose(
                one.scores,
                vectors[one.items].astype(float) @ person.astype(float) + base[one.items],
            )
    assert recalls[0] < recalls[1] <= recalls[2] and recalls[2] >= 0.99


def test_excluded_items_are_replaced_by_the_next():
    vectors, base, people = world(people=5)
    index = Neighbours(vectors, base)
    seen = [brute(vectors, base, person, 50)[0] for person in people]
    for person, gone, found in zip(
        people, seen, index.search(people, 10, exclude=seen), strict=True
    ):
        assert found.items.tolist() == brute(vectors, base, person, 10, gone)[0].tolist()


def test_one_item_longer_than_all_others_is_found():
    vectors, base, people = world()
    vectors[1234] = 40 * people[0]  # hardly ever in the sample by which the index rounds
    assert Neighbours(vectors, base).search(people[:1], 3)[0].items[0] == 1234


def test_a_models_reasons_add_up_to_the_scores_found():
    vectors, base, _ = world(n=500, d=8)
    term = LowRankTerm(np.roll(vectors, 1, 0), vectors, np.full((2, 10), 0.5, np.float32))
    query = Query([3, 99, 401])
    found = Neighbours(vectors, base).search(term.people(Queries.of(query)), 5)[0]
    for item, score in zip(found.items, found.scores, strict=True):
        assert base[item] + term.contributions_to(query, int(item)).sum() == pytest.approx(
            score, abs=1e-5
        )


def test_saved_and_mapped_it_answers_the_same(tmp_path):
    vectors, base, people = world(n=800)
    made = Neighbours(vectors, base)
    read = Neighbours.load(made.save(tmp_path / "index"))
    assert isinstance(read.vectors, np.memmap)
    for one, other in zip(made.search(people, 7), read.search(people, 7), strict=True):
        assert (
            one.items.tolist() == other.items.tolist()
            and one.scores.tolist() == other.scores.tolist()
        )
    with (tmp_path / "index" / "vectors.npy").open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(BadArtefact, match="1000 bytes of"):
        Neighbours.load(tmp_path / "index")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda v, b: Neighbours(v, b[:3]), "one base score an item"),
        (lambda v, b: Neighbours(np.where(v > 9, v, np.nan), b), "vectors must be finite"),
        (lambda v, b: Neighbours(v, b).search(v[:2, :3], 5), "people must have 16 columns"),
        (lambda v, b: Neighbours(v, b).search(v[:2], 5, exclude=[[1]]), "one array a person"),
    ],
)
def test_what_does_not_fit_is_said(call, said):
    vectors, base, _ = world(n=200)
    with pytest.raises(ArgumentError, match=said):
        call(vectors, base)
