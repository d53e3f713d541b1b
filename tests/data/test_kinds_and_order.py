"""Kinds of events and their order together: what takes choices back is heard first, and the order is that of what is left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from whyrec.core import artefact
from whyrec.data.append import appended
from whyrec.data.clean import clean
from whyrec.data.load import load
from whyrec.data.outofcore.prepare import prepare

UNORDERED, ROWS = (
    "take the events as unordered",
    "take the order of the rows as the order of events",
)
LOG = [
    "ann,x,view",
    "bob,y,view",
    "ann,y,view",
    "ann,x,dislike",
    "bob,x,view",
    "ann,z,view",
    "bob,z,view",
    "bob,y,dislike",
]


def folder(path: Path, *rows: str, head: str = "user,item,kind") -> Path:
    path.mkdir()
    (path / "events-0.csv").write_text("\n".join([head, *rows]) + "\n")
    return path


def events(data):
    return [
        (data.users[u], data.items[i], int(t))
        for u, i, t in zip(data.user, data.item, data.time, strict=True)
    ]


def test_what_is_left_has_no_order_and_is_avoided(tmp_path):
    loaded = load(folder(tmp_path / "log", *LOG))
    data = loaded.data
    assert data.order == "none" and not data.histories.events_ago.any() and not data.time.any()
    assert {(data.users[u], data.items[i]) for u, i in data.avoided} == {("ann", "x"), ("bob", "y")}
    assert [data.items[i] for i in data.history("ann").avoided] == [
        "x"
    ]  # steps and what is avoided, in one history
    names = [step.name for step in loaded.steps]
    assert names.index("take back choices") < names.index(UNORDERED)
    assert loaded.steps[names.index(UNORDERED)].touched == 4  # of 8 rows 2 refuse, and take 2 back


def test_rows_that_take_back_have_places_too(tmp_path):
    loaded = load(folder(tmp_path / "log", *LOG), order="file")
    data = loaded.data
    assert data.order == "file" and not data.clock
    assert events(data) == [("ann", "y", 2), ("bob", "x", 4), ("ann", "z", 5), ("bob", "z", 6)]
    assert loaded.raw is not None and loaded.raw.time.tolist() == list(range(8))
    assert data.history("ann").events_ago.tolist() == [1, 0]


def test_times_that_only_refusals_tell_apart_are_no_order(tmp_path):
    """Ann's two choices have one time; the dislike that differs is no choice."""
    path = folder(
        tmp_path / "log",
        "ann,x,view,1700000000",
        "ann,y,view,1700000000",
        "ann,z,dislike,1700000500",
        head="user,item,kind,time",
    )
    data = load(path).data
    assert data.order == "none" and data.clock and data.days == ("2023-11-14", "2023-11-14")


@pytest.mark.parametrize("order", [None, "file"])
def test_new_events_go_by_both(tmp_path, order):
    """In one table or one after the other: the same choices, the same order, the same things avoided."""
    old = clean(load(folder(tmp_path / "old", *LOG[:6]), order=order).data).data
    new = load(folder(tmp_path / "new", *LOG[6:], "cid,y,view"), order=order)
    whole = clean(load(folder(tmp_path / "all", *LOG, "cid,y,view"), order=order).data).data
    made = appended(old, new.data, new.raw, duplicates="first")
    assert made.order == whole.order == (order or "none")
    assert [one[:2] for one in events(made)] == [one[:2] for one in events(whole)]
    pairs = [{(data.users[u], data.items[i]) for u, i in data.avoided} for data in (made, whole)]
    assert pairs[0] == pairs[1] == {("ann", "x"), ("bob", "y")}
    assert made.history("bob").events_ago.tolist() == whole.history("bob").events_ago.tolist()


@pytest.mark.parametrize("order", [None, "file"])
def test_pieces_are_what_the_whole_gives(tmp_path, order):
    rng = np.random.default_rng(0)
    rows = [
        f"u{u},i{i},{'dislike' if n % 9 == 4 else 'view'}"
        for n, (u, i) in enumerate(rng.integers(0, 12, (200, 2)))
    ]
    path = folder(tmp_path / "log", *rows[:90])
    (path / "events-1.csv").write_text("\n".join(["user,item,kind", *rows[90:]]) + "\n")
    read = load(path, order=order)
    cleaned = clean(read.data, meaning=read.meaning)
    made = prepare(path, tmp_path / "out", shard=40, order=order)
    found = load(tmp_path / "out").data
    assert found.hash == cleaned.data.hash and found.order == cleaned.data.order == (
        order or "none"
    )
    assert len(found.avoided) and np.array_equal(found.avoided, cleaned.data.avoided)
    assert np.array_equal(found.histories.events_ago, cleaned.data.histories.events_ago)
    steps = [(step.name, step.touched, step.left) for step in (*read.steps, *cleaned.steps)]
    assert [(step.name, step.touched, step.left) for step in made.steps] == steps


def test_folders_keep_both_and_old_ones_open_with_both_defaults(tmp_path):
    data = load(folder(tmp_path / "log", *LOG)).data
    arrays, table = artefact.dataset_parts(data)
    again = artefact.dataset_from(arrays, table)
    assert again.order == "none" and np.array_equal(again.avoided, data.avoided)
    times = dict(arrays, time=np.arange(len(data)))  # as version 0.1 wrote events without times
    old = {
        name: value
        for name, value in table.items()
        if name not in ("order", "min_rating", "cleaning")
    }
    opened = artefact.dataset_from(
        {name: value for name, value in times.items() if name != "avoided"}, old
    )
    assert (
        opened.order == "file"
        and not len(opened.avoided)
        and opened.min_rating is None
        and opened.cleaning == {}
    )
    assert opened.history("ann").events_ago.tolist() == [1, 0]
