"""Views inside a sequence model for one history: attention, layers and words.

Attention is not a cause.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import (
    ArgumentError,
    Attentive,
    Dataset,
    Queries,
    Query,
    Textual,
    mask_seen,
    recommend,
)
from whyrec.core.capabilities import LayerStates
from whyrec.visualise.views.view import (
    COLOURS,
    INK,
    MUTED,
    TEXTS,
    View,
    new_figure,
    person_shown,
    plotly_figure,
    texts,
    visible,
)

__all__ = ["attention", "layers", "tokens"]

LATEST = 24  # events shown
PEOPLE = 100  # people who are compared with the one history
Floats = NDArray[np.floating]


def _history(data: Dataset, user: str | None) -> Query:
    """A person's latest events; by default of a median history of 8 or more events."""
    query = data.histories[person_shown(data, user, 8)]
    return query.only(range(max(0, len(query) - LATEST), len(query)))


def attention(
    model: Any, data: Dataset, *, seed: int = 0, user: str | None = None, **_: Any
) -> View:
    """View of the attention maps of one history, head by head.

    Args:
        model: A fitted model with the power Attentive.
        data: The data.
        seed: Seed of all random numbers.
        user: Label of a person; None takes one with a history of median length.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If the model has no attention.
    """
    if not isinstance(model, Attentive):
        raise ArgumentError(
            "attention maps need a model that shows them",
            given=type(model).__name__,
            fix="fit sequence",
        )
    query = _history(data, user)
    maps = np.asarray(model.attention(query), np.float64)  # (blocks, heads, m, m)
    titles = [data.item_table.title[i] for i in query.items]
    last = maps[-1, :, -1].mean(0)
    most = visible(titles[int(last.argmax())], 40)
    rows = [
        (b + 1, h + 1, titles[q], titles[k], round(float(maps[b, h, q, k]), 4))
        for b in range(maps.shape[0])
        for h in range(maps.shape[1])
        for q in range(len(titles))
        for k in range(q + 1)
    ]
    return View(
        "attention",
        *texts("attention", most=most, share=last.max()),
        ("layer", "head", "event", "looks_at", "share"),
        rows,
        lambda lang: _draw_maps(maps, titles, lang),
        lambda lang: _plotly_maps(maps, titles, lang),
    )


def _draw_maps(maps: Floats, titles: list[str], lang: str) -> Any:
    blocks, heads = maps.shape[:2]
    side = max(2.6, 0.135 * len(titles))  # so that the events' names do not overlap
    figure = new_figure(side * heads + 2.0, side * blocks + 0.9)
    axes = figure.subplots(blocks, heads, squeeze=False)
    for b in range(blocks):
        for h, ax in enumerate(axes[b]):
            ax.imshow(maps[b, h], cmap="Blues", vmin=0, vmax=max(float(maps[b, h].max()), 1e-9))
            ax.set_xticks([])
            if h == 0:
                shown = [visible(t, 26) for t in titles]
            else:
                shown = []
            ax.set_yticks(range(len(shown)), shown, fontsize=7)
            ax.tick_params(length=0, colors=INK)
            name = TEXTS.say("attention-head", lang, layer=b + 1, head=h + 1)
            ax.set_title(name, fontsize=9, color=MUTED)
    figure.supxlabel(TEXTS.say("attention-columns", lang), fontsize=9, color=MUTED)
    return figure


def _plotly_maps(maps: Floats, titles: list[str], lang: str) -> Any:
    from plotly import graph_objects as go

    names = [f"{at + 1}. {visible(t, 30)}" for at, t in enumerate(titles)]
    traces: list[Any] = []
    buttons: list[dict[str, Any]] = []
    for b in range(maps.shape[0]):
        for h in range(maps.shape[1]):
            on = len(traces) == 0
            traces.append(
                go.Heatmap(z=maps[b, h], x=names, y=names, colorscale="Blues", visible=on)
            )
            label = TEXTS.say("attention-head", lang, layer=b + 1, head=h + 1)
            buttons.append({"label": label, "method": "restyle"})
    for at, button in enumerate(buttons):
        button["args"] = [{"visible": [other == at for other in range(len(traces))]}]
    return plotly_figure(
        *traces,
        height=760,
        yaxis={"autorange": "reversed"},
        updatemenus=[
            {"buttons": buttons, "x": 0, "y": 1.06, "xanchor": "left", "yanchor": "bottom"}
        ],
    )


def layers(model: Any, data: Dataset, *, seed: int = 0, user: str | None = None, **_: Any) -> View:
    """View of what each layer changes, and the item's place if the model stopped there.

    Source: [nostalgebraist2020].

    Args:
        model: A fitted model with layers(query).
        data: The data.
        seed: Seed of all random numbers.
        user: Label of a person; None takes one with a history of median length.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If the model has no layers.
    """
    if not isinstance(model, LayerStates):
        raise ArgumentError(
            "layers need a model that shows its states",
            given=type(model).__name__,
            fix="fit sequence",
        )
    query = _history(data, user)
    states, scores = model.layers(query)  # (blocks + 1, m, d) and (blocks + 1, n)
    item, places = _places(model, query, scores)
    others = _many_places(model, data, seed)
    moved = np.linalg.norm(np.diff(states, axis=0), axis=2) / np.maximum(
        np.linalg.norm(states[:-1], axis=2), 1e-9
    )
    titles = [data.item_table.title[i] for i in query.items]
    name = visible(data.item_table.title[item], 40)
    rows = [
        (layer, title, round(float(value), 4), places[layer])
        for layer, row in enumerate(moved, 1)
        for title, value in zip(titles, row, strict=True)
    ]
    way, mid = (
        " → ".join(f"{p:,.1f}".removesuffix(".0") for p in row)
        for row in (places, np.median(others, axis=0))
    )
    return View(
        "layers",
        *texts("layers", name=name, places=way, people=len(others), medians=mid),
        ("layer", "event", "change", "place_of_item"),
        rows,
        lambda lang: _draw_layers(places, others, moved, titles, lang),
        lambda lang: _plotly_layers(moved, titles),
    )


def _places(model: Any, query: Query, scores: Floats) -> tuple[int, list[int]]:
    """(the first recommended item, its place among unseen items before and after each layer)."""
    item = int(recommend(model, query, 1)[0].items[0])
    masked = mask_seen(np.array(scores, np.float32), Queries.of([query] * len(scores)))
    return item, [int((row > row[item]).sum()) + 1 for row in masked]


def _many_places(model: Any, data: Dataset, seed: int) -> NDArray[np.int64]:
    """The same places for sampled people, (people, blocks + 1)."""
    able = np.flatnonzero(data.histories.sizes > 0)
    people = np.sort(np.random.default_rng(seed).permutation(able)[:PEOPLE])
    queries = [data.histories[int(one)] for one in people]
    return np.array([_places(model, query, model.layers(query)[1])[1] for query in queries])


def _draw_layers(
    places: list[int], others: NDArray[np.int64], moved: Floats, titles: list[str], lang: str
) -> Any:
    at = range(len(places))
    figure = new_figure(13, 5.6 + 0.35 * len(moved))
    top, low = figure.subplots(2, 1, height_ratios=[2, 1 + 0.3 * len(moved)])
    quarter, mid, three = np.quantile(others, (0.25, 0.5, 0.75), axis=0)
    band = TEXTS.say("layers-band", lang, people=len(others))
    top.fill_between(at, quarter, three, color=COLOURS[7], alpha=0.15, lw=0)
    top.plot(at, mid, "--", color=COLOURS[7], lw=1.5, label=band)
    own = TEXTS.say("layers-history", lang)
    top.plot(at, places, "-o", color=COLOURS[0], lw=2, label=own)
    for x, place in enumerate(places):
        top.annotate(
            f"{place:,}",
            (x, place),
            xytext=(6, 6),
            textcoords="offset points",
            fontsize=9,
            color=INK,
        )
    top.set_yscale("log")
    top.yaxis.set_major_formatter("{x:,.0f}")
    top.yaxis.set_minor_formatter("")
    top.invert_yaxis()
    top.legend(frameon=False, loc="lower right", fontsize=9, labelcolor=MUTED)
    labels = [
        TEXTS.say("layers-events", lang),
        *(TEXTS.say("layers-layer", lang, n=n) for n in range(1, len(places))),
    ]
    top.set_xticks(range(len(places)), labels)
    top.margins(y=0.25)
    top.set_ylabel(TEXTS.say("layers-place", lang), color=INK)
    top.spines[["top", "right"]].set_visible(False)
    shown = low.imshow(moved, cmap="Blues", aspect="auto", vmin=0)
    low.set_yticks(range(len(moved)), labels[1:])
    low.set_xticks(
        range(len(titles)), [visible(t, 24) for t in titles], rotation=60, ha="right", fontsize=7.5
    )
    figure.colorbar(shown, ax=low, pad=0.01, label=TEXTS.say("layers-change", lang))
    return figure


def _plotly_layers(moved: Floats, titles: list[str]) -> Any:
    from plotly import graph_objects as go

    names = [f"{at + 1}. {visible(t, 30)}" for at, t in enumerate(titles)]
    return plotly_figure(
        go.Heatmap(z=moved, x=names, y=[str(n + 1) for n in range(len(moved))], colorscale="Blues"),
        height=460,
    )


def tokens(
    model: Any,
    data: Dataset,
    *,
    seed: int = 0,
    user: str | None = None,
    explain: Callable[..., Any] | None = None,
    **_: Any,
) -> View:
    """View of the words of the recommended item's text that count for its score.

    Args:
        model: A fitted model that reads text.
        data: The data.
        seed: Seed of all random numbers.
        user: Label of a person; None takes one with a history of median length.
        explain: A function (model, query, item) that explains by tokens.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If the model reads no text, or if `explain` is missing.
    """
    if not isinstance(model, Textual) or not model.reads_text or explain is None:
        raise ArgumentError(
            "words that count need a model that reads item texts",
            given=type(model).__name__,
            fix='fit sequence with text = "minilm"',
        )
    query = _history(data, user)
    item = int(recommend(model, query, 1)[0].items[0])
    found = explain(model, query, item, "tokens", data=data)
    words = [str(one) for one in model.tokens(model.text_of(data, item))[0]]
    weights = np.zeros(len(words))
    for reason in found.reasons:
        for at in reason.refs:
            weights[at] += reason.weight / len(reason.refs)
    shown = [at for at, word in enumerate(words) if word not in ("[CLS]", "[SEP]", "<s>", "</s>")]
    words = [words[at] for at in shown]
    weights = weights[shown]
    name = visible(data.item_table.title[item], 50)
    best = words[int(np.argmax(weights))].lstrip("#")
    return View(
        "tokens",
        *texts("tokens", name=name, best=best, gap=found.gap),
        ("token", "weight"),
        [(word, round(float(w), 5)) for word, w in zip(words, weights, strict=True)],
        lambda lang: _draw_words(words, weights, lang),
        lambda lang: _plotly_words(words, weights),
    )


def _draw_words(words: list[str], weights: Floats, lang: str) -> Any:
    """The text with each word on its colour; a bar below it says the same without colour."""
    from matplotlib.lines import Line2D

    top = float(np.abs(weights).max()) or 1.0
    wide = 0.0
    across = 110.0
    spots: list[tuple[float, int, float]] = []  # left edge, line, width
    for word in words:
        size = (
            1.15 * sum(2 if ord(letter) > 0x2E80 else 1 for letter in word.removeprefix("##")) + 1.8
        )
        if spots and wide + size > across:
            wide = 0.0
            line = spots[-1][1] + 1
        else:
            wide = wide
            line = spots[-1][1] if spots else 0
        spots.append((wide, line, size))
        wide += size
    lines = spots[-1][1] + 1
    figure = new_figure(13, 1.1 + 0.55 * lines)
    ax = figure.add_subplot()
    for word, weight, (left, line, size) in zip(words, weights, spots, strict=True):
        colour = COLOURS[0] if weight > 0 else COLOURS[5]
        share = abs(float(weight)) / top
        ax.annotate(
            visible(word.removeprefix("##"), 30),
            (left + size / 2, -line),
            ha="center",
            va="center",
            fontsize=11,
            color=INK,
            bbox={
                "boxstyle": "round,pad=0.25",
                "fc": colour,
                "ec": "none",
                "alpha": 0.05 + 0.45 * share,
            },
        )
        reach = (size - 0.8) * share / 2
        ax.plot(
            [left + size / 2 - reach, left + size / 2 + reach],
            [-line - 0.36] * 2,
            color=colour,
            lw=2.5,
            ls="-" if weight > 0 else ":",
            solid_capstyle="butt",
        )
    said = [TEXTS.say(key, lang) for key in ("tokens-raises", "tokens-lowers")]
    ax.legend(
        [Line2D([], [], color=COLOURS[n], lw=2.5, ls=ls) for n, ls in ((0, "-"), (5, ":"))],
        said,
        ncols=2,
        frameon=False,
        loc="upper left",
        bbox_to_anchor=(0, 0),
        fontsize=9,
        labelcolor=MUTED,
    )
    ax.set_xlim(-1, across + 1)
    ax.set_ylim(-lines + 0.4, 0.5)
    ax.axis("off")
    return figure


def _plotly_words(words: list[str], weights: Floats) -> Any:
    from plotly import graph_objects as go

    return plotly_figure(
        go.Bar(
            x=[f"{at + 1}. {word}" for at, word in enumerate(words)],
            y=weights,
            marker={"color": [COLOURS[0] if w > 0 else COLOURS[5] for w in weights]},
        ),
        height=420,
    )
