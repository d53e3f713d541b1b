"""New events for a fitted model: what comes is what a fit on all events gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.cli.test_cli import run_json
from tests.toys import random_data
from whyrec import registry, storage
from whyrec.cli.app import main
from whyrec.core import DataError, Dataset
from whyrec.data.append import appended

MODELS = {
    "ease": {"ridge": 5.0},
    "cooccurrence": {"power": 0.5},
    "sequential-rules": {},
    "pctm": {"tau": 20.0, "query_decay": 0.6, "tail": 0.2, "popularity": -0.1, "gap_rate": 1.0},
}


def later(data: Dataset, seed: int) -> Dataset:
    """Events of one person of `data` and a new one, of known items and a new one, some amid the old ones."""
    rng = np.random.default_rng(seed)
    users, items = (
        [data.users[int(rng.integers(data.n_users))], "somebody new"],
        [*rng.permutation(data.items), "something new"],
    )
    n, span = 12, (int(data.time[0]), int(data.time[-1]) + 100)
    return Dataset(
        rng.integers(2, size=n),
        np.append(rng.integers(len(items), size=n - 1), len(items) - 1),
        np.ones(n),
        np.sort(rng.integers(*span, size=n)),
        users,
        items,
        clock=data.clock,
    )


@pytest.mark.parametrize("name", list(MODELS))
@given(seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_an_updated_model_is_the_one_that_a_fit_on_all_gives(name, seed):
    old = random_data(seed=seed)
    whole = appended(old, later(old, seed))
    fitted = registry.model(name, **MODELS[name]).fit(old)
    made, again = fitted.update(old, whole), registry.model(name, **MODELS[name]).fit(whole)
    ours, theirs = (model.score(whole.histories) for model in (made, again))
    assert ours.shape == (old.n_users + 1, old.n_items + 1)
    assert np.abs(ours - theirs).max() <= 1e-6 * np.abs(theirs).max()
    assert np.abs(ours[:-1, :-1] - fitted.score(old.histories)).max() > 1e-3  # it learned


def test_where_many_people_changed_ease_is_fitted():
    old = random_data(seed=1)
    rng = np.random.default_rng(1)
    new = Dataset(
        np.arange(old.n_users),
        rng.integers(old.n_items, size=old.n_users),
        np.ones(old.n_users),
        np.full(old.n_users, old.time[-1]),
        old.users,
        old.items,
    )
    whole = appended(old, new)
    made = registry.model("ease", **MODELS["ease"]).fit(old).update(old, whole)
    np.testing.assert_array_equal(
        made.weights_, registry.model("ease", **MODELS["ease"]).fit(whole).weights_
    )


def test_everybody_keeps_the_number_and_events_stand_by_time():
    old = random_data(seed=2)
    new = later(old, 2)
    whole = appended(old, new)
    assert whole.users == (*old.users, "somebody new") and whole.items == (
        *old.items,
        "something new",
    )
    assert len(whole) == len(old) + len(new) and (np.diff(whole.time) >= 0).all()
    told = sorted(
        (data.users[u], data.items[i], int(t))
        for data in (old, new)
        for u, i, t in zip(data.user, data.item, data.time, strict=True)
    )
    assert told == sorted(
        (whole.users[u], whole.items[i], int(t))
        for u, i, t in zip(whole.user, whole.item, whole.time, strict=True)
    )
    assert len(whole.item_table) == whole.n_items
    with pytest.raises(DataError, match="new events need times where the old ones have them"):
        appended(old, Dataset([0], [0], [1], [1], ["a"], ["b"], clock=not old.clock))


@pytest.mark.parametrize(("name", "how"), [("ease", "changed"), ("popular", "fitted again")])
def test_the_verb_writes_a_folder_that_stands_alone(name, how, capsys, tmp_path):
    days = "user,item,time\n" + "".join(
        f"u{n % 7},i{n * 3 % 11},{1_700_000_000 + n * 86_400}\n" for n in range(60)
    )
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "events.csv").write_text(days, "utf-8")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "events.csv").write_text(
        "user,item,time\nu1,i5,1800000000\nnew,i2,1800000001\nnew,other,1800000002\n"
    )
    assert (
        main(
            ["fit", "--data", str(tmp_path / "old"), "--model", name, "--out", str(tmp_path / "m")]
        )
        == 0
    )
    capsys.readouterr()
    found = run_json(
        capsys,
        "update",
        tmp_path / "m",
        "--data",
        tmp_path / "new",
        "--out",
        tmp_path / "m2",
        "--check",
    )
    assert found["how"] == how and found["difference"] <= 1e-6
    assert (found["new_events"], found["new_users"], found["new_items"]) == (3, 1, 1)
    data = storage.open_fitted(tmp_path / "m2").data
    assert [data.items[item] for item in data.history("new").items] == ["i2", "other"]
    assert main(["recommend", str(tmp_path / "m2"), "--user", "new", "-k", "2"]) == 0
