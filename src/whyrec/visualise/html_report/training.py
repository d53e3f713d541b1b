"""The figure of a model's training, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from whyrec.visualise.drawing import charts
from whyrec.visualise.html_report.format import TEXTS, both, number

__all__ = ["training"]

HEIGHT = 150  # of the drawing
LEFT = 7  # percent of its width for the numbers


def training(stages: Sequence[Mapping[str, Any]] | None) -> dict[str, Any] | None:
    """Build the figure of training curves.

    Args:
        stages: Stages of a trained model, [{stage, curve [{epoch, loss, quality or None,
            seconds}]}]. Stages without a quality (training of the text encoder) appear only in the
            table.

    Returns:
        The values of the section, or None if there is nothing to show.
    """
    measured = [
        {**stage, "curve": [row for row in stage["curve"] if row.get("quality") is not None]}
        for stage in stages or []
    ]
    measured = [stage for stage in measured if stage["curve"]]
    if not measured:
        return None
    best = [max(row["quality"] for row in stage["curve"]) for stage in measured]
    if len(best) == 1:
        lead = both("training-one", best=number(best[-1]))
    else:
        lead = both(
            "training-more",
            first=number(best[0]),
            last=number(best[-1]),
            change=f"{best[-1] - best[0]:+.4f}",
        )
    rows = [
        [
            _name(stage["stage"]),
            number(len(stage["curve"])),
            number(stage["curve"][-1]["loss"], 3),
            number(
                max(
                    (r["quality"] for r in stage["curve"] if r.get("quality") is not None),
                    default=None,
                )
            ),
            number(stage["curve"][-1].get("seconds"), 0),
        ]
        for stage in stages or []
        if stage["curve"]
    ]
    heads = [
        both("training-stage"),
        both("training-rows"),
        both("training-loss"),
        both("training-quality"),
        both("training-seconds"),
    ]
    return {
        "title": lead,
        "chart": _lines(measured),
        "how": both("training-how"),
        "table": {"heads": heads, "rows": rows, "words": (0,), "best": None, "opened": False},
    }


def _name(stage: str) -> Any:
    key = f"stage-{stage}"
    if key in TEXTS:
        return both(key)
    return stage


def _lines(stages: Sequence[Mapping[str, Any]]) -> Markup:
    """Validation NDCG@10 over the epochs of all stages, with a line between stages."""
    span = charts.scale([row["quality"] for stage in stages for row in stage["curve"]])
    total = sum(len(stage["curve"]) for stage in stages)
    parts = []
    at = 0
    for tick in charts.ticks(span, 4):
        y = charts.short(_height(tick, span))
        parts.append(
            Markup(
                '<line class="grid" x1="{0}%" x2="100%" y1="{1}" y2="{1}"/>'
                '<text class="tick end" x="{2}%" y="{3}">{4:g}</text>'
            ).format(LEFT, y, LEFT - 1, charts.short(_height(tick, span) + 4), tick)
        )
    for stage in stages:
        points = [
            (_across(at + n, total), _height(row["quality"], span))
            for n, row in enumerate(stage["curve"])
        ]
        if at:
            x = charts.short(_across(at - 0.5, total))
            parts.append(
                Markup('<line class="grid" x1="{0}%" x2="{0}%" y1="8" y2="{1}"/>').format(
                    x, HEIGHT - 22
                )
            )
        for (x1, y1), (x2, y2) in pairwise(points):
            parts.append(
                Markup('<line class="curve" x1="{}%" y1="{}" x2="{}%" y2="{}"/>').format(
                    *map(charts.short, (x1, y1, x2, y2))
                )
            )
        parts += [
            Markup('<circle class="curve" cx="{}%" cy="{}" r="2.5"/>').format(
                charts.short(x), charts.short(y)
            )
            for x, y in points
        ]
        middle = _across(at + (len(points) - 1) / 2, total)
        parts.append(
            Markup('<text class="tick" x="{}%" y="{}">{}</text>').format(
                charts.short(middle), HEIGHT - 4, stage["stage"]
            )
        )
        at += len(points)
    return Markup(
        '<svg class="columns" width="100%" height="{}" aria-hidden="true">{}</svg>'
    ).format(HEIGHT, Markup("").join(parts))


def _across(place: float, total: int) -> float:
    return LEFT + 2 + (96 - LEFT) * (place + 0.5) / max(1, total)


def _height(value: float, span: charts.Axis) -> float:
    return (HEIGHT - 22) - (HEIGHT - 32) * (value - span[0]) / (span[1] - span[0])
