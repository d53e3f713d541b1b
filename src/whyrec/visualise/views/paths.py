"""View of one person's paths through a graph: events, entities in between, and the list."""

from __future__ import annotations

from typing import Any

import numpy as np

from whyrec.core import ArgumentError, Dataset, recommend
from whyrec.core.capabilities import Routes
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

__all__ = ["paths"]

LIST, LINKED, OTHER = (
    6,
    24,
    12,
)  # items of the list; paths drawn through links, and through people and order
Route = tuple[str, str, str, float]  # event, entity in between, item, weight


def paths(model: Any, data: Dataset, *, seed: int = 0, user: str | None = None, **_: Any) -> View:
    """View of one person's strongest paths, each with its exact weight.

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
        ArgumentError: If the model has no paths, or if none leads to the list.
    """
    if not isinstance(model, Routes):
        raise ArgumentError(
            "paths need a graph model", given=type(model).__name__, fix="fit the model graph"
        )
    query = data.histories[person_shown(data, user, 5)]
    [slate] = recommend(model, query, LIST)
    found = [
        (w, int(query.items[p]), column, kind, int(item))
        for item in slate.items
        for p, column, kind, w in model.routes(query, int(item))
    ]
    if not found:
        raise ArgumentError(
            "a person's paths need a graph that leads from their events to their list",
            given="no path",
        )
    total = sum(row[0] for row in found)
    found.sort(key=lambda row: -row[0])
    found = sorted(
        [row for row in found if row[2] >= 0][:LINKED]
        + [row for row in found if row[2] < 0][:OTHER],
        key=lambda row: -row[0],
    )
    title = data.item_table.title
    place = {int(item): at + 1 for at, item in enumerate(slate.items)}
    routes = [
        [
            (
                title[event],
                model.through(column, kind)[lang],
                f"{place[item]}  {title[item]}",
                weight,
            )
            for weight, event, column, kind, item in found
        ]
        for lang in (0, 1)
    ]
    first = found[0]
    share = sum(row[0] for row in found) / total
    return View(
        "paths",
        *texts(
            "paths",
            one=visible(title[first[1]], 40),
            two=visible(title[first[4]], 40),
            through=model.through(first[2], first[3]),
            linked=LINKED,
            other=OTHER,
            share=share,
            items=len(slate),
        ),
        ("event", "through", "item", "weight"),
        [(*row[:3], round(row[3], 5)) for row in routes[0]],
        lambda lang: _draw(routes[lang == "zh"], lang),
        lambda lang: _plotly(routes[lang == "zh"]),
    )


def _columns(routes: list[Route]) -> list[list[str]]:
    """The names of each column: events and entities by weight, items by place."""
    out = []
    for at in range(3):
        weights: dict[str, float] = {}
        for route in routes:
            weights[str(route[at])] = weights.get(str(route[at]), 0.0) + route[3]
        by_place: dict[str, float] = {}
        if at == 2:
            by_place = {name: int(name.split("  ")[0]) for name in weights}
        order: dict[str, float] = {name: -weight for name, weight in weights.items()} | by_place
        out.append(sorted(weights, key=order.__getitem__))
    return out


def _draw(routes: list[Route], lang: str) -> Any:
    columns = _columns(routes)
    figure = new_figure(14, 0.4 * max(map(len, columns)) + 1.4)
    ax = figure.add_subplot()
    top = max(route[3] for route in routes)
    at = [
        dict(zip(names, (np.arange(len(names)) + 0.5) / len(names), strict=True))
        for names in columns
    ]
    for route in routes:
        colour = COLOURS[columns[1].index(route[1]) % len(COLOURS)]
        for step in (0, 1):
            ends = at[step][str(route[step])], at[step + 1][str(route[step + 1])]
            across, down = curve(*ends)
            ax.plot(
                step + across,
                down,
                lw=0.6 + 7 * route[3] / top,
                color=colour,
                alpha=0.45,
                solid_capstyle="round",
                zorder=0,
            )
    for x, (names, align, shift) in enumerate(
        zip(columns, ("right", "center", "left"), (-8, 0, 8), strict=True)
    ):
        for name in names:
            ax.annotate(
                visible(name, 40),
                (x, at[x][name]),
                xytext=(shift, 0),
                textcoords="offset points",
                ha=align,
                va="center",
                fontsize=9,
                color=INK,
                bbox={"boxstyle": "round,pad=0.25", "fc": "white", "ec": "#d5dbe1", "lw": 0.6}
                if x == 1
                else None,
            )
    for x, key in enumerate(("paths-events", "paths-through", "paths-list")):
        text = TEXTS.say(key, lang)
        ax.annotate(text, (x, -0.04), ha="center", fontsize=10, color=MUTED)
    ax.set_xlim(-0.75, 2.75)
    ax.set_ylim(1.03, -0.08)
    ax.axis("off")
    return figure


def _plotly(routes: list[Route]) -> Any:
    from plotly import graph_objects as go

    columns = _columns(routes)
    names = [name for column in columns for name in column]
    start = np.cumsum([0, *map(len, columns)])
    source = []
    target = []
    value = []
    for route in routes:
        for step in (0, 1):
            source.append(int(start[step]) + columns[step].index(str(route[step])))
            target.append(int(start[step + 1]) + columns[step + 1].index(str(route[step + 1])))
            value.append(route[3])
    colour = [COLOURS[(0, 7, 2)[step]] for step, column in enumerate(columns) for _ in column]
    return plotly_figure(
        go.Sankey(
            node={"label": [visible(name, 50) for name in names], "pad": 12, "color": colour},
            link={"source": source, "target": target, "value": value},
        ),
        height=700,
    )
