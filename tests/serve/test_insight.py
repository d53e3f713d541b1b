"""What engineers and auditors are shown, held against the models themselves."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter

import numpy as np
import pytest
from sqlalchemy import select

from tests.serve.helpers import ITEMS, PEOPLE, film_data, fitted_folder, served
from tests.toys import listed
from tests.waiting import wait_for
from whyrec import api, registry, storage
from whyrec.core import ItemTable, Queries, Query
from whyrec.data.split import split
from whyrec.evaluate.accuracy import accuracy
from whyrec.evaluate.deletion_test import deletion_test
from whyrec.serve.insight.inspector import inside_of
from whyrec.serve.insight.item_vectors import embed_items, flat, nearest
from whyrec.serve.insight.quality import item_classes, script_of
from whyrec.serve.recommend.snapshot import open_live
from whyrec.serve.store.tables import metadata
from whyrec.serve.telemetry.recent import KEPT, STEP, RecentMetrics
from whyrec.serve.verification import promises
from whyrec.serve.versions.registry import Registry
from whyrec.workflows.promises import Kept, Promise, code_digest


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with served(tmp_path_factory.mktemp("insight")) as one:
        yield one


@pytest.fixture(scope="module")
def version(made):
    return made.json("GET", "/v1/card")["model"]


def live_of(made):
    return made.service.registry.current(made.service.store.counters())


def finding(made, version, kind):
    made.json("POST", f"/v1/findings/{version}/{kind}")

    def over():
        found = made.json("GET", f"/v1/findings/{version}/{kind}")
        return found if found["state"] != "running" else None

    return wait_for(over, "a measurement")


# --- operations ------------------------------------------------------------------------------------------------------


def test_operations_count_what_was_asked_and_name_nobody(here):
    for user in ("u1", "u2", "secret-person"):
        here.recommend(user=user)
    here.event("e1", "secret-person", "i1", ts=int(time.time()) - 40)
    assert here.call("GET", "/v1/users/secret-person/none").status_code == 405
    found = here.json("GET", "/v1/operations?minutes=1", "monitor")
    series = found["series"]
    assert {len(column) for column in series.values()} == {60 // STEP}
    assert (
        sum(series["requests"]) == 5 and sum(series["refused"]) == 1 and sum(series["errors"]) == 0
    )
    assert sum(series["answers"]) == 3 and sum(series["fallbacks"]) == 1
    [lag] = [value for value in series["lag_seconds"] if value is not None]
    assert 39 <= lag <= 45
    assert all(
        0 < p50 <= p99
        for p50, p99 in zip(series["p50_ms"], series["p99_ms"], strict=True)
        if p50 is not None
    )
    routes = {(row["method"], row["route"]): row["requests"] for row in found["routes"]}
    assert routes["POST", "/v1/recommendations"] == 3
    assert found["latest"][0]["status"] == 405 and found["model"] == live_of(here).version
    assert "secret" not in str(found)


def test_the_pulse_forgets_what_is_older_than_an_hour_and_ends_each_ten_seconds_where_the_next_begin():
    clock, totals = [1_000_000.0], [0.0, 0.0, 0.0]
    pulse = RecentMetrics(lambda: (totals[0], totals[1], totals[2]), now=lambda: clock[0])
    for n in range(KEPT + 50):
        clock[0] = 1_000_000.0 + n * STEP
        pulse.saw("POST", "/v1/recommendations", 200 if n % 2 else 500, 0.01, "id")
        totals[0] += 1
    series = pulse.series(60)
    assert sum(series["requests"]) == KEPT and sum(series["errors"]) == KEPT // 2
    assert series["fallbacks"] == [1] * KEPT
    assert all(abs(value - 10) < 0.5 for value in series["p50_ms"])
    clock[0] += 100 * STEP
    assert sum(pulse.series(10)["requests"]) == 0 and pulse.series(10)["p50_ms"] == [None] * 60


# --- the inspector ---------------------------------------------------------------------------------------------------


def test_parts_of_each_item_add_up_for_two_versions_beside_each_other(made, tmp_path):
    other = made.service.registry.add(fitted_folder(tmp_path / "ease", "ease"), 1)
    seen = made.json(
        "POST", "/v1/inspect", json={"user": "u5", "models": [live_of(made).version, other], "n": 6}
    )
    assert seen["known"] and [one["model_name"] for one in seen["models"]] == ["additive", "ease"]
    history = film_data().history("u5")
    assert [event["title"] for event in seen["history"]] == [f"Film {n}" for n in history.items]
    for one in seen["models"]:
        parts = one["contributions"]
        total = (
            np.array(parts["base"])
            + np.sum(parts["weights"], 0)
            + np.array(parts["others"])
            + np.array(parts["rest"])
        )
        assert np.allclose(total, [item["score"] for item in one["items"]], atol=1e-5)
        assert len(one["items"]) == 6
    first = seen["models"][0]["contributions"]
    assert len(first["events"]) + first["other_events"] == len(history)
    assert not any(
        seen["models"][0]["inside"][what]["shown"] for what in ("attention", "activations", "rules")
    )
    assert "sequence" in seen["models"][0]["inside"]["attention"]["fix"]
    assert (
        made.call("POST", "/v1/inspect", json={"user": "u5", "models": ["none"]}).status_code == 404
    )


def test_readable_models_show_the_way_to_each_item(tmp_path):
    with served(
        tmp_path,
        model=fitted_folder(tmp_path / "t", "tree", people=60, candidates=40, min_samples=5),
    ) as one:
        seen = one.json("POST", "/v1/inspect", json={"user": "u5", "n": 3})["models"][0]
        assert seen["inside"]["rules"]["shown"]
        model, items = live_of(one).model, {row["item"]: row["score"] for row in seen["items"]}
        for path in seen["inside"]["rules"]["paths"]:
            assert path["base"] + sum(step["weight"] for step in path["steps"]) == pytest.approx(
                items[path["item"]], abs=1e-4
            )
            assert all(step["en"] and step["zh"] for step in path["steps"])
        assert model.statements()[0].words[0] in [
            rule["en"] for rule in one.json("GET", "/v1/weights")["rules"]["rules"]
        ]


class Looking:
    """A model of somebody else's that shows where it looks: every event at those before it, alike."""

    def score(self, queries):
        return np.zeros((len(Queries.of(queries)), ITEMS), np.float32)

    def attention(self, query):
        m = len(query)
        return np.tile(
            np.tril(np.ones((m, m))) / np.arange(1, m + 1)[:, None], (2, 3, 1, 1)
        ).astype(np.float32)

    def embed(self, query):
        return np.outer(query.items, [1.0, -1.0]).astype(np.float32)

    def score_embedded(self, embedded, query):
        return np.zeros(ITEMS)


def test_attention_and_activations_of_a_model_that_shows_them():
    live = open_live("v", "looking", Looking(), film_data())
    found = inside_of(live, Query(list(range(30))), np.array([31]))
    assert found["attention"]["shown"] and found["attention"]["events"] == [
        f"Film {n}" for n in range(6, 30)
    ]
    assert np.shape(found["attention"]["maps"]) == (2, 24, 24) and np.shape(
        found["attention"]["last"]
    ) == (2, 3, 24)
    assert np.allclose(np.sum(found["attention"]["maps"], -1), 1, atol=0.01)
    assert np.array(found["activations"]["values"])[0].tolist() == [6.0, -6.0]
    assert not found["rules"]["shown"] and "tree" in found["rules"]["fix"]


# --- the atlas -------------------------------------------------------------------------------------------------------


def test_the_space_is_that_of_the_exact_decomposition(made):
    live = live_of(made)
    space = embed_items(live)
    whole = live.model.score([Query([n]) for n in range(ITEMS)]) - live.model.score([Query([])])
    np.fill_diagonal(whole, 0)
    u, s, v = np.linalg.svd(whole)
    rank = space.vectors.shape[1] // 2
    exact = np.concatenate([u[:, :rank] * s[:rank], v[:rank].T * s[:rank]], 1)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    assert np.abs(space.vectors @ space.vectors.T - exact @ exact.T).max() < 0.02
    assert space.kept == pytest.approx(float((s[:rank] ** 2).sum() / (s**2).sum()), abs=0.01)
    rows, cosines = nearest(space.vectors, 7, 5)
    likeness = exact @ exact[7]
    assert set(rows) == set(np.argsort(-likeness)[1:6]) and list(cosines) == sorted(
        cosines, reverse=True
    )
    assert (
        np.array_equal(flat(space.vectors), flat(space.vectors))
        and np.abs(flat(space.vectors)).max() <= 1
    )


def test_the_map_its_neighbours_and_its_slices(made):
    found = made.json("GET", "/v1/atlas", "monitor")
    assert (
        found["method"] == "pca"
        and len(found["x"]) == len(found["label"]) == ITEMS
        and found["left_out"] == 0
    )
    counts = np.bincount(film_data().item, minlength=ITEMS)
    assert found["chosen"] == counts.tolist()
    tags = film_data().item_table.categories
    for label, group in zip(found["label"], found["group"], strict=True):
        assert group == -1 or found["groups"][group] in tags[int(label[1:])]
    near = made.json("GET", "/v1/atlas/neighbours/i7?n=3", "monitor")["neighbours"]
    beside = {"i5", "i6", "i8", "i9"}  # chosen one after the other
    assert all(row["item"] in beside or set(row["shared"]) == set(tags[7]) for row in near)
    assert near[0]["likeness"] >= near[1]["likeness"] and set(near[0]["shared"]) <= set(tags[7])
    part = made.json(
        "POST", "/v1/atlas/slice", "monitor", json={"items": ["i1", "i2", "i3", "unknown"]}
    )
    assert (part["items"], part["of"], part["chosen"]) == (3, ITEMS, int(counts[[1, 2, 3]].sum()))
    assert {row["tag"]: row["items"] for row in part["tags"]} == Counter(
        tag for n in (1, 2, 3) for tag in set(tags[n])
    )
    assert made.call("POST", "/v1/atlas/slice", json={"items": ["unknown"]}).status_code == 404
    people = made.json("GET", "/v1/atlas/people")
    assert len(people["label"]) == PEOPLE and sum(people["chosen"]) == len(film_data())


def test_by_counts_alone_neighbours_are_chosen_one_after_the_other(tmp_path):
    data = film_data()
    model = registry.model("additive", similarity_terms=(), mix={}).fit(data)
    with served(tmp_path, model=storage.save(tmp_path / "m", model, data, name="additive")) as one:
        near = one.json("GET", "/v1/atlas/neighbours/i7?n=3", "monitor")["neighbours"]
    assert {row["item"] for row in near} <= {"i5", "i6", "i8", "i9"}


def test_the_network_is_of_what_choosing_an_item_does(made):
    live = live_of(made)
    found = made.json("GET", "/v1/atlas/network/i7?size=10", "monitor")
    assert found["nodes"][0]["item"] == "i7" and len(found["nodes"]) <= 10
    for edge in found["edges"]:
        a, b = int(edge["source"][1:]), int(edge["target"][1:])
        effect = live.model.score([Query([a])])[0, b] - live.model.score([Query([])])[0, b]
        assert edge["weight"] == pytest.approx(effect, abs=1e-4) and edge["weight"] > 0
    assert (
        max(
            (edge for edge in found["edges"] if edge["source"] == "i7"),
            key=lambda edge: edge["weight"],
        )["target"]
        == "i8"
    )
    per_node = Counter(edge["source"] for edge in found["edges"])
    assert all(count <= 3 for item, count in per_node.items() if item != "i7")


def test_hidden_items_are_not_on_the_map_and_a_model_without_effects_says_so(here, tmp_path):
    before = here.json("GET", "/v1/atlas")["label"]
    here.json("PATCH", "/v1/items/i3", json={"hidden": True})
    assert set(before) - set(here.json("GET", "/v1/atlas")["label"]) == {"i3"}
    assert here.call("GET", "/v1/atlas/neighbours/i3").status_code == 404
    version = here.service.registry.add(fitted_folder(tmp_path / "p", "popular"), 1)
    here.json("POST", f"/v1/models/{version}:promote")
    refused = here.call("GET", "/v1/atlas")
    assert refused.status_code == 409 and "additive" in refused.json()["fix"]


def test_the_finer_map_keeps_its_places_for_this_version_alone(made, version):
    done = finding(made, version, "layout")
    assert done["state"] == "done", done["error"]
    fine, coarse = made.json("GET", "/v1/atlas"), made.json("GET", "/v1/atlas?fine=false")
    assert (fine["method"], coarse["method"]) == ("tsne", "pca")
    known = dict(zip(done["result"]["items"], done["result"]["places"], strict=True))
    assert np.allclose(
        [known[label] for label in fine["label"]], np.transpose([fine["x"], fine["y"]]), atol=1e-4
    )


# --- measurements ----------------------------------------------------------------------------------------------------


def test_a_measurement_is_started_once_and_kept_with_its_time(made, version):
    path = f"/v1/findings/{version}/speed"
    assert made.json("GET", path)["state"] in ("missing", "done")
    done = finding(made, version, "speed")
    assert done["state"] == "done" and done["result"]["ms"]["p50"] <= done["result"]["ms"]["p99"]
    assert abs(done["time"] - time.time()) < 60 and done["result"]["people"] == PEOPLE
    assert done["progress"] is None
    assert made.json("GET", path, "monitor") == done and made.json("GET", path, "auditor") == done
    assert made.call("POST", path, "monitor").status_code == 403
    assert made.call("GET", "/v1/findings/none/speed").status_code == 404
    assert made.call("POST", "/v1/findings/none/speed").status_code == 404
    versions = {row["version"]: row for row in made.json("GET", "/v1/versions")["models"]}
    assert versions[version]["findings"]["speed"] == done
    files = (made.service.registry.root / version).rglob("*")
    assert versions[version]["bytes"] == sum(
        path.stat().st_size for path in files if path.is_file()
    )


def test_the_next_item_protocol_is_the_library_s_own(made, version):
    done = finding(made, version, "next-item")
    assert done["state"] == "done", done["error"]
    data = film_data()
    parts = split(data, "next-item")
    fitted = registry.model("additive", mix={}).fit(parts.train)
    counts = np.bincount(parts.train.item, minlength=ITEMS)
    expected = accuracy(fitted, parts.test, counts, metrics=("ndcg@10", "hr@10"))
    for name, value in expected.items():
        assert done["result"]["overall"][name]["mean"] == pytest.approx(value.mean)
        assert (
            done["result"]["overall"][name]["low"]
            <= value.mean
            <= done["result"]["overall"][name]["high"]
        )
    assert done["result"]["people"] == PEOPLE
    assert all(row["people"] >= 20 for row in done["result"]["slices"])
    assert {row["group"] for row in done["result"]["slices"] if row["slice"] == "history"} == {
        "1-9"
    }
    exposure = done["result"]["exposure"]
    for share in ("share_of_places", "share_of_choices"):
        assert sum(row[share]["mean"] for row in exposure) == pytest.approx(1)


def test_since_the_fit_needs_people_who_chose_since(here):
    version = here.json("GET", "/v1/card")["model"]
    failed = finding(here, version, "since-fit")
    assert (
        failed["state"] == "failed"
        and "got 0 people" in failed["error"]
        and failed["result"] is None
    )
    data, live, hits = film_data(), live_of(here), []
    for n in range(25):
        history = data.history(f"u{n}")
        scores = live.model.score([history])[0]
        scores[history.items] = -np.inf
        order = np.argsort(-scores, kind="stable")
        choice = int(order[0] if n % 2 else order[15])
        hits.append(n % 2)
        here.event(f"new{n}", f"u{n}", f"i{choice}", ts=1_750_000_000)
    done = finding(here, version, "since-fit")
    assert done["state"] == "done" and done["result"]["people"] == 25
    assert done["result"]["overall"]["hr@10"]["mean"] == pytest.approx(np.mean(hits))


def test_faithfulness_is_the_library_s_own_and_the_reasons_beat_chance(made, version):
    done = finding(made, version, "faithfulness")
    assert done["state"] == "done", done["error"]
    result, live = done["result"], live_of(made)
    queries = Queries.of([film_data().history(f"u{n}") for n in range(PEOPLE)])
    test = deletion_test(live.model, queries, lambda m, q, i: api.explain(m, q, i, "events"))
    assert result["one_event"]["top reason"]["drop"]["mean"] == pytest.approx(
        test.drop["top reason"].mean, rel=1e-4
    )
    curve = {(row["by"], row["left_out"]): row for row in result["curves"]}
    assert curve["reasons", 1]["drop"]["mean"] == pytest.approx(
        test.drop["top reason"].mean, rel=1e-3
    )
    assert curve["latest", 1]["drop"]["mean"] == pytest.approx(
        test.drop["most recent"].mean, rel=1e-3
    )
    for k in range(1, 6):
        assert curve["reasons", k]["drop"]["low"] > curve["random", k]["drop"]["high"]
    assert result["sum_error"] < 1e-4 and result["sums"] > 100 and result["removal_error"] < 1e-4
    told = {row["method"]: row for row in result["methods"]}
    assert [name for name, row in told.items() if row["serves"]] == ["exact"] and told["exact"][
        "failed"
    ] == []
    assert told["examples"]["failed"]  # never reads the model


def test_classes_of_items_and_scripts_of_titles():
    counts = np.array([0, 4, *range(5, 25)])
    classes = item_classes(counts)
    assert (
        classes[:2].tolist() == [0, 0] and (classes[2:12] == 1).all() and (classes[20:] == 3).all()
    )
    assert np.bincount(classes).tolist() == [2, 10, 8, 2]
    assert [script_of(title) for title in ("Alien", "异形 2", "Солярис", "12")] == [
        "latin",
        "han",
        "cyrillic",
        "none",
    ]


# --- the auditor -----------------------------------------------------------------------------------------------------


def test_the_card_measures_its_shares(made, tmp_path):
    card = made.json("GET", "/v1/card", "auditor")
    assert card["people"] == PEOPLE and card["offered"] == ITEMS
    assert sum(part["share"]["mean"] for part in card["parameters"]) == pytest.approx(1)
    assert sum(age["share"]["mean"] for age in card["ages"]) == pytest.approx(1)
    parts = {part["part"] for part in card["parameters"]}
    assert parts <= {"popularity", "together", "order", "learned", "alike", "rest"} and parts & {
        "together",
        "order",
    }
    assert [age["age"] for age in card["ages"]] == ["latest", "recent", "older", "oldest"]
    assert card["explained_share"] == {"mean": 1.0, "p10": 1.0, "min": 1.0}  # the model is a sum
    few = film_data().select(film_data().user < 10)
    with served(tmp_path, model=fitted_folder(tmp_path / "few", data=few)) as small:
        assert (
            small.json("GET", "/v1/card")["parameters"] == []
        )  # shares of ten people would tell of them


def test_words_are_a_part_of_their_own(tmp_path):
    data = film_data()
    words = ("ocean", "desert", "city", "moon", "winter")
    titles = [f"{words[at % 5]} story {at}" for at in range(data.n_items)]
    data = dataclasses.replace(data, item_table=ItemTable(titles))
    model = registry.model(
        "additive", components=["ease", "transitions"], mix={}, similarity_terms=["words"]
    ).fit(data)
    names = ["ease", "transitions", "words"]
    shown = ["together", "order", "alike"]
    with served(tmp_path, model=storage.save(tmp_path / "m", model, data, name="additive")) as one:
        card = one.json("GET", "/v1/card", "auditor")
        learned = one.json("GET", "/v1/weights")
    own = []
    for query in data.histories:
        scores = model.score([query])[0]
        scores[query.items] = -np.inf
        parts = [
            model.part_contributions(query, int(item))
            for item in np.argsort(-scores, kind="stable")[:3]
        ]
        best = sorted(
            set(range(data.n_items)) - set(query.items.tolist()), key=lambda i: (-scores[i], i)
        )
        middle = model.part_contributions(query, best[:100][(len(best[:100]) - 1) // 2])
        sizes = np.array(
            [sum(abs(part[name].sum() - middle[name].sum()) for part in parts) for name in names]
        )
        own.append(sizes / sizes.sum())  # the base of this mix is 0
    shares = {row["part"]: row["share"]["mean"] for row in card["parameters"]}
    assert shares == pytest.approx(dict(zip(shown, np.mean(own, axis=0), strict=True)), abs=0.02)
    assert [row["part"] for row in learned["parts"]] == shown
    assert [row["decay"] for row in learned["parts"]] == pytest.approx([0.85, 0.7, 1.0])


def test_a_decision_says_what_it_depended_on_adds_up_and_comes_again(here):
    here.json("PATCH", "/v1/users/u4/profile", json={"blocked_tags": ["War"]})
    got = here.recommend(user="u4", n=5, exclude=["i1"])
    path = f"/v1/decisions/{got['recommendation_id']}"
    found = here.json("GET", path, "auditor")
    assert found["items"] == got["items"] and found["replay"]["identical"]
    assert found["filters"] == {"banned_tags": ["War"], "exclude": ["i1"]}
    assert [event["title"] for event in found["history"]] == [
        f"Film {n}" for n in film_data().history("u4").items
    ]
    for fall, item in zip(found["waterfalls"], got["items"], strict=True):
        total = (
            fall["base"]
            + sum(step["weight"] for step in fall["steps"])
            + fall["others"]
            + fall["rest"]
        )
        assert total == pytest.approx(item["score"], abs=1e-5) and fall["item"] == item["item"]
    assert all(row["before"] == row["after"] for row in found["today"]["moves"])
    here.json("DELETE", f"/v1/items/{got['items'][0]['item']}")
    later = here.json("GET", path)
    assert later["replay"]["identical"] and later["waterfalls"] == found["waterfalls"]
    assert {row["item"]: row["after"] for row in later["today"]["moves"]}[
        got["items"][0]["item"]
    ] is None
    assert here.json("GET", "/v1/decisions")["decisions"][0].keys() == {
        "recommendation_id",
        "time",
        "model",
        "variant",
    }
    assert here.call("GET", "/v1/decisions/none").status_code == 404


def test_the_ledger_shows_what_a_private_model_states(tmp_path):
    with served(
        tmp_path,
        model=fitted_folder(
            tmp_path / "m", "private", listed(film_data()), epsilon=2.0, delta=1e-6
        ),
    ) as made:
        found = made.json("GET", "/v1/ledger", "auditor")
        assert made.json("GET", "/v1/me", "person")["model"]["epsilon"] == 2.0
    assert found["private"] == {
        "epsilon": 2.0,
        "delta": 1e-6,
        "unit": "one person with all events, added or removed",
        "mechanism": "discrete gaussian",
        "research_only": False,
        "catalogue": "a list",
    }
    assert [row["measure"] for row in found["missing"]] == ["membership-attack"]


def test_promises_hold_only_where_this_very_code_was_tested(here, monkeypatch):
    """Sums are served here: no rest, no noise, no rules, and a store in SQLite."""
    rows = [
        ("a sum", "additive", True, "holds"),
        ("a broken one", "", False, "broken"),
        ("one that was not run", "", None, "unrun"),
        ("a rest", "rest", True, "absent"),
        ("noise", "private", True, "absent"),
        ("rules", "policy", True, "absent"),
        ("draws", "explore", True, "absent"),
        ("an index", "index", False, "absent"),
        ("another store", "postgresql", True, "absent"),
    ]
    value = Kept(
        "2026-01-02",
        "abc",
        code_digest(),
        tuple(
            Promise(words, "承诺", ("P",), ("t",), needs, good) for words, needs, good, _ in rows
        ),
    )
    monkeypatch.setattr(promises, "kept", lambda: value)
    found = here.json("GET", "/v1/promises", "auditor")
    assert {row["words"]: row["state"] for row in found["promises"]} == {
        words: state for words, _, _, state in rows
    }
    assert (found["date"], found["commit"], found["same_code"], found["holding"]) == (
        "2026-01-02",
        "abc",
        True,
        1,
    )
    monkeypatch.setattr(promises, "kept", lambda: dataclasses.replace(value, code="0" * 32))
    found = here.json("GET", "/v1/promises", "auditor")
    assert found["promises"][0]["state"] == "changed" and not found["same_code"]
    assert found["promises"][1]["state"] == "broken" and found["holding"] == 0


def test_the_promises_of_the_package_are_those_of_the_documents(here):
    found = here.json("GET", "/v1/promises", "auditor")
    assert len(found["promises"]) >= 30
    assert all(row["words"] and row["zh"] and row["tests"] for row in found["promises"])


def test_the_ledger_counts_what_is_stored_and_receipts_are_verified(here):
    receipt = here.json("DELETE", "/v1/users/u9")
    found = here.json("GET", "/v1/ledger", "auditor")
    rows = {row["table"]: row["rows"] for row in found["stored"]}
    assert set(rows) == set(metadata.tables) - {"counters", "secrets"}
    assert (
        rows["events"] == len(film_data()) - receipt["erased"]["events"]
        and rows["people"] == PEOPLE - 1
    )
    assert found["erasures"] == 1 and found["receipts"][0]["receipt_id"] == receipt["receipt_id"]
    assert "u9" not in str(found)
    assert {row["measure"] for row in found["missing"]} == {
        "differential-privacy",
        "membership-attack",
    } and found["private"] is None

    def verified(**changes):
        return here.json("POST", "/v1/receipts:verify", "auditor", json=receipt | changes)

    assert verified() == {
        "known": True,
        "true": True,
        "different": [],
        "time": receipt["time"],
        "again": False,
    }
    assert verified(erased=receipt["erased"] | {"events": 99})["different"] == ["erased"]
    assert verified(time=receipt["time"] + 1)["true"] is False
    assert verified(receipt_id="0" * 32)["known"] is False
    here.event("back", "u9", "i1")
    assert verified()["again"] is True


def test_looking_writes_nothing(here, tmp_path):
    answer = here.recommend(user="u1")["recommendation_id"]
    version = here.json("GET", "/v1/card")["model"]

    def whole():
        with here.service.store.read() as connection:
            return {
                name: [tuple(row) for row in connection.execute(select(table))]
                for name, table in metadata.tables.items()
            }

    before = whole()
    for path in (
        "operations",
        "atlas",
        "atlas/people",
        "atlas/neighbours/i1",
        "atlas/network/i1",
        "weights",
        "versions",
        "card",
        "decisions",
        f"decisions/{answer}",
        "ledger",
        f"findings/{version}",
        f"findings/{version}/speed",
    ):
        here.json("GET", f"/v1/{path}")
    here.json("POST", "/v1/inspect", json={"user": "u1"})
    here.json("POST", "/v1/atlas/slice", json={"items": ["i1"]})
    here.json("POST", "/v1/receipts:verify", json={"receipt_id": "none"})
    assert whole() == before


def test_a_measurement_that_was_lost_says_so(here):
    version = here.json("GET", "/v1/card")["model"]
    insight = here.client.app.state.insight
    insight.findings._put("speed", version, "running", None, 0.0)
    assert (
        here.json("GET", f"/v1/findings/{version}/speed")["state"] == "running"
    )  # another process may be at it
    now = here.service.now
    here.service.now = lambda: now() + 10_000  # the clock alone is moved
    found = here.json("GET", f"/v1/findings/{version}/speed")
    assert found["state"] == "failed" and "Start it again" in found["error"]
    here.service.now = now
    assert finding(here, version, "speed")["state"] == "done"


def test_a_version_stays_measured_for_whoever_opens_the_store_next(here):
    version = here.json("GET", "/v1/card")["model"]
    done = finding(here, version, "speed")
    other = Registry(here.service.store, here.settings.models_folder)
    assert other.checked(version).version == version
    with here.service.store.read() as connection:
        rows = connection.execute(select(metadata.tables["findings"])).mappings().all()
    assert [(row["kind"], row["model"], row["state"], row["time"]) for row in rows] == [
        ("speed", version, "done", done["time"])
    ]
