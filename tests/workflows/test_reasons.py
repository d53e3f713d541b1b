"""Workflows about reasons: recommend, explain, methods, learn, faithful, rules, verify, look, audit, report."""

from __future__ import annotations

import json

import numpy as np
import pytest

from whyrec import api, registry, storage, workflows
from whyrec.core import ArgumentError, Explanation
from whyrec.evaluate.accuracy import accuracy


@pytest.fixture(scope="module")
def fitted(ease):
    return storage.open_fitted(ease)


def ranked(fitted, query):
    """All items that may be listed, the best first, by the model's own scores."""
    scores = fitted.model.score([query])[0].astype(float)
    scores[query.items] = -np.inf
    order = sorted(range(len(scores)), key=lambda item: (-scores[item], item))
    return [item for item in order if np.isfinite(scores[item])]


def test_recommend_lists_the_best_scores(ease, fitted, is_json):
    found = workflows.recommend(ease, "p3", k=4)
    query = fitted.data.history("p3")
    best = ranked(fitted, query)[:4]
    assert [row["item"] for row in found.items] == [fitted.data.items[item] for item in best]
    assert [why.item for why in found.explanations] == best
    assert all(isinstance(why, Explanation) for why in found.explanations)
    assert found.to_polars()["rank"].to_list() == [1, 2, 3, 4]
    assert found.items[0]["text"]["en"] in str(found)
    is_json(found, "recommend", ease, "--user", "p3", "-k", 4)
    new = workflows.recommend(ease, items=["i3", "Film 4"], k=2)
    assert new.items == workflows.recommend(ease, items="i3,i4", k=2).items and new.user is None


def test_explain_is_a_sum_and_its_removals_are_executed(ease, fitted, is_json):
    found = workflows.explain(fitted, "p3")
    why, query = found.explanation, fitted.data.history("p3")
    assert (
        found.score
        == why.score
        == pytest.approx(
            why.base + sum(reason.weight for reason in why.reasons) + why.rest, abs=1e-5
        )
    )
    assert why.item == ranked(fitted, query)[0] and found.item == fitted.data.items[why.item]
    for done in (found.removed, found.counterfactual):
        gone = [p for p, item in enumerate(query.items) if fitted.data.items[item] in done["refs"]]
        left = query.without(gone)
        scores = fitted.model.score([left])[0].astype(float)
        scores[query.items] = -np.inf
        item = why.item
        better = (scores > scores[item]).sum() + (scores[:item] == scores[item]).sum()
        assert done["rank_after"] == 1 + better
    assert found.text["en"] in str(found)
    is_json(found, "explain", ease, "--user", "p3")
    with pytest.raises(ArgumentError, match="the method learned needs the folder of the model"):
        workflows.explain(fitted, "p3", method="learned")


def test_explain_by_a_method_and_a_polisher(ease):
    class Shouting:
        counts = {"shown": 1}

        def __call__(self, text, lang):
            return text.upper()

    plain = workflows.explain(ease, "p3", method="deletion")
    found = workflows.explain(ease, "p3", method="deletion", polisher=Shouting())
    assert found.chosen == {"method": "deletion", "why": "asked for"}
    assert found.text == {"en": plain.text["en"].upper(), "zh": plain.text["zh"]}
    assert "polish" not in plain.to_dict() and found.to_dict()["polish"] == {"shown": 1}


def test_methods_are_those_that_the_model_allows(ease, fitted, is_json):
    found = workflows.methods(ease)
    assert found.auto == "exact"
    names = found.to_polars()["method"].to_list()
    assert names == [*api.methods_for(fitted.model), "learned"]
    is_json(found, "methods", ease)


def test_learn_and_grade(data, is_json, tmp_path):
    workflows.fit(data, "ease", tmp_path / "m")
    learned = workflows.learn(tmp_path / "m", epochs=2)
    assert learned.people == 64 and len(learned.curve) == 2  # 80% of 80 people
    is_json(learned, "learn", tmp_path / "m", "--epochs", 2)
    found = workflows.faithful(tmp_path / "m", data, ["exact", "learned"], cases=50)
    assert found.cases == 16 and found.data == "tiny-film"  # those it was not trained on
    assert found.completeness < 1e-5 and found.removal_error < 1e-5
    rows = {row["method"]: row["metrics"] for row in found.rows}
    assert rows["top reason"]["drop"]["mean"] > rows["random"]["drop"]["mean"]
    command = ["faithful", tmp_path / "m", "--data", data, "--methods", "exact,learned"]
    is_json(found, *command, "--cases", 50)


def test_the_first_reasons_drop_is_what_removal_measures(fitted):
    from whyrec.workflows.faithfulness import faithful_rows

    queries = fitted.data.histories[np.arange(12)]
    found = faithful_rows(fitted.model, queries, 0)
    drops = []
    for query in queries:
        scores = fitted.model.score([query])[0].astype(float)
        listed = ranked(fitted, query)
        item = listed[0]
        without = [fitted.model.score([query.without([p])])[0, item] for p in range(len(query))]
        drops.append((scores[item] - min(without)) / scores[listed].std())
    row = next(row for row in found["rows"] if row["method"] == "top reason")
    assert row["metrics"]["drop"]["mean"] == pytest.approx(np.mean(drops), abs=1e-4)


def test_rules_have_true_examples(tree, is_json):
    found = workflows.rules(tree, 2)
    data = storage.open_fitted(tree).data
    assert len(found.statements) == 2 == found.to_polars().height
    for row in found.statements:
        if row["example"]:
            last = data.history(row["example"]["user"]).items[-1]
            assert data.items[last] == row["example"]["item"]
    is_json(found, "rules", tree, "-k", 2)


def test_verify_finds_no_false_claim_and_counts_all(ease, is_json):
    found = workflows.verify(ease, people=5, k=3)
    assert (found.checked, found.false) == (5, 0)
    assert found.sentences == 5 * 3 * 2  # English and Chinese
    assert sum(row["claims"] for row in found.kinds) == found.claims
    assert sum(row["claims"] for row in found.places) == found.claims
    is_json(found, "verify", ease, "--people", 5, "-k", 3)


def test_look_draws_the_views_asked_for(ease, is_json, tmp_path):
    pytest.importorskip("matplotlib")
    found = workflows.look(ease, tmp_path / "look", ["network"])
    [row] = found.views
    assert row["view"] == "network" and found.left_out == []
    assert all((tmp_path / "look" / path.split("/")[-1]).exists() for path in row["files"])
    assert "network.en.svg" in (tmp_path / "look" / "index.en.html").read_text()
    is_json(found, "look", ease, "--out", tmp_path / "look", "--views", "network")


def test_audit_measures_a_fit_on_the_split(ease, data, fitted, is_json, tmp_path):
    from whyrec.data.split import next_item

    found = workflows.audit(ease, data, tmp_path / "a", cases=60, reasons=20)
    parts = next_item(fitted.data)
    model = registry.model("ease").fit(parts.train)
    test = parts.test.sample(60, 0)
    counts = np.bincount(parts.train.item, minlength=12)
    own = accuracy(model, test, counts, metrics=["hr@10"])["hr@10"].mean
    assert found.fairness["overall"]["hr@10"]["mean"] == pytest.approx(own, abs=1e-5)
    assert found.safety["measured"] is found.privacy["measured"] is False
    written = json.loads((tmp_path / "a" / "audit.json").read_text(encoding="utf-8"))
    assert written | {"report": found.report} == found.to_dict()
    command = ["audit", ease, "--data", data, "--out", tmp_path / "a", "--cases", 60]
    is_json(found, *command, "--reasons", 20)


def test_report_shows_what_compare_finds(ease, data, is_json, tmp_path):
    found = workflows.report(ease, data, tmp_path / "r.html")
    own = workflows.compare(data, ["ease", "popular"], "next-item", tune=False)
    rows = {row["model"]: row for row in found.compare["rows"]}
    assert {name: rows[name]["metrics"] for name in ("ease", "popular")} == {
        row["model"]: row["metrics"] for row in own.rows
    }
    # The baselines beside it are tuned; the model itself stays as it is.
    assert {name for name, row in rows.items() if row["trials"]} == {"knn", "als", "cooccurrence"}
    assert "tiny-film" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert found.explained["item"] == workflows.explain(ease, found.explained["user"]).item
    is_json(found, "report", ease, "--data", data, "--out", tmp_path / "r.html")


def test_demo_walks_the_whole_road(data, is_json, tmp_path):
    found = workflows.demo(data, tmp_path / "demo")
    folder = storage.open_fitted(found.model)
    assert folder.header["name"] == "additive" and found.truth is None
    assert [row["model"] for row in found.compare["rows"]][-1] == "additive"
    user = found.explained["user"]
    assert found.explained == json.loads(json.dumps(workflows.explain(folder, user).to_dict())) | {
        "cost": found.explained["cost"]
    }
    assert (tmp_path / "demo" / "report.html").exists()
    is_json(found, "demo", "--data", data, "--out", tmp_path / "demo")


@pytest.mark.parametrize("name", ["graph", "rules", "tree"])
def test_a_model_that_phrases_its_reasons_is_explained_by_every_method(tmp_path, name):
    """Reasons of a method are events, additions and anchors, which the model has no phrase for."""
    data = api.load("films")
    model = registry.model(name).fit(data)
    storage.save(tmp_path / "m", model, data, name=name)
    for method in api.methods_for(model):
        found = workflows.explain(tmp_path / "m", "p0001", method=method)
        assert found.text["en"].endswith(".") and found.text["zh"].endswith("。")
        assert found.reasons or found.method.startswith(("anchor", "counterfactual"))
