"""Re-rank any model's lists for fairness and explain each move.

Either greedily towards target shares of item groups in every list, or by a bonus per group, which
reaches a target exposure over all lists at the least loss.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Model, batches, mask_seen, top_k
from whyrec.core.cases import EvaluationCases, dcg_weights
from whyrec.core.messages import Messages
from whyrec.core.queries import Int, Queries, Query
from whyrec.evaluate.fairness import divergence, shares

__all__ = ["Move", "Rerank", "choose_bonus", "choose_weight", "say_move"]

TEXTS = Messages("audit")


@dataclass(frozen=True)
class Move:
    """The effect of re-ranking on one item of a list.

    Attributes:
        item: Number of the item.
        before: Place before, from 1; None if not in the list.
        after: Place after, likewise.
        group: The item group whose share the move corrects.
        share: Share of the group in the list before the change.
        wanted: Target share of the group.
        bonus: For moves by a bonus, the item's bonus minus the list's mean; otherwise None.
    """

    item: int
    before: int | None
    after: int | None
    group: str
    share: float
    wanted: float
    bonus: float | None = None


class Rerank:
    """A model whose first k items are chosen to bring item groups to target shares.

    The k items are chosen greedily for (1 - weight) * score - weight * KL(wanted | shares of the
    list). Scores are scaled to 0..1 within a person's pool, and shares are discounted by place.
    With wanted=None the target is the person's own shares, which is calibration [steck2018].

    With a bonus (g,), the pool is ordered by chance + member . bonus instead, where chance is the
    softmax of score / temperature: the order of the greatest expected gain under given exposures of
    the groups [singh2018]. :func:`choose_bonus` finds it; weight is then 1 or 0. Limits: items
    below the pool stay there.

    Args:
        model: The model to re-rank.
        member: Share of each item in each item group, (n_items, g).
        names: Names of the groups, (g,).
        weight: 0 (no change) to 1.
        wanted: Target shares, (g,), or None for the person's own.
        k: Length of the list.
        pool: Number of best items to choose from.
        bonus: Bonus of each group, (g,).
        temperature: Temperature of the softmax.
    """

    def __init__(
        self,
        model: Model,
        member: NDArray[np.float64],
        names: Sequence[str],
        *,
        weight: float = 1.0,
        wanted: NDArray[np.float64] | None = None,
        k: int = 10,
        pool: int = 100,
        bonus: NDArray[np.float64] | None = None,
        temperature: float = 1.0,
    ) -> None:
        if not 0 <= weight <= 1:
            raise ArgumentError("weight must lie in 0..1", given=str(weight))
        if k < 1 or pool < k:
            raise ArgumentError(
                "pool must be k or more, and k 1 or more", given=f"k {k}, pool {pool}"
            )
        if member.shape[1] != len(names) or (wanted is not None and len(wanted) != len(names)):
            raise ArgumentError(
                "member and wanted need one column per name",
                given=f"{member.shape}, {len(names)} names",
            )
        self.model = model
        self.member = member
        self.names = tuple(names)
        self.weight = weight
        self.wanted = wanted
        self.k = k
        self.pool = pool
        self.bonus = bonus
        self.temperature = temperature

    def fit(self, data: Any, *, seed: int = 0) -> Rerank:
        """Fit the wrapped model and return this one."""
        self.model.fit(data, seed=seed)
        return self

    def score(self, queries: Any) -> NDArray[np.float32]:
        """Score all items, (q, n_items) float32; the chosen k come first, in the new order."""
        rows = Queries.of(queries)
        scores = np.array(self.model.score(rows), np.float32)
        if self.weight == 0 or not len(rows):
            return scores
        chosen = self._choose(mask_seen(scores, rows), self.wanted_of(rows))
        top = np.abs(scores).max(1, keepdims=True) + 1.0
        lifted = top * (1 + np.arange(chosen.shape[1], 0, -1))
        np.put_along_axis(scores, chosen, lifted.astype(np.float32), 1)
        return scores

    def wanted_of(self, queries: Queries) -> NDArray[np.float64]:
        """Return the target shares of each person, (q, g)."""
        if self.wanted is None:
            return shares(queries, self.member)
        return np.broadcast_to(np.asarray(self.wanted, np.float64), (len(queries), len(self.names)))

    def _choose(self, masked: NDArray[np.float32], wanted: NDArray[np.float64]) -> Int:
        items, scores = top_k(masked, min(self.pool, masked.shape[1]))
        real = np.isfinite(scores)
        if self.bonus is not None:
            value = chances(scores, self.temperature) + self.member[items] @ self.bonus
            worth = np.where(real, value, -np.inf)
            order = np.argsort(-worth, 1, kind="stable")
            return np.take_along_axis(items, order[:, : self.k], 1)
        low = np.where(real, scores, np.inf).min(1, keepdims=True)
        high = np.where(real, scores, -np.inf).max(1, keepdims=True)
        size = np.where(high > low, high - low, 1.0)
        gain = np.where(real, (scores - low) / size, -np.inf).astype(np.float64)
        part = self.member[items]
        k = min(self.k, items.shape[1])
        weights = dcg_weights(k)
        rows = np.arange(len(items))
        total = np.zeros((len(items), part.shape[2]))
        picked = np.empty((len(items), k), np.int64)
        taken = np.zeros(items.shape, bool)
        for place in range(k):
            there = total[:, None] + weights[place] * part
            size_ = there.sum(2, keepdims=True)
            share = np.divide(there, size_, out=np.zeros_like(there), where=size_ > 0)
            value = (1 - self.weight) * gain - self.weight * divergence(wanted[:, None], share)
            at = np.argmax(np.where(taken | ~real, -np.inf, value), 1)
            picked[:, place] = at
            taken[rows, at] = True
            total += weights[place] * part[rows, at]
        return np.take_along_axis(items, picked, 1)

    def moves(self, query: Query) -> list[Move]:
        """List the items that entered, left or moved, with the group that each move corrects."""
        rows = Queries.of(query)
        old = top_k(mask_seen(self.model.score(rows), rows), self.k)[0][0]
        new = top_k(mask_seen(self.score(rows), rows), self.k)[0][0]
        before, after = ({int(i): n for n, i in enumerate(side, 1)} for side in (old, new))
        weights = dcg_weights(len(old))
        share = weights @ self.member[old] / weights.sum()
        lack = self.wanted_of(rows)[0] - share
        out = []
        for item in dict.fromkeys([*new.tolist(), *old.tolist()]):
            a = before.get(item)
            b = after.get(item)
            if a == b:
                continue
            rose = b is not None and (a is None or b < a)
            if self.bonus is not None:
                own = float(self.member[item] @ self.bonus)
                mean = float(weights @ (self.member[old] @ self.bonus))
                group = int(np.argmax(self.member[item]))
                out.append(
                    Move(item, a, b, self.names[group], 0.0, 0.0, own - mean / float(weights.sum()))
                )
                continue
            # a raised item takes its most under-represented group, a lowered item its most
            # over-represented one
            group = int(np.argmax(self.member[item] * lack * (1 if rose else -1)))
            out.append(
                Move(
                    item,
                    a,
                    b,
                    self.names[group],
                    float(share[group]),
                    float(lack[group] + share[group]),
                )
            )
        return out


def chances(scores: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """Compute the softmax of each row of scores (q, p); -inf marks missing items."""
    shifted = (scores - scores.max(1, keepdims=True)) / temperature
    made = np.exp(np.where(np.isfinite(shifted), shifted, -np.inf), dtype=np.float64)
    return np.asarray(made / made.sum(1, keepdims=True))


def choose_bonus(
    model: Model,
    cases: EvaluationCases,
    member: NDArray[np.float64],
    wanted: NDArray[np.float64],
    *,
    k: int = 10,
    pool: int = 100,
    part: float = 0.5,
    rounds: int = 60,
) -> tuple[NDArray[np.float64], float]:
    """Choose (bonus (g,), temperature) on VALIDATION people.

    The temperature maximises the likelihood of their choices. The bonus reduces the gap between the
    mean exposure of the groups and `wanted` (g,) to `part` of its size. The other arguments are
    those of :class:`Rerank`; `rounds` is the number of steps of the search.
    """
    items, scores = _pooled(model, cases.queries, pool)
    temperature = _temperature(items, scores, cases)
    chance = chances(scores, temperature)
    groups = member[items]
    weights = dcg_weights(min(k, items.shape[1]))
    real = np.isfinite(scores)

    def shown(bonus: NDArray[np.float64]) -> NDArray[np.float64]:
        value = np.where(real, chance + groups @ bonus, -np.inf)
        order = np.argsort(-value, 1, kind="stable")[:, : len(weights)]
        parts = np.take_along_axis(groups, order[..., None], 1)
        found = np.asarray((weights[:, None] * parts).sum(1).mean(0))
        return found / max(float(found.sum()), 1e-12)

    start = shown(np.zeros(member.shape[1]))
    goal = start + (1 - part) * (wanted - start)
    bonus = np.zeros(member.shape[1])
    # Each group has its own step size, which grows while the sign of its gap stays the same
    # and shrinks when it flips.
    at_k = np.partition(chance, -len(weights), axis=1)[:, -len(weights)]
    step = np.full(len(bonus), float(np.median(at_k)))
    before = np.zeros(len(bonus))
    best = (np.inf, bonus)
    for _ in range(rounds):
        lack = goal - shown(bonus)
        best = min(best, (float(np.abs(lack).sum()), bonus), key=lambda one: one[0])
        step *= np.where(np.sign(lack) * np.sign(before) < 0, 0.5, 1.3)
        bonus = bonus + step * np.sign(lack)
        before = lack
    return best[1] - best[1].max(), temperature


def _pooled(model: Model, queries: Queries, pool: int) -> tuple[Int, NDArray[np.float64]]:
    parts = [
        top_k(mask_seen(np.array(model.score(part), np.float32), part), pool)
        for _, part in batches(queries)
    ]
    items = np.concatenate([one[0] for one in parts])
    scores = np.concatenate([one[1] for one in parts])
    return items, scores.astype(np.float64)


def _temperature(items: Int, scores: NDArray[np.float64], cases: EvaluationCases) -> float:
    """Choose among a few temperatures the one with the highest likelihood of the choices."""
    truth = np.array([cases.items[a] for a in cases.indptr[:-1]])
    rows, places = np.nonzero(items == truth[:, None])
    spread = float(np.std(scores[np.isfinite(scores)])) or 1.0
    if not len(rows):
        return spread
    tried = [spread * float(size) for size in np.geomspace(0.02, 5.0, 24)]

    def likelihood(t: float) -> float:
        chosen = chances(scores[rows], t)[np.arange(len(rows)), places]
        return float(np.log(chosen + 1e-12).mean())

    return max(tried, key=likelihood)


def say_move(move: Move, title: str, lang: str = "en") -> str:
    """State one move as a sentence in "en" or "zh"."""
    rose = move.after is not None and (move.before is None or move.after < move.before)
    if move.before is None:
        way = "move-in"
    elif move.after is None:
        way = "move-out"
    else:
        way = "move-to"
    places = {"before": move.before, "after": move.after}
    return TEXTS.say(
        "move", lang, title=title, way=TEXTS.say(way, lang, **places), why=_why(move, rose, lang)
    )


def _why(move: Move, rose: bool, lang: str) -> str:
    """Say what the move corrects, or that it only made or took room."""
    if move.bonus is not None and move.bonus != 0 and (move.bonus > 0) == rose:
        key = "move-for-seldom" if rose else "move-for-often"
    elif (move.wanted > move.share) == rose and move.wanted != move.share:
        key = "move-for-share"
    else:
        key = "move-for-room"
    return TEXTS.say(key, lang, group=move.group, share=move.share, wanted=move.wanted)


def choose_weight(
    measure: Callable[[float], tuple[float, float]],
    *,
    loss: float = 0.02,
    part: float = 0.5,
    weights: Sequence[float] = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
) -> dict[str, Any]:
    """Choose the smallest weight that brings the gap to `part` at a loss of at most `loss`.

    `measure` maps a weight to (gap, accuracy) on VALIDATION people; gap and loss are relative to
    weight 0. If no weight reaches the target, the one with the smallest gap is taken. Returns
    {"weight", "reached", "curve"}.
    """
    gap, accuracy = measure(0.0)
    curve = [{"weight": 0.0, "gap": gap, "accuracy": accuracy}]
    curve += [
        {"weight": w, "gap": g, "accuracy": a} for w, (g, a) in ((w, measure(w)) for w in weights)
    ]
    allowed = [row for row in curve if row["accuracy"] >= (1 - loss) * accuracy]
    reached = [row for row in allowed if row["gap"] <= part * gap]
    if reached:
        best = reached[0]
    else:
        best = min(allowed, key=lambda row: row["gap"])
    return {"weight": best["weight"], "reached": bool(reached), "curve": curve}
