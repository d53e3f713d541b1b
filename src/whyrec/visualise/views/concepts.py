"""Concepts in a model's item vectors, found by a sparse autoencoder, named and tested by steering.

A concept is kept if a second seed finds it again under the same name, a category or word beyond
chance. Its monosemanticity, a measure of our own, is the share of its twenty strongest items that
carry the name; it is compared with all items, random directions and the nearest neighbours of
random items. Steering adds the concept's direction to people's states and measures their lists.
Limitations: if neighbours of random items are equally pure, the structure is in the item vectors,
not found by the autoencoder. Even shuffled vectors have directions that return by cosine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from whyrec.core import ArgumentError, Dataset, Queries, Query, mask_seen, top_k
from whyrec.core.capabilities import HiddenStates, ItemVectors
from whyrec.core.item_effects import embed_items
from whyrec.visualise.analysis.autoencoder import Sparse, learn
from whyrec.visualise.analysis.naming import Terms, terms_of
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

__all__ = ["Concept", "concepts", "find_concepts", "interval", "steer"]

SAME = 0.7
STRONGEST = 20
PEOPLE = 200
SHOWN = 18
PUSH = 0.5  # share of the mean length of the states
ABOUT = 0.05  # shares that differ by less are reported as about equal
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Concept:
    """A concept.

    Attributes:
        number: Its number.
        name: Its name; None if it has none.
        top: Its strongest items.
        alike: Cosine with its twin of another seed.
        again: Whether the twin has the same name.
        pure: Share of its strongest items that carry the name.
        base: The same share of all items.
        chance: The same share for random directions, each under its best name.
        near: The same share for neighbours of random items, each under its best name.
        before: Mean share of people's first ten items that carry the name.
        after: The same with the concept turned up; NaN if the model cannot be steered.
        control: The same with a random direction; NaN if the model cannot be steered.
    """

    number: int
    name: str | None
    top: tuple[int, ...]
    alike: float
    again: bool
    pure: float
    base: float
    chance: float
    near: float
    before: float = float("nan")
    after: float = float("nan")
    control: float = float("nan")

    @property
    def stable(self) -> bool:
        return self.alike >= SAME


def find_concepts(
    vectors: Floats,
    items: NDArray[np.integer],
    data: Dataset,
    *,
    seed: int = 0,
    size: int | None = None,
) -> tuple[Sparse, list[Concept]]:
    """Find concepts with two seeds.

    Args:
        vectors: Vectors, (k, d).
        items: Their item numbers, (k,).
        data: The data.
        seed: Seed of all random numbers.
        size: Number of directions; None chooses 16 to 96 by the number of items.

    Returns:
        The autoencoder, and its concepts.
    """
    if size is None:
        size = int(np.clip(len(items) // 5, 16, 96))
    one, two = (learn(vectors, concepts=size, k=3, seed=seed + more) for more in (0, 1000))
    cosine = one.out @ two.out.T
    _, twin = linear_sum_assignment(-cosine)
    # Names come from rank tests. Ties at 0 in rectified activations mislead these tests: even
    # shuffled vectors got names.
    terms = terms_of(data.item_table, items)
    loads = [one.lean(vectors), two.lean(vectors)]
    chance, near = _chance(terms, vectors, size, seed)
    found = []
    for c in range(size):
        load = loads[0][:, c]
        other = loads[1][:, twin[c]]
        name, member = _named(terms, load, size)
        again = name is not None and _named(terms, other, size)[0] == name
        top = np.argsort(-load, kind="stable")[:STRONGEST]
        found.append(
            Concept(
                c,
                name,
                tuple(int(items[i]) for i in top[:8]),
                float(cosine[c, twin[c]]),
                again,
                float(member[top].mean()),
                float(member.mean()),
                chance,
                near,
            )
        )
    return one, found


def _named(terms: Terms, load: Floats, size: int) -> tuple[str | None, NDArray[np.float64]]:
    """(the best name, which items carry it); (None, zeros) if none is beyond chance."""
    if load.std() > 0:
        best = terms.of(load, size, 1)
    else:
        best = []
    if not best:
        return None, np.zeros(len(load))
    return best[0].name, terms.members[[terms.names.index(best[0].name)]].toarray().ravel()


def _chance(
    terms: Terms, vectors: Floats, size: int, seed: int, draws: int = 40
) -> tuple[float, float]:
    """Purity of random directions and of neighbours of random items, each under its best name."""
    rng = np.random.default_rng([seed, 2])
    centred = vectors - vectors.mean(0)
    unit = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12)
    ways = (
        centred @ rng.standard_normal((vectors.shape[1], draws)),
        unit @ unit[rng.choice(len(unit), draws, replace=draws > len(unit))].T,
    )
    out = []
    for loads in ways:
        named = [(load, *_named(terms, load, size)) for load in loads.T]
        pure = [
            float(member[np.argsort(-load, kind="stable")[:STRONGEST]].mean())
            for load, name, member in named
            if name
        ]
        out.append(float(np.mean(pure)) if pure else float("nan"))
    return out[0], out[1]


def steer(
    model: Any,
    queries: Queries,
    directions: Floats,
    carries: NDArray[np.bool_],
    vectors: Floats,
    bias: Floats,
    *,
    seed: int = 0,
    k: int = 10,
) -> tuple[Floats, Floats, Floats]:
    """Measure the share of the first k items that carry a concept's name, with steering.

    Args:
        model: A model whose states can be shifted.
        queries: Histories, q of them.
        directions: Directions of the concepts, (c, d).
        carries: Which items carry each name, (c, n).
        vectors: Item vectors, (n, d).
        bias: Item biases, (n,).
        seed: Seed of all random numbers.
        k: Length of the lists.

    Returns:
        Shares (c, q): unchanged, shifted by the concept, and by a random direction of equal length.
    """
    states = np.asarray(model.hidden(queries), np.float32)
    push = PUSH * float(np.linalg.norm(states, axis=1).mean())

    def first(way: Floats | None) -> NDArray[Any]:
        if way is None:
            moved = states
        else:
            moved = states + push * way / np.linalg.norm(way)
        return top_k(mask_seen(moved @ vectors.T + bias, queries), k)[0]

    plain = first(None)
    drawn = np.random.default_rng([seed, 3]).standard_normal(directions.shape[1])
    random = first(np.asarray(drawn, np.float32))
    ways = [
        [row[lists].mean(1) for lists in (plain, first(way), random)]
        for way, row in zip(directions, carries, strict=True)
    ]
    before, after, control = np.asarray(ways, np.float32).transpose(1, 0, 2)
    return before, after, control


def interval(values: Floats, seed: int = 0, draws: int = 1000) -> tuple[float, float]:
    """95% interval of the mean of values (c, q), by a bootstrap over both concepts and people."""
    rng, (c, q) = np.random.default_rng([seed, 4]), values.shape
    of_c = rng.multinomial(c, np.full(c, 1 / c), draws) / c
    of_q = rng.multinomial(q, np.full(q, 1 / q), draws) / q
    low, high = np.quantile(((of_c @ values) * of_q).sum(1), (0.025, 0.975))
    return float(low), float(high)


def vectors_of(
    model: Any, data: Dataset, most: int = 20_000
) -> tuple[Floats, NDArray[np.int64], bool]:
    """Vectors (k, d) of the most chosen items, the items (k,), and whether vectors shift states."""
    counts = np.bincount(data.item, minlength=data.n_items)
    items = np.sort(np.argsort(-counts, kind="stable")[: min(most, int((counts > 0).sum()))])
    if isinstance(model, ItemVectors) and isinstance(model, HiddenStates):
        return model.item_vectors()[1][items], items, True
    return embed_items(model, items).vectors, items, False


def concepts(model: Any, data: Dataset, *, seed: int = 0, **_: Any) -> View:
    """View of the concepts in item vectors, or in the effects of items for models without vectors.

    Args:
        model: A fitted model.
        data: The data.
        seed: Seed of all random numbers.
        **_: Options of other views, which are ignored.

    Returns:
        The view.

    Raises:
        ArgumentError: If choosing an item changes nothing, or if no concept is found again.
    """
    vectors, items, steered = vectors_of(model, data)
    sparse, all_found = find_concepts(vectors, items, data, seed=seed)
    kept = [one for one in all_found if one.stable and one.again]
    if not kept:
        raise ArgumentError(
            "a concept must be found again by another seed and have a name beyond chance",
            given="no stable concept",
            fix="items with categories or titles, or a model that learned more",
        )
    kept.sort(key=lambda one: -one.pure)
    rises = None
    if steered:
        kept, rises = _steered(model, data, sparse, kept, seed)
    rows = [
        (
            one.number,
            one.name,
            round(one.alike, 3),
            "yes" if one.again else "no",
            round(one.pure, 3),
            round(one.base, 4),
            round(one.chance, 3),
            round(one.near, 3),
            *(round(v, 3) for v in (one.before, one.after, one.control)),
            " | ".join(data.item_table.title[i] for i in one.top),
        )
        for one in kept
    ]
    return View(
        "concepts",
        *texts(
            "concepts",
            **_told(kept, len(all_found), rises, seed),
            **_how(kept, all_found, sparse, len(items), steered),
        ),
        (
            "concept",
            "name",
            "alike",
            "name_again",
            "pure",
            "base",
            "random_direction",
            "near_a_random_item",
            "share_before",
            "share_steered",
            "share_random_push",
            "top_items",
        ),
        rows,
        lambda lang: _draw(kept[:SHOWN], data, lang),
        lambda lang: _interactive(kept, data, lang),
    )


def _told(kept: list[Concept], many: int, rises: Floats | None, seed: int) -> dict[str, Any]:
    """The finding for all concepts that are kept; those in the figure are the purest."""
    rise: Any = ""
    if rises is not None:
        low, high = (100 * end for end in interval(rises, seed))
        rise = TEXTS.pair("concepts-rise", rise=100 * float(rises.mean()), low=low, high=high)
    return {
        "many": many,
        "mean": float(np.mean([one.pure for one in kept])),
        "chance": kept[0].chance,
        "near": kept[0].near,
        "rise": rise,
    }


def _how(
    kept: list[Concept], found: list[Concept], sparse: Sparse, many: int, steered: bool
) -> dict[str, Any]:
    """How the concepts were computed, and what they are not."""
    as_pure = kept[0].near >= float(np.mean([one.pure for one in kept])) - ABOUT
    return {
        "kept": len(kept),
        "found": len(found),
        "at_once": sparse.k,
        "explained": 1 - sparse.error,
        "items": many,
        "stable": sum(one.stable for one in found),
        "least": SAME,
        "drawn": min(SHOWN, len(kept)),
        "vectors": TEXTS.pair("concepts-vectors") if as_pure else "",
        "steering": TEXTS.pair("concepts-steering", push=PUSH, people=PEOPLE) if steered else "",
    }


def _steered(
    model: Any, data: Dataset, sparse: Sparse, kept: list[Concept], seed: int
) -> tuple[list[Concept], Floats | None]:
    """The concepts with their shares of lists, and each person's increase, (c, q)."""
    people = np.sort(np.random.default_rng(seed).permutation(data.n_users)[:PEOPLE])
    vectors = model.item_vectors()[1]
    bias = model.score([Query([])])[0]
    terms = terms_of(data.item_table, np.arange(data.n_items))
    at = {name: row for row, name in enumerate(terms.names)}
    able = [
        one for one in kept if one.name in at
    ]  # a word of half of the items that nobody chose is not a name
    if not able:
        return kept, None
    carries = terms.members[[at[str(one.name)] for one in able]].toarray() > 0
    ways = sparse.out[[one.number for one in able]]
    before, after, control = steer(
        model, data.histories[people], ways, carries, vectors, bias, seed=seed
    )
    row_of = {one.number: row for row, one in enumerate(able)}
    told = [
        replace(
            one,
            before=float(before[row_of[one.number]].mean()),
            after=float(after[row_of[one.number]].mean()),
            control=float(control[row_of[one.number]].mean()),
        )
        if one.number in row_of
        else one
        for one in kept
    ]
    return told, after - before


# --- pictures -----------------------------------------------------------------------------------

MARKS = {
    "base": ("|", COLOURS[7]),
    "pure": ("o", COLOURS[0]),
    "before": ("D", COLOURS[1]),
    "after": (">", COLOURS[5]),
    "control": ("x", COLOURS[7]),
}


def _label(one: Concept, data: Dataset) -> str:
    return f"{visible(one.name or '', 30)}: {visible(data.item_table.title[one.top[0]], 28)}"


def _draw(kept: list[Concept], data: Dataset, lang: str) -> Any:
    figure = new_figure(11, 0.38 * len(kept) + 2.2)
    ax = figure.add_subplot()
    for row, one in enumerate(kept):
        if np.isfinite(one.after):
            ax.plot(
                [100 * one.before, 100 * one.after], [row, row], color=COLOURS[5], lw=1.4, zorder=1
            )
    for what, (mark, colour) in MARKS.items():
        values = [100 * getattr(one, what) for one in kept]
        thin = mark in "|x"
        if np.isfinite(values).any():
            ax.plot(
                values,
                range(len(kept)),
                mark,
                color=colour,
                ms=11 if mark == "|" else 6.5,
                mew=2 if thin else 1,
                mfc="white" if what == "before" else colour,
                label=TEXTS.say(f"concepts-{what}", lang),
                ls="none",
            )
    ax.set_yticks(range(len(kept)), [_label(one, data) for one in kept], fontsize=9)
    ax.set_ylim(len(kept) - 0.5, -0.7)
    ax.set_xlim(-3, 103)
    ax.set_xlabel(TEXTS.say("concepts-axis", lang), color=INK)
    ax.grid(axis="x", color="#d9dee3", lw=0.7)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0, colors=INK)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9, labelcolor=MUTED)
    return figure


def _interactive(kept: list[Concept], data: Dataset, lang: str) -> Any:
    from plotly import graph_objects as go

    names = [f"{n + 1}. {_label(one, data)}" for n, one in enumerate(kept)]
    told = ["<br>".join(visible(data.item_table.title[i], 70) for i in one.top) for one in kept]
    traces = [
        go.Scatter(
            x=[100 * getattr(one, what) for one in kept],
            y=names,
            mode="markers",
            name=TEXTS.say(f"concepts-{what}", lang),
            marker={"symbol": symbol, "size": 11, "color": MARKS[what][1]},
            hovertext=told,
        )
        for what, symbol in (
            ("base", "line-ns-open"),
            ("pure", "circle"),
            ("before", "diamond-open"),
            ("after", "triangle-right"),
            ("control", "x-thin-open"),
        )
        if np.isfinite([getattr(one, what) for one in kept]).any()
    ]
    return plotly_figure(
        *traces,
        height=200 + 26 * len(kept),
        yaxis={"autorange": "reversed"},
        xaxis={"title": TEXTS.say("concepts-axis", lang), "range": [-3, 103]},
        legend={"orientation": "h"},
    )
