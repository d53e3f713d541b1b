"""Who may do what: every route for every role, person against person."""

from __future__ import annotations

import pytest

from tests.serve.helpers import served

ME, OTHER = "u1", "u2"
# Who may do it, written by hand from docs/guide/service.md, not read from the service's own table.
ADMIN = {"admin"}
AUDIT = ADMIN | {"auditor"}
FIGURES = AUDIT | {"monitor"}
CHANGE_ITEMS = ADMIN | {"service"}
PEOPLE = CHANGE_ITEMS | {"person"}
ASK = PEOPLE | {"reader"}
ITEMS = ASK | {"auditor"}
ANYBODY = ITEMS | {"monitor"}
# method, path, body, the roles that may; {user} is the person it is about.
ROUTES = [
    ("POST", "/v1/recommendations", {"user": "{user}"}, ASK),
    ("POST", "/v1/why-not", {"user": "{user}", "item": "i1"}, ASK),
    ("POST", "/v1/what-if", {"user": "{user}"}, ASK),
    ("POST", "/v1/lists", {"user": "{user}"}, ASK),
    ("GET", "/v1/users/{user}/profile", None, PEOPLE),
    ("PATCH", "/v1/users/{user}/profile", {"blocked_items": []}, PEOPLE),
    ("GET", "/v1/users/{user}/export", None, PEOPLE),
    ("POST", "/v1/wishes", {"user": "{user}", "text": "more war"}, ASK),
    ("GET", "/v1/users/{user}/wishes", None, PEOPLE),
    ("PUT", "/v1/users/{user}/wishes", {"text": "more war"}, PEOPLE),
    ("POST", "/v1/users/{user}/wishes/undo", None, PEOPLE),
    ("PUT", "/v1/users/{user}/friends", {"friends": []}, PEOPLE),
    ("PUT", "/v1/users/{user}", {}, PEOPLE),
    ("DELETE", "/v1/users/{user}x", None, PEOPLE),
    ("GET", "/v1/users", None, PEOPLE),
    ("POST", "/v1/batch/recommendations", {"users": ["{user}"]}, PEOPLE),
    ("GET", "/v1/items", None, ITEMS),
    ("GET", "/v1/items/i1", None, ITEMS),
    ("GET", "/v1/items/i1/similar", None, ITEMS),
    ("PUT", "/v1/items/i1", {"title": "x"}, CHANGE_ITEMS),
    ("PATCH", "/v1/items/i1", {"title": "x"}, CHANGE_ITEMS),
    ("DELETE", "/v1/items/i1", None, CHANGE_ITEMS),
    ("POST", "/v1/links", {"links": [{"head": "a", "relation": "b", "tail": "c"}]}, CHANGE_ITEMS),
    ("GET", "/v1/me", None, ANYBODY),
    ("GET", "/v1/search?q=film", None, ITEMS),
    ("GET", "/v1/cards?item=i1", None, ITEMS),
    ("GET", "/v1/users/{user}/history", None, PEOPLE),
    ("GET", "/v1/users/{user}/tastes", None, PEOPLE),
    ("GET", "/v1/users/{user}/bubble", None, PEOPLE),
    ("GET", "/v1/models", None, AUDIT),
    ("POST", "/v1/items", {"items": [{"item": "i1"}]}, CHANGE_ITEMS),
    ("POST", "/v1/users", {"users": [{"user": "z"}]}, CHANGE_ITEMS),
    ("POST", "/v1/models", {"folder": "/nowhere"}, ADMIN),
    ("DELETE", "/v1/models/none", None, ADMIN),
    ("POST", "/v1/models/none:promote", None, ADMIN),
    ("POST", "/v1/models/none:rollback", None, ADMIN),
    ("GET", "/v1/experiments", None, ADMIN),
    (
        "PUT",
        "/v1/experiments/x",
        {"variants": [{"name": "a", "model": "m"}, {"name": "b", "model": "m"}]},
        ADMIN,
    ),
    ("GET", "/v1/experiments/x/outcome", None, ADMIN),
    ("GET", "/v1/keys", None, ADMIN),
    ("POST", "/v1/keys", {"role": "admin"}, ADMIN),
    ("DELETE", "/v1/keys/none", None, ADMIN),
    ("GET", "/v1/audit", None, AUDIT),
    ("GET", "/v1/audit/sentences", None, AUDIT),
    ("POST", "/v1/audit/sentences", None, AUDIT),
    ("GET", "/metrics", None, FIGURES),
    ("GET", "/v1/operations", None, FIGURES),
    ("POST", "/v1/inspect", {"user": "{user}"}, ADMIN),
    ("GET", "/v1/atlas", None, FIGURES),
    ("GET", "/v1/atlas/people", None, ADMIN),
    ("POST", "/v1/atlas/slice", {"items": ["i1"]}, FIGURES),
    ("GET", "/v1/atlas/neighbours/i1", None, FIGURES),
    ("GET", "/v1/atlas/network/i1", None, FIGURES),
    ("GET", "/v1/weights", None, FIGURES),
    ("GET", "/v1/versions", None, FIGURES),
    ("GET", "/v1/findings/none", None, FIGURES),
    ("GET", "/v1/findings/none/speed", None, FIGURES),
    ("POST", "/v1/findings/none/speed", None, AUDIT),
    ("GET", "/v1/card", None, FIGURES),
    ("GET", "/v1/decisions", None, AUDIT),
    ("GET", "/v1/decisions/none", None, AUDIT),
    ("GET", "/v1/ledger", None, AUDIT),
    ("GET", "/v1/promises", None, AUDIT),
    ("POST", "/v1/receipts:verify", {"receipt_id": "none"}, AUDIT),
]
FOR_MANY = {
    ("GET", "/v1/users"),
    ("POST", "/v1/batch/recommendations"),
}  # of no single person: no key of a person's


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with served(tmp_path_factory.mktemp("roles"), rate=1e6, burst=10**6) as one:
        yield one


def filled(value, user):
    if isinstance(value, dict):
        return {name: filled(inner, user) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, user) for inner in value]
    return value.replace("{user}", user) if isinstance(value, str) else value


def named(value):
    return " ".join(sorted(value)) if isinstance(value, set) else str(value)[:40]


@pytest.mark.parametrize("role", [*sorted(ANYBODY), "nobody", "wrong"])
@pytest.mark.parametrize(("method", "path", "body", "roles"), ROUTES, ids=named)
@pytest.mark.parametrize("user", [ME, OTHER])
def test_every_route_for_every_role(made, method, path, body, roles, role, user):
    headers = {"nobody": {}, "wrong": {"Authorization": "Bearer wr_wrong"}}.get(
        role, {"Authorization": f"Bearer {made.keys.get(role)}"}
    )
    answer = made.client.request(
        method, filled(path, user), json=filled(body, user), headers=headers
    )
    if role in ("nobody", "wrong"):
        assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
        return
    allowed = role in roles
    if role == "person":
        about = "{user}" in path + str(body)
        allowed = (
            allowed
            and (method, path) not in FOR_MANY
            and (not about or user == ME)
            and not path.endswith("x")
        )
    assert (answer.status_code == 403) == (not allowed), answer.text
    assert allowed or set(answer.json()) == {"type", "title", "status", "detail", "fix", "errors"}


def test_every_route_of_the_page_is_in_the_matrix(made):
    import re

    listed = {
        (method, re.sub(r"\{user\}x?|i1|none|\bx\b|speed", "{}", path.partition("?")[0]))
        for method, path, _, _ in ROUTES
    }
    page = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path))
        for path, one in made.client.get("/openapi.json").json()["paths"].items()
        for method in one
    }
    elsewhere = {
        ("POST", "/v1/events"),
        ("GET", "/health/live"),
        ("GET", "/health/ready"),
        ("GET", "/v1/batch/{}"),
        *(
            ("GET", "/v1/recommendations/{}" + tail)
            for tail in ("", "/items", "/explanation", "/replay", "/changes")
        ),
    }
    assert page == listed | elsewhere


def test_an_answer_of_the_log_is_for_its_person_and_its_caller(made):
    body = made.recommend("service", user=ME)
    mine = made.recommend("person")
    for tail in ("", "/items", "/explanation", "/replay"):
        path = f"/v1/recommendations/{body['recommendation_id']}{tail}"
        assert [
            made.call("GET", path, role).status_code
            for role in ("admin", "service", "auditor", "person", "other", "reader", "monitor")
        ] == [200, 200, 200, 200, 404, 404, 403]
        assert (
            made.call(
                "GET", f"/v1/recommendations/{mine['recommendation_id']}{tail}", "other"
            ).status_code
            == 404
        )
    assert made.json("GET", f"/v1/recommendations/{mine['recommendation_id']}")["user"] == ME


def test_a_person_writes_only_their_own_events(made):
    rows = [
        {"event_id": "p", "user": ME, "item": "i1"},
        {"event_id": "p", "user": OTHER, "item": "i1"},
    ]
    got = made.json("POST", "/v1/events", "person", json={"events": rows})
    assert [row["result"] for row in got["results"]] == ["accepted", "rejected"]
    assert "p" not in [
        row["event_id"] for row in made.json("GET", f"/v1/users/{OTHER}/export")["events"]
    ]
    for role in ("reader", "monitor"):
        assert made.call("POST", "/v1/events", role, json={"events": rows}).status_code == 403


def test_a_key_that_is_taken_away_is_refused_at_once_and_its_secret_is_nowhere(made):
    new = made.json("POST", "/v1/keys", json={"role": "reader", "note": "short"})
    head = {"Authorization": f"Bearer {new['key']}"}
    assert made.client.get("/v1/items", headers=head).status_code == 200
    whole = b"".join(
        path.read_bytes() for path in made.settings.models_folder.parent.glob("store.db*")
    )
    assert new["key"].encode() not in whole
    made.json("DELETE", f"/v1/keys/{new['id']}")
    assert made.client.get("/v1/items", headers=head).status_code == 401


def test_a_key_that_asks_too_often_waits(tmp_path):
    with served(tmp_path, rate=1.0, burst=3) as one:
        codes = [one.call("GET", "/v1/items").status_code for _ in range(6)]
        assert codes == [200] * 3 + [429] * 3
        refused = one.call("GET", "/v1/items")
        assert refused.headers["retry-after"] and refused.json()["type"] == "urn:whyrec:rate"
        assert one.call("GET", "/v1/items", "reader").status_code == 200
