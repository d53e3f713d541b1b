"""Likeness in each modality as an exact part of the glass box."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from whyrec import storage
from whyrec.core import ArgumentError, Dataset, ItemTable, UnknownNameError, recommend
from whyrec.data.simulate import senses
from whyrec.models.linear.additive import AdditiveRecommender
from whyrec.models.linear.kernels import kernel_vectors


@pytest.fixture(scope="module")
def world():
    return senses(seed=1)


@pytest.fixture(scope="module")
def model(world):
    return AdditiveRecommender(components=["ease", "transitions"]).fit(world.data)


def test_the_sense_by_which_people_choose_is_named(world, model):
    right = []
    for person, slate in enumerate(recommend(model, world.data.histories, 1)):
        found = model.part_contributions(world.data.histories[person], int(slate.items[0]))
        right.append(np.argmax([found[name].sum() for name in world.names]) == world.sense[person])
    assert np.mean(right) >= 0.95


def test_events_and_modalities_add_up_to_the_score(world, model):
    query = world.data.histories[3]
    for item in (0, 7, 50):
        parts = model.part_contributions(query, item)
        assert {"image", "text"} < set(parts)
        total = model.base_[item] + sum(part.sum() for part in parts.values())
        assert total == pytest.approx(float(model.score([query])[0, item]), abs=1e-4)
        np.testing.assert_allclose(
            sum(parts.values()), model.contributions(query, item).weights, atol=1e-9
        )


def test_leaving_an_event_out_takes_exactly_its_modalities(world, model):
    query, item = world.data.histories[3], 7
    last = query.only(np.arange(len(query) - 1, len(query)))
    parts = model.part_contributions(last, item)
    assert float(model.score([last])[0, item] - model.base_[item]) == pytest.approx(
        sum(p.sum() for p in parts.values()), abs=1e-5
    )


def test_an_item_without_a_picture_gets_nothing_from_pictures_and_loses_nothing(world, model):
    blind = np.flatnonzero(~world.data.item_table.vectors["image"].any(1))
    assert len(blind)
    query = world.data.histories[0]
    assert (model.part_contributions(query, int(blind[0]))["image"] == 0).all()
    vectors = kernel_vectors(world.data, "image")
    assert not vectors[blind].any()
    seen = np.setdiff1d(np.arange(len(vectors)), blind)
    assert (
        abs((vectors[seen] @ vectors[seen].T).mean()) < 0.02
    )  # no drawback: what is known weighs 0 in the mean


def test_vectors_are_saved_with_the_model(world, model, tmp_path):
    storage.save(tmp_path / "m", model, world.data, name="additive")
    again = storage.open_fitted(tmp_path / "m")
    np.testing.assert_array_equal(
        again.model.score(world.data.histories[:5]), model.score(world.data.histories[:5])
    )
    np.testing.assert_array_equal(
        again.data.item_table.vectors["image"], world.data.item_table.vectors["image"]
    )


def test_forgetting_people_keeps_the_modalities(world, model):
    less = model.forget(world.data, np.array([0, 1]))
    np.testing.assert_array_equal(less.kernel_vectors_, model.kernel_vectors_)
    assert less.kernels_ == model.kernels_


def test_weights_may_be_given_and_wrong_names_are_refused(world):
    made = AdditiveRecommender(components=["ease"], mix={}, similarity_terms={"image": 2.0}).fit(
        world.data
    )
    assert [one["name"] for one in made.kernels_] == ["image"] and made.kernels_[0]["weight"] > 0
    with pytest.raises(UnknownNameError, match="imag"):
        AdditiveRecommender(components=["ease"], similarity_terms=["imag"]).fit(world.data)


def test_vectors_with_gaps_are_refused():
    data = Dataset(
        [0, 0],
        [0, 1],
        [1, 1],
        [1, 2],
        ["a"],
        ["x", "y"],
        ItemTable(["x", "y"], vectors={"v": [[np.nan], [1]]}),
    )
    with pytest.raises(ArgumentError, match="rows of zeros"):
        AdditiveRecommender(components=["ease"]).fit(data)


def test_without_vectors_nothing_changes(world):
    bare = dataclasses.replace(world.data, item_table=ItemTable(world.data.items))
    assert AdditiveRecommender(components=["ease"]).fit(bare).kernels_ == []
