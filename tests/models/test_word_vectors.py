"""Words of titles and categories as vectors, and as a part of the glass box."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from whyrec import storage
from whyrec.core import Dataset, ItemTable, Queries, Query
from whyrec.models.item_content.word_vectors import has_words, word_vectors
from whyrec.models.linear.additive import AdditiveRecommender
from whyrec.models.linear.kernels import kernel_names

TOPICS = ("desert space", "castle ghost", "harbour storm", "garden cat")
COUNTED = ["ease", "transitions"]


def of(*titles: str, **more: object) -> ItemTable:
    return ItemTable(list(titles), **more)


def shop(people: int = 150, per_topic: int = 12, seed: int = 0, nameless: bool = False) -> Dataset:
    """People who choose within a topic that the titles name; the first item has no title."""
    rng = np.random.default_rng(seed)
    topic = np.repeat(np.arange(len(TOPICS)), per_topic)
    titles = [f"{TOPICS[one]} {at}" for at, one in enumerate(topic)]
    labels = [f"i{at}" for at in range(len(topic))]
    if nameless:
        titles = labels
    else:
        titles[0] = ""
    chosen = [rng.permutation(np.flatnonzero(topic == p % len(TOPICS)))[:7] for p in range(people)]
    return Dataset(
        np.tile(np.arange(people), 7),
        np.transpose(chosen).ravel(),
        np.ones(7 * people),
        1_600_000_000 + np.repeat(np.arange(7), people),
        [f"p{p}" for p in range(people)],
        labels,
        ItemTable(titles),
        clock=True,
    )


@pytest.fixture(scope="module")
def data() -> Dataset:
    return shop()


@pytest.fixture(scope="module")
def model(data: Dataset) -> AdditiveRecommender:
    return AdditiveRecommender(
        similarity_terms=["words"],
        components=COUNTED,
        mix={"evidence": 3.0, "popularity": -0.1},
        min_support=0,
    ).fit(data)


def test_three_titles_by_hand():
    # Of two items each: red, bike, both with idf log(3/2), so rows (1, 0), (1, 1) / sqrt 2, (0, 1)
    # by (red, bike); car and blue are words of one item. Both coordinates have the mean m.
    m = (1 + 1 / np.sqrt(2)) / 3
    rows = np.array([[1 - m, -m], [1 / np.sqrt(2) - m] * 2, [-m, 1 - m]])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = word_vectors(of("Red car", "red BIKE!", "blue bike"))
    np.testing.assert_allclose(found @ found.T, rows @ rows.T, atol=1e-6)


def test_rare_words_weigh_more_and_repeated_ones_by_their_logarithm():
    # b is a word of 2 of 4 items and a of 3: idf log 2 and log(4/3); c is a word of one item.
    table = of("a a b", "a", "b c", "a")
    one, three = np.log(2), np.log(4 / 3)
    first = np.array([(1 + np.log(2)) * three, one])
    rows = np.stack([first / np.linalg.norm(first), [1, 0], [0, 1], [1, 0]])
    rows -= rows.mean(0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = word_vectors(table)
    np.testing.assert_allclose(found @ found.T, rows @ rows.T, atol=1e-6)


def test_few_dimensions_keep_the_topics():
    table = shop().item_table
    found = word_vectors(table, dims=3)
    assert found.shape == (48, 3)
    alike = found[1:] @ found[1:].T
    topic = np.repeat(np.arange(4), 12)[1:]
    same = topic[:, None] == topic
    assert alike[same].min() > 0.99 and alike[~same].max() < 0


def test_items_without_words_have_zeros_and_the_others_length_one():
    found = word_vectors(of("red car", "", "red bike", "Xyz", "bike car"))
    assert not found[[1, 3]].any()
    np.testing.assert_allclose(np.linalg.norm(found[[0, 2, 4]], axis=1), 1, atol=1e-6)


def test_vectors_are_the_same_each_time():
    table = shop().item_table
    for dims in (3, 128):
        first = word_vectors(table, dims)
        for _ in range(10):
            np.testing.assert_array_equal(word_vectors(table, dims), first)


def test_chinese_titles_share_words():
    table = of("红色自行车", "蓝色自行车", "红楼梦", "新红楼梦 Deluxe")
    assert has_words(table)
    found = word_vectors(table)
    alike = found @ found.T
    assert alike[0, 1] > 0.9 and alike[2, 3] > 0.9 and alike[0, 2] < 0


def test_categories_and_fields_are_words_as_a_whole():
    table = of(
        "",
        "",
        "",
        "",
        categories=[("Science fiction",), ("Science fiction",), ("Science",), ()],
        fields={"author": [("Le Guin",), (), ("Le Guin",), ()]},
    )
    # Science fiction: of items 0 and 1; Le Guin: of 0 and 2; Science is of one item.
    m = (1 + 1 / np.sqrt(2)) / 3
    rows = np.array([[1 / np.sqrt(2) - m] * 2, [1 - m, -m], [-m, 1 - m]])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = word_vectors(table)
    np.testing.assert_allclose(found[:3] @ found[:3].T, rows @ rows.T, atol=1e-6)
    assert not found[3].any()


def test_words_are_the_default_only_where_items_share_some():
    assert kernel_names(None, shop().item_table) == ["words"]
    assert kernel_names(None, shop(nameless=True).item_table) == []
    assert kernel_names(None, shop().item_table, text=True) == ["words", "text"]
    assert kernel_names(None, shop(nameless=True).item_table, text=True) == []
    assert not has_words(of("one", "two", "three"))
    assert not has_words(of("item one", "item two"))  # a word of all
    titles = ["red x", "red y", "z"]
    assert kernel_names(None, ItemTable(titles)) == ["words"]
    assert kernel_names(None, ItemTable(titles, vectors={"image": [[1.0]] * 3})) == ["image"]
    table = ItemTable(titles, vectors={"image": [[1.0]] * 3})
    assert kernel_names(None, table, text=True) == ["image"]


def test_names_alone_give_no_modality():
    made = AdditiveRecommender(components=COUNTED, mix={}).fit(shop(nameless=True))
    assert made.kernels_ == []


def test_each_weight_is_what_removing_the_event_takes(data, model):
    [row] = model.kernels_
    assert row["name"] == "words" and row["weight"] > 0 and row["decay"] == 1.0
    for person in range(0, 150, 10):
        query = data.histories[person]
        whole = model.score([query])[0]
        base, weights = model.contribution_matrix(query)
        np.testing.assert_allclose(base + weights.sum(0), whole, atol=1e-5)
        for at in range(len(query)):
            less = query.only(np.delete(np.arange(len(query)), at))
            np.testing.assert_allclose(whole - model.score([less])[0], weights[at], atol=1e-5)
        last = query.only(np.array([0]))
        np.testing.assert_allclose(
            model.score([last])[0] - model.score([Query([])])[0],
            model.contribution_matrix(last)[1][0],
            atol=1e-5,
        )


def test_the_part_of_the_words_is_the_sum_of_cosines(data, model):
    query = data.histories[5]
    vectors = word_vectors(data.item_table)
    [row] = model.kernels_
    for item in (0, 3, 20):
        np.testing.assert_allclose(
            model.part_contributions(query, item)["words"],
            row["weight"] * vectors[query.items] @ vectors[item],
            atol=1e-5,
        )
    assert not model.part_contributions(query, 0)["words"].any()  # it has no words


def test_words_are_saved_and_kept_when_people_are_forgotten(data, model, tmp_path):
    storage.save(tmp_path / "m", model, data, name="additive")
    again = storage.open_fitted(tmp_path / "m").model
    assert again.kernels_ == model.kernels_
    some = data.histories[:6]
    np.testing.assert_array_equal(again.score(some), model.score(some))
    less = model.forget(data, np.array([0, 1]))
    assert less.kernels_ == model.kernels_
    np.testing.assert_array_equal(less.kernel_vectors_, model.kernel_vectors_)


def test_people_without_events_get_what_most_chose(data, model, tmp_path):
    from whyrec.scale.batch import Job, block_of
    from whyrec.workflows import recommend
    from whyrec.workflows.batch import people_of

    counts = np.bincount(data.item, minlength=data.n_items)
    assert model.base_[counts.argmax()] < model.base_[counts.argmin()]  # rare items first
    empty = dataclasses.replace(
        data,
        **{name: getattr(data, name)[data.user != 3] for name in ("user", "item", "value", "time")},
    )
    counts = np.bincount(empty.item, minlength=data.n_items)
    order = np.argsort(-counts, kind="stable")[:5]
    storage.save(tmp_path / "m", model, empty, name="additive")
    made = recommend(tmp_path / "m", "p3", k=5)
    assert [row["item"] for row in made.to_dict()["items"]] == [data.items[at] for at in order]
    rows = lists_of(block_of(Job(None, 5, k=5), people_of(tmp_path / "m"), 0))
    mine = rows.filter(rows["user"] == "p3")
    assert mine["item"].to_list() == [data.items[at] for at in order]
    np.testing.assert_allclose(mine["base"], np.log1p(counts[order]), rtol=1e-6)
    weights = sum(rows[f"weight_{at}"].to_numpy() for at in (1, 2, 3))
    np.testing.assert_allclose(
        rows["score"], rows["base"].to_numpy() + weights + rows["others"].to_numpy(), atol=1e-5
    )
    np.testing.assert_array_equal(mine["score"], mine["base"])


def test_a_new_item_has_its_words_after_an_update(data, model, tmp_path):
    from whyrec.workflows.update import update

    storage.save(tmp_path / "m", model, data, name="additive")
    rows = ["user,item,time,title", "p1,i20,1600000090,", "p1,new,1600000091,Castle ghost returns"]
    (tmp_path / "new.csv").write_text("\n".join(rows), encoding="utf-8")
    columns = {name: name for name in ("user", "item", "time", "title")}
    made = update(tmp_path / "m", tmp_path / "new.csv", tmp_path / "later", columns=columns)
    assert made.how == "fitted again" and made.new_items == 1
    later = storage.open_fitted(tmp_path / "later")
    new = later.data.items.index("new")
    alike = later.model.kernel_vectors_ @ later.model.kernel_vectors_[new]
    castles = np.isin(later.data.items, [f"i{at}" for at in range(12, 24)])
    assert alike[castles].min() > 0.5
    assert alike[~castles & (np.arange(len(alike)) != new)].max() < 0.1


def lists_of(block: bytes):
    import io

    import polars as pl

    return pl.read_parquet(io.BytesIO(block))


def test_a_batch_of_others_is_the_model_s_own_list(data, model):
    from whyrec.scale.batch import Job, People, block_of

    people = People(model, data.histories[:4], data.users[:4], data.items)
    rows = lists_of(block_of(Job(None, 4, k=3), people, 0))
    best = [
        np.argsort(-np.where(np.isin(np.arange(48), q.items), -np.inf, s), kind="stable")[:3]
        for q, s in zip(
            data.histories[:4], model.score(Queries.of(data.histories[:4])), strict=True
        )
    ]
    assert rows["item"].to_list() == [data.items[at] for at in np.concatenate(best)]
