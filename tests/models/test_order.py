"""Models on data without an order: no row order, no fading, and what cannot do without refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.cli.test_cli import run_json, write_plain
from tests.toys import random_data
from whyrec import registry
from whyrec.cli.app import main
from whyrec.core import ArgumentError, DataError, Dataset, Query
from whyrec.data.split import split
from whyrec.models.interpretable.features import Features
from whyrec.models.linear.cooccurrence import chosen_together, transitions

DATA = replace(random_data(), clock=False).without_order()
COUNTS = {"components": ("ease", "transitions")}
FREE = [
    ("additive", COUNTS),
    ("additive", {}),
    ("cooccurrence", {}),
    ("sequential-rules", {}),
    ("pctm", {}),
    ("graph", {}),
    ("knn", {}),
    ("ease", {}),
    ("personal-popular", {"decay": 0.5}),
    ("graph", {"base_model": "ease"}),
]


def shuffled(data: Dataset, seed: int = 0) -> Dataset:
    """The same rows in another order."""
    at = np.random.default_rng(seed).permutation(len(data))
    return replace(data, user=data.user[at], item=data.item[at], value=data.value[at])


@pytest.mark.parametrize(("name", "config"), FREE)
def test_the_order_of_rows_changes_nothing(name, config):
    """Fitted with given numbers, or with validation cases that both see: what is drawn for a search follows the rows."""
    valid = split(DATA, "random").valid
    scores = []
    for data in (DATA, shuffled(DATA)):
        model = registry.model(name, **config)
        more = {"valid": valid} if "valid" in model.fit.__code__.co_varnames else {}
        scores.append(model.fit(data, **more).score(valid.queries))
    np.testing.assert_allclose(scores[0], scores[1], rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize(("name", "config"), FREE)
def test_no_event_is_older_than_another(name, config):
    """The same weight at whatever step: nothing in the model fades."""
    if name == "personal-popular":
        pytest.skip("its decay is what was asked for; queries of these data have no steps")
    model = registry.model(name, **config).fit(DATA, seed=1)
    items = DATA.histories[3].items
    score = model.score([Query(items, events_ago=np.zeros(len(items), int))])
    np.testing.assert_allclose(score, model.score([Query(items)]), rtol=1e-5, atol=1e-6)


def test_what_is_left_out_is_said():
    assert registry.model("additive", **COUNTS).fit(DATA).without_order_ == ["transitions", "decay"]
    assert (
        "learned"
        in registry.model("additive", components=("ease", "learned")).fit(DATA).without_order_
    )
    assert registry.model("cooccurrence").fit(DATA).without_order_ == ["direction", "decay"]
    graph = registry.model("graph").fit(DATA)
    assert (
        graph.without_order_ == ["then", "decay"]
        and not hasattr(graph, "then_")
        and not graph.fade_[:, 1:].any()
    )
    routes = graph.routes(DATA.histories[0], 3)
    assert {graph.through(column, kind)[0] for _, column, kind, _ in routes} <= {
        "people who chose both"
    }
    for name in ("sequential-rules", "pctm"):
        assert registry.model(name).fit(DATA).without_order_ == ["direction", "decay"]
    for name, config in (
        ("additive", COUNTS),
        ("cooccurrence", {}),
        ("sequential-rules", {}),
        ("pctm", {}),
        ("graph", {}),
    ):
        assert registry.model(name, **config).fit(random_data()).without_order_ == []


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("sequence", {"text": None}),
        ("lowrank", {"text": None}),
        ("sharded", {}),
        ("private-sequence", {}),
    ],
)
def test_models_of_sequences_refuse(name, config):
    with pytest.raises(
        DataError, match="learns what comes after what.*use ease or additive.*--order file"
    ):
        registry.model(name, **config).fit(DATA)


def test_the_learned_part_alone_is_refused():
    with pytest.raises(
        ArgumentError,
        match="without an order of events parts must be ease or transitions; got learned alone",
    ):
        registry.model("additive", components=["learned"]).fit(DATA)


def test_chosen_together_is_counted_by_hand():
    data = Dataset(
        [0, 0, 0, 1, 1, 2],
        [0, 1, 2, 0, 1, 2],
        [1] * 6,
        [0] * 6,
        list("abc"),
        list("xyz"),
        clock=False,
        order="none",
    )
    found = chosen_together(
        data
    ).toarray()  # ann of three: 1/2 each; bob of two: 1; cid of one: nothing
    np.testing.assert_allclose(found, [[0, 1.5, 0.5], [1.5, 0, 0.5], [0.5, 0.5, 0]])


def test_people_with_one_time_count_in_no_transition():
    data = Dataset([0, 0, 1, 1], [0, 1, 2, 1], [1] * 4, [5, 5, 5, 6], ["a", "b"], list("xyz"))
    found = transitions(data, window=3, decay=0.5).toarray()
    assert found[2, 1] == 1 and found.sum() == 1  # ann's two events are a tie
    assert transitions(replace(data, order="file"), window=3, decay=0.5).toarray()[0, 1] == 1


def test_the_glass_box_forgets_and_cooccurrence_is_updated_without_an_order():
    model = registry.model("additive", **COUNTS).fit(DATA)
    less = model.forget(DATA, np.array([0, 1]))
    again = registry.model("additive", **COUNTS, mix=model.mix_, ridge=model.ridge_).fit(
        DATA.select(DATA.user > 1)
    )
    query = DATA.histories[5]
    np.testing.assert_allclose(less.score([query]), again.score([query]), rtol=1e-3, atol=1e-4)
    assert less.without_order_ == model.without_order_
    part = DATA.select(np.arange(300))
    found = registry.model("cooccurrence").fit(part).update(part, DATA)
    np.testing.assert_allclose(
        found.score([query]), registry.model("cooccurrence").fit(DATA).score([query])
    )


def test_parts_add_up_and_are_named():
    model = registry.model("additive", **COUNTS, mix={"share": 0.5}).fit(DATA)
    query = DATA.histories[2]
    parts = model.part_contributions(query, 7)
    assert set(parts) == {"ease", "together"}
    np.testing.assert_allclose(sum(parts.values()), model.contributions(query, 7).weights)
    assert model.mix_["query_decay"] == model.mix_["event_decay"] == 1


def test_readable_features_leave_the_order_out():
    found = Features.of(DATA)
    assert not {"latest", "follows", "after", "trend"} & set(found.names)
    assert all(
        found.absent[name] == "the data have no order" for name in ("latest", "follows", "after")
    )
    assert {"latest", "follows"} <= set(Features.of(random_data()).names)
    values = found.values(DATA.histories[:3], np.zeros((3, 2), np.int64))
    assert np.isfinite(values).all()


def test_random_events_are_no_better_by_the_order_of_their_rows(tmp_path, capsys):
    """Case 08: rows sorted by item, nothing else to learn."""
    rng, path = np.random.default_rng(0), tmp_path / "log.csv"
    rows = [f"u{u},i{i:02}" for u in range(120) for i in sorted(rng.choice(30, 8, replace=False))]
    path.write_text("user,item\n" + "\n".join(rows) + "\n")
    assert main(["compare", "--data", str(path), "--models", "popular,cooccurrence"]) == 2
    assert "next-item needs events with an order" in capsys.readouterr().err
    found = run_json(
        capsys,
        "compare",
        "--data",
        str(path),
        "--models",
        "popular,cooccurrence,ease",
        "--protocol",
        "random",
    )
    assert found["order"] == {"real": 0, "in_part": 0, "rows": 0, "tied": 0, "missing": 120}
    assert "the order of events is real for 0 people, tied for 0, missing for 120" in found["notes"]
    assert all(abs(row["difference"]["mean"]) < 0.1 for row in found["comparisons"])
    asked = run_json(
        capsys,
        "compare",
        "--data",
        str(path),
        "--models",
        "popular,cooccurrence",
        "--order",
        "file",
    )
    assert asked["protocol"] == "next-item" and asked["order"]["rows"] == 120


def test_fit_recommend_and_report_on_data_without_an_order(tmp_path, capsys):
    source = write_plain(tmp_path / "d")
    events = [line.rsplit(",", 1)[0] for line in (source / "events.csv").read_text().splitlines()]
    (source / "events.csv").write_text("\n".join(events) + "\n")
    data, model = str(source), str(tmp_path / "m")
    fitted = run_json(capsys, "fit", "--data", data, "--model", "additive", "--out", model)
    assert fitted["without_order"][0] == "transitions" and fitted["without_order"][-1] == "decay"
    assert (
        main(["fit", "--data", data, "--model", "cooccurrence", "--out", str(tmp_path / "c")]) == 0
    )
    assert (
        "left out of the model, as the events have no order: direction, decay"
        in capsys.readouterr().out
    )
    one, other = (
        run_json(capsys, "recommend", model, "--items", items) for items in ("i1,i2,i5", "i5,i2,i1")
    )
    assert [row["item"] for row in one["items"]] == [row["item"] for row in other["items"]]
    found = run_json(capsys, "report", model, "--data", data, "--out", str(tmp_path / "r.html"))
    assert found["compare"]["protocol"] == "random"
    page = (tmp_path / "r.html").read_text()
    assert (
        "A random fifth of each person" in page
        and "missing for 40" in page
        and "latest event" not in page
    )
