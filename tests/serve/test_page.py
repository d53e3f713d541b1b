"""The page as the service sends it: headers, paths, what stands where it was not built; and that its types are of this API."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.serve.helpers import fitted_folder
from whyrec.serve.api import static_page
from whyrec.serve.api.app import make_app
from whyrec.serve.api.demo import Demo
from whyrec.serve.main import prepare
from whyrec.serve.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def client(tmp_path, monkeypatch):
    """client(demo=..., built=...): a client of an app whose page is a small one of our own."""
    made = []

    def start(*, demo=None, built=True):
        folder = tmp_path / "page"
        (folder / "assets").mkdir(parents=True, exist_ok=True)
        if built:
            (folder / "index.html").write_text('<html data-demo="no">the page</html>')
            (folder / "assets" / "a-1234.js").write_text("1;" * 500)
        monkeypatch.setattr(static_page.read_page, "__defaults__", (folder,))
        settings = Settings(
            store=f"sqlite:///{tmp_path / 'store.db'}", models=str(tmp_path / "models")
        )
        prepare(settings, fitted_folder(tmp_path / "m"))
        one = TestClient(
            make_app(settings, demo=demo), base_url="http://127.0.0.1:8000"
        ).__enter__()
        made.append(one)
        return one

    yield start
    for one in made:
        one.__exit__(None, None, None)


def test_paths_of_the_page_open_it_and_paths_of_the_service_do_not(client):
    one = client()
    for path in ("/", "/feed", "/why/a%2Fb?rec=x", "/..%2f..%2fetc/passwd", "/v12"):
        answer = one.get(path)
        assert answer.status_code == 200 and "the page" in answer.text, path
        assert answer.headers["cache-control"] == "no-cache"
        policy = answer.headers["content-security-policy"]
        assert (
            "default-src 'none'" in policy
            and "unsafe" not in policy
            and "frame-ancestors 'none'" in policy
        )
        assert (
            answer.headers["x-content-type-options"] == "nosniff"
            and answer.headers["referrer-policy"] == "no-referrer"
        )
    for path, status in (
        ("/v1/none", 404),
        ("/v1/recommendations", 405),
        ("/v1", 404),
        ("/health/live", 200),
        ("/assets/none.js", 404),
    ):
        answer = one.get(path)
        assert answer.status_code == status and "the page" not in answer.text, path
    assert one.post("/feed").status_code in (404, 405)
    assert one.get("/v1/demo/people").status_code == 404  # only in the demo


def test_files_with_their_hash_in_the_name_are_kept_for_ever_and_packed(client):
    one = client()
    answer = one.get("/assets/a-1234.js", headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["cache-control"] and answer.headers[
        "content-type"
    ].startswith("text/javascript")
    assert answer.headers["content-encoding"] == "gzip" and answer.text == "1;" * 500
    again = one.get("/assets/a-1234.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and not again.content
    assert one.get("/assets/a-1234.js", headers={"Accept-Encoding": "identity"}).text == "1;" * 500


def test_where_the_page_was_not_built_the_service_says_so(client):
    answer = client(built=False).get("/")
    assert (
        answer.status_code == 404
        and "make web" in answer.text
        and answer.headers["content-type"].startswith("text/plain")
    )


def test_the_demo_hands_out_identities_to_this_machine_only(client, tmp_path):
    one = client(demo=Demo())
    assert 'data-demo="yes"' in one.get("/").text
    listed = one.get("/v1/demo/people", params={"limit": 5}).json()
    assert listed["total"] == 60 and len(listed["people"]) == 5
    assert {"u1", "u10", "u11"} <= {
        row["user"] for row in one.get("/v1/demo/people", params={"q": "U1"}).json()["people"]
    }
    key = one.post("/v1/demo/key", json={"role": "person", "user": "u1"}).json()["key"]
    assert one.post("/v1/demo/key", json={"role": "person", "user": "u1"}).json()["key"] == key
    found = one.get("/v1/me", headers={"Authorization": f"Bearer {key}"}).json()
    assert (found["role"], found["user"], found["areas"], found["demo"]) == (
        "person",
        "u1",
        ["person"],
        True,
    )
    roles = {
        role: one.post("/v1/demo/key", json={"role": role}).json()["key"]
        for role in ("engineer", "auditor")
    }
    areas = {
        role: one.get("/v1/me", headers={"Authorization": f"Bearer {key}"}).json()["areas"]
        for role, key in roles.items()
    }
    assert areas == {"engineer": ["engineer", "auditor"], "auditor": ["auditor"]}
    for host in ("evil.example", "evil.example:8000", "127.0.0.1.evil.example:8000"):
        for answer in (
            one.get("/v1/demo/people", headers={"Host": host}),
            one.post("/v1/demo/key", json={"role": "engineer"}, headers={"Host": host}),
        ):
            assert answer.status_code == 403 and answer.json()["type"] == "urn:whyrec:demo", host
    assert one.post("/v1/demo/key", json={"role": "person"}).status_code == 409
    assert one.post("/v1/demo/key", json={"role": "person", "user": "nobody"}).status_code == 404


def test_search_cards_history_and_tastes(here):
    titles = [
        row["title"] for row in here.json("GET", "/v1/search?q=fILm 1&limit=50", "person")["items"]
    ]
    assert titles and all("Film 1" in title for title in titles) and len(titles) == 11
    assert here.json("GET", "/v1/search?q=i7", "person")["items"][0]["item"] == "i7"
    assert here.json("GET", "/v1/search?q=%20", "person")["items"] == []
    here.json("PATCH", "/v1/items/i10", json={"hidden": True})
    assert "Film 10" not in [
        row["title"] for row in here.json("GET", "/v1/search?q=film 1&limit=50", "person")["items"]
    ]
    cards = here.json("GET", "/v1/cards?item=i2&item=none&item=i1", "person")["items"]
    assert [card["title"] for card in cards] == ["Film 2", "Film 1"]
    here.event("mine", "u1", "i5", type="dislike")
    first = here.json("GET", "/v1/users/u1/history?limit=4", "person")
    rest = here.json("GET", f"/v1/users/u1/history?limit=50&after={first['next']}", "person")
    events = first["events"] + rest["events"]
    assert len(events) == 9 and rest["next"] is None
    assert [row["time"] for row in events] == sorted((row["time"] for row in events), reverse=True)
    assert events[0]["because"] == "no-choice" and all(row["counts"] for row in events[1:])
    gone, period = events[1], events[5]
    here.json(
        "PATCH",
        "/v1/users/u1/profile",
        "person",
        json={
            "excluded_events": [gone["event_id"]],
            "excluded_periods": [{"first": period["time"], "last": period["time"]}],
        },
    )
    told = {
        row["event_id"]: row["because"]
        for row in here.json("GET", "/v1/users/u1/history", "person")["events"]
    }
    assert (told[gone["event_id"]], told[period["event_id"]], list(told.values()).count(None)) == (
        "event",
        "period",
        6,
    )
    found = here.json("GET", "/v1/users/u1/tastes", "person")
    assert found["choices"] == 6 and sum(row["count"] for row in found["tastes"]) >= 6
    for row in found["tastes"]:
        assert (
            row["share"] == row["count"] / 6
            and 0 < row["usual"] < 1
            and len(row["event_ids"]) == row["count"]
        )
        assert gone["event_id"] not in row["event_ids"]


def test_the_types_of_the_page_are_made_from_this_api():
    spec = importlib.util.spec_from_file_location("openapi_script", ROOT / "scripts" / "openapi.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    kept, now = json.loads(module.FILE.read_text(encoding="utf-8")), module.page()

    def shape(made):  # not the wording, which changes with the libraries
        paths = {(path, method) for path, one in made["paths"].items() for method in one}
        return paths, {
            name: sorted(one.get("properties", {}))
            for name, one in made["components"]["schemas"].items()
        }

    assert shape(kept) == shape(now), "run `make openapi`"
