"""Three people: their history, their list, the reasons of one item, and the effect of removal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whyrec.visualise.drawing import charts
from whyrec.visualise.html_report.format import (
    both,
    digits_for,
    either,
    number,
    pair,
    percent,
    quoted,
    signed,
    small,
)
from whyrec.visualise.html_report.sections.common import Report, View, table, words_of

__all__ = ["people"]

BARS = 8  # bars for each person; the remaining reasons share one bar


def people(report: Report) -> View:
    """The section on three people."""
    errors = [person["loo_check"] for person in report["people"]]
    parts = any(person["explained"]["method"] == "features" for person in report["people"])
    return {
        "lead": both("proof-parts")
        if parts
        else both("proof-lead", error=small(max(errors, default=0.0))),
        "people": [_person(person, report["data"]["domain"]) for person in report["people"]],
    }


def _person(person: Mapping[str, Any], domain: str) -> View:
    explained = person["explained"]
    removed = person["removed"]
    reasons = sorted(explained["reasons"], key=lambda reason: -abs(reason["weight"]))
    digits = digits_for([explained["score"], *(reason["weight"] for reason in reasons)])
    total = sum(reason["weight"] for reason in reasons)
    return {
        "name": both("person", user=person["user"]),
        "events": both("n-events", n=number(person["events"]))
        if person.get("events") is not None
        else "",
        "history": [
            (row["title"], row["when"] or ", ".join(row["categories"][:2]))
            for row in person["history"]
        ],
        "slate": [
            (row["rank"], row["title"], ", ".join(row["categories"][:2])) for row in person["slate"]
        ],
        "why": both("why", title=quoted([explained["title"]], domain)),
        "text": either((explained["text"]["en"], explained["text"]["zh"])),
        "sum": [
            (both(key), number(float(value), digits))
            for key, value in (
                ("score", explained["score"]),
                ("base", explained["base"]),
                ("reasons", total),
                ("rest", explained["rest"]),
            )
        ],
        "share": both("share", share=percent(explained["explained_share"])),
        "bars_title": both("bars-parts" if explained["method"] == "features" else "bars"),
        "bars": _bars(reasons, set(removed["labels"]), digits),
        "how": both("parts-how", n=len(reasons))
        if explained["method"] == "features"
        else both(
            "bars-how",
            n=len(reasons),
            error=small(person["loo_check"]),
            removed=pair("bars-removed") if removed["labels"] else "",
            method=words_of("method", explained["method"], explained["method"]),
        ),
        "table": table(
            [both("reason"), both("direction"), both("weight")],
            [
                [
                    _label(r),
                    both("for" if r["weight"] >= 0 else "against"),
                    signed(r["weight"], digits + 1),
                ]
                for r in reasons
            ],
            words=(0, 1),
        ),
        "moves": _moves(person, domain) if removed["labels"] else None,
    }


def _label(reason: Mapping[str, Any]) -> Any:
    if "text" in reason:  # an interpretable model words its reasons in both languages
        return either((reason["text"]["en"], reason["text"]["zh"]))
    if reason["kind"] == "popularity":
        return both("popularity-kind")
    return reason["label"]


def _bars(reasons: Sequence[Mapping[str, Any]], removed: set[str], digits: int) -> list[View]:
    """A bar for each of the largest reasons and the removed ones; the others share one."""
    most = BARS + (len(reasons) == BARS + 1)  # show a single further reason instead of counting it
    drawn = [r for at, r in enumerate(reasons) if at < most or r["label"] in removed]
    others = [
        r["weight"] for at, r in enumerate(reasons) if at >= most and r["label"] not in removed
    ]
    span = charts.scale([r["weight"] for r in drawn] + [sum(others)])
    rows = [
        {
            "label": _label(r),
            "title": r["label"],
            "chart": charts.signed_bar(r["weight"], span),
            "value": signed(r["weight"], digits),
            "removed": r["label"] in removed,
            "rest": False,
            "said": "text" in r,
        }
        for r in drawn
    ]
    if others:
        total = float(sum(others))
        rows.append(
            {
                "label": both("more", n=len(others)),
                "title": "",
                "chart": charts.signed_bar(total, span),
                "value": signed(total, digits),
                "removed": False,
                "rest": True,
                "said": False,
            }
        )
    return rows


def _moves(person: Mapping[str, Any], domain: str) -> View:
    """The list before and after, joined by curves."""
    explained = person["explained"]
    removed = person["removed"]
    slate = person["slate"]
    kept = {row["was"] for row in removed["slate"]}
    before = [
        {
            "rank": row["rank"],
            "title": row["title"],
            "hit": row["title"] == explained["title"],
            "tag": None
            if row["rank"] in kept
            else f"→ {removed['rank_after']}"
            if row["title"] == explained["title"]
            else both("gone"),
        }
        for row in slate
    ]
    after = [
        {
            "rank": row["rank"],
            "title": row["title"],
            "hit": row["title"] == explained["title"],
            "step": None if row["was"] is None else row["was"] - row["rank"],
        }
        for row in removed["slate"]
    ]
    return {
        "title": both("without", labels=quoted(removed["labels"], domain)),
        "verdict": both(
            "moved",
            title=quoted([explained["title"]], domain),
            before=removed["rank_before"],
            after=removed["rank_after"],
            proof=pair("left-list" if removed["proved"] else "not-proof"),
        ),
        "before": before,
        "after": after,
        "chart": charts.moves(len(slate), [row["was"] for row in removed["slate"]]),
        "how": both("moves-how", n=len(removed["labels"])),
        "table": table(
            [both("item"), both("before"), both("after")],
            [[row["title"], row["was"] or "–", row["rank"]] for row in removed["slate"]],
        ),
    }
