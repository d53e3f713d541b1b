"""Comparisons in detail: what each model costs, how it is tuned, and that nothing is fitted twice."""

import threading
import time
from typing import Annotated

import numpy as np
import pytest

from tests.cli.test_cli import write_plain
from tests.toys import random_data
from whyrec import api, registry, workflows
from whyrec.core import ArgumentError, TrainingDivergedError, recommend
from whyrec.core.settings import Declared, Setting, searched
from whyrec.evaluate.accuracy import accuracy
from whyrec.models.baselines.popular import Popular
from whyrec.models.fused import Fused
from whyrec.models.linear.cooccurrence import Cooccurrence
from whyrec.models.linear.terms import LinearMixin
from whyrec.workflows import baseline_tuning
from whyrec.workflows.measured_fits import share_columns
from whyrec.workflows.messages import of
from whyrec.workflows.printed import share_text


class Working(Popular):
    """Waits 0.4 s, and works as long in a second thread."""

    def fit(self, data, *, seed=0):
        end = time.thread_time() + 0.4
        thread = threading.Thread(target=self.work)
        thread.start()
        time.sleep(0.4)
        thread.join()
        assert time.thread_time() < end
        return super().fit(data, seed=seed)

    def work(self):
        end = time.thread_time() + 0.4
        while time.thread_time() < end:
            pass


class Waiting(Popular):
    def fit(self, data, *, seed=0):
        time.sleep(0.4)
        return super().fit(data, seed=seed)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Enough people to choose min_support."""
    return write_plain(tmp_path_factory.mktemp("many") / "d", people=150)


@pytest.fixture
def added(monkeypatch):
    """Adds models to the catalogue: added(name=Class)."""

    def add(**models):
        known = dict(registry._added("models"))
        known |= {name: f"{made.__module__}:{made.__qualname__}" for name, made in models.items()}
        monkeypatch.setattr(registry, "_added", lambda kind: known if kind == "models" else {})

    return add


def test_every_row_says_its_processor_seconds(data, added):
    added(working=Working, waiting=Waiting)
    working, waiting = workflows.compare(data, ["working", "waiting"], "next-item").rows
    assert working["fit_cpu_seconds"] >= 0.4 and working["fit_seconds"] >= 0.4
    assert waiting["fit_cpu_seconds"] < 0.4 <= waiting["fit_seconds"]
    assert all(row["score_cpu_seconds"] >= 0 for row in (working, waiting))


def test_the_printed_tables_fit_a_page_of_80_columns(data):
    found = workflows.compare(data, ["popular", "cooccurrence"], "next-item")
    lines = str(found).splitlines()
    start = lines.index("Accuracy")
    tables = lines[start : lines.index("Settings chosen on validation people")]
    assert max(len(line.removesuffix("  *")) for line in tables) <= 80
    [costs] = [at for at, line in enumerate(lines) if line == "Cost"]
    assert "fit CPU s" in lines[costs + 1]
    assert lines[costs + 2].split()[0] == "popular"


# --- tuning -------------------------------------------------------------------------------------


class Shifted(LinearMixin):
    """Recommends what was chosen most, from a place on; a later place is worse on tiny-film."""

    fits = []  # events of each

    def __init__(self, place: Annotated[int, Setting(low=0, search=(0, 11))] = 5) -> None:
        self.place = place

    def fit(self, data, *, seed=0):
        self.fits.append(len(data))
        ranks = np.argsort(np.argsort(-np.bincount(data.item, minlength=data.n_items)))
        self.base_ = -abs(ranks - self.place).astype(np.float32)
        self.events_ = len(data)
        return self

    def terms(self):
        return []


class Failing(Shifted):
    def fit(self, data, *, seed=0):
        if self.place != 5:
            raise TrainingDivergedError("the loss must stay a finite number")
        return super().fit(data, seed=seed)


class Broken(Shifted):
    def fit(self, data, *, seed=0):
        raise TrainingDivergedError("broken")


def quality(model, cases, items):
    return accuracy(model, cases, np.ones(items), metrics=("ndcg@10",))["ndcg@10"].mean


def test_the_best_settings_on_validation_people_are_kept(data, added, monkeypatch):
    added(shifted=Shifted)
    monkeypatch.setattr(Shifted, "fits", [])
    judged = []

    def spied(model, cases, *rest, **more):
        judged.append(cases.items)
        return accuracy(model, cases, *rest, **more)

    monkeypatch.setattr(baseline_tuning, "accuracy", spied)
    found = workflows.compare(data, ["shifted"], "next-item", keep=["shifted"])
    [row] = found.rows
    parts = found.split
    space = searched(Shifted)
    tried = [{"place": 5}, *baseline_tuning.drawn(space, baseline_tuning.TRIALS - 1, 0)]
    values = [
        quality(Shifted(**one).fit(parts.train), parts.valid, parts.train.n_items) for one in tried
    ]
    best = tried[int(np.argmax(values))]
    assert len(set(values)) > 3 and best != {"place": 5}
    assert row["settings"] == best and row["trials"] == len(tried) and not row["tune_cut"]
    assert found.models["shifted"].place == best["place"]
    # Here and there: the best trial was not fitted again.
    assert Shifted.fits == [len(parts.train)] * 2 * len(tried)
    assert len(judged) == len(tried)
    for items in judged:
        np.testing.assert_array_equal(items, parts.valid.items)


def test_a_budget_ends_the_search_but_not_the_first_trial(data, added):
    added(shifted=Shifted)
    [row] = workflows.compare(data, ["shifted"], "next-item", tune_seconds=0).rows
    assert (row["settings"], row["trials"], row["tune_cut"]) == ({"place": 5}, 1, True)
    with pytest.raises(ArgumentError, match="tune_seconds must be 0 or more; got -1"):
        workflows.compare(data, ["shifted"], tune_seconds=-1)


def test_settings_that_fail_are_left_out(data, added):
    added(failing=Failing)
    [row] = workflows.compare(data, ["failing"], "next-item").rows
    assert row["settings"] == {"place": 5} and row["trials"] > 5
    added(failing=Broken)
    with pytest.raises(TrainingDivergedError, match="broken"):  # the defaults fail
        workflows.compare(data, ["failing"], "next-item")


class Limited(Popular):
    """Takes no more than 3 items."""

    def fit(self, data, *, seed=0):
        raise ArgumentError("at most 3 items", given=f"{data.n_items} items")


def test_a_model_that_the_data_do_not_allow_is_left_out_with_its_reason(data, added):
    added(limited=Limited)
    found = workflows.compare(data, ["limited", "popular"], "next-item")
    alone = workflows.compare(data, ["popular"], "next-item")
    assert [row["metrics"] for row in found.rows] == [row["metrics"] for row in alone.rows]
    [left] = found.left_out
    assert left["model"] == "limited" and "at most 3 items" in left["reason"]
    assert any("limited" in str(block) and "3 items" in str(block) for block in found.blocks())
    with pytest.raises(ArgumentError, match="at most 3 items"):  # nothing to compare
        workflows.compare(data, ["limited"], "next-item")


def test_no_tune_and_models_that_choose_themselves_keep_their_settings(data, added, is_json):
    added(shifted=Shifted)
    for tune in (False, ["popular"]):
        found = workflows.compare(data, ["shifted"], "next-item", tune=tune, keep=["shifted"])
        assert found.models["shifted"].place == 5
        assert (found.rows[0]["settings"], found.rows[0]["trials"]) == ({}, 0)
    is_json(found, "compare", "--data", data, "--models", "shifted", "--no-tune")
    tuned = workflows.compare(data, ["shifted", "popular"], "next-item", tune_seconds=3)
    assert tuned.rows[1]["settings"] == {}
    command = ["compare", "--data", data, "--models", "shifted,popular", "--tune-seconds", 3]
    is_json(tuned, *command)
    place = tuned.rows[0]["settings"]["place"]
    assert f"\n  shifted: place={place}; {tuned.rows[0]['trials']} trials, " in str(tuned)
    assert [one for one in registry.names("models") if baseline_tuning.tunable(one)] == [
        "personal-popular",
        "knn",
        "svd",
        "bpr",
        "als",
        "ease",
        "slim",
        "cooccurrence",
        "rating",
        "tree",
        "rules",
        "ebm",
        "shifted",
    ]


def test_with_refit_the_last_fit_has_the_validation_items(data, added, monkeypatch):
    added(shifted=Shifted)
    plain = workflows.compare(data, ["shifted"], "next-item")
    monkeypatch.setattr(Shifted, "fits", [])
    found = workflows.compare(data, ["shifted"], "next-item", refit=True, keep=["shifted"])
    assert found.rows[0]["settings"] == plain.rows[0]["settings"]
    model = found.models["shifted"]
    train = len(plain.split.train)
    assert Shifted.fits == [train] * plain.rows[0]["trials"] + [train + len(plain.split.valid)]
    assert model.events_ == Shifted.fits[-1]
    assert model.place == plain.rows[0]["settings"]["place"]


@pytest.mark.parametrize("name", ["ease", "knn", "cooccurrence", "slim"])
def test_a_tuned_model_is_the_one_that_fit_gives(many, name):
    found = workflows.compare(many, [name], "next-item", keep=[name])
    parts = found.split
    own = registry.model(name, **found.rows[0]["settings"]).fit(parts.train, valid=parts.valid)
    model = found.models[name]
    assert model.min_support_ == own.min_support_
    assert model.support_costs_ == own.support_costs_ and found.support_costs
    queries = parts.test.queries
    np.testing.assert_array_equal(model.score(queries), own.score(queries))


def test_draws_lie_evenly_in_the_space():
    space = {
        "rate": Declared("rate", 0.5, float, Setting(search=(0.01, 100.0), log=True)),
        "depth": Declared("depth", 3, int, Setting(search=(1, 4))),
        "kind": Declared("kind", "a", str, Setting(grid=("a", "b", "c"))),
    }
    found = baseline_tuning.drawn(space, 12, 7)
    assert found == baseline_tuning.drawn(space, 12, 7) != baseline_tuning.drawn(space, 12, 8)
    assert found[:5] == baseline_tuning.drawn(space, 5, 7)  # a budget cuts the end off
    assert {one["kind"] for one in found} == {"a", "b", "c"}
    assert {one["depth"] for one in found} <= {1, 2, 3, 4} and len(found) == 12
    rates = [one["rate"] for one in found]
    assert all(0.01 <= rate <= 100 and rate == float(f"{rate:.3g}") for rate in rates)
    for low in (0.01, 0.1, 1.0, 10.0):
        assert 2 <= sum(low <= rate < 10 * low for rate in rates) <= 4
    one = {"kind": space["kind"]}
    assert baseline_tuning.drawn(one, 12, 0) in (
        [{"kind": "b"}, {"kind": "c"}],
        [{"kind": "c"}, {"kind": "b"}],
    )


# --- models that are made of others ---------------------------------------------------------------


class Joined(Fused):
    def __init__(
        self,
        glass="counted",
        large="shifted",
        readable=None,
        explained_share_min=0.0,
        teach=False,
        tune_on=2000,
        k=10,
    ):
        super().__init__(glass, large, readable, explained_share_min, teach, tune_on, k)


class Counted(Cooccurrence):
    fits = []

    def fit(self, data, *, seed=0, valid=None):
        self.fits.append(valid is not None)
        return super().fit(data, seed=seed, valid=valid)


@pytest.fixture
def counted(added, monkeypatch):
    added(joined=Joined, shifted=Shifted, counted=Counted)
    monkeypatch.setattr(Shifted, "fits", [])
    monkeypatch.setattr(Counted, "fits", [])


@pytest.mark.parametrize("first", [True, False])
def test_no_model_is_fitted_twice(data, counted, first):
    names = ["joined", "counted", "shifted"] if first else ["counted", "shifted", "joined"]
    found = workflows.compare(data, names, "next-item", tune=False, keep=["joined"])
    assert [row["model"] for row in found.rows] == list(found.measured) == names
    assert len(Shifted.fits) == len(Counted.fits) == 1
    parts = found.split
    own = Joined().fit(parts.train, valid=parts.valid)
    queries = parts.test.queries
    np.testing.assert_array_equal(found.models["joined"].score(queries), own.score(queries))
    seconds = {row["model"]: row["fit_cpu_seconds"] for row in found.rows}
    assert seconds["joined"] >= round(seconds["counted"] + seconds["shifted"], 3)


def test_a_part_with_other_settings_or_data_is_fitted_anew(data, counted):
    found = workflows.compare(data, ["shifted", "joined"], "next-item", tune_seconds=3)
    assert found.rows[0]["settings"] != {"place": 5}
    assert len(Shifted.fits) == found.rows[0]["trials"] + 1 and len(Counted.fits) == 1
    Shifted.fits.clear()
    workflows.compare(data, ["shifted", "joined"], "next-item", tune=False, refit=True)
    assert len(Shifted.fits) == 2 and Shifted.fits[0] > Shifted.fits[1]  # joined holds people out


def test_a_part_that_learns_from_the_other_is_not_fitted_alone():
    assert list(Fused(glass="ease", large="als").components()) == ["large", "glass"]
    assert list(Fused(glass="ease", large="als", teach=True).components()) == ["large"]
    three = Fused(glass="ease", large="als", readable="tree").components()
    assert [registry.name_of(part) for part in three.values()] == ["als", "ease", "tree"]


# --- the explained share ---------------------------------------------------------------------------


def test_the_explained_share_is_that_of_every_listed_item():
    data = random_data()
    glass, large = registry.model("ease").fit(data), registry.model("als").fit(data)
    model = Fused(explained_share_min=0.2).of(glass, large, None)
    model.share_ = 0.6
    shares = [
        api.explain(model, query, int(item)).explained_share
        for query, slate in zip(data.histories, recommend(model, data.histories, 10), strict=True)
        for item in slate.items
    ]
    found = share_columns(model, data.histories, len(data.histories))
    assert found == {
        "explained_share": pytest.approx(np.mean(shares), abs=1e-4),
        "explained_share_p10": pytest.approx(np.quantile(shares, 0.1), abs=1e-4),
        "explained_share_min": pytest.approx(min(shares), abs=1e-4),
    }
    assert 0.2 <= found["explained_share_min"] < found["explained_share"] < 1
    assert set(share_columns(glass, data.histories).values()) == {1.0}
    assert set(share_columns(large, data.histories).values()) == {0.0}


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "66% (p10 47%, min 8%)"), ("zh", "66%（第 10 百分位 47%，最低 8%）")],
)
def test_a_share_that_is_not_the_same_everywhere_is_printed_with_its_ends(lang, said):
    row = {"explained_share": 0.657, "explained_share_p10": 0.474, "explained_share_min": 0.078}
    assert share_text(row, of(lang)) == said
    assert share_text(dict.fromkeys(row, 1.0), of(lang)) == "100%"
