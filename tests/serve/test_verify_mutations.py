"""Every kind of lie, planted in true answers, is found by `verify`; the true answers themselves hold none."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.serve import lies
from tests.serve.helpers import fitted_folder, served
from tests.toys import random_data, returning
from whyrec.core import ItemTable
from whyrec.explain.verification.check import check
from whyrec.explain.verification.counts import Counts
from whyrec.explain.words import Claim, Thing
from whyrec.models.linear.ease import EASE
from whyrec.serve.recommend.answer import Inputs, answer
from whyrec.serve.recommend.snapshot import open_live
from whyrec.serve.verification.sentences import (
    LANGS,
    both,
    chosen,
    stored,
    with_store,
    world_of_inputs,
)

PEOPLE, DAY = 25, date(2020, 5, 3)


def titled(data, **more):
    """The items with titles and tags."""
    n = data.n_items
    table = ItemTable(
        tuple(f"Film {at}" for at in range(n)),
        categories=tuple((f"tag {at % 4}",) for at in range(n)),
    )
    return replace(data, item_table=table, domain="film", **more)


class Supported(EASE):
    """EASE that knows on how many people a pair rests."""

    def fit(self, data, *, seed=0):
        self.chosen_ = np.zeros((data.n_users, data.n_items), np.float32)
        self.chosen_[data.user, data.item] = 1
        return super().fit(data, seed=seed)

    def support(self, items, item):
        return (
            (self.chosen_[:, items] * self.chosen_[:, np.broadcast_to(item, len(items))])
            .sum(0)
            .astype(int)
        )


class Kit:
    """The answers of a service to some people, with their worlds, and what the store has of each person."""

    def __init__(self, service, data, **asked):
        live = service.registry.current(service.store.counters())
        self.counts = chosen(service, live)
        self.live, self.cases, self.own = live, [], {}
        for name in data.users[:PEOPLE]:
            self.own[name] = stored(service, live, name)
            self.add(name, live, service.inputs({"user": name, "n": 5} | asked)[0])

    def add(self, name, live, inputs, shown=None):
        """The answer to these inputs; shown: the answer of other inputs instead."""
        rows = zip(
            *(answer(live, replace(shown or inputs, lang=lang))["items"] for lang in LANGS),
            strict=True,
        )
        self.cases.append(
            (name, world_of_inputs(live, inputs, self.counts), [both(pair, LANGS) for pair in rows])
        )

    def false(self, name, world, row):
        return with_store(check(world, row), row, self.own.get(name, {})).false

    def __iter__(self):
        return ((name, world, row) for name, world, rows in self.cases for row in rows)


def supported(data):
    """The answers of a model that knows its support, without a store."""
    live = open_live("v", "ease", Supported().fit(data), data)
    kit = Kit.__new__(Kit)
    kit.counts, kit.own, kit.cases, kit.live = Counts(data), {}, [], live
    for name in data.users[:PEOPLE]:
        history = data.history(name)
        steps = [
            (data.items[item], 1.0, int(time), f"{name}-{at}", len(history) - 1 - at)
            for at, (item, time) in enumerate(zip(history.items, history.times, strict=True))
        ]
        kit.own[name] = {id: (label, time) for label, _, time, id, _ in steps}
        kit.add(name, live, Inputs(history=steps, for_user=True, n=5, now=int(history.times[-1])))
    return kit


@pytest.fixture(scope="module")
def kits(tmp_path_factory):
    folder, open_ones, made = tmp_path_factory.mktemp("kits"), [], {}
    films = titled(random_data(events=900, items=30))
    sets = {
        "films": (films, "ease"),
        "dateless": (replace(films, time=np.zeros(len(films))), "ease"),
        "repeat": (titled(returning(), repeat=True), "additive"),
        "graph": (films, "graph"),
    }
    for name, (data, model) in sets.items():
        context = served(
            folder / name,
            model=fitted_folder(
                folder / f"{name}-m", model, data, **({"mix": None} if model == "additive" else {})
            ),
        )
        open_ones.append(context)
        made[name] = Kit(context.__enter__().service, data)
    made["weak"] = supported(titled(random_data(events=900, items=120)))
    kit = made["films"]
    made["short"], made["banned"] = (copy.copy(kit) for _ in range(2))
    made["short"].cases, made["banned"].cases = [], []
    for label in kit.live.labels[:20]:
        inputs = Inputs(session=(label,), n=5)
        made["short"].add("", kit.live, inputs)
        first = answer(kit.live, inputs)["items"][0]["item"]
        made["banned"].add("", kit.live, replace(inputs, blocked_items=(first,)), inputs)
    made["nobody"] = copy.copy(kit)
    made["nobody"].cases = []
    made["nobody"].add("", kit.live, Inputs(n=5))
    yield made
    for context in open_ones:
        context.__exit__(None, None, None)


def first_thing(row, world):
    other = row["reasons"][0]["evidence"]
    return Thing(other["title"]) if other else None


def weak(row, world):
    return (thing := first_thing(row, world)) and Claim("weak", (thing,))


def not_against(row, world):
    """Something that speaks for the item, said to speak against it."""
    weights = world.weights(world.numbers[row["item"]])
    item = max(weights, key=weights.__getitem__)
    positions = world.groups[item]
    return Claim("against", (Thing(world.titles[item], world.day(max(positions)), len(positions)),))


def titled_otherwise(row, world):
    row["title"] = world.titles[(world.numbers[row["item"]] + 1) % len(world.titles)]


def phrase(pattern, by):
    """Changes the phrases of a graph's text and paths."""

    def lie(row, world):
        made = copy.deepcopy(row)
        made["text"] = {lang: re.sub(pattern, by, text) for lang, text in row["text"].items()}
        return made if made["text"] != row["text"] else None

    return lie


def rare(row, world):
    """ "Popular" of what hardly anybody chose."""
    least = int(np.argmin(np.where(world.allowed, world.popular, np.inf)))
    return row | {
        "item": world.labels[least],
        "title": world.titles[least],
        "score": float(world.scores()[least]),
    }


def one_language(row, world):
    made = copy.deepcopy(row)
    made["text"]["zh"] = re.sub(
        r"占得分的(\d+)%", lambda m: f"占得分的{int(m[1]) + 1}%", row["text"]["zh"]
    )
    return made if made["text"] != row["text"] else None


def stranger(row, world):
    """The event of somebody else."""
    if not row["reasons"][0]["evidence"]:
        return None
    made = copy.deepcopy(row)
    made["reasons"][0]["evidence"]["event_ids"] = ["somebody-else"]
    return made


def in_text_and_field(row, world):
    """A larger weight, made up for elsewhere."""
    made = copy.deepcopy(row)
    made["reasons"][0]["contribution"] += 0.05 * row["score"]
    made["unlisted"] -= 0.05 * row["score"]
    return made


def has_evidence(row):
    return row["reasons"][0]["evidence"]


def put(name, by):
    def change(row, world):
        row[name] += by

    return change


def of_first(name, value):
    def change(row, world):
        row["reasons"][0]["evidence"][name] = value

    return change


def none(row, world):
    return Claim("none") if has_evidence(row) else None


# What is planted: (where, the lie, the kind of claim that must be found false).
LIES = {
    "rank before off by one": ("films", lies.ranks(1, 0), "rank"),
    "rank after off by one": ("films", lies.ranks(0, -1), "rank"),
    "both ranks off by one": ("repeat", lies.ranks(1, 1), "rank"),
    "another event of the person": ("films", lies.swapped, "heaviest"),
    "an event of another person": ("films", lies.of_another, "named"),
    "share five points more": ("films", lies.share(5), "share"),
    "share five points less": ("repeat", lies.share(-5), "share"),
    "strength in words": ("films", lies.strength_lie, "strength"),
    "a day later": ("films", lies.things(lies.day_after), "date"),
    "a date where none is known": ("dateless", lies.things(lambda t: t._replace(day=DAY)), "date"),
    "one use more": ("repeat", lies.things(lambda t: t._replace(count=t.count + 1)), "count"),
    "because of evidence": ("films", lies.kind("evidence", "cause"), "because"),
    "because on a rise": ("films", lies.raised, "because"),
    "mainly of part": ("films", lies.kind("cause", "cause_mainly"), "mainly"),
    "mainly of evidence in part": ("films", lies.kind("evidence", "evidence_mainly"), "mainly"),
    "another verb": ("films", lies.verb, "verb"),
    "against what speaks for it": ("films", lies.added(not_against), "against"),
    "the same for everyone": (
        "films",
        lies.added(lambda row, world: Claim("base", share=60)),
        "base",
    ),
    "only its popularity": ("films", lies.only(lambda row, world: Claim("base_alone")), "base"),
    "popular of what is rare": ("nobody", rare, "popular"),
    "not based on your activity": (
        "films",
        lies.only(lambda row, world: Claim("popular")),
        "popular",
    ),
    "a weak sign left out": ("weak", lies.dropped("weak"), "weak"),
    "a weak sign of many people": ("films", lies.added(weak), "weak"),
    "people counted wrong": (
        "graph",
        phrase(r"(\d\d)(?= people who chose|位选过)", "99"),
        "people",
    ),
    "the title in a path": ("graph", phrase(r"Film \d+(?=[’》])", "Film 999"), "named"),
    "outside the list": (
        "films",
        lies.added(lambda row, world: Claim("outside", ranks=(5, 9))),
        "outside",
    ),
    "because of the whole history": (
        "short",
        lies.kind("evidence_mainly", "cause_mainly"),
        "because",
    ),
    "the heaviest reason left out": ("films", lies.lighter, "heaviest"),
    "share of the field": (
        "films",
        lies.field(put("share", 1), lambda row: row["share"] is not None),
        "fields",
    ),
    "a weight that breaks the sum": (
        "films",
        lies.field(
            lambda row, world: row["reasons"][0].update(
                contribution=row["reasons"][0]["contribution"] * 1.2
            ),
            has_evidence,
        ),
        "sums",
    ),
    "a weight made up for elsewhere": ("films", in_text_and_field, "contribution"),
    "the title of another item": ("films", lies.field(titled_otherwise), "title"),
    "the title of another reason": (
        "films",
        lies.field(of_first("title", "Film 999"), has_evidence),
        "evidence",
    ),
    "Chinese with other numbers": ("films", one_language, "languages"),
    "used before, of something never chosen": (
        "films",
        lies.added(lambda row, world: Claim("again", count=1)),
        "seen",
    ),
    "used once more": (
        "repeat",
        lambda row, world: lies.edited(
            row, world, lies.each(("again",), lambda c: replace(c, count=c.count + 1))
        ),
        "seen",
    ),
    "no reason where there is one": ("films", lies.only(none), "none"),
    "unsound where it adds up": (
        "films",
        lies.only(lambda row, world: Claim("unsound")),
        "unsound",
    ),
    "the place in the list": ("films", lies.field(put("rank", 1)), "place"),
    "the score": ("films", lies.field(put("score", 0.5)), "score"),
    "an event of nobody": ("films", stranger, "stored"),
    "people of the field": (
        "films",
        lies.field(of_first("support", 9999), has_evidence),
        "support",
    ),
    "the count of the field": (
        "repeat",
        lies.field(of_first("count", 77), has_evidence),
        "evidence",
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_a_planted_lie_is_found(kits, name):
    which, lie, wanted = LIES[name]
    kit, planted = kits[which], 0
    for person, world, row in kit:
        made = lie(row, world)
        if made is None:
            continue
        found = {one.kind for one in kit.false(person, world, made)}
        assert wanted in found, (found, person, row["text"], made["text"])
        planted += 1
        if planted == 10:
            break
    assert planted, "no answer to plant it in"


def test_there_are_lies_enough():
    assert len(LIES) >= 25


@pytest.mark.parametrize(
    "name", ["films", "dateless", "repeat", "graph", "weak", "short", "nobody"]
)
def test_the_true_answers_hold_none(kits, name):
    found = [
        (person, row["text"], kits[name].false(person, world, row))
        for person, world, row in kits[name]
    ]
    assert [one for one in found if one[2]] == []


def test_an_item_that_may_not_be_listed_is_found(kits):
    for _, world, rows in kits["banned"].cases:
        assert [one.kind for one in check(world, rows[0]).false if one.kind == "listed"]
