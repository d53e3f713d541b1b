"""The operator's policy: what it keeps out is in no answer, the log says which rule, a slip of the pen stops the start."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.serve.helpers import ITEMS, TAGS, film_data, fitted_folder, served
from tests.waiting import wait_for
from whyrec.core import ArgumentError, UnknownNameError
from whyrec.serve.main import prepare
from whyrec.serve.recommend.policy import age_of, read_policy

SHORT = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LABELS = [f"i{n}" for n in range(ITEMS)]
TABLE = replace(
    film_data().item_table,
    fields={"rated": tuple(("R",) if n % 5 == 0 else ("PG",) for n in range(ITEMS))},
)
DATA = replace(film_data(), item_table=TABLE)
OF = "(rule block of the policy)"
FILE = """
[block]
categories = ["war"]
items = ["i2"]

[[age]]
name = "grown"
categories = ["Crime"]
fields = {rated = ["R"]}
least = 18
"""
ALL = {"i2", *(label for n, label in enumerate(LABELS) if "War" in TABLE.categories[n])}
YOUNG = {
    label
    for n, label in enumerate(LABELS)
    if "Crime" in TABLE.categories[n] or TABLE.fields["rated"][n] == ("R",)
}


def write(folder, text, name="policy.toml"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("policy")
    model = fitted_folder(folder / "rated", data=DATA)
    with served(
        folder, model=model, policy=write(folder, FILE), explore=0.9, rate=1e6, burst=10**6
    ) as one:
        yield one


def labels(body):
    return {row["item"] for row in body["items"]}


def finished(made, users):
    job = made.json("POST", "/v1/batch/recommendations", json={"users": users, "n": 40})

    def over():
        found = made.json("GET", f"/v1/batch/{job['job_id']}")
        return found if found["state"] in ("done", "failed") else None

    found = wait_for(over, "the batch")
    assert found["state"] == "done"
    return found["results"]


@SHORT
@given(
    stored=st.sampled_from(["", "17", "18", "40.5", "nobody knows", "-3", "nan"]),
    known=st.booleans(),
    age=st.one_of(st.none(), st.integers(0, 150)),
    session=st.lists(st.sampled_from(LABELS), max_size=4),
    n=st.integers(1, 40),
    personal=st.booleans(),
)
def test_what_the_policy_keeps_out_is_in_no_answer(made, stored, age, session, n, known, personal):
    made.json("PUT", "/v1/users/u5", json={"fields": {"age": stored} if stored else {}})
    ask = {"session": session, "n": n, "age": age} | ({"user": "u5"} if known else {})
    of_store = {"17": 17.0, "18": 18.0, "40.5": 40.5}.get(stored) if known else None
    ages = [one for one in (of_store, age) if one is not None]
    grown = bool(ages) and min(ages) >= 18
    gone = ALL if grown else ALL | YOUNG
    body = made.recommend(**ask, personalised=personal)
    assert not labels(body) & gone
    seen = set(session) | ({LABELS[i] for i in DATA.history("u5").items} if known else set())
    assert len(body["items"]) == min(
        n, len(set(LABELS) - gone - (seen if personal else set()))
    )  # before the cut
    assert [row["rule"] for row in body["policy"]] == ["block"] + ["grown"] * (not grown)
    id = body["recommendation_id"]
    assert not labels(made.json("GET", f"/v1/recommendations/{id}/items?offset={n}&n=100")) & gone
    assert labels(made.json("GET", f"/v1/recommendations/{id}/explanation")) == labels(body)
    what = made.json("POST", "/v1/what-if", json=ask | {"remove_items": session[:1]})
    assert not (labels(what["before"]) | labels(what["after"])) & gone
    assert made.json("GET", f"/v1/recommendations/{id}/replay")["identical"]
    if known:
        assert not labels(finished(made, ["u5"])[0]) & (
            ALL if of_store and of_store >= 18 else ALL | YOUNG
        )


def test_an_answer_that_explores_draws_nothing_that_is_kept_out(made):
    drawn = 0
    for _ in range(40):
        told = made.recommend(user="u6", n=3)["exploration"]
        drawn += told["drawn"]
        assert not set(told["candidates"]) & (ALL | YOUNG)
    assert drawn > 10  # nine of ten answers are drawn, each from several


def test_the_log_says_which_rule_took_how_many(made):
    body = made.recommend(user="u7", lang="zh", age=12)
    told = {row["rule"]: row for row in body["policy"]}
    assert told["block"]["items"] == len(ALL) and told["block"]["least"] is None
    assert (
        told["grown"]["items"] == len(YOUNG)
        and told["grown"]["least"] == 18
        and "未满 18 岁" in told["grown"]["text"]
    )
    record = made.json("GET", f"/v1/recommendations/{body['recommendation_id']}")
    assert record["response"]["policy"] == body["policy"] and record["request"]["age"] == 12
    shown = made.json("GET", f"/v1/decisions/{body['recommendation_id']}", "auditor")
    assert shown["filters"]["policy"] == [f"block ({len(ALL)})", f"grown ({len(YOUNG)})"]
    assert shown["replay"]["identical"]


def test_why_not_names_the_rule_and_similar_items_are_kept_out_too(made):
    found = made.json("POST", "/v1/why-not", json={"item": "i2", "age": 30})
    assert found["causes"][0] == {
        "code": "policy",
        "text": "A rule of the operator keeps it out: block.",
    }
    other = next(iter(sorted(YOUNG - ALL)))
    assert "grown" in made.json("POST", "/v1/why-not", json={"item": other})["causes"][0]["text"]
    grown = made.json("POST", "/v1/why-not", json={"item": other, "age": 18})
    assert not any(one["code"] == "policy" for one in grown["causes"])
    assert not labels(made.json("GET", "/v1/items/i1/similar?n=40")) & (ALL | YOUNG)


def test_a_persons_own_key_makes_nobody_older(made):
    refused = made.call("POST", "/v1/recommendations", "person", json={"user": "u1", "age": 99})
    assert refused.status_code == 403 and "states no age" in refused.json()["detail"]
    made.json("PUT", "/v1/users/u1", json={"fields": {"age": "12"}})
    for fields in ({"age": "44"}, {"age": "44", "country": "FR"}):
        assert (
            made.call("PUT", "/v1/users/u1", "person", json={"fields": fields}).status_code == 403
        )
    made.json("PUT", "/v1/users/u1", "person", json={"fields": {"age": "12", "country": "FR"}})
    assert not labels(made.recommend("person", user="u1", n=40)) & YOUNG
    made.json("PUT", "/v1/users/u1", "person", json={"fields": {}})  # unknown: as young as can be
    assert not labels(made.recommend("person", user="u1", n=40)) & YOUNG


def test_an_item_that_changes_is_judged_by_what_it_is_now(made):
    free = next(label for label in LABELS if label not in ALL | YOUNG)
    try:
        for change in ({"fields": {"rated": ["r"]}}, {"categories": ["CRIME"]}):
            before = made.recommend(session=[], n=40)
            assert free in labels(before)
            made.json("PATCH", f"/v1/items/{free}", json=change)
            assert free not in labels(made.recommend(session=[], n=40))
            later = made.json(
                "GET", f"/v1/recommendations/{before['recommendation_id']}/explanation"
            )
            assert labels(later) == labels(before) - {free}  # a list of before, shown again
            made.json(
                "PATCH",
                f"/v1/items/{free}",
                json={"fields": {"rated": ["PG"]}, "categories": ["Comedy"]},
            )
    finally:
        n = int(free[1:])
        made.json("PATCH", f"/v1/items/{free}", json={"categories": list(TABLE.categories[n])})


def test_a_replay_knows_the_rules_of_its_day_and_more_of_a_list_those_of_today(tmp_path):
    model = fitted_folder(tmp_path / "rated", data=DATA)
    with served(tmp_path, model=model) as free:
        body = free.recommend(user="u3", n=5)
        assert "policy" not in body
    with served(tmp_path, model=model, policy=write(tmp_path, FILE)) as strict:
        id = body["recommendation_id"]
        assert strict.json("GET", f"/v1/recommendations/{id}/replay")["identical"]
        assert not labels(strict.json("GET", f"/v1/recommendations/{id}/items?offset=0&n=40")) & (
            ALL | YOUNG
        )


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        (
            '[block]\ncategories = ["Comdey"]',
            UnknownNameError,
            f"unknown category {OF} 'Comdey'. Did you mean 'Comedy' or",
        ),
        (
            '[block]\nitems = ["i200"]',
            UnknownNameError,
            f"unknown item {OF} 'i200'. Did you mean 'i20'",
        ),
        (
            '[block]\nfields = {ratde = ["R"]}',
            UnknownNameError,
            f"unknown field {OF} 'ratde'. Did you mean 'rated'?",
        ),
        ('[block]\nfields = {rated = ["X"]}', UnknownNameError, f"unknown value of rated {OF} 'X'"),
        (
            '[blok]\nitems = ["i2"]',
            UnknownNameError,
            "unknown table of the policy 'blok'. Did you mean 'block'?",
        ),
        (
            '[block]\ncategory = ["War"]',
            UnknownNameError,
            "unknown key of the policy's block 'category'. Did you mean 'categories'?",
        ),
        ('[block]\nitems = "i2"', ArgumentError, "items of the policy must be a list of texts"),
        ("[block]\nitems = []", ArgumentError, "must name categories, items or fields"),
        ('[[age]]\ncategories = ["War"]', ArgumentError, "whole number from 1 to 150; got None"),
        (
            '[[age]]\ncategories = ["War"]\nleast = true',
            ArgumentError,
            "whole number from 1 to 150; got True",
        ),
        (
            '[[block]]\nitems = ["i2"]\n[[block]]\nitems = ["i3"]',
            ArgumentError,
            "a name of its own; got 'block' twice",
        ),
        (
            f"[block]\nitems = {json.dumps([f'x{n}' for n in range(1001)])}",
            ArgumentError,
            "at most 1,000",
        ),
        ("", ArgumentError, "must hold a rule"),
        ("block = 3", ArgumentError, "a table or a list of tables"),
        ("[block", ArgumentError, "must be a readable TOML or JSON file"),
    ],
)
def test_a_slip_of_the_pen_stops_the_start(made, tmp_path, text, error, said):
    with pytest.raises(error) as caught:
        prepare(replace(made.settings, policy=write(tmp_path, text)), None)
    assert said in str(caught.value)


def test_the_command_line_says_it_before_it_listens(made, tmp_path):
    from typer.testing import CliRunner

    from whyrec.cli.app import app

    file = write(tmp_path, '[block]\ncategories = ["Comdey"]')
    environment = {"WHYREC_STORE": made.settings.store, "WHYREC_MODELS": made.settings.models}
    for options, more in ((["--policy", file], {}), ([], {"WHYREC_POLICY": file})):
        found = CliRunner().invoke(app, ["serve", *options], env=environment | more)
        assert isinstance(found.exception, UnknownNameError) and "Did you mean 'Comedy'" in str(
            found.exception
        )


def test_json_says_the_same_as_toml(tmp_path):
    both = {
        "block": {"categories": ["war"], "items": ["i2"]},
        "age": [
            {"name": "grown", "categories": ["Crime"], "fields": {"rated": ["R"]}, "least": 18}
        ],
    }
    assert read_policy(write(tmp_path, json.dumps(both), "policy.json")) == read_policy(
        write(tmp_path, FILE)
    )
    with pytest.raises(ArgumentError, match="must be a readable"):
        read_policy(str(tmp_path / "nowhere.toml"))


def test_the_lower_age_counts():
    assert age_of({"age": "40"}, "age", 12) == 12 and age_of({"age": "12"}, "age", 40) == 12
    assert (
        age_of({"years": "40"}, "age", None) is None
        and age_of({"years": "40"}, "years", None) == 40
    )
    assert age_of({"age": "inf"}, "age", None) is None and age_of({"age": "1e9"}, "age", 20) == 20


def test_tags_are_those_of_the_test():
    assert (
        {"War", "Crime"} <= set(TAGS) and ALL - YOUNG and YOUNG - ALL and set(LABELS) - ALL - YOUNG
    )
