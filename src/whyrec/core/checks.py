"""Conformance checks for models, explainers and measures, including third-party ones.

Each check raises an AssertionError that begins with the name of the broken rule.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import artefact
from whyrec.core.capabilities import (
    Additive,
    BestItems,
    ContributionMatrix,
    ContributionsEach,
    FeatureReasons,
    ItemScores,
    PartlyExplained,
)
from whyrec.core.cases import EvaluationCases
from whyrec.core.dataset import Dataset
from whyrec.core.errors import ArgumentError, NotFitted
from whyrec.core.explanation import Explanation, Measurement
from whyrec.core.lifecycle import Updatable
from whyrec.core.queries import Queries, Query
from whyrec.core.ranking import mask_seen, top_k
from whyrec.core.support import Supported

__all__ = ["check_explainer", "check_metric", "check_model"]

CLOSE = 1e-5  # tolerance of float32 scores, relative to max(1, |score|)


def check_model(factory: Callable[[], Any], data: Dataset, *, seed: int = 0) -> None:
    """Check a model against all rules that apply to it.

    For every model: settings (the constructor only stores its arguments), not fitted (scoring
    before the fit raises NotFitted), returns self, shape, dtype, finite (for an empty history too),
    batch (rows score as they do alone), history only (the person's number has no effect), inputs
    (none is changed), seed (equal seeds give equal scores), saved (a restored model gives identical
    scores).

    For additive models: sums (base + one weight per event + rest is the score), removal (an event's
    weight is the effect of its removal). With further capabilities
    (:mod:`whyrec.core.capabilities`): support (never more people than chose both items), matrix,
    and each (equal to the single contributions), explained (what exact reasons add and the rest are
    the score and agree with the contributions), best (the best of all scores), items (finite
    scores), update (equal to a fit on all events; the old model is unchanged).

    Args:
        factory: Builds a new, unfitted model each time.
        data: Data of several people and at least 5 items.
        seed: Random seed.

    Raises:
        AssertionError: Names the broken rule.
    """
    model = factory()
    _check_settings(model, factory())
    queries = _some_queries(data)
    try:
        model.score(queries)
    except NotFitted:
        pass
    else:
        raise AssertionError("not fitted: score before fit must raise NotFitted")
    before, asked = (
        replace(data).hash,
        _content(queries),
    )  # a new Dataset, because the old one caches its hash
    _rule(model.fit(data, seed=seed) is model, "returns self", "fit must return the model")
    scores = model.score(queries)
    _rule(replace(data).hash == before, "inputs", "fit changed the data")
    _rule(_content(queries) == asked, "inputs", "score changed the queries")
    _check_scores(model, scores, queries, data)
    again = factory().fit(data, seed=seed)
    _rule(np.array_equal(again.score(queries), scores), "seed", "the same seed gave other scores")
    _rule(
        np.array_equal(_stored(model).score(queries), scores),
        "saved",
        "the restored model scores differently",
    )
    if isinstance(model, Additive):
        _check_additive(model, queries, data.n_items)
        _check_tables(model, queries, data.n_items)
    if isinstance(model, PartlyExplained):
        _check_parts(model, queries, scores)
    if isinstance(model, BestItems):
        _check_best(model, queries, scores)
    if isinstance(model, ItemScores):
        _check_items(model, queries, scores)
    if isinstance(model, Supported):
        _check_support(model, data)
    if isinstance(model, Updatable):
        _check_update(factory(), data, seed, scores)


def _check_settings(model: Any, twin: Any) -> None:
    names = artefact.model_arguments(type(model))
    _rule(
        all(hasattr(model, name) for name in names),
        "settings",
        f"{names} must all be stored by name",
    )
    config = artefact.model_config(model)
    _rule(config == artefact.model_config(twin), "settings", "two new models differ")
    _rule(
        config == artefact.model_config(type(model)(**config)),
        "settings",
        "an argument was changed",
    )
    _rule(
        not any(name.endswith("_") for name in vars(model)),
        "settings",
        "the constructor learned something",
    )


def _stored(model: Any) -> Any:
    """Return the model after saving and loading it."""
    arrays, values = artefact.model_parts(model)
    config = artefact.model_config(model)
    with tempfile.TemporaryDirectory() as folder:
        try:
            artefact.save(folder, artefact.Artefact({"config": config, "values": values}, arrays))
        except ArgumentError as error:
            raise AssertionError(f"saved: {error}") from None
        stored = artefact.load(folder)
    made = type(model)(**stored.header["config"])
    return artefact.restore(made, stored.arrays, stored.header["values"])


def _content(queries: Queries) -> list[bytes]:
    return [np.asarray(getattr(queries, f.name)).tobytes() for f in fields(queries)]


def _some_queries(data: Dataset) -> Queries:
    """Return an empty history, some people's histories, and one of a single event."""
    people = np.flatnonzero(data.histories.sizes)[:8]
    return Queries.of(
        [
            replace(_query(), repeat=data.repeat),
            *(data.histories[int(person)] for person in people),
            replace(_query(0), repeat=data.repeat),
        ]
    )


def _query(*items: int) -> Query:
    return Query(np.array(items, np.int32))


def _check_scores(model: Any, scores: Any, queries: Queries, data: Dataset) -> None:
    _rule(
        isinstance(scores, np.ndarray),
        "shape",
        f"score must be an array, got {type(scores).__name__}",
    )
    _rule(
        scores.shape == (len(queries), data.n_items),
        "shape",
        f"score must be (queries, n_items) = {(len(queries), data.n_items)}, got {scores.shape}",
    )
    _rule(scores.dtype == np.float32, "dtype", f"score must be float32, got {scores.dtype}")
    _rule(
        bool(np.isfinite(scores).all()),
        "finite",
        "every score must be finite, for an empty history too",
    )
    for row, query in enumerate(queries):
        _rule(
            _close(model.score([query])[0], scores[row]),
            "batch",
            f"row {row} scores differently alone",
        )
        anonymous = Query(
            query.items, query.values, query.times, query.now, None, query.events_ago, query.repeat
        )
        _rule(
            _close(model.score([anonymous])[0], scores[row]),
            "history only",
            "the person's number changed the scores: removing events could not be told",
        )


def _check_additive(model: Any, queries: Queries, n_items: int) -> None:
    for query in queries:
        for item in range(0, n_items, max(1, n_items // 4)):
            base, weights, rest = model.contributions(query, item)
            score = float(model.score([query])[0, item])
            _rule(
                np.shape(weights) == (len(query),),
                "sums",
                "one weight an event is needed, and no other",
            )
            _rule(
                _close(base + np.sum(weights) + rest, score),
                "sums",
                f"base + weights + rest = {base + np.sum(weights) + rest:.6g} but the score "
                f"is {score:.6g}",
            )
            for position in range(len(query)):
                less = query.without([position])
                after = float(model.score([less])[0, item]) - model.contributions(less, item).rest
                weight = float(weights[position])
                _rule(
                    abs(score - rest - after - weight) <= CLOSE * max(1.0, abs(score)),
                    "removal",
                    f"removing event {position} took {score - rest - after:.6g}, its weight "
                    f"is {weight:.6g}",
                )


def _check_tables(model: Additive, queries: Queries, n_items: int) -> None:
    """Check that batch methods agree with `contributions`."""
    items = np.arange(0, n_items, max(1, n_items // 4))
    found = [[model.contributions(query, int(item)) for item in items] for query in queries]
    base = np.array([[one.base for one in row] for row in found])
    weights = [np.stack([one.weights for one in row], 1) for row in found]
    if isinstance(model, ContributionMatrix):
        for row, query in enumerate(queries):
            own, table = model.contribution_matrix(query)
            _rule(
                np.shape(own) == (n_items,)
                and np.shape(table) == (len(query), n_items)
                and _close(own[items], base[row])
                and _close(table[:, items], weights[row]),
                "matrix",
                "contribution_matrix must give the base and the weights of contributions",
            )
    if isinstance(model, ContributionsEach):
        own, each = model.contributions_each(queries, np.tile(items, (len(queries), 1)))
        _rule(
            _close(own, base) and _close(each, np.concatenate(weights)),
            "each",
            "contributions_each must give the base and the weights of contributions",
        )


def _check_parts(model: PartlyExplained, queries: Queries, scores: NDArray[np.float32]) -> None:
    """Check that a model with a rest states the parts that its scores are made of."""
    explained, rest = model.explained_and_rest(queries)
    _rule(
        np.shape(explained) == scores.shape and _close(explained + rest, scores),
        "explained",
        "what exact reasons add and the rest must be the score",
    )
    if not isinstance(model, Additive):
        return
    for row, query in enumerate(queries):
        for item in range(0, scores.shape[1], max(1, scores.shape[1] // 4)):
            base, weights, _ = model.contributions(query, item)
            own = base + np.sum(weights)
            if isinstance(model, FeatureReasons):
                more, reasons = model.feature_reasons(query, item)
                own += more + sum(reason.weight for reason in reasons)
            _rule(
                _close(own, explained[row, item]),
                "explained",
                f"reasons add {own:.6g} to item {item}, stated are {explained[row, item]:.6g}",
            )


def _check_best(model: BestItems, queries: Queries, scores: NDArray[np.float32]) -> None:
    items, found = model.best(queries, 3)
    wanted, own = top_k(mask_seen(scores, queries), 3)
    _rule(
        np.array_equal(items, wanted) and _close(found, own),
        "best",
        "best must give the best unseen items of all scores, and their scores",
    )


def _check_items(model: ItemScores, queries: Queries, scores: NDArray[np.float32]) -> None:
    items = np.tile(np.arange(min(3, scores.shape[1])), (len(queries), 1))
    found = model.score_items(queries, items)
    _rule(
        np.shape(found) == items.shape and bool(np.isfinite(found).all()),
        "items",
        f"score_items must give a finite score an item, {items.shape}, got {np.shape(found)}",
    )
    _rule(
        _close(found, np.take_along_axis(scores, items, 1)),
        "items",
        "score_items must give the scores of score",
    )


def _check_update(old: Any, data: Dataset, seed: int, scores: NDArray[np.float32]) -> None:
    """Fit a model on all but the last event, and update it with that one."""
    before, queries = data.select(np.arange(len(data)) < len(data) - 1), _some_queries(data)
    own = old.fit(before, seed=seed).score(queries)
    found = old.update(before, data).score(queries)
    _rule(
        np.shape(found) == scores.shape and _close(found, scores),
        "update",
        "an updated model must score like one that was fitted on all events",
    )
    _rule(np.array_equal(old.score(queries), own), "update", "it changed the model itself")


def _check_support(model: Any, data: Dataset) -> None:
    chose = np.zeros((data.n_users, data.n_items), np.int64)
    chose[data.user, data.item] = 1
    both = chose.T @ chose
    items = np.arange(data.n_items)
    for item in range(0, data.n_items, max(1, data.n_items // 8)):
        found = model.support(items, item)
        _rule(
            np.shape(found) == (data.n_items,), "support", "one number of people an item is needed"
        )
        _rule(
            bool((np.asarray(found) == np.asarray(found, np.int64)).all()),
            "support",
            "numbers of people must be whole",
        )
        wrong = np.flatnonzero((found < -1) | (found > both[item]))
        _rule(
            not len(wrong),
            "support",
            f"{found[wrong[:1]]} people for items {items[wrong[:1]]} and {item}, "
            f"but {both[item][wrong[:1]]} chose both",
        )
    one = np.array([int(model.support([item], item)[0]) for item in items])
    _rule(
        bool(np.array_equal(model.support(items, items), one)),
        "support",
        "items and item may be as many of each: pairs",
    )


def check_explainer(
    explain: Callable[[Any, Query, int], Explanation], model: Any, data: Dataset
) -> None:
    """Check an explainer on a fitted model.

    Rules: item, score (the model's own), refs (in range, not repeated), sums (if it claims to be
    additive), deterministic, empty (an empty history has no event reasons).

    Args:
        explain: The explainer.
        model: A fitted model.
        data: The data it was fitted on.

    Raises:
        AssertionError: Names the broken rule.
    """
    for query in _some_queries(data):
        for item in (0, data.n_items - 1):
            found = explain(model, query, item)
            _rule(
                isinstance(found, Explanation), "item", f"an Explanation is needed, got {found!r}"
            )
            _rule(found.item == item, "item", f"asked about {item}, answered about {found.item}")
            score = float(model.score([query])[0, item])
            _rule(
                _close(found.score, score),
                "score",
                f"explains {found.score:.6g}, the model says {score:.6g}",
            )
            refs = [
                ref for reason in found.reasons if reason.kind == "event" for ref in reason.refs
            ]
            _rule(
                all(0 <= ref < len(query) for ref in refs), "refs", f"outside the history: {refs}"
            )
            _rule(len(set(refs)) == len(refs), "refs", f"an event named twice: {refs}")
            _rule(
                not found.additive or abs(found.gap) <= CLOSE * max(1.0, abs(score)),
                "sums",
                f"it leaves a gap of {found.gap:.3g}",
            )
            _rule(
                _same(explain(model, query, item), found),
                "deterministic",
                "two calls gave two answers",
            )
            _rule(
                len(query) > 0 or not any(r.kind == "event" for r in found.reasons),
                "empty",
                "event reasons were named for an empty history",
            )


def _same(one: Explanation, two: Explanation) -> bool:
    def slate(explanation: Explanation) -> Any:
        after = explanation.after
        return after and (after.items.tolist(), after.scores.tolist())

    return slate(one) == slate(two) and replace(one, after=None) == replace(two, after=None)


def check_metric(
    metric: Callable[[Any, EvaluationCases, Any], Measurement],
    *,
    n_items: int = 30,
    cases: int = 20,
    bounds: Mapping[str, float] | None = None,
) -> None:
    """Check a measure of ranked lists.

    Rules: cases (one value per case, or one for all), bounds (within {"low", "high"}; NaN means
    undefined), order (lists with relevant items first are no worse than shuffled lists).

    Args:
        metric: Maps (lists (q, k), cases, training counts (n_items,)) to a measurement.
        n_items: Number of items in the test.
        cases: Number of cases in the test.
        bounds: Lowest and highest value.

    Raises:
        AssertionError: Names the broken rule.
    """
    rng = np.random.default_rng(0)
    drawn = np.array(
        [rng.permutation(n_items)[:11] for _ in range(cases)]
    )  # the first item was seen before
    perfect = drawn[:, 1:]
    counts = rng.integers(1, 9, n_items)
    seen = Queries.of([_query(row[0]) for row in drawn])
    made = EvaluationCases(seen, np.arange(cases + 1) * 3, perfect[:, :3].ravel())
    best, chance = (
        metric(lists, made, counts) for lists in (perfect, rng.permuted(perfect, axis=1))
    )
    _rule(len(best.values) in (1, cases), "cases", f"{len(best.values)} values for {cases} cases")
    low = (bounds or {}).get("low", -np.inf)
    high = (bounds or {}).get("high", np.inf)
    values = np.concatenate([best.values, chance.values])
    _rule(not ((values < low) | (values > high)).any(), "bounds", f"outside {low}..{high}")
    sign = 1 if best.higher_is_better else -1
    _rule(
        sign * (best.mean - chance.mean) >= -1e-9,
        "order",
        "perfect lists measure worse than shuffled ones",
    )


def _close(a: Any, b: Any) -> bool:
    a = np.asarray(a, np.float64)
    b = np.asarray(b, np.float64)
    return bool((np.abs(a - b) <= CLOSE * np.maximum(1.0, np.abs(b))).all())


def _rule(kept: bool, rule: str, why: str) -> None:
    if not kept:
        raise AssertionError(f"{rule}: {why}")
