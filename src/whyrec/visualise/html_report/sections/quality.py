"""The section on ranking accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from whyrec.visualise.drawing import charts
from whyrec.visualise.html_report.format import TEXTS, both, either, metric, number, percent
from whyrec.visualise.html_report.sections.common import (
    MAIN,
    Report,
    View,
    headline,
    interval,
    mean_of,
    ordered_models,
    table,
    words_of,
)

__all__ = ["accuracy"]


def accuracy(report: Report) -> View | None:
    """The section on ranking accuracy."""
    rows = ordered_models(report)
    name = headline(report)
    if not rows:
        return None
    shown = [
        {
            "model": row["model"],
            "interval": row["metrics"].get(name, {"mean": None, "low": None, "high": None}),
        }
        for row in rows
    ]
    span = charts.scale([row["interval"][end] for row in shown for end in ("mean", "low", "high")])
    protocol = report["protocol"]
    main, more = _columns(rows, name)
    return {
        "lead": _takeaway(report, rows, name),
        "title": both("accuracy-chart", metric=metric(name)),
        "rows": [
            {
                "name": row["model"],
                "about": _about(row["model"]),
                "chart": charts.dots(row["interval"], span, best=at == 0),
                "value": number(row["interval"]["mean"]),
            }
            for at, row in enumerate(shown)
        ],
        "axis": charts.axis(span),
        "how": both(
            "accuracy-how",
            users=number(protocol["users"]),
            protocol=words_of("protocol", protocol["name"], ""),
        ),
        "ndcg": both("ndcg", k=name.partition("@")[2]) if name.startswith("ndcg@") else "",
        "table": _accuracy_table(rows, name, main),
        "more": table(
            [both("model"), *(either(metric(m)) for m in more)],
            [[row["model"], *(_measure(row, m) for m in more)] for row in rows],
            best=0,
        )
        if more
        else None,
    }


def _about(model: str) -> Markup | str:
    """What a model is, where the catalogue says it."""
    key = f"model-{model}"
    return both(key) if key in TEXTS else ""


def _takeaway(report: Report, rows: Sequence[Mapping[str, Any]], name: str) -> Markup:
    first = {
        "best": rows[0]["model"],
        "mean": number(mean_of(rows[0], name)),
        "metric": metric(name),
    }
    if len(rows) > 1:
        for found in report["comparisons"]:
            if (found["a"], found["b"], found["metric"]) == (
                rows[0]["model"],
                rows[1]["model"],
                name,
            ):
                d = found["difference"]
                return both(
                    "accuracy-lead" if found["significant"] else "accuracy-close",
                    **first,
                    second=found["b"],
                    difference=number(d["mean"]),
                    low=number(d["low"]),
                    high=number(d["high"]),
                )
    return both("accuracy-alone", **first)


def _columns(rows: Sequence[Mapping[str, Any]], headline: str) -> tuple[list[str], list[str]]:
    """(the measures of the first table, one of each kind; the others)."""
    names = list(dict.fromkeys(name for row in rows for name in row["metrics"] if name != headline))
    main = [next((name for name in names if name.partition("@")[0] == stem), None) for stem in MAIN]
    chosen = [name for name in main if name]
    return chosen, [name for name in names if name not in chosen]


def _shares(row: Mapping[str, Any]) -> str:
    """The explained share of a model's listed items: mean, p10 and min."""
    mean = percent(row.get("explained_share"))
    if not row.get("explained_share"):
        return mean
    return f"{mean} ({percent(row['explained_share_p10'])}, {percent(row['explained_share_min'])})"


def _accuracy_table(rows: Sequence[Mapping[str, Any]], name: str, columns: Sequence[str]) -> View:
    heads = [
        both("model"),
        either(metric(name)),
        both("low-high"),
        *(either(metric(m)) for m in columns),
        both("exact-share"),
        both("fit"),
        both("scoring"),
        both("memory"),
    ]
    cells = []
    for row in rows:
        found = row["metrics"].get(name, {"mean": None, "low": None, "high": None})
        cells.append(
            [
                row["model"],
                number(found["mean"], 4),
                interval(found),
                *(_measure(row, m) for m in columns),
                _shares(row),
                number(row.get("fit_seconds"), 2),
                number(row.get("score_seconds"), 2),
                number(row.get("peak_mb"), 0),
            ]
        )
    return table(heads, cells, best=0, opened=True)


def _measure(row: Mapping[str, Any], name: str) -> str:
    if name.startswith("coverage"):
        return percent(mean_of(row, name))
    return number(mean_of(row, name))
