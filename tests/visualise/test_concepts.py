"""Concepts of a sparse autoencoder: planted ones are found, named and steer the list; noise has none."""

from __future__ import annotations

import numpy as np
import pytest

from tests.visualise.tastes import KINDS, tastes
from whyrec import catalog
from whyrec.core import BadArgument, Query
from whyrec.core.space import space_of
from whyrec.visualise.autoencoder import learn
from whyrec.visualise.concepts import concepts, find_concepts, steer

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def world():
    data = tastes(people=1200)
    return data, space_of(catalog.model("ease").fit(data), np.arange(data.n_items))


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
    assert [one for one in found if one.stable and one.name] == []


def test_an_autoencoder_reads_as_it_learned_and_the_same_seed_gives_the_same(world):
    vectors = world[1].vectors
    one, two = (learn(vectors, concepts=16, k=2, steps=200, seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.out, two.out)
    active = one.active(vectors)
    assert ((active > 0).sum(1) <= 2).all() and np.allclose(np.linalg.norm(one.out, axis=1), 1, atol=1e-4)
    x = (vectors - one.mean) / one.scale
    left = x - one.bias - active @ one.out
    assert one.error == pytest.approx(float((left**2).sum() / (x**2).sum()), rel=1e-3) and one.error < 0.9
    with pytest.raises(BadArgument, match="as many vectors as concepts"):
        learn(vectors[:10], concepts=16)


@pytest.fixture(scope="module")
def large():
    data = tastes(people=400, each=12, events=14)
    settings = {"text": None, "width": 32, "blocks": 1, "heads": 2, "length": 20, "epochs": 12, "learning_rate": 0.01}
    return data, catalog.model("sequence", **settings).fit(data)


def test_turning_a_concept_up_brings_its_items_and_a_random_push_does_not(large):
    data, model = large
    kind = np.array([row[0] for row in data.item_table.categories])
    vectors = model.item_vectors()[1]
    way = vectors[kind == "chess"].mean(0) - vectors.mean(0)
    queries, bias = data.histories[np.arange(80)], model.score([Query([])])[0]
    before, after, control = steer(model, queries, way, kind == "chess", vectors, bias)
    assert after.mean() > before.mean() + 0.2 > control.mean()
    states = np.asarray(model.hidden(queries))
    np.testing.assert_allclose(states @ vectors.T + bias, model.score(queries), atol=1e-3)  # what is steered is the score


def test_the_view_of_a_large_model_tells_steering_and_of_others_does_not(large):
    data, model = large
    view = concepts(model, data)
    rows = [dict(zip(view.columns, row, strict=True)) for row in view.rows]
    assert {row["name"] for row in rows} <= set(KINDS) and "Turned up" in view.found[0] and "调高后" in view.found[1]
    assert np.mean([row["share_steered"] - row["share_before"] for row in rows]) > 0.15
    other = concepts(catalog.model("ease").fit(data), data)
    assert all(np.isnan(row[other.columns.index("share_steered")]) for row in other.rows)
    with pytest.raises(BadArgument, match="depend on what was chosen"):
        concepts(catalog.model("popular").fit(data), data)
