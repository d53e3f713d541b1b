"""Off-policy evaluation: estimate from the exploration log what another model would have earned."""

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

__all__ = ["estimate_policy"]

PRIOR = 10.0  # pseudo-shows of the mean rate in each item's own rate
DAY = 86_400  # seconds


def estimate_policy(
    store: Store,
    new: ServingSnapshot,
    *,
    reward: str | None = None,
    days: float = 1.0,
    clip: float | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """Estimate the reward of the model `new` at the exploring place by IPS, SNIPS and DR.

    The reward is the share of answers after which the item at the exploring place is chosen, if
    `new` had filled this place with its best candidate and the places above had stayed. It must be
    chosen by the same person within `days` and, if the event names an answer (recommendation_id),
    from that answer; `reward` is the kind of event that counts (None: any choice). The direct model
    of DR is each item's smoothed rate on the other half of the rows. Sources: [horvitz1952]
    [swaminathan2015] [dudik2011].

    Raises ArgumentError if the log holds no exploration. Limitations: it does not estimate the
    value of whole lists or of items outside the candidates. Rows are resampled, not people, so
    intervals are too narrow if few people have many answers.
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
    """(shown, what `new` would show, probability, rewarded, drawn) of each exploring answer."""
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
    """The candidate that `new` scores highest, or the serving model's choice if it knows none."""
    masked = prepare(new, inputs).masked
    scores = [
        masked[new.numbers[label]] if label in new.numbers else -np.inf for label in candidates
    ]
    return candidates[int(np.argmax(scores))]


def _rates(shown: list[str], wanted: list[str], got: Any, seed: int) -> tuple[Any, Any]:
    """(predictions for the shown item, for the choice of `new`), by the other half's rates."""
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
