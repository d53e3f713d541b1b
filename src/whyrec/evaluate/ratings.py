"""Errors of predicted ratings: RMSE and MAE, with each case's error kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, Measurement
from whyrec.evaluate.statistics import Interval, bootstrap

__all__ = ["errors", "predictions", "rmse"]


def errors(predicted: Any, truth: Any) -> dict[str, Measurement]:
    """{"squared": (p - r)^2, "absolute": |p - r|} of each of the k cases, lower is better.

    The mean of "absolute" is the MAE; :func:`rmse` takes the root of the mean of "squared". Raises
    ArgumentError for unequal lengths or predictions that are not finite. Not good for: judging
    ranked lists [cremonesi2010].
    """
    predicted = np.asarray(predicted, np.float64)
    truth = np.asarray(truth, np.float64)
    if predicted.shape != truth.shape or predicted.ndim != 1:
        raise ArgumentError(
            "errors need one prediction for each rating",
            given=f"{predicted.shape} and {truth.shape}",
        )
    if not np.isfinite(predicted).all():
        raise ArgumentError(
            "predicted ratings must be finite numbers",
            given=str(predicted[~np.isfinite(predicted)][0]),
        )
    gap = predicted - truth
    return {
        "squared": Measurement("squared error", gap**2, higher_is_better=False),
        "absolute": Measurement("absolute error", np.abs(gap), higher_is_better=False),
    }


def rmse(squared: Measurement, *, resamples: int = 1000, seed: int = 0) -> Interval:
    """sqrt(mean squared error) with its 95% bootstrap interval: the root keeps order, so the roots
    of the mean's quantiles are the quantiles of the root. Cases are resampled one by one, though
    one person's errors are alike: with other people it would vary more."""
    if (squared.values < 0).any():
        raise ArgumentError("rmse takes squared errors", given=f"{squared.name} below 0")
    mean, low, high = bootstrap(squared, resamples=resamples, seed=seed)
    return Interval(float(np.sqrt(mean)), float(np.sqrt(low)), float(np.sqrt(high)))


def predictions(model: Any, train: Dataset, test: Dataset) -> NDArray[np.float32]:
    """What `model.predict` says of each rating of `test`, (k,), from its person's history in
    `train`.

    Both have the same people and items (see `rating_split`). A person without training ratings has
    an empty history.
    """
    if train.users != test.users or train.items != test.items:
        raise ArgumentError(
            "both sides of a split must have the same people and items", given="other labels"
        )
    order = np.argsort(test.user, kind="stable")
    people, counts = np.unique(test.user, return_counts=True)
    lists = np.split(test.item[order], np.cumsum(counts)[:-1])
    out = np.empty(len(test), np.float32)
    out[order] = np.concatenate(
        [np.zeros(0, np.float32), *model.predict(train.histories[people], lists)]
    )
    return out
