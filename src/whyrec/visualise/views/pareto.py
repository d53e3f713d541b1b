"""Plot the size of compressed models against the accuracy and the first reasons that they keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from whyrec.visualise.views.view import COLOURS, INK, MUTED, new_figure, style, visible

__all__ = ["front", "pareto"]


def front(rows: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Mark the rows that no other row beats in both size and loss.

    Args:
        rows: Rows with bytes and loss {mean}.

    Returns:
        One flag for each row.

    >>> sizes = ((9, 0.0), (5, 0.1), (6, 0.2))
    >>> front([{"bytes": size, "loss": {"mean": loss}} for size, loss in sizes])
    [True, True, False]
    """

    def beaten(one: Mapping[str, Any]) -> bool:
        return any(
            two["bytes"] <= one["bytes"]
            and two["loss"]["mean"] <= one["loss"]["mean"]
            and (two["bytes"], two["loss"]["mean"]) != (one["bytes"], one["loss"]["mean"])
            for two in rows
        )

    return [not beaten(row) for row in rows]


def pareto(rows: Sequence[Mapping[str, Any]], path: Path, *, title: str) -> Path:
    """Draw forms of a model into a PNG of 1,440 by 900 pixels.

    Filled points are forms that no other form beats in both size and loss.

    Args:
        rows: Rows {name, bytes, loss {mean, low, high}, same_top_reason {mean}}; the first is the
            large model.
        path: The PNG file.
        title: Title of the picture.

    Returns:
        The file.

    Raises:
        MissingExtra: If matplotlib is not installed.
    """
    with style():
        return _drawn(rows, path, title)


def _drawn(rows: Sequence[Mapping[str, Any]], path: Path, title: str) -> Path:
    figure = new_figure()
    ax = figure.add_subplot()
    best = front(rows)
    kept = [(row["bytes"] / 1e6, 100 * (1 - row["loss"]["mean"])) for row in rows]
    line = sorted(at for at, good in zip(kept, best, strict=True) if good)
    ax.plot(*zip(*line, strict=True), color=MUTED, lw=1.2, zorder=1)
    for at, (row, (x, y), good) in enumerate(zip(rows, kept, best, strict=True)):
        low = 100 * (1 - row["loss"]["high"])
        high = 100 * (1 - row["loss"]["low"])
        ax.plot([x, x], [low, high], color=COLOURS[0], lw=1.5, alpha=0.6, zorder=2)
        told = (
            f"{at + 1}  {visible(row['name'], 60)}: {x:.2f} MB, first reason kept in "
            f"{row['same_top_reason']['mean']:.0%}"
        )
        ax.plot(
            [x],
            [y],
            "o",
            ms=15,
            mfc=COLOURS[0] if good else "white",
            mec=COLOURS[0],
            mew=1.8,
            zorder=3,
            label=told,
        )
        ax.annotate(
            str(at + 1),
            (x, y),
            ha="center",
            va="center",
            fontsize=9,
            color="white" if good else INK,
            zorder=4,
        )
    ax.axhline(99, color=COLOURS[5], ls="--", lw=1.2)
    ax.annotate(
        "1% lost",
        (1, 99),
        xycoords=ax.get_yaxis_transform(),
        xytext=(-4, 3),
        textcoords="offset points",
        ha="right",
        color=COLOURS[5],
        fontsize=9,
    )
    ax.set_xscale("log")
    ax.margins(x=0.25)
    ax.set_xlabel("megabytes of the model (log scale)", color=INK)
    ax.set_ylabel("NDCG@10 kept, % of the large model's; bars: 95% over people", color=INK)
    ax.set_title(title, loc="left", color=INK, fontsize=12, fontweight="bold")
    ax.grid(color="#d9dee3", lw=0.7)
    ax.spines[["top", "right"]].set_visible(False)
    figure.legend(
        loc="outside lower left", frameon=False, fontsize=9, labelcolor=INK, markerscale=0.5
    )
    figure.savefig(path)
    return path
