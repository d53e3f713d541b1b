"""Views of interpretable models: the questions of a tree, and shape functions of features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset
from whyrec.core.capabilities import AsksQuestions, DrawsFeatures, NamesFeatures
from whyrec.visualise.views.view import (
    COLOURS,
    INK,
    LANGS,
    MUTED,
    TEXTS,
    View,
    new_figure,
    plotly_figure,
    texts,
    visible,
)

__all__ = ["shapes", "tree"]

PARTS = 9
DEEP = 3
Floats = NDArray[np.floating]
Node = Mapping[str, Any]


def tree(model: Any, data: Dataset, *, seed: int = 0, **_: Any) -> View:
    """View of the questions of a tree, down to the fourth level.

    Args:
        model: A fitted model with branches().
        data: The data.
        seed: Not used.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If the model has no tree.
    """
    if isinstance(model, AsksQuestions):
        root = model.branches()
    else:
        root = None
    if root is None:
        raise ArgumentError(
            "a tree is drawn of models that ask questions",
            given=type(model).__name__,
            fix="fit tree",
        )
    rows = [
        (
            depth,
            way,
            node["text"][0] if "text" in node else "",
            round(float(node["precision"]), 5),
            round(float(node["support"]), 5),
            round(float(node["value"]), 4),
        )
        for depth, way, node in _walk(root, 0, "")
    ]
    leaves = [node for _, _, node in _walk(root, 0, "") if "text" not in node]
    best = max(float(one["precision"]) for one in leaves)
    base = float(root["precision"])
    first = root.get("text", TEXTS.pair("tree-nothing"))
    return View(
        "tree",
        *texts("tree", first=first, answers=len(leaves), best=best, base=base),
        ("depth", "way", "question", "chosen", "support", "value"),
        rows,
        lambda lang: _draw_tree(root, lang),
        lambda lang: _plotly_tree(root, lang),
    )


def _walk(node: Node, depth: int, way: str) -> list[tuple[int, str, Node]]:
    out = [(depth, way, node)]
    if "text" in node:
        for answer in ("yes", "no"):
            out += _walk(node[answer], depth + 1, f"{way}/{answer}" if way else answer)
    return out


def _draw_tree(root: Node, lang: str) -> Any:
    places: list[tuple[Node, float, int, tuple[float, int] | None]] = []
    width = _place(root, 0, 0.0, None, places)
    deep = max(depth for _, _, depth, _ in places)
    figure = new_figure(max(9.0, 1.9 * width), 1.6 * (deep + 1))
    ax, top = figure.add_subplot(), max(float(node["precision"]) for node, *_ in places) or 1.0
    for node, x, depth, parent in places:
        if parent is not None:
            ax.plot(
                [parent[0], x],
                [-parent[1] - 0.2, -depth + 0.25],
                color=MUTED,
                alpha=0.6,
                zorder=1,
                lw=0.8 + 6 * float(np.sqrt(node["support"])),
            )
    for node, x, depth, _ in places:
        share = float(node["precision"]) / top
        asks = "text" in node and depth < DEEP
        if asks:
            question = TEXTS.say("tree-asks", lang, question=node["text"][LANGS.index(lang)])
            told = _wrapped(question) + "\n"
        else:
            told = ""
        chosen = TEXTS.say("tree-chosen", lang, share=node["precision"])
        ax.annotate(
            f"{told}{chosen}",
            (x, -depth),
            ha="center",
            va="center",
            fontsize=8,
            color=INK,
            zorder=3,
            bbox={
                "boxstyle": "round,pad=0.35",
                "fc": "white",
                "ec": COLOURS[0],
                "lw": 0.6 + 3 * share,
            },
        )
    ax.annotate(
        TEXTS.say("tree-answers", lang),
        (0.5, 1.0),
        xycoords="axes fraction",
        ha="center",
        color=MUTED,
        fontsize=10,
    )
    ax.set_xlim(-0.6, width - 0.4)
    ax.set_ylim(-deep - 0.5, 0.5)
    ax.axis("off")
    return figure


def _place(node: Node, depth: int, left: float, parent: Any, places: list[Any]) -> float:
    """Place a node and its subtree (down to DEEP) from `left` on; return their width."""
    at = len(places)
    places.append(None)
    if "text" not in node or depth == DEEP:
        places[at] = (node, left, depth, parent)
        return 1.0
    below = len(places)
    yes = _place(node["yes"], depth + 1, left, None, places)
    second = len(places)
    no = _place(node["no"], depth + 1, left + yes, None, places)
    x = (places[below][1] + places[second][1]) / 2
    places[at] = (node, x, depth, parent)
    for child in (below, second):
        places[child] = (*places[child][:3], (x, depth))
    return yes + no


def _wrapped(text: str, most: int = 26) -> str:
    import textwrap

    parts = textwrap.wrap(visible(text, 90), most if text.isascii() else most // 2) or [""]
    return "\n".join(parts)


def _plotly_tree(root: Node, lang: str) -> Any:
    from plotly import graph_objects as go

    ids = []
    labels = []
    parents = []
    values = []
    shade = []
    for _, way, node in _walk(root, 0, ""):
        ids.append(way or "root")
        parents.append("" if not way else way.rpartition("/")[0] or "root")
        labels.append(
            _wrapped(node["text"][LANGS.index(lang)], 40).replace("\n", "<br>")
            if "text" in node
            else f"{node['precision']:.1%}"
        )
        values.append(float(node["support"]))
        shade.append(float(node["precision"]))
    return plotly_figure(
        go.Icicle(
            ids=ids,
            labels=labels,
            parents=parents,
            values=values,
            branchvalues="total",
            marker={"colors": shade, "colorscale": "Blues", "showscale": True},
        ),
        height=640,
    )


# --- shapes -------------------------------------------------------------------------------------


def shapes(model: Any, data: Dataset, *, seed: int = 0, **_: Any) -> View:
    """View of what each feature adds to the score of an explainable boosting machine.

    The most influential features come first.

    Args:
        model: A fitted explainable boosting machine.
        data: The data.
        seed: Not used.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If the model has no shape functions.
    """
    if not isinstance(model, DrawsFeatures):
        raise ArgumentError(
            "shapes are drawn of models that add up features",
            given=type(model).__name__,
            fix="fit ebm",
        )
    single = [part for part, term in enumerate(model.terms_) if len(term["features"]) == 1]
    single.sort(key=lambda part: -model.spread_[part])
    drawn = []
    for part in single[:PARTS]:
        name = model.names_[model.terms_[part]["features"][0]]
        drawn.append((name, *model.curve(part), float(model.spread_[part])))
    rows = [
        (
            name,
            round(float(a), 5) if np.isfinite(a) else "",
            round(float(b), 5) if np.isfinite(b) else "",
            round(float(w), 5),
        )
        for name, cuts, weights, _ in drawn
        for a, b, w in zip([-np.inf, *cuts], [*cuts, np.inf], weights, strict=True)
    ]
    first, words = drawn[0], {name: _feature(model, name) for name, *_ in drawn}
    return View(
        "shapes",
        *texts(
            "shapes",
            name=words[first[0]],
            mean=first[3],
            low=first[2].min(),
            high=first[2].max(),
        ),
        ("feature", "from", "to", "weight"),
        rows,
        lambda lang: _draw_shapes(drawn, words, lang),
        lambda lang: _plotly_shapes(drawn, words, lang),
    )


def _feature(model: Any, name: str) -> tuple[str, str]:
    """The feature's name in words, if the model has them."""
    if isinstance(model, NamesFeatures):
        return model.feature_words(name)
    return name.replace("_", " "), name.replace("_", " ")


def _draw_shapes(drawn: Any, words: Any, lang: str) -> Any:
    columns = 3
    lines = -(-len(drawn) // columns)
    figure = new_figure(13, 2.9 * lines + 0.5)
    low, high = (f(float(f(w)) for _, _, w, _ in drawn) for f in (min, max))
    for at, (name, cuts, weights, _) in enumerate(drawn):
        ax = figure.add_subplot(lines, columns, at + 1)
        if len(cuts) > 1 and cuts[-1] > cuts[0]:
            pad = (cuts[-1] - cuts[0]) * 0.05
        else:
            pad = 1.0
        if len(cuts):
            ends = [cuts[0] - pad, *cuts, cuts[-1] + pad]
        else:
            ends = [-1.0, 1.0]
        ax.stairs(weights, ends, color=COLOURS[0], lw=1.8, baseline=None)
        ax.axhline(0, color=MUTED, lw=0.7)
        ax.set_ylim(low - 0.05 * (high - low), high + 0.05 * (high - low))
        ax.set_title(
            visible(words[name][LANGS.index(lang)], 44), loc="left", fontsize=9.5, color=INK
        )
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(labelsize=8)
    return figure


def _plotly_shapes(drawn: Any, words: Any, lang: str) -> Any:
    from plotly import graph_objects as go

    traces = [
        go.Scatter(
            x=np.concatenate([cuts[:1], cuts]) if len(cuts) else [0.0],
            y=weights,
            name=visible(words[name][LANGS.index(lang)], 50),
            line={"shape": "hv"},
            visible=True if at < 3 else "legendonly",
        )
        for at, (name, cuts, weights, _) in enumerate(drawn)
    ]
    return plotly_figure(*traces, height=620)
