"""What a person may rely on: blocks hold, switching off means off, erased is gone, and the log computes again to the last bit."""

from __future__ import annotations

import time
import uuid
import zlib

import orjson
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from tests.serve.helpers import ITEMS, film_data, served
from whyrec.serve.store.tables import metadata, recommendations

LABELS = [f"i{n}" for n in range(ITEMS)]
SHORT = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
items = st.lists(st.sampled_from(LABELS), max_size=8)
tags = st.lists(st.sampled_from(["Drama", "Crime", "Comedy", "War", "Unknown"]), max_size=3)


@pytest.fixture(scope="module")
def always(tmp_path_factory):
    with served(tmp_path_factory.mktemp("controls"), rate=1e6, burst=10**6) as made:
        yield made


@SHORT
@given(
    blocked=items,
    blocked_tags=tags,
    session=items,
    n=st.integers(1, 100),
    banned=items,
    number=st.integers(0, 59),
)
def test_blocked_items_and_tags_never_come(
    always, blocked, blocked_tags, session, n, banned, number
):
    user = f"u{number}"
    always.json(
        "PATCH",
        f"/v1/users/{user}/profile",
        json={"blocked_items": blocked, "blocked_tags": blocked_tags},
    )
    got = always.recommend(user=user, session=session, n=n, exclude=banned)
    listed = [item["item"] for item in got["items"]]
    own = film_data().item_table.categories
    seen = {film_data().items[i] for i in film_data().history(user).items}
    assert not set(listed) & (set(blocked) | set(banned) | set(session) | seen)
    assert not any(set(own[int(item[1:])]) & set(blocked_tags) for item in listed)
    assert len(set(listed)) == len(listed) <= n
    allowed = [
        i
        for i in LABELS
        if i not in {*blocked, *banned, *session, *seen}
        and not set(own[int(i[1:])]) & set(blocked_tags)
    ]
    assert len(listed) == min(n, len(allowed))  # filters come before the cut
    if got["next"]:
        more = always.json("GET", got["next"] + "&n=100")["items"]
        assert not {item["item"] for item in more} & (set(blocked) | set(listed))
    what = always.json(
        "POST", "/v1/what-if", json={"user": user, "remove_items": blocked[:1], "n": min(n, 20)}
    )
    assert not {item["item"] for item in what["after"]["items"]} & set(blocked)


def without_identity(body):
    return {name: body[name] for name in body if name not in ("recommendation_id", "next")}


@SHORT
@given(one=items, two=items, session=items, lang=st.sampled_from(["en", "zh"]))
def test_a_request_for_a_list_of_nobody_gets_the_same_for_every_history(
    always, one, two, session, lang
):
    bodies = []
    for user, history in (("off-a", one), ("off-b", two)):
        user = f"{user}-{uuid.uuid4()}"
        for at, item in enumerate(history):
            always.event(str(at), user, item)
        bodies.append(
            without_identity(
                always.recommend(user=user, session=session, lang=lang, personalised=False)
            )
        )
    assert orjson.dumps(bodies[0]) == orjson.dumps(bodies[1])
    assert bodies[0]["source"] == "popular"


@SHORT
@given(history=items, refused=st.sampled_from(LABELS), session=items)
def test_switched_off_a_person_gets_what_is_popular_without_what_they_have_seen(
    always, history, refused, session
):
    user = f"off-{uuid.uuid4()}"
    for at, item in enumerate(history):
        always.event(str(at), user, item)
    always.event("no", user, refused, type="dislike")
    always.json("PATCH", f"/v1/users/{user}/profile", json={"personalised": False})
    got = always.recommend(user=user, session=session, n=100)
    popular = always.recommend(n=100)["items"]
    assert got["source"] == "popular" and not any(
        reason["evidence"] for one in got["items"] for reason in one["reasons"]
    )
    assert [(one["item"], one["score"]) for one in got["items"]] == [
        (one["item"], one["score"]) for one in popular if one["item"] not in {*history, refused}
    ]


@SHORT
@given(history=st.lists(st.sampled_from(LABELS), min_size=1, max_size=8), gone=st.data())
def test_an_excluded_event_counts_as_if_it_had_not_been_chosen(always, history, gone):
    user = f"x-{uuid.uuid4()}"
    for at, item in enumerate(history):
        always.event(str(at), user, item, ts=1_700_000_000 + at)
    out = gone.draw(st.sets(st.integers(0, len(history) - 1)))
    always.json(
        "PATCH", f"/v1/users/{user}/profile", json={"excluded_events": [str(at) for at in out]}
    )
    got = always.recommend(user=user, reasons=10)
    named = {
        reason["evidence"]["event_id"]
        for item in got["items"]
        for reason in item["reasons"]
        if reason["evidence"]
    }
    assert not named & {str(at) for at in out}
    model = always.service.registry.current(always.service.store.counters()).model
    from whyrec.core import Query

    if len(out) < len(history):
        expected = model.score([Query([int(item[1:]) for item in history]).without(out)])[0]
        for item in got["items"]:
            assert item["score"] == pytest.approx(expected[int(item["item"][1:])], abs=1e-5)


@SHORT
@given(history=st.lists(st.sampled_from(LABELS), max_size=12), session=items, n=st.integers(1, 30))
def test_the_parts_add_up_and_what_is_shown_passed_its_test(always, history, session, n):
    user = f"s-{uuid.uuid4()}"
    for at, item in enumerate(history):
        always.event(str(at), user, item, ts=1_700_000_000 + at)
    for item in always.recommend(user=user, session=session, n=n)["items"]:
        total = (
            item["base"]
            + sum(reason["contribution"] for reason in item["reasons"])
            + item["unlisted"]
            + item["rest"]
        )
        assert abs(total - item["score"]) <= 1e-5 * max(1.0, abs(item["score"]))
        assert 0 <= item["explained_share"] <= 1
        for reason in item["reasons"]:
            assert (reason["contribution"] > 0) == (reason["code"] in ("event", "tag"))


def everything(made):
    """All bytes that the store, its log and the service's memory hold."""
    whole = b"".join(
        path.read_bytes() for path in made.settings.models_folder.parent.glob("store.db*")
    )
    with made.service.store.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                for value in row:
                    whole += (
                        zlib.decompress(value)
                        if isinstance(value, bytes) and value[:1] == b"x"
                        else str(value).encode()
                    )
    memory = repr(
        (made.service._histories, made.service.registry._others, made.service._keys)
    ).encode()
    return whole + memory


def test_erased_is_gone_within_a_second(on_each, capfd):
    label = "Zyx-the-erased"
    for n in range(30):
        on_each.event(f"e{n}", label, f"i{n}", impression=["i1"])
    body = on_each.recommend(user=label)
    on_each.json("PATCH", f"/v1/users/{label}/profile", json={"blocked_items": ["i2"]})
    on_each.json("PUT", f"/v1/users/{label}/friends", json={"friends": ["u1"]})
    on_each.json("PUT", "/v1/users/u2/friends", json={"friends": [label]})
    on_each.json("POST", "/v1/keys", json={"role": "person", "user": label})
    on_each.json("POST", "/v1/batch/recommendations", json={"users": [label, "u1"]})
    time.sleep(0.3)
    assert label.encode() in everything(on_each)
    start = time.process_time()  # of this process, whose service erases: others may be busy
    receipt = on_each.json("DELETE", f"/v1/users/{label}")
    held = everything(on_each)
    assert (
        label.encode() not in held and time.process_time() - start < 1 + 0.5
    )  # half a second for reading it all
    assert receipt["erased"] == {
        "events": 30,
        "recommendations": 1,
        "friends": 2,
        "keys": 1,
        "profile": 1,
        "jobs": 1,
    }
    assert (
        on_each.call("GET", f"/v1/recommendations/{body['recommendation_id']}").status_code == 404
    )
    assert on_each.recommend(user="u1")["source"] == "user"
    assert on_each.json("GET", f"/v1/users/{label}/profile")["known"] is False
    out, err = capfd.readouterr()
    assert label not in out + err
    entries = on_each.json("GET", "/v1/audit")["entries"]
    assert any(row["action"] == "erase" and row["subject"] == receipt["subject"] for row in entries)
    on_each.event("again", label, "i3")
    assert on_each.recommend(user=label)["items"][0]["item"] == "i4"  # no memory of before


def test_a_thousand_logged_answers_replay_to_the_last_bit(here, tmp_path):
    """In a process that has only the store and the folders: memory helps nobody."""
    from whyrec.serve.service import Service

    for n in range(1000):
        if n % 10 == 0:
            here.event(f"r{n}", f"u{n % 60}", f"i{n % ITEMS}")
        if n % 50 == 0:
            here.json(
                "PATCH",
                f"/v1/items/i{n // 50}",
                json={"hidden": n % 100 == 0, "title": f"Film {n}"},
            )
        here.recommend(
            user=f"u{n % 60}",
            n=1 + n % 20,
            lang=("en", "zh")[n % 2],
            explain=n % 5 > 0,
            session=[f"i{n % 7}"] * (n % 2),
            filter={"no_tags": ["War"]} if n % 3 == 0 else None,
        )
    service = Service(here.settings)
    service.start()
    with service.store.read() as connection:
        ids = list(connection.execute(select(recommendations.c.id)).scalars())
    wrong = [id for id in ids if not service.replay(service.record(id))["identical"]]
    service.close()
    assert len(ids) == 1000 and wrong == []
