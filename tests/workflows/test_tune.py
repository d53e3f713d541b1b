"""Tune searches what a model declares: our models, and those of other packages."""

from __future__ import annotations

import tomllib
from typing import Annotated

import numpy as np
import pytest

pytest.importorskip("optuna")

from tests.toys import random_data
from whyrec import registry, workflows
from whyrec.core import ArgumentError, NotFitted, Queries, UnknownNameError
from whyrec.core.checks import check_model
from whyrec.core.settings import Setting


class Blend:
    """A model as another package writes it: a plain class that declares two of its settings. What is
    popular, and the last item's neighbours by number."""

    def __init__(
        self,
        share: Annotated[float, Setting(low=0, high=1, search=(0.25, 0.75))] = 0.5,
        reach: Annotated[int, Setting(low=1, grid=(1, 2, 4))] = 1,
        power: float = 1.0,
    ):
        self.share = share
        self.reach = reach
        self.power = power

    def fit(self, data, *, seed=0):
        self.counts_ = np.bincount(data.item, minlength=data.n_items) ** self.power
        return self

    def score(self, queries):
        if not hasattr(self, "counts_"):
            raise NotFitted(self)
        rows = []
        for query in Queries.of(queries):
            near = np.zeros(len(self.counts_))
            if len(query):
                away = np.abs(np.arange(len(near)) - query.items[-1])
                near[away <= self.reach] = self.counts_.max()
            rows.append(self.share * self.counts_ + (1 - self.share) * near)
        return np.asarray(rows, np.float32)


class Plain(Blend):
    """It declares nothing to search."""

    def __init__(self, share: Annotated[float, Setting(low=0, high=1)] = 0.5):
        super().__init__(share)


@pytest.fixture
def added(monkeypatch):
    """The two models, as entry points would add them."""
    here = {"blend": f"{__name__}:Blend", "plain": f"{__name__}:Plain"}
    monkeypatch.setattr(registry, "_added", lambda kind: here if kind == "models" else {})
    find = registry.find
    classes = {"blend": Blend, "plain": Plain}
    monkeypatch.setattr(registry, "find", lambda kind, name: classes.get(name) or find(kind, name))


def search(tmp_path, model, **more):
    given = {"trials": 2, **more}
    return workflows.tune(random_data(), model, tmp_path / "s.db", tmp_path / "best.toml", **given)


def test_a_model_of_another_package_is_tuned_over_what_it_declares(added, tmp_path):
    check_model(Blend, random_data())
    found = search(tmp_path, "blend", trials=8)
    assert len(found.trials) == 8
    for trial in found.trials:
        assert set(trial["settings"]) == {"share", "reach"}
        assert 0.25 <= trial["settings"]["share"] <= 0.75
        assert trial["settings"]["reach"] in (1, 2, 4)
    assert len({trial["settings"]["share"] for trial in found.trials}) == 8
    assert len({trial["settings"]["reach"] for trial in found.trials}) > 1
    best = max(found.trials, key=lambda trial: trial["value"])
    assert found.best == {key: best[key] for key in ("number", "value", "settings")}
    written = tomllib.loads((tmp_path / "best.toml").read_text())
    assert written == best["settings"]
    assert workflows.fit(
        random_data(), "blend", tmp_path / "m", config=written
    ).fitted.model.share == pytest.approx(written["share"])


def test_what_is_given_is_not_searched(added, tmp_path):
    found = search(tmp_path, "blend", config={"reach": 3, "power": 0.5})
    assert [set(trial["settings"]) for trial in found.trials] == [{"share"}] * 2
    assert found.best["settings"]["reach"] == 3 and found.best["settings"]["power"] == 0.5
    with pytest.raises(
        ArgumentError, match="--config must leave something to search; got all of share, reach"
    ):
        search(tmp_path, "blend", config={"reach": 3, "share": 0.5})


def test_what_is_given_is_checked_first(added, tmp_path):
    with pytest.raises(ArgumentError, match="share of blend must be from 0 to 1; got -3"):
        search(tmp_path, "blend", config={"share": -3})
    with pytest.raises(
        UnknownNameError, match="unknown setting of blend 'shre'. Did you mean 'share'"
    ):
        search(tmp_path, "blend", config={"shre": 0.5})
    assert not (tmp_path / "best.toml").exists()


def test_a_model_without_a_space_is_told_how_to_declare_one(added, tmp_path):
    with pytest.raises(ArgumentError) as caught:
        search(tmp_path, "plain")
    assert str(caught.value) == (
        "tune needs a model with a setting to search; got plain, which declares no search space. "
        "Fix: declare one on a setting of its constructor, such as "
        "rate: Annotated[float, Setting(low=0, search=(0.1, 0.9))] = 0.5."
    )


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("private", "every trial would spend some of its epsilon"),
        ("private-sequence", "every trial would spend some of its epsilon"),
        ("fused", "tune the models within"),
        ("popular", "has no settings"),
    ],
)
def test_a_model_that_is_not_tuned_says_why(tmp_path, model, why):
    with pytest.raises(ArgumentError, match=why):
        search(tmp_path, model)


SMALL = {
    "svd": {},
    "bpr": {"embedding_size": 4},
    "slim": {},
    "sequential-rules": {},
    "pctm": {},
    "personal-popular": {},
    "additive": {"components": ("ease", "transitions")},
    "graph": {},
    "rating": {"warmup": 2, "samples": 2},
    "tree": {"candidates": 15, "negatives": 8},
    "rules": {"candidates": 15, "negatives": 8},
    "ebm": {"candidates": 15, "negatives": 8, "bags": 1, "rounds": 20},
}


@pytest.mark.parametrize("model", SMALL)
def test_a_model_that_could_not_be_tuned_before_is(tmp_path, model):
    found = search(tmp_path, model, config=SMALL[model])
    assert [trial["state"] for trial in found.trials] == ["complete"] * 2
    assert found.best["value"] >= 0 and set(found.best["settings"]) > set(SMALL[model])
    assert found.trials[0]["settings"] != found.trials[1]["settings"]
