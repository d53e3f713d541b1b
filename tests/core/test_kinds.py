"""What kinds of events mean, which ratings are lowest, and what is left once events have taken others back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from whyrec.core.kinds import (
    KINDS,
    LISTED,
    Meaning,
    canonical,
    lowest_rating,
    meaning_of,
    nearest_kinds,
    settle,
)

M = Meaning


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        ("DISLIKE", M.NEGATIVE),
        ("thumbs_down", M.NEGATIVE),
        ("Thumbs-Down", M.NEGATIVE),
        ("thumbsDown", M.NEGATIVE),
        ("skip", M.NEGATIVE),
        ("hide", M.NEGATIVE),
        ("return", M.RETURN),
        ("Refund", M.RETURN),
        ("unlike", M.TAKEN_BACK),
        ("view", M.WEAK),
        (" Click ", M.WEAK),
        ("purchase", M.PURCHASE),
        ("import", M.CHOICE),
        ("Add to cart", M.CHOICE),
        ("rating", M.RATING),
        ("impression", M.IMPRESSION),
        ("购买", M.PURCHASE),
        ("teleported", None),
        ("", None),
        ("_", None),
    ],
)
def test_a_kind_is_known_in_any_form(kind, meaning):
    assert meaning_of(kind) is meaning


def test_every_kind_stands_once_and_is_listed():
    names = [name for row in KINDS.values() for name in row]
    assert len({canonical(name) for name in names}) == len(names)
    assert all(canonical(name) == name and name in LISTED for name in names)
    assert "dislike" in nearest_kinds("dislkie") and nearest_kinds("zzzzz") == ""


@pytest.mark.parametrize(
    ("counts", "lowest"),
    [
        ({1: 31, 4: 120, 5: 91}, 1.0),  # stars
        ({0.5: 10, 3: 50, 3.5: 60, 4: 80, 5: 40}, 0.5),
        ({0: 5, 3: 40, 4: 50, 5: 30}, 0.0),
        ({1: 3, 7: 50, 8: 60, 10: 40}, 1.0),  # of ten
        ({2: 3, 4: 50, 5: 60}, 1.0),  # the lowest of the scale, though nobody gave it
        ({1: 90, 2: 9, 5: 1}, None),  # counts: most are 1
        ({1: 20, 2: 20, 3: 20, 4: 20, 5: 20}, None),  # as likely counts: left as choices
        ({1: 500, 7: 400, 1330: 2}, None),
        ({4: 2, 5: 3, 1: 1}, None),
        ({4: 50, 5: 50}, None),
        ({-1: 3, 4: 60, 5: 40}, None),
        ({1: 1, 3.25: 60, 5: 40}, None),
        ({}, None),
    ],
)
def test_ratings_are_told_from_counts(counts, lowest):
    assert lowest_rating(np.array(list(counts)), np.array(list(counts.values()))) == lowest


@pytest.mark.parametrize(
    ("counts", "lowest"),
    [({1: 90, 2: 9, 5: 1}, 1.0), ({4: 2}, 1.0), ({0.5: 1, 2: 1}, 0.5), ({40: 2}, None)],
)
def test_what_is_said_to_be_ratings_need_not_look_so(counts, lowest):
    assert (
        lowest_rating(np.array(list(counts)), np.array(list(counts.values())), said=True) == lowest
    )


def of_one(*events: tuple[Meaning, float]) -> tuple[list[int], bool]:
    """(places of the events that stand, whether the item is avoided) of one person and item."""
    meaning, value = [m for m, _ in events], [v for _, v in events]
    keep, avoided = settle(
        np.zeros(len(events), int), np.zeros(len(events), int), np.array(meaning), np.array(value)
    )
    return np.flatnonzero(keep).tolist(), len(avoided) == 1


BUY, RETURN, NO, LIKE, VIEW, STARS, UNDO, SHOWN = (
    M.PURCHASE,
    M.RETURN,
    M.NEGATIVE,
    M.CHOICE,
    M.WEAK,
    M.RATING,
    M.TAKEN_BACK,
    M.IMPRESSION,
)


@pytest.mark.parametrize(
    ("events", "stand", "avoided"),
    [
        ([(LIKE, 1), (VIEW, 1)], [0, 1], False),
        ([(SHOWN, 1)], [], False),  # shown only: neither chosen nor refused
        ([(LIKE, 1), (NO, 1)], [], True),
        ([(NO, 1), (LIKE, 1)], [1], False),  # chosen again
        ([(NO, 1), (VIEW, 1)], [], True),  # a look does not undo a refusal
        ([(VIEW, 1), (NO, 1), (VIEW, 1), (STARS, 5)], [2, 3], False),
        ([(BUY, 3), (RETURN, -3)], [], True),
        ([(BUY, 3), (RETURN, -1)], [0], False),  # two are left
        ([(BUY, 1), (BUY, 2), (RETURN, 3)], [], True),
        ([(BUY, 3), (RETURN, -3), (BUY, 2)], [2], False),
        ([(RETURN, -1)], [], True),  # never bought
        ([(RETURN, -3), (BUY, 2)], [], True),  # in sum nothing was bought
        ([(RETURN, -2), (BUY, 3)], [1], False),
        ([(BUY, 5), (RETURN, 0)], [], True),  # all of it
        ([(BUY, 5), (RETURN, 0), (BUY, 1), (RETURN, -1)], [], True),
        ([(BUY, 5), (RETURN, 0), (BUY, 1)], [2], False),
        ([(VIEW, 1), (LIKE, 1), (RETURN, -1)], [], True),
        ([(LIKE, 1), (UNDO, 1)], [], True),
        ([(BUY, 1), (LIKE, 1), (UNDO, 1)], [0, 1], False),  # what was bought stays bought
        ([(NO, 1), (BUY, 2), (RETURN, -2)], [], True),
        ([(M.UNSAID, 12), (RETURN, -12)], [], True),
    ],
)
def test_what_takes_back_and_what_stands(events, stand, avoided):
    assert of_one(*events) == (stand, avoided)


def by_hand(events):
    """The same by a walk through the events, one after the other."""
    stands, avoided = [], False
    net = 0.0
    for at, (meaning, value) in enumerate(events):
        if meaning is SHOWN:
            continue
        if meaning is NO or (meaning is RETURN and value == 0):
            stands, avoided, net = [], True, 0.0
        elif meaning in (RETURN, UNDO):
            net -= abs(value) if meaning is RETURN else 0
            if net <= 0:
                stands, avoided = [], True
        else:
            net += max(value, 0) if meaning in (BUY, M.UNSAID) else 0
            if meaning in (BUY, M.UNSAID) and value > 0 and net <= 0:
                stands, avoided = [], True
                continue
            stands.append(at)
    strong = any(events[at][0] is not VIEW for at in stands)
    if avoided and not strong:
        return [], True
    return stands, False


event = st.tuples(st.sampled_from(list(M)), st.sampled_from([0, 1, 2, 5]))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), event), max_size=30))
def test_many_pairs_at_once_are_each_pair_alone(rows):
    user, item = (np.array([row[at] for row in rows], int) for at in (0, 1))
    keep, avoided = settle(
        user,
        item,
        np.array([row[2][0] for row in rows], int),
        np.array([row[2][1] for row in rows]),
    )
    for u in range(3):
        for i in range(3):
            mine = [at for at, row in enumerate(rows) if row[:2] == (u, i)]
            stands, gone = by_hand([rows[at][2] for at in mine])
            assert [at for at in mine if keep[at]] == [mine[at] for at in stands]
            assert ([u, i] in avoided.tolist()) == (gone and not stands)
