"""What sentences say of small histories: no date that nobody gave, no verb from a file's name."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest

from whyrec import storage
from whyrec.workflows.explain import recommend


def fit(run, data, *more, model="ease", out="m"):
    code, _, errors = run("fit", "--data", data, "--model", model, "--out", out, *more)
    assert code == 0, errors


def listed(run, *more, model="m"):
    """(item, sentence) of each item of a list, in English."""
    code, output, errors = run("recommend", model, *more, "--json")
    assert code == 0, errors
    return [
        (row["item"], row["text"]["en"], row["text"]["zh"]) for row in json.loads(output)["items"]
    ]


# --- case 17: what was disliked, returned or rated lowest is no choice ----------------------------


@pytest.mark.parametrize("file", ["ratings.csv", "minus.csv", "kinds.csv"])
def test_case_17_a_dislike_is_never_told_as_a_choice(case, run, file):
    case("17")
    fit(run, file)
    hater = listed(run, "--user", "hater", "-k", 8)
    lover = listed(run, "--user", "lover", "-k", 8)
    assert "A" not in [item for item, *_ in hater]
    assert not any("“A”" in english for _, english, _ in hater)
    assert any("“A”" in english for _, english, _ in lover)
    assert not any("IMP" in text for row in hater for text in row)


def test_case_17_one_star_is_not_offered_again_with_min_value(case, run):
    case("17")
    fit(run, "ratings.csv", "--min-value", 2)
    assert "A" not in [item for item, *_ in listed(run, "--user", "u01", "-k", 8)]


def test_case_17_the_store_keeps_the_kinds(case, run):
    case("17")
    assert run("store", "import", "kinds.csv", "--store", "sqlite:///s.db")[0] == 0
    assert run("store", "export", "out", "--store", "sqlite:///s.db")[0] == 0
    kept = pl.read_csv("out/events.csv")["kind"].value_counts().sort("kind")
    assert kept.rows() == [("dislike", 31), ("impression", 60), ("view", 211)]


def test_case_17_check_counts_what_is_negative(case, run):
    case("17")
    for file, count in (("kinds.csv", 31), ("minus.csv", None)):
        _, output, _ = run("data", "check", file)
        found = re.search(r"negative events: (\d+)", output)
        assert found and (count is None or int(found[1]) == count), file


# --- case 18: reasons name items ------------------------------------------------------------------


def test_case_18_an_item_of_three_events_is_one_reason(case, run):
    case("18")
    fit(run, "plain.csv")
    [(_, english, chinese)] = listed(run, "--items", "i001,i001,i001", "-k", 1)
    assert "“i001” (3 times)" in english and english.partition(".")[0].count("“i001”") == 1
    assert chinese.partition("。")[0].count("i001") == 1


def test_case_18_a_batch_names_each_item_once(case, run):
    case("18")
    fit(run, "repeats.csv", "--repeat")
    assert run("batch", "m", "--out", "b.parquet")[0] == 0
    rows = pl.read_parquet("b.parquet").select("reason_1", "reason_2", "reason_3").rows()
    assert len(rows) > 100
    for row in rows:
        named = [label for label in row if label is not None]
        assert len(named) == len(set(named))


def test_case_18_every_method_names_an_item_once(case, run):
    case("18")
    fit(run, "repeats.csv", "--repeat")
    for method in ("auto", "deletion", "shapley", "lime", "contrast", "counterfactual", "anchor"):
        code, output, errors = run("explain", "m", "--user", "fan", "--method", method, "--json")
        assert code == 0, errors
        found = json.loads(output)
        refs = [row["refs"] for row in found["reasons"]]
        assert all(len(one) == len(set(one)) for one in refs), method
        alone = [one[0] for one in refs if len(one) == 1]
        assert len(alone) == len(set(alone)), method


def test_case_18_a_history_of_one_item_keeps_its_reason(case, run):
    case("18")
    fit(run, "plain.csv", "--repeat", model="additive")
    for items in ("i001", "i001,i001,i001,i001,i001"):
        rows = listed(run, "--items", items, "-k", 3)
        assert any("i001" in english for _, english, _ in rows), items
        assert not any("no reliable single reason" in english for _, english, _ in rows)


# --- case 22: no date that nobody gave ------------------------------------------------------------


def test_case_22_items_that_were_only_named_have_no_date(case, run):
    case("22")
    fit(run, "films")
    [(_, english, chinese)] = listed(run, "--items", "alien-1979", "-k", 1)
    for text in (english, chinese):
        assert "Alien" in text and "1970" not in text and "(1 " not in text and "年" not in text
    for lang in ("en", "zh"):
        code, output, _ = run("explain", "m", "--items", "alien-1979", "--lang", lang)
        assert code == 0 and "1970" not in output and "年" not in output


# --- case 23: a contrast says where an item stands ------------------------------------------------


def test_case_23_nothing_stands_above_what_ranks_higher(case, run):
    case("23")
    fit(run, "films")
    asked = ("explain", "m", "--user", "p0001", "--method", "contrast")
    code, output, _ = run(*asked, "--item", "The Godfather", "--json")
    found = json.loads(output)
    assert code == 0 and found["rank"] > 10 and found["score"] < found["base"]
    assert "below" in found["text"]["en"] and "above" not in found["text"]["en"]
    first, second = (row.item for row in recommend("m", "p0001", k=2).explanations)
    labels = storage.open_fitted("m").data.items
    for item, against, word in ((first, second, "above"), (second, first, "below")):
        code, output, _ = run(
            *asked, "--item", labels[item], "--against", labels[against], "--json"
        )
        text = json.loads(output)["text"]["en"]
        assert code == 0 and word in text and {"above": "below", "below": "above"}[word] not in text


# --- case 38: popular now -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model", ["ease", "knn", "cooccurrence", "als", "svd", "slim", "popular", "additive"]
)
def test_case_38_popular_now_is_not_said_of_what_few_chose_or_long_ago(case, run, model):
    case("38")
    fit(run, "events.csv", model=model)
    rows = listed(run, "--items", "", "-k", 2)
    assert all(item.startswith("old") for item, *_ in rows)  # chosen by 40 people, all in 2010
    for _, english, chinese in rows:
        assert "now" not in english.lower() and "当前" not in chinese and "最近" not in chinese


# --- case 39: the verb comes from kinds or from the user ------------------------------------------


@pytest.mark.parametrize(
    ("file", "verb"),
    [
        ("bookings_hotel.csv", "chose"),
        ("facebook_likes.csv", "chose"),
        ("html-pages.csv", "chose"),
        ("ml-jobs.csv", "chose"),
        ("workshop-signups.csv", "chose"),
        ("shop_views.csv", "viewed"),
    ],
)
def test_case_39_a_files_name_says_nothing_of_what_people_did(case, run, file, verb):
    case("39")
    fit(run, file)
    rows = listed(run, "--user", "u001", "-k", 3)
    told = [english for _, english, _ in rows if " you " in english]
    assert told and all(f"you {verb}" in english for english in told)


def test_case_39_the_user_names_the_domain_and_the_verb(case, run):
    case("39")
    for more, words in ((("--domain", "book"), "you read"), (("--verb", "booked"), "you booked")):
        fit(run, "bookings_hotel.csv", *more)
        rows = listed(run, "--user", "u001", "-k", 3)
        told = [english for _, english, _ in rows if " you " in english]
        assert told and all(words in english for english in told)
