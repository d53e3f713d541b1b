"""Explanations by sets of events: smallest removals, helpful additions, local rules, contrasts."""

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
from whyrec.core.explained import explained_share
from whyrec.core.explainers import explainer
from whyrec.explain.counterfactual import counterfactual
from whyrec.explain.exact import event_reasons
from whyrec.explain.games import Count, Game, ItemNumber, Seed, next_items

__all__ = [
    "anchor",
    "contrast",
    "counterfactual_additions",
    "counterfactual_set",
    "stands_above",
    "with_event",
]

TRIED = 200  # candidate items for additions
HOLDS = 0.9  # share of the sampled subsets in which a local rule must hold


@explainer(needs=Scorer)
def counterfactual_set(model: Scorer, query: Query, item: int, *, k: Count = 10) -> Explanation:
    """Find the smallest set of events whose removal takes the item out of the first k.

    Exact for additive models; see :mod:`whyrec.explain.counterfactual`.

    Args:
        model: Any scorer.
        query: The history to explain.
        item: Number of the recommended item.
        k: Length of the list that the item must leave.

    Returns:
        An explanation with the set as its one reason. The weight is the measured loss of score and
            `after` the measured list. There is no reason if no set works.
    """
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
    """Append one event, dated now, to a history; all other events move one step back."""
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


@explainer(needs=Scorer)
def counterfactual_additions(
    model: Scorer, query: Query, item: int, *, k: Count = 1, tried: Count = TRIED
) -> Explanation:
    """Find the single additional choices that would raise the item most.

    Each candidate is measured by scoring the longer history. Candidates are the `tried` items that
    a history of this item alone ranks first. Limits: it does not prove that no other choice helps.

    Args:
        model: Any scorer.
        query: The history to explain.
        item: Number of the recommended item.
        k: Not used.
        tried: Number of candidate items.

    Returns:
        An explanation with up to five reasons of kind "addition", each with the number of an item.
            The weight is the gain of the margin against the next items in the list.
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
            rivals = others[others != x]  # the added item is no rival any more
            gain = row - own
            gains.append(float(gain[item]) - (float(gain[rivals].mean()) if len(rivals) else 0.0))
    order = [at for at in np.argsort(-np.array(gains), kind="stable")[:5] if gains[at] > 0]
    reasons = tuple(Reason("addition", (int(near[at]),), gains[at]) for at in order)
    score = float(own[item])
    name = f"counterfactual additions ({len(near)} tried)"
    return Explanation(item, score, score, reasons, 0.0, name, additive=False)


@explainer(needs=Scorer)
def contrast(
    model: Scorer, query: Query, item: int, *, against: ItemNumber | None = None
) -> Explanation:
    """Explain why one item ranks above or below another.

    The score of the item is the score of the other item (base), plus what each event adds to the
    item beyond the other, plus what depends on no event (rest). Exact for additive models,
    otherwise measured by deletion; `gap` then holds what deletion leaves unexplained.

    Args:
        model: Any scorer.
        query: The history to explain.
        item: Number of the item to explain.
        against: Number of the item to compare with. Default: the next item in the list.

    Returns:
        An explanation with `against` set.

    Raises:
        ArgumentError: If `against` is not the number of an item.
    """
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
            explained_share=explained_share(model, query, item, one.rest),
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
    """Say whether the item of a contrast ranks above the item it is compared with.

    The base of the contrast is the other item's score. Equal scores are ordered by item number, as
    in lists.
    """
    if why.against is None:
        other = why.item
    else:
        other = why.against
    return (why.score, -why.item) > (why.base, -other)


@explainer(needs=Scorer)
def anchor(
    model: Scorer, query: Query, item: int, *, k: Count = 10, budget: Count = 400, seed: Seed = 0
) -> Explanation:
    """Find a rule that holds near this history (an anchor [ribeiro2018]).

    The rule: as long as these events are in the history, the item stays among the first k, whatever
    other events are removed. Events are added greedily until the rule holds in 90% of `budget`
    random subsets that lack half of the other events. The rule is then measured on fresh subsets.

    Args:
        model: Any scorer.
        query: The history to explain.
        item: Number of the recommended item.
        k: Length of the list in which the item must stay.
        budget: Number of random subsets per step.
        seed: Seed of the random subsets.

    Returns:
        An explanation with one reason of kind "anchor" (refs: positions of its events). The weight
            is the share of the fresh subsets in which the rule holds, not units of the score;
            `interval` is its 95% interval [wilson1927]. There is no reason if the item is not among
            the first k or no rule of up to 5 events holds.
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
        # Choose the event whose presence is most associated with staying in the list.
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
        (Reason("anchor", tuple(sorted(rule)), held / budget),),
        0.0,
        name,
        additive=False,
        interval=(low, high),
    )


def _stays(
    model: Scorer, query: Query, item: int, keep: NDArray[np.bool_], k: int
) -> NDArray[np.float64]:
    """Mark with 1 the subsets in which the item is among the first k unseen items."""
    out = []
    for start in range(0, len(keep), 64):
        batch = subsets(query, keep[start : start + 64])
        masked = mask_seen(np.asarray(model.score(batch)), Queries.of([query] * len(batch)))
        out.append(ranks(masked, np.full(len(batch), item)) <= k)
    return np.concatenate(out).astype(np.float64)


def _wilson(held: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Compute the Wilson interval of a share."""
    share = held / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
