"""The section on whether reasons matter: removal, support and planted causes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from whyrec.visualise.drawing import charts
from whyrec.visualise.html_report.format import both, number, percent, small
from whyrec.visualise.html_report.sections.common import Report, View, interval, table

__all__ = ["deletion"]


def deletion(report: Report) -> View:
    """The section on whether reasons matter."""
    d = report["deletion"]
    known = report["truth"]
    rows = [(both("top-reason"), d["top"], d.get("lost_top"), d.get("drop_rank_top"))]
    if d.get("recent"):
        rows.append((both("recent"), d["recent"], d.get("lost_recent"), d.get("drop_rank_recent")))
    rows.append((both("random"), d["random"], d.get("lost_random"), d.get("drop_rank_random")))
    span = charts.scale([row[1][end] for row in rows for end in ("mean", "low", "high")])
    checked = d.get("completeness") is not None and d.get("removal_error") is not None
    return {
        "lead": _matters(d),
        "note": d.get("note", ""),
        "axis": charts.axis(span),
        "rows": [
            {
                "name": name,
                "chart": charts.dots(value, span, best=at == 0),
                "value": number(value["mean"], 2),
            }
            for at, (name, value, _, _) in enumerate(rows)
        ],
        "how": both("drop-how", n=number(d["cases"])),
        "sums": both("sums", gap=small(d["completeness"]), error=small(d["removal_error"]))
        if checked
        else "",
        "table": table(
            ["", both("drop-column"), both("low-high"), both("lost"), both("new-rank")],
            [
                [name, number(value["mean"]), interval(value), percent(lost, 1), number(rank, 1)]
                for name, value, lost, rank in rows
            ],
        ),
        "truth": _planted(known) if known else None,
        "support": _support(report.get("support")),
    }


def _support(found: Mapping[str, Any] | None) -> list[Markup]:
    """Sentences on the number of people behind the first reasons; [] if unknown."""
    if not found or not found["counted"]:
        return []
    said = [
        both(
            "support-lead",
            n=number(found["counted"]),
            median=number(found["median"]),
            **{f"under{bound}": percent(share) for bound, share in found["under"].items()},
        )
    ]
    if found["warning"]:
        said.append(
            both(
                "support-warning",
                share=percent(found["weak"]),
                k=found["k"],
                limit=percent(found["limit"]),
            )
        )
    return said


def _matters(d: Mapping[str, Any]) -> Markup:
    top = d["top"]["mean"]
    other = d["random"]["mean"]
    words = {"top": number(top, 2), "random": number(other, 2)}
    if top is None or other is None or top <= other:
        return both("truth-unlike", **words)
    if other <= 0.02 * top or d["top"]["low"] <= d["random"]["high"]:
        return both("truth-plain", **words)
    return both("truth-lead", **words, times=number(top / other, 1 if top < 10 * other else 0))


def _planted(known: Mapping[str, Any]) -> View:
    rows = [
        ("top-reason", known["share_named"]),
        ("cosine", known["cosine"]),
        ("random", known["random"]),
    ]
    return {
        "title": both("planted", named=percent(known["share_named"])),
        "how": both("planted-how", cases=number(known["cases"])),
        "rows": [
            {"name": both(key), "chart": charts.meter(value or 0.0), "value": percent(value, 1)}
            for key, value in rows
        ],
        "table": table(
            ["", both("planted-column")], [[both(key), percent(value, 1)] for key, value in rows]
        ),
    }
