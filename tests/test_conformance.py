"""Every part in the catalogue keeps to the contracts; a new entry is tested with no test code of its own."""

from __future__ import annotations

import functools

import pytest

from tests.toys import random_data
from whyrec import catalog
from whyrec.core.checks import check_explainer, check_metric, check_model
from whyrec.evaluate.accuracy import measure

SMALL = {"svd": {"embedding_size": 4}, "als": {"embedding_size": 4}, "bpr": {"embedding_size": 4, "epochs": 5}}
BOUNDS = {"ndcg": 1, "hr": 1, "mrr": 1, "recall": 1, "coverage": 1}


@pytest.mark.parametrize("name", list(catalog.names("models")))
def test_models(name):
    check_model(functools.partial(catalog.model, name, **SMALL.get(name, {})), random_data())


@pytest.mark.parametrize("name", list(catalog.names("explainers")))
def test_explainers(name):
    needs = "als" if name.startswith("als") else "additive"
    data = random_data()
    check_explainer(catalog.find("explainers", name), catalog.model(needs, **SMALL.get(needs, {})).fit(data), data)


@pytest.mark.parametrize("name", list(catalog.names("models")))
def test_auto_explains_every_model(name):
    data = random_data()
    check_explainer(catalog.explain, catalog.model(name, **SMALL.get(name, {})).fit(data), data)


@pytest.mark.parametrize("kind", ["ndcg", "hr", "mrr", "recall", "coverage", "novelty"])
def test_metrics(kind):
    name = f"{kind}@5" if kind not in ("novelty", "coverage") else f"{kind}@10"
    bounds = {"low": 0, "high": BOUNDS[kind]} if kind in BOUNDS else {"low": 0}
    check_metric(lambda lists, cases, counts: measure(lists, cases, counts, metrics=[name])[name], bounds=bounds)
