"""Figures in results: rounded intervals, timestamps and library versions."""

from __future__ import annotations

from datetime import UTC, datetime

from whyrec import __version__
from whyrec.evaluate.statistics import Interval

__all__ = ["now", "rounded", "versions"]


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
