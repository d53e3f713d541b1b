"""Graph models: hops and what they prove, exact paths on a world with known causes, cuts, friends, words."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import sparse

from tests.toys import random_data, sequences
from whyrec import api, registry, storage
from whyrec.core import ArgumentError, Dataset, Links, Query, UserTable
from whyrec.core.cases import EvaluationCases, hold_out_last
from whyrec.evaluate.paths import cut_test, linking_recency, path_variety
from whyrec.explain.paths import paths, rank_without
from whyrec.explain.words import faithful, say
from whyrec.models.graph.graph import PathRecommender
from whyrec.models.graph.links import hops, proof
from whyrec.models.graph.path_phrases import Names, said
from whyrec.models.linear.terms import user_item
from whyrec.models.linear.weight_learning import SHARES, learn, share

DIRECTORS, EACH = 8, 6


def graph_of(triples, items):
    """Links of (head, relation, tail) by labels; the items are the entities "i0", "i1", ..."""
    entities = list(
        dict.fromkeys([f"i{i}" for i in range(items)] + [x for h, _, t in triples for x in (h, t)])
    )
    relations = list(dict.fromkeys(r for _, r, _ in triples))
    return Links(
        entities,
        relations,
        [entities.index(h) for h, _, _ in triples],
        [relations.index(r) for _, r, _ in triples],
        [entities.index(t) for _, _, t in triples],
        np.arange(items),
    )


@pytest.fixture(scope="module")
def world():
    """People choose films of one director each, in random order; colours say nothing, and one page links all films."""
    rng, n = np.random.default_rng(0), DIRECTORS * EACH
    triples = [(f"i{i}", "directed_by", f"Director {i % DIRECTORS}") for i in range(n)]
    triples += [(f"Director {i % DIRECTORS}", "director.film", f"i{i}") for i in range(n)]
    triples += [(f"i{i}", "colour", f"colour {c}") for i, c in enumerate(rng.integers(0, 6, n))]
    triples += [(f"i{i}", "related_to_wikipage", "Everything") for i in range(n)]
    user, item = [], []
    for person in range(300):
        own = np.arange(person % DIRECTORS, n, DIRECTORS)
        user += [person] * 5
        item += rng.permutation([*rng.permutation(own)[:4], *rng.integers(0, n, 1)]).tolist()
    pairs = np.unique(np.stack([user, item]), axis=1)[
        :, rng.permutation(len(np.unique(np.stack([user, item]), axis=1)[0]))
    ]
    return Dataset(
        pairs[0],
        pairs[1],
        np.ones(pairs.shape[1]),
        np.arange(pairs.shape[1]),
        [f"u{p}" for p in range(300)],
        [f"i{i}" for i in range(n)],
        links=graph_of(triples, n),
        clock=False,
    )


@pytest.fixture(scope="module")
def fitted(world):
    return PathRecommender(people=False, successors=False).fit(world)


def test_hops_join_what_shares_an_entity_and_count_an_inverse_once(world):
    found = hops(world.links)
    assert sorted(found.relations) == ["colour", "directed_by", "related_to_wikipage"]
    by = found.relations.index("directed_by")
    columns = np.flatnonzero(found.relation == by)
    together = (found.items[:, columns] @ found.items[:, columns].T).toarray()
    same = (
        np.arange(world.n_items)[:, None] % DIRECTORS == np.arange(world.n_items)[None] % DIRECTORS
    )
    assert np.array_equal(together > 0, same)


def test_a_link_between_two_items_is_a_hop_of_its_own():
    found = hops(
        graph_of([("i0", "sequel", "i1"), ("i2", "by", "Ann"), ("Ann", "lives_in", "Rome")], 3)
    )
    assert found.relations == ("sequel",)  # Ann made one film only: she leads nowhere
    assert found.items.toarray().ravel().tolist() == [1, 1, 0]
    assert found.entity.tolist() == [-1]
    assert found.idle == 1


def test_what_links_everything_proves_nothing(world):
    found = hops(world.links)
    strength = proof(user_item(world), found.items)
    of = {name: strength[found.relation == k] for k, name in enumerate(found.relations)}
    assert of["related_to_wikipage"].max() < 0.01
    assert of["directed_by"].min() > 5 * max(of["colour"].max(), 0.01)


def test_proof_counts_pairs_as_by_hand():
    chosen = sparse.csr_array(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1]] * 100, np.float32))
    items = sparse.csr_array(np.array([[1, 1], [1, 0], [0, 1]], np.float32))
    # pairs both ways: 400 of (0, 1), 200 of (0, 2); all 600 pairs over all expected ones scale what is expected
    usual = 600 / (600**2 - (300**2 + 200**2 + 100**2))
    expected = np.array([2 * 300 * 200, 2 * 300 * 100]) * usual
    assert proof(chosen, items) == pytest.approx(
        np.maximum(np.log((np.array([400, 200]) + 50) / (expected + 50)), 0), abs=1e-6
    )


def test_the_cause_of_each_choice_is_the_first_path(world, fitted):
    first = []
    for person in range(100):
        query = world.histories[person]
        own = [
            i for i in range(person % DIRECTORS, world.n_items, DIRECTORS) if i not in query.items
        ]
        explained = api.explain(fitted, query, own[0])
        first.append(fitted.phrase(explained.reasons[0], query, own[0])[0])
    right = [
        text.startswith(f"directed by Director {p % DIRECTORS}") for p, text in enumerate(first)
    ]
    assert np.mean(right) >= 0.95


def test_paths_add_up_and_a_cut_takes_exactly_the_weight(world):
    model = registry.model("graph").fit(world)
    for person in range(20):
        query = world.histories[person]
        scores = model.score([query])[0]
        for item in (0, int(scores.argmax())):
            explained = api.explain(model, query, item)
            assert explained.method == "paths"
            assert explained.explained_share == 1
            base, weights, rest = model.contributions(query, item)
            assert base + weights.sum() + rest == pytest.approx(scores[item], abs=1e-4)
            for reason in explained.reasons[:5]:
                if reason.kind == "path" and reason.refs[0] >= 0:
                    left = model.cut(item, reason).score([query])[0]
                    assert scores[item] - left[item] == pytest.approx(reason.weight, abs=1e-4)
                    assert np.array_equal(np.delete(left, item), np.delete(scores, item))


def test_removing_an_event_removes_all_paths_that_start_from_it(world):
    model = registry.model("graph").fit(world)
    query = world.histories[3]
    _, weights, _ = model.contributions(query, 0)
    for position in range(len(query)):
        left = model.score([query.without([position])])[0, 0]
        assert model.score([query])[0, 0] - left == pytest.approx(weights[position], abs=1e-4)
    base, table = model.contribution_matrix(query)
    assert table[:, 0] == pytest.approx(weights, abs=1e-6)
    assert base + table.sum(0) == pytest.approx(model.score([query])[0], abs=1e-4)


def test_the_first_path_matters_more_than_a_random_one(world):
    fitted = registry.model("graph", successors=False).fit(world)
    fitted.fade_[:, 0], fitted._ready = (
        1.0,
        None,
    )  # else links say it all here, and there is no second path to cut
    queries = world.histories[np.arange(80)]
    items = [
        next(i for i in range(p % DIRECTORS, world.n_items, DIRECTORS) if i not in queries[p].items)
        for p in range(80)
    ]
    first, other = cut_test(fitted, queries, items, api.explain, rank_without, linked=False)
    assert np.nanmean(first.values - other.values) > 0
    made = [api.explain(fitted, query, item) for query, item in zip(queries, items, strict=True)]
    assert (
        0
        <= np.nanmin(linking_recency(queries, made).values)
        <= np.nanmax(linking_recency(queries, made).values)
        <= 1
    )
    assert path_variety([made[:3]], 3).values[0] in (1 / 3, 2 / 3, 1)


def test_what_cannot_be_cut_says_so(world):
    model = registry.model("graph", min_support=0).fit(world)
    query = world.histories[0]
    found = model.reasons(query, 1)[1]
    tie = next(r for r in found if r.refs[0] == -1)
    with pytest.raises(ArgumentError, match="only a link can be cut"):
        model.cut(1, tie)
    before, after = rank_without(model, query, 1, tie)  # its event leaves the history instead
    assert before >= 1
    assert after >= 1
    with pytest.raises(ArgumentError, match="need a graph model; got EASE"):
        paths(registry.model("ease").fit(world), query, 1)


def test_weights_find_the_part_that_speaks_the_truth():
    data = random_data()
    rng = np.random.default_rng(0)
    _, cases = hold_out_last(data, 40, 0)
    truth = np.zeros((len(cases), data.n_items), np.float32)
    truth[np.arange(len(cases)), cases.items] = 1
    noise = rng.normal(size=truth.shape).astype(np.float32)
    rows = {tuple(q.items.tolist()): at for at, q in enumerate(cases.queries)}

    def part(table):
        return lambda batch: np.stack([table[rows[tuple(q.items.tolist())]] for q in batch])

    weights = learn([part(truth), part(-truth), part(noise)], cases)
    assert weights[0] > 2
    assert weights[1] == 0  # never below 0
    assert weights[2] < 0.2


def test_parts_that_drown_the_last_are_turned_down():
    data = random_data(events=400)
    cases = EvaluationCases(
        data.histories,
        np.arange(data.n_users + 1),
        [int(np.setdiff1d(np.arange(data.n_items), q.items)[0]) for q in data.histories],
    )
    rng, truth = np.random.default_rng(0), np.eye(data.n_items, dtype=np.float32)[cases.items]
    by_chance = rng.normal(size=truth.shape).astype(np.float32)
    rows = {tuple(q.items.tolist()): at for at, q in enumerate(cases.queries)}

    def part(table):
        return lambda batch: np.stack([table[rows[tuple(q.items.tolist())]] for q in batch])

    assert share([part(by_chance), part(truth)], np.array([1.0, 1.0]), cases) == min(SHARES)
    assert share([part(truth), part(by_chance)], np.array([1.0, 1.0]), cases) == 1.0
    assert (
        share([part(by_chance), part(truth)], np.array([0.0, 1.0]), cases) == 1.0
    )  # nothing to turn down


def test_friends_count_and_are_named_only_where_both_allow_it():
    data = random_data(events=500)
    rng = np.random.default_rng(1)
    pairs = rng.integers(0, data.n_users, (200, 2))
    allow = ["yes" if p % 2 == 0 else "" for p in range(data.n_users)]
    data = replace(
        data,
        friends=pairs[pairs[:, 0] != pairs[:, 1]],
        user_table=UserTable({"named_to_friends": allow}),
    )
    model = PathRecommender().fit(data)
    model.friend_weight_ = 1.0  # random friends teach nothing: set, to see what is said of them
    for person in range(20):
        query = Query([], user=person)
        item = int((model.score([query])[0] - model.base_).argmax())
        reasons = [r for r in model.reasons(query, item)[1] if r.kind == "friend"]
        assert model.score([query])[0, item] - model.base_[item] == pytest.approx(
            sum(r.weight for r in reasons), abs=1e-5
        )
        for reason in reasons:
            text, zh = model.phrase(reason, query, item)
            assert set(reason.refs) <= set(data.friends[data.friends[:, 0] == person, 1])
            named = [f"u{f}" for f in reason.refs if f % 2 == 0] if person % 2 == 0 else []
            assert all(name in text and name in zh for name in named[:3])
            assert not any(
                f"u{f}," in text or f"u{f} " in text for f in reason.refs if f % 2 or person % 2
            )
    assert model.rest_moves
    assert np.array_equal(
        model.score([Query([])])[0], model.base_
    )  # nobody is asked for: friends add nothing


def test_a_model_beside_keeps_every_reason_exact(world):
    model = registry.model("graph", base_model={"model": "ease", "ridge": 10.0}).fit(world)
    query = world.histories[5]
    scores = model.score([query])[0]
    explained = api.explain(model, query, 2)
    assert explained.additive
    assert explained.score == pytest.approx(scores[2])
    _, weights, _ = model.contributions(query, 2)
    assert scores[2] - model.score([query.without([1])])[0, 2] == pytest.approx(
        weights[1], abs=1e-4
    )
    with pytest.raises(ArgumentError, match="base_model must be an additive model; got BPR"):
        registry.model("graph", base_model={"model": "bpr", "embedding_size": 4, "epochs": 2}).fit(
            world
        )


@pytest.mark.parametrize("beside", [None, {"model": "ease"}])
def test_a_saved_model_scores_and_says_the_same(world, tmp_path, beside):
    model = registry.model("graph", base_model=beside, min_support=0).fit(world)
    storage.save(tmp_path / "m", model, world, name="graph")
    again = storage.open_fitted(tmp_path / "m").model
    query = world.histories[0]
    assert np.array_equal(again.score([query]), model.score([query]))
    one, two = (api.explain(m, query, 7) for m in (model, again))
    assert one.reasons == two.reasons
    assert again.phrase(two.reasons[0], query, 7) == model.phrase(one.reasons[0], query, 7)


@given(
    st.text(max_size=20),
    st.text(max_size=20),
    st.sampled_from(["directed_by", "film.film.genre", "odd_thing", "people"]),
)
def test_phrases_are_read_back_whatever_the_titles(title, entity, relation):
    data = random_data()
    query = data.histories[0]
    pair = said(Names(relation, entity, (title, "B", "C"), 30, 4.0))
    explained = paths(_Told(), query, 0)
    for lang, phrase in zip(("en", "zh"), pair, strict=True):
        text = say(
            explained,
            query,
            data.item_table,
            lang=lang,
            phrases=lambda reason, phrase=phrase: phrase,
        )
        assert faithful(
            text,
            explained,
            query,
            data.item_table,
            lang=lang,
            phrases=lambda reason, phrase=phrase: phrase,
        )


class _Told:
    """A model of one path, for words."""

    def reasons(self, query, item):
        from whyrec.core import Reason

        return 0.5, (Reason("path", (0, 0, 1), 0.5),)

    def phrase(self, reason, query, item):
        raise NotImplementedError  # the test gives the phrases itself

    def cut(self, item, reason):
        return self

    def score(self, queries):
        return np.ones((len(queries), 25), np.float32)


def test_codes_are_no_names():
    assert (
        said(Names("film.film.directed_by", "m.0bln8", ("Alien",)))[0]
        == "same director, like ‘Alien’"
    )
    assert said(Names("released_in", "1979", ("Alien",)))[0] == "released in 1979, like ‘Alien’"
    assert (
        said(Names("people", titles=("Alien",), count=19))[0]
        == "chosen by people who chose ‘Alien’"
    )
    assert said(Names("friend", count=5)) == ("5 people you follow chose it", "您关注的5人选过它")


def test_few_people_are_never_counted_and_are_called_a_weak_sign():
    assert said(Names("people", titles=("Alien",), count=4, support=4)) == (
        "a weak sign: few people chose both this and ‘Alien’",
        "依据很弱：很少有人同时选过它与《Alien》",
    )
    assert (
        said(Names("then", titles=("Alien",), support=4))[0]
        == "a weak sign: few people chose both this and ‘Alien’"
    )
    assert said(Names("then", titles=("Alien",), support=5)) == (
        "chosen soon after ‘Alien’",
        "有人在《Alien》之后不久选了它",
    )
    assert said(Names("then", titles=("Alien",), support=90, often=True)) == (
        "often chosen soon after ‘Alien’",
        "常在《Alien》之后被选",
    )
    assert (
        said(Names("then", titles=("Alien",)))[0] == "chosen soon after ‘Alien’"
    )  # nothing is known of the people
    for n in range(1, 5):
        assert not any(str(n) in text for text in said(Names("friend", count=n)))
        named = Names("friend", titles=("Ann",), count=1 + n)
        assert said(named) == ("Ann and others you follow chose it", "Ann等人选过它")
    assert (
        said(Names("friend", titles=("Ann",), count=6))[0] == "Ann and 5 more you follow chose it"
    )


def test_often_is_said_of_pairs_that_many_people_chose_in_this_order_only():
    """24 people chose 1 right after 0, 24 others 3 and 2 apart, and 100 neither: 0 to 1 is often, 1 to 0 is not."""
    rows = [[0, 1, 5]] * 24 + [[2, 5], [3, 5]] * 12 + [[4, 5], [5, 4]] * 50 + [[6, 0]]
    data = sequences(rows, 7)
    model = PathRecommender(min_support=0).fit(data)
    model.fade_[:, 0] = 1.0
    model._ready = None

    def said_of(source: int, item: int) -> list[str]:
        query = Query([source])
        return [model.phrase(r, query, item)[0] for r in model.reasons(query, item)[1]]

    assert "often chosen soon after ‘i0’" in said_of(0, 1)
    assert "chosen soon after ‘i4’" in said_of(4, 5)  # 50 people, but nearly everybody chose 5
    assert said_of(6, 0) == ["a weak sign: few people chose both this and ‘i6’"] * 2
    assert model.support([0, 6, 4], 1).tolist() == [
        24,
        -1,
        -1,
    ]  # of pairs without a weight nothing is kept


def test_real_graph_by_names(real_data, tmp_path):
    data = api.load(real_data("ml-1m-order.zip"), graph=real_data("ml-1m-kg.zip"))
    assert (data.links.item_entity >= 0).sum() == 3415
    assert len(data.links) == 238_321
    toy = data.item_number("Toy Story")
    own = data.links.item_entity[toy]
    tails = {
        data.links.entities[t]
        for h, t in zip(data.links.head, data.links.tail, strict=True)
        if h == own
    }
    assert {"John Lasseter", "Tom Hanks"} <= tails
    json.dumps(data.links.entities)


@pytest.mark.parametrize(
    ("values", "value", "en", "zh"),
    [
        ("rating", 4.5, "‘INXS’ (you gave it 4.5)", "“INXS”（您给了4.5分）"),
        ("count", 1330.0, "‘INXS’ (1,330 times)", "“INXS”（1,330次）"),
        ("count", 1.0, "‘INXS’ (once)", "“INXS”（1次）"),
        ("", 1330.0, "‘INXS’", "“INXS”"),
    ],
)
def test_a_count_of_uses_is_never_said_to_be_a_rating(values, value, en, zh):
    pair = said(Names("event", titles=("INXS",), value=value, values=values, work=False))
    assert pair == (f"tied to {en} by what people choose", f"按众人的选择与{zh}有关联")


def test_the_model_says_of_values_what_the_data_declare(world):
    rng = np.random.default_rng(1)
    heard = replace(
        world,
        value=rng.integers(1, 2_000, len(world)).astype(np.float32),
        domain="artist",
        verb="listened",
    )
    for values, mark in (("count", "次）"), ("rating", "分）"), ("", "")):
        model = PathRecommender(people=False, successors=False).fit(replace(heard, values=values))
        query = heard.history("u3")
        item = int(np.argmax(model.score([query])[0]))
        texts = [
            model.phrase(one, query, item)
            for one in model.reasons(query, item)[1]
            if one.kind == "path"
        ]
        assert texts and all(
            "“" in zh and "《" not in zh for _, zh in texts
        )  # artists are no works
        assert all(
            (mark in zh) if mark else ("次）" not in zh and "分）" not in zh) for _, zh in texts
        )
        assert all(("you gave it" in en) == (values == "rating") for en, _ in texts)
