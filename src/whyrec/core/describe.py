"""Short text forms of models, data sets and slates."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from whyrec.core.errors import is_fitted

__all__ = ["dataset_repr", "model_repr", "slate_text"]

LONG = 60  # longer settings are shown by type


def model_repr(model: object) -> str:
    """Describe a model: non-default settings, and whether it is fitted; usable as `__repr__`.

    >>> class Mine:
    ...     __repr__ = model_repr
    ...
    ...     def __init__(self, ridge: float = 1.0, k: int = 5) -> None:
    ...         self.ridge, self.k = ridge, k
    >>> Mine(ridge=2.0)
    <Mine(ridge=2.0), not fitted>
    """
    settings = []
    for name, parameter in inspect.signature(type(model)).parameters.items():
        value = getattr(model, name, parameter.default)
        if not _same(value, parameter.default):
            settings.append(f"{name}={_short(value)}")
    state = "fitted" if is_fitted(model) else "not fitted"
    return f"<{type(model).__name__}({', '.join(settings)}), {state}>"


def dataset_repr(data: Any) -> str:
    """Describe a data set: its name and counts."""
    counts = f"{data.n_users:,} people, {data.n_items:,} items, {len(data):,} events"
    return f"<Dataset {data.name}: {counts}>"


def slate_text(slate: Any) -> str:
    """Write rank, title and score of each item, one per line.

    Without titles, the label or the number is shown.
    """
    names = slate.titles or slate.labels or [f"item {item}" for item in slate.items]
    places = [str(place) for place in range(1, len(names) + 1)]
    scores = [f"{score:.4f}" for score in slate.scores]
    wide = [max(map(len, column), default=0) for column in (places, names, scores)]
    return "\n".join(
        f"{place:>{wide[0]}}  {name:<{wide[1]}}  {score:>{wide[2]}}"
        for place, name, score in zip(places, names, scores, strict=True)
    )


def _same(value: Any, default: Any) -> bool:
    """Say whether a setting has its default; arrays never do."""
    if value is default:
        return True
    if isinstance(value, np.ndarray) or type(value) is not type(default):
        return False
    return bool(value == default)


def _short(value: Any) -> str:
    """Write a setting as text, or only its type if that is long."""
    text = repr(value)
    return text if len(text) <= LONG else f"<{type(value).__name__}>"
