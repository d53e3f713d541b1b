"""Forces of the service: each is a term of the served score, acts at once, and is told as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.serve.helpers import ITEMS, film_data, fitted_folder, served
from whyrec.core import ArgumentError, Query, UnknownNameError
from whyrec.serve.main import prepare

FILE = """
[[promote]]
name = "autumn sale"
where = 'price < 5 and "Drama" in tags'
strength = 2
cap = 3
why = { en = "on sale this week", zh = "本周特价" }

[[bury]]
name = "too long"
items = ["i7", "i8"]
strength = 0.5

[[promote]]
name = "evening"
items = ["i30"]
when = 'device == "tv" and hour >= 18'
strength = 9

[[promote]]
name = "long ago"
items = ["i31"]
end = 2020-01-01

[fresh]
field = "year"
half_life = 365
strength = 0.1

[diversity]
strength = 0.2

[novelty]
strength = 0.05
"""
TABLE = replace(
    film_data().item_table,
    numeric={
        "price": np.arange(ITEMS) % 11.0,
        "year": 2025.0 - np.arange(ITEMS) % 7,
        "events": np.bincount(film_data().item, minlength=ITEMS).astype(float),
    },
)
DATA = replace(film_data(), item_table=TABLE)


def write(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "forces.toml").write_text(text, encoding="utf-8")
    return str(folder / "forces.toml")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forces")
    model = fitted_folder(folder / "m", data=DATA)
    with served(folder, model=model, forces=write(folder, FILE), rate=1e6, burst=10**6) as one:
        yield one


@pytest.fixture
def plain(tmp_path):
    """A service without a file of forces."""
    with served(tmp_path, model=fitted_folder(tmp_path / "own", data=DATA)) as one:
        yield one


def total(row):
    """The served score as the sum of its stated parts."""
    return (
        row["base"]
        + sum(reason["contribution"] for reason in row["reasons"])
        + row["unlisted"]
        + row["rest"]
        + sum(term["weight"] for term in row["terms"])
    )


ASKS = st.fixed_dictionaries(
    {"n": st.integers(1, 15)},
    optional={
        "user": st.sampled_from([f"u{n}" for n in range(20)]),
        "session": st.lists(st.sampled_from([f"i{n}" for n in range(ITEMS)]), max_size=3),
        "forces": st.fixed_dictionaries(
            {},
            optional={
                name: st.floats(0, 3) for name in ("diversity", "novelty", "freshness", "trending")
            },
        ),
        "context": st.fixed_dictionaries(
            {}, optional={"device": st.sampled_from(["tv", "phone"]), "hour": st.integers(0, 23)}
        ),
        "filter": st.fixed_dictionaries(
            {}, optional={"where": st.sampled_from(["price < 8", '"War" not in tags'])}
        ),
    },
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ASKS)
def test_the_parts_of_every_answer_add_up_and_it_can_be_replayed(made, ask):
    answer = made.recommend(**ask)
    assert len({row["item"] for row in answer["items"]}) == len(answer["items"])
    for row in answer["items"]:
        assert abs(total(row) - row["score"]) <= 1e-5 * max(1, abs(row["score"]))
    scores = [row["score"] for row in answer["items"]]
    assert scores == sorted(scores, reverse=True)
    again = made.json("GET", f"/v1/recommendations/{answer['recommendation_id']}/replay", "auditor")
    assert again["identical"], again["different"]


def test_a_dismissed_item_goes_and_its_like_falls_at_the_next_request(plain):
    before = plain.recommend(user="u3", n=10)
    first = before["items"][0]
    plain.event("no", "u3", first["item"], type="dislike")
    after = plain.recommend(user="u3", n=20)
    assert first["item"] not in {row["item"] for row in after["items"]}
    lowered = [
        (row, term)
        for row in after["items"]
        for term in row["terms"]
        if term["kind"] == "refused" and term["weight"]
    ]
    assert lowered
    for row, term in lowered:
        assert term["weight"] < 0
        fell = term["rank_without"] <= row["rank"]
        assert (f"“{first['title']}”, which you dismissed." in term["text"]) == fell
        assert fell or "moves other items behind it" in term["text"]


def test_the_weight_of_a_dislike_is_half_of_what_the_choice_would_have_added(plain):
    plain.event("no", "u3", "i20", type="dislike")
    live = plain.service.registry.current(plain.service.store.counters())
    one = live.model.score([Query([20])])[0] - live.model.score([Query([])])[0]
    answer = plain.recommend(user="u3", n=30)
    told = {
        row["item"]: term["weight"]
        for row in answer["items"]
        for term in row["terms"]
        if term["kind"] == "refused"
    }
    assert told
    for label, weight in told.items():
        assert weight == pytest.approx(-0.5 * max(0.0, float(one[int(label[1:])])), rel=1e-4)


def test_showings_without_a_choice_tire(plain):
    first = plain.recommend(user="u4", n=5)["items"][0]
    for at in range(6):
        plain.event(f"shown-{at}", "u4", first["item"], type="impression")
    again = plain.recommend(user="u4", n=5)
    [term] = [
        term
        for row in again["items"]
        if row["item"] == first["item"]
        for term in row["terms"]
        if term["kind"] == "shown"
    ]
    assert term["weight"] < 0 and "you did not choose it" in term["text"]


def test_a_promotion_is_told_with_its_reason_in_both_languages(made):
    for lang, words in (("en", "on sale this week"), ("zh", "本周特价")):
        answer = made.recommend(user="u5", n=15, lang=lang)
        told = [
            term
            for row in answer["items"]
            for term in row["terms"]
            if term["kind"] == "promote" and term["weight"]
        ]
        assert told and all(words in term["text"] for term in told)
        assert all(term["name"] == "autumn sale" for term in told)


def test_an_item_that_others_pass_is_told_so(made):
    answer = made.recommend(user="u5", n=15)
    told = [
        (row, term)
        for row in answer["items"]
        for term in row["terms"]
        if term["kind"] == "promote" and not term["weight"]
    ]
    for row, term in told:
        assert term["rank_without"] != row["rank"]
        assert f"Place {row['rank']} instead of {term['rank_without']}" in term["text"]
        fell = row["rank"] > term["rank_without"]
        assert f"moves other items {'ahead of' if fell else 'behind'} it" in term["text"]


def test_a_force_acts_only_in_its_context_and_time(made):
    def names(**context):
        rows = made.recommend(user="u6", n=15, context=context)["items"]
        return {term["name"] for row in rows for term in row["terms"]}

    assert "evening" in names(device="tv", hour=20)
    assert "evening" not in names(device="tv", hour=9) | names(device="phone", hour=20)
    assert "long ago" not in names(device="tv", hour=20)


def test_the_request_turns_a_force_off_and_up(made):
    def kinds(**forces):
        rows = made.recommend(user="u7", n=10, forces=forces)["items"]
        return {term["kind"] for row in rows for term in row["terms"]}

    assert "diverse" in kinds(diversity=1)
    assert "diverse" not in kinds(diversity=0)
    assert "novel" not in kinds(novelty=0)


def test_a_filter_by_a_number_is_explained_when_it_empties_a_list(made):
    answer = made.recommend(user="u8", n=10, filter={"where": "price < 1"})
    assert {row["item"] for row in answer["items"]} <= {f"i{n}" for n in range(0, ITEMS, 11)}
    assert answer["filter"]["items"] == 4  # i0, i11, i22, i33
    assert "4 items are offered for which price < 1 holds" in answer["filter"]["text"]
    refused = made.call("POST", "/v1/recommendations", json={"filter": {"where": "prize < 1"}})
    assert refused.status_code == 404 and "price" in refused.text
    refused = made.call(
        "POST", "/v1/recommendations", json={"filter": {"where": "__import__('os')"}}
    )
    assert refused.status_code == 409 and "price < 20" in refused.text


def test_why_not_what_if_and_the_record_know_every_term(made):
    ask = {"user": "u9", "n": 5}
    first = made.recommend(**ask)
    why = made.json("POST", "/v1/why-not", json={**ask, "item": "i30"})
    parts = why["base"] + sum(term["weight"] for term in why["terms"])
    assert why["terms"] and np.isfinite(parts)
    both = made.json("POST", "/v1/what-if", json={**ask, "remove_events": []})
    assert [row["score"] for row in both["before"]["items"]] == [
        row["score"] for row in first["items"]
    ]
    record = made.json("GET", f"/v1/decisions/{first['recommendation_id']}", "auditor")
    for fall in record["waterfalls"]:
        whole = (
            fall["base"]
            + sum(step["weight"] for step in fall["steps"])
            + fall["others"]
            + fall["rest"]
            + sum(term["weight"] for term in fall["terms"])
        )
        assert abs(whole - fall["score"]) <= 1e-4 * max(1, abs(fall["score"]))


def test_with_personalisation_off_no_force_of_the_person_acts(plain):
    plain.event("no", "u3", "i20", type="dislike")
    rows = plain.recommend(user="u3", n=20, personalised=False)["items"]
    assert not [term for row in rows for term in row["terms"]]


@pytest.mark.parametrize(
    ("text", "error", "word"),
    [
        ('[[promote]]\nwhere = "prize < 3"', UnknownNameError, "price"),
        ('[[promote]]\nitems = ["i999"]', UnknownNameError, "i999"),
        ("[[promote]]\nstrength = 2", ArgumentError, "select items"),
        ('[[promote]]\nitems = ["i1"]\nstrength = -1', ArgumentError, "0 or more"),
        ('[[promote]]\nitems = ["i1"]\ncap = 1.5', ArgumentError, "whole number"),
        ('[[promote]]\nitems = ["i1"]\nstart = "soon"', ArgumentError, "date"),
        ('[[promote]]\nitems = ["i1"]\nwen = "hour > 3"', UnknownNameError, "when"),
        ("[fresh]\nstrength = 1", ArgumentError, "half-life"),
        ('[trending]\nwindow = "year"', UnknownNameError, "week"),
        ("[promoted]", UnknownNameError, "promote"),
        ("[feedback]\ndislikes = 1", UnknownNameError, "dislike"),
        ("[[promote]", ArgumentError, "readable TOML"),
    ],
)
def test_a_slip_of_the_pen_stops_the_start(tmp_path, text, error, word):
    from whyrec.serve.settings import Settings

    made = Settings(
        store=f"sqlite:///{tmp_path / 's.db'}",
        models=str(tmp_path / "models"),
        forces=write(tmp_path / "f", text),
    )
    with pytest.raises(error, match=word):
        prepare(made, fitted_folder(tmp_path / "m", data=DATA))


def strengths(site, user="u5"):
    return site.json("GET", f"/v1/users/{user}/profile")["forces"]


def test_what_a_person_sets_holds_in_every_list_until_it_is_set_back(made):
    assert strengths(made) == {
        "diversity": {"strength": None, "usual": 0.2},
        "novelty": {"strength": None, "usual": 0.05},
        "freshness": {"strength": None, "usual": 0.1},
        "trending": {"strength": None, "usual": 0.0},
    }
    usual = made.recommend(user="u5", n=8)
    asked = made.recommend(user="u5", n=8, forces={"diversity": 2, "freshness": 0})
    own = {"forces": {"diversity": 2, "freshness": 0}}
    body = made.json("PATCH", "/v1/users/u5/profile", json=own)
    assert body["forces"]["diversity"] == {"strength": 2.0, "usual": 0.2}
    assert body["forces"]["freshness"] == {"strength": 0.0, "usual": 0.1}
    held = made.recommend(user="u5", n=8)
    assert held["items"] == asked["items"] != usual["items"]
    assert made.json("GET", "/v1/users/u5/export")["profile"]["forces"] == own["forces"]
    # a request's own strength comes first; other people's lists are as before
    assert (
        made.recommend(user="u5", n=8, forces={"diversity": 0.2, "freshness": 0.1})["items"]
        == (usual["items"])
    )
    assert strengths(made, "u6")["diversity"]["strength"] is None
    made.json("PATCH", "/v1/users/u5/profile", json={"blocked_tags": []})
    assert strengths(made)["diversity"]["strength"] == 2.0
    made.json("PATCH", "/v1/users/u5/profile", json={"forces": {}})
    assert made.recommend(user="u5", n=8)["items"] == usual["items"]


def test_freshness_cannot_be_set_where_nothing_says_what_is_new(plain):
    assert set(strengths(plain)) == {"diversity", "novelty", "trending"}
    answer = plain.call("PATCH", "/v1/users/u5/profile", json={"forces": {"freshness": 1}})
    assert answer.status_code in (400, 404, 422) and "freshness" in answer.text
    assert plain.recommend(user="u5", n=3)["items"]


def test_the_record_shows_the_parts_of_the_score_with_the_forces(made):
    answer = made.recommend(user="u2", n=6, forces={"novelty": 0.4})
    record = made.json("GET", f"/v1/decisions/{answer['recommendation_id']}", "auditor")
    for row, fall in zip(answer["items"], record["waterfalls"], strict=True):
        sums = fall["base"] + fall["others"] + fall["rest"]
        sums += sum(step["weight"] for step in fall["steps"])
        sums += sum(term["weight"] for term in fall["terms"])
        assert abs(sums - row["score"]) <= 1e-5 * max(1, abs(row["score"]))
        weighing = {(one["kind"], one["name"]) for one in fall["terms"] if one["weight"]}
        assert weighing <= {(one["kind"], one["name"]) for one in row["terms"]}


def test_what_if_and_why_not_know_what_is_trending(plain):
    ask = {"user": "u3", "n": 3, "forces": {"trending": 0.5}}
    assert plain.json("POST", "/v1/what-if", json=ask)["after"]["items"]
    assert plain.json("POST", "/v1/why-not", json={**ask, "item": "i1"})["item"] == "i1"
