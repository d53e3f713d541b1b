"""Errors of predicted ratings: RMSE and MAE, with one error per case."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, Dataset, Measurement
from whyrec.evaluate.statistics import Interval, bootstrap

__all__ = ["errors", "predictions", "rmse"]


def errors(predicted: Any, truth: Any) -> dict[str, Measurement]:
    """Compute the squared and absolute error of each rating.

    The mean of "absolute" is the MAE; :func:`rmse` takes the root of the mean of "squared". Limits:
    rating errors do not measure ranked lists [cremonesi2010].

    Args:
        predicted: Predictions, (k,).
        truth: Ratings, (k,).

    Returns:
        {"squared": (p - r)^2, "absolute": |p - r|}, lower is better.

    Raises:
        ArgumentError: If the lengths differ or a prediction is not finite.
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
    """Compute the root mean squared error with its 95% bootstrap interval.

    The root is monotonic, so the quantiles of the mean are transformed. Limits: cases are resampled
    one by one although the errors of one person are related, so the interval is too narrow for
    other people.

    Args:
        squared: Squared errors.
        resamples: Number of resamples.
        seed: Seed of the resamples.

    Returns:
        The RMSE and its interval.

    Raises:
        ArgumentError: If an error is negative.
    """
    if (squared.values < 0).any():
        raise ArgumentError("rmse takes squared errors", given=f"{squared.name} below 0")
    mean, low, high = bootstrap(squared, resamples=resamples, seed=seed)
    return Interval(float(np.sqrt(mean)), float(np.sqrt(low)), float(np.sqrt(high)))


def predictions(model: Any, train: Dataset, test: Dataset) -> NDArray[np.float32]:
    """Predict each rating of `test` from its person's history in `train`.

    Args:
        model: A model with `predict`.
        train: Training ratings.
        test: Ratings to predict, with the same people and items; see `rating_split`.

    Returns:
        Predictions, (k,). People without training ratings have an empty history.

    Raises:
        ArgumentError: If people or items differ.
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
