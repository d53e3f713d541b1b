"""View of items in two dimensions, with a measure of the picture's trustworthiness.

UMAP [mcinnes2018] of the model's item vectors. Trustworthiness [venna2001] falls from 1 if
neighbours on the picture are far apart in the full space; it is compared with that of a PCA.
"""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, MissingExtra
from whyrec.visualise.analysis.naming import terms_of
from whyrec.visualise.views.concepts import vectors_of
from whyrec.visualise.views.view import (
    COLOURS,
    INK,
    MUTED,
    TEXTS,
    View,
    new_figure,
    plotly_figure,
    texts,
    visible,
)

__all__ = ["atlas", "distance_kept", "placed", "trust"]

GROUPS = 7
SAMPLE = 2500
NEAR = 15
SHAPES = ("o", "s", "^", "D", "v", "P", "X")
PLOTLY_SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "x")
Floats = NDArray[np.floating]


def placed(vectors: Floats, *, seed: int = 0) -> Floats:
    """UMAP by cosine, initialised with a PCA; deterministic on one machine.

    Args:
        vectors: Vectors, (n, d).
        seed: Seed of all random numbers.

    Returns:
        The places, (n, 2).
    """
    near = int(np.clip(len(vectors) // 10, 2, NEAR))
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # warnings about tensorflow and about a single thread with a fixed seed
        try:
            import umap
        except ImportError:
            raise MissingExtra("umap-learn", "viz") from None
        return np.asarray(
            umap.UMAP(
                n_neighbors=near,
                min_dist=0.15,
                metric="cosine",
                init=flat(vectors).astype(np.float32),
                random_state=seed,
                n_jobs=1,
            ).fit_transform(vectors),
            np.float64,
        )


def flat(vectors: Floats) -> Floats:
    """The plane of the largest variance (PCA), each axis from -1 to 1.

    Args:
        vectors: Vectors, (n, d).

    Returns:
        The places, (n, 2).
    """
    centred = vectors - vectors.mean(0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    places = centred @ axes[:, ::-1][:, :2]
    return np.asarray(places / np.maximum(np.abs(places).max(0), 1e-12))


def trust(vectors: Floats, places: Floats, *, seed: int = 0) -> float:
    """Trustworthiness of the 15 nearest neighbours on the picture, on up to SAMPLE items.

    Args:
        vectors: Vectors, (n, d).
        places: Places, (n, 2).
        seed: Seed of all random numbers.

    Returns:
        The trustworthiness, at most 1.
    """
    from sklearn.manifold import trustworthiness

    at = np.random.default_rng(seed).permutation(len(vectors))[:SAMPLE]
    near = min(NEAR, max(1, len(at) // 2 - 1))
    return float(trustworthiness(vectors[at], places[at], n_neighbors=near, metric="cosine"))


def distance_kept(vectors: Floats, places: Floats, *, seed: int = 0) -> float:
    """Rank correlation of distances on the picture with cosine distances, over random pairs.

    Args:
        vectors: Vectors, (n, d).
        places: Places, (n, 2).
        seed: Seed of all random numbers.

    Returns:
        The correlation, from -1 to 1.
    """
    from scipy.stats import spearmanr

    rng = np.random.default_rng(seed)
    a, b = rng.integers(len(vectors), size=(2, 20_000))
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return float(
        spearmanr(
            1 - (unit[a] * unit[b]).sum(1), np.linalg.norm(places[a] - places[b], axis=1)
        ).statistic
    )


def atlas(model: Any, data: Dataset, *, seed: int = 0, **_: Any) -> View:
    """View of a map of up to 20,000 items.

    Args:
        model: A fitted model.
        data: The data.
        seed: Seed of all random numbers.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If there are fewer than 10 items, or if choosing an item changes nothing.
    """
    vectors, items, _steered = vectors_of(model, data)
    if len(items) < 10:
        raise ArgumentError("an atlas needs 10 items or more", given=str(len(items)))
    places = placed(vectors, seed=seed)
    plane = flat(vectors)
    figures = [
        (trust(vectors, p, seed=seed), distance_kept(vectors, p, seed=seed))
        for p in (places, plane)
    ]
    names, group = _groups(data, items)
    (mine, far), (flat_trust, flat_far) = figures
    title = data.item_table.title
    rows = [
        (title[i], names[g] if g < len(names) else "", round(float(x), 4), round(float(y), 4))
        for i, g, (x, y) in zip(items, group, places, strict=True)
    ]
    return View(
        "atlas",
        *texts(
            "atlas",
            items=len(items),
            trust=mine,
            flat_trust=flat_trust,
            dims=vectors.shape[1],
            far=far,
            flat_far=flat_far,
        ),
        ("item", "group", "x", "y"),
        rows,
        lambda lang: _draw(places, group, names, [title[i] for i in items], data, items, lang),
        lambda lang: _interactive(places, group, names, [title[i] for i in items], lang),
    )


def _groups(data: Dataset, items: NDArray[np.integer]) -> tuple[list[str], NDArray[np.int64]]:
    """(the most common categories, or else title words; each item's first, len(names) for none)."""
    terms = terms_of(data.item_table, items)
    if terms.categories:
        of = range(terms.categories)
    else:
        of = range(len(terms.names))
    sizes = Counter({n: int(terms.members[[n]].nnz) for n in of})
    group = np.full(len(items), GROUPS)
    names: list[str] = []
    for n, _ in sizes.most_common():
        mine = terms.members[[n]].indices
        free = mine[group[mine] == GROUPS]
        if len(names) < GROUPS and len(free) >= 0.5 * len(mine):
            group[free] = len(names)
            names.append(terms.names[n])
    return names, np.where(group == GROUPS, len(names), group)


def _draw(
    places: Floats,
    group: Any,
    names: list[str],
    titles: list[str],
    data: Dataset,
    items: Any,
    lang: str,
) -> Any:
    from scipy.ndimage import gaussian_filter

    figure = new_figure(13, 9)
    ax = figure.add_subplot()
    size = float(np.clip(9000 / len(places), 3, 30))
    counts, xs, ys = np.histogram2d(places[:, 0], places[:, 1], bins=160)
    ax.imshow(
        gaussian_filter(counts, 2.5).T,
        origin="lower",
        extent=(xs[0], xs[-1], ys[0], ys[-1]),
        aspect="auto",
        cmap="Greys",
        alpha=0.35,
        zorder=0,
    )
    rest = group == len(names)
    ax.scatter(
        places[rest, 0],
        places[rest, 1],
        s=size,
        color="#b7bfc8",
        lw=0,
        label=TEXTS.say("atlas-other", lang),
        zorder=1,
    )
    for g, name in enumerate(names):
        ax.scatter(
            places[group == g, 0],
            places[group == g, 1],
            s=size,
            marker=SHAPES[g],
            color=COLOURS[g],
            lw=0,
            alpha=0.8,
            zorder=2,
            label=visible(name, 24),
        )
    taken: list[tuple[float, float]] = []
    wide = np.ptp(places[:, 0])
    high = np.ptp(places[:, 1])
    for at in np.argsort(-np.bincount(data.item, minlength=data.n_items)[items], kind="stable"):
        x, y = places[at]
        if len(taken) < 34 and all(
            abs(y - v) > 0.028 * high or abs(x - u) > 0.17 * wide for u, v in taken
        ):
            taken.append((x, y))
            ax.annotate(
                visible(titles[at], 24),
                (x, y),
                fontsize=7.5,
                color=INK,
                ha="center",
                zorder=4,
                bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.75},
            )
    legend = figure.legend(
        loc="outside lower center", ncols=8, frameon=False, fontsize=9, labelcolor=MUTED
    )
    handles: list[Any] = legend.legend_handles  # of the points, whose size can be set
    for handle in handles:
        handle.set_sizes([40])
    ax.axis("off")
    return figure


def _interactive(places: Floats, group: Any, names: list[str], titles: list[str], lang: str) -> Any:
    from plotly import graph_objects as go

    traces = []
    for g in [len(names), *range(len(names))]:
        at = np.flatnonzero(group == g)
        rest = g == len(names)
        if rest:
            mark = {"color": "#b7bfc8", "symbol": "circle"}
        else:
            mark = {"color": COLOURS[g], "symbol": PLOTLY_SHAPES[g]}
        if rest:
            name = TEXTS.say("atlas-other", lang)
        else:
            name = visible(names[g], 30)
        traces.append(
            go.Scattergl(
                x=places[at, 0].round(3),
                y=places[at, 1].round(3),
                mode="markers",
                name=name,
                hoverinfo="text",
                hovertext=[visible(titles[i], 60) for i in at],
                marker={"size": 5, **mark},
            )
        )
    blank = {"visible": False}
    return plotly_figure(
        *traces, height=820, xaxis=blank, yaxis=blank, legend={"orientation": "h"}, dragmode="pan"
    )
