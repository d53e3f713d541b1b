"""The simulated worlds hold what they say: real facts, planted causes that events carry, the same each time."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest

from whyrec import api, registry
from whyrec.core import Query
from whyrec.data.simulate import KINDS, SEQUEL, SEQUEL_FADE, SEQUEL_PULL, film_table, films, planted
from whyrec.data.split import next_item
from whyrec.evaluate.truth import grade


@pytest.fixture(scope="module")
def world():
    return films()


def test_the_world_has_its_size_and_is_the_same_each_time(world):
    data = world.data
    assert data.n_users == 2_000 and 600 <= data.n_items <= 800 and 90_000 < len(data) < 110_000
    assert 600 * 86_400 < data.time[-1] - data.time[0] <= 731 * 86_400
    assert len(np.unique(data.user.astype(int) * data.n_items + data.item)) == len(
        data
    )  # nobody sees a film twice
    small = [films(people=60, events=2_000, seed=seed).data.hash for seed in (1, 1, 2)]
    assert small[0] == small[1] != small[2]


@pytest.mark.parametrize("name", registry.names("worlds"))
def test_every_world_is_a_data_set_by_its_name(name):
    assert api.load(name).hash == registry.find("worlds", name)(seed=0).data.hash


def test_every_film_has_its_facts():
    rows = [
        row
        for name in ("films_a.csv", "films_b.csv")
        for row in csv.DictReader((files("whyrec.data") / name).open(encoding="utf-8", newline=""))
    ]
    labels = [row["item"] for row in rows]
    assert len(set(labels)) == len(labels)
    year = {row["item"]: int(row["year"]) for row in rows}
    for row in rows:
        assert all(
            row[column].strip()
            for column in ("title", "genres", "director", "lead_1", "description")
        ), row
        assert row["description"].endswith(".") and 1900 < int(row["year"]) < 2027
        if row["follows"]:
            assert year[row["follows"]] <= int(row["year"]), row["title"]
    assert sum(bool(row["follows"]) for row in rows) > 50
    assert len(film_table().labels) == len(rows)


def test_every_kind_of_cause_occurs_and_sequels_follow_their_originals(world):
    kinds = np.bincount(world.cause, minlength=len(KINDS))
    assert (kinds > 0.01 * len(world.cause)).all()
    follows, checked = world.films.follows, 0
    histories = world.data.histories
    for person in range(0, 2_000, 40):
        mine = np.flatnonzero(world.data.user == person)
        items = histories[person].items
        for at in np.flatnonzero(world.cause[mine] == SEQUEL):
            assert follows[items[at]] in items[:at]
            checked += 1
    assert checked > 50


def test_causes_name_events_that_carry_them(world):
    table, found = world.films, {"genre": 0, "director": 0, "era": 0, "sequel": 0}
    for person in range(0, 2_000, 100):
        query = world.data.history(f"p{person:04d}")
        for item in range(0, world.data.n_items, 9):
            causes = world.causes(person, query, item)
            assert [c.pull for c in causes] == sorted((c.pull for c in causes), reverse=True)
            for cause in causes:
                assert cause.pull >= 0.5 and cause.positions
                found[cause.kind] += 1
                for seen in query.items[list(cause.positions)]:
                    carries = {
                        "genre": cause.name in table.table.categories[seen],
                        "director": table.director[seen] == table.director[item],
                        "era": table.year[seen] // 10 == table.year[item] // 10,
                        "sequel": table.follows[item] == seen,
                    }
                    assert carries[cause.kind]
    assert min(found.values()) > 0


def test_a_sequel_pulls_less_the_longer_its_original_is_past(world):
    sequel = int(np.flatnonzero(world.films.follows >= 0)[0])
    original = int(world.films.follows[sequel])
    others = [i for i in range(6) if i not in (sequel, original)][:3]

    def pull(items):
        return next(c.pull for c in world.causes(0, Query(items), sequel) if c.kind == "sequel")

    assert pull([*others, original]) == SEQUEL_PULL
    assert pull([original, *others]) == pytest.approx(SEQUEL_PULL * SEQUEL_FADE**3)


def test_the_planted_interaction_needs_both_its_events():
    rate = {0: [0, 0], 1: [0, 0], 2: [0, 0]}
    for seed in range(4):
        world = planted(seed=seed)
        a, b, c, _ = world.interaction
        for query in world.data.histories:
            items = query.items.tolist()
            for at, item in enumerate(items):
                if c not in items[:at]:
                    both = (a in items[:at]) + (b in items[:at])
                    rate[both][0] += item == c
                    rate[both][1] += 1
    chosen = {both: hits / n for both, (hits, n) in rate.items()}
    assert chosen[2] > 4 * chosen[1] and chosen[2] > 4 * chosen[0]


@pytest.mark.slow
def test_the_first_reason_names_a_planted_cause(world):
    split = next_item(world.data)
    model = registry.model("additive").fit(split.train, valid=split.valid)

    def causes(user, query, item):
        return [cause.positions for cause in world.causes(user, query, item)]

    found = grade(model, split.train, split.test.queries, causes, api.explain)
    assert found.cases > 1_000
    named = {name: value.mean for name, value in found.any.items()}
    assert named["first reason"] >= 0.80
    assert named["first reason"] > named["cosine"] > named["random"] + 0.1
