"""The command that makes the README's table: its rows, figures and seconds; it resumes; a search of settings sees no test item."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from bench.accuracy import accuracy_run, fair_rows, table, table_text
from bench.accuracy.row_specs import Row
from bench.peers import child, search
from whyrec import api
from whyrec.core import UnknownNameError
from whyrec.core.cases import EvaluationCases
from whyrec.core.queries import Queries, Query
from whyrec.data.split import by_part, next_item
from whyrec.evaluate.accuracy import measure

PEOPLE = 80


@pytest.fixture
def made(monkeypatch, tmp_path, capsys):
    """Runs the command; what it wrote as JSON, and its Markdown."""

    def run(*arguments, people=PEOPLE):
        given = ["--sets", "films", "--people", people, "--out", tmp_path, *arguments]
        monkeypatch.setattr(sys, "argv", ["table", *map(str, given)])
        code = table.main()
        found = json.loads((tmp_path / "table-films.json").read_text(encoding="utf-8"))
        text = (tmp_path / "table-films.md").read_text(encoding="utf-8")
        assert text in capsys.readouterr().out
        return code, found, text

    return run


@pytest.mark.slow
def test_the_table_has_rows_figures_settings_and_processor_seconds(made):
    rows = ["popular", "als", "co-occurrence"]
    code, found, text = made("--rows", *rows, "--refit", "--seeds", "0,1", "--tune-seconds", 0.4)
    assert code == 0
    assert [row["label"] for row in found["rows"]] == ["popular", "ALS", "co-occurrence"]
    popular, als, followed = found["rows"]
    assert (popular["seeds"], als["seeds"], followed["seeds"]) == ([0], [0, 1], [0])
    for row in found["rows"]:
        for block in (row["training"], row["with_validation"]):
            assert block["fit_cpu_seconds"] >= 0 and 0.01 < block["peak_gib"] < 4
            for metric in ("ndcg@10", "hr@10"):
                figure = block["metrics"][metric]
                assert 0 <= figure["low"] <= figure["mean"] <= figure["high"] <= 1
                assert f"{figure['mean']:.4f}" in text
    assert popular["tuning"] is None
    for row, defaults in (
        (als, {"embedding_size": 64, "regularization": 10.0, "alpha": 5.0, "epochs": 15}),
        (
            followed,
            {"window": 10, "decay": 0.7, "query_decay": 0.7, "power": 1.0, "min_support": 0},
        ),
    ):
        trials = row["tuning"]["trials"]
        assert trials[0]["settings"] == defaults
        assert row["settings"] == max(trials, key=lambda trial: trial["ndcg@10"])["settings"]
        assert row["tuning"]["people"] == PEOPLE
        assert sum(trial["cpu_seconds"] for trial in trials[:-1]) <= 0.4
    assert json.dumps(als["settings"]) in text


@pytest.mark.slow
def test_the_figures_of_popular_by_hand(made):
    _, found, _ = made("--rows", "popular", "--refit")
    data = accuracy_run.first_people(api.load("films"), PEOPLE)
    histories = [data.item[data.user == person] for person in range(PEOPLE)]
    for held, name in ((2, "training"), (1, "with_validation")):
        kept = np.concatenate([history[:-held] for history in histories])
        counts = np.bincount(kept, minlength=data.n_items).astype(float)
        hits = []
        for history in histories:
            scores = counts - np.arange(data.n_items) * 1e-9  # ties: the lower number first
            scores[history[:-1]] = -1
            hits.append(history[-1] in np.argsort(-scores)[:10])
        measured = found["rows"][0][name]["metrics"]["hr@10"]["mean"]
        assert measured == pytest.approx(np.mean(hits), abs=1e-5)


@pytest.mark.slow
def test_a_table_is_made_in_several_runs(made, tmp_path):
    made("--rows", "popular", "--refit")
    _, first, _ = made("--rows", "cooccurrence", "--tune-seconds", 0.2, "--reuse")
    assert [row["label"] for row in first["rows"]] == ["popular", "co-occurrence"]
    answers = {path: path.stat().st_mtime_ns for path in (tmp_path / "lists").iterdir()}
    _, again, text = made("--tune-seconds", 0.2, "--reuse", "--rows", "cooccurrence", "popular")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "lists").iterdir()} == answers
    assert again["rows"][0]["with_validation"] == first["rows"][0]["with_validation"]
    assert "| popular |" in text and "| co-occurrence |" in text
    for row, before in zip(again["rows"], first["rows"], strict=True):
        assert row["training"]["metrics"] == before["training"]["metrics"]
        assert row["settings"] == before["settings"] and row["tuning"] == before["tuning"]
    _, other, _ = made("--rows", "popular", "--reuse", people=PEOPLE - 10)
    assert [row["label"] for row in other["rows"]] == ["popular"]  # other data: nothing stays
    made("--rows", "cooccurrence", "--tune-seconds", 0.2, people=PEOPLE - 10)
    _, anew, _ = made("--rows", "popular")
    assert [row["label"] for row in anew["rows"]] == ["popular"]


@pytest.mark.slow
def test_what_cannot_be_had_or_fails_has_a_line(made, monkeypatch):
    specs = [
        Row("popular", "popular"),
        Row("no-such-model", "a model to come"),
        Row("additive", "a setting to come", {"no_such_setting": 1}),
        Row("knn", "a wrong setting", {"neighbours": 0}),
    ]
    monkeypatch.setattr(table, "fair_rows", lambda name, repeat: specs)
    code, found, text = made()
    assert code == 1  # a row failed
    told = {row["label"]: row for row in found["rows"]}
    assert "no-such-model" in told["a model to come"]["not_available"]
    assert "no_such_setting" in told["a setting to come"]["not_available"]
    assert "neighbours" in told["a wrong setting"]["failed"]
    assert all(f"- {label}: " in text for label in list(told)[1:])
    assert "training" in told["popular"]


def test_an_unknown_row_is_refused():
    rows = fair_rows.fair_rows("amazon-beauty.zip", repeat=False)
    with pytest.raises(UnknownNameError, match="poplar"):
        table.chosen(rows, ["poplar"])
    found = table.chosen(rows, ["knn", "additive", "rectools-esasrec"])
    assert [row.label for row in found] == ["item-kNN", "additive", "RecTools eSASRec"]
    assert table.chosen(rows, None) == rows


@pytest.mark.parametrize("name", ["ml-1m-order.zip", "amazon-beauty.zip", "amazon-games.zip"])
def test_every_set_has_the_rows_of_a_fair_table(name):
    rows = fair_rows.fair_rows(name, repeat=False)
    assert len({row.label for row in rows}) == len(rows)
    tuned = {row.name for row in rows if row.search is not None}
    assert tuned >= {"knn", "als", "ease", "cooccurrence", "pctm", "sequential-rules"}
    assert tuned >= {"implicit-knn", "implicit-bm25", "implicit-als", "lightfm"}
    [ease] = [row for row in rows if row.name == "additive" and row.search]
    assert set(fair_rows.space_of(ease)) == {"ridge", "mix.event_decay"} and not ease.seeded
    others = {row.name for row in rows if row.search is None}
    expected = {"popular", "additive", "sequence", "fused", "rectools-sasrec", "rectools-esasrec"}
    assert others == expected
    for row in rows:
        if row.content:  # stands beside the same model without titles and categories
            [plain] = [one for one in rows if one.label.startswith(f"{row.label}, without")]
            assert plain.name == row.name
            learned = json.dumps(plain.settings)
            assert '"text": null' in learned and '"label_dims": 0' in learned


def changed_tests(data):
    """The data with another item as the last event of everybody."""
    item = data.item.copy()
    ends = [np.flatnonzero(data.user == person)[-1] for person in np.unique(data.user)]
    for end in ends:
        own = data.item[data.user == data.user[end]]
        item[end] = next(one for one in range(data.n_items) if one not in own)
    return replace(data, item=item), ends


def tuning_job(data, folder):
    """What a search on these data gets, and one row's space."""
    folder.mkdir()
    prepared = accuracy_run.Prepared.write(data, folder / "training", refit=False)
    given = accuracy_run.ForTuning.write(prepared, folder / "tuning", people=30)
    space = {"decay": {"low": 0.3, "high": 1.0}, "power": {"low": 0.0, "high": 1.0}}
    row = Row("cooccurrence", "co-occurrence", {"decay": 0.7})
    return prepared, given, row, space


def test_a_search_sees_no_test_item(tmp_path):
    from bench.accuracy import accuracy_ours

    data = accuracy_run.first_people(api.load("films"), PEOPLE)
    prepared, given, _, _ = tuning_job(data, tmp_path / "as-it-is")
    seen = accuracy_ours.read_data(str(given.ours))
    pairs = set(zip(seen.user.tolist(), seen.item.tolist(), strict=True))
    test = prepared.split.test
    truth = zip(test.queries.user.tolist(), test.items.tolist(), strict=True)
    assert len(seen) == len(data) - len(test) and not pairs & set(truth)
    with np.load(given.parts) as parts:
        split = by_part("next-item", seen, parts["part"], "")
        cases = parts["cases"]
    assert split.train.hash == prepared.split.train.hash
    assert split.valid.items.tolist() == prepared.split.valid.items.tolist()
    assert len(split.test) == 0 and len(cases) == given.people == 30
    with np.load(given.peers) as peers:
        assert not [name for name in peers if name.startswith("test")]
        assert peers["valid_truth"].tolist() == split.valid.items[cases].tolist()
        assert np.array_equal(peers["item"], prepared.split.train.item)


@pytest.mark.slow
def test_a_search_finds_the_same_whatever_the_test_items_are(tmp_path):
    data = accuracy_run.first_people(api.load("films"), PEOPLE)
    other, ends = changed_tests(data)
    assert (other.item[ends] != data.item[ends]).all()
    assert next_item(other).test.items.tolist() != next_item(data).test.items.tolist()
    found = []
    for number, one in enumerate((data, other)):
        _, given, row, space = tuning_job(one, tmp_path / str(number))
        facts = accuracy_run.tune(row, given, space, seconds=1.0, threads=1)
        found.append([(trial["settings"], trial["ndcg@10"]) for trial in facts["trials"][:3]])
    assert found[0] == found[1] and len(found[0]) == 3


def burn(seconds):
    end = child.cpu_seconds() + seconds
    while child.cpu_seconds() < end:
        sum(range(1000))


def test_a_search_starts_with_the_stated_settings_and_keeps_to_its_seconds():
    space = {"inner.rate": {"low": 1e-2, "high": 1e2, "log": True}, "kind": {"grid": ["a", "b"]}}

    def measure(settings):
        burn(0.05)
        return -abs(np.log(settings["inner"]["rate"] / 3)) + (settings["kind"] == "b")

    given = {"inner": {"rate": 50.0}, "kind": "a", "fixed": 1}
    start = child.cpu_seconds()
    trials = search.search(given, space, measure, seconds=1.0)
    assert child.cpu_seconds() - start < 1.2 and 10 <= len(trials) <= 20
    assert trials[0]["settings"] == {"inner": {"rate": 50.0}, "kind": "a", "fixed": 1}
    assert all(0.04 < trial["cpu_seconds"] < 0.2 for trial in trials)
    for trial in trials:
        assert trial["settings"]["fixed"] == 1 and trial["settings"]["kind"] in ("a", "b")
        assert 1e-2 <= trial["settings"]["inner"]["rate"] <= 1e2
    rates = [trial["settings"]["inner"]["rate"] for trial in trials]
    assert len(set(rates)) == len(rates) and min(rates) < 0.5 and max(rates) > 5
    best = search.best(trials)
    assert best["kind"] == "b" and 0.3 < best["inner"]["rate"] < 30
    again = search.search(given, space, measure, seconds=0.3)
    assert [one["settings"] for one in again] == [one["settings"] for one in trials[: len(again)]]


def test_a_search_over_a_small_grid_ends_and_tells_what_failed():
    def measure(settings):
        if settings["k"] == 2:
            raise ValueError("too small")
        return settings["k"] / 10

    trials = search.search({"k": 1}, {"k": {"grid": [1, 2, 3]}}, measure, seconds=60)
    assert sorted(trial["settings"]["k"] for trial in trials) == [1, 2, 3]
    [failed] = [trial for trial in trials if "failed" in trial]
    assert (
        failed["settings"] == {"k": 2}
        and failed["ndcg@10"] == 0
        and "too small" in failed["failed"]
    )
    assert search.best(trials) == {"k": 3}
    with pytest.raises(ValueError, match="too small"):
        search.search({"k": 2}, {"k": {"grid": [1, 2]}}, measure, seconds=60)


def test_whole_numbers_of_an_axis_are_equally_likely():
    drawn = [
        search.at({"low": 1, "high": 4, "whole": True}, share) for share in np.linspace(0, 1, 401)
    ]
    assert np.bincount(drawn, minlength=5)[1:] == pytest.approx([100] * 4, abs=2)


def test_processor_seconds_have_those_of_children():
    before = child.cpu_seconds()
    code = "import time\nwhile time.process_time() < 0.3: pass"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert child.cpu_seconds() - before >= 0.3


def test_the_measure_of_the_peers_searches_is_that_of_whyrec():
    lists = np.array([[7, 6, 5, 8, 1, 2, 3, 4, 9, 10], [9, 0, 1, 4, 5, 6, 7, 8, 10, 11]])
    truth = np.array([5, 3])
    cases = EvaluationCases(Queries.of([Query([0]), Query([2])]), np.array([0, 1, 2]), truth)
    expected = measure(lists, cases, np.ones(12), metrics=("ndcg@10",))["ndcg@10"].mean
    assert child.ndcg_at_10(lists, truth) == pytest.approx(expected) == pytest.approx(0.25)


def test_published_figures_have_a_protocol_and_a_source():
    import tomllib

    figures = tomllib.loads(table.PUBLISHED.read_text(encoding="utf-8"))["figure"]
    for one in figures:
        assert 0 < one["ndcg"] < one.get("hr", 0.9) < 1
        assert "leave-one-out, full ranking" in one["protocol"] and one["source"]
    text = table_text.published(figures[:1])
    assert figures[0]["protocol"] in text and figures[0]["source"] in text


@pytest.mark.slow
def test_the_peers_rows_run_and_their_curves_are_kept(made):
    if not accuracy_run.PEERS_PYTHON.exists():
        pytest.skip("the peers are not at hand: run `make peers`")
    rows = ["implicit-knn", "implicit-bm25", "implicit-als", "lightfm", "rectools-sasrec"]
    code, found, _ = made("--quick", "--refit", "--rows", *rows)
    assert code == 0 and [row["model"] for row in found["rows"]] == rows
    for row in found["rows"]:
        assert row["training"]["metrics"]["hr@10"]["mean"] >= 0
        assert bool(row["tuning"]) == (row["model"] != "rectools-sasrec")
    [run] = found["rows"][-1]["training"]["runs"]
    [point] = run["curve"]
    assert point["epoch"] == run["best_epoch"] == 1 and run["stopped"] == "epochs"
    assert 0 < point["cpu_seconds"] <= run["fit_cpu_seconds"]
    [refit] = found["rows"][-1]["with_validation"]["runs"]
    assert refit["epochs"] == 1 and "curve" not in refit


def test_a_row_that_the_cap_ended_is_marked():
    figure = {"mean": 0.05, "low": 0.04, "high": 0.06}
    measured = {
        "metrics": {"ndcg@10": figure, "hr@10": figure},
        "fit_cpu_seconds": 301.2,
        "peak_gib": 1.5,
        "cap_cpu_minutes": 5.0,
        "runs": [{"stopped": "patience"}, {"stopped": "budget"}],
    }
    assert table_text.block(measured)[2] == "301.2 (capped at 5 min)"
    measured["runs"].pop()
    assert table_text.block(measured)[2] == "301.2"


@pytest.mark.slow
def test_people_who_choose_again_have_most_used_and_most_recent(monkeypatch, tmp_path):
    """Each person alternates between two own items, so the next one is the last but one."""
    lines = [
        f"u{person},i{2 * person + step % 2},{1000 * person + step}"
        for person in range(40)
        for step in range(12)
    ]
    (tmp_path / "tea").mkdir()
    events = "user,item,time\n" + "\n".join(lines) + "\n"
    (tmp_path / "tea" / "events.csv").write_text(events, encoding="utf-8")
    rows = ["popular", "personal-popular"]
    if accuracy_run.PEERS_PYTHON.exists():
        rows.append("implicit-knn")
    given = ["--sets", tmp_path / "tea", "--out", tmp_path, "--repeat", "--tune-seconds", 0.3]
    monkeypatch.setattr(sys, "argv", ["table", *map(str, given), "--rows", *rows])
    assert table.main() == 0
    found = json.loads((tmp_path / "table-tea.json").read_text(encoding="utf-8"))
    hits = {row["label"]: row["training"]["metrics"]["hr@10"]["mean"] for row in found["rows"]}
    assert hits["most used"] == hits["most recent"] == 1.0 and hits["popular"] < 0.5
    assert hits.get("implicit, item-kNN (cosine)", 1.0) == 1.0
    assert found["reads"] == [] and found["cases"] == 40


@pytest.mark.slow
def test_neighbours_of_few_items_leave_the_list_short(monkeypatch, tmp_path):
    """Ten circles of six people and six items: a person of five events has one item left."""
    if not accuracy_run.PEERS_PYTHON.exists():
        pytest.skip("the peers are not at hand: run `make peers`")
    lines = [
        f"u{circle}-{person},i{circle}-{(person + step) % 6},{100 * person + step}"
        for circle in range(10)
        for person in range(6)
        for step in range(6)
    ]
    (tmp_path / "circles").mkdir()
    events = "user,item,time\n" + "\n".join(lines) + "\n"
    (tmp_path / "circles" / "events.csv").write_text(events, encoding="utf-8")
    given = ["--sets", tmp_path / "circles", "--out", tmp_path, "--tune-seconds", 0.2]
    rows = ["implicit-knn", "implicit-bm25", "implicit-als"]
    monkeypatch.setattr(sys, "argv", ["table", *map(str, given), "--rows", *rows])
    assert table.main() == 0
    found = json.loads((tmp_path / "table-circles.json").read_text(encoding="utf-8"))
    for row in found["rows"][:2]:
        assert row["training"]["metrics"]["ndcg@10"]["mean"] == 1.0  # the one item left is first
