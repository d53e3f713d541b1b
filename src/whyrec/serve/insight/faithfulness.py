"""Measure whether the reasons that are served matter, by removal and comparison with others.

For each of up to 200 people the item in first place is explained as it is served. Then the
strongest 1 to 5 reasons are removed together, and as many random events and latest events for
comparison. A second part measures the time of a request.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from whyrec import api
from whyrec.core import Additive, ArgumentError, Queries, Query, mask_seen, top_k
from whyrec.core.ranking import batches
from whyrec.evaluate.deletion_test import completeness, deletion_test
from whyrec.serve.insight.measurements import Progress
from whyrec.serve.insight.quality import FEWEST, interval_of, quartiles
from whyrec.serve.recommend.answer import answer, prepare
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.service import Service
from whyrec.serve.store.tables import people

__all__ = ["drawn_names", "faithfulness", "histories", "speed"]

PEOPLE = 200
DEEPEST = 5
DRAWS = 5
LONGEST = 50
TIMED = 60
Drops = NDArray[np.float64]


def drawn_names(service: Service) -> list[str]:
    """All people of the store, in a random order with a fixed seed."""
    with service.store.read() as connection:
        names = list(connection.execute(select(people.c.user).order_by(people.c.user)).scalars())
    return [names[at] for at in np.random.default_rng(0).permutation(len(names)).tolist()]


def histories(service: Service, live: ServingSnapshot, most: int, *, least: int = 2) -> list[Query]:
    """Histories of up to `most` people, drawn with a fixed seed.

    They are as requests see them, without withdrawn choices.
    """
    found: list[Query] = []
    for name in drawn_names(service):
        if len(found) == most:
            break
        query = prepare(live, service.inputs({"user": name})[0]).query
        if len(query) >= least:
            found.append(query.only(range(max(0, len(query) - LONGEST), len(query))))
    return found


def faithfulness(service: Service, version: str, told: Progress) -> dict[str, Any]:
    """Measure the effect of removing reasons, as described in the module.

    Raises ArgumentError for fewer than 20 people with 6 choices that the model knows.
    """
    live = service.registry.other(version)
    drawn = histories(service, live, PEOPLE, least=DEEPEST + 1)
    if len(drawn) < FEWEST:
        raise ArgumentError(
            f"{FEWEST} people must have {DEEPEST + 1} choices or more that the model knows",
            given=f"{len(drawn)} people",
        )
    queries = Queries.of(drawn)
    told(0.2)

    def explain(model: Any, query: Query, item: int, **more: Any) -> Any:
        return api.explain(model, query, item, "events", **more)

    curves = _curves(live, queries, explain, told)
    told(0.7)
    test = deletion_test(live.model, queries, explain)
    additive = isinstance(live.model, Additive)
    if additive:
        sums = completeness(live.model, queries[: min(50, len(queries))], explain)
    else:
        sums = None
    return {
        "people": len(queries),
        "longest": LONGEST,
        "additive": additive,
        "curves": curves,
        "one_event": {
            name: {
                "drop": interval_of(test.drop[name].values),
                "first_lost": interval_of(test.first_lost[name].values),
            }
            for name in test.drop
        },
        "sum_error": None if sums is None else float(sums.values.max()),
        "sums": 0 if sums is None else len(sums.values),
        "removal_error": test.removal_error if additive else None,
        "methods": _methods(live),
    }


def _methods(live: ServingSnapshot) -> list[dict[str, Any]]:
    """The explainers that this model supports, the one in use, and failed sanity checks.

    The checks are of models of the same kind; None if that kind was not checked.
    """
    checks = api.checked().get(live.name, {})
    serves = api.choose(live.model)[0]
    return [
        {"method": name, "serves": name == serves, "failed": checks.get(name)}
        for name in api.methods_for(live.model)
    ]


def _curves(
    live: ServingSnapshot, queries: Queries, explain: Any, told: Progress
) -> list[dict[str, Any]]:
    """Fall of the item and share of kept first places, by order and number of removed events.

    The fall is in standard deviations of the person's scores.
    """
    rng = np.random.default_rng(0)
    rows: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for at, query in enumerate(queries):
        own = mask_seen(live.model.score([query]), Queries.of(query))
        item = int(top_k(own, 1)[0][0, 0])
        reasons = [r for r in explain(live.model, query, item).reasons if r.kind == "event"]
        strongest = [r.refs[0] for r in sorted(reasons, key=lambda r: -r.weight)]
        for name, k, fall, kept in _one(live, query, own[0], item, strongest, rng):
            rows.setdefault((name, k), []).append((fall, kept))
        if at % 10 == 0:
            told(0.2 + 0.5 * at / len(queries))
    return [
        {
            "by": name,
            "left_out": k,
            "drop": interval_of(np.array(found)[:, 0]),
            "still_first": interval_of(np.array(found)[:, 1]),
        }
        for (name, k), found in rows.items()
    ]


def _one(
    live: ServingSnapshot,
    query: Query,
    own: Drops,
    item: int,
    strongest: list[int],
    rng: np.random.Generator,
) -> list[tuple[str, int, float, float]]:
    m = len(query)
    asked = []
    for k in range(1, DEEPEST + 1):
        asked += [("reasons", k, strongest[:k]), ("latest", k, list(range(m - k, m)))]
        asked += [("random", k, rng.choice(m, k, replace=False).tolist()) for _ in range(DRAWS)]
    reduced = Queries.of([query.without(gone) for _, _, gone in asked])
    scores = np.concatenate([live.model.score(part) for _, part in batches(reduced)])
    scores = mask_seen(scores, Queries.of([query] * len(asked)))  # removed items are not candidates
    spread = float(own[np.isfinite(own)].std()) or 1.0
    falls = (own[item] - scores[:, item]) / spread
    kept = scores.argmax(1) == item
    return [
        (name, k, float(np.mean(falls[mine])), float(np.mean(kept[mine])))
        for name in ("reasons", "random", "latest")
        for k in range(1, DEEPEST + 1)
        for mine in [[at for at, (n, size, _) in enumerate(asked) if (n, size) == (name, k)]]
    ]


def speed(service: Service, version: str, told: Progress) -> dict[str, Any]:
    """Measure the milliseconds to answer up to 60 people, ten items with reasons.

    One request warms up first; network and store are not included.
    """
    live = service.registry.other(version)
    names = drawn_names(service)[: TIMED + 1]
    if not names:
        raise ArgumentError("times are measured on people of the store", given="an empty store")
    times: list[float] = []
    for number, name in enumerate([names[0], *names]):
        inputs = service.inputs({"user": name})[0]
        start = time.perf_counter()
        answer(live, inputs)
        if number:
            times.append(1000 * (time.perf_counter() - start))
        told(number / (len(names) + 1))
    return {"people": len(times), "ms": quartiles(times), "items": live.n_items}
