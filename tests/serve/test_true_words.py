"""What the service says happened: the verb of the kinds of events, dates of the person's zone, and none where no time is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.serve.helpers import film_data, fitted_folder, served
from whyrec.core.verbs import verb_of
from whyrec.explain.sentences import parse
from whyrec.serve.import_export import put_dataset, to_dataset
from whyrec.serve.recommend.answer import Inputs

LATE = 1_700_087_400  # 15 November 2023, 22:30 UTC


def send(here, user, items, kind, at=LATE):
    rows = [
        {
            "event_id": f"{user}-{kind}-{item}",
            "user": user,
            "item": item,
            "type": kind,
            "ts": at + n,
        }
        for n, item in enumerate(items)
    ]
    assert here.call("POST", "/v1/events", json={"events": rows}).status_code == 200


def verbs(here, user, lang="en"):
    """The verbs that the sentences of a list say."""
    body = here.call(
        "POST", "/v1/recommendations", json={"user": user, "n": 10, "lang": lang}
    ).json()
    told = [claim for row in body["items"] for claim in parse(row["text"], lang)]
    return {
        claim.verb
        for claim in told
        if claim.kind.partition("_")[0] in ("cause", "evidence", "against")
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_verb_is_that_of_the_persons_own_events(here, lang):
    assert verbs(here, "u1", lang) == {"watched"}  # imported, from data on films
    send(here, "liker", ["i1", "i2", "i3"], "like")
    assert verbs(here, "liker", lang) == {"liked"}
    send(here, "liker", ["i5", "i6"], "view", LATE + 9)
    assert verbs(here, "liker", lang) == {"chose"}  # of different kinds
    send(here, "u1", ["i30"], "view", LATE + 9)
    assert verbs(here, "u1", lang) == {"chose"}


def test_what_was_logged_before_verbs_is_said_as_then():
    assert (Inputs.of({"history": []}).verb, Inputs.of({"history": []}).zone) == ("", "")


def test_dates_are_those_of_the_zone_that_is_asked_for(here):
    send(here, "late", ["i1", "i2", "i3"], "watch")
    told = {}
    for zone in (None, "Asia/Shanghai", "America/New_York"):
        body = here.call(
            "POST", "/v1/recommendations", json={"user": "late", "n": 5, "zone": zone}
        ).json()
        told[zone] = {
            thing.day.day
            for row in body["items"]
            for claim in parse(row["text"])
            for thing in claim.things
            if thing.day
        }
    assert told == {None: {15}, "Asia/Shanghai": {16}, "America/New_York": {15}}
    wrong = here.call("POST", "/v1/recommendations", json={"user": "late", "zone": "Mars/Olympus"})
    assert wrong.status_code == 422 and "IANA" in wrong.json()["detail"]


def test_a_logged_answer_is_replayed_with_its_zone(here):
    send(here, "late", ["i1", "i2", "i3"], "watch")
    asked = {"user": "late", "n": 5, "zone": "Asia/Shanghai"}
    first = here.call("POST", "/v1/recommendations", json=asked).json()["recommendation_id"]
    record = here.service.record(first)
    assert here.service.replay(record)["identical"]


@pytest.mark.parametrize(("zeros", "dated"), [(0, True), (8, False)])
def test_time_0_among_times_is_an_unknown_one(tmp_path, zeros, dated):
    data = film_data()
    time = data.time.copy()
    if zeros:
        time[:] = 0
    folder = fitted_folder(tmp_path / "own", data=replace(data, time=time))
    with served(tmp_path, model=folder) as here:
        body = here.call("POST", "/v1/recommendations", json={"user": "u3", "n": 5}).json()
        assert ("2023" in " ".join(row["text"] for row in body["items"])) == dated
        assert "1970" not in str(body)
        times = [
            reason["evidence"]["time"]
            for row in body["items"]
            for reason in row["reasons"]
            if reason["evidence"]
        ]
        assert times and all((time is not None) == dated for time in times)


@pytest.mark.parametrize(
    ("kind", "verb"), [(None, ""), ("import", ""), ("like", "chose"), ("impression", "")]
)
def test_training_again_keeps_the_verb_unless_other_kinds_came(here, kind, verb):
    store, data = here.service.store, film_data()
    put_dataset(store, data, 1, name="films")
    if kind == "like" or kind == "impression":
        send(here, "u1", ["i1"], kind)
    again = to_dataset(store, like=replace(data, values="rating"))
    assert (again.verb, again.values) == (verb, "rating")
    assert verb_of(again.verb, again.domain) == (verb or "watched")


def test_an_item_of_the_list_is_missing_for_no_cause(here):
    listed = here.call("POST", "/v1/recommendations", json={"user": "u1", "n": 10}).json()["items"]
    for row in listed:
        found = here.call(
            "POST", "/v1/why-not", json={"user": "u1", "n": 10, "item": row["item"]}
        ).json()
        assert (
            found["listed"]
            and found["rank"] == row["rank"]
            and not found["causes"]
            and found["missing"] is None
        )
    gone = {f"i{n}" for n in range(40)} - {row["item"] for row in listed}
    for item in sorted(gone)[:8]:
        found = here.call("POST", "/v1/why-not", json={"user": "u1", "n": 10, "item": item}).json()
        assert not found["listed"] and found["causes"]


def test_who_is_signed_in_is_told_what_people_do_here(here):
    me = here.call("GET", "/v1/me").json()
    assert (me["domain"], me["verb"]) == ("film", "watched")
