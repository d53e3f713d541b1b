"""Private models take their items from a list, never from events: what is refused, what helps, and a private release of it."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm
from typer.testing import CliRunner

import whyrec
from tests.toys import listed, random_data
from whyrec import api, registry, storage, workflows
from whyrec.cli.app import app, main
from whyrec.core import ArgumentError, Dataset
from whyrec.core.composite import build_component
from whyrec.privacy.accountant import epsilon
from whyrec.privacy.catalogue import MOST, release_items, threshold
from whyrec.privacy.ledger import releases_of
from whyrec.privacy.noise import GRID, Seeded


@pytest.fixture
def folder(tmp_path):
    """Events of 300 people, sorted by person, whose first appearances are not in the order of labels."""
    rng = np.random.default_rng(0)
    rows = [(f"u{u:03d}", f"i{i:02d}") for u in range(300) for i in rng.permutation(30)[:8]]
    events = pl.DataFrame(rows, schema=["user", "item"], orient="row")
    (tmp_path / "d").mkdir()
    events.with_columns(time=pl.int_range(len(rows))).write_csv(tmp_path / "d/events.csv")
    return tmp_path / "d"


def listing(path, labels):
    pl.DataFrame({"item": labels, "title": [f"title of {one}" for one in labels]}).write_csv(path)
    return path


def fitted(folder, out, *more):
    run = CliRunner().invoke(
        app, ["fit", "--data", str(folder), "--model", "private", "--out", str(out), *more]
    )
    return run.exit_code


@pytest.mark.parametrize("name", ["private", "private-sequence"])
def test_without_a_catalogue_they_refuse_and_each_fix_works(folder, tmp_path, name):
    settings = {"epsilon": 8.0}
    if name == "private-sequence":
        pytest.importorskip("opacus")
        settings |= {"text": None, "label_dims": 4, "width": 8, "steps": 2, "rate": 1.0}
    with pytest.raises(ArgumentError) as caught:
        workflows.fit(folder, name, tmp_path / "m", config=settings)
    said = caught.value
    assert "catalogue" in said.required and "events alone" in said.given
    assert not [*(tmp_path / "m").glob("*")]
    for way in ("--catalogue FILE", "whyrec.load(..., catalogue=FILE)", "--catalogue release"):
        assert way in said.fix
    with pytest.raises(ArgumentError, match="needs a catalogue"):
        whyrec.fit(name, whyrec.load(folder), **settings)
    file = listing(tmp_path / "list.csv", [f"i{n:02d}" for n in range(35)])
    for n, catalogue in enumerate((file, "release")):
        made = workflows.fit(
            folder, name, tmp_path / str(n), config=settings, catalogue=catalogue, histories=False
        )
        assert made.privacy["catalogue"] == ("list.csv" if n == 0 else "release")
        assert storage.open_fitted(tmp_path / str(n)).data.n_items == (35 if n == 0 else made.items)
    assert whyrec.fit(name, whyrec.load(folder, catalogue=file), **settings).data.n_items == 35


def test_items_are_those_of_the_list_in_the_order_of_their_labels(folder, tmp_path):
    labels = ["z-unseen", *(f"i{n:02d}" for n in range(2, 30)), "a-unseen"]
    listing(folder / "items.csv", labels)
    assert fitted(folder, tmp_path / "m", "--no-histories") == 0
    data = storage.open_fitted(tmp_path / "m").data
    assert data.items == tuple(sorted(labels))
    assert data.item_table.title == tuple(f"title of {one}" for one in sorted(labels))
    whole = api.load(folder, catalogue="own")
    assert len(whole) < len(api.load(folder))  # events of i00 and i01 are left out
    for user in ("u000", "u123"):
        names = [api.load(folder).items[i] for i in api.load(folder).history(user).items]
        kept = [name for name in names if name not in ("i00", "i01")]
        assert [whole.items[i] for i in whole.history(user).items] == kept


def test_a_table_made_of_events_is_no_catalogue(tmp_path):
    rows = pl.DataFrame({"user": ["a", "b"], "item": ["x", "y"], "title": ["X", "Y"]})
    rows.write_csv(tmp_path / "one.csv")
    with pytest.raises(ArgumentError, match="events alone"):
        api.load(tmp_path / "one.csv", catalogue="own")


@pytest.mark.parametrize(
    "option",
    [["--k-core", "2"], ["--item-core", "2"], ["--min-value", "1"], ["--ratings", "stars"]],
)
def test_a_step_before_the_fit_that_looks_at_events_is_refused(folder, tmp_path, capsys, option):
    listing(folder / "items.csv", [f"i{n:02d}" for n in range(30)])
    call = ["fit", "--data", str(folder), "--model", "private", "--out", str(tmp_path / "m")]
    for catalogue in ([], ["--catalogue", "release"]):
        assert main([*call, *catalogue, *option]) == 2
        said = capsys.readouterr().err
        name = option[0][2:].replace("-", "_")
        assert f"got {name} {option[1]}" in said.replace("\n", " ") and f"leave out {name}" in said
        assert not [*(tmp_path / "m").glob("*")]
    with pytest.raises(ArgumentError, match="taken as they are"):
        api.load(folder, catalogue="own", **{name: 2 if "core" in name else option[1]})
    assert main(call) == 0


def test_ratings_are_choices_whatever_scale_they_seem_to_have(tmp_path):
    """Where a scale begins is read off everybody's ratings, so one person could move it for all."""
    values = [1, 3, 4, 4, 5, 5, 4, 3, 5]
    rows = [(f"u{u}", f"i{i}", v) for u in range(50) for i, v in enumerate(values)]
    frame = pl.DataFrame(rows, schema=["user", "item", "value"], orient="row")
    frame.write_csv(tmp_path / "events.csv")
    listing(tmp_path / "items.csv", [f"i{n}" for n in range(9)])
    assert len(api.load(tmp_path)) < 450 == len(api.load(tmp_path, catalogue="own"))


def test_nothing_is_tuned_updated_forgotten_or_nested_without_being_paid_for(folder, tmp_path):
    listing(folder / "items.csv", [f"i{n:02d}" for n in range(30)])
    assert fitted(folder, tmp_path / "m") == 0
    with pytest.raises(ArgumentError, match="every trial would spend some of its epsilon"):
        workflows.tune(folder, "private", tmp_path / "t", tmp_path / "best.toml")
    with pytest.raises(ArgumentError, match="not updated: that would be a new fit"):
        workflows.update(tmp_path / "m", folder, tmp_path / "new")
    with pytest.raises(ArgumentError, match="not changed: that would be a new fit"):
        workflows.forget(tmp_path / "m", "u001", tmp_path / "new")
    for spec in ("private", {"model": "private-sequence"}, registry.model("private")):
        with pytest.raises(ArgumentError, match="privacy is not promised"):
            build_component(spec, "sharded")
    assert not (tmp_path / "new").exists()


def test_the_command_counts_the_same_people_again_when_their_data_change(folder, tmp_path):
    """Before, one event more was another data set, for which the ledger began at 0."""
    listing(folder / "items.csv", [f"i{n:02d}" for n in range(30)])
    spent = []
    for n in range(2):
        told = workflows.fit(
            folder, "private", tmp_path / str(n), ledger=tmp_path / "ledger.json", histories=False
        ).privacy
        spent.append(told["ledger_epsilon"])
        with open(folder / "events.csv", "a") as file:
            file.write("u001,i05,99999\n")
    assert spent[0] == pytest.approx(4.0, rel=0.01) and 5.0 < spent[1] < 8.0
    assert len(json.loads((tmp_path / "ledger.json").read_text())["groups"]) == 1


# --- a private release of the items ---------------------------------------------------------------


def crowd(alone=0, many=0):
    """200 people of 1 common item; then one person of `alone` items of their own, and one of `many`."""
    user = [*range(200), *[200] * alone, *[201] * many]
    item = [*[0] * 200, *range(1, 1 + alone), *range(1 + alone, 1 + alone + many)]
    n = max(item) + 1
    return Dataset(
        user,
        item,
        np.ones(len(user)),
        np.zeros(len(user), int),
        [f"u{u}" for u in range(202)],
        [f"item-{n - i:04d}" for i in range(n)],
        order="none",
    )


class Still(Seeded):
    """No noise."""

    def gaussian(self, spread, n):
        self.spread = spread
        return np.zeros(n, np.int64)


def test_what_one_person_alone_has_chosen_is_not_released():
    found = release_items(crowd(alone=5), 1.0, 1e-6, random=Still(0))
    assert found.items == ("item-0006",) and found.n_users == 202
    assert len(found) == 200 and found.catalogue["source"] == "release"


@pytest.mark.parametrize("delta", [1e-3, 1e-8])
def test_the_threshold_keeps_its_delta_for_any_number_of_items(delta):
    """The chance that one of t equal items of one person, or of any more unequal ones, rises above it, by the exact formula."""
    least = threshold(3.0, delta)
    chances = [
        -np.expm1(t * norm.logcdf((least - 1 / np.sqrt(t)) / 3.0)) for t in range(1, MOST + 1)
    ]
    assert max(chances) == pytest.approx(delta, rel=1e-6)


def test_nobody_weighs_more_than_one_and_the_noise_is_as_stated():
    data = crowd(many=3000)
    random = Still(0)
    found = release_items(data, 0.001, 1e-6, random=random)
    assert random.spread == 0.001 * GRID
    from whyrec.privacy import catalogue

    weights = catalogue._weights(data, random) / GRID
    own = weights[1:]
    assert (own > 0).sum() == MOST and 1 - 1e-9 < np.linalg.norm(own) <= 1
    assert weights[0] == pytest.approx(200) and "item-3001" in found.items


def test_a_release_is_part_of_the_models_budget():
    data = crowd(alone=5)
    model = registry.model("private", epsilon=3.0, delta=1e-6)
    made = model.fit(release_items(data, *model.item_release()))
    parts = releases_of(made.privacy_)
    assert [one["of"] for one in made.privacy_["releases"]] == ["items", "counts", "gram"]
    assert sum(one.delta for one in parts) == 5e-7
    assert epsilon(parts, 1e-6) == pytest.approx(3.0, rel=0.01)
    with pytest.raises(ArgumentError, match="must cost less than the whole model"):
        registry.model("private", epsilon=1.0, delta=1e-6).fit(
            release_items(data, 2.0, 5e-7, random=Still(0))
        )
    with pytest.raises(ArgumentError, match="chosen by enough people"):
        release_items(data.select(data.item > 0), 5.0, 1e-6)


def test_a_list_that_is_said_to_be_one_is_enough():
    assert registry.model("private").fit(listed(random_data())).privacy_["catalogue"] == "a list"
