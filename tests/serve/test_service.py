"""The service as a caller meets it, on SQLite and PostgreSQL: events, lists, reasons, the log, people, items, models."""

from __future__ import annotations

import time

import numpy as np
import pytest
from sqlalchemy import update

from tests.serve.helpers import ITEMS, film_data, fitted_folder, served
from tests.toys import returning
from whyrec.core import Query
from whyrec.serve.store.tables import metadata, recommendations


def adds_up(item):
    total = (
        item["base"]
        + sum(reason["contribution"] for reason in item["reasons"])
        + item["unlisted"]
        + item["rest"]
    )
    assert item["gap"] == pytest.approx(item["score"] - total, abs=1e-6)
    return abs(total - item["score"]) <= 1e-5 * max(1.0, abs(item["score"]))


def test_lists_are_the_models_own_and_their_reasons_add_up(on_each):
    data = film_data()
    model = on_each.service.registry.current(on_each.service.store.counters()).model
    for user in ("u1", "u7", "u30"):
        got = on_each.recommend(user=user, n=12)
        history = data.history(user)
        expected = model.score([history])[0]
        expected[history.items] = -np.inf
        listed = [data.items.index(item["item"]) for item in got["items"]]
        assert len(set(listed)) == 12
        # In this order; two items whose scores differ by rounding alone may change places.
        np.testing.assert_allclose(expected[listed], -np.sort(-expected)[:12], rtol=1e-6)
        for item in got["items"]:
            assert item["score"] == pytest.approx(expected[int(item["item"][1:])], abs=1e-5)
            assert adds_up(item), item
        assert got["source"] == "user" and got["fallback"] is None
        assert got["items"][0]["reasons"][0]["code"] == "event"


def test_a_shown_reason_did_what_it_says(on_each):
    """Contributions are those of a scoring without the event; what the removal of all named ones did is that of a scoring
    without them, by the model itself, and of a what-if."""
    data, model = (
        film_data(),
        on_each.service.registry.current(on_each.service.store.counters()).model,
    )
    history = data.history("u5")
    position = {f"i{n}": at for at, n in enumerate(history.items.tolist())}
    seen = 0
    for item in on_each.recommend(user="u5", n=5)["items"]:
        number = int(item["item"][1:])
        before = model.score([history])[0]
        for reason in (one for one in item["reasons"] if one["code"] == "event"):
            after = model.score([history.without([position[reason["evidence"]["item"]]])])[0]
            assert reason["contribution"] == pytest.approx(before[number] - after[number], abs=1e-5)
        gone = item["removed"]["event_ids"]
        assert gone == sorted(
            (one["evidence"]["event_id"] for one in item["reasons"]), key=gone.index
        )
        after = model.score(
            [history.without([position[label] for label in item["removed"]["items"]])]
        )[0]
        for scores in (before, after):
            scores[history.items] = -np.inf
        places = [
            int((scores > scores[number]).sum() + (scores[:number] == scores[number]).sum()) + 1
            for scores in (before, after)
        ]
        assert [item["removed"]["rank_before"], item["removed"]["rank_after"]] == places
        asked = on_each.json(
            "POST", "/v1/what-if", json={"user": "u5", "remove_events": gone, "n": 100}
        )
        move = next(row for row in asked["moves"] if row["item"] == item["item"])
        assert [move["rank_before"], move["rank_after"]] == places
        seen += 1
    assert seen


def test_an_event_changes_the_next_answer_and_is_taken_once(on_each):
    first = on_each.recommend(user="newcomer")
    assert (
        first["source"] == "popular" and first["fallback"]["because"] == "the person has no history"
    )
    assert all(reason["code"] == "popular" for item in first["items"] for reason in item["reasons"])
    assert on_each.event("e1", "newcomer", "i3")["accepted"] == 1
    second = on_each.recommend(user="newcomer")
    assert second["source"] == "user" and second["items"][0]["item"] == "i4"
    assert second["items"][0]["reasons"][0]["evidence"]["event_id"] == "e1"
    again = on_each.event("e1", "newcomer", "i20")
    assert again["duplicate"] == 1 and again["accepted"] == 0
    assert on_each.recommend(user="newcomer")["items"] == second["items"]


def test_rows_of_a_batch_are_answered_one_by_one(on_each):
    rows = [
        {"event_id": "a", "user": "x", "item": "i1"},
        {"event_id": "a", "user": "x", "item": "i1"},
        {"event_id": "b"},
        {"event_id": "c", "user": "x", "item": "i2", "ts": 4_000_000_000},
        {"event_id": "a", "user": "y", "item": "i1"},
        {"event_id": "d", "user": "x\u0000", "item": "i2"},
        {"event_id": "e", "user": "x", "item": "i2", "value": 1e300},
    ]
    got = on_each.json("POST", "/v1/events", json={"events": rows})
    assert [row["result"] for row in got["results"]] == [
        "accepted",
        "duplicate",
        "rejected",
        "rejected",
        "accepted",
        "rejected",
        "rejected",
    ]
    assert "ts: more than a day in the future" in got["results"][3]["because"]
    assert len(on_each.json("GET", "/v1/users/x/export")["events"]) == 1


def test_sessions_filters_exclusions_and_the_chain(on_each):
    session = on_each.recommend(session=["i3"], n=3)
    assert session["source"] == "session" and session["items"][0]["item"] == "i4"
    assert "i4" not in [
        i["item"] for i in on_each.recommend(session=["i3"], exclude=["i4"])["items"]
    ]
    only = on_each.recommend(session=["i3"], filter={"only_items": ["i9", "i4", "nothing"]})
    assert [item["item"] for item in only["items"]] == ["i4", "i9"] and only["next"] is None
    for item in on_each.recommend(
        session=["i3"], filter={"any_tags": ["War"], "no_tags": ["Comedy"]}
    )["items"]:
        assert (
            "War" in (tags := film_data().item_table.categories[int(item["item"][1:])])
            and "Comedy" not in tags
        )
    on_each.json("PUT", "/v1/items/stranger", json={"title": "Stranger", "categories": ["War"]})
    content = on_each.recommend(session=["stranger"])
    assert content["source"] == "content" and content["fallback"]["asked"] == "session"
    assert content["items"][0]["reasons"][0]["evidence"]["tag"] == "War" and all(
        map(adds_up, content["items"])
    )
    assert "“War”" in content["items"][0]["text"]
    assert on_each.recommend()["source"] == "popular"


def test_pages_of_one_list_follow_each_other_and_events_do_not_shift_them(on_each):
    first = on_each.recommend(user="u3", n=5)
    on_each.event("late", "u3", first["items"][4]["item"])
    second = on_each.json("GET", first["next"] + "&n=5")
    whole = on_each.json(
        "GET", f"/v1/recommendations/{first['recommendation_id']}/items?offset=0&n=10"
    )
    same = (
        "item",
        "rank",
        "score",
        "base",
        "unlisted",
        "rest",
    )  # what leaving the list means hangs on its length
    assert [[row[k] for k in same] for row in first["items"] + second["items"]] == [
        [row[k] for k in same] for row in whole["items"]
    ]
    assert [item["rank"] for item in whole["items"]] == list(range(1, 11))


def test_the_log_explains_and_replays(on_each):
    asked = {"user": "u4", "n": 4, "lang": "zh"}
    got = on_each.recommend(**asked)
    path = f"/v1/recommendations/{got['recommendation_id']}"
    on_each.event("x", "u4", "i1")
    on_each.json("DELETE", "/v1/items/i2")
    stored = on_each.json("GET", path)
    assert stored["response"] == got and stored["request"]["n"] == 4
    replay = on_each.json("GET", path + "/replay")
    assert replay["identical"] and replay["different"] == []
    told = on_each.json("GET", path + "/explanation?lang=en")["items"]
    assert [row["score"] for row in told] == [row["score"] for row in got["items"]] and all(
        map(adds_up, told)
    )
    assert "，" in got["items"][0]["text"] or "。" in got["items"][0]["text"]
    assert "Suggested" in told[0]["text"] or "Based" in told[0]["text"]


def test_an_idempotency_key_gives_the_first_answer_again(on_each):
    head = {"Idempotency-Key": "k1"}
    first = on_each.json("POST", "/v1/recommendations", json={"user": "u9"}, headers=head)
    on_each.event("new", "u9", "i1")
    assert on_each.json("POST", "/v1/recommendations", json={"user": "u9"}, headers=head) == first
    assert on_each.json("POST", "/v1/recommendations", json={"user": "u9"}) != first
    other = on_each.json(
        "POST", "/v1/recommendations", "service", json={"user": "u9"}, headers=head
    )
    assert other["recommendation_id"] != first["recommendation_id"]


def test_controls_hold_at_the_next_answer(on_each):
    before = [item["item"] for item in on_each.recommend(user="u6", n=30)["items"]]
    tags = film_data().item_table.categories
    on_each.json(
        "PATCH",
        "/v1/users/u6/profile",
        json={"blocked_items": [before[0]], "blocked_tags": ["War"]},
    )
    after = [item["item"] for item in on_each.recommend(user="u6", n=30)["items"]]
    assert before[0] not in after and not any("War" in tags[int(item[1:])] for item in after)
    assert (
        after
        == [item for item in before if item in after]
        + after[len([i for i in before if i in after]) :]
    )
    on_each.json(
        "PATCH",
        "/v1/users/u6/profile",
        json={"excluded_periods": [{"first": 0, "last": 4_000_000_000}]},
    )
    assert on_each.recommend(user="u6")["source"] == "popular"
    on_each.json(
        "PATCH", "/v1/users/u6/profile", json={"excluded_periods": [], "personalised": False}
    )
    off = on_each.recommend(user="u6")
    assert (
        off["source"] == "popular"
        and not off["personalised"]
        and off["fallback"]["because"] == "personalisation is off"
    )


def test_why_not_names_the_cause(on_each):
    ranked = [item["item"] for item in on_each.recommend(user="u6", n=40)["items"]]
    low = ranked[-1]
    got = on_each.json("POST", "/v1/why-not", json={"user": "u6", "item": low, "n": 2})
    assert (
        got["causes"][0]["code"] == "outranked"
        and got["rank"] == len(ranked)
        and got["missing"] > 0
    )
    chinese = on_each.json(
        "POST", "/v1/why-not", json={"user": "u6", "item": low, "n": 2, "lang": "zh"}
    )
    assert chinese["causes"] == [
        {"code": "outranked", "text": f"它排在第 {len(ranked)} 位，列表到第 2 位为止。"}
    ]
    seen = film_data().items[film_data().history("u6").items[0]]
    assert (
        on_each.json("POST", "/v1/why-not", json={"user": "u6", "item": seen})["causes"][0]["code"]
        == "seen"
    )
    assert on_each.json("POST", "/v1/why-not", json={"user": "u6", "item": ranked[0]})["listed"]
    on_each.json("PATCH", "/v1/users/u6/profile", json={"blocked_items": [ranked[0]]})
    assert (
        on_each.json("POST", "/v1/why-not", json={"user": "u6", "item": ranked[0]})["causes"][0][
            "code"
        ]
        == "blocked-item"
    )
    assert (
        on_each.call("POST", "/v1/why-not", json={"user": "u6", "item": "nowhere"}).status_code
        == 404
    )


def test_what_if_is_what_then_happens(on_each):
    export = on_each.json("GET", "/v1/users/u8/export")
    gone = export["events"][-1]["event_id"]
    got = on_each.json("POST", "/v1/what-if", json={"user": "u8", "remove_events": [gone], "n": 5})
    assert got["before"]["items"] == on_each.recommend(user="u8", n=5)["items"]
    assert export == {
        **on_each.json("GET", "/v1/users/u8/export"),
        "recommendations": export["recommendations"],
    }
    on_each.json("PATCH", "/v1/users/u8/profile", json={"excluded_events": [gone]})
    assert on_each.recommend(user="u8", n=5)["items"] == got["after"]["items"]
    why = on_each.json(
        "POST", "/v1/why-not", json={"user": "u8", "item": export["events"][-1]["item"]}
    )
    assert [cause["code"] for cause in why["causes"]] == ["taken-back"]


def test_taking_an_event_back_does_what_its_reason_said(on_each):
    first = on_each.recommend(user="u8", n=5)
    item = next(item for item in first["items"] if item["reasons"][0]["code"] == "event")
    on_each.json(
        "PATCH", "/v1/users/u8/profile", json={"excluded_events": item["removed"]["event_ids"]}
    )
    after = {row["item"]: row for row in on_each.recommend(user="u8", n=40)["items"]}[item["item"]]
    assert after["rank"] == item["removed"]["rank_after"]
    fall = sum(reason["contribution"] for reason in item["reasons"])
    assert after["score"] == pytest.approx(item["score"] - fall, abs=1e-5)


def test_similar_items_come_from_the_model_or_from_tags(on_each):
    got = on_each.json("GET", "/v1/items/i3/similar?n=3")
    model = on_each.service.registry.current(on_each.service.store.counters()).model
    gain = model.score([Query([3])])[0] - model.score([Query([])])[0]
    assert got["source"] == "model" and got["items"][0]["item"] == "i4"
    assert got["items"][0]["score"] == pytest.approx(float(gain[4]), abs=1e-5)
    assert on_each.json("GET", "/v1/items/i3/similar?threshold=1e156")["items"] == []
    assert len(on_each.json("GET", "/v1/items/i3/similar?n=5&threshold=-1e156")["items"]) == 5
    on_each.json("PUT", "/v1/items/new/thing", json={"categories": ["War"]})
    assert on_each.json("GET", "/v1/items/new/thing/similar")["source"] == "content"


def test_items_people_and_pages(on_each):
    labels, after = [], ""
    while after is not None:
        page = on_each.json("GET", "/v1/items", params={"after": after, "limit": 7})
        labels += [row["item"] for row in page["items"]]
        after = page["next"]
    assert sorted(labels) == sorted(f"i{n}" for n in range(ITEMS)) and len(labels) == ITEMS
    on_each.json("PATCH", "/v1/items/i5", json={"hidden": True, "title": "Gone"})
    assert on_each.json("GET", "/v1/items/i5")["title"] == "Gone"
    assert "i5" not in [item["item"] for item in on_each.recommend(session=["i4"], n=100)["items"]]
    on_each.json("PATCH", "/v1/items/i5", json={"hidden": False})
    again = on_each.recommend(session=["i4"])["items"][0]
    assert (again["item"], again["title"]) == ("i5", "Gone")
    assert len(on_each.json("GET", "/v1/users?limit=5")["users"]) == 5
    on_each.json("PUT", "/v1/users/zoe", json={"fields": {"country": "NL"}})
    assert on_each.json("GET", "/v1/users/zoe/profile")["fields"] == {"country": "NL"}
    on_each.json("PUT", "/v1/users/zoe/friends", json={"friends": ["u1"]})
    assert on_each.json("GET", "/v1/users/u1/export")["friends"] == ["zoe"]
    on_each.json(
        "POST", "/v1/links", json={"links": [{"head": "i1", "relation": "by", "tail": "Lee"}] * 2}
    )


def test_errors_say_what_to_do(on_each):
    unknown = on_each.call("GET", "/v1/items/none")
    assert (
        unknown.status_code == 404 and unknown.headers["content-type"] == "application/problem+json"
    )
    wrong = on_each.call(
        "POST", "/v1/recommendations", json={"n": 101, "user": "u1", "colour": 1}
    ).json()
    assert {row["field"] for row in wrong["errors"]} == {"body.n", "body.colour"} and wrong["fix"]
    assert on_each.client.post("/v1/recommendations", json={}).status_code == 401
    assert (
        on_each.client.post(
            "/v1/events",
            content=b"{",
            headers={"Authorization": "Bearer wrong", "Content-Type": "application/json"},
        ).status_code
        == 400
    )
    assert (
        on_each.client.get("/v1/items", headers={"Authorization": "Bearer wrong"}).status_code
        == 401
    )
    large = on_each.call("POST", "/v1/events", content=b" " * (1 << 21))
    assert large.status_code == 413
    packed = on_each.call("POST", "/v1/events", content=b"x", headers={"Content-Encoding": "gzip"})
    assert packed.status_code == 415
    many = on_each.call("POST", "/v1/events", json={"events": [{}] * 1001})
    assert many.status_code == 422


def test_health_metrics_and_what_they_do_not_tell(on_each):
    on_each.recommend(user="u1")
    assert on_each.client.get("/health/live").json()["status"] == "ok"
    assert (
        on_each.client.get("/health/ready").json()["model"]
        == on_each.json("GET", "/v1/models")["models"][0]["version"]
    )
    on_each.call("GET", "/v1/items/secretitem")
    text = on_each.call("GET", "/metrics", "monitor").text
    assert "rec_request_seconds_count{model=" in text and 'status="404"' in text
    assert "secretitem" not in text and "u1" not in text.replace("\nu1", "")


def test_the_migrations_make_the_tables_that_the_code_uses(on_each):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with on_each.service.store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def aged(here, answers):
    """The ids of so many answers, all given 31 days ago."""
    ids = [here.recommend(user="u1")["recommendation_id"] for _ in range(answers)]
    with here.service.store._engine.begin() as connection:
        connection.execute(
            update(recommendations).values(time=recommendations.c.time - 31 * 86_400)
        )
    return ids


def test_old_answers_leave_the_log_in_portions_and_new_ones_stay(store_url, tmp_path, monkeypatch):
    monkeypatch.setattr("whyrec.serve.service.PORTION", 2)
    with served(
        tmp_path, store_url, keep_days=30, refresh=3600
    ) as here:  # the service's own watch sleeps meanwhile
        old = aged(here, 5)
        new = here.recommend(user="u1")["recommendation_id"]
        assert here.service.prune() == 5 and here.service.prune() == 0
        assert {here.call("GET", f"/v1/recommendations/{id}").status_code for id in old} == {404}
        assert here.call("GET", f"/v1/recommendations/{new}").status_code == 200


def test_the_watch_takes_old_answers_out_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr("whyrec.serve.service.HOUR", 0)  # it looks at each turn
    with served(tmp_path, keep_days=30, refresh=0.01) as here:
        old = aged(here, 3)
        for _ in range(600):
            left = [
                id for id in old if here.call("GET", f"/v1/recommendations/{id}").status_code != 404
            ]
            if not left:
                break
            time.sleep(0.1)
        assert not left


def test_without_a_limit_nothing_leaves_the_log(here):
    id = here.recommend(user="u1")["recommendation_id"]
    with here.service.store._engine.begin() as connection:
        connection.execute(update(recommendations).values(time=0))
    assert (
        here.service.prune() == 0
        and here.call("GET", f"/v1/recommendations/{id}").status_code == 200
    )


def test_used_items_come_again_where_the_model_was_fitted_so(tmp_path):
    data = returning()
    with served(
        tmp_path,
        model=fitted_folder(
            tmp_path / "m", data=data, mix=None, components=["ease", "transitions"]
        ),
    ) as made:
        body = made.recommend(user="u3", n=5)
        own = made.service.inputs({"user": "u3"})[0].history
        first = body["items"][0]
        uses = sum(step[0] == first["item"] for step in own)
        assert uses and first["text"].startswith(f"You listened to this before ({uses}×).")
        assert {reason["evidence"]["item"] for reason in first["reasons"]} == {first["item"]}
        asked = made.json("POST", "/v1/why-not", json={"user": "u3", "item": own[0][0], "n": 1})
        assert "seen" not in [cause["code"] for cause in asked["causes"]]
        new = made.recommend(user="u3", n=30, repeat=False)
        assert not {row["item"] for row in new["items"]} & {step[0] for step in own}
        asked = made.json(
            "POST", "/v1/why-not", json={"user": "u3", "item": own[0][0], "repeat": False}
        )
        assert asked["causes"][0]["code"] == "seen"
        assert made.json("GET", f"/v1/recommendations/{body['recommendation_id']}/replay")[
            "identical"
        ]
