"""Wishes of the service: tried, kept, taken back; each holds at the next request and is told."""

from __future__ import annotations

import numpy as np
import pytest

from tests.serve.helpers import ITEMS, TAGS, fitted_folder, served
from tests.serve.test_forces import DATA, total


@pytest.fixture
def plain(tmp_path):
    with served(tmp_path, model=fitted_folder(tmp_path / "own", data=DATA), meaning=0) as one:
        yield one


def tags_of(row):
    """The tags of an item, as the data were made."""
    n = int(row["item"][1:])
    return {TAGS[n % 4]} if n % 3 else {TAGS[n % 4], TAGS[(n + 1) % 4]}


def labels(answer):
    return [row["item"] for row in answer["items"]]


def test_a_tried_wish_shows_both_lists_and_stores_nothing(plain):
    before = plain.recommend(user="u1")
    found = plain.json(
        "POST", "/v1/wishes", json={"user": "u1", "text": "much more war, nothing with comedy"}
    )
    assert labels(found["before"]) == labels(before)
    assert not any("Comedy" in tags_of(row) for row in found["after"]["items"])
    more, no = found["after"]["wishes"]["phrases"]
    for phrase, tag in ((more, "War"), (no, "Comedy")):
        for when in ("before", "after"):
            assert phrase[when] == sum(tag in tags_of(row) for row in found[when]["items"])
    assert more["after"] > more["before"] and no["before"] > no["after"] == 0
    again = plain.recommend(user="u1")
    assert labels(again) == labels(before) and "wishes" not in again


def test_kept_wishes_hold_at_the_next_request_and_the_parts_add_up(plain):
    kept = plain.json("PUT", "/v1/users/u1/wishes", json={"text": "more war, less drama, hjkl"})
    assert [row["wish"] for row in kept["wishes"]] == ["more war", "less drama"]
    assert [row["problem"] for row in kept["not_understood"]] == ["unknown"]
    answer = plain.recommend(user="u1", n=10)
    assert any(term["kind"] == "wish" for row in answer["items"] for term in row["terms"])
    for row in answer["items"]:
        assert abs(total(row) - row["score"]) <= 1e-5 * max(1, abs(row["score"]))
        weights = {term["name"]: term["weight"] for term in row["terms"]}
        assert (weights.get("more war", 0) > 0) == ("War" in tags_of(row))
        assert (weights.get("less drama", 0) < 0) == ("Drama" in tags_of(row))
    path = f"/v1/recommendations/{answer['recommendation_id']}/replay"
    assert plain.json("GET", path, "auditor")["identical"]
    plain.json("POST", "/v1/users/u1/wishes/undo")
    assert "wishes" not in plain.recommend(user="u1")
    assert plain.json("GET", path, "auditor")["identical"]


def test_a_phrase_is_removed_its_strength_changed_and_the_change_taken_back(plain):
    plain.json("PUT", "/v1/users/u1/wishes", json={"text": "more war, no comedy"})
    keep = [{"wish": "more war", "strength": 0.25}]
    kept = plain.json("PUT", "/v1/users/u1/wishes", json={"keep": keep})
    assert [(row["wish"], row["strength"]) for row in kept["wishes"]] == [("more war", 0.25)]
    back = plain.json("POST", "/v1/users/u1/wishes/undo")
    assert [row["wish"] for row in back["wishes"]] == ["more war", "no comedy"]
    assert back == plain.json("GET", "/v1/users/u1/wishes") and back["undo"]
    newer = plain.json("PUT", "/v1/users/u1/wishes", json={"text": "少一点战争片"})
    assert [row["polarity"] for row in newer["wishes"]] == ["no", "less"]
    wrong = plain.call("PUT", "/v1/users/u1/wishes", json={"keep": [{"wish": "more wra"}]})
    assert wrong.status_code == 404 and "more wra" in wrong.text
    none = plain.json("PUT", "/v1/users/u1/wishes", json={"keep": []})
    assert none["wishes"] == []


def test_what_a_phrase_moved_is_the_list_without_it(plain):
    both = plain.recommend(user="u3", wishes="more war, no drama")
    for phrase, other in zip(both["wishes"]["phrases"], ("no drama", "more war"), strict=True):
        alone = plain.recommend(user="u3", wishes=other)
        assert set(labels(both)) != set(labels(alone))
        for side, first, second in (("entered", both, alone), ("left", alone, both)):
            moved = {row["item"] for row in phrase[side]}
            assert moved == set(labels(first)) - set(labels(second))


def test_the_cost_is_the_share_of_the_expected_score_above_chance(plain):
    shown = plain.recommend(user="u3", wishes="much more war")
    unsteered = plain.recommend(user="u3", n=ITEMS)
    scores = {row["item"]: row["score"] for row in unsteered["items"]}
    typical = np.mean(list(scores.values()))
    full = sum(row["score"] - typical for row in unsteered["items"][:10])
    left = sum(scores[item] - typical for item in labels(shown))
    cost = shown["wishes"]["cost"]
    assert cost["kept"] == pytest.approx(left / full, abs=1e-4)
    assert 0 < cost["kept"] < 1 and f"{cost['kept']:.0%}" in cost["text"]
    same = plain.recommend(user="u3", wishes="hjkl")
    assert same["wishes"]["cost"]["kept"] == pytest.approx(1)


def test_why_not_names_the_wish_and_both_languages_say_it(plain):
    plain.json("PUT", "/v1/users/u3/wishes", json={"text": "no comedy"})
    item = next(f"i{n}" for n in range(ITEMS) if tags_of({"item": f"i{n}"}) == {"Comedy"})
    told = plain.json("POST", "/v1/why-not", json={"user": "u3", "item": item})
    assert "wished" in {cause["code"] for cause in told["causes"]}
    zh = plain.json("GET", "/v1/users/u3/wishes?lang=zh")["wishes"][0]["said"]
    en = plain.json("GET", "/v1/users/u3/wishes")["wishes"][0]["said"]
    assert zh.startswith("不要有“comedy”") and en.startswith("Nothing with “comedy”")


def test_without_personalisation_only_what_is_never_wanted_holds(plain):
    plain.json("PUT", "/v1/users/u3/wishes", json={"text": "more war, no comedy"})
    plain.json("PATCH", "/v1/users/u3/profile", json={"personalised": False})
    answer = plain.recommend(user="u3")
    assert [row["wish"] for row in answer["wishes"]["phrases"]] == ["no comedy"]
    assert not any("Comedy" in tags_of(row) for row in answer["items"])


def test_wishes_are_exported_and_erased(plain):
    plain.json("PUT", "/v1/users/u3/wishes", json={"text": "more war"})
    profile = plain.json("GET", "/v1/users/u3/export")["profile"]
    assert [one["text"] for one in profile["wishes"]] == ["war"]
    plain.json("DELETE", "/v1/users/u3")
    assert plain.json("GET", "/v1/users/u3/wishes")["wishes"] == []


@pytest.mark.parametrize(
    "text",
    ["<b>more war</b>", "more war " * 600, "menos guerra", "asdf", "", "  ", "!!!", "‮more war",
     "more " + "\\" * 50, "nothing with \"quotes\" in 'tags'"],
)  # fmt: skip
def test_odd_texts_change_nothing_and_are_no_errors(plain, text):
    before = labels(plain.recommend(user="u3"))
    for asked in ({"text": text, "user": "u3"}, {"text": text, "session": ["i1"]}, {"text": text}):
        found = plain.json("POST", "/v1/wishes", json=asked)
        phrases = found["after"].get("wishes", {"phrases": []})["phrases"]
        assert not any(one["understood"] for one in phrases) or text == "‮more war"
    assert labels(plain.recommend(user="u3", wishes=text)) == before or text == "‮more war"
    assert plain.json("PUT", "/v1/users/u3/wishes", json={"text": text, "lang": "zh"})
