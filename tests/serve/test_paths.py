"""Paths of a graph model behind the service: they add up, did what they say, can be cut, and name a friend only where both
allow it. And modalities, which split the score of an additive model another way."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from tests.serve.helpers import served
from tests.serve.linked import linked, small
from tests.serve.test_service import adds_up
from whyrec import registry, storage
from whyrec.core import Query
from whyrec.data import simulate
from whyrec.data.simulate import senses
from whyrec.explain.words import parse

KINDS = {"link", "people", "then", "friends", "event"}


@pytest.fixture(scope="module")
def data():
    return small()


@pytest.fixture(scope="module")
def films(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("paths")
    model = registry.model("graph").fit(data)
    with served(folder, model=storage.save(folder / "m", model, data, name="graph")) as made:
        yield made


def asked(data, person):
    """What the service asks of the person: their history, and who they are."""
    query = data.histories[person]
    return Query(query.items, query.values, query.times, None, person)


def model_of(made):
    return made.service.registry.current(made.service.store.counters()).model


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_paths_are_the_models_own_and_did_what_they_say(films, data, lang):
    model, seen, fell = model_of(films), set(), []
    for person in range(1, 40, 4):
        query = asked(data, person)
        scores = model.score([query])[0]
        for item in films.recommend(user=data.users[person], n=6, lang=lang)["items"]:
            assert adds_up(item), item
            assert item["explained_share"] == 1.0
            number = data.items.index(item["item"])
            assert item["score"] == pytest.approx(float(scores[number]), abs=1e-5)
            base, reasons = model.reasons(query, number)
            assert item["base"] == pytest.approx(base)
            for row in item["reasons"]:
                if row["path"] is None:
                    assert row["code"] in ("none", "popular")
                    continue
                path = row["path"]
                assert round(row["contribution"], 6) in {round(one.weight, 6) for one in reasons}
                seen.add(path["kind"])
                assert (
                    sum(one["contribution"] for one in path["events"])
                    == pytest.approx(path["weight"])
                    or path["kind"] == "friends"
                )
            fell.append(removed_by_hand(model, query, scores, number, item, reasons))
            assert parse(item["text"], lang)
    assert {"link", "friends"} <= seen <= KINDS
    assert any(fell)


def removed_by_hand(model, query, scores, number, item, reasons):
    """The place without the named paths: links cut one after the other, events left out, friends not followed."""
    if item["removed"] is None:
        return False
    weights = {round(one.weight, 6): one for one in reasons}
    named = [weights[round(row["contribution"], 6)] for row in item["reasons"]]
    links = [one for one in named if one.kind == "path" and one.refs[0] >= 0]
    gone = {
        p
        for one in named
        if one not in links
        for p in (one.refs[2:] if one.kind == "path" else one.refs)
        if one.kind != "friend"
    }
    alone = model.score([query.without([])])[0]  # as nobody's friend
    friends = 0 if any(one.kind == "friend" for one in named) else scores - alone
    cut = model
    for one in links:
        cut = cut.cut(number, one)
    after = model.score([query.without(gone)])[0] + friends
    after[number] = (cut.score([query.without(gone)])[0] + friends)[number]
    own, after = (
        after[number],
        np.where(np.isin(np.arange(len(after)), query.items), -np.inf, after),
    )
    assert item["removed"]["rank_before"] == item["rank"]
    assert (
        abs(item["removed"]["rank_after"] - 1 - int((after > own).sum())) <= 1
    )  # two may differ by rounding alone
    assert len(item["removed"]["cut_paths"]) == len(links) + any(
        one.kind == "friend" for one in named
    )
    return item["removed"]["rank_after"] > item["rank"]


def test_the_whole_explanation_adds_up_and_replays(films, data):
    got = films.recommend(user=data.users[5], n=3)
    full = films.json("GET", f"/v1/recommendations/{got['recommendation_id']}/explanation")
    assert all(adds_up(item) for item in full["items"])
    assert films.json("GET", f"/v1/recommendations/{got['recommendation_id']}/replay")["identical"]
    record, model = (
        films.json("GET", f"/v1/decisions/{got['recommendation_id']}", "auditor"),
        model_of(films),
    )
    for item in got["items"]:
        why = films.json("POST", "/v1/why-not", json={"user": data.users[5], "item": item["item"]})
        _, reasons = model.reasons(asked(data, 5), data.items.index(item["item"]))
        assert [path["weight"] for path in why["paths"]] == pytest.approx(
            [one.weight for one in reasons[:24]], abs=1e-9
        )
        assert len({path["id"] for path in why["paths"]}) == len(why["paths"])
        fall = next(one for one in record["waterfalls"] if one["item"] == item["item"])
        assert fall["steps"][0]["weight"] == pytest.approx(why["paths"][0]["weight"])
        assert fall["base"] + sum(one["weight"] for one in fall["steps"]) + fall[
            "others"
        ] == pytest.approx(fall["score"], abs=1e-4)
        assert why["base"] + sum(one.weight for one in reasons) == pytest.approx(
            why["score"], abs=1e-4
        )


def test_a_path_is_cut_and_the_list_scored_again(films, data):
    user, found = data.users[5], 0
    for item in films.recommend(user=user, n=5)["items"]:
        why = films.json("POST", "/v1/why-not", json={"user": user, "item": item["item"]})
        for path in why["paths"][:6]:
            ask = {
                "user": user,
                "n": 100,
                "cut_paths": [{"item": item["item"], "path": path["id"]}],
            }
            if path["kind"] not in ("link", "friends"):
                response = films.call("POST", "/v1/what-if", json=ask)
                assert response.status_code == 409 and "remove_events" in response.text
                continue
            made = films.json("POST", "/v1/what-if", json=ask)
            move = next(row for row in made["moves"] if row["item"] == item["item"])
            assert move["score_before"] - move["score_after"] == pytest.approx(
                path["weight"], abs=1e-4
            )
            others = [row for row in made["moves"] if row["score_before"] != row["score_after"]]
            assert path["kind"] == "friends" or others == [move]
            found += 1
    assert found
    unknown = films.call(
        "POST",
        "/v1/what-if",
        json={"user": user, "cut_paths": [{"item": data.items[0], "path": "link-0-no"}]},
    )
    assert unknown.status_code == 404


def test_friends_are_named_to_the_person_alone_and_only_where_both_allow_it(films, data):
    model = model_of(films)
    for person in range(1, 120):
        query = asked(data, person)
        scores = np.where(
            np.isin(np.arange(data.n_items), query.items), -np.inf, model.score([query])[0]
        )
        own = [
            (item, reason)
            for item in np.argsort(-scores)[:20]
            for reason in model.reasons(query, int(item))[1]
            if reason.kind == "friend"
            and any(data.user_table.fields["named_to_friends"][f] for f in reason.refs)
            and not all(data.user_table.fields["named_to_friends"][f] for f in reason.refs)
        ]
        if own:
            break
    item, reason = own[0]
    user, label = data.users[person], data.items[item]
    willing = [data.users[f] for f in reason.refs if data.user_table.fields["named_to_friends"][f]]

    def told():
        paths = films.json("POST", "/v1/why-not", json={"user": user, "item": label})["paths"]
        return next(path for path in paths if path["kind"] == "friends")

    assert told()["names"] == willing and told()["people"] == len(reason.refs)
    assert all(name in told()["text"] for name in willing)
    kept = films.recommend(user=user, n=100, reasons=10)
    others = [name for name in data.users if name != user]
    assert not any(
        f"{name} " in str(kept) or f"'{name}'" in str(kept) for name in others
    )  # nobody else is in the log
    inside = films.json("POST", "/v1/inspect", "admin", json={"user": user, "n": 20})
    assert not any(name in str(inside["models"]) for name in willing)
    films.json("PUT", f"/v1/users/{user}", json={"fields": {}})
    assert (
        told()["names"] == [] and "you follow" in told()["text"]
    )  # the person takes it back: at the next request
    films.json("PUT", f"/v1/users/{user}", json={"fields": {"named_to_friends": "yes"}})
    assert told()["names"] == willing
    films.json("DELETE", f"/v1/users/{willing[0]}")
    assert willing[0] not in told()["names"]
    films.json("PATCH", f"/v1/users/{user}/profile", json={"personalised": False})
    assert not any(
        row["code"] == "friend"
        for one in films.recommend(user=user)["items"]
        for row in one["reasons"]
    )
    films.json("PATCH", f"/v1/users/{user}/profile", json={"personalised": True})


def test_whom_one_follows_is_enough_for_a_list(films, data):
    user, far = data.users[7], 2_000_000_000
    films.json(
        "PATCH", f"/v1/users/{user}/profile", json={"excluded_periods": [{"first": 0, "last": far}]}
    )
    got = films.recommend(user=user, n=5)
    assert got["source"] == "user" and all(adds_up(item) for item in got["items"])
    assert {row["code"] for item in got["items"] for row in item["reasons"]} & {"friend"}
    films.json("DELETE", f"/v1/users/{user}")
    assert (
        films.recommend(user=user)["source"] == "popular"
    )  # of who is erased not even that is used


def test_a_title_cannot_turn_or_end_the_sentence_around_it(films, data):
    user, item = data.users[11], data.items[data.histories[11].items[-1]]
    films.json("PUT", f"/v1/items/{item}", json={"title": "Turn\u202e “round” " + "x" * 300})
    told = films.recommend(user=user, n=20, reasons=10)["items"]
    phrases = [row["path"]["text"] for one in told for row in one["reasons"] if row["path"]]
    assert any("Turn “round'" in text for text in phrases)
    assert not any("\u202e" in text or "”" in text or "x" * 91 in text for text in phrases)
    assert all(parse(one["text"], "en") for one in told)


def test_modalities_and_what_people_choose_are_the_score(tmp_path):
    data = senses(people=80, items=60, seed=1).data
    model = registry.model(
        "additive", components=["ease", "transitions"], similarity_terms={"image": 0.5, "text": 0.3}
    ).fit(data)
    with served(tmp_path, model=storage.save(tmp_path / "m", model, data, name="additive")) as made:
        query = data.histories[3]
        for number in np.setdiff1d(np.arange(data.n_items), query.items)[:5]:
            why = made.json(
                "POST", "/v1/why-not", json={"user": data.users[3], "item": data.items[number]}
            )
            found = {row["name"]: row for row in why["modalities"]}
            assert set(found) == {"image", "text", "choices"}
            assert why["base"] + sum(row["weight"] for row in found.values()) == pytest.approx(
                why["score"], abs=1e-4
            )
            for kernel in ("image", "text"):  # the model without the modality lacks exactly that
                blind = copy.copy(model)
                blind.kernels_ = [
                    row | ({"weight": 0.0} if row["name"] == kernel else {})
                    for row in model.kernels_
                ]
                lack = float((model.score([query]) - blind.score([query]))[0, number])
                assert found[kernel]["weight"] == pytest.approx(lack, abs=1e-4)
        assert (
            made.json("POST", "/v1/why-not", json={"item": data.items[0]})["modalities"] is None
        )  # nobody's score


def test_what_a_model_beside_says_stands_among_the_paths(tmp_path):
    data = linked(simulate.films(people=120, events=3_000).data)
    model = registry.model(
        "graph", base_model={"model": "additive", "components": ["ease", "transitions"]}
    ).fit(data)
    model.base_model_weight_ = 0.5
    with served(tmp_path, model=storage.save(tmp_path / "m", model, data, name="graph")) as made:
        codes = set()
        for user in data.users[3:23:4]:
            for item in made.recommend(user=user, n=5, reasons=10)["items"]:
                assert adds_up(item), item
                codes |= {row["path"]["kind"] for row in item["reasons"] if row["path"]}
                why = made.json("POST", "/v1/why-not", json={"user": user, "item": item["item"]})
                assert why["base"] == pytest.approx(item["base"])
        assert {"event", "link"} <= codes
