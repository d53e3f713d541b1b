"""Inside the large model, for one history: attention (which is no cause), what each layer changes, and the words it read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Attentive, BadArgument, Dataset, Queries, Query, Textual, mask_seen, recommend
from whyrec.visualise.view import COLOURS, INK, MUTED, View, new_figure, plotly_figure, visible

__all__ = ["attention", "layers", "tokens"]

LATEST = 24  # events shown
Floats = NDArray[np.floating]


def _history(data: Dataset, user: str | None) -> Query:
    """A person's latest events; by default of the one whose history is of median length among those of 8 or more."""
    sizes = data.histories.sizes
    able = np.flatnonzero(sizes >= min(8, sizes.max(initial=0)))
    who = int(able[np.argsort(sizes[able], kind="stable")[len(able) // 2]]) if user is None else data.users.index(user)
    query = data.histories[who]
    return query.only(range(max(0, len(query) - LATEST), len(query)))


def attention(model: Any, data: Dataset, *, seed: int = 0, user: str | None = None, **_: Any) -> View:
    """The attention maps of one history, head by head. Needs a model with the power Attentive."""
    if not isinstance(model, Attentive):
        raise BadArgument("attention maps need a model that shows them", given=type(model).__name__, fix="fit sequence")
    query = _history(data, user)
    maps = np.asarray(model.attention(query), np.float64)  # (blocks, heads, m, m)
    titles = [data.item_table.title[i] for i in query.items]
    last = maps[-1, :, -1].mean(0)
    most = visible(titles[int(last.argmax())], 40)
    rows = [(b + 1, h + 1, titles[q], titles[k], round(float(maps[b, h, q, k]), 4))
            for b in range(maps.shape[0]) for h in range(maps.shape[1]) for q in range(len(titles)) for k in range(q + 1)]
    return View(
        "attention", ("Attention, not cause", "注意力，不是原因"),
        ("Where do the heads look?", "各个注意力头在看哪里？"),
        (f"From the latest event, the last layer looks most at “{most}” ({last.max():.0%} on average over heads).",
         f"从最近的记录出发，最后一层最关注“{most}”（各头平均 {last.max():.0%}）。"),
        ("Rows: the event that looks; columns: the earlier events it reads, oldest first. Where a model looks decided "
         "scores no more than chance where this was tested: for reasons, see removal.",
         "行：正在看的记录；列：被读取的更早记录，最早在前。实测中模型看哪里并不比随机更能决定得分。"),
        ("layer", "head", "event", "looks_at", "share"), rows,
        lambda lang: _draw_maps(maps, lang), lambda lang: _plotly_maps(maps, titles, lang))


def _draw_maps(maps: Floats, lang: str) -> Any:
    blocks, heads = maps.shape[:2]
    figure = new_figure(2.9 * heads + 0.6, 2.9 * blocks + 0.5)
    for b in range(blocks):
        for h in range(heads):
            ax = figure.add_subplot(blocks, heads, b * heads + h + 1)
            ax.imshow(maps[b, h], cmap="Blues", vmin=0, vmax=max(float(maps[b, h].max()), 1e-9))
            ax.set_xticks([])
            ax.set_yticks([])
            name = f"layer {b + 1}, head {h + 1}" if lang == "en" else f"第 {b + 1} 层，第 {h + 1} 头"
            ax.set_title(name, fontsize=9, color=MUTED)
    return figure


def _plotly_maps(maps: Floats, titles: list[str], lang: str) -> Any:
    from plotly import graph_objects as go

    names = [f"{at + 1}. {visible(t, 30)}" for at, t in enumerate(titles)]
    traces, buttons = [], []
    for b in range(maps.shape[0]):
        for h in range(maps.shape[1]):
            on = len(traces) == 0
            traces.append(go.Heatmap(z=maps[b, h], x=names, y=names, colorscale="Blues", visible=on))
            label = f"layer {b + 1}, head {h + 1}" if lang == "en" else f"第 {b + 1} 层，第 {h + 1} 头"
            buttons.append({"label": label, "method": "restyle"})
    for at, button in enumerate(buttons):
        button["args"] = [{"visible": [other == at for other in range(len(traces))]}]
    return plotly_figure(*traces, height=760, yaxis={"autorange": "reversed"},
                         updatemenus=[{"buttons": buttons, "x": 0, "y": 1.06, "xanchor": "left", "yanchor": "bottom"}])


def layers(model: Any, data: Dataset, *, seed: int = 0, user: str | None = None, **_: Any) -> View:
    """What each layer changes for one history, and where the recommended item would stand if the model stopped there
    [nostalgebraist2020]. Needs a model with layers(query)."""
    if not hasattr(model, "layers"):
        raise BadArgument("layers need a model that shows its states", given=type(model).__name__, fix="fit sequence")
    query = _history(data, user)
    states, scores = model.layers(query)  # (blocks + 1, m, d) and (blocks + 1, n)
    item = int(recommend(model, query, 1)[0].items[0])
    masked = mask_seen(np.array(scores, np.float32), Queries.of([query] * len(scores)))
    places = [int((row > row[item]).sum()) + 1 for row in masked]
    moved = np.linalg.norm(np.diff(states, axis=0), axis=2) / np.maximum(np.linalg.norm(states[:-1], axis=2), 1e-9)
    titles, name = [data.item_table.title[i] for i in query.items], visible(data.item_table.title[item], 40)
    rows = [(layer, title, round(float(value), 4), places[layer]) for layer, row in enumerate(moved, 1)
            for title, value in zip(titles, row, strict=True)]
    way = " → ".join(f"{p:,}" for p in places)
    return View(
        "layers", ("Layer by layer", "逐层变化"),
        ("What does each layer do to this history?", "每一层对这段历史做了什么？"),
        (f"Stopped after each layer, “{name}” would stand at place {way}.",
         f"若在各层之后停止，“{name}”的名次依次为 {way}。"),
        ("Upper: place of the recommended item among all, read from the last event's state after each layer through the "
         "final norm. Lower: how much each layer changes each event's state, as a share of its length.",
         "上图：用最后一条记录在各层后的状态经最终归一化读出的名次。下图：各层对每条记录状态的改变，占其长度的比例。"),
        ("layer", "event", "change", "place_of_item"), rows,
        lambda lang: _draw_layers(places, moved, titles, lang), lambda lang: _plotly_layers(moved, titles))


def _draw_layers(places: list[int], moved: Floats, titles: list[str], lang: str) -> Any:
    en = lang == "en"
    figure = new_figure(13, 5.6 + 0.35 * len(moved))
    top, low = figure.subplots(2, 1, height_ratios=[2, 1 + 0.3 * len(moved)])
    top.plot(range(len(places)), places, "-o", color=COLOURS[0], lw=2)
    for at, place in enumerate(places):
        top.annotate(f"{place:,}", (at, place), xytext=(6, 6), textcoords="offset points", fontsize=9, color=INK)
    top.set_yscale("log")
    top.invert_yaxis()
    labels = [("events" if en else "输入"), *((f"layer {n}" if en else f"第 {n} 层") for n in range(1, len(places)))]
    top.set_xticks(range(len(places)), labels)
    top.margins(y=0.25)
    top.set_ylabel("place" if en else "名次", color=INK)
    top.spines[["top", "right"]].set_visible(False)
    shown = low.imshow(moved, cmap="Blues", aspect="auto", vmin=0)
    low.set_yticks(range(len(moved)), labels[1:])
    low.set_xticks(range(len(titles)), [visible(t, 24) for t in titles], rotation=60, ha="right", fontsize=7.5)
    figure.colorbar(shown, ax=low, pad=0.01, label="change" if en else "改变")
    return figure


def _plotly_layers(moved: Floats, titles: list[str]) -> Any:
    from plotly import graph_objects as go

    names = [f"{at + 1}. {visible(t, 30)}" for at, t in enumerate(titles)]
    return plotly_figure(go.Heatmap(z=moved, x=names, y=[str(n + 1) for n in range(len(moved))], colorscale="Blues"),
                         height=460)


def tokens(model: Any, data: Dataset, *, seed: int = 0, user: str | None = None, explain: Callable[..., Any] | None = None,
           **_: Any) -> View:
    """Which words of the recommended item's text count for its score. Needs a model that reads text, and how to explain."""
    if not isinstance(model, Textual) or "text" not in getattr(model, "maps_", ()) or explain is None:
        raise BadArgument("words that count need a model that reads item texts", given=type(model).__name__,
                          fix='fit sequence with text = "minilm"')
    query = _history(data, user)
    item = int(recommend(model, query, 1)[0].items[0])
    found = explain(model, query, item, "tokens", data=data)
    words = [str(one) for one in model.tokens(model.text_of(data, item))[0]]
    weights = np.zeros(len(words))
    for reason in found.reasons:
        for at in reason.refs:
            weights[at] += reason.weight / len(reason.refs)
    shown = [at for at, word in enumerate(words) if word not in ("[CLS]", "[SEP]", "<s>", "</s>")]
    words, weights = [words[at] for at in shown], weights[shown]
    name, best = visible(data.item_table.title[item], 50), words[int(np.argmax(weights))].lstrip("#")
    return View(
        "tokens", ("Words that count", "起作用的词"),
        (f"Which words of “{name}” count for its score?", f"“{name}”的文本中哪些词影响得分？"),
        (f"“{best}” counts most for it.", f"“{best}”的贡献最大。"),
        (f"Integrated gradients on the token embeddings of the text, the history fixed; the sum misses the score's change "
         f"by {found.gap:+.3f}.", f"固定历史，对文本词向量做积分梯度；各项之和与得分变化相差 {found.gap:+.3f}。"),
        ("token", "weight"), [(word, round(float(w), 5)) for word, w in zip(words, weights, strict=True)],
        lambda lang: _draw_words(words, weights, lang), lambda lang: _plotly_words(words, weights))


def _draw_words(words: list[str], weights: Floats, lang: str) -> Any:
    """The text as it is read, each word behind its weight; a bar over it says the same without colour."""
    lines, top = 1 + sum(len(w) + 2 for w in words) // 95, float(np.abs(weights).max()) or 1.0
    figure = new_figure(13, 1.6 + 0.75 * lines)
    ax, x, y = figure.add_subplot(), 0.0, 0.0
    for word, weight in zip(words, weights, strict=True):
        text = word[2:] if word.startswith("##") else word
        wide = 0.95 * sum(2 if ord(letter) > 0x2E80 else 1 for letter in text) + 0.9
        if x + wide > 100:
            x, y = 0.0, y - 1
        colour = COLOURS[0] if weight > 0 else COLOURS[5]
        share = abs(weight) / top
        ax.annotate(visible(text, 30), (x + wide / 2, y), ha="center", va="center", fontsize=10, color=INK,
                    bbox={"boxstyle": "round,pad=0.2", "fc": colour, "ec": "none", "alpha": 0.05 + 0.45 * share})
        ax.plot([x + 0.2, x + 0.2 + (wide - 0.4) * share], [y + 0.34, y + 0.34], color=colour, lw=2.5,
                ls="-" if weight > 0 else ":")
        x += wide
    ax.set_xlim(-1, 102)
    ax.set_ylim(y - 0.7, 0.8)
    ax.axis("off")
    return figure


def _plotly_words(words: list[str], weights: Floats) -> Any:
    from plotly import graph_objects as go

    return plotly_figure(go.Bar(x=[f"{at + 1}. {word}" for at, word in enumerate(words)], y=weights,
                                marker={"color": [COLOURS[0] if w > 0 else COLOURS[5] for w in weights]}), height=420)
