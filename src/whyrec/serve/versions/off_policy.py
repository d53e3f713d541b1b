"""What another model would have earned at the place that explores, from the service's own log."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from sqlalchemy import select

from whyrec.core import ArgumentError
from whyrec.core.kinds import canonical
from whyrec.evaluate.offpolicy import estimate
from whyrec.serve.recommend.answer import Inputs, prepare
from whyrec.serve.recommend.snapshot import ServingSnapshot
from whyrec.serve.store.choices import chosen as is_choice, least_of, switched_off
from whyrec.serve.store.log import record_of
from whyrec.serve.store.store import Store
from whyrec.serve.store.tables import events, recommendations

__all__ = ["judge"]

PRIOR = 10.0  # shows of the mean rate that each item's own rate begins with
DAY = 86_400  # seconds


def judge(
    store: Store,
    new: ServingSnapshot,
    *,
    reward: str | None = None,
    days: float = 1.0,
    clip: float | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """IPS, SNIPS and DR of the model `new`: the share of answers whose exploring place is followed
    by a choice of the item there, had `new` filled that place from the same candidates (its best of
    them; places above stay as they were).

    reward: the kind of event that counts (None: any choice); by the same person, of that item,
    within `days` after; one that names its answer (recommendation_id) counts for that answer alone.
    DR's
    direct model: each item's smoothed rate, counted on the other half of the rows. Raises
    ArgumentError where the log holds no exploration. Not good for: the value of whole lists, items
    outside the candidates, or few people with many answers each (rows are resampled, not people:
    the intervals are then too narrow).
    """
    rows = _rows(store, new, reward, days)
    if not rows:
        raise ArgumentError(
            "the log must hold answers whose last place was drawn with a known chance",
            given="none",
            fix="set explore = 0.05 in the service's settings (WHYREC_EXPLORE) and let it serve "
            "for some time",
        )
    shown, wanted = ([str(row[at]) for row in rows] for at in (0, 1))
    logged, got = (np.array([row[at] for row in rows], float) for at in (2, 3))
    same = np.array([a == b for a, b in zip(shown, wanted, strict=True)], float)
    predicted, expected = _rates(shown, wanted, got, seed)
    found = estimate(
        got, logged, same, predicted=predicted, expected=expected, clip=clip, seed=seed
    )
    assert found.dr is not None
    return {
        "answers": len(rows),
        "drawn": int(sum(row[4] for row in rows)),
        "same": int(same.sum()),
        "rewards": int(got.sum()),
        "naive": float(got[same > 0].mean()),
        "serving": float(got.mean()),
        "ips": found.ips._asdict(),
        "snips": found.snips._asdict(),
        "dr": found.dr._asdict(),
        "effective": found.effective,
        "clipped": found.clipped,
        "reward": reward or "any choice",
        "days": days,
    }


def _rows(
    store: Store, new: ServingSnapshot, reward: str | None, days: float
) -> list[tuple[str, str, float, bool, bool]]:
    """(shown, what `new` would show, chance, whether rewarded, whether drawn) of each answer
    that explores.
    """
    c = events.c
    rows = []
    with store.read() as connection:
        least = least_of(new.data.min_rating)
        kind = (
            c.kind == (canonical(reward) or reward) if reward else is_choice(least)
        ) & c.user.not_in(switched_off())
        chosen = defaultdict(list)  # an event that names its answer counts for that one alone
        for user, item, time, id in connection.execute(
            select(c.user, c.item, c.time, c.recommendation_id).where(kind)
        ):
            chosen[user, item].append((time, id))
        of = recommendations.c
        for id in (
            connection.execute(select(of.id).where(of.user.is_not(None)).order_by(of.time, of.id))
            .scalars()
            .all()
        ):
            record = record_of(connection, id)
            if record:
                told = record.response.get("exploration")
            else:
                told = None
            if record is None or told is None:
                continue
            shown = record.response["items"][told["place"] - 1]["item"]
            end = record.time + days * DAY
            hit = any(
                record.time <= t <= end and of_ in (None, id)
                for t, of_ in chosen.get((record.user, shown), ())
            )
            best = _choice(new, Inputs.of(record.inputs), told["candidates"])
            rows.append((shown, best, float(told["chance"]), hit, bool(told["drawn"])))
    return rows


def _choice(new: ServingSnapshot, inputs: Inputs, candidates: list[str]) -> str:
    """The candidate that `new` scores highest; the serving model's own where it knows none of
    them.
    """
    masked = prepare(new, inputs).masked
    scores = [
        masked[new.numbers[label]] if label in new.numbers else -np.inf for label in candidates
    ]
    return candidates[int(np.argmax(scores))]


def _rates(shown: list[str], wanted: list[str], got: Any, seed: int) -> tuple[Any, Any]:
    """(predicted of what was shown, of what `new` wants): each half of the rows by the rates of
    the other.
    """
    half = np.random.default_rng(seed).random(len(got)) < 0.5
    predicted = np.zeros(len(got))
    expected = np.zeros(len(got))
    for mine in (half, ~half):
        counts: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for at in np.flatnonzero(~mine):
            counts[shown[at]][0] += got[at]
            counts[shown[at]][1] += 1
        if (~mine).any():
            mean = float(got[~mine].mean())
        else:
            mean = 0.0
        rate = {label: (a + PRIOR * mean) / (b + PRIOR) for label, (a, b) in counts.items()}
        for at in np.flatnonzero(mine):
            predicted[at], expected[at] = rate.get(shown[at], mean), rate.get(wanted[at], mean)
    return predicted, expected
