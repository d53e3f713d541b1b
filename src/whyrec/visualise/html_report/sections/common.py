"""Elements that several sections share: tables, intervals, and the order of the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whyrec.visualise.html_report.format import TEXTS, number, pair

__all__ = [
    "MAIN",
    "Report",
    "View",
    "headline",
    "interval",
    "mean_of",
    "ordered_models",
    "table",
    "words_of",
]

MAIN = (
    "hr",
    "recall",
    "mrr",
    "coverage",
    "novelty",
)  # measures beside the headline in the first table


View = dict[str, Any]


Report = Mapping[str, Any]


def table(
    heads: Sequence[Any],
    rows: Sequence[Sequence[Any]],
    words: Sequence[int] = (0,),
    *,
    best: int | None = None,
    opened: bool = False,
) -> View:
    """A table.

    `words` are the columns of words rather than numbers, `best` is the best row.
    """
    return {"heads": heads, "rows": rows, "words": words, "best": best, "opened": opened}


def mean_of(row: Mapping[str, Any] | None, name: str) -> float | None:
    """The mean of a measure, or None."""
    return row["metrics"].get(name, {}).get("mean") if row else None


def headline(report: Report) -> str:
    """The measure that ranks the models."""
    if report["comparisons"]:
        return str(report["comparisons"][0]["metric"])
    known = [name for row in report["accuracy"] for name in row["metrics"]]
    return "ndcg@10" if "ndcg@10" in known or not known else known[0]


def ordered_models(report: Report) -> list[Mapping[str, Any]]:
    """Models by the headline measure, best first; those without a value last."""

    def key(row: Mapping[str, Any]) -> tuple[bool, float]:
        value = mean_of(row, headline(report))
        return value is None, -(value or 0.0)

    return sorted(report["accuracy"], key=key)


def words_of(kind: str, name: str, otherwise: Any) -> Any:
    """A protocol or method in both languages, if the report has words for it."""
    key = f"{kind}-{name}"
    if key in TEXTS:
        return pair(key)
    return otherwise


def interval(found: Mapping[str, Any], digits: int = 3) -> str:
    """The ends of an interval as text."""
    if found["low"] is None or found["high"] is None:
        return "–"
    return f"{number(found['low'], digits)} … {number(found['high'], digits)}"
