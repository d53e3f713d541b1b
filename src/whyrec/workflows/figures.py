"""Figures as results hold them: intervals with few digits, the time, the versions of libraries."""

from __future__ import annotations

from datetime import UTC, datetime

from whyrec import __version__
from whyrec.evaluate.statistics import Interval

__all__ = ["now", "rounded", "versions"]


def rounded(interval: Interval) -> dict[str, float]:
    """An interval as JSON, five digits after the point."""
    return {key: round(value, 5) for key, value in interval._asdict().items()}


def now() -> str:
    """The time of now, in seconds, as ISO 8601."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def versions() -> dict[str, str]:
    """The versions of whyrec and of the libraries that its figures rest on."""
    from importlib.metadata import version

    return {"whyrec": __version__} | {
        name: version(name) for name in ("numpy", "scipy", "implicit", "polars")
    }
