"""Concepts of a sparse autoencoder: planted ones are found, named and steer the list; noise has none."""

from __future__ import annotations

import numpy as np
import pytest

from tests.visualise.tastes import KINDS, tastes
from whyrec import registry
from whyrec.core import ArgumentError, Dataset, ItemTable, Query
from whyrec.core.item_effects import embed_items
from whyrec.visualise.analysis.autoencoder import learn
from whyrec.visualise.analysis.naming import terms_of
from whyrec.visualise.views import concepts as module
from whyrec.visualise.views.concepts import concepts, find_concepts, interval, steer

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def world():
    data = tastes(people=1200)
    return data, embed_items(registry.model("ease").fit(data), np.arange(data.n_items))


def test_planted_tastes_are_found_and_two_seeds_agree(world):
    data, space = world
    sparse, found = find_concepts(space.vectors, space.items, data)
    stable = [one for one in found if one.stable and one.name]
    assert len({one.name for one in stable} & set(KINDS)) >= 9
    assert np.mean([one.again for one in stable]) >= 0.8
    assert np.mean([one.pure for one in stable]) > 0.9 > stable[0].chance + 0.2
    assert sparse.error < 0.6


def test_vectors_without_structure_have_no_concept(world):
    data, space = world
    rng = np.random.default_rng(0)
    noise = np.stack([rng.permutation(column) for column in space.vectors.T], 1)
    found = find_concepts(noise, space.items, data)[1]
    assert [one for one in found if one.name] == []


def test_directions_of_noise_that_seldom_fire_get_no_name():
    rng, n = np.random.default_rng(0), 3000
    words = [
        f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(500)
    ]  # six items each, dealt at random
    table = ItemTable([words[i] for i in rng.permutation(np.arange(n) % len(words))])
    data = Dataset(
        np.arange(n),
        np.arange(n),
        np.ones(n),
        np.arange(n),
        [f"p{i}" for i in range(n)],
        [f"i{i}" for i in range(n)],
        table,
        name="noise",
        clock=False,
    )
    vectors = (rng.exponential(size=(n, 24)) ** 2).astype(np.float32)
    sparse, found = find_concepts(vectors, np.arange(n), data, size=64)
    assert [one.name for one in found if one.name] == []
    read, terms = sparse.read(vectors), terms_of(table, np.arange(n))
    assert (read == 0).mean() > 0.3 and (read == np.maximum(sparse.lean(vectors), 0)).all()
    # Ties at 0 are why: the same directions, rectified, do get names.
    assert sum(bool(terms.of(column, 64, 1)) for column in read.T) >= 1


def test_an_autoencoder_reads_as_it_learned_and_the_same_seed_gives_the_same(world):
    vectors = world[1].vectors
    one, two = (learn(vectors, concepts=16, k=2, steps=200, seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.out, two.out)
    active = one.active(vectors)
    assert ((active > 0).sum(1) <= 2).all() and np.allclose(
        np.linalg.norm(one.out, axis=1), 1, atol=1e-4
    )
    x = (vectors - one.mean) / one.scale
    left = x - one.bias - active @ one.out
    assert (
        one.error == pytest.approx(float((left**2).sum() / (x**2).sum()), rel=1e-3)
        and one.error < 0.9
    )
    with pytest.raises(ArgumentError, match="as many vectors as concepts"):
        learn(vectors[:10], concepts=16)


@pytest.fixture(scope="module")
def large():
    data = tastes(people=400, each=12, events=14)
    settings = {
        "text": None,
        "width": 32,
        "blocks": 1,
        "heads": 2,
        "length": 20,
        "epochs": 12,
        "learning_rate": 0.01,
    }
    return data, registry.model("sequence", **settings).fit(data)


def test_turning_a_concept_up_brings_its_items_and_a_random_push_does_not(large):
    data, model = large
    kind = np.array([row[0] for row in data.item_table.categories])
    vectors = model.item_vectors()[1]
    names = ("chess", "opera")
    ways = np.stack([vectors[kind == name].mean(0) - vectors.mean(0) for name in names])
    carries = np.stack([kind == name for name in names])
    queries, bias = data.histories[np.arange(80)], model.score([Query([])])[0]
    before, after, control = steer(model, queries, ways, carries, vectors, bias)
    assert (after.mean(1) > before.mean(1) + 0.2).all() and (
        before.mean(1) + 0.2 > control.mean(1)
    ).all()
    crossed = steer(
        model, queries, ways, carries[::-1], vectors, bias
    )  # the other's direction does not bring it
    assert (crossed[1].mean(1) <= crossed[0].mean(1) + 0.05).all()
    np.testing.assert_array_equal(crossed[0], before[::-1])
    states = np.asarray(model.hidden(queries))
    np.testing.assert_allclose(
        states @ vectors.T + bias, model.score(queries), atol=1e-3
    )  # what is steered is the score


def test_the_view_of_a_large_model_tells_steering_and_of_others_does_not(large):
    data, model = large
    view = concepts(model, data)
    rows = [dict(zip(view.columns, row, strict=True)) for row in view.rows]
    assert (
        {row["name"] for row in rows} <= set(KINDS)
        and "Turned up" in view.found[0]
        and "调高后" in view.found[1]
    )
    assert np.mean([row["share_steered"] - row["share_before"] for row in rows]) > 0.15
    other = concepts(registry.model("ease").fit(data), data)
    assert all(np.isnan(row[other.columns.index("share_steered")]) for row in other.rows)
    with pytest.raises(ArgumentError, match="depend on what was chosen"):
        concepts(registry.model("popular").fit(data), data)


def test_what_is_told_is_of_all_concepts_and_not_of_the_purest_that_are_drawn(large, monkeypatch):
    data, model = large
    monkeypatch.setattr(module, "SHOWN", 1)
    view = concepts(model, data)
    rows = [dict(zip(view.columns, row, strict=True)) for row in view.rows]
    rises = [row["share_steered"] - row["share_before"] for row in rows]
    assert len(rows) > 3 and np.isfinite(rises).all()
    assert (
        f"by {100 * np.mean(rises):.0f} points (95%: " in view.found[0]
        and f"上升 {100 * np.mean(rises):.0f} 个" in view.found[1]
    )
    assert round(100 * np.mean(rises)) != round(100 * rises[0])


def test_an_autoencoder_is_not_praised_for_what_any_neighbours_have(world):
    data, space = world
    found = find_concepts(space.vectors, space.items, data)[1]
    assert (
        found[0].near > 0.9 > found[0].chance + 0.2
    )  # in this world each item's neighbours are of its kind
    view = concepts(registry.model("ease").fit(data), data)
    assert (
        "it is the vectors that are, not the autoencoder" in view.notes[0]
        and "而非自编码器" in view.notes[1]
    )
    assert f"{found[0].near:.0%})" in view.found[0]


def test_an_interval_knows_both_concepts_and_people():
    rng = np.random.default_rng(0)
    assert interval(np.full((5, 7), 0.3)) == pytest.approx((0.3, 0.3))
    held, n = 0, 100
    for seed in range(n):
        values = 0.2 + 0.3 * rng.standard_normal((20, 1)) + 0.1 * rng.standard_normal((20, 50))
        low, high = interval(values.astype(np.float32), seed)
        held += low <= 0.2 <= high
    assert 86 <= held <= 99
