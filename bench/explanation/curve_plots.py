"""Deletion curves: the item's rank as the most important events go, a tenth at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

DRAWN = (
    "random",
    "most recent",
    "attention",
    "integrated-gradients",
    "deletion",
    "greedy-removal",
    "learned",
    "exact",
)


def draw(rows: Sequence[dict[str, Any]], folder: Path) -> None:
    """One PNG per recommender in `folder`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    for row in rows:
        figure, axes = pyplot.subplots(figsize=(6, 4))
        for one in row["rows"]:
            if one["method"] in DRAWN:
                axes.plot(
                    [10 * at for at in range(11)],
                    one["rank_curve"],
                    marker=".",
                    label=one["method"],
                )
        axes.set(
            xlabel="% of the events removed, most important first",
            ylabel="mean rank of the item (1 is first)",
            yscale="log",
            title=f"{row['model']}, {row['cases']} people",
        )
        axes.legend(fontsize=8)
        folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(folder / f"faithful-{row['model']}.png", dpi=110, bbox_inches="tight")
        pyplot.close(figure)
