"""Plot accuracy against explained share, the curve from which an operator chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from whyrec.core import MissingExtra

__all__ = ["tradeoff"]

INK = "#1d2733"
MUTED = "#5b6773"
LINE = "#1769aa"
ALONE = "#b4541a"


def tradeoff(
    points: Sequence[Mapping[str, Any]],
    path: Path,
    *,
    title: str,
    alone: Mapping[str, Any] | None = None,
    metric: str = "NDCG@10",
) -> Path:
    """Draw the curve into a PNG of 1,440 by 900 pixels.

    Args:
        points: Points [{dial, share, accuracy {mean, low, high}, explained {mean, low, high}}].
        path: The PNG file.
        title: Title of the picture.
        alone: The large model alone as {accuracy}, drawn as a dashed line.
        metric: Name of the accuracy measure.

    Returns:
        The file.

    Raises:
        MissingExtra: If matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("matplotlib", "viz") from None
    figure = Figure(figsize=(9.6, 6.0), dpi=150, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    ax = figure.add_subplot()
    rows = sorted(points, key=lambda p: p["explained"]["mean"])
    x = [100 * p["explained"]["mean"] for p in rows]
    y = [p["accuracy"]["mean"] for p in rows]
    low, high = ([p["accuracy"][end] for p in rows] for end in ("low", "high"))
    ax.fill_between(x, low, high, color=LINE, alpha=0.15, lw=0)
    ax.plot(x, y, "-o", color=LINE, lw=2, ms=6)
    if alone:
        mean = alone["accuracy"]["mean"]
        ax.axhline(mean, color=ALONE, ls="--", lw=1.5)
        ax.annotate(
            "large model alone, nothing explained",
            (1, mean),
            xycoords=ax.get_yaxis_transform(),
            xytext=(0, -4),
            textcoords="offset points",
            color=ALONE,
            fontsize=9,
            va="top",
            ha="right",
        )
    last = float("inf")
    for p, at, value in reversed(list(zip(rows, x, y, strict=True))):
        if last - at > 2.5:  # labels that would overlap appear only in the table
            if p["dial"] == 0:
                label = f"rest x {p['share']:g}"
            else:
                label = f"{p['dial']:g}"
            ax.annotate(
                label,
                (at, value),
                xytext=(0, 9),
                textcoords="offset points",
                color=MUTED,
                fontsize=9,
                ha="center",
            )
            last = at
    ax.set_xlabel(
        "explained share of the recommended items, %; at the points: the least share asked for",
        color=INK,
    )
    ax.set_ylabel(f"{metric} (band: 95% interval over people)", color=INK)
    ax.set_title(title, color=INK, loc="left", fontsize=12, fontweight="bold")
    ax.grid(color="#d9dee3", lw=0.7)
    ax.spines[["top", "right"]].set_visible(False)
    canvas.print_png(str(path))
    return path
