"""Answer questions about a list: why not, what if, and similar items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from whyrec.core import Listing, Query, Reason, UnknownNameError, decompose
from whyrec.core.capabilities import Modalities
from whyrec.core.messages import Messages
from whyrec.forces.wishes import refused_by
from whyrec.models.graph.graph import ALLOW
from whyrec.models.graph.path_decomposition import PathDecomposition
from whyrec.models.graph.path_phrases import allows
from whyrec.serve.recommend import path_reasons
from whyrec.serve.recommend.answer import (
    Inputs,
    Prepared,
    answer,
    best,
    explained,
    masked_by,
    prepare,
    reason_context,
    repeats,
)
from whyrec.serve.recommend.policy import blocked_by
from whyrec.serve.recommend.reasons import ReasonContext, evidence
from whyrec.serve.recommend.scoring import rescored
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.recommend.terms import terms_told
from whyrec.serve.service import Service
from whyrec.serve.store.store import loads
from whyrec.serve.store.tables import people

__all__ = ["similar", "what_if", "why_not"]

TEXTS = Messages("service")
CODES = dict.fromkeys(("other-items", "no-tag", "wrong-tag"), "filter")  # else the name itself


def why_not(service: Service, asked: Mapping[str, Any], item: str) -> dict[str, Any]:
    """Every cause that keeps `item` out of the first n, its place, and what its score lacks.

    Raises UnknownNameError for an item that neither the model nor the store knows.
    """
    inputs, live, _ = service.inputs(asked)
    number = live.numbers.get(item)
    if not live.has(item):
        raise UnknownNameError("item", item, live.nearby)
    if number is None:
        return _unscored(live, item, inputs.lang)
    ready = prepare(live, inputs)
    shown = best(ready.masked, inputs.n)
    causes = _causes(live, inputs, item, number, asked.get("exclude") or ())
    rank = ready.listing.place(number)
    score = float(ready.scores[number])
    if len(shown) == inputs.n:
        needed = float(ready.scores[shown[-1]])
    else:
        needed = None
    listed = number in shown
    if not listed and not causes:
        causes = [_cause("outranked", inputs.lang, rank=rank, n=inputs.n)]
    seen = reason_context(live, inputs, ready, np.array([number], np.int32))
    [why] = explained(seen, 10)
    return {
        "item": item,
        "title": live.titles[number],
        "listed": listed,
        "causes": causes,
        "rank": rank,
        "score": score,
        "needed": needed,
        "missing": None if needed is None or listed else max(0.0, needed - score),
        "base": why["base"],
        "terms": terms_told(live, ready.listing, inputs, number),
        "reasons": _parts(seen),
        "paths": _paths(service, asked.get("user"), seen),
        "modalities": _modalities(live, ready, seen),
    }


def _paths(service: Service, user: str | None, seen: ReasonContext) -> list[dict[str, Any]] | None:
    """The strongest paths to the item; None for models without paths.

    A friend is named if they and the person allow it in the store now and allowed it when the model
    was fitted.
    """
    if not isinstance(seen.decomposition, PathDecomposition):
        return None
    model = seen.decomposition.model

    def named(reason: Reason) -> tuple[str, ...]:
        labels = model.names(reason, seen.query, int(seen.items[0])).titles
        with service.store.read() as connection:
            rows = connection.execute(
                select(people.c.user, people.c.fields).where(people.c.user.in_([user, *labels]))
            )
            willing = {row.user for row in rows if allows(loads(row.fields).get(ALLOW, ""))}
        if user in willing:
            return tuple(label for label in labels if label in willing)
        return ()

    return path_reasons.whole(seen, 0, named)[0]


def _modalities(
    live: ServingSnapshot, ready: Prepared, seen: ReasonContext
) -> list[dict[str, Any]] | None:
    """What each modality adds to the item, largest first, and what co-choice adds.

    None if the model reads no modality or the score is not the model's own.
    """
    model = live.model
    if isinstance(model, Modalities):
        names = [row["name"] for row in model.kernels_]
    else:
        names = []
    if not names or ready.source not in ("user", "session"):
        return None
    parts = live.model.part_contributions(ready.query, int(seen.items[0]))
    rows = [
        {
            "name": name,
            "weight": float(parts[name].sum()),
            "like": _most_alike(seen, parts[name]),
        }
        for name in names
    ]
    choices = sum(float(part.sum()) for name, part in parts.items() if name not in names)
    rows.append({"name": "choices", "weight": choices, "like": None})
    return sorted(rows, key=lambda row: -row["weight"])


def _most_alike(seen: ReasonContext, weights: NDArray[Any]) -> dict[str, Any] | None:
    """The choice that adds most, among those that may be named."""
    if weights.sum() <= 0:
        return None
    able = [p for p in range(len(weights)) if seen.names(p)]
    return evidence(seen, (max(able, key=weights.__getitem__),)) if able else None


def _cause(name: str, lang: str, **places: Any) -> dict[str, str]:
    return {"code": CODES.get(name, name), "text": TEXTS.say(f"cause-{name}", lang, **places)}


def _unscored(live: ServingSnapshot, item: str, lang: str) -> dict[str, Any]:
    """The answer for an item that only the store knows."""
    nothing = dict.fromkeys(("rank", "score", "needed", "missing", "base"))
    return {
        "item": item,
        "title": live.title_of(item),
        "listed": False,
        "causes": [_cause("not-in-model", lang)],
        "reasons": [],
        "paths": None,
        "modalities": None,
        "terms": [],
        **nothing,
    }


def _causes(
    live: ServingSnapshot, inputs: Inputs, item: str, number: int, excluded: Sequence[str]
) -> list[dict[str, str]]:
    tags = set(live.tags[number])
    chosen = {step[0] for step in inputs.history} | set(inputs.session) | set(inputs.seen)
    names = ", ".join(rule.name for rule in inputs.rules if blocked_by(live, rule)[number])
    rules = {
        "hidden": number in live.hidden,
        "policy": bool(names),
        "blocked-item": item in inputs.blocked_items,
        "blocked-tag": bool(tags & set(inputs.blocked_tags)),
        "seen": item in chosen and not repeats(live, inputs),
        "refused": item in inputs.avoided,
        "wished": any(refused_by(wish, live.facts)[number] for wish in inputs.wishes),
        "excluded": item in excluded,
        "taken-back": item in inputs.excluded and item not in excluded,
        "other-items": inputs.only_items is not None and item not in inputs.only_items,
        "no-tag": bool(inputs.any_tags) and not tags & set(inputs.any_tags),
        "wrong-tag": bool(tags & set(inputs.no_tags)),
    }
    return [_cause(name, inputs.lang, rules=names) for name, holds in rules.items() if holds]


def _parts(seen: ReasonContext) -> list[dict[str, Any]]:
    """What each event adds to the item, the largest absolute value first."""
    weights = seen.parts.weights[:, 0]
    shown = np.array([seen.names(p) for p in range(len(weights))], bool)
    order = np.argsort(np.where(shown, -np.abs(weights), 0.0), kind="stable")[:10]
    return [
        {
            "item": seen.labels[seen.query.items[p]],
            "title": seen.titles[seen.query.items[p]],
            "event_id": seen.event_ids[p],
            "contribution": float(weights[p]),
        }
        for p in order.tolist()
        if weights[p] and shown[p]
    ]


def what_if(service: Service, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The list as it is and as it would be; removed items are not offered in their own place."""
    inputs, live, _ = service.inputs(asked)
    gone_events = set(asked["remove_events"])
    gone_items = set(asked["remove_items"])
    more = len(asked["add"])
    history = [
        (*step[:4], step[4] + more)
        for step in inputs.history
        if step[3] not in gone_events and step[0] not in gone_items
    ]
    removed = [step[0] for step in inputs.history if step[3] in gone_events]
    added = [
        (one["item"], one["value"], inputs.now, None, more - 1 - at)
        for at, one in enumerate(asked["add"])
    ]
    changed = replace(
        inputs,
        history=[*history, *added],
        for_user=inputs.for_user or bool(added),
        session=[label for label in inputs.session if label not in gone_items],
        excluded=[*inputs.excluded, *removed, *sorted(gone_items)],
    )
    first = prepare(live, inputs)
    other, changed = _cut(live, changed, first.query, asked.get("cut_paths") or ())
    second = prepare(other, changed)
    if not added and other is live and changed.social_user == inputs.social_user:
        second = _as_removed(first, second, gone_events, gone_items)
    before = answer(live, inputs, ready=first)
    after = answer(other, changed, ready=second)
    # If items may repeat, an item whose own uses are removed still has a place, although it is
    # not offered.
    if repeats(live, inputs):
        gone = {*removed, *gone_items}
    else:
        gone = set()
    return {
        "before": before,
        "after": after,
        "moves": _moves(live, first, second, before, after, gone),
    }


def _as_removed(first: Prepared, second: Prepared, events: set[str], items: set[str]) -> Prepared:
    """The changed history as a removal from the first, if some of it is left.

    So the numbers equal those of the reasons of the first list, to the last bit.
    """
    gone = [p for p, step in enumerate(first.steps) if step[3] in events or step[0] in items]
    if (
        first.source != second.source
        or not 0 < len(gone) < len(first.query)
        or len(first.steps) != len(first.query)
    ):
        return second
    scores = first.decomposition.without([gone])[0]
    listing = Listing(
        rescored(second.decomposition, scores),
        second.allowed,
        second.listing.listed,
        first.listing.terms,
    )
    return second._replace(listing=listing)


def _cut(
    live: ServingSnapshot, inputs: Inputs, query: Query, asked: Sequence[Mapping[str, Any]]
) -> tuple[ServingSnapshot, Inputs]:
    """The model without these paths; the friends path is cut by asking without a person."""
    for label, path in dict.fromkeys((one["item"], one["path"]) for one in asked):
        if label not in live.numbers:
            raise UnknownNameError("item", label, live.nearby)
        if path == path_reasons.FRIENDS:
            inputs = replace(inputs, social_user=None)
        live = path_reasons.cut(live, query, live.numbers[label], path)
    return live, inputs


def _moves(
    live: ServingSnapshot,
    first: Prepared,
    second: Prepared,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    gone: set[str],
) -> list[dict[str, Any]]:
    """Every item of either list with its place and score in both.

    Items in `gone` are included although they are not offered.
    """
    ranks = [{row["item"]: row["rank"] for row in body["items"]} for body in (before, after)]
    rows = []
    for label in dict.fromkeys([*ranks[0], *ranks[1]]):
        number = live.numbers[label]
        places = [
            ready.listing.place(number) if ready.allowed[number] or label in gone else None
            for ready in (first, second)
        ]
        rows.append(
            {
                "item": label,
                "title": live.titles[number],
                "rank_before": places[0],
                "rank_after": places[1],
                "score_before": float(first.scores[number]),
                "score_after": float(second.scores[number]),
            }
        )
    return rows


def similar(service: Service, item: str, n: int, threshold: float | None) -> dict[str, Any]:
    """What choosing `item` adds to the scores of others, largest first.

    If it adds nothing or the model does not know it: the rarity of shared tags. Raises
    UnknownNameError.
    """
    live = service.registry.current(service.store.counters())
    number = live.numbers.get(item)
    if not live.has(item):
        raise UnknownNameError("item", item, live.nearby)
    allowed = live.available.copy()
    for rule in service.rules(None):  # no person asks, so the age is unknown
        allowed &= ~blocked_by(live, rule)
    source = "content"
    effect = live.by_tag.shared(live.tags_of(item))
    if number is not None:
        allowed[number] = False
        added = (
            decompose(live.model, Query([number])).scores - decompose(live.model, Query([])).scores
        )
        if (added[allowed] > 0).any():
            source = "model"
            effect = added
    allowed &= effect > np.float64(
        threshold or 0.0
    )  # a Python number would become float32, and may be too large for it
    rows = [
        {"item": live.labels[at], "title": live.titles[at], "score": float(effect[at])}
        for at in best(masked_by(effect, allowed), n).tolist()
    ]
    return {"item": item, "source": source if rows else "none", "items": rows}
