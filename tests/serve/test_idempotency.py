"""An Idempotency-Key belongs to the first request that was sent with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

KEY = {"Idempotency-Key": "k1"}
PATH = "/v1/recommendations"


def refused(answer) -> None:
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"] == "urn:whyrec:idempotency-key"
    assert "new key" in answer.json()["fix"] and "u9" not in answer.text


@pytest.mark.parametrize(
    "other",
    [
        {"user": "u2"},
        {"user": "u9", "n": 3},
        {"user": "u9", "lang": "zh"},
        {"session": ["i1"]},
        {},
    ],
)
def test_another_body_is_refused_and_the_first_answer_stays(here, other):
    first = here.json("POST", PATH, json={"user": "u9"}, headers=KEY)
    refused(here.call("POST", PATH, json=other, headers=KEY))
    spaced = {"content": b'{ "user":"u9" }', "headers": KEY | {"Content-Type": "application/json"}}
    assert here.json("POST", PATH, **spaced) == first


def test_a_key_is_bound_on_every_path_of_a_change(on_each):
    events = {"events": [{"event_id": "e1", "user": "u9", "item": "i1"}]}
    assert on_each.json("POST", "/v1/events", json=events, headers=KEY)["accepted"] == 1
    assert on_each.json("POST", "/v1/events", json=events, headers=KEY)["duplicate"] == 1
    for method, path, body in (
        ("POST", "/v1/events", {"events": [{"event_id": "e2", "user": "u9", "item": "i2"}]}),
        ("POST", PATH, {"user": "u9"}),
        ("POST", "/v1/why-not", {"user": "u9", "item": "i3"}),
        ("PUT", "/v1/items/i1", {"title": "one"}),
        ("PATCH", "/v1/items/i1", {"hidden": True}),
        ("DELETE", "/v1/items/i1", None),
        ("PATCH", "/v1/users/u9/profile", {"personalised": False}),
        ("POST", "/v1/keys", {"role": "reader"}),
    ):
        refused(on_each.call(method, path, json=body, headers=KEY))
    assert on_each.json("GET", "/v1/items/i1", headers=KEY)["title"] == "Film 1"  # GET binds none
    other = {"Idempotency-Key": "k2"}
    on_each.json("POST", PATH, json={"user": "u9"}, headers=other)
    refused(on_each.call("POST", "/v1/events", json=events, headers=other))
    on_each.json("POST", PATH, "service", json={"user": "u2"}, headers=other)  # of another owner


def test_a_batch_is_queued_once_and_a_key_is_made_once(here):
    ask = {"json": {"users": ["u1", "u2"]}, "headers": KEY}
    first = here.json("POST", "/v1/batch/recommendations", **ask)
    assert here.json("POST", "/v1/batch/recommendations", **ask)["job_id"] == first["job_id"]
    ask = {"json": {"role": "reader"}, "headers": {"Idempotency-Key": "k2"}}
    assert here.call("POST", "/v1/keys", **ask).status_code == 201
    again = here.call("POST", "/v1/keys", **ask)
    assert again.status_code == 409 and "only once" in again.json()["detail"]


def test_the_same_request_at_the_same_time_has_one_answer(on_each):
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(on_each.call, "POST", PATH, json={"user": user}, headers=KEY)
            for user in ("u9", "u9", "u9", "u9", "u2", "u2", "u2", "u2")
        ]
        answers = [one.result() for one in asked]
    good = [one.json() for one in answers if one.status_code == 200]
    assert len(good) == 4 and all(one == good[0] for one in good)
    assert [one.status_code for one in answers].count(422) == 4


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_of_no_length_or_too_long_is_refused(here, key):
    for path, body in ((PATH, {"user": "u9"}), ("/v1/why-not", {"user": "u9", "item": "i1"})):
        assert (
            here.call("POST", path, json=body, headers={"Idempotency-Key": key}).status_code == 422
        )


def test_what_is_stored_names_nobody(here):
    here.json("POST", "/v1/why-not", json={"user": "unique-7", "item": "i1"}, headers=KEY)
    here.json("DELETE", "/v1/users/unique-7")
    here.service.close()
    for file in here.service.settings.models_folder.parent.glob("store.db*"):
        assert b"unique-7" not in file.read_bytes()
