"""From the report's values to what each section of the page shows: texts, charts and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from whyrec.visualise.drawing import charts, heatmap
from whyrec.visualise.drawing.network_svg import network as draw_network, swatch
from whyrec.visualise.html_report.format import (
    both,
    digits_for,
    either,
    metric,
    number,
    pair,
    percent,
    quoted,
    signed,
    small,
)
from whyrec.visualise.html_report.messages import MODELS, STRINGS, notes_zh, step_zh

__all__ = ["accuracy", "data", "deletion", "factors", "hero", "how", "network", "people"]

BARS = 8  # reasons drawn for each person; the others share one bar
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
    """A table: which columns hold words rather than numbers, which row is best."""
    return {"heads": heads, "rows": rows, "words": words, "best": best, "opened": opened}


# --- the three figures ----------------------------------------------------------------------------


def hero(report: Report) -> list[View]:
    """The headline figures, each with what it is to be compared with."""
    found, rows = [], {row["model"]: row for row in _ordered(report)}
    row = rows.get(report.get("model")) or next(iter(rows.values()), None)
    if row is not None:
        hits, popular = _mean(row, "hr@10"), _mean(rows.get("popular"), "hr@10")
        if hits is not None:
            against = (
                both("hero_popular", popular=percent(popular, 1)) if popular is not None else ""
            )
            users = number(report["protocol"]["users"])
            found.append(
                {
                    "value": percent(hits, 1),
                    "text": both("hero_accuracy", users=users),
                    "beside": against,
                    "meter": charts.meter(hits, popular),
                }
            )
        share = row.get("explained_share")
        if share is not None:
            found.append(
                {
                    "value": percent(share),
                    "text": both("hero_share"),
                    "meter": charts.meter(share),
                    "beside": both("hero_share_of", model=row["model"]),
                }
            )
    gone = report["deletion"]
    if gone.get("lost_top") is not None:
        found.append(
            {
                "value": percent(gone["lost_top"]),
                "text": both("hero_lost"),
                "beside": both("hero_lost_random", random=percent(gone["lost_random"])),
                "meter": charts.meter(gone["lost_top"], gone["lost_random"]),
            }
        )
    elif gone["top"]["mean"] is not None:
        found.append(
            {
                "value": number(gone["top"]["mean"], 2),
                "text": both("hero_drop"),
                "beside": both("hero_drop_random", random=number(gone["random"]["mean"], 2)),
                "meter": "",
            }
        )
    return found


def _mean(row: Mapping[str, Any] | None, name: str) -> float | None:
    return row["metrics"].get(name, {}).get("mean") if row else None


# --- data -----------------------------------------------------------------------------------------


def data(report: Report) -> View:
    d = report["data"]
    median = d.get("median_events")
    bins, tenths = d["events_per_user"], d["item_popularity"]
    most = max(bins, key=lambda row: row["people"], default=None)
    return {
        "lead": both(
            "data_lead",
            events=number(d["events"]),
            users=number(d["users"]),
            items=number(d["items"]),
            density=percent(d["density"], 1),
            span=pair("span", start=d["from"], end=d["to"]) if d["from"] else "",
            half=pair("data_half", median=number(median, 0)) if median is not None else "",
        ),
        "activity": {
            "title": both("activity", range=_range(most)) if most else both("n_events", n=0),
            "chart": charts.columns(
                [(_range(row), row["people"], number(row["people"])) for row in bins]
            ),
            "how": both("activity_how", n=number(d["users"])),
            "table": table(
                [both("events"), both("people")], [[_range(r), number(r["people"])] for r in bins]
            ),
        },
        "popularity": {
            "title": both("popularity", share=percent(tenths[0]["share"] if tenths else None)),
            "chart": charts.columns(
                [(str(r["part"]), r["share"], percent(r["share"])) for r in tenths]
            ),
            "how": both("popularity_how", n=number(d["items"])),
            "table": table(
                [both("tenth"), both("n_items", n=""), both("events"), both("share_events")],
                [
                    [r["part"], number(r["items"]), number(r["events"]), percent(r["share"], 1)]
                    for r in tenths
                ],
            ),
        },
        "top": [(item["title"], number(item["count"])) for item in d["top_items"]],
    }


def _range(row: Mapping[str, int]) -> str:
    return str(row["low"]) if row["low"] == row["high"] else f"{row['low']}–{row['high']}"


# --- accuracy -------------------------------------------------------------------------------------


def _headline(report: Report) -> str:
    """The measure that the models are ranked by."""
    if report["comparisons"]:
        return str(report["comparisons"][0]["metric"])
    known = [name for row in report["accuracy"] for name in row["metrics"]]
    return "ndcg@10" if "ndcg@10" in known or not known else known[0]


def _ordered(report: Report) -> list[Mapping[str, Any]]:
    """Models by the headline, best first; those without a value last."""

    def key(row: Mapping[str, Any]) -> tuple[bool, float]:
        value = _mean(row, _headline(report))
        return value is None, -(value or 0.0)

    return sorted(report["accuracy"], key=key)


def accuracy(report: Report) -> View | None:
    rows, name = _ordered(report), _headline(report)
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
        "title": both("accuracy_chart", metric=metric(name)),
        "rows": [
            {
                "name": row["model"],
                "about": either(MODELS[row["model"]]) if row["model"] in MODELS else "",
                "chart": charts.dots(row["interval"], span, best=at == 0),
                "value": number(row["interval"]["mean"]),
            }
            for at, row in enumerate(shown)
        ],
        "axis": charts.axis(span),
        "how": both(
            "accuracy_how",
            users=number(protocol["users"]),
            protocol=_known("protocol", protocol["name"], ""),
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


def _known(kind: str, name: str, otherwise: Any) -> Any:
    """What a protocol or a method is, in both languages, where the report has words for it."""
    return pair(f"{kind}:{name}") if f"{kind}:{name}" in STRINGS else otherwise


def _takeaway(report: Report, rows: Sequence[Mapping[str, Any]], name: str) -> Markup:
    first = {"best": rows[0]["model"], "mean": number(_mean(rows[0], name)), "metric": metric(name)}
    if len(rows) > 1:
        for found in report["comparisons"]:
            if (found["a"], found["b"], found["metric"]) == (
                rows[0]["model"],
                rows[1]["model"],
                name,
            ):
                d = found["difference"]
                return both(
                    "accuracy_lead" if found["significant"] else "accuracy_close",
                    **first,
                    second=found["b"],
                    difference=number(d["mean"]),
                    low=number(d["low"]),
                    high=number(d["high"]),
                )
    return both("accuracy_alone", **first)


def _columns(rows: Sequence[Mapping[str, Any]], headline: str) -> tuple[list[str], list[str]]:
    """The measures of the first table, one of each kind, and the others."""
    names = list(dict.fromkeys(name for row in rows for name in row["metrics"] if name != headline))
    main = [next((name for name in names if name.partition("@")[0] == stem), None) for stem in MAIN]
    chosen = [name for name in main if name]
    return chosen, [name for name in names if name not in chosen]


def _accuracy_table(rows: Sequence[Mapping[str, Any]], name: str, columns: Sequence[str]) -> View:
    heads = [
        both("model"),
        either(metric(name)),
        both("low_high"),
        *(either(metric(m)) for m in columns),
        both("exact_share"),
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
                _interval(found),
                *(_measure(row, m) for m in columns),
                percent(row.get("explained_share")),
                number(row.get("fit_seconds"), 2),
                number(row.get("score_seconds"), 2),
                number(row.get("peak_mb"), 0),
            ]
        )
    return table(heads, cells, best=0, opened=True)


def _measure(row: Mapping[str, Any], name: str) -> str:
    return percent(_mean(row, name)) if name.startswith("coverage") else number(_mean(row, name))


def _interval(found: Mapping[str, Any], digits: int = 3) -> str:
    if found["low"] is None or found["high"] is None:
        return "–"
    return f"{number(found['low'], digits)} … {number(found['high'], digits)}"


# --- three people ---------------------------------------------------------------------------------


def people(report: Report) -> View:
    errors = [person["loo_check"] for person in report["people"]]
    parts = any(person["explained"]["method"] == "features" for person in report["people"])
    return {
        "lead": both("proof_parts")
        if parts
        else both("proof_lead", error=small(max(errors, default=0.0))),
        "people": [_person(person, report["data"]["domain"]) for person in report["people"]],
    }


def _person(person: Mapping[str, Any], domain: str) -> View:
    explained, removed = person["explained"], person["removed"]
    reasons = sorted(explained["reasons"], key=lambda reason: -abs(reason["weight"]))
    digits = digits_for([explained["score"], *(reason["weight"] for reason in reasons)])
    total = sum(reason["weight"] for reason in reasons)
    return {
        "name": both("person", user=person["user"]),
        "events": both("n_events", n=number(person["events"]))
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
        "bars_title": both("bars_parts" if explained["method"] == "features" else "bars"),
        "bars": _bars(reasons, set(removed["labels"]), digits),
        "how": both("parts_how", n=len(reasons))
        if explained["method"] == "features"
        else both(
            "bars_how",
            n=len(reasons),
            error=small(person["loo_check"]),
            removed=pair("bars_removed") if removed["labels"] else "",
            method=_known("method", explained["method"], explained["method"]),
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
    if "text" in reason:  # an interpretable model says its reasons in both languages
        return either((reason["text"]["en"], reason["text"]["zh"]))
    return both("popularity_kind") if reason["kind"] == "popularity" else reason["label"]


def _bars(reasons: Sequence[Mapping[str, Any]], removed: set[str], digits: int) -> list[View]:
    """The largest reasons and those that are removed below, each a bar; the others share one."""
    most = BARS + (len(reasons) == BARS + 1)  # a single further reason is shown rather than counted
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
    explained, removed, slate = person["explained"], person["removed"], person["slate"]
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
            proof=pair("left_list" if removed["proved"] else "not_proof"),
        ),
        "before": before,
        "after": after,
        "chart": charts.moves(len(slate), [row["was"] for row in removed["slate"]]),
        "how": both("moves_how", n=len(removed["labels"])),
        "table": table(
            [both("item"), both("before"), both("after")],
            [[row["title"], row["was"] or "–", row["rank"]] for row in removed["slate"]],
        ),
    }


# --- do the reasons matter ------------------------------------------------------------------------


def deletion(report: Report) -> View:
    d, known = report["deletion"], report["truth"]
    rows = [(both("top_reason"), d["top"], d.get("lost_top"), d.get("drop_rank_top"))]
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
        "how": both("drop_how", n=number(d["cases"])),
        "sums": both("sums", gap=small(d["completeness"]), error=small(d["removal_error"]))
        if checked
        else "",
        "table": table(
            ["", both("drop_column"), both("low_high"), both("lost"), both("new_rank")],
            [
                [name, number(value["mean"]), _interval(value), percent(lost, 1), number(rank, 1)]
                for name, value, lost, rank in rows
            ],
        ),
        "truth": _planted(known) if known else None,
        "support": _support(report.get("support")),
    }


def _support(found: Mapping[str, Any] | None) -> list[Markup]:
    """How many people are behind the first reasons; nothing where none is known."""
    if not found or not found["counted"]:
        return []
    said = [
        both(
            "support_lead",
            n=number(found["counted"]),
            median=number(found["median"]),
            **{f"under{bound}": percent(share) for bound, share in found["under"].items()},
        )
    ]
    if found["warning"]:
        said.append(
            both(
                "support_warning",
                share=percent(found["weak"]),
                k=found["k"],
                limit=percent(found["limit"]),
            )
        )
    return said


def _matters(d: Mapping[str, Any]) -> Markup:
    top, other = d["top"]["mean"], d["random"]["mean"]
    words = {"top": number(top, 2), "random": number(other, 2)}
    if top is None or other is None or top <= other:
        return both("truth_unlike", **words)
    if other <= 0.02 * top or d["top"]["low"] <= d["random"]["high"]:
        return both("truth_plain", **words)
    return both("truth_lead", **words, times=number(top / other, 1 if top < 10 * other else 0))


def _planted(known: Mapping[str, Any]) -> View:
    rows = [
        ("top_reason", known["share_named"]),
        ("cosine", known["cosine"]),
        ("random", known["random"]),
    ]
    return {
        "title": both("planted", named=percent(known["share_named"])),
        "how": both("planted_how", cases=number(known["cases"])),
        "rows": [
            {"name": both(key), "chart": charts.meter(value or 0.0), "value": percent(value, 1)}
            for key, value in rows
        ],
        "table": table(
            ["", both("planted_column")], [[both(key), percent(value, 1)] for key, value in rows]
        ),
    }


# --- factors --------------------------------------------------------------------------------------


def factors(report: Report) -> View | None:
    f = report["factors"]
    if not f["factors"]:
        return None
    n = len(f["factors"])
    return {
        "lead": both("factors_lead", n=n),
        "heads": [f"F{at}" for at in range(1, n + 1)],
        "names": [
            {
                "name": factor["name"],
                "size": both("comes_back", value=number(factor["stability"], 2)),
                "high": [row["title"] for row in factor["high"][:3]],
                "low": [row["title"] for row in factor["low"][:3]],
            }
            for factor in f["factors"]
        ],
        "items": _heat(f["items"], f["item_matrix"], n),
        "people": _heat(f["people"], f["user_matrix"], n),
        "legend": heatmap.tiles(np.linspace(-1, 1, heatmap.SHADES).tolist()),
    }


def _heat(names: Sequence[str], matrix: Sequence[Sequence[float]], factors: int) -> View | None:
    values = heatmap.scaled(matrix)
    if not values.size:
        return None
    heads = [f"F{n}" for n in range(1, factors + 1)]
    order = heatmap.order_rows(values)
    return {
        "rows": [
            (
                names[row],
                heatmap.tiles(
                    values[row].tolist(),
                    [
                        f"{names[row]} · {head} {signed(v, 2)}"
                        for head, v in zip(heads, values[row], strict=True)
                    ],
                ),
            )
            for row in order
        ],
        "how": both("factors_how", n=len(order)),
        "table": table(
            [both("item"), *heads],
            [[names[row], *(signed(v, 2) for v in values[row])] for row in order],
        ),
    }


# --- network --------------------------------------------------------------------------------------


def network(report: Report) -> View | None:
    graph, domain = report["network"], report["data"]["domain"]
    if not graph["nodes"] or not graph["edges"]:
        return None
    nodes = {node["id"]: node for node in graph["nodes"]}
    edges = sorted(graph["edges"], key=lambda edge: -edge["weight"])
    groups = graph.get("groups") or _groups(graph["nodes"])
    names = {
        group["group"]: both("other_groups")
        if group.get("rest")
        else " · ".join(group["categories"] or group["titles"])
        for group in groups
    }
    a, b = (quoted([nodes[edges[0][end]]["title"]], domain) for end in ("source", "target"))
    return {
        "lead": both("network_lead", a=a, b=b, n=len(nodes), groups=len(groups)),
        "how": both("network_how", nodes=len(nodes), edges=len(edges)),
        "wide": draw_network(graph, 1040, 700, kind="wide"),
        "tall": draw_network(graph, 344, 620, kind="tall", longest=22),
        "groups": [
            (swatch(group["group"]), names[group["group"]], group["size"]) for group in groups
        ],
        "table": table(
            [both("tie"), both("strength"), both("community")],
            [
                [
                    f"{nodes[e['source']]['title']} — {nodes[e['target']]['title']}",
                    number(float(e["weight"])),
                    names[nodes[e["source"]]["group"]],
                ]
                for e in edges
            ],
            words=(0, 2),
        ),
    }


def _groups(nodes: Sequence[Mapping[str, Any]]) -> list[View]:
    """Communities named by their largest nodes, where the report brings no names."""
    found = []
    for number_ in sorted({node["group"] for node in nodes}):
        members = sorted((n for n in nodes if n["group"] == number_), key=lambda n: -n["weight"])
        found.append(
            {
                "group": number_,
                "size": len(members),
                "categories": [],
                "titles": [n["title"] for n in members[:2]],
            }
        )
    return found


# --- how it was computed --------------------------------------------------------------------------


def how(report: Report) -> View:
    protocol, steps = report["protocol"], report["data"]["steps"]
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
            [both("pair"), both("model"), both("difference"), both("low_high"), both("verdict")],
            [
                [
                    f"{c['a']} − {c['b']}",
                    either(metric(c["metric"])),
                    signed(c["difference"]["mean"], 4),
                    _interval(c["difference"], 4),
                    both("significant" if c["significant"] else "chance"),
                ]
                for c in report["comparisons"]
            ],
            words=(0, 1, 4),
        )
        if report["comparisons"]
        else None,
    }
