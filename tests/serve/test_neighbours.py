"""Lists found by an index are those of all items; what is kept out stays out; the answer says how many were scored."""

from __future__ import annotations

import numpy as np
import pytest

from tests.serve.helpers import TAGS, served
from whyrec import registry, storage
from whyrec.core import ArgumentError, Dataset, ItemTable
from whyrec.serve.settings import read_settings

pytest.importorskip("faiss")
PEOPLE, ITEMS, SCORED = 30, 3000, 1000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A low-rank model of clusters; a hundredth of the items is rare."""
    rng = np.random.default_rng(0)
    n = 600
    table = ItemTable(
        tuple(f"Film {i}" for i in range(ITEMS)),
        categories=tuple(("Rare",) if i % 100 == 0 else (TAGS[i % 4],) for i in range(ITEMS)),
    )
    data = Dataset(
        rng.integers(PEOPLE, size=n),
        rng.integers(ITEMS, size=n),
        np.ones(n),
        1_700_000_000 + np.arange(n),
        [f"u{i}" for i in range(PEOPLE)],
        [f"i{i}" for i in range(ITEMS)],
        table,
    )
    model = registry.model("lowrank", text=None, heads=2, head_dims=8)
    centres = rng.normal(size=(20, 16))[rng.integers(20, size=ITEMS)]
    model.keys_, model.queries_ = (centres + 0.5 * rng.normal(size=(2, ITEMS, 16))).astype(
        np.float32
    )
    model.position_weights_, model.base_ = (
        np.array([0.9, 0.3])[:, None].astype(np.float32) ** np.arange(30),
        np.zeros(ITEMS, np.float32),
    )
    model.curve_ = []
    return storage.save(tmp_path_factory.mktemp("models") / "m", model, data, name="lowrank")


@pytest.fixture(scope="module")
def exact(folder, tmp_path_factory):
    with served(tmp_path_factory.mktemp("exact"), model=folder) as one:
        yield one


@pytest.fixture(scope="module")
def near(folder, tmp_path_factory):
    with served(tmp_path_factory.mktemp("near"), model=folder, neighbours=SCORED) as one:
        yield one


def same(one, other):
    """The same items at the same places for the same reasons; scores in another order of the same sum."""
    assert [row["item"] for row in one["items"]] == [row["item"] for row in other["items"]]
    for a, b in zip(one["items"], other["items"], strict=True):
        for name in ("score", "base", "rest", "unlisted"):
            assert a[name] == pytest.approx(b[name], abs=1e-4)
        assert [(r["evidence"]["item"], r["removed"]) for r in a["reasons"] if r["evidence"]] == [
            (r["evidence"]["item"], r["removed"]) for r in b["reasons"] if r["evidence"]
        ]
        assert a["text"] == b["text"]


def test_lists_reasons_and_places_after_removal_are_those_of_all_items(exact, near):
    removed = 0
    for number in range(PEOPLE):
        one, other = (
            near.recommend(user=f"u{number}", n=10),
            exact.recommend(user=f"u{number}", n=10),
        )
        assert (
            one["neighbours"] == {"scored": SCORED, "of": ITEMS} and other.get("neighbours") is None
        )
        same(one, other)
        removed += sum(
            row["removed"] is not None and row["removed"]["rank_after"] > SCORED
            for row in one["items"]
        )
    assert removed  # some fall further than the index was asked: those places are of all items too


def test_what_is_kept_out_stays_out_and_the_list_stays_long(exact, near):
    top = [row["item"] for row in near.recommend(user="u3", n=10)["items"]]
    for here in (exact, near):
        here.json("PATCH", "/v1/users/u3/profile", json={"blocked_items": top[:2]})
        here.json("PATCH", f"/v1/items/{top[2]}", json={"hidden": True})
    ask = {"user": "u3", "n": 10, "exclude": [top[3]], "filter": {"no_tags": ["Drama"]}}
    one, other = near.recommend(**ask), exact.recommend(**ask)
    assert one["neighbours"] and len(one["items"]) == 10
    assert not {row["item"] for row in one["items"]} & set(top[:4])
    assert not any(
        int(row["item"][1:]) % 4 == 0 and int(row["item"][1:]) % 100 for row in one["items"]
    )
    same(one, other)


def test_where_few_of_those_found_may_be_listed_all_items_are_scored(exact, near):
    ask = {"user": "u5", "n": 10, "filter": {"any_tags": ["Rare"]}}
    one, other = near.recommend(**ask), exact.recommend(**ask)
    assert one.get("neighbours") is None and len(one["items"]) == 10
    same(one, other)


def test_the_log_brings_the_same_list_again_and_more_of_it(near):
    first = near.recommend(user="u7", n=5)
    assert near.json("GET", f"/v1/recommendations/{first['recommendation_id']}/replay")["identical"]
    more = near.json("GET", first["next"])
    whole = near.recommend(user="u7", n=5 + len(more["items"]))
    assert [row["item"] for row in first["items"] + more["items"]] == [
        row["item"] for row in whole["items"]
    ]


def test_questions_about_one_item_are_answered_from_all(near):
    listed = {row["item"] for row in near.recommend(user="u9", n=10)["items"]}
    last = next(f"i{n}" for n in range(ITEMS) if f"i{n}" not in listed)
    told = near.json("POST", "/v1/why-not", json={"user": "u9", "item": last})
    assert np.isfinite(told["score"]) and told["rank"] > 10


def test_a_model_without_one_vector_a_person_scores_all(tmp_path):
    with served(tmp_path, neighbours=20) as here:
        assert here.recommend(user="u1", n=3).get("neighbours") is None


def test_a_number_below_0_is_refused():
    with pytest.raises(ArgumentError, match="neighbours must be 0 or more; got -1"):
        read_settings(None, {}, neighbours=-1)
