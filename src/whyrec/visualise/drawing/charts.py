"""Scalable SVG charts; horizontal places are percentages, so text keeps its size on a phone.

Colours come from CSS classes, never from style attributes, which the page's security policy
forbids. Each picture is hidden from screen readers, because the same numbers are beside it as text
and in a table. Every function escapes its arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

__all__ = ["Axis", "axis", "columns", "dots", "meter", "moves", "scale", "short", "signed_bar"]

Axis = tuple[float, float]
ROW = 10  # height of a row in the drawing of moves; the picture stretches to the lists beside it
LETTERS = 50  # letters of a histogram's axis that fit side by side in a card on a phone


def scale(values: Sequence[float | None]) -> Axis:
    """Compute the range of an axis that contains zero and all values, with a margin.

    Args:
        values: The values; None is ignored.

    Returns:
        The range.
    """
    known = [value for value in values if value is not None] or [0.0]
    low, high = min(0.0, *known), max(0.0, *known)
    room = 0.04 * (high - low or 1.0)
    return low - room * (low < 0), high + room * (high > 0 or low == high)


def ticks(span: Axis, most: int = 6) -> list[float]:
    """Round numbers across a range, spaced 1, 2 or 5 times a power of ten.

    Args:
        span: The range of the axis.
        most: Largest number of ticks.

    Returns:
        The numbers.
    """
    rough = (span[1] - span[0]) / most
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    first = np.ceil(span[0] / step - 1e-9)
    return [
        float(round(step * n, 10)) + 0.0
        for n in np.arange(first, np.floor(span[1] / step + 1e-9) + 1)
    ]


def axis(span: Axis) -> Markup:
    """Draw the numbers under a column of rows that share an axis.

    Args:
        span: The range of the axis.

    Returns:
        The SVG.
    """
    marks = Markup("").join(
        Markup('<text x="{}%" y="12">{:g}</text>').format(across(tick, span), tick)
        for tick in ticks(span)
    )
    return Markup('<svg class="axis" width="100%" height="16" aria-hidden="true">{}</svg>').format(
        marks
    )


def dots(interval: Mapping[str, Any], span: Axis, *, best: bool = False) -> Markup:
    """Draw a mean with its interval; the best has a diamond, the others a circle.

    Args:
        interval: mean, low and high.
        span: The range of the axis.
        best: Whether this row is the best.

    Returns:
        The SVG.
    """
    grid = Markup("").join(
        Markup('<line class="grid" x1="{0}%" x2="{0}%" y1="-5" y2="29"/>').format(across(t, span))
        for t in ticks(span)
    )
    parts = [grid]
    if interval["low"] is not None and interval["high"] is not None:
        parts.append(
            Markup('<line class="range" x1="{}%" x2="{}%" y1="12" y2="12"/>').format(
                across(interval["low"], span), across(interval["high"], span)
            )
        )
    if interval["mean"] is not None:
        if best:
            mark = Markup('<path d="M0 -8 8 0 0 8 -8 0Z"/>')
        else:
            mark = Markup('<circle r="5"/>')
        parts.append(
            Markup('<svg class="mark" x="{}%" y="12" overflow="visible">{}</svg>').format(
                across(interval["mean"], span), mark
            )
        )
    return Markup(
        '<svg class="dots{}" width="100%" height="24" aria-hidden="true">{}</svg>'
    ).format(" best" if best else "", Markup("").join(parts))


def signed_bar(weight: float, span: Axis) -> Markup:
    """Draw a bar from zero: to the right for a positive reason, to the left for a negative one.

    Args:
        weight: The weight.
        span: The range of the axis.

    Returns:
        The SVG.
    """
    zero = across(0.0, span)
    end = across(weight, span)
    left, width = sorted((float(zero), float(end)))
    return Markup(
        '<svg class="bar" width="100%" height="16" aria-hidden="true">'
        '<rect class="{}" x="{}%" y="2" width="{}%" height="12" rx="2"/>'
        '<line class="zero" x1="{}%" x2="{}%" y1="0" y2="16"/></svg>'
    ).format(
        "for" if weight >= 0 else "against", short(left), short(max(0.3, width - left)), zero, zero
    )


def meter(value: float, baseline: float | None = None) -> Markup:
    """Draw a share as a filled bar, with a tick at the baseline.

    Args:
        value: The share, from 0 to 1.
        baseline: The share of the tick, if there is one.

    Returns:
        The SVG.
    """
    if baseline is None:
        tick = Markup("")
    else:
        tick = Markup('<line class="baseline" x1="{0}%" x2="{0}%" y1="0" y2="14"/>').format(
            across(baseline, (0.0, 1.0))
        )
    return Markup(
        '<svg class="meter" width="100%" height="14" aria-hidden="true"><rect class="whole" '
        'y="4" width="100%" '
        'height="6" rx="3"/><rect class="part" y="4" width="{}%" height="6" rx="3"/>{}</svg>'
    ).format(across(value, (0.0, 1.0)), tick)


def columns(rows: Sequence[tuple[str, float, str]]) -> Markup:
    """Draw a histogram.

    If the names would overlap, only every second (third, ...) is written; a table beside the chart
    has all of them.

    Args:
        rows: Columns as (name, height, text above).

    Returns:
        The SVG.
    """
    most = max((row[1] for row in rows), default=0.0) or 1.0
    width = 100 / max(1, len(rows))
    parts = []
    every = -(-len(rows) * (1 + max((len(row[0]) for row in rows), default=0)) // LETTERS) or 1
    for at, (name, value, text) in enumerate(rows):
        height = max(1.0, 120 * value / most)
        middle = short((at + 0.5) * width)
        parts.append(
            Markup(
                '<rect class="block" x="{}%" y="{}" width="{}%" height="{}" rx="2"/><text '
                'class="value" x="{}%" '
                'y="{}">{}</text><text class="tick" x="{}%" y="162">{}</text>'
            ).format(
                short((at + 0.07) * width),
                short(144 - height),
                short(width * 0.86),
                short(height),
                middle,
                short(137 - height),
                text,
                middle,
                "" if at % every else name,
            )
        )
    return Markup(
        '<svg class="columns" width="100%" height="168" aria-hidden="true">{}</svg>'
    ).format(Markup("").join(parts))


def moves(before: int, after: Sequence[int | None]) -> Markup:
    """Draw curves from places before to places after.

    Stubs mark items that left (on the left) and new items (on the right).

    Args:
        before: Number of places before.
        after: after[n] is the earlier place of the item now at place n + 1, or None.

    Returns:
        The SVG.
    """
    parts = []
    for rank, was in enumerate(after, 1):
        if was is None:
            parts.append(_stub("new", 100, rank))
        else:
            if rank < was:
                kind = "up"
            elif rank > was:
                kind = "down"
            else:
                kind = "same"
            y1 = _middle(was)
            y2 = _middle(rank)
            parts.append(
                Markup('<path class="{}" d="M0 {} C45 {} 55 {} 100 {}"/>').format(
                    kind, y1, y1, y2, y2
                )
            )
            parts.append(Markup('<path class="{} end" d="M100 {} h0"/>').format(kind, y2))
    parts += [_stub("gone", 0, rank) for rank in range(1, before + 1) if rank not in after]
    return Markup(
        '<svg class="moves" viewBox="0 0 100 {}" preserveAspectRatio="none" '
        'aria-hidden="true">{}</svg>'
    ).format(ROW * max(before, len(after), 1), Markup("").join(parts))


def _stub(kind: str, x: int, rank: int) -> Markup:
    return Markup('<path class="{}" d="M{} {} h{}"/>').format(
        kind, x, _middle(rank), 22 if x == 0 else -22
    )


def _middle(rank: int) -> str:
    return short((rank - 0.5) * ROW)


def across(value: float, span: Axis) -> str:
    """Position of a value on an axis, in percent; values outside stop at its ends.

    Args:
        value: The value.
        span: The range of the axis.

    Returns:
        The position, such as "12.5".
    """
    share = (value - span[0]) / ((span[1] - span[0]) or 1.0)
    return short(100 * min(1.0, max(0.0, share)))


def short(number: float) -> str:
    """Write a number with at most two decimals, to keep the file small.

    Args:
        number: The number.

    Returns:
        The text.

    >>> short(12.0), short(3.14159), short(-0.001)
    ('12', '3.14', '0')
    """
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
