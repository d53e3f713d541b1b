"""Named lists: one request answers with all of them, no item twice, each with reasons, logged and replayable."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.serve.helpers import ITEMS, film_data, fitted_folder, served
from whyrec.core import ArgumentError, UnknownNameError
from whyrec.forces.directives import read_directives

FILE = """
[[list]]
name = "tonight"
kind = "for-you"
title = { en = "For tonight", zh = "今晚看" }
where = "minutes < 100"
n = 4

[[list]]
kind = "because-you-chose"
n = 2

[[list]]
kind = "trending"

[[list]]
kind = "new"
n = 2

[[list]]
kind = "more-like-this"
n = 2

[[list]]
kind = "bought-together"
n = 2

[[list]]
name = "other things"
kind = "not-your-usual"
forces = { novelty = 0.5, diversity = 0.2 }
n = 6

[fresh]
field = "year"
half_life = 365
strength = 0
"""
MINUTES = 80.0 + np.arange(ITEMS) % 5 * 10
YEARS = 2025.0 - np.arange(ITEMS) % 7
DATA = replace(
    film_data(),
    item_table=replace(film_data().item_table, numeric={"minutes": MINUTES, "year": YEARS}),
)
TAGS = {f"i{n}": set(row) for n, row in enumerate(DATA.item_table.categories)}


def write(folder, text):
    (folder / "forces.toml").write_text(text, encoding="utf-8")
    return str(folder / "forces.toml")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    model = fitted_folder(folder / "m", data=DATA)
    with served(folder, model=model, forces=write(folder, FILE), rate=1e6, burst=10**6) as one:
        yield one


def lists(site, **ask):
    return {row["name"]: row for row in site.json("POST", "/v1/lists", json=ask)["lists"]}


def labels(row):
    return [one["item"] for one in row["items"]]


def history(site, user):
    """Items that a person chose, newest first."""
    return [row["item"] for row in site.json("GET", f"/v1/users/{user}/history")["events"]]


@pytest.mark.parametrize("user", ["u1", "u7", "u20"])
def test_all_lists_at_once_have_no_item_twice_and_can_be_replayed(made, user):
    rows = lists(made, user=user, item="i3", session=["i9", "i10"], lang="zh")
    assert list(rows) == [
        "tonight",
        "because-you-chose",
        "new",
        "more-like-this",
        "bought-together",
        "other things",
    ]  # nothing is trending
    shown = [item for row in rows.values() for item in labels(row)]
    assert len(shown) == len(set(shown)) and not set(shown) & set(history(made, user))
    assert {name: len(row["items"]) for name, row in rows.items()}["tonight"] == 4
    assert rows["tonight"]["title"] == "今晚看" and rows["new"]["title"] == "新上"
    for row in rows.values():
        for one in row["items"]:
            parts = one["base"] + one["unlisted"] + one["rest"]
            parts += sum(reason["contribution"] for reason in one["reasons"])
            parts += sum(term["weight"] for term in one["terms"])
            assert abs(parts - one["score"]) <= 1e-5 * max(1, abs(one["score"]))
        replayed = made.json("GET", f"/v1/recommendations/{row['recommendation_id']}/replay")
        assert replayed["identical"], (row["name"], replayed["different"])


def test_each_list_is_what_its_name_says(made):
    rows = lists(made, user="u1", item="i3")
    chosen = history(made, "u1")
    assert all(MINUTES[int(item[1:])] < 100 for item in labels(rows["tonight"]))
    latest = chosen[0]
    assert rows["because-you-chose"]["title"] == f"Because you chose “Film {latest[1:]}”"
    named = [
        reason["evidence"]["item"]
        for one in rows["because-you-chose"]["items"]
        for reason in one["reasons"]
        if reason["evidence"]
    ]
    assert named and set(named) == {latest}
    longer = made.recommend(user="u1", n=10, list="because-you-chose", reasons=10)
    assert all(
        {reason["evidence"]["item"] for reason in one["reasons"] if reason["evidence"]} <= {latest}
        and abs(one["unlisted"]) <= 1e-6
        for one in longer["items"]
    )
    assert rows["more-like-this"]["title"] == "More like “Film 3”"
    assert labels(rows["more-like-this"])[0] == "i4"  # what mostly follows it
    fresh = [term["kind"] for one in rows["new"]["items"] for term in one["terms"]]
    assert "fresh" in fresh
    counts: dict[str, int] = {}
    for item in chosen:
        for tag in TAGS[item]:
            counts[tag] = counts.get(tag, 0) + 1
    usual = sorted(counts, key=lambda tag: (-counts[tag], tag))[:3]
    assert rows["other things"]["items"]
    assert all(not TAGS[item] & set(usual) for item in labels(rows["other things"]))
    assert "bought-together" not in rows  # without a session there is nothing to go by


def test_one_list_by_its_name(made):
    both = lists(made, user="u4", lists=["other things"])
    alone = made.recommend(user="u4", n=6, list="other things")
    assert list(both) == ["other things"] and both["other things"]["items"] == alone["items"]
    longer = made.recommend(user="u4", n=10, list="tonight", filter={"where": "year > 2022"})
    assert longer["items"]
    for row in longer["items"]:
        number = int(row["item"][1:])
        assert MINUTES[number] < 100 and YEARS[number] > 2022
    for body, word in (
        ({"list": "tonigt"}, "tonight"),
        ({"list": "more-like-this"}, "item"),
        ({"list": "bought-together"}, "session"),
        ({"list": "more-like-this", "item": "i999"}, "i99"),
    ):
        answer = made.call("POST", "/v1/recommendations", json={"user": "u4", **body})
        assert answer.status_code in (404, 409) and word in answer.text


def test_what_others_choose_now_is_trending(tmp_path):
    with served(tmp_path, model=fitted_folder(tmp_path / "own", data=DATA)) as site:
        for n in range(6):
            site.event(f"e{n}", f"u{30 + n}", "i2")
        trending = lists(site, user="u1", lists=["trending"])
        seen = "i2" in history(site, "u1")
        assert trending == {} if seen else labels(trending["trending"]) == ["i2"]
        assert (
            list(lists(site, user="u1"))[0] == "for-you"
        )  # the lists of an operator without a file


def test_a_person_reads_own_lists_alone(made):
    assert made.call("POST", "/v1/lists", "person", json={"user": "u59"}).status_code in (403, 404)


@pytest.mark.parametrize(
    ("text", "error", "word"),
    [
        ('[[list]]\nkind = "for-you"\n[[list]]\nkind = "for-you"', ArgumentError, "twice"),
        ('[[list]]\nkind = "for-yu"', UnknownNameError, "for-you"),
        ('[[list]]\nkind = "new"\nnumber = 3', UnknownNameError, "n"),
        ('[[list]]\nkind = "new"\nn = 0', ArgumentError, "n of new"),
        ('[[list]]\nkind = "new"\nforces = { novelty = -1 }', ArgumentError, "novelty"),
        ('[[list]]\nkind = "new"\nforces = { newness = 1 }', UnknownNameError, "novelty"),
        ('[[list]]\nkind = "new"\nwhere = "price <"', ArgumentError, "expression"),
        ('[[list]]\nkind = "new"\ntitle = 3', ArgumentError, "title"),
    ],
)
def test_a_slip_of_the_pen_is_an_error(tmp_path, text, error, word):
    with pytest.raises(error) as caught:
        read_directives(write(tmp_path, text))
    assert word in str(caught.value)
