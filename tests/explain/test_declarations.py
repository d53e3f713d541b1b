"""What every explainer declares on itself: the model it needs, its options and its flaws."""

from __future__ import annotations

import inspect
from typing import Annotated

import numpy as np
import pytest

from tests.toys import random_data
from whyrec import api, registry
from whyrec.core import (
    Additive,
    ArgumentError,
    Attentive,
    Differentiable,
    Explanation,
    Query,
    Readable,
    Reason,
    Scorer,
    Textual,
    UnknownNameError,
    model_from_function,
)
from whyrec.core.capabilities import FeatureReasons, LeastSquares, PathModel
from whyrec.core.explainers import explainer, given_inputs, is_declared, needs_of, options_of
from whyrec.core.settings import Setting

NAMES = list(registry.names("explainers"))
NEEDS = {  # of the tables and branches that stood in `whyrec.api` before
    "exact": Additive,
    "features": Readable,
    "exact-with-features": FeatureReasons,
    "paths": PathModel,
    "gradient-input": Differentiable,
    "integrated-gradients": Differentiable,
    "tokens": Textual,
    "attention": Attentive,
    "als-decomposition": LeastSquares,
    "als-leave-one-out": LeastSquares,
}
FLAWS = {
    "greedy-removal": "a weight is of its turn, not of the event alone",
    "bidirectional-removal": "a weight is of its turn, not of the event alone",
    "examples": "never reads the model",
    "attention": "not cause: its first event moved the score no more than a random one "
    "(make bench-faithful, amazon-games)",
}
# An allowed value and one that is not, of every option that there is.
OPTIONS = {
    "deletion": {"margin": (True, "yes"), "rivals": (3, 0)},
    "greedy-removal": {"rivals": (3, 0)},
    "bidirectional-removal": {"rivals": (3, 1.5)},
    "shapley": {"budget": (60, -3), "margin": (True, 1), "seed": (1, -1)},
    "lime": {"budget": (60, 0), "margin": (True, None), "seed": (1, -1)},
    "gradient-input": {"margin": (True, 1)},
    "integrated-gradients": {"steps": (4, 0), "margin": (True, 1)},
    "tokens": {"steps": (4, 0)},
    "counterfactual": {"k": (3, 0)},
    "counterfactual-additions": {"k": (1, 0), "tried": (5, 0)},
    "contrast": {"against": (2, -1)},
    "anchor": {"k": (3, 0), "budget": (50, "many"), "seed": (1, -1)},
    "examples": {"k": (20, 19)},
}
CASES = [(name, key) for name, options in OPTIONS.items() for key in options]


def made(name):
    return registry.find("explainers", name)


@pytest.mark.parametrize("name", NAMES)
def test_every_explainer_declares_what_it_needs(name):
    assert is_declared(made(name))
    declaration = needs_of(made(name))
    assert declaration.needs is NEEDS.get(name, Scorer)
    assert declaration.flaw == FLAWS.get(name, "")


@pytest.mark.parametrize("name", NEEDS)
def test_a_model_without_the_power_gets_one_paragraph(name):
    model = model_from_function(lambda histories: [[1.0, 0.0] for _ in histories])
    given = {"data": random_data()} if name == "tokens" else {}
    with pytest.raises(
        ArgumentError, match=r"^.* (need|needs|explains) .*; got _OnlyScore\. Fix: use "
    ):
        made(name)(model, Query([0]), 1, **given)
    with pytest.raises(ArgumentError, match=r"; got _OnlyScore\. Fix: use "):
        api.explain(model, Query([0]), 1, name, data=random_data())
    assert name not in api.methods_for(model)


def test_what_any_model_allows():
    model = model_from_function(lambda histories: [[1.0, 0.0] for _ in histories])
    every = [name for name in NAMES if name not in NEEDS and name != "learned"]
    assert api.methods_for(model) == every
    assert api.methods_for(model, data=False) == [name for name in every if name != "examples"]


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_typed_and_named_here(name):
    options = options_of(made(name))
    assert list(options) == list(OPTIONS.get(name, {}))
    assert all(one.kind is not None for one in options.values())
    parameters = list(inspect.signature(made(name)).parameters)
    assert parameters[:3] == ["model", "query", "item"]
    assert set(parameters[3:]) == {*options, *given_inputs(made(name))}


@pytest.fixture(scope="module")
def model():
    return registry.create_model("ease").fit(random_data())


@pytest.mark.parametrize(("name", "key"), [case for case in CASES if case[0] not in NEEDS])
def test_a_declared_option_is_taken(model, name, key):
    data = random_data()
    value = OPTIONS[name][key][0]
    found = api.explain(model, data.histories[0], 3, name, data=data, **{key: value})
    assert isinstance(found, Explanation)


@pytest.mark.parametrize(
    "options", [{"steps": 4, "margin": True}, {"margin": True}], ids=["integrated", "input"]
)
def test_the_options_of_gradients_are_taken(options):
    pytest.importorskip("torch")
    data = random_data()
    small = {"text": None, "width": 8, "blocks": 1, "heads": 2, "length": 20, "epochs": 1}
    model = registry.create_model("sequence", **small).fit(data)
    name = "integrated-gradients" if "steps" in options else "gradient-input"
    assert api.explain(model, data.histories[0], 3, name, **options).method.endswith("margin")


def test_tokens_are_for_a_model_that_was_fitted_to_read_text():
    pytest.importorskip("torch")
    data = random_data()
    small = {"text": None, "width": 8, "blocks": 1, "heads": 2, "length": 20, "epochs": 1}
    model = registry.create_model("sequence", **small).fit(data)
    assert "tokens" not in api.methods_for(model) and "attention" in api.methods_for(model)
    with pytest.raises(
        ArgumentError, match="need a model that reads item texts; got Sequence.*Fix: "
    ):
        api.explain(model, data.histories[0], 3, "tokens", data=data)


@pytest.mark.parametrize(("name", "key"), CASES)
def test_the_allowed_value_is_allowed_by_its_declaration(name, key):
    options_of(made(name))[key].check(OPTIONS[name][key][0], key, name)


@pytest.mark.parametrize(("name", "key"), CASES)
def test_a_value_that_is_not_allowed_gets_one_paragraph(model, name, key):
    data = random_data()
    value = OPTIONS[name][key][1]
    with pytest.raises(ArgumentError, match=rf"^{key} of {name} must be .*; got .*\. Fix: give "):
        api.explain(model, data.histories[0], 3, name, data=data, **{key: value})
    if name in NEEDS:
        return  # asked directly, it looks at the model first
    inputs = {"data": data} if "data" in given_inputs(made(name)) else {}
    with pytest.raises(ArgumentError, match=rf"^{key} must be .*; got .*\. Fix: give "):
        made(name)(model, data.histories[0], 3, **inputs, **{key: value})


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_is_not_declared_is_refused(model, name):
    data = random_data()
    with pytest.raises(
        UnknownNameError, match=rf"^unknown option of {name} 'flavour'\..*Known: "
    ) as caught:
        api.explain(model, data.histories[0], 3, name, data=data, flavour="sweet")
    for key in OPTIONS.get(name, {}):
        assert key in str(caught.value)


@explainer(needs=Additive, requires="halves need an additive model", flaw="halves everything")
def halves(
    model, query, item, *, part: Annotated[float, Setting(above=0, high=1)] = 0.5
) -> Explanation:
    """Half of each weight."""
    base, weights, _ = model.contributions(query, item)
    score = float(model.score([query])[0, item])
    reasons = tuple(Reason("event", (at,), part * w) for at, w in enumerate(weights))
    return Explanation(item, score, base, reasons, 0.0, "halves", additive=False)


def plain(model, query, item, *, part=0.5):
    """It declares nothing."""
    return halves(model, query, item, part=part)


@pytest.fixture
def added(monkeypatch):
    """Two explainers of another package."""
    find, names = registry.find, registry.names
    own = {"halves": halves, "plain": plain}
    monkeypatch.setattr(api, "find", lambda kind, name: own.get(name) or find(kind, name))
    monkeypatch.setattr(api, "names", lambda kind: {**names(kind), "halves": "", "plain": ""})


def test_an_explainer_of_another_package_declares_the_same(added, model):
    data = random_data()
    query = data.histories[0]
    found = api.explain(model, query, 3, "halves", part=0.25)
    weights = model.contributions(query, 3).weights
    assert [r.weight for r in found.reasons] == pytest.approx(list(np.asarray(weights) / 4))
    assert api.methods_for(model)[-2:] == ["halves", "plain"]
    assert api.flaw("ease", "halves") == "halves everything" and api.flaw("ease", "plain") == ""
    with pytest.raises(
        ArgumentError, match="part of halves must be above 0 and at most 1; got 0.*default is 0.5"
    ):
        api.explain(model, query, 3, "halves", part=0)
    with pytest.raises(
        UnknownNameError, match="unknown option of halves 'prt'. Did you mean 'part'"
    ):
        api.explain(model, query, 3, "halves", prt=0.5)
    with pytest.raises(ArgumentError, match="part of plain must be a number; got 'x'"):
        api.explain(model, query, 3, "plain", part="x")
    other = registry.create_model("als", embedding_size=4).fit(data)
    assert api.methods_for(other)[-1] == "plain" and "halves" not in api.methods_for(other)
    with pytest.raises(
        ArgumentError, match="halves need an additive model; got ALS. Fix: use the method deletion"
    ):
        api.explain(other, query, 3, "halves")
