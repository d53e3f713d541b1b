"""Print grades of explanations and audits in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from whyrec.core.messages import Messages
from whyrec.core.progress import interval
from whyrec.workflows.messages import NOTES, of, said_by_others
from whyrec.workflows.result import Block, Table

__all__ = ["GRADED", "audited", "behind_firsts", "faithful", "graded", "methods"]

AUDIT = Messages("audit")
#: Measures of explanations that are shown.
GRADED = ("pos@5", "pos@20", "neg@5", "del", "ins", "cdcg", "drop", "pos@5.few")


def behind_firsts(found: Mapping[str, Any] | None, lang: str = "en") -> Iterator[Block]:
    """One line on the people behind first reasons, with a warning if many reasons are weak."""
    if found is None or not found["counted"]:
        return
    say = of(lang)
    shares = say("listed").join(
        say("behind-under", share=share, bound=bound) for bound, share in found["under"].items()
    )
    yield say("behind", shares=shares, median=f"{found['median']:g}", counted=found["counted"])
    if found["warning"]:
        yield "  " + say("behind-weak", weak=found["weak"], k=found["k"], limit=found["limit"])


def faithful(result: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    """The effect of the first reason alone."""
    say = of(lang)
    yield Table(
        [
            {
                say("faithful-removed"): said_by_others(row["method"], lang),
                say("faithful-drop"): interval(row["metrics"]["drop"]),
                say("faithful-rank"): f"{row['metrics']['rank']['mean']:>14,.1f}",
                say("faithful-lost"): f"{row['metrics']['no_longer_first']['mean']:.1%}",
            }
            for row in result["rows"]
        ],
        say("faithful-title", cases=result["cases"]),
    )
    if result["explained_items"]:
        within = say("faithful-of", n=result["explained_items"])
    else:
        within = ""
    gap, fall = (f"{result[name]:.1e}" for name in ("completeness", "removal_error"))
    yield say("faithful-sums", of=within, gap=gap, fall=fall)
    yield ""


def graded(result: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    """The table of all methods, then the first reason alone."""
    say = of(lang)
    full = [row for row in result["rows"] if "pos@5" in row["metrics"]]

    def name(method: str) -> str:
        return said_by_others(method, lang)

    yield Table(
        [
            {
                say("grade-method"): say(
                    "grade-oracle" if row["oracle"] else "grade-plain", method=name(row["method"])
                ),
                **{metric: row["metrics"][metric]["mean"] for metric in GRADED},
                "ms": row["ms"],
                say("grade-evaluations"): row["evaluations"],
            }
            for row in full
        ],
        say(
            "grade-title",
            data=result["data"],
            model=result["model"],
            cases=result["cases"],
            output=name(result["output"]),
        ),
    )
    worse = [
        say("grade-on", method=name(d["b"]), metric=d["metric"])
        for d in result["against"]
        if not d["better"] and "best of" not in d["b"]
    ]
    yield say(
        "grade-worse",
        method=name(result["against"][0]["a"]),
        others=say("listed").join(worse) or say("grade-none"),
    )
    yield from faithful(
        {**result, "rows": [row for row in result["rows"] if "no_longer_first" in row["metrics"]]},
        lang,
    )


def methods(result: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    """The explainers of a model."""
    say = of(lang)
    rows = [
        {
            say("methods-method"): row["method"],
            say("methods-what"): _what(row, lang),
            say("methods-flaw"): said_by_others(row["flaw"], lang),
        }
        for row in result["methods"]
    ]
    yield Table(
        rows,
        say(
            "methods-title",
            model=result["model"],
            method=result["auto"],
            why=said_by_others(result["why"], lang),
        ),
    )


def _what(row: Mapping[str, Any], lang: str) -> str:
    """What a method does: from the catalogue, or in a plugin's own words."""
    key = f"explainer-{row['method']}"
    return NOTES.say(key, lang) if key in NOTES else str(row["what"])


def audited(result: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    """Groups, gaps, re-ranking and attacks."""
    say = of(lang)

    def name(text: str) -> str:
        stem, at, cut = text.partition("@")
        key = f"metric-{stem.replace('_', '-')}"
        if lang == "en":
            return text
        if key in AUDIT:
            return AUDIT.say(key, lang) + at + cut
        return AUDIT.phrasebook("name-", lang)(text) or text

    for part in result["fairness"]["people"]:
        yield Table(
            [
                {
                    say("audit-group"): name(r["group"]),
                    say("audit-people"): r["people"],
                    **{name(m): r["metrics"][m]["mean"] for m in r["metrics"]},
                }
                for r in part["rows"]
            ],
            say(
                "audit-title",
                by=name(part["by"]),
                left=part["left_out"],
                fewest=result["fairness"]["fewest"],
            ),
        )
    told = [
        say(
            "audit-gap",
            metric=name(g["metric"]),
            by=name(g["by"]),
            a=name(g["a"]),
            b=name(g["b"]),
            difference=g["difference"]["mean"],
        )
        for g in result["fairness"]["gaps"]
        if g["told"]
    ]
    yield say(
        "audit-gaps",
        told=len(told),
        n=len(result["fairness"]["gaps"]),
        which=say("also").join(told[:6]),
    )
    m = result["fairness"]["mitigation"]
    moved = ("weight", "gap_before", "gap_after", "ndcg_before", "ndcg_after")
    yield say("audit-moved", **{key: m[key] for key in moved})
    yield from behind_firsts(result["support"], lang)
    for row in result["safety"].get("rows", []):
        yield say("audit-attack", **row | {"attack": name(row["attack"])})
    yield say("report", path=result["report"])
