"""Inspect one person's list: the contribution of each event to each item, in several versions.

If a model cannot show something, the answer says how to get it. Attention tells where the model
looked, not what caused the score.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from whyrec.core import Attentive, Differentiable, Query, Readable
from whyrec.models.graph.path_phrases import Names, said as in_words
from whyrec.serve.recommend.answer import Inputs, Prepared, answer, prepare, reason_context
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.service import Service
from whyrec.serve.store.people import person_of

__all__ = ["inside_of", "inspect"]

ROWS = 24  # events of a heatmap
LOOKED = 24  # events of an attention map
PATHS = 5  # items whose rules are shown


def inspect(
    service: Service, user: str, versions: Sequence[str], n: int, lang: str
) -> dict[str, Any]:
    """The person's history, and for each version the list with all its parts.

    Raises UnknownNameError for a version.
    """
    inputs, live, _ = service.inputs({"user": user, "n": n, "lang": lang, "reasons": 10})
    lives = [service.registry.other(version) for version in versions] or [live]
    with service.store.read() as connection:
        known = person_of(connection, user) is not None
    return {
        "user": user,
        "known": known,
        "personalised": inputs.personalised,
        "time": inputs.now,
        "history": [_event(lives[0], step) for step in inputs.history],
        "models": [_seen(one, inputs) for one in lives],
    }


def _event(live: ServingSnapshot, step: Sequence[Any]) -> dict[str, Any]:
    label, value, time, event_id, _ = step
    return {
        "item": label,
        "title": live.title_of(label),
        "tags": list(live.tags_of(label)),
        "value": value,
        "time": live.data.moment(time),
        "event_id": event_id,
        "known": label in live.numbers,
    }


def _seen(live: ServingSnapshot, inputs: Inputs) -> dict[str, Any]:
    ready = prepare(live, inputs)
    body = answer(live, inputs, ready=ready)
    items = np.array([live.numbers[row["item"]] for row in body["items"]], np.int32)
    return {
        "model": live.version,
        "model_name": live.name,
        "source": body["source"],
        "fallback": body["fallback"],
        "items": body["items"],
        "contributions": _matrix(live, inputs, ready, items),
        "inside": inside_of(live, ready.query, items)
        if body["source"] == "user"
        else _nothing(body["source"]),
    }


def _matrix(live: ServingSnapshot, inputs: Inputs, ready: Prepared, items: Any) -> dict[str, Any]:
    """What each event adds to each item.

    The events with the largest effect come oldest first, the others as one row.
    """
    seen = reason_context(live, inputs, ready, items)
    weights = seen.parts.weights
    if weights.size:
        size = np.abs(weights).max(1)
    else:
        size = np.zeros(len(weights))
    largest = [p for p in np.argsort(-size, kind="stable").tolist() if seen.names(p)]
    kept = np.array(sorted(largest[:ROWS]), int)
    if len(weights) > len(kept):
        others = np.delete(weights, kept, axis=0).sum(0)
    else:
        others = np.zeros(len(items))
    numbers = seen.query.items
    return {
        "additive": seen.parts.additive,
        "base": seen.parts.base.tolist(),  # a view of a larger table, which JSON would refuse
        "rest": seen.parts.rest.tolist(),
        "events": [
            {
                "item": seen.labels[numbers[p]],
                "title": seen.titles[numbers[p]],
                "event_id": seen.event_ids[p],
                "place": int(p),
            }
            for p in kept.tolist()
        ],
        "weights": weights[kept].tolist(),
        "others": others.tolist(),
        "other_events": len(weights) - len(kept),
    }


SHOWN: dict[str, Any] = {"shown": True, "why": None, "fix": None}
EMPTY: dict[str, dict[str, Any]] = {
    "attention": {"events": [], "maps": [], "last": []},
    "activations": {"events": [], "values": []},
    "rules": {"paths": []},
}


def _nothing(source: str) -> dict[str, Any]:
    return {
        name: _lacks(name, f"the list came from {source}, not from the model", None)
        for name in EMPTY
    }


def _lacks(what: str, why: str, fix: str | None) -> dict[str, Any]:
    return {"shown": False, "why": why, "fix": fix} | EMPTY[what]


def inside_of(live: ServingSnapshot, query: Query, items: Any) -> dict[str, Any]:
    """attention, activations and rules, each {shown, why, fix} with its data if it can be shown."""
    return {
        "attention": _attention(live, query),
        "activations": _activations(live, query),
        "rules": _rules(live, query, items),
    }


def _titles(live: ServingSnapshot, query: Query) -> list[str]:
    return [live.titles[item] for item in query.items.tolist()]


def _attention(live: ServingSnapshot, query: Query) -> dict[str, Any]:
    if not isinstance(live.model, Attentive):
        return _lacks(
            "attention",
            f"{live.name} has no attention maps",
            "whyrec fit --model sequence fits a transformer; a model shows its maps by a "
            "method attention(query)",
        )
    last = query.only(range(max(0, len(query) - LOOKED), len(query)))
    maps = np.asarray(live.model.attention(last), np.float64)
    return SHOWN | {
        "events": _titles(live, last),
        "maps": np.round(maps.mean(1), 4),  # mean over heads: (layers, m, m)
        "last": np.round(maps[:, :, -1], 4),  # attention of the latest event, by layer and head
    }


def _activations(live: ServingSnapshot, query: Query) -> dict[str, Any]:
    if not isinstance(live.model, Differentiable):
        return _lacks(
            "activations",
            f"{live.name} does not show the vectors it reads events as",
            "a model shows them by the methods embed(query) and score_embedded(embedded, "
            "query), as sequence models can",
        )
    last = query.only(range(max(0, len(query) - LOOKED), len(query)))
    made = live.model.embed(last)
    if isinstance(made, np.ndarray):
        values = made
    else:
        values = made.detach().cpu().numpy()
    return SHOWN | {"events": _titles(live, last), "values": np.round(values, 4)}


def _rules(live: ServingSnapshot, query: Query, items: Any) -> dict[str, Any]:
    model: Any = live.model
    if not isinstance(model, Readable):
        return _lacks(
            "rules",
            f"{live.name} decides by events, not by rules in words",
            "whyrec fit --model tree, rules or ebm; or whyrec fuse, which puts one beside a "
            "large model",
        )
    paths = []
    for item in items[:PATHS].tolist():
        base, reasons = model.reasons(query, int(item))
        said = [
            in_words(
                Names("friend", count=len(reason.refs))
            )  # only the person may see the names of friends
            if reason.kind == "friend"
            else model.phrase(reason, query, int(item))
            for reason in reasons
        ]
        steps: list[dict[str, Any]] = [
            {"en": en, "zh": zh, "weight": reason.weight, "kind": reason.kind}
            for reason, (en, zh) in zip(reasons, said, strict=True)
        ]
        if not any(reason.kind == "path" for reason in reasons):  # a path keeps its order
            steps.sort(key=lambda step: -abs(step["weight"]))
        paths.append(
            {
                "item": live.labels[item],
                "title": live.titles[item],
                "base": base,
                "steps": steps[:20],
            }
        )
    return SHOWN | {"paths": paths}
