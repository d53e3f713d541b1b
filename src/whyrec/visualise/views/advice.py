"""Plot what each step of a ladder of models costs and is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from whyrec.visualise.views.view import COLOURS, INK, MUTED, TEXTS, new_figure, style, visible

__all__ = ["advice"]

# Places of a label beside its point, in points, in the order in which they are tried.
PLACES = tuple(
    (x, y, side)
    for y in (0, 11, -11, 22, -22, 33, -33)
    for x, side in ((13, "left"), (-13, "right"))
)
FASTEST = 1e-3  # seconds; faster fits are drawn here


def advice(
    rows: Sequence[Mapping[str, Any]], path: Path, *, name: str, people: int, take: str, lang: str
) -> Path:
    """Draw the steps into a PNG or SVG of 1,440 by 900 pixels.

    Filled points are models whose order is explained exactly, at least in part; the step to take
    has a ring.

    Args:
        rows: Rows {step, label, mean, low, high, fit_cpu_seconds, explained_share}.
        path: The file, .png or .svg.
        name: Name of the data set.
        people: Number of people who were measured.
        take: The step to take.
        lang: "en" or "zh".

    Returns:
        The file.

    Raises:
        MissingExtra: If matplotlib is not installed.
    """
    with style():
        figure = new_figure()
        ax = figure.add_subplot()
        points = [(max(FASTEST, row["fit_cpu_seconds"]), row["mean"]) for row in rows]
        for row, (x, y) in zip(rows, points, strict=True):
            _point(ax, row, x, y, taken=row["step"] == take)
        ax.set_xscale("log")
        ax.margins(x=0.15, y=0.1)
        ax.set_xlabel(TEXTS.say("advice-cost", lang), color=INK)
        ax.set_ylabel(TEXTS.say("advice-worth", lang, people=people), color=INK)
        ax.grid(color="#d9dee3", lw=0.7)
        ax.spines[["top", "right"]].set_visible(False)
        title = TEXTS.say("advice-title", lang, name=visible(name))
        figure.suptitle(title, x=0.01, ha="left", fontsize=14, fontweight="bold", color=INK)
        ax.set_title(
            TEXTS.say("advice-key", lang), loc="left", fontsize=9.5, color=MUTED, wrap=True
        )
        _label(figure, ax, rows, points)
        figure.savefig(path)
    return path


def _point(ax: Any, row: Mapping[str, Any], x: float, y: float, *, taken: bool) -> None:
    """A point with its interval; filled if the model explains, with a ring if it is taken."""
    colour = COLOURS[0] if row["explained_share"] else COLOURS[5]
    ax.plot([x, x], [row["low"], row["high"]], color=colour, lw=1.5, alpha=0.6, zorder=2)
    face = colour if row["explained_share"] else "white"
    ax.plot([x], [y], "o", ms=9, mfc=face, mec=colour, mew=1.8, zorder=3)
    if taken:
        ax.plot([x], [y], "o", ms=17, mfc="none", mec=COLOURS[2], mew=2.2, zorder=4)


def _label(
    figure: Any, ax: Any, rows: Sequence[Mapping[str, Any]], points: Sequence[tuple[float, float]]
) -> None:
    """Label each point where the text covers no other label, point or edge, if there is room."""
    from matplotlib.transforms import Bbox

    figure.draw_without_rendering()
    pixels = ax.transData.transform(points)
    size = figure.dpi / 72
    taken = [Bbox.from_bounds(x - 5 * size, y - 5 * size, 10 * size, 10 * size) for x, y in pixels]
    for row, point in zip(rows, points, strict=True):
        for x, y, side in PLACES:
            text = ax.annotate(
                visible(row["label"]),
                point,
                xytext=(x, y),
                textcoords="offset points",
                ha=side,
                va="center",
                fontsize=10,
                color=INK,
                zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.5},
            )
            box = text.get_window_extent()
            inside = ax.bbox.contains(box.x0, box.y0) and ax.bbox.contains(box.x1, box.y1)
            if (inside and not any(box.overlaps(other) for other in taken)) or (
                (x, y, side) == PLACES[-1]
            ):
                taken.append(box)
                break
            text.remove()
