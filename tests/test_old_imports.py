"""What the guides and notebooks of version 0.1 import works in this version, with a warning that says where it is now."""

from __future__ import annotations

import functools
import importlib

import numpy as np
import pytest

from whyrec import registry
from whyrec.core import Queries, Query
from whyrec.core.artefact import model_config
from whyrec.core.cases import EvaluationCases
from whyrec.core.composite import build_component

MOVED = [  # where it was, its name, where it is
    ("whyrec.catalog", "PARTS", "whyrec.registry"),
    ("whyrec.catalog", "find", "whyrec.registry"),
    ("whyrec.catalog", "model", "whyrec.registry"),
    ("whyrec.catalog", "names", "whyrec.registry"),
    ("whyrec.catalog", "Fitted", "whyrec.storage"),
    ("whyrec.catalog", "open_fitted", "whyrec.storage"),
    ("whyrec.catalog", "save", "whyrec.storage"),
    ("whyrec.catalog", "choose", "whyrec.api"),
    ("whyrec.catalog", "explain", "whyrec.api"),
    ("whyrec.catalog", "faithful", "whyrec.api"),
    ("whyrec.catalog", "load", "whyrec.api"),
    ("whyrec.catalog", "methods_for", "whyrec.api"),
    ("whyrec.catalog", "recommend", "whyrec.api"),
    ("whyrec.data.worlds", "films", "whyrec.data.simulate"),
    ("whyrec.data.worlds", "planted", "whyrec.data.simulate"),
    ("whyrec.data.prepared", "load_split", "whyrec.data.outofcore.prepared"),
    ("whyrec.core.html", "titled", "whyrec.core.notebook_repr"),
]
RENAMED = [  # where it is, its name in the version before, its name
    ("whyrec.core", "BadArgument", "ArgumentError"),
    ("whyrec.core", "BadData", "DataError"),
    ("whyrec.core", "Diverged", "TrainingDivergedError"),
    ("whyrec.core", "Unknown", "UnknownNameError"),
    ("whyrec.core", "counted", "count_calls"),
    ("whyrec.core", "from_score", "model_from_function"),
    ("whyrec.core.errors", "BadArgument", "ArgumentError"),
    ("whyrec.core.errors", "BadData", "DataError"),
    ("whyrec.core.errors", "Diverged", "TrainingDivergedError"),
    ("whyrec.core.errors", "Unknown", "UnknownNameError"),
    ("whyrec.core.cases", "Cases", "EvaluationCases"),
    ("whyrec.explain", "additions", "counterfactual_additions"),
    ("whyrec.explain", "local_rule", "anchor"),
    ("whyrec.explain", "mixed", "exact_with_features"),
    ("whyrec.explain", "removal", "greedy_removal"),
    ("whyrec.explain", "two_sided", "bidirectional_removal"),
    ("whyrec.models", "Additive", "AdditiveRecommender"),
    ("whyrec.models", "Compact", "CompressedSequence"),
    ("whyrec.models", "Graph", "PathRecommender"),
    ("whyrec.models", "Private", "PrivateEASE"),
    ("whyrec.models", "Rules", "RuleRanker"),
    ("whyrec.models", "Sequence", "SequenceTransformer"),
    ("whyrec.models", "Tree", "TreeRanker"),
]
STAYED = [  # what these guides and notebooks import besides
    ("whyrec", "load recommend"),  # the other names warn: tests/test_api.py
    ("whyrec.core", "Contributions Dataset NotFitted Queries Query rank_of"),
    ("whyrec.core.checks", "check_explainer check_metric check_model"),
    ("whyrec.data.split", "next_item rating_split"),
    ("whyrec.evaluate.accuracy", "accuracy"),
    ("whyrec.evaluate.fairness", "by_groups people_groups per_person"),
    ("whyrec.evaluate.offpolicy", "estimate"),
    ("whyrec.evaluate.ratings", "errors predictions rmse"),
    ("whyrec.evaluate.rerank", "Rerank"),
    ("whyrec.evaluate.sanity", "sanity"),
    ("whyrec.evaluate.statistics", "bootstrap paired"),
    ("whyrec.evaluate.truth", "grade"),
    ("whyrec.explain.words", "claims parse say"),
    ("whyrec.privacy.inference", "attribute"),
    ("whyrec.scale.neighbours", "Neighbours"),
    ("whyrec.scale.workers", "each"),
]


@pytest.mark.parametrize(("module", "name", "now"), MOVED)
def test_a_name_that_moved_is_found_with_a_warning(module, name, now):
    old = importlib.import_module(module)
    said = f"^{module}.{name} is {now}.{name} now; the old name works in this version only$"
    with pytest.warns(DeprecationWarning, match=said) as caught:
        found = getattr(old, name)
    assert found is getattr(importlib.import_module(now), name)
    assert [one.filename for one in caught] == [__file__]


@pytest.mark.parametrize(("module", "old", "new"), RENAMED)
def test_a_name_that_changed_is_found_with_a_warning(module, old, new):
    place = importlib.import_module(module)
    said = f"^{module}.{old} is {module}.{new} now; the old name works in this version only$"
    with pytest.warns(DeprecationWarning, match=said) as caught:
        found = getattr(place, old)
    assert found is getattr(place, new)
    assert [one.filename for one in caught] == [__file__]
    assert old not in place.__all__


EXPLAINERS = [  # the name in the version before, its name
    ("additions", "counterfactual-additions"),
    ("mixed", "exact-with-features"),
    ("removal", "greedy-removal"),
    ("rule", "anchor"),
    ("two-sided", "bidirectional-removal"),
]


@pytest.mark.parametrize(("old", "new"), EXPLAINERS)
def test_an_explainer_is_found_by_its_old_name_with_a_warning(old, new):
    said = f"^the explainer {old} is {new} now; the old name works in this version only$"
    with pytest.warns(DeprecationWarning, match=said) as caught:
        found = registry.find("explainers", old)
    assert found is registry.find("explainers", new)
    assert [one.filename for one in caught] == [__file__]
    assert old not in registry.names("explainers")


SETTINGS = [  # model, setting in the version before, setting, value
    ("additive", "again", "repeat_term", False),
    ("additive", "kernels", "similarity_terms", ["text"]),
    ("additive", "parts", "components", ["ease"]),
    ("ebm", "moment", "time_features", True),
    ("graph", "beside", "base_model", "ease"),
    ("graph", "then", "successors", False),
    ("rules", "moment", "time_features", True),
    ("sequence", "newcomers", "cold_item_boost", 5.0),
    ("tree", "moment", "time_features", True),
]


@pytest.mark.parametrize(("model", "old", "new", "value"), SETTINGS)
def test_a_setting_is_taken_by_its_old_name_with_a_warning(model, old, new, value):
    kind = registry.find("models", model)
    said = f"^{old} of {kind.__name__} is {new} now; the old name works in this version only$"
    for make in (kind, functools.partial(registry.create_model, model)):
        with pytest.warns(DeprecationWarning, match=said) as caught:
            made = make(**{old: value})
        assert [one.filename for one in caught] == [__file__]
        assert model_config(made) == model_config(make(**{new: value}))
        with pytest.raises(TypeError, match=f"got {old} and {new}, which are one argument"):
            make(**{old: value, new: value})
    with pytest.warns(
        DeprecationWarning, match=f"^{kind.__name__}.{old} is {kind.__name__}.{new} now"
    ):
        assert getattr(made, old) == value


def test_cases_take_candidates_by_their_old_name_with_a_warning():
    queries = Queries.of([Query([0])])
    said = "^among of EvaluationCases is candidates now; the old name works in this version only$"
    with pytest.warns(DeprecationWarning, match=said):
        cases = EvaluationCases(queries, [0, 1], [1], among=np.array([True, False]))
    assert cases.candidates.tolist() == [True, False]


def test_a_setting_of_a_model_within_is_taken_by_its_old_name_with_a_warning():
    spec = {"model": "additive", "parts": ["ease"]}
    with pytest.warns(DeprecationWarning, match="^parts of AdditiveRecommender is components now"):
        made = build_component(spec, "graph")
    assert made.components == ["ease"]


def test_an_explanation_by_an_old_name_is_that_of_the_new_one():
    from whyrec import api

    data = api.load("films")
    model = registry.create_model("ease").fit(data)
    query = data.histories[0]
    with pytest.warns(DeprecationWarning, match="greedy-removal now") as caught:
        old = api.explain(model, query, 5, "removal")
    assert old == api.explain(model, query, 5, "greedy-removal")
    assert [one.filename for one in caught] == [__file__]


def test_the_plugins_guide_of_then_runs(tmp_path):
    with pytest.warns(DeprecationWarning, match=r"^whyrec\.catalog\.\w+ is whyrec\."):
        from whyrec import catalog

        data = catalog.load("films")
        model = catalog.model("popular").fit(data)
        history = data.history(data.users[0])
        best = catalog.recommend(model, history, 3)[0]
        assert catalog.explain(model, history, int(best.items[0])).method == "exact"
        catalog.save(tmp_path / "model", model, data, name="popular")
        assert catalog.open_fitted(tmp_path / "model").header["name"] == "popular"


def test_other_names_are_not_there():
    from whyrec import catalog

    with pytest.raises(AttributeError, match=r"^module 'whyrec\.catalog' has no attribute 'lod'$"):
        catalog.lod


@pytest.mark.parametrize(("module", "names"), STAYED)
def test_a_name_that_stayed_is_found(module, names):
    found = importlib.import_module(module)
    assert [name for name in names.split() if not hasattr(found, name)] == []
