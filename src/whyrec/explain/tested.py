"""Select the reasons of a ranked item by one rule and measure the effect of removing them.

A reason is all uses of one item. It is named if leaving it out lowers the score more than leaving
out a random other reason: the strongest such reason, and further ones that exceed a random reason
twice. The named reasons are then removed together and the list is ranked again by
:class:`whyrec.core.Listing`, which what-ifs and faithfulness figures use too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Explanation, ItemContributions, Listing, Query, Reason, Removal
from whyrec.core.decomposition import Constant, WithReasons, adds_up, groups_of, with_reasons
from whyrec.core.support import prefer

__all__ = [
    "AGAINST",
    "NAMED",
    "UNSOUND",
    "Nameable",
    "Support",
    "checked",
    "explain_list",
    "merged",
    "passed",
]

NAMED = 3  # at most this many named reasons per item
BEYOND = 2.0  # a further reason must exceed a random reason's effect this many times
ROUNDING = 1e-6  # relative to the score: smaller effects count as zero
MORE = 2  # extra candidates, from which a better supported reason may be chosen
AGAINST = 0.25  # an opposing reason is shown from this share of the first reason's weight
# Method name of an explanation whose parts do not add up to the score: it carries no reasons.
UNSOUND = "does not add up"

# Maps item pairs (m,), (m,) to the number of people who chose both (m,); -1 if unknown.
Support = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]


Nameable = Callable[[Reason], bool]  # whether a reason may be named


class Deletions(NamedTuple):
    """The deletion test of every reason of every item.

    Attributes:
        times: How many times each effect exceeds that of a random other reason, (g, k).
        passed: Whether it exceeds that effect and rounding, (g, k).
    """

    times: NDArray[np.float64]
    passed: NDArray[np.bool_]


def passed(effects: NDArray[np.float64], scores: NDArray[Any]) -> Deletions:
    """Run the deletion test on all reasons of a list.

    Args:
        effects: Loss of score when each reason is removed, (g, k); NaN if not measured.
        scores: Scores of the items, (k,).

    Returns:
        The result of the test, (g, k).
    """
    size = np.nan_to_num(np.abs(effects))
    others = np.maximum(1, np.isfinite(effects).sum(0) - 1)
    random = (size.sum(0) - size) / others
    more = (effects > random) & (effects > ROUNDING * np.maximum(1.0, np.abs(scores)))
    with np.errstate(divide="ignore"):
        times = np.divide(effects, random, out=np.zeros_like(random), where=more)
    return Deletions(times, more)


def explain_list(
    listing: Listing,
    items: Sequence[int] | NDArray[Any],
    *,
    shown: int = NAMED,
    whole: bool = False,
    support: Support | None = None,
    nameable: Nameable | None = None,
) -> list[Explanation]:
    """Explain each item of a list by tested reasons.

    Args:
        listing: The ranked list of one history.
        items: Numbers of the items to explain.
        shown: Largest number of reasons to list; the first :data:`NAMED` of them are named in
            sentences.
        whole: List every reason.
        support: Maps item pairs to the number of people who chose both, if the model knows it.
        nameable: Which reasons may be listed; the weight of the others counts in `others`.

    Returns:
        One explanation per item, in the given order.
    """
    items = np.asarray(items, np.int32)
    rival = listing.rival
    if rival is None:
        columns = items
    else:
        columns = np.append(items, np.int32(rival))
    parts = listing.decomposition.parts(columns)
    view = with_reasons(listing.decomposition)
    if view is not None:
        return [
            _by_reasons(view, listing, parts, at, int(item), shown, whole, nameable)
            for at, item in enumerate(items)
        ]
    groups = groups_of(listing.query.items)
    weights = _grouped(parts.weights, groups)
    effects = _grouped(parts.removal_effects, groups)
    scores = listing.scores[items]
    last = listing.query.items[[group[-1] for group in groups]]
    known = None if support is None else lambda some, at: support(last[some], items[at])
    named = _nameable([Reason("event", group, 0.0) for group in groups], nameable)
    chosen, people = _chosen(
        weights[:, : len(items)], effects[:, : len(items)], scores, shown, named, known
    )
    removals = listing.removals(
        items.tolist(),
        [[p for g in one[:NAMED] for p in groups[g]] for one in chosen],
        parts.weights if parts.additive else None,
    )
    gaps = parts.gaps(listing.decomposition.scores[columns]).tolist()
    by_item = weights.T.tolist()
    against = None
    if rival is not None:
        against = _Rival(float(listing.scores[rival]), by_item[-1])
    made = []
    for at, item in enumerate(items.tolist()):
        score = float(scores[at])
        if not adds_up(gaps[at], score):
            made.append(_unsound(listing, parts, at, item, score))
            continue
        row = _Row(by_item[at], groups, chosen[at][:NAMED], chosen[at][NAMED:], against, named)
        if row.named:
            behind = tuple(people[at][:NAMED])
        else:
            behind = _chosen_by(listing, item)
        made.append(_explanation(listing, parts, at, item, row, removals[at], whole, behind))
    return made


class _Rival(NamedTuple):
    """The best item that is not shown: its score, and the weights of the reasons for it (g,)."""

    score: float
    weights: Sequence[float]


class _Row(NamedTuple):
    """The reasons of one item: weights (g,), the positions of each, those named, those listed
    besides, the best item that is not shown, and which reasons may be named (g,)."""

    weights: Sequence[float]
    groups: Sequence[tuple[int, ...]]
    named: list[int]
    more: list[int]
    rival: _Rival | None
    nameable: NDArray[np.bool_]


def _nameable(reasons: Sequence[Reason], rule: Nameable | None) -> NDArray[np.bool_]:
    """Which reasons may be named, (g,)."""
    if rule is None:
        return np.ones(len(reasons), bool)
    return np.array([rule(reason) for reason in reasons], bool)


def _grouped(values: NDArray[np.float64], groups: Sequence[tuple[int, ...]]) -> NDArray[np.float64]:
    """Sum the rows of `values` (m, k) over the positions of each group, (g, k)."""
    if len(groups) == len(values):
        return values
    number = np.empty(len(values), np.int64)
    for at, group in enumerate(groups):
        number[list(group)] = at
    total = np.zeros((len(groups), values.shape[1]))
    np.add.at(total, number, values)
    return total


def _chosen(
    weights: NDArray[np.float64],
    effects: NDArray[np.float64],
    scores: NDArray[Any],
    shown: int,
    nameable: NDArray[np.bool_],
    support: Callable[[list[int], list[int]], NDArray[Any]] | None = None,
) -> tuple[list[list[int]], list[list[int]]]:
    """Select the reasons to list for each item and count the people behind each.

    Strongest first; among about equal reasons the better supported. `support` takes pairs (reason,
    item) as two lists.
    """
    tests = passed(effects, scores)
    able = tests.passed & (weights > 0) & nameable[:, None]
    order = np.argsort(np.where(able, -effects, np.inf), axis=0, kind="stable")[: shown + MORE]
    strong = [
        ranked[:count] for ranked, count in zip(order.T.tolist(), able.sum(0).tolist(), strict=True)
    ]
    pairs = [(g, at) for at, some in enumerate(strong) for g in some]
    people = dict.fromkeys(pairs, -1)
    if support is not None and pairs:
        known = support([g for g, _ in pairs], [at for _, at in pairs])
        people = dict(zip(pairs, known.tolist(), strict=True))
    sizes = effects.T.tolist()
    times = tests.times.T.tolist()
    chosen = []
    for at, some in enumerate(strong):
        if support is not None and len(some) > 1:
            by = prefer([sizes[at][g] for g in some], [people[g, at] for g in some])
            some = [some[n] for n in by.tolist()]
        chosen.append([g for n, g in enumerate(some[:shown]) if n == 0 or times[at][g] >= BEYOND])
    return chosen, [[people[g, at] for g in some] for at, some in enumerate(chosen)]


def _explanation(
    listing: Listing,
    parts: ItemContributions,
    at: int,
    item: int,
    row: _Row,
    removal: Removal | None,
    whole: bool,
    support: tuple[int, ...],
) -> Explanation:
    """Build the explanation of one item by events."""
    weights = row.weights
    told = [*row.named, *row.more, *_against(weights, row.named, row.nameable)]
    if whole:
        order = sorted(range(len(weights)), key=lambda g: -weights[g])
        told += [g for g in order if g not in told]
    left = [weight for g, weight in enumerate(weights) if g not in told]
    score = float(listing.scores[item])
    rank = listing.place(item)
    reasons = tuple(Reason("event", row.groups[g], weights[g]) for g in told)
    return Explanation(
        item,
        score,
        float(parts.base[at]),
        reasons,
        float(parts.rest[at]),
        "exact" if parts.additive else "leave-one-out",
        parts.additive,
        named=len(row.named),
        others=sum(left),
        rank=rank,
        listed=listing.listed,
        support=support,
        terms=_terms(listing, item),
        removal=removal,
        lead_share=_lead_share(listing, score, rank, row),
        explained_share=float(parts.explained_shares[at]),
    )


def _terms(listing: Listing, item: int) -> float:
    """What the terms of the list add to the item's score."""
    return 0.0 if listing.added is None else float(listing.added[item])


def _chosen_by(listing: Listing, item: int) -> tuple[int, ...]:
    """Count how often the item was chosen, if the list is one of popular items."""
    view = listing.decomposition
    if isinstance(view, Constant):
        chosen = view.chosen
    else:
        chosen = None
    if chosen is None or item >= len(chosen):
        return ()
    return (int(chosen[item]),)


def _against(
    weights: Sequence[float], named: Sequence[int], nameable: NDArray[np.bool_]
) -> list[int]:
    """Find the strongest opposing reason, if it is strong enough beside the named ones."""
    if not len(named):
        return []
    least = int(np.where(nameable, weights, np.inf).argmin())
    if -weights[least] >= AGAINST * weights[named[0]]:
        return [least]
    return []


def _lead_share(listing: Listing, score: float, rank: int, row: _Row) -> float | None:
    """Compute the share of the named reasons in the lead over the first item not shown."""
    if row.rival is None or rank > listing.listed:
        return None
    lead = score - row.rival.score
    if lead > 0:
        return sum([row.weights[g] - row.rival.weights[g] for g in row.named]) / lead
    return None


def _unsound(
    listing: Listing, parts: ItemContributions, at: int, item: int, score: float
) -> Explanation:
    """Build an explanation without reasons: the model's parts do not add up to its score."""
    base = float(parts.base[at])
    rest = float(parts.rest[at])
    return Explanation(
        item,
        score,
        base,
        (),
        rest,
        UNSOUND,
        False,
        others=float(parts.weights[:, at].sum()),
        rank=listing.place(item),
        listed=listing.listed,
        terms=_terms(listing, item),
    )


def _by_reasons(
    view: WithReasons,
    listing: Listing,
    parts: ItemContributions,
    at: int,
    item: int,
    shown: int,
    whole: bool,
    rule: Nameable | None,
) -> Explanation:
    """Build the explanation of one item by paths, features or rules."""
    base, reasons = view.reasons(item)
    score, terms = float(listing.scores[item]), _terms(listing, item)
    if not adds_up(score - base - sum(reason.weight for reason in reasons) - terms, score):
        return _unsound(listing, parts, at, item, score)
    weights = np.array([reason.weight for reason in reasons], np.float64)
    able = _nameable(reasons, rule)
    [chosen], _ = _chosen(weights[:, None], weights[:, None], np.array([score]), shown, able)
    named = chosen[:NAMED]
    told = [*chosen, *_against(weights.tolist(), named, able)]
    if whole:
        told += [n for n in range(len(reasons)) if n not in told]
    left = np.delete(weights, told)
    found = Explanation(
        item,
        score,
        base,
        tuple(reasons[n] for n in told),
        0.0,
        view.method,
        True,
        named=len(named),
        others=float(left.sum()),
        rank=listing.place(item),
        listed=listing.listed,
        terms=terms,
    )
    if named:
        removal = listing.without_reasons(
            item, found.reasons[: found.named], max(1, len(_starts(found)))
        )
    else:
        removal = None
    return replace(found, removal=removal)


def _starts(found: Explanation) -> set[int]:
    """Collect the events from which the named paths start."""
    return {
        p
        for reason in found.reasons[: found.named]
        if reason.kind == "path"
        for p in reason.refs[2:]
    }


def merged(reasons: Sequence[Reason], query: Query) -> list[Reason]:
    """Merge reasons of events on the same item, in order of first appearance.

    A reason with events on several items is left unchanged.
    """
    groups: dict[int, list[Reason]] = {}
    for reason in reasons:
        items = {int(query.items[p]) for p in reason.refs}
        of = items.pop() if len(items) == 1 else -1 - len(groups)
        groups.setdefault(of, []).append(reason)
    return [
        Reason(
            same[0].kind,
            tuple(sorted(p for one in same for p in one.refs)),
            sum(one.weight for one in same),
        )
        for same in groups.values()
    ]


def checked(listing: Listing, raw: Explanation, shown: int = NAMED) -> Explanation:
    """Complete an explanation of any method by its place and the measured removal of its reasons.

    Uses of one item become one reason, and the heaviest `shown` reasons are named and removed
    together. An explanation without event reasons only gets its place.
    """
    rank = listing.place(raw.item)
    listed = listing.listed
    events = [reason for reason in raw.reasons if reason.kind == "event"]
    if not events or len(events) < len(raw.reasons):
        return replace(raw, rank=rank, listed=listed)
    reasons = merged(events, listing.query)
    if raw.against is not None:
        return replace(raw, reasons=tuple(reasons), rank=rank, listed=listed)
    if not raw.method.startswith("greedy removal"):
        reasons = sorted(reasons, key=lambda reason: -reason.weight)
    least = ROUNDING * max(1.0, abs(raw.score))
    named = [reason for reason in reasons if reason.weight > least][:shown]
    others = [reason for reason in reasons if reason not in named]
    [removal] = listing.removals([raw.item], [[p for reason in named for p in reason.refs]])
    return replace(
        raw,
        reasons=(*named, *others),
        named=len(named),
        rank=rank,
        listed=listed,
        removal=removal,
        interval=raw.interval,
        intervals=(),
        support=(-1,) * len(named),
    )
