"""Tables become a dataset: order, numbering, what is left out, what is refused."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from whyrec.core import DataError
from whyrec.data.build import Loaded, Step, assemble


def frame(**columns: object) -> pl.DataFrame:
    return pl.DataFrame(columns, strict=False)


def steps(loaded: Loaded) -> dict[str, tuple[int, int]]:
    return {s.name: (s.touched, s.left) for s in loaded.steps}


ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(0, 4)), min_size=1
)


@settings(deadline=None)
@given(ROWS)
def test_events_are_sorted_stably_and_numbered_by_first_appearance(
    rows: list[tuple[str, str, int]],
) -> None:
    user, item, time = (list(column) for column in zip(*rows, strict=True))
    data = assemble(frame(user=user, item=item, time=time), name="t").data
    expected = sorted(rows, key=lambda row: row[2])  # stable, as required
    found = [
        (data.users[u], data.items[i], int(t))
        for u, i, t in zip(data.user, data.item, data.time, strict=True)
    ]
    assert found == expected
    assert data.users == tuple(dict.fromkeys(user))
    assert data.items == tuple(dict.fromkeys(item))


def test_no_time_keeps_row_order_and_has_no_clock() -> None:
    data = assemble(frame(user=["b", "a"], item=[2, 1]), name="t").data
    assert data.item.tolist() == [0, 1] and data.items == ("2", "1")
    assert data.time.tolist() == [0, 0] and not data.clock and data.order == "none"
    assert data.value.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("times", "clock"), [([1, 2], False), ([99_999_999, 5], False), ([5, 10**8], True)]
)
def test_clock_is_guessed_from_the_size_of_times(times: list[int], clock: bool) -> None:
    events = frame(user=["a", "a"], item=["x", "y"], time=times)
    assert assemble(events, name="t").data.clock is clock
    assert assemble(events, name="t", clock=not clock).data.clock is not clock


@pytest.mark.parametrize(
    ("factor", "unit"), [(10**3, "milliseconds"), (10**6, "microseconds"), (10**9, "nanoseconds")]
)
def test_times_finer_than_seconds_are_refused_with_the_divisor(factor: int, unit: str) -> None:
    with pytest.raises(DataError, match=f"what look like {unit}.*divide the times by {factor}"):
        assemble(frame(user=["a"], item=["x"], time=[1_600_000_000 * factor]), name="t")


def test_fractions_of_seconds_order_events_before_they_are_cut() -> None:
    loaded = assemble(
        frame(user=["a", "a"], item=["x", "y"], time=[1.6e9 + 0.7, 1.6e9 + 0.2]), name="t"
    )
    assert [loaded.data.items[i] for i in loaded.data.item] == ["y", "x"]
    assert loaded.data.time.tolist() == [1_600_000_000] * 2
    assert steps(loaded)["cut times to whole seconds"] == (2, 2)


def test_rows_without_user_item_or_time_are_dropped_and_counted() -> None:
    loaded = assemble(
        frame(
            user=["a", None, "", "b", "c"],
            item=["x", "x", "x", None, "y"],
            time=[1, 2, 3, 4, None],
            value=[1, None, 2, 3, 4],
        ),
        name="t",
    )
    assert len(loaded.data) == 1 and loaded.data.items == ("x",)
    found = steps(loaded)
    assert found["drop rows without user"] == (2, 3)
    assert found["drop rows without item"] == (1, 2)
    assert found["drop rows without time"] == (1, 1)
    assert loaded.steps[1].detail == "first at row 2"


def test_no_event_left_is_refused() -> None:
    with pytest.raises(
        DataError, match="at least one event must name a user and an item; got 1 rows"
    ):
        assemble(frame(user=[None], item=["x"]), name="t")
    with pytest.raises(DataError, match="'events' needs at least one row; got a header only"):
        assemble(frame(user=[], item=[]), name="t")
    with pytest.raises(
        DataError,
        match="needs the column 'item'; got the columns user, thing. Fix: .*--columns item=",
    ):
        assemble(frame(user=["a"], thing=["x"]), name="t")


@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan, None])
def test_a_value_that_is_not_finite_is_refused_by_its_row_before_dropping(
    bad: float | None,
) -> None:
    with pytest.raises(
        DataError, match="'value' of events must hold finite numbers; got .* in row 3"
    ):
        assemble(
            frame(user=[None, "a", "b"], item=["x", "x", "y"], value=[1.0, 2.0, bad]), name="t"
        )


def test_text_among_numbers_is_refused_by_its_row() -> None:
    with pytest.raises(
        DataError, match="'value' of events must hold finite numbers; got 'five' in row 2"
    ):
        assemble(frame(user=["a", "b"], item=["x", "y"], value=["5", "five"]), name="t")
    with pytest.raises(
        DataError, match="'time' of events must hold Unix seconds or an order; got 'now' in row 1"
    ):
        assemble(frame(user=["a"], item=["x"], time=["now"]), name="t")


def test_a_kind_stands_for_a_missing_value() -> None:
    loaded = assemble(
        frame(user=["a", "a"], item=["x", "y"], value=[None, 4.0], kind=["view", "rating"]),
        name="t",
    )
    assert loaded.data.value.tolist() == [1, 4]
    assert steps(loaded)["set missing values to 1"] == (1, 2)


@pytest.mark.parametrize(
    ("ids", "labels"),
    [
        ([13085.0, None, 7.0], ("13085", "7")),
        (["13085.0", None, "7.0"], ("13085", "7")),
        (["007", None, "7"], ("007", "7")),
        ([1.5, None, 2.0], ("1.5", "2.0")),
        ([True, None, False], ("true", "false")),
    ],
)
def test_ids_become_labels_that_people_know(ids: list[object], labels: tuple[str, ...]) -> None:
    data = assemble(pl.DataFrame({"user": ids, "item": ids}), name="t").data
    assert data.users == data.items == labels


def test_items_keep_the_order_of_their_table_then_of_appearance() -> None:
    items = frame(
        item=[9, 3, 1],
        title=["Nine", None, "One"],
        categories=[["a"], ["b", "c"], None],
        director=["", "Lee", None],
        cast=[["p", "q"], [], None],
        year=[1999, 2000, None],
    )
    loaded = assemble(frame(user=list("aaab"), item=[1, 4, 3, 1]), name="t", items=items)
    table = loaded.data.item_table
    assert loaded.data.items == ("3", "1", "4")
    assert table.title == ("3", "One", "4")
    assert table.categories == (("b", "c"), (), ())
    assert table.fields == {"director": (("Lee",), (), ()), "cast": ((), (), ())}
    assert table.numeric["year"][0] == 2000 and math.isnan(table.numeric["year"][1])
    assert steps(loaded)["leave out items without events"] == (1, 3)
    assert steps(loaded)["keep items that the item table lacks"] == (1, 3)


def test_an_id_twice_in_a_table_is_refused_with_its_rows() -> None:
    with pytest.raises(
        DataError, match="only once in the table 'items'; got item '5' in rows 1, 3"
    ):
        assemble(frame(user=["a"], item=["5"]), name="t", items=frame(item=["5", "6", "5"]))
    with pytest.raises(
        DataError, match="only once in the table 'users'; got user 'a' in rows 1, 2"
    ):
        assemble(frame(user=["a"], item=["5"]), name="t", users=frame(user=["a", "a"]))


def test_rows_of_a_table_without_an_id_are_dropped_and_counted() -> None:
    loaded = assemble(
        frame(user=["a"], item=["5"]),
        name="t",
        items=frame(item=[None, "5", None], title=["n", "t", "m"]),
    )
    assert loaded.data.item_table.title == ("t",)
    assert steps(loaded)["drop items without an id"] == (2, 1)


def test_people_have_text_and_numbers() -> None:
    users = frame(user=["b", "z", "a"], gender=["F", "M", None], age=[30, 40, None])
    loaded = assemble(frame(user=["a", "b"], item=["x", "x"]), name="t", users=users)
    assert loaded.data.user_table.fields == {"gender": ("", "F")}
    assert loaded.data.user_table.numeric["age"][1] == 30 and math.isnan(
        loaded.data.user_table.numeric["age"][0]
    )
    assert steps(loaded)["leave out users without events"] == (1, 2)


def test_links_name_items_by_label_or_by_a_table() -> None:
    events, links = (
        frame(user=["a", "a"], item=["1", "2"]),
        frame(head=["1", "m.2", None], relation=["by", "by", "by"], tail=["Lee", "Lee", "Ann"]),
    )
    by_label = assemble(events, name="t", links=links)
    assert by_label.data.links is not None
    assert by_label.data.links.entities == ("1", "m.2", "Lee")
    assert by_label.data.links.item_entity.tolist() == [0, -1]
    assert steps(by_label)["drop incomplete links"] == (1, 2)
    entities = frame(item=["2", "2", "9"], entity=["m.2", "Lee", "1"])
    by_table = assemble(events, name="t", links=links, item_entities=entities)
    assert by_table.data.links is not None and by_table.data.links.item_entity.tolist() == [-1, 1]
    assert steps(by_table)["keep the first entity of an item"] == (1, 2)


def test_friends_without_events_are_left_out() -> None:
    friends = frame(user=["a", "b", "a"], friend=["b", "z", None])
    loaded = assemble(frame(user=["a", "b"], item=["x", "x"]), name="t", friends=friends)
    assert loaded.data.friends.tolist() == [[0, 1]]
    assert steps(loaded)["leave out friends without events"] == (1, 1)
    assert steps(loaded)["drop incomplete friends"] == (1, 2)


def test_one_person_and_one_item_are_enough() -> None:
    loaded = assemble(
        frame(user=["a"], item=["x"]), name="tiny", domain="book", steps=[Step("unpack", 1, 1)]
    )
    assert (loaded.data.n_users, loaded.data.n_items, loaded.data.name, loaded.data.domain) == (
        1,
        1,
        "tiny",
        "book",
    )
    assert [s.name for s in loaded.steps] == [
        "unpack",
        "read events",
        "take the events as unordered",
    ]


def test_categorical_ids_and_nested_ids() -> None:
    events = pl.DataFrame({"user": ["a", "b", None]}, schema={"user": pl.Categorical}).with_columns(
        item=pl.Series([1, 2, 3])
    )
    assert assemble(events, name="t").data.users == ("a", "b")
    with pytest.raises(DataError, match="the column 'user' of events must hold single ids"):
        assemble(frame(user=[["a"]], item=["x"]), name="t")


def test_titles_from_web_pages_are_read() -> None:
    items = frame(
        item=["x", "y", "z"],
        title=["Pok&eacute;mon &amp; Co", "R&D; &notthing; AT&T", "&#x4E2D;&#39;s"],
    )
    loaded = assemble(frame(user=["a", "a", "a"], item=["x", "y", "z"]), name="t", items=items)
    assert loaded.data.item_table.title == ("Pokémon & Co", "R&D; &notthing; AT&T", "中's")
    assert steps(loaded)["read HTML entities in titles"] == (2, 3)
