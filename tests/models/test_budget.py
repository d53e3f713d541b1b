"""The budget of a fit: what it reads, and what a fit leaves out when the processor seconds end."""

import numpy as np
import pytest

from whyrec import registry, workflows
from whyrec.core import ArgumentError
from whyrec.models.linear import budget as module
from whyrec.models.linear.budget import Budget
from whyrec.workflows.ladder import Ladder, halves
from whyrec.workflows.reading import load
from whyrec.workflows.training_run import with_budget


class Clock:
    """Processor seconds that pass by `step` each time somebody looks."""

    def __init__(self, step=0.0):
        self.now = 0.0
        self.step = step

    def process_time(self):
        self.now += self.step
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("60s", 60), ("10m", 600), ("1.5 h", 5400), (0, 0), ("0", 0), ("2min", 120), ("best", None)],
)
def test_durations(given, seconds):
    assert Budget.of(given).seconds == seconds


@pytest.mark.parametrize("given", ["soon", "-1", -1, "10 days", "", True, None, "nan", "1e9s"])
def test_anything_else_is_refused(given):
    with pytest.raises(ArgumentError, match="budget must be .*60, 90s or 10m"):
        Budget.of(given)


def test_a_third_of_the_time_before_learning_is_kept_for_the_last_count(clock):
    budget = Budget.of(30)
    clock.now = 10.0  # spent: 10; the last count: 5
    assert budget.left == 15 and budget.for_learning == 12


def test_what_is_left_out_is_noted_with_the_budget_it_needs(clock):
    budget = Budget.of(4)
    assert budget.allows("mix") and budget.note()["left_out"] == []
    clock.now = 5.0
    assert not budget.allows("mix") and not budget.allows("learned", 2.0)
    assert budget.note() == {"seconds": 4, "spent": 5.0, "left_out": ["mix", "learned"], "next": 8}


def test_without_a_limit_nothing_is_left_out(clock):
    clock.now = 1e9
    for given in ("auto", "best"):
        assert Budget.of(given).allows("mix", 1e9) and Budget.of(given).note() is None


@pytest.fixture(scope="module")
def films(real_data):
    return load(real_data("ml-100k.zip"))[0].of_people(np.arange(300))


def fitted(data, budget, monkeypatch, step=0.02):
    monkeypatch.setattr(module, "time", Clock(step))
    return registry.model("additive", budget=budget, components=["ease", "transitions"]).fit(data)


def test_more_budget_never_removes_a_part(films, monkeypatch):
    before, left_out = set(), {"ease", "mix", "similarity", "min_support"}
    for seconds in (0, 1, 5, 60):
        model = fitted(films, seconds, monkeypatch)
        assert set(model.used_) >= before and set(model.spending["left_out"]) <= left_out
        before, left_out = set(model.used_), set(model.spending["left_out"])
    assert before == {"ease", "transitions"} and left_out == set()


def test_the_counts_are_made_however_small_the_budget_is(films, monkeypatch):
    model = fitted(films, 0.5, monkeypatch, step=1.0)
    assert "transitions" in model.used_ and model.spending["spent"] > 0.5
    assert {"mix", "min_support"} <= set(model.spending["left_out"])
    assert model.min_support_ == 0 and model.support_costs_ == []


def test_the_budget_goes_to_the_glass_box_of_a_fused_model():
    assert with_budget("additive", {"k": 5}, "60s") == {"k": 5, "budget": "60s"}
    assert with_budget("fused", {}, "60s")["glass"] == {"model": "additive", "budget": "60s"}
    given = {"glass": {"model": "additive", "k": 5}}
    assert with_budget("fused", given, 9)["glass"] == {"model": "additive", "k": 5, "budget": 9}
    assert given == {"glass": {"model": "additive", "k": 5}}


def test_models_without_a_budget():
    assert with_budget("knn", {}, "60s", strict=False) == {}
    with pytest.raises(ArgumentError, match=r"additive, fused.*got --model knn") as error:
        with_budget("knn", {}, "60s")
    assert "leave it out" in str(error.value)
    with pytest.raises(ArgumentError, match="budget must be"):
        with_budget("knn", {}, "soon", strict=False)


def test_a_fit_says_what_its_budget_left_out(films, tmp_path):
    found = workflows.fit(films, "additive", tmp_path / "m", budget="0s")
    assert found.fitted.model.budget == "0s"
    assert {"ease", "mix", "min_support"} <= set(found.budget["left_out"])
    told = "\n".join(map(str, found.blocks()))
    assert "of a budget of 0; left out or cut short: ease, mix" in told
    with pytest.raises(ArgumentError, match=r"got --model knn"):
        workflows.fit(films, "knn", tmp_path / "k", budget=9)
    with pytest.raises(ArgumentError, match="budget must be"):
        workflows.fit(films, "additive", tmp_path / "a", budget="soon")


def test_a_comparison_gives_the_budget_to_models_and_bounds_the_tuning(films):
    found = workflows.compare(films, ["knn", "additive"], budget=0, keep=["additive"])
    assert found.models["additive"].used_ == ["transitions"]
    assert found.rows[0]["trials"] == 1  # the first always runs
    with pytest.raises(ArgumentError, match="budget must be"):
        workflows.compare(films, ["knn"], budget="soon")


@pytest.mark.parametrize("firm", [True, False])
def test_advise_hands_on_a_budget_that_was_given(films, tmp_path, firm):
    ladder = Ladder(halves(films, 0), 50.0, 0, tmp_path, firm=firm)
    model, _, _ = ladder._fitted("additive", {"components": ["transitions"]}, 20.0)
    assert model.budget == (20.0 if firm else "auto")
