"""What a model's item vectors are made of: concepts of a sparse autoencoder, named, and tested by turning them up.

A concept is shown where another seed finds it again and a category or word names it beyond chance. Its monosemanticity is
the share of its twenty strongest items that carry the name; beside it what all items, and a random direction under its best
name, reach: a figure of our own, not the one of published work. Steering adds the concept's direction to people's states
and looks at their lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from whyrec.core import BadArgument, Dataset, Queries, Query, mask_seen, top_k
from whyrec.core.space import space_of
from whyrec.visualise.autoencoder import Sparse, learn
from whyrec.visualise.naming import Terms, terms_of
from whyrec.visualise.view import COLOURS, INK, MUTED, View, new_figure, plotly_figure, visible

__all__ = ["Concept", "concepts", "find_concepts", "steer"]

SAME, STRONGEST, PEOPLE, SHOWN = 0.7, 20, 200, 18
PUSH = 0.5  # of the mean length of the states
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Concept:
    """number; name (None: unnamed); top items; alike: cosine with its twin of another seed; again: the twin has the same
    name; pure, base, chance: share that carries the name among its strongest items, all items, and the strongest items of
    random directions under their own best name; before, after, control: mean share of people's first ten that carry it,
    as they are, turned up, and with a random push (NaN where the model cannot be steered)."""

    number: int
    name: str | None
    top: tuple[int, ...]
    alike: float
    again: bool
    pure: float
    base: float
    chance: float
    before: float = float("nan")
    after: float = float("nan")
    control: float = float("nan")

    @property
    def stable(self) -> bool:
        return self.alike >= SAME


def find_concepts(vectors: Floats, items: NDArray[np.integer], data: Dataset, *, seed: int = 0,
                  size: int | None = None) -> tuple[Sparse, list[Concept]]:
    """The concepts in vectors (k, d) of the items (k,), of two seeds; size: how many are looked for (default: by the number
    of items, 16 to 96)."""
    size = int(np.clip(len(items) // 5, 16, 96)) if size is None else size
    one, two = (learn(vectors, concepts=size, k=3, seed=seed + more) for more in (0, 1000))
    cosine = one.out @ two.out.T
    _, twin = linear_sum_assignment(-cosine)
    terms, loads = terms_of(data.item_table, items), [one.read(vectors), two.read(vectors)]
    chance = _chance(terms, vectors, seed)
    found = []
    for c in range(size):
        load, other = loads[0][:, c], loads[1][:, twin[c]]
        name, member = _named(terms, load, size)
        again = name is not None and _named(terms, other, size)[0] == name
        top = np.argsort(-load, kind="stable")[:STRONGEST]
        found.append(Concept(c, name, tuple(int(items[i]) for i in top[:8]), float(cosine[c, twin[c]]), again,
                             float(member[top].mean()), float(member.mean()), chance))
    return one, found


def _named(terms: Terms, load: Floats, size: int) -> tuple[str | None, NDArray[np.float64]]:
    """(the best name, which items carry it); (None, zeros) where none is beyond chance."""
    best = terms.of(load, size, 1) if load.std() > 0 else []
    if not best:
        return None, np.zeros(len(load))
    return best[0].name, terms.members[[terms.names.index(best[0].name)]].toarray().ravel()


def _chance(terms: Terms, vectors: Floats, seed: int, draws: int = 20) -> float:
    """How pure the strongest items of random directions are, each under the name that suits it best."""
    if not terms.names:
        return float("nan")
    rng, found = np.random.default_rng([seed, 2]), []
    for _ in range(draws):
        load = (vectors - vectors.mean(0)) @ rng.standard_normal(vectors.shape[1])
        top = np.argsort(-load, kind="stable")[:STRONGEST]
        sizes = np.asarray(terms.members.sum(1)).ravel()
        z = (terms.members @ load / sizes - load.mean()) * np.sqrt(sizes)
        found.append(float(terms.members[[int(z.argmax())]].toarray().ravel()[top].mean()))
    return float(np.mean(found))


def steer(model: Any, queries: Queries, direction: Floats, carries: NDArray[np.bool_], vectors: Floats,
          bias: Floats, *, seed: int = 0, k: int = 10) -> tuple[Floats, Floats, Floats]:
    """Of each query the share of the first k items that carry a name: as it is, with `direction` (d,) added to its state,
    and with a random direction of the same length; (q,) each. carries (n,): which items do."""
    states = np.asarray(model.hidden(queries), np.float32)
    push = PUSH * float(np.linalg.norm(states, axis=1).mean())
    other = np.random.default_rng([seed, 3]).standard_normal(len(direction)).astype(np.float32)
    out = []
    for way in (None, direction / np.linalg.norm(direction), other / np.linalg.norm(other)):
        moved = states if way is None else states + push * way
        lists = top_k(mask_seen(moved @ vectors.T + bias, queries), k)[0]
        out.append(carries[lists].mean(1).astype(np.float32))
    return out[0], out[1], out[2]


def vectors_of(model: Any, data: Dataset, most: int = 20_000) -> tuple[Floats, NDArray[np.int64], bool]:
    """(vectors (k, d), items (k,), whether the model's states can be pushed along them): the most chosen items."""
    counts = np.bincount(data.item, minlength=data.n_items)
    items = np.sort(np.argsort(-counts, kind="stable")[:min(most, int((counts > 0).sum()))])
    if hasattr(model, "item_vectors") and hasattr(model, "hidden"):
        return model.item_vectors()[1][items], items, True
    return space_of(model, items).vectors, items, False


def concepts(model: Any, data: Dataset, *, seed: int = 0, **_: Any) -> View:
    """Concepts in a model's item vectors; of models without vectors, in what each item does to all others. Raises
    BadArgument where choosing an item changes nothing, or where no concept is found again."""
    vectors, items, steered = vectors_of(model, data)
    sparse, all_found = find_concepts(vectors, items, data, seed=seed)
    kept = [one for one in all_found if one.stable and one.again]
    if not kept:
        raise BadArgument("a concept must be found again by another seed and have a name beyond chance",
                          given="no stable concept", fix="items with categories or titles, or a model that learned more")
    kept.sort(key=lambda one: -one.pure)
    if steered:
        kept = _steered(model, data, sparse, kept, seed)
    rows = [(one.number, one.name, round(one.alike, 3), "yes" if one.again else "no", round(one.pure, 3),
             round(one.base, 4), round(one.chance, 3), *(round(v, 3) for v in (one.before, one.after, one.control)),
             " | ".join(data.item_table.title[i] for i in one.top)) for one in kept]
    mean, chance = float(np.mean([one.pure for one in kept])), kept[0].chance
    moved = [one.after - one.before for one in kept if np.isfinite(one.after)]
    rise = 100 * np.mean(moved) if moved else 0.0
    tail = (f" Turned up, they raise their share of lists by {rise:.0f} points on average.",
            f"调高后，其在列表中的占比平均上升 {rise:.0f} 个百分点。") if moved else ("", "")
    return View(
        "concepts", ("Concepts in the model", "模型中的概念"),
        ("What are the model's item vectors made of, and do lists follow?", "模型的物品向量由什么组成？列表会随之改变吗？"),
        (f"{len(kept)} of {len(all_found)} directions come back under another seed with a name; {mean:.0%} of the "
         f"strongest items carry it (random directions: {chance:.0%})." + tail[0],
         f"{len(all_found)} 个方向中有 {len(kept)} 个在另一种子下重现并有名称；"
         f"最强物品中 {mean:.0%} 带有该名称（随机方向：{chance:.0%}）。" + tail[1]),
        (f"A sparse autoencoder ({len(all_found)} directions, 3 at a time; {1 - sparse.error:.0%} of the variance) over "
         f"{len(items):,} item vectors; twins of two seeds by cosine of {SAME} or more; steering on {PEOPLE} people.",
         f"稀疏自编码器（{len(all_found)} 个方向，每次 3 个；解释方差 {1 - sparse.error:.0%}），{len(items):,} 个物品向量；"
         f"两个种子的方向余弦不小于 {SAME}；在 {PEOPLE} 人上做调高实验。"),
        ("concept", "name", "alike", "name_again", "pure", "base", "random_direction", "share_before", "share_steered",
         "share_random_push", "top_items"), rows,
        lambda lang: _draw(kept[:SHOWN], data, lang), lambda lang: _interactive(kept, data, lang))


def _steered(model: Any, data: Dataset, sparse: Sparse, kept: list[Concept], seed: int) -> list[Concept]:
    people = np.sort(np.random.default_rng(seed).permutation(data.n_users)[:PEOPLE])
    queries, vectors = data.histories[people], model.item_vectors()[1]
    bias, terms = model.score([Query([])])[0], terms_of(data.item_table, np.arange(data.n_items))
    out = []
    for at, one in enumerate(kept):
        if at >= SHOWN or one.name not in terms.names:  # those that are drawn
            out.append(one)
            continue
        carries = terms.members[[terms.names.index(one.name)]].toarray().ravel() > 0
        shares = steer(model, queries, sparse.out[one.number], carries, vectors, bias, seed=seed)
        out.append(Concept(**{**vars(one), **dict(zip(("before", "after", "control"), (float(s.mean()) for s in shares),
                                                     strict=True))}))
    return out


# --- pictures -------------------------------------------------------------------------------------------------

WORDS = {
    "en": {"axis": "share of items that carry the name, %", "pure": "its 20 strongest items", "base": "all items",
           "before": "people's first ten, as they are", "after": "people's first ten, concept turned up",
           "control": "people's first ten, random push"},
    "zh": {"axis": "带有该名称的物品占比，%", "pure": "最强的 20 个物品", "base": "全部物品", "before": "用户前十：原样",
           "after": "用户前十：调高该概念", "control": "用户前十：随机推动"}}
MARKS = {"base": ("|", COLOURS[7]), "pure": ("o", COLOURS[0]), "before": ("D", COLOURS[1]), "after": (">", COLOURS[5]),
         "control": ("x", COLOURS[7])}


def _label(one: Concept, data: Dataset) -> str:
    return f"{visible(one.name or '', 30)}: {visible(data.item_table.title[one.top[0]], 28)}"


def _draw(kept: list[Concept], data: Dataset, lang: str) -> Any:
    figure = new_figure(11, 0.38 * len(kept) + 2.2)
    ax, words = figure.add_subplot(), WORDS[lang]
    for row, one in enumerate(kept):
        if np.isfinite(one.after):
            ax.annotate("", (100 * one.after, row), (100 * one.before, row),
                        arrowprops={"arrowstyle": "->", "color": COLOURS[5], "lw": 1.4})
    for what, (mark, colour) in MARKS.items():
        values, thin = [100 * getattr(one, what) for one in kept], mark in "|x"
        if np.isfinite(values).any():
            ax.plot(values, range(len(kept)), mark, color=colour, ms=11 if mark == "|" else 6.5, mew=2 if thin else 1,
                    mfc="white" if what == "before" else colour, label=words[what], ls="none")
    ax.set_yticks(range(len(kept)), [_label(one, data) for one in kept], fontsize=9)
    ax.set_ylim(len(kept) - 0.5, -0.7)
    ax.set_xlim(-3, 103)
    ax.set_xlabel(words["axis"], color=INK)
    ax.grid(axis="x", color="#d9dee3", lw=0.7)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0, colors=INK)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9, labelcolor=MUTED)
    return figure


def _interactive(kept: list[Concept], data: Dataset, lang: str) -> Any:
    from plotly import graph_objects as go

    names = [f"{n + 1}. {_label(one, data)}" for n, one in enumerate(kept)]
    told = ["<br>".join(visible(data.item_table.title[i], 70) for i in one.top) for one in kept]
    traces = [go.Scatter(x=[100 * getattr(one, what) for one in kept], y=names, mode="markers", name=WORDS[lang][what],
                         marker={"symbol": symbol, "size": 11, "color": MARKS[what][1]}, hovertext=told)
              for what, symbol in (("base", "line-ns-open"), ("pure", "circle"), ("before", "diamond-open"),
                                   ("after", "triangle-right"), ("control", "x-thin-open"))
              if np.isfinite([getattr(one, what) for one in kept]).any()]
    return plotly_figure(*traces, height=200 + 26 * len(kept), yaxis={"autorange": "reversed"},
                         xaxis={"title": WORDS[lang]["axis"], "range": [-3, 103]}, legend={"orientation": "h"})
