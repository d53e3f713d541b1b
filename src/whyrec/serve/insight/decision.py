"""The record of one decision: request, inputs, result, reasons, replay and today's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import select

from whyrec.models.graph.path_decomposition import PathDecomposition
from whyrec.serve.recommend import path_reasons
from whyrec.serve.recommend.answer import Inputs, answer, prepare, reason_context
from whyrec.serve.recommend.reasons import ReasonContext
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.service import Service
from whyrec.serve.store.log import Record
from whyrec.serve.store.store import as_dicts
from whyrec.serve.store.tables import recommendations

__all__ = ["decision", "latest", "moves"]

STEPS = 8  # events that a waterfall shows one by one
FILTERS = {  # the names of the answer, and those of the inputs
    "banned_items": "blocked_items",
    "banned_tags": "blocked_tags",
    "exclude": "excluded",
    "any_tags": "any_tags",
    "no_tags": "no_tags",
    "only_items": "only_items",
}


def latest(service: Service, limit: int) -> list[dict[str, Any]]:
    """The latest answers: id, time, model and variant, but no person."""
    c = recommendations.c
    statement = select(c.id, c.time, c.model, c.variant).order_by(c.time.desc(), c.id).limit(limit)
    with service.store.read() as connection:
        return [
            {"recommendation_id": row.pop("id"), **row}
            for row in as_dicts(connection.execute(statement))
        ]


def decision(service: Service, record: Record) -> dict[str, Any]:
    """Everything about an answer.

    `replay`: whether recomputing gives the same to the last bit; `today`: what the serving model
    would answer now to the same history; `waterfalls`: the parts of each score.
    """
    live = service.registry.other(record.model, record.catalogue)
    inputs = Inputs.of(record.inputs)
    now = service.registry.current(service.store.counters())
    fresh = answer(now, replace(inputs, explore=0.0))
    body = dict(record.response)
    return {
        "recommendation_id": record.id,
        "time": record.time,
        "user": record.user,
        "model": record.model,
        "model_name": live.name,
        "variant": record.variant,
        "catalogue": record.catalogue,
        "request": dict(record.request),
        "source": body["source"],
        "fallback": body["fallback"],
        "personalised": body["personalised"],
        "history": [
            {
                "item": step[0],
                "title": live.title_of(step[0]),
                "value": step[1],
                "event_id": step[3],
            }
            | {"time": live.data.moment(step[2])}
            for step in inputs.history
        ],
        "session": [{"item": label, "title": live.title_of(label)} for label in inputs.session],
        "filters": {
            name: list(value)
            for name, field in FILTERS.items()
            if (value := getattr(inputs, field))
        }
        | (
            {"policy": [f"{row['rule']} ({row['items']})" for row in body["policy"]]}
            if body.get("policy")
            else {}
        ),
        "items": body["items"],
        "waterfalls": waterfalls(live, inputs, [row["item"] for row in body["items"]]),
        "replay": service.replay(record),
        "today": {"model": now.version, "moves": moves(body["items"], fresh["items"])},
    }


def waterfalls(
    live: ServingSnapshot, inputs: Inputs, labels: Sequence[str]
) -> list[dict[str, Any]]:
    """For each item: base, the events or paths with the largest effects, the others, rest.

    With the terms of the forces they add up to the score.
    """
    ready = prepare(live, inputs)
    items = np.array([live.numbers[label] for label in labels], np.int32)
    seen = reason_context(live, inputs, ready, items)
    kinds = {force.name: force.kind for force in inputs.forces}
    if isinstance(seen.decomposition, PathDecomposition):
        steps = _by_path
    else:
        steps = _by_event
    return [
        {
            "item": label,
            "title": live.titles[items[at]],
            "score": float(ready.scores[items[at]]),
            "base": float(seen.parts.base[at]),
            **steps(seen, at),
            "terms": [
                {"name": name, "kind": kinds[name], "weight": float(weights[items[at]])}
                for name, weights in ready.listing.terms.items()
            ],
            "additive": seen.parts.additive,
        }
        for at, label in enumerate(labels)
    ]


def _by_event(seen: ReasonContext, at: int) -> dict[str, Any]:
    weights = seen.parts.weights[:, at]
    order = np.argsort(-np.abs(weights), kind="stable")
    alone = [int(p) for p in order if weights[p] and seen.names(p)][:STEPS]
    steps = [
        {
            "item": seen.labels[seen.query.items[p]],
            "title": seen.titles[seen.query.items[p]],
            "event_id": seen.event_ids[p],
            "weight": float(weights[p]),
        }
        for p in alone
    ]
    return {
        "steps": steps,
        "others": float(weights.sum() - weights[alone].sum()),
        "other_events": int(np.count_nonzero(weights)) - len(alone),
        "rest": float(seen.parts.rest[at]),
    }


def _by_path(seen: ReasonContext, at: int) -> dict[str, Any]:
    """Each path by its phrase, with the first event it starts from; friends are counted."""
    found, total, count = path_reasons.whole(seen, at)
    steps = []
    for path in found[:STEPS]:
        if path["events"]:
            first = path["events"][0]
        else:
            first = {"item": seen.labels[seen.items[at]], "event_id": None}
        steps.append(
            {
                "item": first["item"],
                "title": path["text"],
                "event_id": first["event_id"],
                "weight": path["weight"],
            }
        )
    others = total - sum(step["weight"] for step in steps)
    return {"steps": steps, "others": others, "other_events": count - len(steps), "rest": 0.0}


def moves(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Every item of two lists with its place in each, or None."""
    first, second = ({row["item"]: row for row in rows} for rows in (before, after))
    return [
        {
            "item": label,
            "title": (first.get(label) or second[label])["title"],
            "before": first[label]["rank"] if label in first else None,
            "after": second[label]["rank"] if label in second else None,
        }
        for label in dict.fromkeys([*first, *second])
    ]
