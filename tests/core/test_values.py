"""The values refuse what breaks their rules, and say what was given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.toys import random_data, sequences
from whyrec.core import (
    ArgumentError,
    DataError,
    Dataset,
    Explanation,
    ItemTable,
    Links,
    Measurement,
    MissingExtra,
    NotFitted,
    Queries,
    Query,
    Reason,
    Slate,
    UnknownNameError,
    UserTable,
    mask_seen,
    rank_of,
    ranks,
    recommend,
    top_k,
)
from whyrec.core.cases import EvaluationCases, hits, ndcg, ndcg_of_scores, ranked
from whyrec.core.errors import WhyrecError


def events(**changes):
    fields = {
        "user": [0, 1],
        "item": [0, 1],
        "value": [1, 1],
        "time": [1, 2],
        "users": ["a", "b"],
        "items": ["x", "y"],
    }
    return Dataset(**{**fields, **changes})


# --- Query and Queries --------------------------------------------------------------------------------


def test_query_defaults():
    query = Query([3, 1])
    assert query.values.tolist() == [1, 1]
    assert (query.times.tolist(), query.now, query.events_ago.tolist()) == ([0, 0], 0, [1, 0])
    assert (len(Query([])), Query([]).now) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"items": [[1]]}, "Query.items must be one-dimensional; got shape"),
        ({"items": [1.5]}, "whole numbers in int32; got .*1.5.* at 0"),
        ({"items": [2**40]}, "whole numbers in int32"),
        ({"items": [-1]}, "item numbers must be 0 or more; got -1"),
        (
            {"items": [1], "values": [1, 2]},
            "as many values, times and events_ago as items; got 1 items, 2 values",
        ),
        ({"items": [1], "values": [np.nan]}, "event values must be finite numbers; got nan"),
        (
            {"items": [1, 2], "times": [5, 4]},
            "oldest first; got times that fall. Fix: sort the events",
        ),
        ({"items": [1, 2], "events_ago": [0, 1]}, "0 or more and never rise"),
        ({"items": [1], "events_ago": [-1]}, "0 or more and never rise"),
    ],
)
def test_query_refuses(arguments, message):
    with pytest.raises(ArgumentError, match=message):
        Query(**arguments)


def test_arrays_are_read_only_copies():
    given_items = np.array([1, 2])
    query = Query(given_items)
    given_items[0] = 9
    assert query.items.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        query.items[0] = 3


@given(m=st.integers(0, 8), data=st.data())
@settings(deadline=None)
def test_without_and_only_are_complements(m, data):
    query = Query(range(m), times=np.arange(m) * 2, now=99, user=4)
    gone = data.draw(st.sets(st.integers(0, m - 1))) if m else set()
    left = query.without(gone)
    assert left.items.tolist() == [i for i in range(m) if i not in gone]
    assert left.events_ago.tolist() == [m - 1 - i for i in range(m) if i not in gone]
    assert (left.now, left.user) == (99, None)
    assert query.only(left.items).items.tolist() == left.items.tolist()


def test_without_refuses_positions_outside():
    with pytest.raises(ArgumentError, match=r"positions must lie in 0..1; got \[2\]"):
        Query([1, 2]).without([2])


@given(rows=st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=5))
@settings(deadline=None)
def test_queries_hold_what_they_were_made_of(rows):
    queries = [
        Query(row, user=n if n % 2 else None).without([0] if row else [])
        for n, row in enumerate(rows)
    ]
    batch = Queries.of(queries)
    assert Queries.of(batch) is batch
    assert len(batch) == len(rows)
    for one, again in zip(queries, batch, strict=True):
        assert (one.items.tolist(), one.events_ago.tolist(), one.now, one.user) == (
            again.items.tolist(),
            again.events_ago.tolist(),
            again.now,
            again.user,
        )
    back = batch[np.arange(len(batch))[::-1]]
    assert [q.items.tolist() for q in back] == [q.items.tolist() for q in queries[::-1]]
    assert batch[1:].sizes.tolist() == [len(q) for q in queries[1:]]
    assert batch.row.tolist() == [n for n, q in enumerate(queries) for _ in q.items]


def test_queries_know_their_users():
    batch = Queries.of([Query([1], user=3), Query([1])])
    assert (batch[0].user, batch[1].user, batch[-1].user) == (3, None, None)
    assert Queries.of(Query([1], user=3)).user.tolist() == [3]
    with pytest.raises(IndexError):
        batch[2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"indptr": [0, 1]}, "rise from 0 to the number of events"),
        ({"indptr": []}, "rise from 0"),
        ({"indptr": [1, 2]}, "rise from 0"),
        ({"indptr": [0, 3, 2]}, "rise from 0"),
        ({"values": [1]}, "equal lengths of events and of rows; got 2 items, 1 values"),
        ({"now": [1, 2]}, "1 rows, 2 now"),
        ({"events_ago": [1]}, "one step back of 0 or more per event; got 1 for 2"),
        ({"events_ago": [1, -1]}, "one step back of 0 or more"),
    ],
)
def test_queries_refuse(changes, message):
    fields = {
        "indptr": [0, 2],
        "items": [1, 2],
        "values": [1, 1],
        "times": [0, 1],
        "now": [1],
        "user": [-1],
    }
    with pytest.raises(ArgumentError, match=message):
        Queries(**{**fields, **changes})


def test_queries_of_something_else():
    with pytest.raises(ArgumentError, match="a model scores Query values; got int"):
        Queries.of([3])


# --- Slate, Reason, Explanation, Measurement -------------------------------------------------------------


def test_slate():
    slate = Slate([4, 2], [2.0, 1.0])
    assert (len(slate), slate.rank(2), slate.rank(9)) == (2, 2, None)


@pytest.mark.parametrize(
    ("items", "scores", "message"),
    [
        ([1], [1, 2], "one score per item; got 1 and 2"),
        ([1, 1], [2, 1], "no item twice"),
        ([1], [np.inf], "must be finite"),
        ([1, 2], [1, 2], "never rise"),
    ],
)
def test_slate_refuses(items, scores, message):
    with pytest.raises(ArgumentError, match=message):
        Slate(items, scores)


def test_reason_refuses():
    with pytest.raises(ArgumentError, match="a reason's kind must be one of event, .*; got 'vibe'"):
        Reason("vibe", (), 1.0)
    with pytest.raises(ArgumentError, match="weight must be finite; got nan"):
        Reason("event", (0,), float("nan"))


@given(
    base=st.floats(-1e3, 1e3),
    weights=st.lists(st.floats(-1e3, 1e3), max_size=6),
    rest=st.floats(-10, 10),
    off=st.floats(-5, 5),
)
@settings(deadline=None)
def test_an_additive_explanation_adds_up_or_cannot_be_made(base, weights, rest, off):
    reasons = tuple(Reason("event", (p,), w) for p, w in enumerate(weights))
    score = base + sum(weights) + rest + off
    if abs(off) <= 0.9e-4 * max(1, abs(score)):
        made = Explanation(1, score, base, reasons, rest, "m", True)
        assert 0 <= made.explained_share <= 1
        assert made.gap == pytest.approx(
            off, abs=1e-9 * max(1, abs(score), *map(abs, weights), abs(base))
        )
    elif abs(off) > 1.1e-4 * max(1, abs(score)):
        with pytest.raises(
            ArgumentError, match="an additive explanation must add up to its score; got score"
        ):
            Explanation(1, score, base, reasons, rest, "m", True)
        assert Explanation(1, score, base, reasons, rest, "m", False).explained_share == 0


def test_the_share_that_is_said_is_of_the_whole_score():
    """Of the score 8 the named reason makes 3, another 1, the base 2 and the rest 2."""
    reasons = (Reason("event", (0,), 3.0), Reason("event", (1,), 1.0))
    for left, percent in (((8.0, 2.0, 2.0), 38), ((6.0, 2.0, 0.0), 50), ((5.0, 2.0, -1.0), 60)):
        score, base, rest = left
        why = Explanation(1, score, base, reasons, rest, "m", True, named=1)
        assert why.share == percent
    assert Explanation(1, 8.0, 2.0, reasons, 2.0, "m", True, named=2).share == 50
    assert Explanation(1, 8.0, 2.0, reasons, 2.0, "m", False, named=1).share is None


def test_explained_share():
    reasons = (Reason("event", (0,), 2.0), Reason("event", (1,), -1.0))
    assert Explanation(1, 1.0, 0.0, reasons, 0.0, "m", True).explained_share == 1.0
    assert Explanation(1, 0.0, 0.0, (), 0.0, "m", True).explained_share == 1.0
    # How far a rest decides the place is not in the parts of one item: nothing is claimed.
    assert Explanation(1, 2.0, 0.0, reasons, 1.0, "m", True).explained_share == 0.0
    stated = Explanation(1, 2.0, 0.0, reasons, 1.0, "m", True, explained_share=0.6)
    assert stated.explained_share == 0.6
    for wrong in (-0.1, 1.1):
        with pytest.raises(ArgumentError, match="explained_share must be from 0 to 1"):
            Explanation(1, 2.0, 0.0, reasons, 1.0, "m", True, explained_share=wrong)
    with pytest.raises(ArgumentError, match="an explanation's base must be finite; got nan"):
        Explanation(1, 0.0, float("nan"), (), 0.0, "m", False)


def test_measurement():
    assert Measurement("m", [1, np.nan, 3]).mean == 2
    assert np.isnan(Measurement("m", [np.nan]).mean)


# --- Dataset ------------------------------------------------------------------------------------------


def test_dataset_defaults():
    data = events()
    assert (len(data), data.n_users, data.n_items) == (2, 2, 2)
    assert data.item_table.title == ("x", "y")
    assert data.item_table.text == ("", "")
    assert data.friends.shape == (0, 2)
    assert len(data.hash) == 64 and data.hash != events(value=[1, 2]).hash


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"user": [0]}, r"equally many users, items, values and times; got \[1, 2, 2, 2\]"),
        ({"user": [0, 2]}, "Dataset.user must lie in 0..1; got 2 at row 1"),
        ({"item": [-1, 0]}, "Dataset.item must lie in 0..1; got -1 at row 0"),
        ({"value": [1, np.inf]}, "event values must be finite numbers; got inf"),
        (
            {"time": [2, 1]},
            "in order of time; got times that fall. Fix: sort by time with a stable sort",
        ),
        ({"users": ["a", "a"]}, "user labels must not repeat; got 'a' twice. Fix: merge"),
        ({"item_table": ItemTable(("x",))}, "one row per item; got 1 rows, 2 items"),
        (
            {"user_table": UserTable({"age": ("1",)})},
            r"the user table must have one row per label \(2\); got 1 in 'age'",
        ),
        ({"friends": [[0, 5]]}, "Dataset.friends must lie in 0..1; got 5"),
        (
            {"links": Links(["e"], ["r"], [0], [0], [0], [0])},
            "Links.item_entity must have one row per item; got 1",
        ),
    ],
)
def test_dataset_refuses(changes, message):
    with pytest.raises(DataError, match=message):
        events(**changes)


def test_item_table_refuses_short_columns_and_flat_vectors():
    with pytest.raises(DataError, match=r"one row per label \(2\); got 1 in 'director'"):
        ItemTable(("x", "y"), fields={"director": (("A",),)})
    with pytest.raises(
        DataError, match=r"vectors 'image' must be \(n_items, d\); got shape \(2,\)"
    ):
        ItemTable(("x", "y"), vectors={"image": np.zeros(2)})


def test_links_refuse():
    with pytest.raises(DataError, match="equally many heads, relations and tails; got 1, 0, 1"):
        Links(["e"], ["r"], [0], [], [0], [])
    with pytest.raises(DataError, match="Links.relation must lie in 0..0; got 3 at row 0"):
        Links(["e"], ["r"], [0], [3], [0], [])
    assert len(Links(["e"], ["r"], [0], [0], [0], [-1])) == 1


def test_people_and_items_by_label():
    data = events(item_table=ItemTable(("Heat", "Alien")))
    assert (data.user_number("b"), data.item_number("y"), data.item_number("aLIEN")) == (1, 1, 1)
    assert data.history("b").user == 1
    with pytest.raises(UnknownNameError, match="unknown user 'bb'. Did you mean 'b'"):
        data.history("bb")
    with pytest.raises(UnknownNameError, match="unknown item 'Alein'. Did you mean 'Alien'"):
        data.item_number("Alein")
    with pytest.raises(UnknownNameError, match="unknown item 'Heat'"):
        events(item_table=ItemTable(("Heat", "Heat"))).item_number("Heat")


def test_compact_leaves_nobody_and_nothing_empty():
    links = Links(["e", "f"], ["r"], [0], [0], [1], [0, 1, -1])
    data = Dataset(
        [2, 0],
        [2, 2],
        [1, 1],
        [1, 2],
        ["a", "b", "c"],
        ["x", "y", "z"],
        ItemTable(
            ("X", "Y", "Z"),
            fields={"f": (("1",), ("2",), ("3",))},
            numeric={"n": [1, 2, 3]},
            vectors={"v": np.eye(3)},
        ),
        UserTable({"g": ("F", "M", "D")}, {"age": [1, 2, 3]}),
        links,
        [[0, 2], [0, 1]],
    )
    small = data.compact()
    assert (small.users, small.items, small.item_table.title) == (("a", "c"), ("z",), ("Z",))
    assert small.user.tolist() == [1, 0]
    assert small.friends.tolist() == [[0, 1]]
    assert small.links.item_entity.tolist() == [-1]
    assert small.user_table.fields["g"] == ("F", "D")
    assert small.item_table.vectors["v"].tolist() == [[0, 0, 1]]
    assert events().compact().links is None


def test_select_and_empty_histories():
    data = random_data().select(np.zeros(0, int))
    assert len(data) == 0
    assert data.histories.sizes.sum() == 0
    assert data.histories[0].now == 0


# --- ranking and cases --------------------------------------------------------------------------------


@given(seed=st.integers(0, 10_000), k=st.integers(1, 9), ties=st.booleans())
@settings(deadline=None, max_examples=60)
def test_top_k_is_a_stable_sort(seed, k, ties):
    rng = np.random.default_rng(seed)
    scores = (
        rng.integers(0, 3, (4, 7)).astype(np.float32) if ties else rng.random((4, 7), np.float32)
    )
    items, best = top_k(scores, k)
    for row in range(4):
        expected = sorted(range(7), key=lambda i: (-scores[row, i], i))[:k]
        assert items[row].tolist() == expected
        assert best[row].tolist() == scores[row, expected].tolist()
        for item in range(7):
            assert ranks(scores[[row]], np.array([item]))[0] == 1 + sorted(
                range(7), key=lambda i: (-scores[row, i], i)
            ).index(item)


@pytest.mark.parametrize("kind", ["distinct", "few ties", "all tied", "nearly all forbidden"])
def test_top_k_of_many_columns_is_the_same_sort(kind):
    rng = np.random.default_rng(0)
    scores = rng.random((5, 9001)).astype(np.float32)
    if kind == "few ties":
        scores = np.round(scores, 3)
    elif kind == "all tied":
        scores[:] = 1.0
    elif kind == "nearly all forbidden":
        scores[:, 3:] = -np.inf
    items, best = top_k(scores, 8)
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :8]
    assert items.tolist() == expected.tolist() and items.dtype == np.int32
    assert best.tolist() == np.take_along_axis(scores, expected, 1).tolist()


def test_top_k_needs_a_place():
    with pytest.raises(ArgumentError, match="k must be 1 or more; got 0"):
        top_k(np.zeros((1, 2), np.float32), 0)


class Fixed:
    def fit(self, data, *, seed=0):
        return self

    def score(self, queries):
        return np.tile(np.array([1, 5, 3, 4], np.float32), (len(queries), 1))


def test_recommend_leaves_out_seen_and_excluded():
    queries = [Query([1]), Query([])]
    assert [s.items.tolist() for s in recommend(Fixed(), queries, 2)] == [[3, 2], [1, 3]]
    assert recommend(Fixed(), queries, 9, exclude=[3])[0].items.tolist() == [2, 0]
    assert recommend(Fixed(), Query([1]), 1, seen=True)[0].items.tolist() == [1]
    assert (rank_of(Fixed(), Query([1]), 2), rank_of(Fixed(), Query([1]), 1)) == (2, None)
    assert mask_seen(Fixed().score([1]), Queries.of(Query([1])))[0].tolist() == [1, -np.inf, 3, 4]


def test_cases():
    cases = EvaluationCases(Queries.of([Query([0]), Query([1])]), [0, 2, 3], [1, 2, 3])
    assert cases.take(np.array([1])).items.tolist() == [3]
    assert cases.sample(5) is cases
    assert len(cases.sample(1)) == 1
    lists = ranked(Fixed(), cases, 2)
    assert lists.tolist() == [[1, 3], [3, 2]]
    found = hits(lists, cases)
    assert found.tolist() == [[True, False], [True, False]]
    np.testing.assert_allclose(ndcg(found, cases), [1 / (1 + 1 / np.log2(3)), 1])
    masked = mask_seen(Fixed().score(cases.queries), cases.queries)
    np.testing.assert_allclose(ndcg_of_scores(masked, cases, 2), ndcg(found, cases))
    np.testing.assert_allclose(ndcg_of_scores(masked[1:], cases.take(np.array([1])), 2), [1])
    empty = EvaluationCases(Queries.of([]), [0], [])
    assert ranked(Fixed(), empty, 3).shape == (0, 3)
    with pytest.raises(
        ArgumentError,
        match="one true item or more for each query; got 1 queries, 1 truths, 0 items",
    ):
        EvaluationCases(Queries.of([Query([])]), [0, 0], [])


# --- errors -------------------------------------------------------------------------------------------


def test_errors_say_what_to_do():
    assert (
        str(NotFitted(Fixed())) == "Fixed is not fitted. Fix: call Fixed.fit(data, seed=0) first."
    )
    assert "pip install 'whyrec[text]'" in str(MissingExtra("torch", "text"))
    assert str(ArgumentError("k must be 1")) == "k must be 1."
    assert str(UnknownNameError("model", "zzz", [])) == "unknown model 'zzz'. Known: none."
    many = str(UnknownNameError("item", "a1", [f"b{n}" for n in range(50)]))
    assert "(50 in all)" in many
    assert (
        str(UnknownNameError("model", "eas", ["ease"]))
        == "unknown model 'eas'. Did you mean 'ease'? Known: ease."
    )
    assert all(
        issubclass(kind, WhyrecError)
        for kind in (DataError, NotFitted, UnknownNameError, MissingExtra)
    )


def test_histories_are_in_order():
    data = sequences([[2, 0], [1]], 3)
    assert [q.items.tolist() for q in data.histories] == [[2, 0], [1]]
    assert data.histories.now.tolist() == [1, 0]


@pytest.mark.parametrize(
    "make",
    [
        lambda **how: Query([1, 2], **how),
        lambda **how: Queries([0, 2], [1, 2], [1, 1], [0, 0], [0], [-1], **how),
    ],
)
def test_steps_is_the_old_name_of_events_ago(make):
    said = "^steps of (Query|Queries) is events_ago now; the old name works in this version only$"
    with pytest.warns(DeprecationWarning, match=said) as caught:
        old = make(steps=[5, 3])
    assert [one.filename for one in caught] == [__file__]
    assert old.events_ago.tolist() == make(events_ago=[5, 3]).events_ago.tolist() == [5, 3]
    with pytest.warns(DeprecationWarning, match=r"steps is (Query|Queries)\.events_ago now"):
        assert old.steps is old.events_ago
    with pytest.raises(TypeError, match="got steps and events_ago, which are one argument"):
        make(steps=[5, 3], events_ago=[5, 3])
