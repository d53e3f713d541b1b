"""Views of networks: links between items, the neighbourhood of one item, and one person's list.

A link from i to j is what choosing i alone adds to the score of j: the exact weight in additive
models, the effect without other events in others. There are at most 150 nodes, and the picture is
deterministic. Links have a meaning, distances do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Additive, ArgumentError, Dataset, Queries, Query, recommend
from whyrec.core.item_effects import effects
from whyrec.visualise.analysis.item_network import item_network, layout, tie_matrix
from whyrec.visualise.views.view import (
    COLOURS,
    INK,
    MUTED,
    TEXTS,
    View,
    curve,
    new_figure,
    person_shown,
    plotly_figure,
    texts,
    visible,
)

__all__ = ["MOST", "ego", "network", "person"]

MOST = 150
TOP = 110
NEAR = 24
EVENTS = 14
LIST = 10
SHAPES = ("o", "s", "^", "D", "v", "P", "X")
PLOTLY_SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "x")
Floats = NDArray[np.floating]


def _moved(model: Any, items: NDArray[np.integer], columns: NDArray[np.integer]) -> Floats:
    found = effects(model, items)[:, columns]
    if not np.abs(found).max(initial=0.0) > 0:
        raise ArgumentError(
            "a network needs a model whose scores depend on what was chosen",
            given="one that never moves",
            fix="take a model such as additive, ease or sequence",
        )
    return found


def network(model: Any, data: Dataset, *, seed: int = 0, **_: Any) -> View:
    """View of the strongest links among the most chosen items, in communities.

    Args:
        model: A fitted model.
        data: The data.
        seed: Seed of all random numbers.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If choosing an item changes nothing.
    """
    counts = np.bincount(data.item, minlength=data.n_items)
    top = np.argsort(-counts, kind="stable")[: min(TOP, data.n_items)]
    ties = _moved(model, top, top)
    pairs = [
        (int(top[i]), int(top[j]), float(ties[i, j]))
        for i, j in zip(*np.nonzero(ties), strict=True)
        if i != j
    ]
    graph = item_network(pairs, data.item_table, counts, top=len(top))
    nodes = graph["nodes"]
    edges = graph["edges"]
    groups = graph["groups"]
    if not edges:
        raise ArgumentError(
            "a network needs ties between items", given="none above 0 among the most chosen"
        )
    names = [
        ", ".join(g["categories"]) or " / ".join(visible(t, 22) for t in g["titles"][:2])
        for g in groups
    ]
    weights = tie_matrix(nodes, edges)
    places = layout(weights, [node["group"] for node in nodes])
    title = {node["id"]: node["title"] for node in nodes}
    rows = [(title[e["source"]], title[e["target"]], round(e["weight"], 5)) for e in edges]
    return View(
        "network",
        *texts("network", items=len(nodes), groups=len(groups), first=names[0]),
        ("item", "other", "weight"),
        rows,
        lambda lang: _draw_network(nodes, weights, places, names),
        lambda lang: _plotly_network(nodes, weights, places, names),
    )


def _draw_network(nodes: Any, weights: Floats, places: Floats, names: list[str]) -> Any:
    figure = new_figure(13, 9)
    ax = figure.add_subplot()
    _edges(ax, weights, places)
    group = np.array([n["group"] for n in nodes])
    size = np.array([n["weight"] for n in nodes], float)
    for g in np.unique(group):
        at = group == g
        ax.scatter(
            places[at, 0],
            places[at, 1],
            s=30 + 140 * size[at] / size.max(),
            marker=SHAPES[g % len(SHAPES)],
            color=COLOURS[g % len(COLOURS)],
            edgecolor="white",
            lw=0.8,
            zorder=3,
            label=visible(names[g], 44),
        )
    _labels(ax, places, [n["title"] for n in nodes], weights.sum(1), 46)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9, labelcolor=INK)
    ax.axis("off")
    return figure


def _edges(ax: Any, weights: Floats, places: Floats) -> None:
    from matplotlib.collections import LineCollection

    a, b = np.nonzero(np.triu(weights))
    strength = weights[a, b] / weights.max()
    ax.add_collection(
        LineCollection(
            [[places[i], places[j]] for i, j in zip(a, b, strict=True)],
            linewidths=0.5 + 3 * strength,
            colors=MUTED,
            alpha=0.35,
            zorder=1,
        )
    )


def _labels(ax: Any, places: Floats, titles: list[str], worth: Floats, most: int) -> None:
    """Titles of the strongest nodes, without overlaps."""
    taken: list[tuple[float, float, float]] = []
    for at in np.argsort(-worth, kind="stable"):
        text, (x, y) = visible(titles[at], 24), places[at]
        wide = 0.0075 * sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
        if len(taken) < most and all(
            abs(y - v) > 0.022 or x + wide < u or u + w < x for u, v, w in taken
        ):
            taken.append((x, y, wide))
            ax.annotate(
                text,
                (x, y),
                xytext=(6, 3),
                textcoords="offset points",
                fontsize=7.5,
                color=INK,
                zorder=4,
            )


def _plotly_network(nodes: Any, weights: Floats, places: Floats, names: list[str]) -> Any:
    from plotly import graph_objects as go

    a, b = np.nonzero(np.triu(weights))
    lines = [
        [
            None if n == 2 else float(places[(i, j)[n], axis])
            for i, j in zip(a, b, strict=True)
            for n in range(3)
        ]
        for axis in (0, 1)
    ]
    traces = [
        go.Scatter(
            x=lines[0],
            y=lines[1],
            mode="lines",
            line={"color": "#c2cad3", "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    ]
    group = np.array([n["group"] for n in nodes])
    for g in np.unique(group):
        at = np.flatnonzero(group == g)
        traces.append(
            go.Scatter(
                x=places[at, 0],
                y=places[at, 1],
                mode="markers",
                name=visible(names[g], 44),
                hoverinfo="text",
                hovertext=[
                    f"{visible(nodes[i]['title'], 70)} · {nodes[i]['weight']:,}" for i in at
                ],
                marker={
                    "size": 11,
                    "symbol": PLOTLY_SHAPES[g % len(PLOTLY_SHAPES)],
                    "color": COLOURS[g % len(COLOURS)],
                },
            )
        )
    blank = {"visible": False}
    return plotly_figure(*traces, height=760, xaxis=blank, yaxis=blank, legend={"orientation": "h"})


# --- one item -----------------------------------------------------------------------------------


def ego(model: Any, data: Dataset, *, seed: int = 0, item: int | None = None, **_: Any) -> View:
    """View of the strongest effects of one item on others, and of others on it.

    Args:
        model: A fitted model.
        data: The data.
        seed: Seed of all random numbers.
        item: Number of the item; None takes the most chosen.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If choosing the item changes nothing.
    """
    counts = np.bincount(data.item, minlength=data.n_items)
    if item is None:
        one = int(counts.argmax())
    else:
        one = int(item)
    others = np.argsort(-counts, kind="stable")[:5000]
    others = others[others != one]
    gives = _moved(model, np.array([one]), others)[0]
    gets = np.concatenate(
        [
            _moved_or_nothing(model, others[start : start + 512], one)
            for start in range(0, len(others), 512)
        ]
    )
    drawn = [
        (others[at], values[at])
        for values in (gets, gives)
        for at in [np.argsort(-values, kind="stable")[:NEAR]]
    ]
    name = visible(data.item_table.title[one], 40)
    title = data.item_table.title
    rows = [
        (title[one], kind, title[int(i)], round(float(v), 5))
        for kind, (items, values) in zip(("lifted by", "lifts"), drawn, strict=True)
        for i, v in zip(items, values, strict=True)
    ]
    lifting, lifted = (visible(title[int(items[0])], 40) for items, _ in drawn)
    return View(
        "ego",
        *texts("ego", name=name, lifted=lifted, lifting=lifting),
        ("item", "direction", "other", "weight"),
        rows,
        lambda lang: _draw_ego(name, drawn, title, lang),
        lambda lang: _plotly_ego(drawn, title, lang),
    )


def _moved_or_nothing(model: Any, items: NDArray[np.integer], to: int) -> Floats:
    return np.asarray(effects(model, items)[:, to])


EGO = ("ego-lifting", "ego-lifted")


def _draw_ego(name: str, drawn: Any, title: Any, lang: str) -> Any:
    figure = new_figure(13, 7.5)
    for side, (items, values) in enumerate(drawn):
        ax = figure.add_subplot(1, 2, side + 1)
        y = np.arange(len(items))
        ax.barh(y, values, color=COLOURS[(0, 2)[side]], height=0.72)
        ax.set_yticks(y, [visible(title[int(i)], 40) for i in items], fontsize=8.5)
        ax.invert_yaxis()
        ax.set_title(TEXTS.say(EGO[side], lang), loc="left", fontsize=11, color=MUTED)
        ax.spines[["top", "right", "left"]].set_visible(False)
        ax.tick_params(axis="y", length=0, colors=INK)
    return figure


def _plotly_ego(drawn: Any, title: Any, lang: str) -> Any:
    from plotly import graph_objects as go

    traces = [
        go.Bar(
            y=[visible(title[int(i)], 50) for i in items],
            x=values,
            orientation="h",
            name=TEXTS.say(EGO[side], lang),
            xaxis=("x", "x2")[side],
            yaxis=("y", "y2")[side],
            marker={"color": COLOURS[(0, 2)[side]]},
        )
        for side, (items, values) in enumerate(drawn)
    ]
    back = {"autorange": "reversed", "automargin": True}
    return plotly_figure(
        *traces,
        height=700,
        xaxis={"domain": [0, 0.4]},
        xaxis2={"domain": [0.6, 1]},
        yaxis=back,
        yaxis2={**back, "anchor": "x2"},
        legend={"orientation": "h"},
    )


# --- one person ---------------------------------------------------------------------------------


def person(model: Any, data: Dataset, *, seed: int = 0, user: str | None = None, **_: Any) -> View:
    """View of one person's strongest events, their list, and the effect of each event on each item.

    The effects are exact if the model is additive; otherwise they are measured by leaving the event
    out.

    Args:
        model: A fitted model.
        data: The data.
        seed: Seed of all random numbers.
        user: Label of a person; None takes one with a history of median length, of those with 5 or
            more events.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If no event changes a score.
    """
    query = data.histories[person_shown(data, user, 5)]
    [slate] = recommend(model, query, LIST)
    items = [int(i) for i in slate.items]
    weights = _weights(model, query, items)
    if not np.abs(weights).max(initial=0.0) > 0:
        raise ArgumentError(
            "a person's network needs a model whose scores depend on what was chosen",
            given="one that never moves",
        )
    kept = np.sort(np.argsort(-np.abs(weights).sum(1), kind="stable")[:EVENTS])
    weights = weights[kept]
    events = [int(query.items[p]) for p in kept]
    title = data.item_table.title
    at = np.unravel_index(int(weights.argmax()), weights.shape)
    strongest = visible(title[events[at[0]]], 40)
    gained = visible(title[items[at[1]]], 40)
    rows = [
        (title[events[i]], title[items[j]], round(float(w), 5))
        for (i, j), w in np.ndenumerate(weights)
    ]
    head, question, found, notes = texts("person", strongest=strongest, gained=gained)
    if not isinstance(model, Additive):
        notes = TEXTS.pair("person-notes-measured")
    return View(
        "person",
        head,
        question,
        found,
        notes,
        ("event", "item", "weight"),
        rows,
        lambda lang: _draw_person(events, items, weights, title, lang),
        lambda lang: _plotly_person(events, items, weights, title),
    )


def _weights(model: Any, query: Query, items: list[int]) -> Floats:
    """What each event adds to each item, (m, k)."""
    if isinstance(model, Additive):
        return np.stack([model.contributions(query, item).weights for item in items], 1)
    rows = Queries.of([query, *(query.without([p]) for p in range(len(query)))])
    scores = np.asarray(model.score(rows), np.float64)[:, items]
    return np.asarray(scores[0] - scores[1:])


def _draw_person(
    events: list[int], items: list[int], weights: Floats, title: Any, lang: str
) -> Any:
    n, k = weights.shape
    figure = new_figure(13, 0.42 * max(n, k) + 1.4)
    top = float(np.abs(weights).max())
    ax = figure.add_subplot()
    left = np.linspace(0, 1, n)
    right = np.linspace(0, 1, k)
    for (i, j), w in np.ndenumerate(weights):
        if abs(w) > 0.04 * top:
            ax.plot(
                *curve(float(left[i]), float(right[j])),
                lw=0.4 + 7 * abs(w) / top,
                color=COLOURS[0] if w > 0 else COLOURS[5],
                alpha=0.25 + 0.5 * abs(w) / top,
                ls="-" if w > 0 else (0, (2, 1.5)),
                solid_capstyle="round",
            )
    for y, item in zip(left, events, strict=True):
        ax.annotate(
            visible(title[item], 46),
            (0, y),
            xytext=(-8, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=9,
            color=INK,
        )
    for y, (place, item) in zip(right, enumerate(items), strict=True):
        ax.annotate(
            f"{place + 1}  {visible(title[item], 46)}",
            (1, y),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=INK,
        )
    for x, key in enumerate(("person-events", "person-list")):
        text = TEXTS.say(key, lang)
        ax.annotate(text, (x, -0.07), ha="center", fontsize=10, color=MUTED)
    ax.set_xlim(-1.0, 2.0)
    ax.set_ylim(1.06, -0.13)
    ax.axis("off")
    return figure


def _plotly_person(events: list[int], items: list[int], weights: Floats, title: Any) -> Any:
    from plotly import graph_objects as go

    i, j = np.nonzero(weights > 0.04 * np.abs(weights).max())
    names = [visible(title[a], 50) for a in events] + [
        f"{at + 1} {visible(title[b], 50)}" for at, b in enumerate(items)
    ]
    sankey = go.Sankey(
        node={
            "label": names,
            "pad": 12,
            "color": [COLOURS[0]] * len(events) + [COLOURS[2]] * len(items),
        },
        link={"source": i, "target": j + len(events), "value": weights[i, j]},
    )
    return plotly_figure(sankey, height=700)
