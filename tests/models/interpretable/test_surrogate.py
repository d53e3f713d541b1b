"""Students of a large model: fidelity by hand, on people apart, and better than a single feature."""

from __future__ import annotations

import numpy as np
import pytest

from tests.models.interpretable.worlds import rich
from whyrec import registry
from whyrec.core import ArgumentError, Queries, Query
from whyrec.evaluate.statistics import bootstrap, paired
from whyrec.models.interpretable.ebm import EBM
from whyrec.models.interpretable.features import Features
from whyrec.models.interpretable.rules import RuleRanker
from whyrec.models.interpretable.surrogate import (
    One,
    candidate_sets,
    fidelity,
    imitate,
    item_ties,
    people_apart,
    standardised,
)
from whyrec.models.interpretable.tree import TreeRanker


@pytest.fixture(scope="module")
def taught():
    data = registry.find("worlds", "films")(seed=0).data
    teacher = registry.model("als", embedding_size=16).fit(data)
    features = Features.of(data, ties=item_ties(teacher, data.n_items, rank=32))
    learn, measure = people_apart(data, 150, 80, 0)
    items = candidate_sets(features, measure, 300, seed=1)
    return teacher, features, learn, measure, items


def test_people_are_apart_and_candidates_new(taught):
    _, features, learn, measure, items = taught
    assert not set(learn.user.tolist()) & set(measure.user.tolist())
    assert items.shape == (80, 300)
    for row, query in enumerate(measure):
        assert len(set(items[row].tolist())) == 300 and not set(items[row].tolist()) & set(
            query.items.tolist()
        )
    popular = np.argsort(-features.counts, kind="stable")
    unseen = [i for i in popular if i not in measure[0].items][:90]
    assert set(unseen) == set(items[0][:90].tolist())


def test_a_teacher_is_faithful_to_itself(taught):
    teacher, _, _, measure, items = taught
    found = fidelity(teacher, teacher, measure, items)
    assert set(found) == {"r2", "tau", "overlap@10"}
    for value in found.values():
        assert len(value.values) == 80 and value.mean == pytest.approx(1.0, abs=1e-6)


def test_fidelity_by_hand():
    class Fixed:
        def __init__(self, scores):
            self.scores = np.array([scores], np.float32)

        def score(self, queries):
            return np.repeat(self.scores, len(Queries.of(queries)), 0)

    one, two = Fixed([4, 3, 2, 1]), Fixed([3, 4, 2, 1])
    found = fidelity(two, one, Queries.of(Query([])), np.array([[0, 1, 2, 3]]), k=1)
    assert found["overlap@1"].mean == 0.0
    assert found["tau"].mean == pytest.approx(4 / 6)
    assert found["r2"].mean == pytest.approx(np.corrcoef([4, 3, 2, 1], [3, 4, 2, 1])[0, 1] ** 2)
    flat = fidelity(Fixed([1, 1, 1, 1]), one, Queries.of(Query([])), np.array([[0, 1, 2, 3]]))
    assert flat["r2"].mean == 0 and flat["tau"].mean == 0


def test_students_follow_better_than_popularity(taught):
    teacher, features, learn, measure, items = taught
    trivial = fidelity(
        imitate(One("popularity"), teacher, features, learn[:2]), teacher, measure, items
    )
    for student in (
        TreeRanker(max_depth=6),
        RuleRanker(trees=10),
        EBM(interactions=0, bags=1, rounds=300),
    ):
        found = fidelity(
            imitate(student, teacher, features, learn, candidates=300), teacher, measure, items
        )
        assert bootstrap(found["r2"]).low > bootstrap(trivial["r2"]).high
        assert paired(found["overlap@10"], trivial["overlap@10"]).low > 0
        base, reasons = student.reasons(measure[0], int(items[0, 0]))
        assert base + sum(r.weight for r in reasons) == pytest.approx(
            student.score([measure[0]])[0, items[0, 0]], abs=1e-4
        )


def test_ties_are_the_answers_to_single_items():
    data = rich()
    teacher = registry.model("ease").fit(data)
    tied, ties = item_ties(teacher, data.n_items, rank=data.n_items)
    answers = standardised(
        teacher,
        Queries.of([Query([i]) for i in range(data.n_items)]),
        np.tile(np.arange(data.n_items), (data.n_items, 1)),
    )
    np.testing.assert_allclose(tied @ ties.T, answers, atol=1e-3)


def test_what_cannot_be_asked():
    data = rich()
    features = Features.of(data)
    with pytest.raises(ArgumentError, match="items that each history does not hold"):
        candidate_sets(features, Queries.of(Query(range(data.n_items))), 10)
    with pytest.raises(ArgumentError, match="one that the data give; got model"):
        imitate(
            One("model"),
            registry.model("ease").fit(data),
            features,
            data.histories[:3],
            candidates=5,
        )
