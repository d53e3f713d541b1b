"""Charts as SVG that scales: places in percent, so that text keeps its size on a phone.

Colours come from CSS classes, never from style attributes, which the page's security policy forbids.
Every function escapes what it is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

__all__ = ["dots", "histogram", "moves", "network", "order_rows", "scale", "signed_bar", "tiles"]

STEPS = 9  # shades of a diverging scale, the middle one neutral
SHAPES = ("circle", "square", "diamond", "triangle", "hexagon", "cross")


def scale(values: Sequence[float], *, zero: bool = True) -> tuple[float, float]:
    """The range of an axis: from 0 (or the least) to a little past the largest."""
    high = max(values, default=1.0) or 1.0
    low = min(0.0, min(values, default=0.0)) if zero else min(values, default=0.0)
    return low, high + (high - low) * 0.04


def dots(interval: Mapping[str, float], axis: tuple[float, float], *, best: bool = False) -> Markup:
    """A mean with its interval on a line."""
    low, high, mean = (_percent(interval[key], axis) for key in ("low", "high", "mean"))
    mark = "best" if best else "plain"
    return Markup('<svg class="dots" width="100%" height="20" aria-hidden="true">'
                  '<line class="rail" x1="0%" x2="100%" y1="10" y2="10"/>'
                  '<line class="range {}" x1="{}%" x2="{}%" y1="10" y2="10"/>'
                  '<circle class="dot {}" cx="{}%" cy="10" r="5"/></svg>').format(mark, low, high, mark, mean)


def signed_bar(weight: float, axis: tuple[float, float]) -> Markup:
    """A bar from zero: to the right for a reason for, to the left for one against."""
    zero, end = ((min(max(value, axis[0]), axis[1]) - axis[0]) / ((axis[1] - axis[0]) or 1.0) for value in (0.0, weight))
    return Markup('<svg class="bar" width="100%" height="14" aria-hidden="true">'
                  '<rect class="{}" x="{}%" y="1" width="{}%" height="12" rx="2"/>'
                  '<line class="zero" x1="{}%" x2="{}%" y1="0" y2="14"/></svg>').format(
                      "for" if weight >= 0 else "against", _two(100 * min(zero, end)), _two(100 * abs(end - zero)),
                      _two(100 * zero), _two(100 * zero))


def histogram(rows: Sequence[Mapping[str, int]]) -> Markup:
    """People by number of events."""
    if not rows:
        return Markup("")
    most, width = max(row["people"] for row in rows), 100 / len(rows)
    parts = []
    for at, row in enumerate(rows):
        height = max(1, 90 * row["people"] / most)
        label = str(row["low"]) if row["low"] == row["high"] else f"{row['low']}–{row['high']}"
        x, middle = _two(at * width + width * 0.08), _two((at + 0.5) * width)
        parts.append(Markup('<rect class="block" x="{}%" y="{}" width="{}%" height="{}" rx="2"/>'
                            '<text x="{}%" y="{}" class="value">{:,}</text><text x="{}%" y="136" class="tick">{}</text>'
                            ).format(x, _two(118 - height), _two(width * 0.84), _two(height), middle,
                                     _two(112 - height), row["people"], middle, label))
    return Markup('<svg class="histogram" width="100%" height="142" aria-hidden="true">{}</svg>').format(
        Markup("").join(parts))


def moves(before: Sequence[Any], after: Sequence[Mapping[str, Any]], row: int = 32) -> Markup:
    """Lines from each place in the list before to its place after; rows are `row` pixels high."""
    parts = []
    for item in after:
        if item["was"]:
            kind = "up" if item["rank"] < item["was"] else "down" if item["rank"] > item["was"] else "same"
            y1, y2 = (item["was"] - 0.5) * row, (item["rank"] - 0.5) * row
            parts.append(Markup('<line class="move {}" x1="0%" x2="100%" y1="{}" y2="{}"/>').format(kind, y1, y2))
    kept = {item["was"] for item in after}
    for rank in range(1, len(before) + 1):
        if rank not in kept:
            y = (rank - 0.5) * row
            parts.append(Markup('<line class="move gone" x1="0%" x2="38%" y1="{}" y2="{}"/>').format(y, y))
    height = max(len(before), len(after)) * row
    return Markup('<svg class="moves" width="100%" height="{}" aria-hidden="true">{}</svg>').format(
        height, Markup("").join(parts))


def tiles(row: Sequence[float], largest: float) -> Markup:
    """One row of a heatmap: a tile a factor, coloured by sign and size, with a mark besides the colour."""
    width, parts = 100 / max(1, len(row)), []
    for at, value in enumerate(row):
        shade = round((STEPS // 2) * max(-1.0, min(1.0, value / (largest or 1.0))))
        parts.append(Markup('<rect class="tile s{}" x="{}%" y="1" width="{}%" height="22"><title>{:+.3f}</title></rect>'
                            ).format(shade + STEPS // 2, _two(at * width), _two(width - 0.4), value))
        if abs(shade) >= 3:
            parts.append(Markup('<text class="sign" x="{}%" y="17">{}</text>').format(
                _two((at + 0.5) * width), "+" if shade > 0 else "−"))
    return Markup('<svg class="tiles" width="100%" height="24" aria-hidden="true">{}</svg>').format(
        Markup("").join(parts))


def order_rows(matrix: NDArray[Any]) -> list[int]:
    """Rows of a heatmap so that like rows are neighbours: by hierarchical clustering of their directions."""
    from scipy.cluster.hierarchy import leaves_list, linkage

    rows = np.asarray(matrix, np.float64)
    if len(rows) < 3:
        return list(range(len(rows)))
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return [int(row) for row in leaves_list(linkage(unit, "average", optimal_ordering=True))]


def network(graph: Mapping[str, Any], *, width: int = 1000, height: int = 640) -> Markup:
    """The item network: lines as thick as ties are strong, labels where they do not cover each other."""
    nodes, edges = graph["nodes"], graph["edges"]
    if not nodes:
        return Markup("")
    places = [(90 + node["x"] * (width - 180), 30 + node["y"] * (height - 60)) for node in nodes]
    heaviest, largest = max(edge["weight"] for edge in edges), max(node["weight"] for node in nodes)
    line = Markup('<line class="edge" data-a="{}" data-b="{}" x1="{}" y1="{}" x2="{}" y2="{}" stroke-width="{}"/>')
    parts = [line.format(
        e["source"], e["target"], *(_two(v) for v in (*places[e["source"]], *places[e["target"]])),
        _two(0.6 + 3.4 * e["weight"] / heaviest)) for e in edges]
    radii = [5 + 9 * (node["weight"] / largest) ** 0.5 for node in nodes]
    boxes = _labels(nodes, places, radii)
    for at, (node, (x, y), radius) in enumerate(zip(nodes, places, radii, strict=True)):
        label = boxes[at]
        text = Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
            _two(label[0]), _two(label[1]), label[2], label[3]) if label else Markup("")
        parts.append(Markup('<g class="node g{}" data-n="{}" tabindex="0"><title>{}</title>{}{}</g>').format(
            node["group"], at, node["title"], _shape(SHAPES[node["group"]], x, y, radius), text))
    return Markup('<svg class="graph" viewBox="0 0 {} {}" role="img">{}</svg>').format(
        width, height, Markup("").join(parts))


def _labels(nodes: Sequence[Any], places: Sequence[tuple[float, float]], radii: Sequence[float]) -> list[Any]:
    """A place for each label beside its node that covers no other; None where there is no room."""
    taken = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(places, radii, strict=True)]
    out: list[Any] = [None] * len(nodes)
    for at in sorted(range(len(nodes)), key=lambda n: -nodes[n]["weight"]):
        title = nodes[at]["title"] if len(nodes[at]["title"]) <= 26 else nodes[at]["title"][:25] + "…"
        (x, y), r = places[at], radii[at]
        wide = sum(13.0 if ord(c) > 0x2E80 else 6.9 for c in title)
        for dx, dy, anchor in ((r + 4, 4, "start"), (-r - 4, 4, "end"), (0, -r - 5, "middle"), (0, r + 14, "middle")):
            left = x + dx - {"start": 0, "end": wide, "middle": wide / 2}[anchor]
            box = (left, y + dy - 11, left + wide, y + dy + 4)
            if box[0] >= 0 and box[2] <= 1000 and not any(
                    box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3]
                    for n, b in enumerate(taken) if n != at):
                out[at] = (x + dx, y + dy, anchor, title)
                taken.append(box)
                break
    return out


def _shape(kind: str, x: float, y: float, r: float) -> Markup:
    if kind == "circle":
        return Markup('<circle cx="{}" cy="{}" r="{}"/>').format(_two(x), _two(y), _two(r))
    corners = {"square": 4, "diamond": 4, "triangle": 3, "hexagon": 6, "cross": 12}[kind]
    turn = {"square": np.pi / 4, "diamond": 0.0, "triangle": np.pi / 2 + np.pi, "hexagon": 0.0, "cross": np.pi / 12}[kind]
    points = []
    for corner in range(corners):
        angle = turn + 2 * np.pi * corner / corners
        reach = r * (0.55 if kind == "cross" and corner % 3 == 1 else 1.15)
        points.append(f"{x + reach * np.cos(angle):.2f},{y + reach * np.sin(angle):.2f}")
    return Markup('<polygon points="{}"/>').format(" ".join(points))


def _percent(value: float, axis: tuple[float, float]) -> str:
    return _two(100 * (value - axis[0]) / ((axis[1] - axis[0]) or 1.0))


def _two(number: float) -> str:
    """At most two decimals, to keep the file small."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
