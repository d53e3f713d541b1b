"""Many rows in one request: each has its result, and the status tells if any was rejected."""

from __future__ import annotations

import pytest

EVENT = {"event_id": "a", "user": "x", "item": "i1"}


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([EVENT], 200),
        ([EVENT, {**EVENT, "event_id": "b", "kind": "view"}], 207),
        ([{"kind": "view"}, {}], 409),
    ],
)
def test_the_status_of_events_tells_of_rejected_rows(here, rows, status):
    answer = here.call("POST", "/v1/events", json={"events": rows})
    assert answer.status_code == status
    if status == 207:
        assert (answer.json()["accepted"], answer.json()["rejected"]) == (1, 1)
        assert "kind" in answer.json()["results"][1]["because"]


def test_items_come_in_bulk(on_each):
    rows = [
        {"item": "new-1", "title": "One", "categories": ["War"], "numeric": {"year": 1999}},
        {"item": "i3", "title": "Three", "hidden": True},
    ]
    answer = on_each.call("POST", "/v1/items", "service", json={"items": rows})
    assert answer.status_code == 200 and answer.json()["stored"] == 2
    assert on_each.json("GET", "/v1/items/new-1")["numeric"] == {"year": 1999}
    assert "'i3'" not in str(on_each.recommend(user="u1", n=40)["items"])
    again = [rows[0], {"title": "no label"}, {"item": "new-2", "colour": "red"}, rows[0]]
    answer = on_each.call("POST", "/v1/items", json={"items": again})
    assert answer.status_code == 207
    found = answer.json()
    assert [one["result"] for one in found["results"]] == [
        "stored",
        "rejected",
        "rejected",
        "rejected",
    ]
    assert "colour" in found["results"][2]["because"] and "twice" in found["results"][3]["because"]
    refused = on_each.call("POST", "/v1/items", json={"items": again[1:3]})
    assert refused.status_code == 409 and len(refused.json()["errors"]) == 2
    assert on_each.call("GET", "/v1/items/new-2").status_code == 404
    too_many = {"items": [{"item": f"n{n}"} for n in range(1001)]}
    assert on_each.call("POST", "/v1/items", json=too_many).status_code == 422


def test_people_come_in_bulk(on_each):
    rows = [
        {"user": "new-1", "fields": {"age": "20"}},
        {"user": "u1", "personalised": False},
    ]
    assert on_each.json("POST", "/v1/users", "service", json={"users": rows})["stored"] == 2
    assert on_each.json("GET", "/v1/users/new-1/profile")["fields"] == {"age": "20"}
    assert on_each.recommend(user="u1")["source"] == "popular"
    answer = on_each.call("POST", "/v1/users", json={"users": [rows[0], {"user": ""}, {"age": 3}]})
    assert answer.status_code == 207 and answer.json()["rejected"] == 2
    assert on_each.call("POST", "/v1/users", "person", json={"users": rows}).status_code == 403
    subjects = [one["subject"] for one in on_each.json("GET", "/v1/audit")["entries"]]
    assert "new-1" not in subjects and "u1" not in subjects
