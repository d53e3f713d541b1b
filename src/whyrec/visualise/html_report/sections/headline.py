"""The three figures at the top of the report."""

from __future__ import annotations

from whyrec.visualise.drawing import charts
from whyrec.visualise.html_report.format import both, number, percent
from whyrec.visualise.html_report.sections.common import Report, View, mean_of, ordered_models

__all__ = ["hero"]


def hero(report: Report) -> list[View]:
    """The headline figures, each with its reference value."""
    found = []
    rows = {row["model"]: row for row in ordered_models(report)}
    row = rows.get(report.get("model")) or next(iter(rows.values()), None)
    if row is not None:
        hits = mean_of(row, "hr@10")
        popular = mean_of(rows.get("popular"), "hr@10")
        if hits is not None:
            against: str = ""
            if popular is not None:
                against = both("hero-popular", popular=percent(popular, 1))
            users = number(report["protocol"]["users"])
            found.append(
                {
                    "value": percent(hits, 1),
                    "text": both("hero-accuracy", users=users),
                    "beside": against,
                    "meter": charts.meter(hits, popular),
                }
            )
        share = row.get("explained_share")
        if share is not None:
            found.append(
                {
                    "value": percent(share),
                    "text": both("hero-share"),
                    "meter": charts.meter(share),
                    "beside": both(
                        "hero-share-of",
                        model=row["model"],
                        least=percent(row.get("explained_share_min")),
                        low=percent(row.get("explained_share_p10")),
                    ),
                }
            )
    gone = report["deletion"]
    if gone.get("lost_top") is not None:
        found.append(
            {
                "value": percent(gone["lost_top"]),
                "text": both("hero-lost"),
                "beside": both("hero-lost-random", random=percent(gone["lost_random"])),
                "meter": charts.meter(gone["lost_top"], gone["lost_random"]),
            }
        )
    elif gone["top"]["mean"] is not None:
        found.append(
            {
                "value": number(gone["top"]["mean"], 2),
                "text": both("hero-drop"),
                "beside": both("hero-drop-random", random=number(gone["random"]["mean"], 2)),
                "meter": "",
            }
        )
    return found
