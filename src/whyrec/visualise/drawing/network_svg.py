"""The item network as SVG: coloured communities with shapes, and labels without overlaps."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from whyrec.visualise.analysis.item_network import layout, tie_matrix
from whyrec.visualise.drawing.charts import short

__all__ = ["network", "swatch", "text_width"]

SHAPES = ("circle", "square", "diamond", "triangle", "hexagon", "cross")
FONT = 12.5  # pixels; labels are placed for a wide font, so that they fit in others
CORNERS = {
    "square": (4, np.pi / 4),
    "diamond": (4, 0.0),
    "triangle": (3, -np.pi / 2),
    "hexagon": (6, 0.0),
    "cross": (12, np.pi / 12),
}

Place = tuple[float, float]
Box = tuple[float, float, float, float]


def network(
    graph: Mapping[str, Any], width: int, height: int, *, kind: str, longest: int = 28
) -> Markup:
    """Draw a graph; the width of a line is the link's strength, the size of a node its choices.

    Args:
        graph: nodes, edges and groups of
            :func:`~whyrec.visualise.analysis.item_network.item_network`.
        width: Width of the box in pixels.
        height: Height of the box in pixels.
        kind: A CSS class.
        longest: Number of letters of a label before it is cut.

    Returns:
        The SVG.
    """
    nodes = graph["nodes"]
    edges = graph["edges"]
    at = {node["id"]: row for row, node in enumerate(nodes)}
    spread = layout(tie_matrix(nodes, edges), [node["group"] for node in nodes])
    margin = (min(70, width * 0.08), 24)
    places = [
        (margin[0] + x * (width - 2 * margin[0]), margin[1] + y * (height - 2 * margin[1]))
        for x, y in spread
    ]
    largest = max((node["weight"] for node in nodes), default=1.0) or 1.0
    radii = [5 + (9 if width > 600 else 5) * (node["weight"] / largest) ** 0.5 for node in nodes]
    places = apart(places, radii, width, height)
    labels = _labels(
        [(_cut(node["title"], longest), node["weight"]) for node in nodes],
        places,
        radii,
        width,
        height,
    )
    heaviest = max((edge["weight"] for edge in edges), default=1.0) or 1.0
    lines = [_edge(at[e["source"]], at[e["target"]], e["weight"], heaviest, places) for e in edges]
    marks = [_node(n, node, places[n], radii[n], labels[n]) for n, node in enumerate(nodes)]
    return Markup('<svg class="graph {}" viewBox="0 0 {} {}" role="group">{}{}</svg>').format(
        kind, width, height, Markup("").join(lines), Markup("").join(marks)
    )


def swatch(group: int) -> Markup:
    """Draw the mark of a community for the legend.

    Args:
        group: Number of the community.

    Returns:
        The SVG.
    """
    return Markup(
        '<svg class="swatch g{}" width="18" height="18" aria-hidden="true">{}</svg>'
    ).format(group, _shape(SHAPES[group % len(SHAPES)], 9, 9, 6.5))


def apart(places: Sequence[Place], radii: Sequence[float], width: int, height: int) -> list[Place]:
    """Move places as little as needed so that no two nodes touch, inside the box.

    Args:
        places: Centres of the nodes.
        radii: Radii of the nodes.
        width: Width of the box in pixels.
        height: Height of the box in pixels.

    Returns:
        The new centres.
    """
    turn = np.arange(len(places))
    low = 18.0
    high = np.array([width, height]) - 18.0
    aside = np.stack(
        [np.cos(turn), np.sin(turn)], 1
    )  # separates nodes that share a place or a corner
    at = np.clip(np.array(places).reshape(-1, 2), low, high) + 0.1 * aside
    need = np.add.outer(radii, radii) + 6
    np.fill_diagonal(need, 0.0)
    for _ in range(200):
        delta = at[:, None] - at + 1e-3 * (aside[:, None] - aside)
        distance = np.sqrt((delta**2).sum(-1)) + 1e-9
        over = np.maximum(need - distance, 0.0)
        if over.max(initial=0.0) < 0.5:
            break
        at = at + (delta / distance[..., None] * (over / 2)[..., None]).sum(1)
        at = np.clip(at, low, high)
    return [(float(x), float(y)) for x, y in at]


def _edge(a: int, b: int, weight: float, heaviest: float, places: Sequence[Place]) -> Markup:
    return Markup(
        '<line class="edge" data-a="{}" data-b="{}" data-w="{:.3g}" x1="{}" y1="{}" x2="{}" '
        'y2="{}" '
        'stroke-width="{}"/>'
    ).format(
        a,
        b,
        weight,
        *(short(v) for v in (*places[a], *places[b])),
        short(0.6 + 3.4 * (weight / heaviest) ** 2),
    )


def _node(n: int, node: Mapping[str, Any], place: Place, radius: float, label: Any) -> Markup:
    x, y = place
    if label:
        text = Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
            short(label[0]), short(label[1]), label[2], label[3]
        )
    else:
        text = Markup("")
    return Markup(
        '<g class="node g{}" data-n="{}" tabindex="{}" role="button" aria-pressed="false" '
        'aria-label="{}">'
        '<title>{}</title><circle class="hit" cx="{}" cy="{}" r="14"/>{}{}</g>'
    ).format(
        node["group"] % len(SHAPES),
        n,
        0 if n == 0 else -1,
        node["title"],
        node["title"],
        short(x),
        short(y),
        _shape(SHAPES[node["group"] % len(SHAPES)], x, y, radius),
        text,
    )


def _labels(
    titles: Sequence[tuple[str, float]],
    places: Sequence[Place],
    radii: Sequence[float],
    width: int,
    height: int,
) -> list[tuple[float, float, str, str] | None]:
    """(x, y, anchor, text) beside each node, if it covers no other; the most chosen come first."""
    taken: list[Box] = [
        (x - r - 1, y - r - 1, x + r + 1, y + r + 1)
        for (x, y), r in zip(places, radii, strict=True)
    ]
    out: list[tuple[float, float, str, str] | None] = [None] * len(titles)
    for n in sorted(range(len(titles)), key=lambda n: -titles[n][1]):
        (x, y), r, (text, _) = places[n], radii[n], titles[n]
        wide = text_width(text)
        near = 0.7 * r + 4  # beside, above and below, then the corners
        for dx, dy, anchor in (
            (r + 5, 4, "start"),
            (-r - 5, 4, "end"),
            (0, -r - 6, "middle"),
            (0, r + 15, "middle"),
            (near, -near, "start"),
            (-near, -near, "end"),
            (near, near + 9, "start"),
            (-near, near + 9, "end"),
        ):
            left = x + dx - {"start": 0.0, "end": wide, "middle": wide / 2}[anchor]
            box = (left - 2, y + dy - 12, left + wide + 2, y + dy + 4)
            inside = box[0] >= 0 and box[2] <= width and box[1] >= 0 and box[3] <= height
            if inside and not any(_overlap(box, other) for m, other in enumerate(taken) if m != n):
                out[n] = (x + dx, y + dy, anchor, text)
                taken.append(box)
                break
    return out


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def text_width(text: str) -> float:
    """Width of a label in pixels, for a wide font; East Asian letters are square.

    Args:
        text: The label.

    Returns:
        The width.
    """
    return FONT * sum(
        1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.64 for letter in text
    )


def _cut(title: str, longest: int) -> str:
    if len(title) <= longest:
        return title
    return title[: longest - 1].rstrip() + "…"


def _shape(kind: str, x: float, y: float, r: float) -> Markup:
    if kind == "circle":
        return Markup('<circle class="shape" cx="{}" cy="{}" r="{}"/>').format(
            short(x), short(y), short(r)
        )
    corners, turn = CORNERS[kind]
    angle = turn + 2 * np.pi * np.arange(corners) / corners
    reach = r * (
        np.where(np.arange(corners) % 3 == 1, 0.55, 1.15)
        if kind == "cross"
        else np.full(corners, 1.15)
    )
    points = _points(x + reach * np.cos(angle), y + reach * np.sin(angle))
    return Markup('<polygon class="shape" points="{}"/>').format(points)


def _points(x: NDArray[Any], y: NDArray[Any]) -> str:
    return " ".join(f"{short(a)},{short(b)}" for a, b in zip(x, y, strict=True))
