"""Heatmaps with clustered rows, one diverging colour scale, and signs in addition to colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from whyrec.visualise.drawing.charts import short

__all__ = ["SHADES", "order_rows", "scaled", "tiles"]

SHADES = 9  # of the diverging scale; the middle one is neutral
STRONG = 3  # shades from the middle at which a tile also shows its sign


def scaled(matrix: Sequence[Sequence[float]] | NDArray[Any]) -> NDArray[np.float64]:
    """Divide each column by its largest absolute value, so that weak factors are visible too.

    Args:
        matrix: Values, (n, d).

    Returns:
        The scaled values, (n, d).
    """
    values = np.asarray(matrix, np.float64)
    if values.ndim != 2 or not values.size:
        return np.zeros((0, 0))
    return np.asarray(values / np.maximum(np.abs(values).max(0), 1e-12), np.float64)


def order_rows(matrix: NDArray[Any]) -> list[int]:
    """Order rows so that similar ones are neighbours.

    Average linkage of their directions, with leaves ordered to minimise the sum of distances
    between neighbours. Limitations: at most a few thousand rows.

    Args:
        matrix: Values, (n, d).

    Returns:
        The order of the rows.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import pdist

    rows = np.asarray(matrix, np.float64)
    if len(rows) < 3:
        return list(range(len(rows)))
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return [int(row) for row in leaves_list(linkage(pdist(unit), "average", optimal_ordering=True))]


def tiles(row: Sequence[float], names: Sequence[str] = ()) -> Markup:
    """Draw one row of values as tiles, coloured by sign and size.

    Args:
        row: Values from -1 to 1.
        names: Tooltips of the tiles.

    Returns:
        The SVG.
    """
    width = 100 / max(1, len(row))
    half = SHADES // 2
    parts = []
    for at, value in enumerate(row):
        shade = round(half * max(-1.0, min(1.0, float(value))))
        if names:
            title = Markup("<title>{}</title>").format(names[at])
        else:
            title = Markup("")
        parts.append(
            Markup(
                '<rect class="s{}" x="{}%" y="1" width="{}%" height="22" rx="1">{}</rect>'
            ).format(shade + half, short(at * width), short(width - 0.4), title)
        )
        if abs(shade) >= STRONG:
            parts.append(
                Markup('<text class="sign" x="{}%" y="17">{}</text>').format(
                    short((at + 0.5) * width), "+" if shade > 0 else "−"
                )
            )
    return Markup('<svg class="tiles" width="100%" height="24" aria-hidden="true">{}</svg>').format(
        Markup("").join(parts)
    )
