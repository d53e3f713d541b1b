"""Every part in the catalogue keeps to the contracts; a new entry is tested with no test code of its own."""

from __future__ import annotations

import functools

import pytest

from tests.toys import listed, random_data, titled_data
from whyrec import api, core, registry
from whyrec.core import Query
from whyrec.core.checks import check_explainer, check_metric, check_model
from whyrec.evaluate.accuracy import METRICS, measure

SEQUENCE = {"text": None, "width": 8, "blocks": 1, "heads": 2, "length": 20, "epochs": 2}
LEARNED = {"text": None, "heads": 2, "head_dims": 4, "length": 20, "epochs": 2}
SMALL = {
    "private": {"reproducible": True},
    "svd": {"embedding_size": 4},
    "als": {"embedding_size": 4},
    "bpr": {"embedding_size": 4, "epochs": 5},
    "sequence": SEQUENCE,
    "lowrank": LEARNED,
    "additive": {"learned": LEARNED},
    # Given numbers: an update keeps those that validation people chose, a fit chooses again.
    "pctm": {"gap_rate": 1.0, "tau": 20.0, "query_decay": 0.6, "tail": 0.2, "popularity": -0.1},
    "fused": {
        "large": {"model": "sequence", **SEQUENCE},
        "glass": {"model": "additive", "learned": LEARNED},
        "explained_share_min": 0.5,
    },
    "compact": {
        "large": {"model": "sequence", **SEQUENCE},
        "item_bytes": 4,
        "event_bytes": 4,
        "epochs": 1,
    },
    "sharded": {"model": {"model": "sequence", **SEQUENCE}, "shards": 2},
    "private-sequence": {
        "text": None,
        "label_dims": 4,
        "width": 8,
        "heads": 2,
        "length": 20,
        "steps": 4,
        "rate": 1.0,
        "reproducible": True,
    },
    "rating": {"embedding_size": 4, "warmup": 5, "samples": 4},
    "tree": {"candidates": 15, "negatives": 8, "min_samples": 10},
    "rules": {"candidates": 15, "negatives": 8, "trees": 5},
    "ebm": {"candidates": 15, "negatives": 8, "bags": 1, "rounds": 50},
}
BOUNDED = ("ndcg", "hr", "mrr", "recall", "coverage")  # the others have no upper bound


@pytest.mark.parametrize("name", list(registry.names("models")))
def test_models(name):
    data = listed(random_data()) if name.startswith("private") else random_data()
    check_model(functools.partial(registry.model, name, **SMALL.get(name, {})), data)


@pytest.mark.parametrize("name", list(registry.names("models")))
def test_numbers_of_other_data_are_refused(name):
    """Item numbers that the model does not know are never read past an array, nor wrapped."""
    data = listed(random_data()) if name.startswith("private") else random_data()
    model = registry.model(name, **SMALL.get(name, {})).fit(data)
    n, own = data.n_items, data.histories[0]
    for call in (
        lambda item: model.score([own, Query([0, item])]),
        lambda item: core.recommend(model, [Query([0, item])], 3),
        lambda item: core.recommend(model, [Query([0, item])], 3, seen=True),
        lambda item: core.recommend(model, [Query([0], avoided=[item])], 3),
        lambda item: core.recommend(model, [own], 3, exclude=[item]),
        lambda item: core.rank_of(model, Query([0]), item),
        lambda item: api.explain(model, own, item, data=data),
        lambda item: api.explain(model, own, item, "greedy-removal"),
        lambda item: api.explain(model, Query([0, item]), 1, data=data),
        lambda item: api.recommend(model, [Query([0, item])]),
    ):
        for item in (n, 10**6):
            with pytest.raises(core.ArgumentError, match=rf"item numbers must lie in 0\.\.{n - 1}"):
                call(item)
    with pytest.raises(core.ArgumentError, match="item numbers must lie in"):
        core.recommend(model, [own], 3, exclude=[-1])


MODEL_FOR = {
    "paths": "graph",
    "als-decomposition": "als",
    "als-leave-one-out": "als",
    "features": "rules",
    "exact-with-features": "fused",
    "gradient-input": "sequence",
    "integrated-gradients": "sequence",
    "attention": "sequence",
    "tokens": "sequence",
}


@functools.cache
def small(name):
    settings = SMALL.get(name, {}) | (
        {"text": "minilm", "text_dims": 8} if name == "sequence" else {}
    )
    return registry.model(name, **settings).fit(titled_data())


@pytest.mark.parametrize("name", list(registry.names("explainers")))
def test_explainers(name):
    data = titled_data()
    model = small(MODEL_FOR.get(name, "additive"))
    check_explainer(
        functools.partial(api.explain, method=name, data=data, **learned_for(name, model, data)),
        model,
        data,
    )


@pytest.mark.parametrize(
    "name", [n for n in registry.names("explainers") if n not in MODEL_FOR and n != "exact"]
)
def test_explainers_of_any_model(name):
    data, model = titled_data(), small("sequence")
    check_explainer(
        functools.partial(api.explain, method=name, data=data, **learned_for(name, model, data)),
        model,
        data,
    )


def learned_for(name, model, data):
    if name != "learned":
        return {}
    from whyrec.explain.learned import Learned

    return {"explainer": Learned(dims=4, width=8, epochs=2).fit(model, data.histories[:30], data)}


@pytest.mark.parametrize("name", list(registry.names("models")))
def test_auto_explains_every_model(name):
    data = listed(random_data()) if name.startswith("private") else random_data()
    check_explainer(api.explain, registry.model(name, **SMALL.get(name, {})).fit(data), data)


@pytest.mark.parametrize("name", METRICS)
def test_metrics(name):
    bounds = {"low": 0, "high": 1} if name.split("@")[0] in BOUNDED else {"low": 0}
    check_metric(
        lambda lists, cases, counts: measure(lists, cases, counts, metrics=[name])[name],
        bounds=bounds,
    )
