"""The check of sentences as the service and the command line run it: over fresh answers and over the log."""

from __future__ import annotations

import copy
import json
import re
import shutil
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, update

from tests.serve.helpers import film_data, fitted_folder, served
from tests.waiting import wait_for
from whyrec.cli.app import main
from whyrec.serve.store.log import pack
from whyrec.serve.store.tables import events, recommendations
from whyrec.serve.verification.sentences import logged, logged_ids

FIELDS = {
    "checked",
    "sentences",
    "claims",
    "false",
    "unverifiable",
    "kinds",
    "places",
    "examples",
    "because",
    "support",
    "recency",
    "when",
    "model",
}


@pytest.fixture
def site(tmp_path):
    with served(tmp_path, model=fitted_folder(tmp_path / "ease", "ease"), verify=8) as made:
        yield made


def done(site, role="auditor"):
    """The measurement once it is over."""

    def over():
        found = site.json("GET", "/v1/audit/sentences", role)
        return found if found["state"] not in ("running", "missing") else None

    return wait_for(over, "the check of sentences")


def rewrite(site, id, change):
    """Put another response under an answer of the log."""
    response = copy.deepcopy(dict(site.service.record(id).response))
    change(response["items"])
    site.service.store.write(
        lambda c: c.execute(
            update(recommendations)
            .where(recommendations.c.id == id)
            .values(response=pack(response))
        )
    )


def checks(site, id):
    """Every check of a logged answer."""
    [(_, found)] = logged(site.service, [id])
    return [one for item in found for one in item.checks]


def false(site, id):
    return {one.kind for one in checks(site, id) if one.verdict == "false"}


def test_fresh_and_logged_sentences_are_checked_on_request(site):
    id = site.recommend(user="u1")["recommendation_id"]
    assert site.json("GET", "/v1/audit/sentences", "auditor")["state"] == "missing"
    assert site.json("POST", "/v1/audit/sentences")["state"] == "running"
    found = done(site)["result"]
    assert found.keys() >= FIELDS and found["false"] == 0 and found["unverifiable"] == 0
    assert (
        found["checked"] == 8 + 1 and found["sentences"] == 8 * 20 + 10
    )  # two languages of eight people, one answer
    assert sum(row["claims"] for row in found["kinds"]) == found["claims"] > 1000
    assert f"rec_sentences_claims {float(found['claims'])}" in site.call("GET", "/metrics").text

    rewrite(
        site, id, lambda items: items[0].update(text=re.sub(r"up \d+%", "up 99%", items[0]["text"]))
    )
    site.json("POST", "/v1/audit/sentences")
    time.sleep(0.1)
    found = done(site)["result"]
    assert found["false"] > 0 and {row["recommendation_id"] for row in found["examples"]} == {id}
    assert "rec_sentences_false 0.0" not in site.call("GET", "/metrics").text


def test_only_auditors_read_and_only_who_may_measure_starts(site):
    assert site.call("GET", "/v1/audit/sentences", "person").status_code == 403
    assert site.call("POST", "/v1/audit/sentences", "person").status_code == 403


def test_a_promotion_starts_a_check(site, tmp_path):
    second = site.service.registry.add(
        fitted_folder(tmp_path / "second", "cooccurrence"), site.service.now()
    )
    site.json("POST", f"/v1/models/{second}:promote")
    assert done(site)["result"]["model"] == second


def test_the_night_starts_a_check_and_only_one(tmp_path):
    hour = datetime.now(UTC).hour
    with served(
        tmp_path, model=fitted_folder(tmp_path / "ease", "ease"), verify=3, verify_at=hour
    ) as site:
        first = done(site)  # the watch of the service looks by itself
        time.sleep(1.2)
        assert done(site)["time"] == first["time"]


def test_no_check_where_the_settings_say_none(tmp_path):
    hour = datetime.now(UTC).hour
    with served(
        tmp_path, model=fitted_folder(tmp_path / "ease", "ease"), verify=0, verify_at=hour
    ) as site:
        site.service.chore(True)
        assert site.json("GET", "/v1/audit/sentences")["state"] == "missing"


def old_form(row, text, rank_before, rank_after):
    """An item as version 0.1 logged it."""
    for name in ("gap", "share", "removed"):
        row.pop(name)
    first = row["reasons"][0]
    first["removed"] = {"rank_before": rank_before, "rank_after": rank_after}
    first["evidence"] = {
        name: first["evidence"][name] for name in ("item", "title", "event_id", "time")
    }
    row |= {"reasons": [first], "text": text}


def old_answer(site):
    """(id, title of the first reason, places) of an answer whose first item rests on one reason that is told."""
    for n in range(1, 30):
        answer = site.recommend(user=f"u{n}")
        row = answer["items"][0]
        if (
            row["removed"]
            and len(row["removed"]["items"]) == 1
            and row["removed"]["rank_after"] > row["rank"]
        ):
            return answer["recommendation_id"], row
    raise AssertionError("no answer with one reason")


def test_a_sentence_of_version_0_1_is_checked_by_its_own_rules(site):
    id, row = old_answer(site)
    title, after = row["reasons"][0]["evidence"]["title"], row["removed"]["rank_after"]
    text = (
        "Suggested mainly because you watched “{}”. Without “{}”, this would move from #1 to #{}."
    )
    rewrite(site, id, lambda items: old_form(items[0], text.format(title, title, after), 1, after))
    made = checks(site, id)
    assert [one for one in made if one.verdict == "false"] == []
    assert {"named", "because", "rank"} <= {one.kind for one in made}
    for lie in (
        text.format(title, title, after + 1),
        text.format("Film 999", title, after),
        text.format(title, title, after) + " These reasons account for 1% of the score.",
    ):
        rewrite(site, id, lambda items, lie=lie: items[0].update(text=lie))
        assert false(site, id), lie


def test_what_nobody_can_read_is_unverifiable_and_never_passed(site):
    id, row = old_answer(site)
    rewrite(site, id, lambda items: items[0].update(text="You will love this."))
    assert [one.kind for one in checks(site, id) if one.verdict == "unverifiable"] == ["readable"]
    rewrite(site, id, lambda items: old_form(items[0], "You will love this.", 1, 2))
    assert [one.kind for one in checks(site, id) if one.verdict == "unverifiable"] == ["old form"]


def test_events_a_catalogue_or_a_model_that_are_gone_are_unverifiable(site):
    id, row = old_answer(site)
    gone = row["removed"]["event_ids"]
    site.service.store.write(lambda c: c.execute(delete(events).where(events.c.event_id.in_(gone))))
    assert {one.kind for one in checks(site, id) if one.verdict == "unverifiable"} >= {"stored"}
    assert false(site, id) == set()
    site.service.store.write(
        lambda c: c.execute(
            update(recommendations).where(recommendations.c.id == id).values(catalogue="nothing")
        )
    )
    assert {one.verdict for one in checks(site, id)} == {"unverifiable"}


def test_a_version_whose_folder_is_gone_is_unverifiable(tmp_path):
    with served(tmp_path, model=fitted_folder(tmp_path / "ease", "ease"), verify=0) as site:
        site.recommend(user="u1")
        first = site.service.registry.serving
        second = site.service.registry.add(
            fitted_folder(tmp_path / "second", "cooccurrence"), site.service.now()
        )
        site.json("POST", f"/v1/models/{second}:promote")
        shutil.rmtree(site.service.registry.root / first)
        site.service.registry._others.clear()
        [id] = logged_ids(site.service, 5)
        assert {one.verdict for one in checks(site, id)} == {"unverifiable"}


def test_the_sample_is_of_the_time_and_model_asked_for(site):
    ids = {site.recommend(user=f"u{n}")["recommendation_id"] for n in range(6)}
    assert set(logged_ids(site.service, 10)) == ids and len(logged_ids(site.service, 4)) == 4
    assert (
        logged_ids(site.service, 10, since=site.service.now() + 100)
        == logged_ids(site.service, 10, model="x")
        == []
    )
    with site.service.store.read() as connection:
        assert len(connection.execute(select(recommendations.c.id)).all()) == 6


# --- the command line -------------------------------------------------------------------------------------------------


def test_the_command_checks_a_folder(tmp_path, capsys):
    folder = fitted_folder(tmp_path / "m", "ease", film_data())
    assert main(["verify", str(folder), "--people", "5", "-k", "5", "--json"]) in (0, None)
    found = json.loads(capsys.readouterr().out)
    assert (
        found["checked"] == 5
        and found["sentences"] == 50
        and found["false"] == 0
        and found["claims"] > 300
    )
    assert main(["verify", str(folder), "--people", "3", "--lang", "zh"]) in (0, None)
    assert "3 lists or answers, 30 texts" in capsys.readouterr().out


def test_the_command_checks_a_store_and_fails_on_a_lie(site, capsys, monkeypatch):
    monkeypatch.setenv("WHYREC_MODELS", site.settings.models)
    id = site.recommend(user="u1")["recommendation_id"]
    asked = ["verify", "--store", site.settings.store, "--json"]
    assert main(asked) in (0, None)
    assert json.loads(capsys.readouterr().out)["checked"] == 1
    rewrite(site, id, lambda items: items[0].update(title="Another film"))
    assert main(asked) == 1
    [example] = json.loads(capsys.readouterr().out)["examples"]
    assert (example["recommendation_id"], example["claim"], example["said"]) == (
        id,
        "title",
        "Another film",
    )


@pytest.mark.parametrize(
    "asked",
    [
        [],
        ["M", "--store", "sqlite:///x.db"],
        ["M", "--lang", "fr"],
        ["--store", "sqlite:///x.db", "--since", "yesterday"],
    ],
)
def test_wrong_arguments_are_told(asked, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["verify", *asked]) == 2
    assert "; got " in capsys.readouterr().err


def test_models_that_are_not_at_hand_are_told(site, capsys):
    site.recommend(user="u1")
    assert main(["verify", "--store", site.settings.store]) == 2
    assert "WHYREC_MODELS" in capsys.readouterr().err


def test_a_store_without_answers_is_told(site, capsys):
    assert main(["verify", "--store", site.settings.store]) == 2
    assert "the log must hold answers" in capsys.readouterr().err
