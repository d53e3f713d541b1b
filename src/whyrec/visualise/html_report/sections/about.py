"""The sections on the data and on the computation."""

from __future__ import annotations

from collections.abc import Mapping

from whyrec.visualise.drawing import charts
from whyrec.visualise.html_report.format import (
    TEXTS,
    both,
    either,
    metric,
    number,
    pair,
    percent,
    signed,
)
from whyrec.visualise.html_report.sections.common import Report, View, interval, table

__all__ = ["data", "how"]


def data(report: Report) -> View:
    """The section on the data."""
    d = report["data"]
    median = d.get("median_events")
    bins = d["events_per_user"]
    tenths = d["item_popularity"]
    most = max(bins, key=lambda row: row["people"], default=None)
    return {
        "lead": both(
            "data-lead",
            events=number(d["events"]),
            users=number(d["users"]),
            items=number(d["items"]),
            density=percent(d["density"], 1),
            span=pair("span", start=d["from"], end=d["to"]) if d["from"] else "",
            half=pair("data-half", median=number(median, 0)) if median is not None else "",
        ),
        "activity": {
            "title": both("activity", range=_range(most)) if most else both("n-events", n=0),
            "chart": charts.columns(
                [(_range(row), row["people"], number(row["people"])) for row in bins]
            ),
            "how": both("activity-how", n=number(d["users"])),
            "table": table(
                [both("events"), both("people")], [[_range(r), number(r["people"])] for r in bins]
            ),
        },
        "popularity": {
            "title": both("popularity", share=percent(tenths[0]["share"] if tenths else None)),
            "chart": charts.columns(
                [(str(r["part"]), r["share"], percent(r["share"])) for r in tenths]
            ),
            "how": both("popularity-how", n=number(d["items"])),
            "table": table(
                [both("tenth"), both("n-items", n=""), both("events"), both("share-events")],
                [
                    [r["part"], number(r["items"]), number(r["events"]), percent(r["share"], 1)]
                    for r in tenths
                ],
            ),
        },
        "top": [(item["title"], number(item["count"])) for item in d["top_items"]],
    }


def _range(row: Mapping[str, int]) -> str:
    if row["low"] == row["high"]:
        return str(row["low"])
    return f"{row['low']}–{row['high']}"


def how(report: Report) -> View:
    """The section on the computation."""
    protocol = report["protocol"]
    steps = report["data"]["steps"]
    return {
        "command": report["command"],
        "measuring": protocol["command"] if protocol["command"] != report["command"] else "",
        "protocol": protocol["name"],
        "notes": either((protocol["notes"], notes_zh(protocol["notes"])))
        if protocol["notes"]
        else "",
        "versions": ", ".join(f"{name} {version}" for name, version in report["versions"].items()),
        "steps": table(
            [both("step"), both("touched"), both("left"), both("detail")],
            [
                [
                    either((s["name"], step_zh(s["name"]))),
                    number(s["touched"]),
                    number(s["left"]),
                    s["detail"],
                ]
                for s in steps
            ],
            words=(0, 3),
            opened=True,
        )
        if steps
        else None,
        "comparisons": table(
            [both("pair"), both("model"), both("difference"), both("low-high"), both("verdict")],
            [
                [
                    f"{c['a']} − {c['b']}",
                    either(metric(c["metric"])),
                    signed(c["difference"]["mean"], 4),
                    interval(c["difference"], 4),
                    both("significant" if c["significant"] else "chance"),
                ]
                for c in report["comparisons"]
            ],
            words=(0, 1, 4),
        )
        if report["comparisons"]
        else None,
    }


def step_zh(name: str) -> str:
    """A step's name in Chinese where it is known.

    >>> step_zh("drop values below 4"), step_zh("something else")
    ('丢弃低于 4 的取值', 'something else')
    """
    return TEXTS.phrasebook("step-", "zh")(name) or name


def notes_zh(notes: str) -> str:
    """The notes of a split in Chinese, each part where it is known.

    >>> notes_zh("full ranking; something else")
    '对全部物品排序；something else'
    """
    book = TEXTS.phrasebook("note-", "zh")
    english, chinese = TEXTS.pair("notes-join")
    return chinese.join(book(part) or part for part in notes.split(english))
