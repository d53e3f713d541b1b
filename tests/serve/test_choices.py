"""What counts of a person's record: kinds act at once, seen means ever seen, and off means off, also in training."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import update

from tests.serve.helpers import film_data, fitted_folder, served
from whyrec import api
from whyrec.core import Dataset
from whyrec.data.load import load
from whyrec.serve import import_export
from whyrec.serve.insight import item_map, profile as looks
from whyrec.serve.insight.item_vectors import embed_items
from whyrec.serve.store.choices import cancelled_events, known_of
from whyrec.serve.store.people import Controls
from whyrec.serve.store.tables import events, people
from whyrec.serve.versions.registry import Registry
from whyrec.serve.versions.retrain import retrain

DAY = 86_400
START = 1_700_000_000


def listed(made, user: str, **more) -> set[str]:
    return {row["item"] for row in made.recommend(user=user, n=100, **more)["items"]}


def history(made, user: str) -> dict[str, tuple[str, str | None]]:
    rows = made.json("GET", f"/v1/users/{user}/history?limit=500")["events"]
    return {row["event_id"]: (row["kind"], row["because"]) for row in rows}


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("dislike", {}),
        ("DISLIKE", {}),
        ("Thumbs-Down", {}),
        ("skip", {}),
        ("return", {}),
        ("refund", {"value": 1}),
        ("rating", {"value": 0.5}),
        ("rating", {"value": -1}),
        ("purchase", {"value": -1}),
        ("view", {"value": -1}),
        ("unlike", {}),
    ],
)
def test_a_refusal_acts_at_the_next_request(here, kind, more):
    first = here.recommend(user="u1", n=5)["items"][0]["item"]
    own = film_data().items[film_data().history("u1").items[-1]]
    here.event("a", "u1", first, type=kind, **more)
    here.event(
        "b", "u1", own, type=kind, **more
    )  # chosen before: no reason any more, and not offered
    got = here.recommend(user="u1", n=100, reasons=10)
    named = {
        reason["evidence"]["item"]
        for row in got["items"]
        for reason in row["reasons"]
        if reason["evidence"]
    }
    assert not {first, own} & {row["item"] for row in got["items"]} and own not in named
    assert not {first, own} & listed(here, "u1", repeat=True)
    why = here.json("POST", "/v1/why-not", json={"user": "u1", "item": first})
    assert [cause["code"] for cause in why["causes"]] == ["refused"] and not why["listed"]
    assert history(here, "u1")["a"][1] == "no-choice"
    assert "cancelled" in {because for _, because in history(here, "u1").values()}
    here.event("c", "u1", first, type="like")  # chosen after all
    assert first not in {
        cause["code"]
        for cause in here.json("POST", "/v1/why-not", json={"user": "u1", "item": first})["causes"]
    }
    assert history(here, "u1")["c"] == ("like", None)


def test_a_further_page_offers_nothing_that_was_refused_since(here):
    got = here.recommend(user="u1", n=5)
    page = here.json("GET", f"/v1/recommendations/{got['recommendation_id']}/items?offset=5&n=10")[
        "items"
    ]
    here.event("a", "u1", page[3]["item"], type="dislike")
    later = here.json("GET", f"/v1/recommendations/{got['recommendation_id']}/items?offset=5&n=10")[
        "items"
    ]
    assert [row["item"] for row in later] == [row["item"] for row in page if row is not page[3]]


def test_a_return_takes_back_as_many_as_it_says(here):
    here.event("1", "shop", "i3", type="purchase", value=5)
    here.event("2", "shop", "i3", type="return", value=2)
    assert history(here, "shop")["1"] == ("purchase", None)
    here.event("3", "shop", "i3", type="return", value=3)
    assert history(here, "shop") == {
        "1": ("purchase", "cancelled"),
        "2": ("return", "no-choice"),
        "3": ("return", "no-choice"),
    }
    here.event("4", "shop", "i4", type="purchase", value=5)
    here.event("5", "shop", "i4", type="return")
    assert history(here, "shop")["4"][1] == "cancelled"


@pytest.mark.parametrize(
    ("event", "because"),
    [
        ({"type": "teleported"}, "must be a kind that is known (choice: "),
        ({"type": "rating"}, "value: a rating needs one"),
        ({"type": "dislikes"}, "did you mean 'dislike"),
        ({"kind": "view"}, "kind: "),
    ],
)
def test_a_batch_that_is_rejected_whole_is_no_success(here, event, because):
    row = {"event_id": "1", "user": "x", "item": "i1", **event}
    answer = here.call("POST", "/v1/events", json={"events": [row]})
    assert answer.status_code == 409 and answer.json()["type"] == "urn:whyrec:events"
    assert because in answer.json()["detail"] and answer.json()["errors"][0]["given"] == "1"
    mixed = here.json(
        "POST", "/v1/events", json={"events": [row, {"event_id": "2", "user": "x", "item": "i1"}]}
    )
    assert [one["result"] for one in mixed["results"]] == [
        "rejected",
        "accepted",
    ] and because in mixed["results"][0]["because"]
    assert set(history(here, "x")) == {"2"}


def test_kinds_are_stored_as_the_table_writes_them(here):
    here.event("1", "x", "i1", type="Add to cart")
    here.event("2", "x", "i2", type="CLICK")
    assert {kind for kind, _ in history(here, "x").values()} == {"add_to_cart", "click"}


# --- seen means ever seen ---------------------------------------------------------------------------------------------


def test_history_limits_what_is_scored_not_what_is_seen(tmp_path):
    with served(tmp_path, history=4) as made:
        own = {film_data().items[i] for i in film_data().history("u1").items}  # eight
        assert not own & listed(made, "u1")
        first = film_data().items[film_data().history("u1").items[0]]
        why = made.json("POST", "/v1/why-not", json={"user": "u1", "item": first})
        assert not why["listed"] and [cause["code"] for cause in why["causes"]] == ["seen"]
        what = made.json(
            "POST", "/v1/what-if", json={"user": "u1", "add": [{"item": "i39"}], "n": 40}
        )
        assert not own & {
            row["item"] for row in (*what["before"]["items"], *what["after"]["items"])
        }
        assert first in listed(made, "u1", repeat=True)  # asked for
        got = made.recommend(user="u1")
        assert made.json("GET", f"/v1/recommendations/{got['recommendation_id']}/replay")[
            "identical"
        ]
        made.event("no", "u1", first, type="dislike")
        assert first not in listed(made, "u1", repeat=True)


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from("abcd"),
            st.sampled_from(
                [
                    ("like", 1),
                    ("view", 1),
                    ("purchase", 2),
                    ("return", 1),
                    ("return", 0),
                    ("dislike", 1),
                    ("impression", 1),
                    ("rating", 1),
                    ("rating", 5),
                    ("unlike", 1),
                ]
            ),
        ),
        max_size=25,
    ),
    limit=st.integers(1, 6),
    period=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_a_long_record_is_known_as_a_short_one(store_of_one, rows, limit, period):
    """The quick way for people with more events than are scored, against all events read at once."""
    add, store = store_of_one
    user = add([(item, kind, value) for item, (kind, value) in rows])
    controls = Controls(excluded_periods=((START + 3, START + 6),)) if period else Controls()
    with store.read() as connection:
        short = known_of(connection, user, limit, 1.5, controls)
        whole = known_of(connection, user, 1000, 1.5, controls)
    assert short.history == whole.history[-limit:] or period
    ids = [event_id for *_, event_id, _ in whole.history]
    assert [event_id for *_, event_id, _ in short.history] == ids[-limit:] or period
    assert (short.avoided, short.cancelled, short.withdrawn) == (
        whole.avoided,
        whole.cancelled,
        whole.withdrawn,
    )
    chosen = {item for item, *_ in whole.history}
    assert {*short.seen, *(item for item, *_ in short.history)} == chosen and whole.seen == ()


@pytest.fixture(scope="module")
def store_of_one(tmp_path_factory):
    with served(tmp_path_factory.mktemp("one"), rate=1e6, burst=10**6) as made:
        count = iter(range(10**6))

        def add(rows):
            user = f"person {next(count)}"
            sent = [
                {
                    "event_id": str(at),
                    "user": user,
                    "item": item,
                    "type": kind,
                    "value": value,
                    "ts": START + at,
                }
                for at, (item, kind, value) in enumerate(rows)
            ]
            if sent:
                made.json("POST", "/v1/events", json={"events": sent})
            return user

        yield add, made.service.store


def test_on_real_ratings_nobody_is_offered_what_they_have_seen(real_data, tmp_path):
    data = api.load(str(real_data("ml-latest-small.zip")))
    everything = load(
        str(real_data("ml-latest-small.zip"))
    ).data.histories  # 43 people gave more than 500 ratings
    busy = np.flatnonzero(everything.sizes > 500)
    assert len(busy) == 43
    with served(
        tmp_path, model=fitted_folder(tmp_path / "m", "cooccurrence", data), rate=1e6, burst=10**6
    ) as made:
        offered = seen = 0
        for person in busy.tolist():
            label = label_of(everything, data, person)
            own = {data.items[i] for q in (data.history(label),) for i in (*q.items, *q.avoided)}
            got = [row["item"] for row in made.recommend(user=label, explain=False)["items"]]
            offered, seen = offered + len(got), seen + len(own & set(got))
        assert (offered, seen) == (430, 0)


def label_of(everything, data: Dataset, person: int) -> str:
    """The label of a person: both have the people in one order, for each has a choice."""
    assert len(everything) == data.n_users
    return data.users[person]


# --- off means off ----------------------------------------------------------------------------------------------------


def counts(data: Dataset) -> dict[str, int]:
    return dict(
        zip(data.items, np.bincount(data.item, minlength=data.n_items).tolist(), strict=True)
    )


def test_somebody_switched_off_is_in_no_training_and_no_statistics(here):
    service, store = here.service, here.service.store
    here.event("own", "u1", "i39", ts=START - 10)
    before = import_export.to_dataset(store, like=film_data())
    here.json("PATCH", "/v1/users/u1/profile", json={"personalised": False})
    after = import_export.to_dataset(store, like=film_data())
    left = before.of_people(
        np.array([n for n, user in enumerate(before.users) if user != "u1"])
    ).compact()
    assert (
        counts(after) == counts(left) and "u1" not in after.users and len(before) - len(after) == 9
    )
    for n in range(2, 40):  # people who judge
        here.event("new", f"u{n}", f"i{(n * 7) % 40}", ts=service.now())
    registry = Registry(store, here.settings.models_folder)
    found = retrain(store, registry, service.now(), fewest=1)
    version = found.version or registry.add(_fitted(store, here), service.now())
    model = registry.other(version)
    own = dict(zip(model.data.items, model.data.item_table.numeric["events"], strict=True))
    assert own == counts(import_export.to_dataset(store, like=film_data()))
    assert "u1" not in import_export.tables_of(store)["events"]["user"].to_list()
    live = service.registry.current(store.counters())
    with store.read() as connection:
        space = embed_items(live)
        row_of = np.full(live.n_items, -1)
        row_of[space.items] = np.arange(len(space.items))
        assert "u1" not in item_map._people(connection, live, space, row_of)[0]
    assert looks.tastes(service, "u1")["choices"] == 0
    profile = here.json("GET", "/v1/users/u1/profile")
    assert (profile["tags"], profile["events"]) == ([], 0)
    assert len(here.json("GET", "/v1/users/u1/export")["events"]) == 9  # stored, and theirs
    assert {because for _, because in history(here, "u1").values()} == {"off"}
    own_items = {film_data().items[i] for i in film_data().history("u1").items} | {"i39"}
    assert here.recommend(user="u1", n=100)["source"] == "popular" and not own_items & listed(
        here, "u1"
    )
    here.json("PATCH", "/v1/users/u1/profile", json={"personalised": True})
    assert "u1" in import_export.tables_of(store)["events"]["user"].to_list()


def _fitted(store, made):
    """A model of the store's events in a folder, where retraining kept none."""
    data = import_export.to_dataset(store, like=film_data())
    return fitted_folder(made.settings.models_folder.parent / "again", data=data)


def test_what_was_refused_or_taken_back_is_in_no_training(here):
    own = film_data().items[film_data().history("u1").items[0]]
    other = film_data().items[film_data().history("u1").items[1]]
    first = next(id for id, _ in history(here, "u1").items())
    here.event("no", "u1", own, type="dislike")
    rows = here.json("GET", "/v1/users/u1/history")["events"]
    id = next(row["event_id"] for row in rows if row["item"] == other)
    here.json("PATCH", "/v1/users/u1/profile", json={"excluded_events": [id]})
    data = import_export.to_dataset(here.service.store, like=film_data())
    mine = [data.items[i] for i in data.history("u1").items]
    assert first and not {own, other} & set(mine) and len(mine) == 6
    assert [data.items[i] for i in data.history("u1").avoided] == [own]
    with here.service.store.read() as connection:
        assert len(cancelled_events(connection, 1.5)) == 1


def test_ratings_are_read_on_the_scale_of_the_models_data(tmp_path):
    data = replace(film_data(), min_rating=4.0)
    with served(tmp_path, model=fitted_folder(tmp_path / "m", data=data)) as made:
        made.event("1", "x", "i1", type="rating", value=3.5)
        made.event("2", "x", "i2", type="rating", value=4)
        assert history(made, "x") == {"1": ("rating", "no-choice"), "2": ("rating", None)}
        assert history(made, "u1") and {kind for kind, _ in history(made, "u1").values()} == {
            "rating"
        }


# --- in and out -------------------------------------------------------------------------------------------------------


def test_a_folder_brings_what_people_avoid(tmp_path):
    data = replace(film_data(), avoided=[(1, 39)])
    with served(tmp_path, model=fitted_folder(tmp_path / "m", data=data)) as made:
        free = [row["item"] for row in made.recommend(user="u1", n=100)["items"]]
        assert "i39" not in free and "i39" in listed(made, "u2")
        assert "avoided" not in {
            kind for kind, _ in history(made, "u1").values()
        }  # when it was is not known
        assert "avoided" in {
            row["kind"] for row in made.json("GET", "/v1/users/u1/export")["events"]
        }
        assert [
            cause["code"]
            for cause in made.json("POST", "/v1/why-not", json={"user": "u1", "item": "i39"})[
                "causes"
            ]
        ] == ["refused"]
        made.event("x", "u1", "i39", type="watch")  # chosen later
        assert history(made, "u1")["x"] == ("watch", None)


def test_import_and_export_keep_kinds_and_repeats(here, tmp_path):
    (tmp_path / "log.csv").write_text(
        "user,item,kind,time\nann,i1,Purchase,10\nann,i1,purchase,11\nann,i2,dislike,12\n"
        "ann,i3,impression,13\nbob,i2,skip,14\n"
    )
    counted = import_export.put_loaded(here.service.store, load(tmp_path / "log.csv"), START)
    assert (counted["events"], counted["people"]) == (5, 2)
    assert (
        import_export.put_loaded(here.service.store, load(tmp_path / "log.csv"), START) == counted
    )
    assert sorted(kind for kind, _ in history(here, "ann").values()) == [
        "dislike",
        "impression",
        "purchase",
        "purchase",
    ]
    assert "i2" not in listed(here, "bob") | listed(here, "ann")
    import_export.export(here.service.store, tmp_path / "out")
    again = load(tmp_path / "out").data
    assert [again.items[i] for i in again.history("ann").items] == ["i1", "i1"]
    assert [again.items[i] for i in again.history("bob").avoided] == ["i2"]
    written = (tmp_path / "out" / "events.csv").read_text()
    assert "impression" in written and "import" in written  # of the model's folder


def test_an_early_store_is_read_with_its_kinds(tmp_path):
    """Before, kinds were stored as they came, and those that were not known counted."""
    with served(tmp_path) as made:
        for at, item in enumerate(("i1", "i2", "i3")):
            made.event(str(at), "x", item)
        store = made.service.store

        def as_before(connection):
            for id, kind in (("0", "DISLIKE"), ("1", "saw_trailer"), ("2", "import")):
                connection.execute(
                    update(events)
                    .where(events.c.user == "x", events.c.event_id == id)
                    .values(kind=kind)
                )
            connection.execute(update(people).values(revision=people.c.revision + 1))
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0003'")

        store.write(as_before)
    with served(tmp_path) as made:
        assert history(made, "x") == {
            "0": ("dislike", "no-choice"),
            "1": ("saw_trailer", None),
            "2": ("import", None),
        }
        data = import_export.to_dataset(made.service.store, like=film_data())
        assert [data.items[i] for i in data.history("x").items] == ["i2", "i3"]


def test_the_garbage_collector_leaves_remembered_histories_alone(here):
    """Tens of thousands of them stay in memory; looking through them would stop every request."""
    with here.service.store.read() as connection:
        _, known = here.service.known(connection, "u1")
    assert len(known.history) > 3
    gc.collect()
    gc.collect()
    assert not any(map(gc.is_tracked, known.history)) and not gc.is_tracked(known.history)
