"""Views of training curves, and of recommended items while reasons are removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, Queries, Query, mask_seen, top_k
from whyrec.core.capabilities import TrainedInEpochs
from whyrec.visualise.views.view import (
    COLOURS,
    INK,
    MUTED,
    TEXTS,
    View,
    new_figure,
    plotly_figure,
    texts,
)

__all__ = ["removed", "training"]

PEOPLE = 40
LATEST = 40
TENTHS = 10
Floats = NDArray[np.floating]


def training(model: Any, data: Dataset, *, seed: int = 0, **_: Any) -> View:
    """View of loss and validation NDCG@10 over the epochs of a trained model, stage by stage.

    Args:
        model: A fitted model with stages_.
        data: The data.
        seed: Not used.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If the model has no training curve.
    """
    stages = [
        one for one in (model.stages_ if isinstance(model, TrainedInEpochs) else ()) if one["curve"]
    ]
    if not stages:
        raise ArgumentError(
            "training is drawn of models that are trained in epochs",
            given=type(model).__name__,
            fix="fit sequence",
        )
    rows = []
    points = []
    for stage in stages:
        for row in stage["curve"]:
            points.append((stage["stage"], row.get("loss"), row.get("quality")))
            rows.append(
                (
                    stage["stage"],
                    row.get("epoch"),
                    row.get("loss"),
                    row.get("quality"),
                    row.get("seconds"),
                )
            )
    quality = np.array([np.nan if q is None else q for _, _, q in points], float)
    if np.isfinite(quality).any():
        best = int(np.nanargmax(quality))
    else:
        best = len(points) - 1
    if np.isfinite(quality).any():
        told = f"{quality[best]:.4f}"
    else:
        told = "–"
    return View(
        "training",
        *texts("training", best=best + 1, epochs=len(points), quality=told),
        ("stage", "epoch", "loss", "quality", "seconds"),
        rows,
        lambda lang: _draw_training(points, best, lang),
        lambda lang: _plotly_training(points, lang),
    )


def _draw_training(points: Any, best: int, lang: str) -> Any:
    figure = new_figure(11, 5.2)
    left = figure.add_subplot()
    x = np.arange(1, len(points) + 1)
    right = left.twinx()
    loss, quality = (
        np.array([np.nan if p[k] is None else p[k] for p in points], float) for k in (1, 2)
    )
    left.plot(x, loss, "--", color=COLOURS[7], lw=1.6, label=TEXTS.say("training-loss", lang))
    right.plot(x, quality, "-o", color=COLOURS[0], lw=2, ms=4, label="NDCG@10")
    if np.isfinite(quality[best]):
        right.annotate(
            f"{quality[best]:.4f}",
            (x[best], quality[best]),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            color=COLOURS[0],
        )
    for at in range(1, len(points)):
        if points[at][0] != points[at - 1][0]:
            left.axvline(at + 0.5, color=MUTED, lw=0.8, ls=":")
    left.set_xlabel(TEXTS.say("training-epoch", lang), color=INK)
    left.set_ylabel(TEXTS.say("training-loss", lang), color=COLOURS[7])
    right.set_ylabel("NDCG@10", color=COLOURS[0])
    right.margins(y=0.15)
    for ax in (left, right):
        ax.spines["top"].set_visible(False)
    return figure


def _plotly_training(points: Any, lang: str) -> Any:
    from plotly import graph_objects as go

    x = list(range(1, len(points) + 1))
    return plotly_figure(
        go.Scatter(
            x=x,
            y=[p[1] for p in points],
            name=TEXTS.say("training-loss", lang),
            line={"dash": "dash"},
        ),
        go.Scatter(x=x, y=[p[2] for p in points], name="NDCG@10", yaxis="y2", mode="lines+markers"),
        yaxis2={"overlaying": "y", "side": "right"},
        height=520,
    )


def removed(
    model: Any, data: Dataset, *, seed: int = 0, explain: Callable[..., Any] | None = None, **_: Any
) -> View:
    """View of deletion and insertion: the first item as events are removed or added.

    The order of its explanation is compared with the latest first and with a random order.

    Args:
        model: A fitted model.
        data: The data.
        seed: Seed of all random numbers.
        explain: A function (model, query, item) that explains by events.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If no explainer is given, if its reasons are not events, or if fewer than 10
            people have 10 events or more.
    """
    if explain is None:
        raise ArgumentError(
            "these curves need how to explain", given="none", fix="give explain=whyrec.api.explain"
        )
    rng = np.random.default_rng(seed)
    sizes = data.histories.sizes
    able = np.flatnonzero(sizes >= TENTHS)
    if len(able) < 10:
        raise ArgumentError(
            "these curves need 10 people of 10 events or more", given=str(len(able))
        )
    found: dict[str, list[Floats]] = {}
    for who in np.sort(rng.permutation(able)[:PEOPLE]):
        query = data.histories[int(who)]
        query = query.only(range(max(0, len(query) - LATEST), len(query)))
        for name, curve in _case(model, query, explain, rng).items():
            found.setdefault(name, []).append(curve)
    if not found:
        raise ArgumentError(
            "these curves need reasons that are events", given="reasons of another kind"
        )
    means = {name: np.mean(rows, 0) for name, rows in found.items()}  # (2, 11): deletion, insertion
    people = len(next(iter(found.values())))
    rows = [
        (name, kind, 10 * at, round(float(value), 4))
        for name, both in means.items()
        for kind, curve in zip(("removed", "kept"), both, strict=True)
        for at, value in enumerate(curve)
    ]
    top = means["explanation"][0][1:4].mean()
    chance = means["random"][0][1:4].mean()
    return View(
        "removed",
        *texts("removed", named=top, random=chance, people=people, latest=LATEST),
        ("order", "kind", "percent", "share_in_first_ten"),
        rows,
        lambda lang: _draw_removed(means, lang),
        lambda lang: _plotly_removed(means, lang),
    )


def _case(
    model: Any, query: Query, explain: Callable[..., Any], rng: np.random.Generator
) -> dict[str, Floats]:
    """For each order (2, 11): whether the item stays in the first ten by deletion and insertion.

    The steps are tenths of the events.
    """
    m = len(query)
    item = int(
        top_k(mask_seen(np.array(model.score([query]), np.float32), Queries.of([query])), 1)[0][
            0, 0
        ]
    )
    weights = np.zeros(m)
    reasons = [r for r in explain(model, query, item, "events").reasons if r.kind == "event"]
    if not reasons:
        return {}
    for reason in reasons:
        weights[list(reason.refs)] = reason.weight
    orders = {
        "explanation": np.lexsort((rng.random(m), -weights)),
        "latest": np.arange(m)[::-1],
        "random": rng.permutation(m),
    }
    sizes = np.linspace(0, m, TENTHS + 1).round().astype(int)
    out = {}
    for name, order in orders.items():
        rows = [query.without(np.sort(order[:n])) for n in sizes] + [
            query.only(np.sort(order[:n])) for n in sizes
        ]
        scores = mask_seen(model.score(Queries.of(rows)), Queries.of([query] * len(rows)))
        own = scores[:, item].copy()
        out[name] = ((scores > own[:, None]).sum(1) < 10).astype(float).reshape(2, -1)
    return out


STYLES = {"explanation": ("-", "o", 0), "latest": ("--", "s", 1), "random": (":", "^", 7)}
SIDES = ("removed-events-removed", "removed-events-kept")


def _draw_removed(means: Any, lang: str) -> Any:
    figure = new_figure(12, 4.9)
    x = 10 * np.arange(TENTHS + 1)
    for side, ax in enumerate(figure.subplots(1, 2, sharey=True)):
        for name, both in means.items():
            line, mark, colour = STYLES[name]
            ax.plot(
                x,
                100 * both[side],
                ls=line,
                marker=mark,
                color=COLOURS[colour],
                lw=2,
                ms=5,
                label=TEXTS.say(f"removed-by-{name}", lang),
            )
        ax.set_xlabel(TEXTS.say(SIDES[side], lang), color=INK)
        ax.grid(color="#d9dee3", lw=0.6)
        ax.spines[["top", "right"]].set_visible(False)
        if not side:
            ax.set_ylabel(TEXTS.say("removed-first-ten", lang), color=INK)
            ax.legend(frameon=False, fontsize=9)
    return figure


def _plotly_removed(means: Any, lang: str) -> Any:
    from plotly import graph_objects as go

    x = list(range(0, 101, 10))
    traces = [
        go.Scatter(
            x=x,
            y=100 * both[side],
            name=f"{TEXTS.say(SIDES[side], lang)}: {TEXTS.say(f'removed-by-{name}', lang)}",
            mode="lines+markers",
            visible=True if side == 0 else "legendonly",
            line={"dash": {"-": "solid", "--": "dash", ":": "dot"}[STYLES[name][0]]},
        )
        for side in (0, 1)
        for name, both in means.items()
    ]
    return plotly_figure(*traces, height=560)
