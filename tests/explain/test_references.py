"""Shapley values and LIME beside captum's, on a game with pairs and a triple."""

from __future__ import annotations

import numpy as np
import pytest

from whyrec.core import Queries, Query
from whyrec.explain.lime import lime
from whyrec.explain.shapley import shapley

torch = pytest.importorskip("torch")
attr = pytest.importorskip("captum.attr")

EVENTS = 6


class Together:
    """Scores with events that count only together: item 6 from pairs, item 7 also from a triple."""

    single = np.array([0.5, -0.2, 0.1, 0.0, 0.3, 0.05])
    pairs = {(0, 1): 0.7, (2, 3): 0.4, (1, 4): -0.6}

    def value(self, there, item):
        total = there @ self.single
        for (a, b), weight in self.pairs.items():
            total += weight * there[a] * there[b]
        return total + (0.9 * there[0] * there[2] * there[5] if item == 7 else 0.0)

    def score(self, queries):
        out = np.zeros((len(queries), 8), np.float32)
        for row, query in zip(out, Queries.of(queries), strict=True):
            there = np.isin(np.arange(EVENTS), query.items).astype(float)
            row[6], row[7] = self.value(there, 6), self.value(there, 7)
        return out


def by_captum(method, item, **options):
    model = Together()

    def forward(there):
        return torch.tensor([model.value(row.numpy(), item) for row in there])

    full = torch.ones(1, EVENTS, dtype=torch.float64)
    torch.manual_seed(0)
    return method(forward).attribute(full, baselines=torch.zeros_like(full), **options)[0].numpy()


def weights(explanation):
    out = np.zeros(EVENTS)
    for reason in explanation.reasons:
        out[reason.refs[0]] = reason.weight
    return out


@pytest.mark.parametrize("item", [6, 7])
def test_shapley_values_are_those_of_captum(item):
    ours = weights(shapley(Together(), Query(range(EVENTS)), item))
    theirs = by_captum(attr.ShapleyValues, item)
    assert np.allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("item", [6, 7])
def test_lime_agrees_with_that_of_captum(item):
    ours = weights(lime(Together(), Query(range(EVENTS)), item, budget=4000))
    theirs = by_captum(attr.Lime, item, n_samples=4000)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9
