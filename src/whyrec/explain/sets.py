"""Sets of events as explanations: the smallest that must go, a single choice that would help, a
rule that holds nearby, and why one item stands above another."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from whyrec.core import (
    Additive,
    ArgumentError,
    Explanation,
    Queries,
    Query,
    Reason,
    Scorer,
    mask_seen,
    rank_of,
    ranks,
    subsets,
)
from whyrec.explain.counterfactual import counterfactual
from whyrec.explain.exact import event_reasons
from whyrec.explain.games import Game, next_items

__all__ = [
    "anchor",
    "contrast",
    "counterfactual_additions",
    "counterfactual_set",
    "stands_above",
    "with_event",
]

TRIED = 200  # items tried as additions
HOLDS = 0.9  # how often a local rule must hold


def counterfactual_set(model: Scorer, query: Query, item: int, *, k: int = 10) -> Explanation:
    """The smallest set of events whose removal takes `item` out of the first k, as one reason; its
    weight is what the score really lost, `after` the measured list. No reason where no set does.
    Exact where additive: :mod:`counterfactual`."""
    found = counterfactual(model, query, item, k)
    gone = found.positions if found.found else ()
    name = (
        f"counterfactual ({'proved smallest' if found.minimal else 'greedy, then pruned'}, "
        "first "
        f"{k})"
    )
    reasons: tuple[Reason, ...] = ()
    if gone:
        reasons = (Reason("event", gone, found.score_before - found.score_after),)
    if reasons:
        base = found.score_after
    else:
        base = found.score_before
    return Explanation(
        item,
        found.score_before,
        base,
        reasons,
        0.0,
        name,
        additive=False,
        after=found.after if reasons else None,
    )


def with_event(query: Query, item: int) -> Query:
    """The query with one more event at its end, now: all others lie a step further back."""
    return Query(
        np.append(query.items, item),
        np.append(query.values, 1.0),
        np.append(query.times, query.now),
        query.now,
        None,
        np.append(query.events_ago + 1, 0),
        query.repeat,
        query.avoided,
    )


def counterfactual_additions(
    model: Scorer, query: Query, item: int, *, k: int = 1, tried: int = TRIED
) -> Explanation:
    """Had you also chosen X: the single choices that raise `item` most, each measured by scoring
    the longer history.

    Tried are the `tried` items nearest to it: those that a history of this item alone ranks first.
    Reasons of kind "addition" with an item number each; weight: what the margin against the next
    items of the list gains (up to five that help). Not good for: proof that no other choice helps.
    """
    [own], [alone] = model.score([query]), model.score([Query([item])])
    others = next_items(np.asarray(own, np.float64)[None], query, item)
    free = np.setdiff1d(np.arange(len(own)), np.concatenate([query.items, query.avoided, [item]]))
    near = free[np.argsort(-np.asarray(alone)[free], kind="stable")[:tried]]
    gains = []
    for start in range(0, len(near), 64):
        part = near[start : start + 64]
        scores = np.asarray(model.score([with_event(query, int(x)) for x in part]), np.float64)
        for row, x in zip(scores, part, strict=True):
            rivals = others[others != x]  # what is chosen is no rival any more
            gain = row - own
            gains.append(float(gain[item]) - (float(gain[rivals].mean()) if len(rivals) else 0.0))
    order = [at for at in np.argsort(-np.array(gains), kind="stable")[:5] if gains[at] > 0]
    reasons = tuple(Reason("addition", (int(near[at]),), gains[at]) for at in order)
    score = float(own[item])
    name = f"counterfactual additions ({len(near)} tried)"
    return Explanation(item, score, score, reasons, 0.0, name, additive=False)


def contrast(model: Scorer, query: Query, item: int, *, against: int | None = None) -> Explanation:
    """Why `item` stands above or below `against` (default: the next of the list): score = score of
    the other (base) + what each event adds to the one beyond the other + what depends on no event
    (rest). Exact where additive, else by deletion, of which `gap` is left unsaid."""
    row = np.asarray(model.score([query]))[0].astype(np.float64)
    if against is None:
        against = int([*next_items(row[None], query, item, 1), item][0])
    if not 0 <= against < len(row):
        raise ArgumentError(
            f"the item to compare with must be 0 to {len(row) - 1}", given=str(against)
        )
    if isinstance(model, Additive):
        one = model.contributions(query, item)
        two = model.contributions(query, against)
        rest = one.base - two.base + one.rest - two.rest
        return Explanation(
            item,
            row[item],
            row[against],
            event_reasons(one.weights - two.weights),
            rest,
            "contrast (exact)",
            additive=True,
            against=against,
        )
    game = Game(model, query, item, against=against)
    return Explanation(
        item,
        row[item],
        row[against],
        event_reasons(game.full - game.without_each()),
        game.empty(),
        "contrast (deletion)",
        additive=False,
        against=against,
    )


def stands_above(why: Explanation) -> bool:
    """Whether the item of a contrast stands above the one it is compared with, whose score is the
    base; of equal scores the smaller number does, as in lists."""
    if why.against is None:
        other = why.item
    else:
        other = why.against
    return (why.score, -why.item) > (why.base, -other)


def anchor(
    model: Scorer, query: Query, item: int, *, k: int = 10, budget: int = 400, seed: int = 0
) -> Explanation:
    """A rule that holds near this history: as long as these events are in it, `item` stays among
    the first k, whatever else goes (an anchor [ribeiro2018]).

    Events are added greedily until the rule holds in 90% of `budget` random subsets, with half of
    the other events gone; then it is measured on fresh subsets. One reason of kind "rule" (refs:
    positions); weight: the share of the fresh subsets in which it holds, not units of the score;
    interval: 95% [wilson1927]. None where the item is not among the first k or no rule of up to 5
    events holds.
    """
    name = f"anchor (first {k}; shares of subsets)"
    score = float(np.asarray(model.score([query]))[0, item])
    place = rank_of(model, query, item)
    rng = np.random.default_rng(seed)
    m = len(query)
    none = Explanation(item, score, score, (), 0.0, name, additive=False)
    if place is None or place > k or not m:
        return none
    rule: list[int] = []
    while len(rule) < 5 and len(rule) < m:
        rest = [p for p in range(m) if p not in rule]
        keep = rng.random((budget, m)) < 0.5
        keep[:, rule] = True
        stays = _stays(model, query, item, keep, k)
        if rule and stays.mean() >= HOLDS:
            break
        # The event whose presence goes most with staying; by its share where both kinds were drawn.
        there = keep[:, rest]
        with_it = (stays @ there) / np.maximum(there.sum(0), 1)
        without_it = (stays @ ~there) / np.maximum((~there).sum(0), 1)
        gain = with_it - without_it
        rule.append(rest[int(np.argmax(gain))])
    fresh = rng.random((budget, m)) < 0.5
    fresh[:, rule] = True
    held = int(_stays(model, query, item, fresh, k).sum())
    if held < HOLDS * budget:
        return none
    low, high = _wilson(held, budget)
    return Explanation(
        item,
        score,
        score,
        (Reason("rule", tuple(sorted(rule)), held / budget),),
        0.0,
        name,
        additive=False,
        interval=(low, high),
    )


def _stays(
    model: Scorer, query: Query, item: int, keep: NDArray[np.bool_], k: int
) -> NDArray[np.float64]:
    """1 where `item` is among the first k of what the full history does not hold."""
    out = []
    for start in range(0, len(keep), 64):
        batch = subsets(query, keep[start : start + 64])
        masked = mask_seen(np.asarray(model.score(batch)), Queries.of([query] * len(batch)))
        out.append(ranks(masked, np.full(len(batch), item)) <= k)
    return np.concatenate(out).astype(np.float64)


def _wilson(held: int, n: int, z: float = 1.96) -> tuple[float, float]:
    share = held / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
