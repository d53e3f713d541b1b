"""The fused model: an additive model plus, within a bound, what a large model adds to it.

    score(i) = (1 - share) * glass(i) + weight * readable(i) + rest(i)
    rest(i) = clip(share / slope * (large(i) - middle), so that no explained share is below dial)

glass(i) is base + sum of exact reasons of the additive model (the glass box). `readable` is an
optional interpretable model over features, whose score is a sum of reasons too. large(i) is the
large model's score in standard deviations over the items, and `middle` its median over the
candidates, which the reasons alone choose (:mod:`whyrec.core.explained`). With share 0 the model is
the glass box alone; with share 1 it ranks like the large model, and nothing is explained: whatever
the large model takes from the glass box is taken from the reasons, and nothing that it adds counts
as theirs. Slope, from a regression of the large model on the glass box among the items that either
ranks high, brings the large model to the units of the glass box.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from whyrec.core import (
    Additive,
    ArgumentError,
    Contributions,
    Dataset,
    Queries,
    Query,
    Reason,
    Supported,
    batches,
    check_fitted,
    mask_seen,
    top_k,
)
from whyrec.core.capabilities import PartlyExplained
from whyrec.core.cases import EvaluationCases, hold_out_last, ndcg_of_scores
from whyrec.core.composite import build_component, fit_arguments
from whyrec.core.describe import model_repr
from whyrec.core.explained import Candidates, bounded, candidates
from whyrec.core.factors import Factored
from whyrec.core.settings import check_model_settings
from whyrec.models.fused_decomposition import (
    BoundedDecomposition,
    FusedDecomposition,
    ProductDecomposition,
)
from whyrec.models.fused_rest import Products
from whyrec.models.setting_types import Count, Share

__all__ = ["SHARES", "Fused", "Side", "fused_scores", "quality", "sides", "standard"]

WEIGHTS = (0.0, 0.2, 0.4, 0.8, 1.6, 3.2)  # tried for the readable model's log odds
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
TOP = 100  # the two models are compared among this many top items of each
Floats = NDArray[np.float32]


class Fused:
    """An additive model, optional readable features, and a rest from a large model.

    See the module for the equation. Source: [nori2019], for a readable model completed by another
    one.

    Contributions are exact for the base and the reasons of the additive model; features and the
    rest change with the whole history. The dial costs accuracy: an item cannot pass those that the
    reasons rank far above it, however sure the large model is. Not good for: catalogues for which
    serving two models is too expensive.

    Args:
        glass: Additive model: a name of the catalogue, {"model": name, setting: value, ...} or a
            model.
        large: Any other model, given in the same way.
        readable: `tree`, `rules` or `ebm`, given in the same way, or None.
        explained_share_min: The dial, 0 to 1: the smallest explained share of any item
            (:mod:`whyrec.core.explained`). Larger values bound the rest more tightly.
        teach: Whether the large model also teaches the additive one, if that can learn from it.
        tune_on: Largest number of validation people who choose share and weight.
        k: Length of the list whose NDCG@k they maximise.

    Attributes:
        glass_: The fitted additive model.
        large_: The fitted large model.
        readable_: The fitted readable model, or None.
        share_: Chosen share of the large model, 0 to 1.
        weight_: Chosen weight of the readable model.
        slope_: Slope of the large model's scores on the glass box's.
    """

    rest_moves = True
    not_tuned = "chooses its share and weight itself, on validation people; tune the models within"
    weight_ = 0.0
    _last: Any = None  # cache of :meth:`_parts`
    _products: Products | None = None  # of the large model, made by the first decomposition

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
        kind = type(glass)
        if not issubclass(kind, Additive) or issubclass(kind, PartlyExplained):
            raise ArgumentError("glass must be an additive model", given=type(glass).__name__)
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
        self._last = self._products = None
        self.share_ = 0.0
        self.weight_ = 0.0
        self.slope_ = 1.0
        if valid is not None and len(valid):
            dial = self.explained_share_min
            seen = list(sides(self, valid.sample(self.tune_on, seed)))
            self.slope_ = _slope(seen)
            self.share_ = max(SHARES, key=lambda share: quality(self, seen, share, dial))
            if readable is not None:
                self.weight_ = max(
                    WEIGHTS, key=lambda weight: quality(self, seen, self.share_, dial, weight)
                )
                self.share_ = max(SHARES, key=lambda share: quality(self, seen, share, dial))
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
        explained, rest = self.explained_and_rest(queries)
        return explained + rest

    def explained_and_rest(self, queries: Any) -> tuple[Floats, Floats]:
        """Return what exact reasons add to each item, and the rest.

        Args:
            queries: q histories.

        Returns:
            Two arrays (q, n_items) float32, which sum to the score.
        """
        self._fitted()
        batch = Queries.of(queries)
        return self.with_glass(batch, self.glass_.score(batch))

    def combine(
        self,
        queries: Queries,
        glass: Floats,
        large: Floats,
        readable: Floats | None,
        *,
        share: float | None = None,
        dial: float | None = None,
        weight: float | None = None,
    ) -> tuple[Floats, Floats]:
        """Combine the scores of the models.

        Args:
            queries: The q histories.
            glass: Scores of the glass box, (q, n).
            large: Standardised scores of the large model, (q, n).
            readable: Scores of the readable model, (q, n), or None.
            share: Share of the large model; default: the chosen one.
            dial: Smallest explained share; default: the setting.
            weight: Weight of the readable model; default: the chosen one.

        Returns:
            What exact reasons add, and the rest, (q, n) float32 each.
        """
        share = self.share_ if share is None else share
        weight = self.weight_ if weight is None else weight
        explained = np.float32(self.kept(share)) * glass
        if weight and readable is not None:
            explained = explained + np.float32(weight) * readable
        explained = explained.astype(np.float32, copy=False)
        if not share:
            return explained, np.zeros_like(explained)
        return explained, self.rest(
            explained, large, candidates(explained, queries), share=share, dial=dial
        )

    def kept(self, share: float) -> float:
        """Return the factor that the large model leaves the glass box, by its own share."""
        return 1 - share

    def rest(
        self,
        explained: Floats,
        large: Floats,
        among: Candidates,
        *,
        share: float | None = None,
        dial: float | None = None,
    ) -> Floats:
        """Return what is added to what exact reasons say.

        Args:
            explained: What they say, (q, n).
            large: Standardised scores of the large model, (q, n).
            among: The candidates by `explained`.
            share: Share of the large model; default: the chosen one.
            dial: Smallest explained share; default: the setting.

        Returns:
            The rest, (q, n) float32, 0 at the middle candidate.
        """
        large = self.large_part(large, share)
        return self.bounded_rest(
            explained - among.middle(explained), large - among.middle(large), dial
        )

    def large_part(self, large: Floats, share: float | None = None) -> Floats:
        """Return standardised scores of the large model in the units of the glass box."""
        share = self.share_ if share is None else share
        return np.float32(share / self.slope_) * large

    def bounded_rest(self, lead: Floats, rest: Floats, dial: float | None = None) -> Floats:
        """Return the rest within its bound.

        Args:
            lead: What exact reasons say, centred on the middle candidate.
            rest: The large part, centred in the same way, of the same shape.
            dial: Smallest explained share; default: the setting.

        Returns:
            The rest, float32.
        """
        dial = self.explained_share_min if dial is None else dial
        if dial:
            rest = bounded(lead, rest, dial)
        return rest.astype(np.float32, copy=False)

    def with_glass(self, queries: Queries, glass: Floats) -> tuple[Floats, Floats]:
        """Return :meth:`explained_and_rest` for known scores (q, n) of the glass box."""
        readable = self.readable_.score(queries) if self.weight_ else None
        return self.combine(queries, glass, standard(self.large_.score(queries)), readable)

    def decompose(self, query: Query) -> FusedDecomposition:
        """Return the scores of one history with the exact weights of the glass box and the rest."""
        self._fitted()
        if self.weight_ or not self.share_ or not isinstance(self.large_, Factored):
            return FusedDecomposition(self, query)
        if self._products is None:
            self._products = Products(self.large_.factors())
        kind = BoundedDecomposition if self.explained_share_min else ProductDecomposition
        return kind(self, query, self._products)

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
        kept = self.kept(self.share_)
        features_base, features = self.feature_reasons(query, item)
        more = features_base + sum(reason.weight for reason in features)
        return Contributions(
            kept * base, kept * weights, kept * rest + more + float(self._parts(query)[1][0, item])
        )

    def support(self, items: Any, item: int | NDArray[Any]) -> NDArray[np.integer[Any]]:
        """Return how many people chose both items, as far as the glass box knows; -1 if unknown."""
        self._fitted()
        if isinstance(self.glass_, Supported):
            return self.glass_.support(items, item)
        return np.full(len(items), -1)

    def _parts(self, query: Query) -> tuple[Floats, Floats]:
        """Return :meth:`explained_and_rest` of one history, (1, n) each.

        The result for the last query is cached: a list of ten is explained item by item, and the
        large model is slow.
        """
        arrays = ("items", "values", "times", "events_ago", "avoided")
        key = (
            *(getattr(query, name).tobytes() for name in arrays),
            *(query.now, query.user, query.repeat),
            *(self.share_, self.weight_, self.slope_, self.explained_share_min),
        )
        if self._last is None or self._last[0] != key:
            self._last = (key, self.explained_and_rest([query]))
        explained, rest = self._last[1]
        return explained, rest

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
class Side:
    """Some cases and the models' scores of them, (q, n) each; `large` is standardised."""

    cases: EvaluationCases
    glass: Floats
    large: Floats
    readable: Floats | None


def sides(model: Fused, cases: EvaluationCases) -> Iterator[Side]:
    for rows, part in batches(cases.queries):
        yield Side(
            cases.take(rows),
            model.glass_.score(part),
            standard(model.large_.score(part)),
            None if model.readable_ is None else model.readable_.score(part),
        )


def _slope(cases: Sequence[Side]) -> float:
    """Return the slope of the large model's scores on the glass box's, among top items."""
    x = []
    y = []
    for side in cases:
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
    return max(slope, 1e-3)  # if the models disagree, the large model counts all the more


def quality(
    model: Fused, cases: Sequence[Side], share: float, dial: float, weight: float | None = None
) -> float:
    values = [
        ndcg_of_scores(fused_scores(model, side, share, dial, weight)[0], side.cases, model.k)
        for side in cases
    ]
    return float(np.concatenate(values).mean())


def fused_scores(
    model: Fused, side: Side, share: float, dial: float, weight: float | None = None
) -> tuple[Floats, Floats, Floats]:
    """Return the scores with seen items masked, what reasons explain, and the rest, (q, n) each."""
    explained, rest = model.combine(
        side.cases.queries,
        side.glass,
        side.large,
        side.readable,
        share=share,
        dial=dial,
        weight=weight,
    )
    return mask_seen(explained + rest, side.cases.queries), explained, rest
