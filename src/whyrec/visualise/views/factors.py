"""Views of named factors of people's choices, their stability, and a list without one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage

from whyrec.core import ArgumentError, Dataset, Query
from whyrec.visualise.analysis.factor_model import STABLE, Factors, decompose, stability
from whyrec.visualise.analysis.naming import terms_of
from whyrec.visualise.views.view import (
    COLOURS,
    DIVERGING,
    INK,
    MUTED,
    TEXTS,
    View,
    new_figure,
    plotly_figure,
    texts,
    visible,
)

__all__ = ["Named", "factors", "named_factors", "report_factors", "switched_off", "without_factor"]

# items of a factor, people of the heatmap, factors that are drawn
ITEMS = 3
PEOPLE = 24
SHOWN = 14
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Named:
    """A factor with its name.

    Attributes:
        number: Its number.
        name: Its terms, or else its first items.
        terms: The terms that name it, with their lead in standard errors.
        top: Items with the highest loadings.
        low: Items with the lowest loadings.
        strength: Its singular value as a share of the sum of all.
        stability: Absolute cosine between halves of the people.
        returned: Share of the halves that have the same first term.
    """

    number: int
    name: str
    terms: tuple[tuple[str, float], ...]
    top: tuple[int, ...]
    low: tuple[int, ...]
    strength: float
    stability: float
    returned: float

    @property
    def stable(self) -> bool:
        return self.stability >= STABLE


def named_factors(data: Dataset, *, seed: int = 0) -> tuple[Factors, list[Named]]:
    """Return the factors and their names; no names if only popularity connects items."""
    found = decompose(data, seed=seed)
    alike, halves = stability(data, found, seed=seed)
    counts = np.bincount(data.item, minlength=data.n_items)
    known = np.flatnonzero(
        counts >= max(1.0, float(np.median(counts[counts > 0])) if len(data) else 1.0)
    )
    terms = terms_of(data.item_table, known)
    out = []
    for k in range(len(found)):
        own = terms.of(found.item[known, k], len(found))
        order = known[np.argsort(-found.item[known, k], kind="stable")]
        if own:
            again = [
                [t.name for t in terms.of(h[known, k], len(found), 1)] == [own[0].name]
                for h in halves
            ]
        else:
            again = []
        name = " · ".join(t.name for t in own) or " / ".join(
            visible(data.item_table.title[i], 22) for i in order[:2]
        )
        out.append(
            Named(
                k,
                name,
                tuple((t.name, t.z) for t in own),
                tuple(int(i) for i in order[:8]),
                tuple(int(i) for i in order[::-1][:5]),
                float(found.sizes[k] / found.sizes.sum()),
                float(alike[k]),
                float(np.mean(again)) if again else float("nan"),
            )
        )
    return found, out


def factors(model: Any, data: Dataset, *, seed: int = 0, **_: Any) -> View:
    """View of the tastes in the data; it uses no model.

    Args:
        model: Not used.
        data: The data.
        seed: Seed of all random numbers.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If nothing but popularity connects items.
    """
    found, names = named_factors(data, seed=seed)
    if not names:
        raise ArgumentError(
            "a factor must bind items together more than the same events dealt anew do",
            given="no stable factor",
            fix="more events, or another data set",
        )
    stable = [one for one in names if one.stable]
    first = " ; ".join(visible(one.name, 40) for one in stable[:4])
    title = data.item_table.title
    rows = [
        (
            one.number + 1,
            one.name,
            "yes" if one.stable else "no",
            round(one.stability, 3),
            round(one.returned, 2),
            round(one.strength, 4),
            " | ".join(title[i] for i in one.top),
            " | ".join(title[i] for i in one.low),
            "; ".join(f"{name} {z:.1f}" for name, z in one.terms),
        )
        for one in names
    ]
    return View(
        "factors",
        *texts(
            "factors",
            stable=len(stable),
            factors=len(names),
            first=first,
            people=f"{len(found.people):,}",
            least=STABLE,
        ),
        (
            "factor",
            "name",
            "stable",
            "stability",
            "name_returns",
            "strength",
            "top_items",
            "low_items",
            "terms_z",
        ),
        rows,
        lambda lang: _draw(found, names, data, lang),
        lambda lang: _interactive(found, names, data, lang),
    )


def report_factors(data: Dataset, *, seed: int = 0, most: int = 8) -> dict[str, Any]:
    """Return the strongest stable factors, with loadings of popular items and some people."""
    found, names = named_factors(data, seed=seed)
    shown = [one for one in names if one.stable][:most]
    at = [one.number for one in shown]
    counts = np.bincount(data.item, minlength=data.n_items)
    top = np.argsort(-counts, kind="stable")[:40]
    people = np.argsort(-data.histories.sizes[found.people], kind="stable")[:200][::10]
    return {
        "factors": [
            {
                "name": one.name,
                "stability": one.stability,
                "high": [{"title": data.item_table.title[i]} for i in one.top[:6]],
                "low": [{"title": data.item_table.title[i]} for i in one.low[:6]],
            }
            for one in shown
        ],
        "items": [data.item_table.title[i] for i in top],
        "item_matrix": found.item[top][:, at].tolist(),
        "people": [data.users[found.people[p]] for p in people],
        "user_matrix": found.user[people][:, at].tolist(),
    }


# --- pictures -----------------------------------------------------------------------------------


def _parts(
    found: Factors, names: list[Named], seed: int = 0
) -> tuple[list[Named], list[int], Floats, Floats]:
    """(factors, items, loadings of items and people), scaled to -1 to 1, with clustered rows."""
    shown = sorted(names, key=lambda one: (not one.stable, -one.strength))[:SHOWN]
    at = [one.number for one in shown]
    items = list(dict.fromkeys(i for one in shown for i in one.top[:ITEMS]))
    people = np.random.default_rng(seed).permutation(len(found.user))[:PEOPLE]
    drawn = [
        _scaled(found.item[items][:, at], np.abs(found.item[:, at]).max(0)),
        _scaled(found.user[people][:, at], np.quantile(np.abs(found.user[:, at]), 0.99, axis=0)),
    ]
    orders = [_clustered(one) for one in drawn]
    return shown, [items[i] for i in orders[0]], drawn[0][orders[0]], drawn[1][orders[1]]


def _scaled(matrix: Floats, size: Floats) -> Floats:
    return np.asarray(np.clip(matrix / np.maximum(size, 1e-12), -1, 1))


def _clustered(rows: Floats) -> NDArray[np.int64]:
    return np.asarray(
        leaves_list(linkage(rows, "average")) if len(rows) > 2 else np.arange(len(rows)), np.int64
    )


def _draw(found: Factors, names: list[Named], data: Dataset, lang: str) -> Any:
    shown, items, of_items, of_people = _parts(found, names)
    figure = new_figure(13, 6 + 0.17 * len(items))
    grid = figure.add_gridspec(3, 1, height_ratios=[4, 2.2, 0.24 * len(items)])
    people, bars, cells = (figure.add_subplot(grid[k]) for k in range(3))
    x = np.arange(len(shown))
    labels = [visible(data.item_table.title[i], 46) for i in items]
    people.imshow(of_people, cmap=DIVERGING, vmin=-1, vmax=1, aspect="auto")
    people.set_title(
        TEXTS.say("factors-people", lang),
        loc="left",
        fontsize=10,
        color=MUTED,
    )
    people.set_yticks([])
    people.set_xticks([])
    colours = [COLOURS[0] if one.stable else "white" for one in shown]
    bars.bar(
        x, [100 * one.strength for one in shown], color=colours, edgecolor=COLOURS[0], width=0.6
    )
    for at, one in enumerate(shown):
        bars.annotate(
            f"{one.stability:.2f}",
            (at, 100 * one.strength),
            ha="center",
            va="bottom",
            fontsize=8.5,
            color=INK,
        )
    bars.set_xlim(-0.5, len(shown) - 0.5)
    bars.set_xticks([])
    bars.set_ylim(0, 125 * max(one.strength for one in shown))
    bars.set_title(
        TEXTS.say("factors-strength", lang),
        loc="left",
        fontsize=10,
        color=MUTED,
    )
    cells.imshow(of_items, cmap=DIVERGING, vmin=-1, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(of_items):
        if abs(value) >= 0.3:  # the sign, for print without colour
            cells.text(
                column,
                row,
                "+" if value > 0 else "−",
                ha="center",
                va="center",
                fontsize=8,
                color="white" if abs(value) > 0.6 else INK,
            )
    cells.set_yticks(np.arange(len(items)), labels, fontsize=8)
    cells.set_xticks(
        x, [visible(one.name, 34) for one in shown], rotation=38, ha="right", fontsize=9
    )
    cells.set_title(
        TEXTS.say("factors-items", lang),
        loc="left",
        fontsize=10,
        color=MUTED,
    )
    for ax in (people, bars, cells):
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0, colors=INK)
    return figure


def _interactive(found: Factors, names: list[Named], data: Dataset, lang: str) -> Any:
    from plotly import graph_objects as go
    from plotly.subplots import make_subplots

    shown, items, of_items, _ = _parts(found, names)
    x = [f"{one.number + 1}. {visible(one.name, 34)}" for one in shown]
    told = [
        f"{TEXTS.say('factors-stability', lang)} {one.stability:.2f}<br>"
        + "<br>".join(visible(data.item_table.title[i], 60) for i in one.top)
        for one in shown
    ]
    figure = make_subplots(2, 1, shared_xaxes=True, vertical_spacing=0.03, row_heights=[0.22, 0.78])
    figure.add_trace(
        go.Bar(
            x=x,
            y=[100 * one.strength for one in shown],
            hovertext=told,
            hoverinfo="text",
            showlegend=False,
            marker={
                "color": [COLOURS[0] if one.stable else "white" for one in shown],
                "line": {"color": COLOURS[0], "width": 1.5},
            },
        ),
        1,
        1,
    )
    figure.add_trace(
        go.Heatmap(
            x=x,
            y=[visible(data.item_table.title[i], 46) for i in items],
            z=of_items,
            zmid=0,
            zmin=-1,
            zmax=1,
            colorscale="RdBu",
            reversescale=True,
        ),
        2,
        1,
    )
    figure.update_yaxes(autorange="reversed", row=2, col=1)
    return plotly_figure(*figure.data, height=420 + 18 * len(items)).update_layout(figure.layout)


# --- without one factor -------------------------------------------------------------------------


def without_factor(
    found: Factors, query: Query, factor: int, k: int = 10
) -> tuple[list[int], list[int], list[int | None]]:
    """Rescore a history exactly without one factor.

    Returns the first k items before and after, and the new place from 0 of each of the former.
    """
    if not 0 <= factor < len(found):
        raise ArgumentError(f"factor must be 0 to {len(found) - 1}", given=str(factor))
    parts = found.parts(query.items)
    orders = []
    for score in (parts.sum(1), parts.sum(1) - parts[:, factor]):
        score = score.copy()
        if not query.repeat:
            score[query.items] = -np.inf
        score[query.avoided] = -np.inf
        orders.append(np.argsort(-score, kind="stable")[: int(np.isfinite(score).sum())])
    place = {int(item): at for at, item in enumerate(orders[1])}
    first = [int(i) for i in orders[0][:k]]
    return first, [int(i) for i in orders[1][:k]], [place.get(item) for item in first]


def switched_off(
    model: Any, data: Dataset, *, seed: int = 0, user: str | None = None, **_: Any
) -> View:
    """View of one person's list with and without its strongest factor; it uses no model.

    Args:
        model: Not used.
        data: The data.
        seed: Seed of all random numbers.
        user: Label of a person; None takes one with a history of median length.
        **_: Options of other views, which are ignored.

    Returns:
        The view.
    """
    found, names = named_factors(data, seed=seed)
    if not names:
        raise ArgumentError(
            "a factor must bind items more than the same events dealt anew do",
            given="no stable factor",
        )
    sizes = data.histories.sizes
    if user is None:
        who = int(np.argsort(sizes, kind="stable")[len(sizes) // 2])
    else:
        who = data.users.index(user)
    query = data.histories[who]
    first = without_factor(found, query, 0)[0]
    factor = int(found.parts(query.items)[first].sum(0).argmax())
    first, other, places = without_factor(found, query, factor)
    name = visible(names[factor].name, 40)
    title = [visible(t, 44) for t in data.item_table.title]
    gone = sum(item not in other for item in first)
    rows = [
        (at + 1, data.item_table.title[item], place + 1 if place is not None else "")
        for at, (item, place) in enumerate(zip(first, places, strict=True))
    ]
    return View(
        "switched-off",
        *texts("switched-off", name=name, gone=gone, items=len(first), events=len(query)),
        ("place", "item", "place_without"),
        rows,
        lambda lang: _slopes(first, other, places, title, lang),
        lambda lang: _slopes_interactive(first, places, title, lang),
    )


def _slopes(
    first: list[int], other: list[int], places: list[int | None], title: list[str], lang: str
) -> Any:
    figure = new_figure(12, 0.42 * len(first) + 1.6)
    ax = figure.add_subplot()
    k = len(first)
    for at, (item, place) in enumerate(zip(first, places, strict=True)):
        stays = place is not None and place < k
        ax.plot(
            [0, 1],
            [at, min(place if place is not None else k + 1, k + 0.6)],
            color=COLOURS[0] if stays else COLOURS[5],
            lw=2 if stays else 1.2,
            ls="-" if stays else "--",
        )
        ax.annotate(
            f"{title[item]}  {at + 1}",
            (0, at),
            xytext=(-8, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=9,
            color=INK if stays else COLOURS[5],
        )
    for at, item in enumerate(other):
        ax.annotate(
            f"{at + 1}  {title[item]}",
            (1, at),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=INK if item in first else COLOURS[2],
        )
    ax.set_ylim(k + 1, -1)
    ax.set_xlim(-1.1, 2.1)
    for x, key in enumerate(("switched-off-with-it", "switched-off-without-it")):
        ax.annotate(TEXTS.say(key, lang), (x, -0.7), ha="center", fontsize=10, color=MUTED)
    ax.axis("off")
    return figure


def _slopes_interactive(
    first: list[int], places: list[int | None], title: list[str], lang: str
) -> Any:
    from plotly import graph_objects as go

    last = max([p for p in places if p is not None], default=0)
    sides = [TEXTS.say(key, lang) for key in ("switched-off-with", "switched-off-without")]
    traces = [
        go.Scatter(
            x=sides,
            y=[at + 1, (last if place is None else place) + 1],
            name=title[item],
            mode="lines+markers",
        )
        for at, (item, place) in enumerate(zip(first, places, strict=True))
    ]
    axis = {"autorange": "reversed", "type": "log", "title": TEXTS.say("switched-off-place", lang)}
    return plotly_figure(*traces, yaxis=axis)
