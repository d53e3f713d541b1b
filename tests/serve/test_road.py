"""A request travels one way: its history is read once and ranked once, through few rooms."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import whyrec

ROOMS = 10  # rooms (packages, or modules beside them) behind the route; with it and telemetry: 12
SOURCE = Path(whyrec.__file__).parent


def traced(work):
    """The calls into whyrec that `work` makes, as (room, function)."""
    calls = Counter()

    def note(frame, event, _):
        if event == "call" and SOURCE in (path := Path(frame.f_code.co_filename)).parents:
            place = path.relative_to(SOURCE)
            room = place.parent if place.parent.name not in ("", "serve") else place
            calls[str(room), frame.f_code.co_qualname] += 1

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def test_a_request_reads_and_ranks_its_history_once(here):
    ask = {"user": "u1", "n": 5}
    here.service.recommend(ask, "warm", None)
    here.service.forget("u1")
    calls = traced(lambda: here.service.recommend(ask, "key", None))
    once = [
        "known_of",
        "Query.__init__",
        "decompose",
        "Listing.__init__",
        "explain_list",
        "Listing.removals",
        "Inputs.as_json",
    ]
    named = Counter()
    for (_, function), count in calls.items():
        named[function] += count
    assert {name: named[name] for name in once} == dict.fromkeys(once, 1)
    assert named["say"] == 5  # one writer, one text for each item
    rooms = {room for room, _ in calls}
    assert len(rooms) <= ROOMS, sorted(rooms)
