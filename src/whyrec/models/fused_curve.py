"""The curve of a fused model: accuracy against explained share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whyrec.core import Measurement, check_fitted, mask_seen, top_k
from whyrec.core.cases import EvaluationCases, ndcg_of_scores
from whyrec.core.explained import shares_among
from whyrec.models.fused import SHARES, Fused, Side, fused_scores, quality, sides

__all__ = ["DIALS", "Curve", "Point", "curve"]

DIALS = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.0)


@dataclass(frozen=True)
class Point:
    """One point of the curve, measured on the test cases' top k.

    Attributes:
        dial: Smallest explained share that was asked for.
        share: Share of the large model.
        accuracy: NDCG@k.
        explained: Mean explained share of each case's list.
        shares: Explained share of every listed item, (items,).
    """

    dial: float
    share: float
    accuracy: Measurement
    explained: Measurement
    shares: NDArray[np.float64]


class Curve(NamedTuple):
    """The points, and the accuracy of the large model alone on the same cases."""

    points: list[Point]
    large: Measurement


def curve(
    model: Fused,
    valid: EvaluationCases,
    test: EvaluationCases,
    *,
    dials: Sequence[float] = DIALS,
    seed: int = 0,
) -> Curve:
    """Measure accuracy against explained share.

    For each dial, `valid` chooses the share of the rest, and `test` measures both. Further points
    have the dial at 0 and shares up to 1, which ranks like the large model and explains nothing.
    """
    check_fitted(model)
    seen = list(sides(model, valid.sample(model.tune_on, seed)))
    settings = [
        (dial, max(SHARES, key=lambda share: quality(model, seen, share, dial))) for dial in dials
    ]
    settings += [(0.0, share) for share in (0.6, 0.8, 1.0) if (0.0, share) not in settings]
    measured: list[list[tuple[Any, Any]]] = [[] for _ in settings]
    alone = []
    for side in sides(model, test):
        alone.append(ndcg_of_scores(mask_seen(side.large, side.cases.queries), side.cases, model.k))
        for parts, (dial, share) in zip(measured, settings, strict=True):
            parts.append(_measured(model, side, share, dial))
    points = []
    for parts, (dial, share) in zip(measured, settings, strict=True):
        ndcg, explained = (np.concatenate(values) for values in zip(*parts, strict=True))
        listed = np.isfinite(explained)
        means = explained.sum(1, where=listed) / np.maximum(listed.sum(1), 1)
        points.append(
            Point(
                dial,
                share,
                Measurement(f"ndcg@{model.k}", ndcg),
                Measurement("explained share", np.where(listed.any(1), means, np.nan)),
                explained[listed],
            )
        )
    return Curve(points, Measurement(f"ndcg@{model.k}", np.concatenate(alone)))


def _measured(
    model: Fused, side: Side, share: float, dial: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return NDCG of each case, (q,), and explained shares of its top k, (q, k), NaN beyond."""
    scores, explained, rest = fused_scores(model, side, share, dial)
    items, best = top_k(scores, model.k)
    shares = shares_among(explained, rest, side.cases.queries, items)
    shares[~np.isfinite(best)] = np.nan
    return ndcg_of_scores(scores, side.cases, model.k), shares
