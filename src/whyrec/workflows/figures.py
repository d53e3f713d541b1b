"""Figures in results: rounded intervals, spreads, timestamps and library versions."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from whyrec import __version__
from whyrec.evaluate.statistics import Interval

__all__ = ["now", "rounded", "spread", "versions"]


def rounded(interval: Interval) -> dict[str, float]:
    """An interval as JSON, rounded to five decimal places."""
    return {key: round(value, 5) for key, value in interval._asdict().items()}


def now() -> str:
    """The current time as ISO 8601, to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def versions() -> dict[str, str]:
    """Versions of whyrec and of the libraries that its figures depend on."""
    from importlib.metadata import version

    return {"whyrec": __version__} | {
        name: version(name) for name in ("numpy", "scipy", "implicit", "polars")
    }


def spread(shares: NDArray[np.float64]) -> dict[str, float]:
    """The tenth percentile and the smallest of some explained shares, that one rounded down."""
    return {
        "p10": round(float(np.quantile(shares, 0.1)), 4),
        "min": float(np.floor(1e4 * shares.min()) / 1e4),
    }
