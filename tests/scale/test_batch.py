"""Lists with reasons for everyone: true, the same whoever computes them, whole after a worker dies."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from functools import partial

import numpy as np
import polars as pl
import polars.testing
import pytest

from tests.cli.test_cli import run_json, write_plain
from whyrec import registry, storage
from whyrec.cli.app import main
from whyrec.core import ArgumentError, Dataset, Queries
from whyrec.core.ranking import recommend
from whyrec.models.linear.terms import LinearMixin, LowRankTerm
from whyrec.scale import batch
from whyrec.workflows.batch import people_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    rng = np.random.default_rng(0)
    n = 1500
    data = Dataset(
        rng.integers(90, size=n),
        (rng.random(n) ** 2 * 60).astype(int),
        np.ones(n),
        np.arange(n),
        [f"user {i}" for i in range(91)],
        [f"item {i}" for i in range(60)],
    )  # the last person has no event
    out = tmp_path_factory.mktemp("models") / "m"
    storage.save(out, registry.model("cooccurrence").fit(data), data, name="cooccurrence")
    return out


def job_of(folder, **changes):
    return batch.Job(
        partial(people_of, folder), 91, **({"k": 5, "reasons": 2, "block": 10} | changes)
    )


@pytest.fixture(scope="module")
def table(folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / "recs.parquet"
    assert batch.run(job_of(folder), path) == pl.read_parquet(path).height
    return pl.read_parquet(path)


def test_lists_and_reasons_are_those_of_one_person_at_a_time(folder, table):
    fitted = storage.open_fitted(folder)
    for number in (0, 17, 90):
        query, rows = (
            fitted.data.histories[number],
            table.filter(pl.col("user") == f"user {number}"),
        )
        if len(query):
            expected = recommend(fitted.model, query, 5)[0].items
        else:  # what most people chose, as `whyrec recommend` and the service list
            counts = np.bincount(fitted.data.item, minlength=60)
            expected = np.argsort(-counts, kind="stable")[:5]
            assert rows["base"].to_list() == pytest.approx(np.log1p(counts[expected]).tolist())
        assert rows["item"].to_list() == [f"item {i}" for i in expected]
        assert rows["rank"].to_list() == [1, 2, 3, 4, 5]
        for item, row in zip(expected, rows.iter_rows(named=True), strict=True):
            weights = fitted.model.contributions(query, int(item)).weights
            of_item = np.bincount(
                query.items, weights, minlength=60
            )  # uses of one item are one reason
            used = np.unique(query.items)
            best = used[np.argsort(-of_item[used], kind="stable")][:2]
            assert [row["weight_1"], row["weight_2"]][: len(best)] == pytest.approx(
                of_item[best].tolist(), abs=1e-6
            )
            if len(best):
                assert row["reason_1"] == f"item {best[0]}"
            else:
                assert row["reason_1"] is None and row["weight_1"] == 0


def test_base_weights_and_others_add_up_to_the_score(table):
    total = table["base"] + table["weight_1"] + table["weight_2"] + table["others"]
    np.testing.assert_allclose(total.to_numpy(), table["score"].to_numpy(), atol=1e-4)
    assert table.select("user", "item").is_unique().all() and table["user"].n_unique() == 91


def test_workers_and_a_killed_one_change_nothing(folder, table, tmp_path):
    killed = []

    def kill_once(_):
        if not killed:
            killed.append(multiprocessing.active_children()[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    batch.run(job_of(folder), tmp_path / "killed.parquet", progress=kill_once)
    assert killed and pl.read_parquet(tmp_path / "killed.parquet").equals(table)
    batch.run(job_of(folder), tmp_path / "one.parquet", workers=1)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "killed.parquet").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["killed.parquet", "one.parquet"]


def test_a_stopped_run_goes_on(folder, table, tmp_path):
    shares = []

    def stop(share):
        shares.append(share)
        if len(shares) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.run(job_of(folder), tmp_path / "recs.parquet", progress=stop)
    assert not (tmp_path / "recs.parquet").exists()
    again = []
    batch.run(job_of(folder), tmp_path / "recs.parquet", progress=again.append)
    assert len(again) == 10 - 3 and pl.read_parquet(tmp_path / "recs.parquet").equals(table)


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"
)  # of ray itself
def test_ray_gives_the_same_to_the_bit(folder, tmp_path, ray_of_two):
    batch.run(job_of(folder), tmp_path / "local.parquet", workers=1)
    batch.run(job_of(folder), tmp_path / "ray.parquet", engine="ray", workers=1)
    assert (tmp_path / "ray.parquet").read_bytes() == (tmp_path / "local.parquet").read_bytes()


def test_a_worker_that_always_dies_is_told_of(tmp_path):
    with pytest.raises(ArgumentError, match="workers must live until their block is done"):
        batch.run(
            batch.Job(partial(os._exit, 9), 10, block=5), tmp_path / "recs.parquet", workers=1
        )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"k": 0}, "k must be 1 or more"),
        ({"reasons": -1}, "reasons must be 0 or more"),
        ({"block": 0}, "block must be 1 or more"),
    ],
)
def test_a_job_that_cannot_be_done_is_refused(folder, changes, said):
    with pytest.raises(ArgumentError, match=said):
        job_of(folder, **changes)


@pytest.fixture(scope="module")
def vectors(tmp_path_factory):
    """A model of low rank, large enough that its codes differ from its vectors."""
    rng = np.random.default_rng(0)
    n, n_items = 1500, 800
    data = Dataset(
        rng.integers(90, size=n),
        rng.integers(n_items, size=n),
        np.ones(n),
        np.arange(n),
        [f"user {i}" for i in range(91)],
        [f"item {i}" for i in range(n_items)],
    )
    model = registry.model("lowrank", text=None, heads=2, head_dims=6)
    model.keys_, model.queries_ = rng.normal(size=(2, n_items, 12)).astype(np.float32)
    model.position_weights_, model.base_, model.curve_ = (
        np.full((2, 9), 0.5, np.float32),
        rng.normal(size=n_items).astype(np.float32),
        [],
    )
    out = tmp_path_factory.mktemp("models") / "lowrank"
    storage.save(out, model, data, name="lowrank")
    return out


def test_through_an_index_scores_and_reasons_stay_exact_and_the_file_says_so(vectors, tmp_path):
    pytest.importorskip("faiss")
    paths = {few: tmp_path / f"{few}.parquet" for few in (0, 800, 40)}
    for few, path in paths.items():
        batch.run(
            batch.Job(partial(people_of, vectors, None, few > 0), 91, 5, 2, 40, neighbours=few),
            path,
            workers=1,
        )
    exact, all_again, some = (pl.read_parquet(path) for path in paths.values())
    close = {"rel_tol": 0, "abs_tol": 1e-5}
    pl.testing.assert_frame_equal(all_again, exact, check_exact=False, **close)
    both = some.join(exact, on=["user", "item"], suffix="_exact")
    assert (
        0.7 * exact.height < both.height < exact.height
    )  # some are missed: it is approximate, and
    for name in ("score", "base", "weight_1", "weight_2", "others"):
        np.testing.assert_allclose(both[name], both[f"{name}_exact"], atol=1e-5)
    assert both["reason_1"].equals(both["reason_1_exact"], null_equal=True)
    said = [json.loads(pl.read_parquet_metadata(path)["whyrec"]) for path in paths.values()]
    assert [one["approximate"] for one in said] == [False, True, True]
    assert [one["items_scored"] for one in said] == ["all", "800 by an index", "40 by an index"]


def test_an_index_needs_a_model_with_one_vector_a_person(folder, tmp_path, capsys):
    assert (
        main(["batch", str(folder), "--out", str(tmp_path / "r.parquet"), "--neighbours", "40"])
        == 2
    )
    assert "needs a model with one vector a person; got cooccurrence" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["cooccurrence", "slim"])
def test_contributions_to_many_items_are_those_to_each(folder, name):
    data = storage.open_fitted(folder).data
    model = registry.model(name).fit(data)
    query, items = data.histories[3], np.array([5, 0, 31])
    base, weights = model.contributions_to(query, items)
    for at, item in enumerate(items):
        one = model.contributions(query, int(item))
        assert base[at] == one.base
        np.testing.assert_allclose(weights[:, at], one.weights, rtol=1e-12)
    rng = np.random.default_rng(1)
    term = LowRankTerm(
        *rng.normal(size=(2, 60, 6)).astype(np.float32), rng.normal(size=(2, 9)).astype(np.float32)
    )
    np.testing.assert_allclose(
        term.contributions_each(Queries.of(query), items[None]),
        np.column_stack([term.contributions_to(query, int(i)) for i in items]),
        rtol=1e-9,
    )
    assert issubclass(type(model), LinearMixin)


def test_the_verb_writes_the_file_and_says_how_many(capsys, tmp_path):
    plain = write_plain(tmp_path / "tiny-film")
    assert main(["fit", "--data", str(plain), "--model", "ease", "--out", str(tmp_path / "m")]) == 0
    capsys.readouterr()
    found = run_json(
        capsys,
        "batch",
        tmp_path / "m",
        "--out",
        tmp_path / "r.parquet",
        "-k",
        "2",
        "--workers",
        "1",
    )
    table = pl.read_parquet(tmp_path / "r.parquet")
    data = storage.open_fitted(tmp_path / "m").data
    assert found["rows"] == table.height and found["people"] == data.n_users
    found = run_json(
        capsys,
        "batch",
        tmp_path / "m",
        "--out",
        tmp_path / "two.parquet",
        "-k",
        "2",
        "--workers",
        "1",
        "--people",
        "2",
    )
    assert found["people"] == 2
    assert pl.read_parquet(tmp_path / "two.parquet").equals(
        table.filter(pl.col("user").is_in(list(data.users[:2])))
    )
    assert {"reason_1", "reason_2", "reason_3", "others"} <= set(table.columns)
    assert (
        main(
            [
                "batch",
                str(tmp_path / "m"),
                "--out",
                str(tmp_path / "r.parquet"),
                "--engine",
                "spark",
            ]
        )
        == 2
    )
    assert "local or ray" in capsys.readouterr().err


def test_uses_of_one_item_are_one_reason(tmp_path):
    """Somebody who used i1 five times: the reasons are i1 with all its weight and i2, not i1 three times."""
    import polars as pl

    data = Dataset(
        [0] * 6 + [1, 1, 2, 2, 2],
        [1, 1, 2, 1, 1, 1, 1, 0, 1, 2, 0],
        np.ones(11),
        np.arange(11),
        ["a", "b", "c"],
        ["i0", "i1", "i2", "i3"],
        repeat=True,
    )
    model = registry.model("ease", ridge=1.0).fit(data)
    job = batch.Job(
        partial(batch.People, model, data.histories, data.users, data.items), 3, k=4, reasons=3
    )
    table = pl.read_parquet(batch.block_of(job, job.open(), 0)).filter(pl.col("user") == "a")
    for row in table.iter_rows(named=True):
        weights = model.contributions(data.histories[0], data.items.index(row["item"])).weights
        expected = {"i1": weights[[0, 1, 3, 4, 5]].sum(), "i2": weights[2]}
        named = {
            row[f"reason_{n}"]: row[f"weight_{n}"]
            for n in (1, 2, 3)
            if row[f"reason_{n}"] is not None
        }
        assert named == pytest.approx(expected, abs=1e-6) and row["reason_3"] is None
        assert row["base"] + sum(named.values()) + row["others"] == pytest.approx(
            row["score"], abs=1e-5
        )
