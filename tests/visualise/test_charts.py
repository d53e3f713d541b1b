"""Charts put marks where the numbers are."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, strategies as st

from whyrec.visualise.drawing import charts, heatmap

FINITE = st.floats(-1e6, 1e6, allow_subnormal=False).filter(lambda v: v == 0 or abs(v) > 1e-6)


@given(st.lists(FINITE, min_size=1, max_size=8))
def test_an_axis_holds_zero_and_every_value_with_round_ticks(values):
    span = charts.scale(values)
    assert span[0] <= min(0.0, *values) and span[1] >= max(0.0, *values) and span[0] < span[1]
    ticks = charts.ticks(span)
    assert 1 <= len(ticks) <= 8
    assert all(span[0] - 1e-6 <= tick <= span[1] + 1e-6 for tick in ticks)
    if len(ticks) > 2:
        assert np.allclose(np.diff(ticks), ticks[1] - ticks[0], rtol=1e-4)


def test_unknown_values_do_not_move_the_axis():
    assert charts.scale([None, 2.0]) == charts.scale([2.0])
    assert charts.scale([]) == charts.scale([0.0])


def test_a_dot_stands_at_its_mean_between_its_ends():
    svg = charts.dots({"mean": 0.5, "low": 0.25, "high": 0.75}, (0.0, 1.0), best=True)
    assert '<line class="range" x1="25%" x2="75%"' in svg
    assert 'x="50%"' in svg and "<path" in svg and "<circle" not in svg


def test_a_mean_that_is_not_known_has_no_mark():
    svg = charts.dots({"mean": None, "low": None, "high": None}, (0.0, 1.0))
    assert "range" not in svg and "circle" not in svg


@pytest.mark.parametrize(
    ("weight", "kind", "x", "width"), [(2.0, "for", 50, 50), (-1.0, "against", 25, 25)]
)
def test_a_bar_grows_from_zero_to_its_side(weight, kind, x, width):
    svg = charts.signed_bar(weight, (-2.0, 2.0))
    assert f'<rect class="{kind}" x="{x}%" y="2" width="{width}%"' in svg


def test_columns_are_as_high_as_their_values():
    svg = charts.columns([("a", 10, "10"), ("b", 5, "5")])
    heights = [float(h) for h in re.findall(r'height="([\d.]+)" rx', svg)]
    assert heights == [120.0, 60.0]


def test_names_below_columns_leave_each_other_room():
    def named(rows):
        return re.findall(
            r'class="tick"[^>]*>([^<]*)<', charts.columns([(name, 1, "1") for name in rows])
        )

    short = [str(n) for n in range(1, 11)]
    assert named(short) == short
    doubling = [f"{2**n}–{2 ** (n + 1) - 1}" for n in range(4, 12)]
    assert named(doubling) == ["16–31", "", "64–127", "", "256–511", "", "1024–2047", ""]


def test_names_in_a_chart_are_escaped():
    assert "<script>" not in charts.columns([("<script>", 1, "<script>")])
    assert "<script>" not in heatmap.tiles([0.5], ["<script>"])


def test_moves_say_up_down_same_new_and_gone():
    svg = charts.moves(4, [2, 1, 3, None])
    kinds = re.findall(r'<path class="(\w+)" d="M(\d+)', svg)
    assert sorted(kinds) == [
        ("down", "0"),
        ("gone", "0"),
        ("new", "100"),
        ("same", "0"),
        ("up", "0"),
    ]
    assert '<path class="up" d="M0 15 C45 15 55 5 100 5"/>' in svg  # from place 2 to place 1


@given(st.permutations(range(1, 9)))
def test_a_permutation_has_one_curve_for_each_item_and_no_stub(after):
    svg = charts.moves(8, after)
    assert svg.count("C45") == 8 and "gone" not in svg and "new" not in svg


def test_meter_marks_the_baseline_and_stops_at_its_ends():
    svg = charts.meter(1.7, 0.25)
    assert 'width="100%" height="6" rx="3"/><line class="baseline" x1="25%"' in svg
    assert "baseline" not in charts.meter(0.5)


def test_clustered_rows_put_like_beside_like():
    rng = np.random.default_rng(0)
    kinds = np.array([0, 1, 0, 1, 1, 0, 0, 1])
    order = heatmap.order_rows(np.eye(2)[kinds] + 0.05 * rng.standard_normal((8, 2)))
    assert sorted(order) == list(range(8))
    assert np.count_nonzero(np.diff(kinds[order])) == 1


@given(st.integers(0, 12), st.integers(1, 5))
def test_ordering_is_a_permutation_for_any_size(rows, columns):
    assert sorted(heatmap.order_rows(np.zeros((rows, columns)))) == list(range(rows))


def test_each_factor_is_scaled_by_its_own_largest_loading():
    scaled = heatmap.scaled([[1.0, -0.02], [-4.0, 0.01]])
    assert np.array_equal(np.abs(scaled).max(0), [1.0, 1.0])
    assert heatmap.scaled([]).size == 0


def test_strong_tiles_show_their_sign_besides_the_colour():
    svg = heatmap.tiles([1.0, -1.0, 0.1, 0.0])
    assert re.findall(r'class="(s\d)"', svg) == ["s8", "s0", "s4", "s4"]
    assert re.findall(r'class="sign"[^>]*>(.)<', svg) == ["+", "−"]
