"""The fused model: an additive model plus, within a bound, what a large model adds to it.

    score(i) = base(i) + sum of exact reasons + weight * readable(i) + rest(i)

Base and reasons come from the additive model (the glass box). `readable` is an optional
interpretable model over features, whose score is a sum of reasons too. The rest is bounded:

    rest(i) = clip(share / slope * (large(i) - slope * glass(i) - level),
                   so that the explained share is at least the dial)

large(i) is the large model's score in standard deviations over the items. With share 0 the model is
the glass box alone; with share 1 it ranks like the large model. Slope and level come from a
regression of the large model on the glass box among the items that either ranks high, so the
reasons explain as much as they can and the rest is as small as possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.core import (
    ArgumentError,
    Contributions,
    Dataset,
    Measurement,
    Queries,
    Query,
    Reason,
    Supported,
    batches,
    check_fitted,
    mask_seen,
    top_k,
)
from whyrec.core.capabilities import Magnitudes
from whyrec.core.cases import EvaluationCases, hold_out_last, ndcg_of_scores
from whyrec.core.composite import build_component, fit_arguments
from whyrec.core.describe import model_repr
from whyrec.core.settings import check_model_settings
from whyrec.models.fused_decomposition import FusedDecomposition
from whyrec.models.setting_types import Count, Share

__all__ = ["DIALS", "Curve", "Fused", "Point", "curve", "standard"]

WEIGHTS = (0.0, 0.2, 0.4, 0.8, 1.6, 3.2)  # tried for the readable model's log odds
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
DIALS = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.0)
TOP = 100  # the two models are compared among this many top items of each
Floats = NDArray[np.float32]


class Fused:
    """An additive model, optional readable features, and a bounded rest from a large model.

    See the module for the equation. Source: [nori2019], for a readable model completed by another
    one.

    Contributions are exact for the base and the reasons of the additive model; features and the
    rest change with the whole history. Not good for: catalogues for which serving two models is too
    expensive.

    Args:
        glass: Additive model: a name of the catalogue, {"model": name, setting: value, ...} or a
            model.
        large: Any other model, given in the same way.
        readable: `tree`, `rules` or `ebm`, given in the same way, or None.
        explained_share_min: The dial, 0 to 1: smallest share of every score that must come from the
            base and exact reasons. Larger values bound the rest more tightly.
        teach: Whether the large model also teaches the additive one, if that can learn from it.
        tune_on: Largest number of validation people who choose share and weight.
        k: Length of the list whose NDCG@k they maximise.

    Attributes:
        glass_: The fitted additive model.
        large_: The fitted large model.
        readable_: The fitted readable model, or None.
        share_: Chosen share of the rest, 0 to 1.
        weight_: Chosen weight of the readable model.
        slope_: Slope of the large model's scores on the glass box's.
        level_: Intercept of the same regression.
    """

    rest_moves = True
    not_tuned = "chooses its share and weight itself, on validation people; tune the models within"
    weight_ = 0.0
    _last: Any = None  # cache of :meth:`_both`

    __repr__ = model_repr

    def __init__(
        self,
        glass: Any = "additive",
        large: Any = "sequence",
        readable: Any = None,
        explained_share_min: Share = 0.0,
        teach: bool = False,
        tune_on: Count = 2000,
        k: Count = 10,
    ) -> None:
        self.glass = glass
        self.large = large
        self.readable = readable
        self.explained_share_min = explained_share_min
        self.teach = teach
        self.tune_on = tune_on
        self.k = k
        check_model_settings(self)

    # --- fit --------------------------------------------------------------------------------------

    def fit(
        self,
        data: Dataset,
        *,
        seed: int = 0,
        valid: EvaluationCases | None = None,
        run: Any = None,
        fitted: Mapping[str, Any] | None = None,
    ) -> Self:
        """Fit the models, then choose the share of the rest on validation people.

        Args:
            data: Training data.
            seed: Seed of all models and samples.
            valid: Validation people. Default: some people's last events, held out of the fit.
            run: Progress, logs and checkpoints of the models that take them.
            fitted: Models of :meth:`components` that are fitted on `data` with `seed` and `valid`
                already, by name; they are not fitted again.

        Returns:
            The fitted model itself.

        Raises:
            ArgumentError: If `glass` is not an additive model.
        """
        if valid is None:
            data, valid = hold_out_last(data, min(self.tune_on, max(1, data.n_users // 10)), seed)
        given = dict(fitted or {})
        large = given.get("large") or self.part("large_")
        glass = given.get("glass") or self.part("glass_")
        if not isinstance(glass, Magnitudes):
            raise ArgumentError(
                "glass must be an additive model that tells the size of its parts",
                given=type(glass).__name__,
            )
        if "large" not in given:
            large.fit(data, **fit_arguments(large, seed=seed, valid=valid, run=run))
        if "glass" not in given:
            teacher = large if self.teach else None
            more = fit_arguments(glass, seed=seed, valid=valid, run=run, teacher=teacher)
            glass.fit(data, **more)
        readable = given.get("readable")
        if readable is None and self.readable is not None:
            readable = self.part("readable_")
            readable.fit(data, **fit_arguments(readable, seed=seed))
        return self.of(glass, large, valid, readable=readable, seed=seed)

    def of(
        self,
        glass: Any,
        large: Any,
        valid: EvaluationCases | None,
        *,
        readable: Any = None,
        seed: int = 0,
    ) -> Self:
        """Fuse models that are already fitted.

        Args:
            glass: Fitted additive model.
            large: Fitted large model.
            valid: Validation people who choose share and weight; None: both are 0.
            readable: Fitted readable model, or None.
            seed: Seed of the sample of validation people.

        Returns:
            The fused model itself.
        """
        self.glass_ = glass
        self.large_ = large
        self.readable_ = readable
        self._last = None
        self.share_ = 0.0
        self.weight_ = 0.0
        self.slope_ = 1.0
        self.level_ = 0.0
        if valid is not None and len(valid):
            dial = self.explained_share_min
            seen = list(_sides(self, valid.sample(self.tune_on, seed), dial))
            self.slope_, self.level_ = _line(seen)
            self.share_ = max(SHARES, key=lambda share: _quality(self, seen, share, dial))
            if readable is not None:
                self.weight_ = max(
                    WEIGHTS, key=lambda weight: _quality(self, seen, self.share_, dial, weight)
                )
                self.share_ = max(SHARES, key=lambda share: _quality(self, seen, share, dial))
        return self

    def components(self) -> dict[str, Any]:
        """Return the unfitted models that `fit` fits as they would be fitted alone, by name."""
        names = ["large"] if self.teach else ["large", "glass"]
        if self.readable is not None:
            names.append("readable")
        return {name: self.part(f"{name}_") for name in names}

    def part(self, name: str, config: Mapping[str, Any] | None = None) -> Any:
        """Create the unfitted model of a learned attribute; `config`: its settings, if known."""
        return build_component(getattr(self, name.rstrip("_")), "fused", config)

    # --- score ------------------------------------------------------------------------------------

    def score(self, queries: Any) -> Floats:
        """Score all items.

        Args:
            queries: q histories.

        Returns:
            (q, n_items) float32.
        """
        self._fitted()
        batch = Queries.of(queries)
        glass = self.glass_.score(batch)
        if 0 < self.explained_share_min < 1:
            named = self.glass_.magnitudes(batch)
        else:
            named = None
        out = glass + self.rest(glass, standard(self.large_.score(batch)), named)
        if self.weight_:
            out = out + np.float32(self.weight_) * self.readable_.score(batch)
        return np.asarray(out)

    def rest(
        self,
        glass: Floats,
        large: Floats,
        named: Floats | None,
        *,
        share: float | None = None,
        dial: float | None = None,
    ) -> Floats:
        """Return what is added to the scores of the glass box.

        Args:
            glass: Scores of the glass box, (q, n).
            large: Standardised scores of the large model, (q, n).
            named: Absolute size of what the reasons explain, (q, n); None if the dial is 0 or 1.
            share: Share of the rest; default: the chosen one.
            dial: Smallest explained share; default: the setting.

        Returns:
            The rest, (q, n) float32.
        """
        share = self.share_ if share is None else share
        if dial is None:
            dial = self.explained_share_min
        if not share or dial == 1:
            return np.zeros_like(glass)
        out = np.float32(share / self.slope_) * (
            large - np.float32(self.slope_) * glass - np.float32(self.level_)
        )
        if dial:
            assert named is not None
            bound = named * np.float32((1 - dial) / dial)
            np.clip(out, -bound, bound, out=out)
        return out

    def decompose(self, query: Query) -> FusedDecomposition:
        """Return the scores of one history with the exact weights of the glass box and the rest."""
        return FusedDecomposition(self, query)

    def contributions(self, query: Query, item: int) -> Contributions:
        """Return what each event adds to the score of an item through the glass box; exact.

        Args:
            query: A history of m events.
            item: Number of the item.

        Returns:
            The base, (m,) float64 in score units, and the rest.
        """
        self._fitted()
        base, weights, rest = self.glass_.contributions(query, item)
        glass, large = self._both(query)
        named = np.array([[abs(base) + np.abs(weights).sum()]], np.float32)
        more = float(self.rest(glass[:, [item]], large[:, [item]], named)[0, 0])
        features_base, features = self.feature_reasons(query, item)
        return Contributions(
            base, weights, rest + more + features_base + sum(reason.weight for reason in features)
        )

    def support(self, items: Any, item: int | NDArray[Any]) -> NDArray[np.integer[Any]]:
        """Return how many people chose both items, as far as the glass box knows; -1 if unknown."""
        self._fitted()
        if isinstance(self.glass_, Supported):
            return self.glass_.support(items, item)
        return np.full(len(items), -1)

    def _both(self, query: Query) -> tuple[Floats, Floats]:
        """Return the glass box's scores and the large model's standardised ones, (1, n) each.

        The result for the last query is cached: a list of ten is explained item by item, and the
        large model is slow.
        """
        key = tuple(
            getattr(query, name).tobytes() for name in ("items", "values", "times", "events_ago")
        ) + (query.now,)
        cached = self._last
        if cached is None or cached[0] != key:
            cached = self._last = (
                key,
                self.glass_.score([query]),
                standard(self.large_.score([query])),
            )
        return cached[1], cached[2]

    def feature_reasons(self, query: Query, item: int) -> tuple[float, tuple[Reason, ...]]:
        """Return (base, reasons) of the readable model in score units; part of the rest."""
        if not self.weight_:
            return 0.0, ()
        base, reasons = self.readable_.reasons(query, item)
        return self.weight_ * base, tuple(
            replace(reason, weight=self.weight_ * reason.weight) for reason in reasons
        )

    def phrase(self, reason: Reason, query: Query, item: int) -> tuple[str, str]:
        """Phrase a reason of the readable model.

        Args:
            reason: One of its reasons.
            query: One history.
            item: Number of the item.

        Returns:
            (English, Chinese).
        """
        words: tuple[str, str] = self.readable_.phrase(reason, query, item)
        return words

    def _fitted(self) -> None:
        check_fitted(self)


def standard(scores: Any) -> Any:
    """Return scores (q, n) in standard deviations over the items; 0 if all are equal."""
    spread = scores.std(axis=1, keepdims=True)
    return (scores - scores.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1)


@dataclass(frozen=True)
class _Side:
    """Some cases and the models' scores of them, (q, n) each; `large` is standardised."""

    cases: EvaluationCases
    glass: Floats
    large: Floats
    named: Floats | None
    readable: Floats | None


def _sides(model: Fused, cases: EvaluationCases, *dials: float) -> Iterator[_Side]:
    bounded = any(0 < dial < 1 for dial in dials)
    for rows, part in batches(cases.queries):
        yield _Side(
            cases.take(rows),
            model.glass_.score(part),
            standard(model.large_.score(part)),
            model.glass_.magnitudes(part) if bounded else None,
            None if model.readable_ is None else model.readable_.score(part),
        )


def _line(sides: Sequence[_Side]) -> tuple[float, float]:
    """Return slope and level of the large model's scores on the glass box's, among top items."""
    x = []
    y = []
    for side in sides:
        glass = mask_seen(side.glass, side.cases.queries)
        large = mask_seen(side.large, side.cases.queries)
        rows = np.arange(len(glass))[:, None]
        for items in (top_k(glass, TOP)[0], top_k(large, TOP)[0]):
            real = np.isfinite(glass[rows, items])
            x.append(glass[rows, items][real])
            y.append(large[rows, items][real])
    one = np.concatenate(x).astype(np.float64)
    two = np.concatenate(y).astype(np.float64)
    spread = one.var()
    if spread > 0:
        slope = float(((one - one.mean()) * (two - two.mean())).mean() / spread)
    else:
        slope = 0.0
    slope = max(slope, 1e-3)  # if the models disagree, the rest is the large model itself
    return slope, float(two.mean() - slope * one.mean())


def _quality(
    model: Fused, sides: Sequence[_Side], share: float, dial: float, weight: float | None = None
) -> float:
    values = [
        ndcg_of_scores(_fused(model, side, share, dial, weight)[0], side.cases, model.k)
        for side in sides
    ]
    return float(np.concatenate(values).mean())


def _fused(
    model: Fused, side: _Side, share: float, dial: float, weight: float | None = None
) -> tuple[Floats, Floats]:
    """Return the scores with seen items masked, and the rest, (q, n) each."""
    rest = model.rest(side.glass, side.large, side.named, share=share, dial=dial)
    weight = model.weight_ if weight is None else weight
    scores = side.glass + rest
    if weight and side.readable is not None:
        scores += np.float32(weight) * side.readable
    return mask_seen(scores, side.cases.queries), rest


@dataclass(frozen=True)
class Point:
    """One point of the curve: NDCG@k (accuracy) and explained share of the test cases' top k."""

    dial: float
    share: float
    accuracy: Measurement
    explained: Measurement


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
    have the dial at 0 and shares up to 1, which ranks like the large model.
    """
    model._fitted()
    seen = list(_sides(model, valid.sample(model.tune_on, seed), 0.5))
    settings = [
        (dial, max(SHARES, key=lambda share: _quality(model, seen, share, dial))) for dial in dials
    ]
    settings += [(0.0, share) for share in (0.6, 0.8, 1.0) if (0.0, share) not in settings]
    measured: list[list[tuple[Any, Any]]] = [[] for _ in settings]
    alone = []
    for side in _sides(model, test, 0.5):
        alone.append(ndcg_of_scores(mask_seen(side.large, side.cases.queries), side.cases, model.k))
        for parts, (dial, share) in zip(measured, settings, strict=True):
            parts.append(_measured(model, side, share, dial))
    points = []
    for parts, (dial, share) in zip(measured, settings, strict=True):
        ndcg, explained = (np.concatenate(values) for values in zip(*parts, strict=True))
        points.append(
            Point(
                dial,
                share,
                Measurement(f"ndcg@{model.k}", ndcg),
                Measurement("explained share", explained),
            )
        )
    return Curve(points, Measurement(f"ndcg@{model.k}", np.concatenate(alone)))


def _measured(
    model: Fused, side: _Side, share: float, dial: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return NDCG and mean explained share of the top k of each case, without features."""
    assert side.named is not None
    scores, rest = _fused(model, side, share, dial)
    row = np.arange(len(scores))[:, None]
    items = top_k(scores, model.k)[0]
    named = side.named[row, items].astype(np.float64)
    more = np.abs(rest[row, items])
    explained = np.where(named + more > 0, named / np.maximum(named + more, 1e-12), 1.0)
    return ndcg_of_scores(scores, side.cases, model.k), explained.mean(axis=1)
