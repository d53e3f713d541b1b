"""A comparison that can be relied on: no repeat is dropped silently, no finished row is lost."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from whyrec import registry, workflows
from whyrec.cli import watching
from whyrec.core import ArgumentError
from whyrec.models.baselines.popular import Popular
from whyrec.workflows.kept_rows import data_digest
from whyrec.workflows.repeats import repeats_told

FITS = []


class Counting(Popular):
    """Counts its fits."""

    def fit(self, data, *, seed=0):
        FITS.append(len(data))
        return super().fit(data, seed=seed)


class Stopping(Popular):
    """Stops the run, as Ctrl-C does."""

    def fit(self, data, *, seed=0):
        raise KeyboardInterrupt


class Greedy(Popular):
    """Asks for more memory than any machine has."""

    def fit(self, data, *, seed=0):
        raise MemoryError("Unable to allocate 8.00 EiB")


@pytest.fixture
def long(monkeypatch):
    """Every command counts as one that takes long, and prints its rows as they come."""
    monkeypatch.setattr(watching, "EVERY", 0.0)
    monkeypatch.setattr(watching.Watch, "_write", lambda self: None)  # no line of the clock


@pytest.fixture(autouse=True)
def added(monkeypatch):
    """Models whose fits can be counted, stopped and refused."""
    known = dict(registry._added("models"))
    for name, made in (("counting", Counting), ("stopping", Stopping), ("greedy", Greedy)):
        known[name] = f"{made.__module__}:{made.__qualname__}"
    monkeypatch.setattr(registry, "_added", lambda kind: known if kind == "models" else {})
    FITS.clear()


def write(path: Path, rows: list[str], header: str = "user,item,time") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


@pytest.fixture
def checkins(tmp_path):
    """100 check-ins, 76 of them at a place where the person was before."""
    rows = [
        f"p{person},place{(person + visit % 6) % 8},{1_700_000_000 + person * 1000 + visit}"
        for person in range(4)
        for visit in range(25)
    ]
    return write(tmp_path / "checkins.csv", rows)


def shop(folder: Path, people: int = 8, later: int = 0) -> Path:
    rows = [
        f"p{person},i{(person + step) % 9},{1_700_000_000 + later + person * 100 + step}"
        for person in range(people)
        for step in range(5)
    ]
    return write(folder / "shop.csv", rows)


# --- repeats --------------------------------------------------------------------------------------


def test_repeats_are_told_at_the_top_with_count_and_share(run, long, checkins):
    told = (
        "76 of 100 events (76%) repeat a person and item and are left out; "
        "only the first of each counts; --repeat keeps them all"
    )
    code, output, errors = run("compare", "--data", checkins, "--models", "popular", "--no-tune")
    assert code == 0 and output.splitlines()[1].strip() == told
    assert errors.splitlines()[0] == told  # before the first model is fitted
    code, output, _ = run("compare", "--data", checkins, "--models", "popular", "--json")
    assert code == 0 and json.loads(output)["notes"][0] == told
    code, output, errors = run(
        "compare", "--data", checkins, "--models", "popular", "--lang", "zh", "--no-tune"
    )
    assert code == 0 and "100 条记录中有 76 条（76%）" in output and "--repeat" in errors


def test_repeat_as_offered_keeps_them_all_and_last_says_last(run, checkins):
    code, output, _ = run("compare", "--data", checkins, "--models", "popular", "--repeat")
    assert code == 0 and "100 events" in output and "are left out" not in output
    code, output, _ = run(
        "compare", "--data", checkins, "--models", "popular", "--duplicates", "last"
    )
    assert code == 0 and "only the last of each counts" in output


def test_purchases_of_viewed_items_do_not_vanish_silently(run, long, tmp_path):
    rows = []
    for person in range(6):
        for step, kind in enumerate(("view", "cart", "purchase")):
            rows += [f"p{person},i{(person + n) % 7},{n * 10 + step},{kind}" for n in range(4)]
    data = write(tmp_path / "log.csv", rows, "user,item,time,kind")
    code, _, errors = run("compare", "--data", data, "--models", "popular", "--no-tune")
    assert code == 0
    assert "48 of 72 events (67%) repeat a person and item" in errors
    assert "48 choices or purchases of an item that was only viewed before" in errors


def test_advise_and_tune_tell_repeats_too(checkins, tmp_path):
    lines = [f"p{p},i{(p * 3 + s) % 11},{p * 100 + s}" for p in range(60) for s in range(6)]
    data = write(tmp_path / "twice.csv", lines + [line + "0" for line in lines])
    found = workflows.advise(data, steps=["popular", "knn"])
    assert "360 of 720 events (50%)" in str(found)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=60))
def test_every_dropped_repeat_is_counted(tmp_path, events):
    data = write(
        tmp_path / "any.csv", [f"p{u},i{i},{1_700_000_000 + n}" for n, (u, i) in enumerate(events)]
    )
    from whyrec.workflows.reading import load

    dataset, steps = load(data)
    repeats = sum(count - 1 for count in Counter(events).values())
    assert len(dataset) + repeats == len(events)
    told = repeats_told(steps)
    assert bool(told) == bool(repeats)
    assert not told or told[0].startswith(f"{repeats} of {len(events)} events")


# --- models that the data do not allow ------------------------------------------------------------


def test_ease_of_30001_items_is_left_out_and_the_others_answer(run, long, tmp_path):
    rows = [f"p{n % 300},i{n},{1_700_000_000 + n}" for n in range(30_001)]
    data = write(tmp_path / "many.csv", rows)
    code, output, errors = run(
        "compare", "--data", data, "--models", "popular,ease,cooccurrence", "--no-tune"
    )
    assert code == 0
    [reason] = [line for line in errors.splitlines() if line.startswith("Left out: ease.")]
    assert "at most 30000 items; got 30001 items" in reason and "--item-core" in reason
    for name in ("popular", "cooccurrence"):
        assert any(line.startswith(name) for line in output.splitlines())


def test_a_model_without_enough_memory_is_left_out(run, tmp_path):
    data = shop(tmp_path)
    code, output, _ = run("compare", "--data", data, "--models", "greedy,popular", "--json")
    found = json.loads(output)
    assert code == 0 and [row["model"] for row in found["rows"]] == ["popular"]
    [left] = found["left_out"]
    assert left["model"] == "greedy" and "needs more memory" in left["reason"]
    code, _, errors = run("compare", "--data", data, "--models", "greedy")
    assert code == 2 and "Traceback" not in errors and "8.00 EiB" in errors


# --- rows that are kept ---------------------------------------------------------------------------


def test_rows_are_printed_as_they_finish_and_kept_when_a_run_is_stopped(run, long, tmp_path):
    command = ["compare", "--data", shop(tmp_path), "--out", tmp_path / "kept", "--no-tune"]
    code, output, errors = run(*command, "--models", "counting,stopping,popular")
    assert code == 130 and output == "" and len(FITS) == 1
    lines = errors.splitlines()
    assert lines[0].startswith("counting: ndcg@10 0.") and "fit 0.0" in lines[0]
    assert "1 of 3 models are measured and kept in" in lines[1]

    code, output, errors = run(*command, "--models", "counting,popular")
    assert code == 0 and len(FITS) == 1  # it was not fitted again
    assert "Measured by an earlier run, and reused: counting\n" in output
    fresh = run("compare", *command[1:3], "--no-tune", "--models", "counting,popular", "--json")
    again = run(*command, "--models", "counting,popular", "--json")
    fresh, again = (json.loads(output) for _, output, _ in (fresh, again))
    assert again["reused"] == ["counting", "popular"] and "reused" not in fresh
    for one, two in zip(fresh["rows"], again["rows"], strict=True):
        assert one["metrics"] == two["metrics"]
    assert fresh["comparisons"] == again["comparisons"]


def test_a_stopped_run_without_a_folder_says_what_was_measured(run, tmp_path):
    code, _, errors = run(
        "compare", "--data", shop(tmp_path), "--models", "popular,stopping", "--lang", "zh"
    )
    assert code == 130 and "2 个模型中已测完 1 个" in errors


def test_a_short_comparison_prints_its_tables_alone(run, tmp_path):
    code, _, errors = run("compare", "--data", shop(tmp_path), "--models", "popular")
    assert (code, errors) == (0, "")


@pytest.mark.parametrize("other", ["seed", "data", "cleaning", "protocol", "refit", "version"])
def test_rows_of_another_comparison_are_refused(run, tmp_path, monkeypatch, other):
    data = shop(tmp_path)
    command = ["compare", "--data", data, "--out", tmp_path / "kept", "--models", "counting"]
    assert run(*command)[0] == 0
    if other == "data":
        shop(tmp_path, later=1)  # the same people and items, one second later
    elif other == "version":
        monkeypatch.setattr("whyrec.workflows.kept_rows.__version__", "0.0.0")
    more = {
        "seed": ["--seed", 1],
        "cleaning": ["--repeat"],
        "protocol": ["--protocol", "random"],
        "refit": ["--refit"],
    }.get(other, [])
    code, output, errors = run(*command, *more)
    assert code == 2 and len(FITS) == 1 and output == ""
    said = "data" if other == "cleaning" else other.replace("refit", "--refit")
    assert said in errors and "name another folder" in errors


def test_another_setting_of_a_model_is_measured_anew(run, tmp_path):
    data = shop(tmp_path, people=40)
    command = ["compare", "--data", data, "--out", tmp_path / "kept", "--models", "popular,knn"]
    assert run(*command, "--no-tune")[0] == 0
    found = json.loads(run(*command, "--tune-seconds", "0.1", "--json")[1])
    assert found["reused"] == ["popular"] and found["rows"][1]["trials"] > 0
    found = json.loads(run(*command, "--tune-seconds", "0.1", "--json")[1])
    assert found["reused"] == ["popular", "knn"] and found["rows"][1]["trials"] > 0


def test_a_row_that_was_cut_short_is_measured_anew(run, tmp_path):
    command = ["compare", "--data", shop(tmp_path), "--out", tmp_path / "k", "--models", "counting"]
    assert run(*command)[0] == 0
    [row] = (tmp_path / "k" / "rows").iterdir()
    row.write_text(row.read_text()[:-30])
    code, output, _ = run(*command, "--json")
    assert code == 0 and json.loads(output)["reused"] == [] and len(FITS) == 2


def test_a_folder_with_other_files_is_refused_before_the_data_are_read(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    for out in (tmp_path / "mine", tmp_path / "mine" / "thesis.txt"):
        code, _, errors = run("compare", "--data", "nowhere.csv", "--out", out)
        assert code == 2 and "--out must be a new folder" in errors
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_model_that_the_caller_keeps_is_fitted_again(tmp_path):
    data = shop(tmp_path)
    for _ in range(2):
        found = workflows.compare(data, ["counting"], out=tmp_path / "kept", keep=["counting"])
        assert isinstance(found.models["counting"], Counting) and found.reused == []
    assert len(FITS) == 2


def test_undefined_values_and_intervals_survive_the_folder(tmp_path):
    data = shop(tmp_path, people=30)
    one, two = (
        workflows.compare(data, ["popular", "ease"], "next-item", out=tmp_path / "k", tune=False)
        for _ in range(2)
    )
    assert two.reused == ["popular", "ease"]
    for name, values in one.measured.items():
        for metric, value in values.items():
            same = two.measured[name][metric]
            np.testing.assert_array_equal(value.values, same.values)
            assert value.higher_is_better == same.higher_is_better


def test_the_digest_sees_whatever_a_model_may_read(tmp_path):
    from dataclasses import replace

    from whyrec.workflows.reading import load

    data, _ = load(shop(tmp_path))
    others = [
        replace(data, repeat=True),
        replace(data, clock=False),
        replace(data, verb="read"),
        replace(data, value=data.value * 2),
        replace(data, avoided=np.array([[0, 8]])),
        data.select(np.arange(len(data)) > 0),
    ]
    assert len({data_digest(one) for one in (data, *others)}) == 1 + len(others)
    assert data_digest(load(shop(tmp_path))[0]) == data_digest(data)


def test_unknown_settings_are_refused_before_a_folder_is_written(tmp_path):
    with pytest.raises(ArgumentError):
        workflows.compare(shop(tmp_path), ["popular"], tune_seconds=-1, out=tmp_path / "k")
    assert not (tmp_path / "k").exists()
