"""What people did, and what the items are: the keys that sentences are chosen by, in a dataset and in its folder."""

from __future__ import annotations

import pytest

from whyrec.core import ArgumentError, Dataset, artefact
from whyrec.core.kinds import canonical, meaning_of
from whyrec.core.verbs import (
    CHOICES,
    DOMAINS,
    OF_DOMAIN,
    OF_KIND,
    VALUES,
    VERBS,
    checked,
    is_work,
    verb_of,
    verb_of_kinds,
)


def made(**more):
    return Dataset([0, 0], [0, 1], [4, 2], [5, 6], ["ann"], ["x", "y"], **more)


def test_every_key_that_is_used_is_known():
    assert set(OF_DOMAIN.values()) | set(OF_KIND.values()) <= set(VERBS) and set(OF_DOMAIN) <= set(
        DOMAINS
    )
    assert len(set(VERBS)) == len(VERBS)
    assert all(
        canonical(kind) == kind and meaning_of(kind) in CHOICES for kind in OF_KIND
    )  # one table of kinds


@pytest.mark.parametrize(
    ("kinds", "verb"),
    [
        ([], ""),
        (["impression", "skip"], ""),
        (["purchase"], "bought"),
        (["purchase", "return"], "bought"),
        (["play", "listen"], "chose"),
        (["nonsense"], "chose"),
        (["watch", "nonsense"], "chose"),
        (["BUY", " sale"], "bought"),
        (["Page-View", "浏览"], "viewed"),
        (["unlike"], ""),
        ([""], ""),
        (["cart"], "chose"),
    ],
)
def test_kinds_give_a_verb_only_where_all_choices_are_of_one(kinds, verb):
    assert verb_of_kinds(kinds) == verb


def test_works_are_told_from_other_things():
    assert [domain for domain in DOMAINS if is_work("", domain)] == [
        "film",
        "book",
        "music",
        "game",
    ]
    assert (
        is_work("viewed", "film") and is_work("read", "other") and not is_work("listened", "other")
    )
    assert verb_of("", "elsewhere") == "chose" and verb_of("liked", "film") == "liked"


def test_a_dataset_knows_its_verb_and_what_its_values_are_and_keeps_them_in_a_folder(tmp_path):
    data = made(domain="film", verb="viewed", values="rating")
    arrays, document = artefact.dataset_parts(data)
    again = artefact.dataset_from(arrays, document)
    assert (again.domain, again.verb, again.values) == ("film", "viewed", "rating")
    assert (data.select([0]).verb, data.compact().values) == ("viewed", "rating")


def test_a_folder_of_version_0_1_says_neither():
    arrays, document = artefact.dataset_parts(made(domain="film"))
    old = {name: value for name, value in document.items() if name not in ("verb", "values")}
    again = artefact.dataset_from(arrays, old)
    assert (again.verb, again.values, verb_of(again.verb, again.domain)) == ("", "", "watched")


@pytest.mark.parametrize("more", [{"verb": "juggled"}, {"values": "stars"}])
def test_unknown_keys_are_refused_with_the_list(more):
    with pytest.raises(ArgumentError, match=r"Dataset\.(verb|values) must be one of \w+, .*; got"):
        made(**more)
    assert checked("x", "count", VALUES) == "count"
