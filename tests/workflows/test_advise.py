"""The ladder: what each step is worth by hand, the rule, what is left out and why, and the last fit."""

from __future__ import annotations

import csv
import itertools
import shlex
import subprocess
from dataclasses import replace

import numpy as np
import pytest

import whyrec
from tests.toys import returning
from tests.workflows.conftest import steady
from whyrec import api, storage, workflows
from whyrec.cli import main
from whyrec.core import ArgumentError, DataError, Dataset, UnknownNameError
from whyrec.core.progress import silent
from whyrec.workflows import ladder
from whyrec.workflows.advise import _Cost, chosen, fit_command
from whyrec.workflows.ladder import EPOCHS, halves
from whyrec.workflows.printed_advice import command_lines
from whyrec.workflows.reading import read_config

CHEAP = ["popular", "knn", "cooccurrence", "ease"]


@pytest.fixture(scope="module")
def advice(data):
    return workflows.advise(data, steps=CHEAP)


def rows_of(found):
    return {row["step"]: row for row in found.steps}


def ndcg_by_hand(train, cases):
    """NDCG@10 of popularity for each case, by counting."""
    counts = np.bincount(train.item, minlength=train.n_items).astype(float)
    values = []
    for at in range(len(cases)):
        left = counts.copy()
        left[cases.queries[at].items] = -1
        order = sorted(range(len(left)), key=lambda item: (-left[item], item))
        place = 1 + order.index(int(cases.items[cases.indptr[at]]))
        values.append(1 / np.log2(1 + place) if place <= 10 else 0.0)
    return values


def test_the_halves_share_nobody_and_hold_validation_items_alone(data):
    films = api.load(data)
    parts = halves(films, 0)
    tuned, measured = set(parts.tune.queries.user), set(parts.measure.queries.user)
    assert len(tuned) == len(measured) == 40 and not tuned & measured
    for person in range(films.n_users):  # the last event is the test, the one before validates
        items = films.histories[person].items
        for cases in (parts.tune, parts.measure):
            for at in np.flatnonzero(cases.queries.user == person):
                assert cases.items[cases.indptr[at]] == items[-2]
                assert list(cases.queries[int(at)].items) == list(items[:-2])
    assert len(parts.train) == len(films) - 2 * films.n_users


def test_a_step_is_worth_what_counting_gives(data, advice, is_json):
    parts = halves(api.load(data), 0)
    rows = rows_of(advice)
    values = ndcg_by_hand(parts.train, parts.measure)
    popular = rows["popular"]
    assert popular["metrics"]["ndcg@10"]["mean"] == pytest.approx(np.mean(values), abs=1e-5)
    assert (popular["previous"], popular["gain"]) == (None, None)
    for before, step in itertools.pairwise(CHEAP):
        means = [rows[name]["metrics"]["ndcg@10"]["mean"] for name in (before, step)]
        gain = rows[step]["gain"]
        assert rows[step]["previous"] == before
        assert gain["mean"] == pytest.approx(means[1] - means[0], abs=2e-5)
        assert gain["low"] <= gain["mean"] <= gain["high"]
    assert rows[advice.best]["to_best"] == {"mean": 0.0, "low": 0.0, "high": 0.0}
    assert all(row["to_best"]["mean"] <= 0 for row in rows.values())
    assert all(row["explained_share"] == 1.0 and row["ms"] > 0 for row in rows.values())
    assert (advice.large_model, advice.large_gain) == ("not run", None)
    is_json(advice, "advise", data, "--steps", ",".join(CHEAP))


def test_the_chosen_step_is_measured_on_test_people_once(data, advice):
    films = api.load(data)
    parts = halves(films, 0)
    model = whyrec.create_model(advice.take).fit(parts.train)
    scores = model.score(parts.test.queries).astype(float)
    values = []
    for at, query in enumerate(parts.test.queries):
        scores[at, query.items] = -np.inf
        item = parts.test.items[at]
        place = 1 + (scores[at] > scores[at, item]).sum()
        values.append(1 / np.log2(1 + place) if place <= 10 else 0.0)
    assert advice.test["cases"] == len(parts.test)
    assert advice.test["ndcg@10"]["mean"] == pytest.approx(np.mean(values), abs=1e-3)


def test_test_people_decide_nothing(data, advice, tmp_path):
    """Other last events of everybody: other test figures, and the same ladder."""
    rows = list(csv.reader((data / "events.csv").open()))
    last = {row[0]: number for number, row in enumerate(rows) if number}
    for person, number in last.items():
        chosen_before = {item for user, item, _ in rows if user == person}
        rows[number][1] = next(f"i{n}" for n in range(12) if f"i{n}" not in chosen_before)
    (tmp_path / "events.csv").write_text("\n".join(map(",".join, rows)) + "\n")
    (tmp_path / "items.csv").write_text((data / "items.csv").read_text())
    found = workflows.advise(tmp_path, steps=CHEAP)
    own = [{**row, "fit_cpu_seconds": 0} for row in advice.steps]
    assert steady([{**row, "fit_cpu_seconds": 0} for row in found.steps]) == steady(own)
    assert found.test != advice.test


@pytest.mark.parametrize(
    ("costs", "take"),
    [
        ({"ease": (0.100, 9, 1), "sequence": (0.1009, 99, 0)}, "ease"),  # .9% below the best
        ({"ease": (0.100, 9, 1), "sequence": (0.1012, 99, 0)}, "sequence"),  # 1.2% below
        ({"popular": (0.0995, 0, 1), "ease": (0.1, 0.8, 1)}, "ease"),  # less than a second apart
        ({"popular": (0.0995, 0, 1), "ease": (0.1, 1.2, 1)}, "popular"),
        ({"additive": (0.0995, 39, 1), "sequence": (0.1, 20, 0)}, "additive"),  # a tie: it explains
        ({"additive": (0.0995, 41, 1), "sequence": (0.1, 20, 0)}, "sequence"),
    ],
)
def test_the_rule_takes_the_cheapest_within_one_percent(costs, take):
    assert chosen({name: _Cost(*map(float, cost)) for name, cost in costs.items()}) == take


def test_steps_that_may_be_as_good_are_named(advice):
    below = {
        "popular": (-0.2, -0.3, -0.1),
        "knn": (-0.01, -0.02, 0.001),
        "cooccurrence": (0.0, 0.0, 0.0),
        "ease": (-0.001, -0.002, 0.0),
    }
    steps = [
        row | {"to_best": dict(zip(("mean", "low", "high"), below[row["step"]], strict=True))}
        for row in advice.steps
    ]
    found = replace(advice, steps=steps, best="cooccurrence", take="cooccurrence")
    assert "Not told apart from the best on these people: kNN, EASE." in str(found)
    found = replace(advice, steps=steps, best="cooccurrence", take="ease")
    assert "Not told apart from the best on these people: kNN." in str(found)
    assert "Take EASE (ease): of the models within 1% of the best it is the cheapest." in str(found)


def test_what_the_data_lack_is_named(data, tmp_path):
    found = rows_of(workflows.advise(data, steps=["popular", "most-used", "most-recent"]))
    for name in ("most-used", "most-recent"):
        assert (found[name]["state"], found[name]["reason"]) == ("left out", "no-repeats")
        assert found[name]["metrics"] is None
    folder = tmp_path / "unordered"
    folder.mkdir()
    lines = [line.rsplit(",", 1)[0] for line in (data / "events.csv").read_text().splitlines()]
    (folder / "events.csv").write_text("\n".join(lines) + "\n")
    advice = workflows.advise(folder, steps=["popular", "cooccurrence", "sequence"])
    found = rows_of(advice)
    assert (found["sequence"]["state"], found["sequence"]["reason"]) == ("left out", "no-order")
    assert found["cooccurrence"]["without_order"] == ["direction", "decay"]
    assert advice.protocol == "random" and advice.large_model == "left out"
    assert "the events have no order" in str(advice)
    assert "A large model learns from the order of events, which these data do not have" in str(
        advice
    )


def test_people_who_come_back_are_measured_by_their_own_uses():
    found = workflows.advise(returning(), steps=["popular", "most-used", "most-recent"])
    rows = rows_of(found)
    assert {row["state"] for row in found.steps} == {"run"}
    assert rows["most-used"]["gain"]["low"] > 0  # three in four uses are of three favourites
    assert found.take == "most-used"
    assert found.command.startswith("whyrec.fit('personal-popular', data, seed=0, decay=1.0)")


def test_a_budget_that_is_too_small_says_what_is_needed(data):
    pytest.importorskip("torch")
    found = workflows.advise("films", steps=["popular", "sequence"], budget=15.0)
    large = rows_of(found)["sequence"]
    assert (large["state"], large["reason"]) == ("not run", "budget")
    films = halves(api.load("films"), 0).train
    sizes = (len(films), films.n_users, films.n_items)
    hours = {row["stage"]: row["hours"] for row in workflows.plan(*sizes, "1x1GB").rows}
    # an epoch of a model that reads titles takes twice as long
    needed = 3600 * (EPOCHS * 2 * hours["fit sequence, an epoch"] + hours["read item texts"])
    assert large["estimate_seconds"] == pytest.approx(needed, rel=0.06)  # two digits
    assert f"it needs about {large['estimate_seconds']:.0f} processor seconds" in str(found)
    with pytest.raises(DataError, match="needs a step that can be run; got popular: budget"):
        workflows.advise(data, steps=["popular"], budget=1e-9)


def test_the_large_model_is_fitted_within_its_budget_and_compared(data, monkeypatch):
    pytest.importorskip("torch")
    small = {"text": None, "width": 8, "heads": 2, "blocks": 1, "epochs": 2}
    steps = [
        ladder.Step(step.name, step.model, small if step.large else step.settings, large=step.large)
        for step in ladder.STEPS
    ]
    monkeypatch.setattr(ladder, "STEPS", tuple(steps))
    found = workflows.advise(data, steps=["cooccurrence", "sequence"], budget=300.0)
    large = rows_of(found)["sequence"]
    assert large["state"] == "run" and large["explained_share"] == 0.0
    assert large["settings"] == small
    assert found.large_gain["over"] == "cooccurrence"
    assert found.large_gain["mean"] == large["gain"]["mean"]
    assert found.large_model == "no" and found.take == "cooccurrence"
    assert "These data need no large model" in str(found)


def test_a_missing_library_is_named_with_its_extra(data, monkeypatch):
    from whyrec.core import MissingExtra
    from whyrec.models import SequenceTransformer

    def missing(self, *arguments, **more):
        raise MissingExtra("torch", "text")

    monkeypatch.setattr(SequenceTransformer, "fit", missing)
    found = workflows.advise(data, steps=["popular", "sequence"])
    row = rows_of(found)["sequence"]
    assert (row["state"], row["reason"]) == ("not run", "extra")
    assert "pip install 'whyrec[text]'" in str(found)


def test_out_holds_the_model_fitted_on_all_events(data, tmp_path):
    found = workflows.advise(data, steps=["popular", "cooccurrence"], out=tmp_path / "m")
    own = storage.open_fitted(workflows.fit(data, "cooccurrence", tmp_path / "own").out)
    made = storage.open_fitted(tmp_path / "m")
    assert found.take == made.header["name"] == "cooccurrence" and len(made.data) == len(own.data)
    np.testing.assert_array_equal(
        made.model.score(made.data.histories), own.model.score(own.data.histories)
    )
    assert f"Fitted on all events: {tmp_path / 'm'}" in str(found)


def test_the_printed_command_fits_what_was_chosen(data, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    found = workflows.advise(data, steps=["popular", "ease"], seed=3, k_core=2)
    *before, command = found.command.split(" && ")  # the settings, if they are not the defaults
    for line in before:
        subprocess.run(["sh", "-c", line], check=True)
    words = shlex.split(command)
    assert words[0] == "whyrec" and {"--k-core", "--seed"} <= set(words)
    assert main(words[1:]) == 0
    header = storage.open_fitted(tmp_path / "model").header
    take = rows_of(found)[found.take]
    assert (header["name"], header["seed"]) == (take["model"], 3)
    assert (take["settings"] or {}).items() <= header["config"].items()
    capsys.readouterr()


def test_a_shell_reads_the_printed_lines_as_the_command():
    command = fit_command("a --b.csv", "ease", {"ridge": 312.5}, {"k_core": 5, "repeat": True}, 7)
    for width in (20, 50, 76, 500):
        lines = command_lines(command, width)
        assert shlex.split("\n".join(lines).replace("\\\n", "")) == shlex.split(command)
    assert len(command_lines(command, 20)) > 4
    assert (
        command_lines(command)[0] == r"  printf '%s\n' 'ridge = 312.5' > settings.toml && \\"[:-1]
    )


def test_settings_stand_in_the_file_that_the_command_writes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = {"decay": 0.5, "kinds": ("a\\nb", 'it\'s "c"'), "auto": True, "text": None}
    command = fit_command("d", "personal-popular", settings, {}, 0)
    subprocess.run(["sh", "-c", command.split(" && ")[0]], check=True)
    assert read_config(tmp_path / "settings.toml") == settings | {"text": ""}


def test_a_command_repeats_how_the_data_were_read():
    columns = {"user": "Customer ID", "item": "StockCode"}
    reading = {"columns": columns, "repeat": True, "duplicates": "first", "ratings": "auto"}
    command = fit_command("shop data.csv", "personal-popular", {"decay": 0.5}, reading, 0)
    assert command == (
        "printf '%s\\n' 'decay = 0.5' > settings.toml && whyrec fit --data 'shop data.csv' "
        "--model personal-popular --out model "
        '--columns \'user="Customer ID",item="StockCode"\' --repeat --config settings.toml'
    )
    from whyrec.cli.parse import parse_columns

    words = shlex.split(command)
    assert parse_columns(words[words.index("--columns") + 1]) == columns


def test_wrong_arguments_are_refused_before_any_work(tmp_path):
    def never(text):
        raise AssertionError(text)

    for error, match, more in (
        (
            UnknownNameError,
            "unknown step of the ladder 'eas'. Did you mean 'ease'",
            {"steps": ["eas"]},
        ),
        (ArgumentError, "budget must be above 0 processor seconds; got 0", {"budget": 0}),
        (ArgumentError, "a file .png or .svg", {"picture": tmp_path / "p.jpg"}),
        (ArgumentError, "in a folder that is there", {"picture": tmp_path / "no" / "p.png"}),
    ):
        with pytest.raises(error, match=match):
            workflows.advise("films", progress=never, **more)


def test_too_few_people_are_told():
    data = returning(people=10)
    with pytest.raises(DataError, match="needs 20 validation people or more; got 10 people"):
        workflows.advise(data)


def test_ties_in_time_and_items_that_nobody_chose_are_measured():
    rng = np.random.default_rng(0)
    people, events = 50, 8
    items = np.stack([rng.choice(20, events, replace=False) for _ in range(people)])
    data = Dataset(
        np.tile(np.arange(people), events),
        items.T.ravel(),
        np.ones(people * events),
        np.repeat(np.arange(events) // 2, people) + 1_700_000_000,
        [f"u{n}" for n in range(people)],
        [f"i{n}" for n in range(25)],
    )
    found = workflows.advise(data, steps=CHEAP)
    assert {row["state"] for row in found.steps} == {"run"}


def test_progress_names_each_step(data):
    lines = []

    def progress(text):
        lines.append(text)
        return silent(text)

    workflows.advise(data, steps=["popular", "ease"], progress=progress)
    assert lines[:3] == [f"reading {data}", "fitting popular", "measuring popular on 40 people"]
    assert lines[-1].startswith("measuring ") and lines[-1].endswith(" on 80 test people")


def test_settings_are_searched_on_the_first_half_alone(data, monkeypatch):
    searched = {}
    real = ladder.tune_baseline

    def spied(name, fixed, parts, metric, **more):
        searched[name] = parts.valid.queries.user
        return real(name, fixed, parts, metric, **more)

    monkeypatch.setattr(ladder, "tune_baseline", spied)
    found = rows_of(workflows.advise(data, steps=CHEAP))
    first = halves(api.load(data), 0).tune.queries.user
    assert set(searched) == {"knn", "cooccurrence", "ease"}
    assert all(np.array_equal(people, first) for people in searched.values())
    assert set(found["ease"]["settings"]) == {"ridge"} and found["ease"]["trials"] > 1
    assert (found["popular"]["settings"], found["popular"]["trials"]) == (None, 0)
