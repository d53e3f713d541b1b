"""The sections of the audit report: texts, charts and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from whyrec.core.messages import Messages
from whyrec.visualise.drawing.charts import axis, dots, scale
from whyrec.visualise.html_report.format import Pair, either, marked, number, percent

__all__ = [
    "TEXTS",
    "about",
    "facts",
    "faithfulness",
    "hero",
    "how",
    "in_words",
    "items",
    "metric",
    "mitigation",
    "named",
    "people",
    "privacy",
    "safety",
    "say",
    "say_n",
    "support",
    "support_lead",
    "words",
]

TEXTS = Messages("audit")


def words(key: str, **slots: Any) -> Pair:
    """A text in both languages, with its slots filled."""
    return marked(TEXTS, key, **slots)


def say(key: str, **slots: Any) -> Markup:
    """A text in both languages as HTML."""
    return either(words(key, **slots))


def in_words(name: str, lang: str) -> str:
    """The name of a group, an attack or a method, in the language where the catalogue has it."""
    return TEXTS.phrasebook("name-", lang)(name) or name


def named(name: str) -> Markup:
    """The name of a group or attack in both languages."""
    return either((name, in_words(name, "zh")))


def metric(name: str) -> Markup:
    """The name of a measure in both languages."""
    stem, _, cut = name.partition("@")
    key = f"metric-{stem.replace('_', '-')}"
    en, zh = TEXTS.pair(key) if key in TEXTS else (stem, stem)
    if cut and stem in ("ndcg", "hr"):
        cut = f"@{cut}"
    else:
        cut = ""
    return either((en + cut, zh + cut))


def hero(a: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The headline figures."""
    fair = a["fairness"]
    ndcg = fair["overall"]["ndcg@10"]
    return [
        {
            "value": number(ndcg["mean"]),
            "text": say("hero-ndcg"),
            "beside": say("hero-interval", low=number(ndcg["low"]), high=number(ndcg["high"])),
        },
        {
            "value": str(sum(g["told"] for g in fair["gaps"])),
            "text": say("hero-gaps"),
            "beside": say("hero-of", n=len(fair["gaps"])),
        },
        {
            "value": percent(a["model"]["explained_share"]),
            "text": say("hero-share"),
            "beside": say(
                "hero-coverage",
                share=percent(fair["coverage"]),
                least=percent(a["model"]["explained_share_min"]),
                low=percent(a["model"]["explained_share_p10"]),
            ),
        },
    ]


def about(a: Mapping[str, Any]) -> dict[str, Any]:
    """The introduction: data, model and test people."""
    return {"lead": say("about-lead", **facts(a)), "figures": []}


def facts(a: Mapping[str, Any]) -> dict[str, Any]:
    """The slots of the introduction."""
    d = a["data"]
    return {
        "model": a["model"]["name"],
        "data": d["name"],
        "people": number(a["protocol"]["people"]),
        **{key: number(d[key]) for key in ("users", "items", "events")},
    }


def people(a: Mapping[str, Any]) -> dict[str, Any]:
    """The section on groups of people."""
    fair = a["fairness"]
    figures = [_group_figure(part, fair["fewest"]) for part in fair["people"] if part["rows"]]
    told = [g for g in fair["gaps"] if g["told"]]
    rows = [
        [
            named(g["by"]),
            f"{g['a']} − {g['b']}",
            metric(g["metric"]),
            *_spread(g["difference"]),
            f"{g['p_holm']:.2g}",
        ]
        for g in told
    ]
    if told:
        title = say("told", told=len(told), n=len(fair["gaps"]))
    else:
        title = say("told-none", n=len(fair["gaps"]))
    heads = [say("by"), "a − b", say("metric"), say("difference"), say("interval"), "p (Holm)"]
    figures.append(
        {
            "title": title,
            "how": say("told-how"),
            "table": _table(heads, rows, 3, opened=True) if rows else None,
            "rows": [],
            "axis": "",
        }
    )
    return {"lead": say("people-lead", fewest=fair["fewest"]), "figures": figures}


def _group_figure(part: Mapping[str, Any], fewest: int) -> dict[str, Any]:
    rows = part["rows"]
    names = list(part["rows"][0]["metrics"])
    heads = [
        say("group"),
        say("n"),
        *(cell for name in names for cell in (metric(name), say("interval"))),
    ]
    body = [
        [
            named(r["group"]),
            number(r["people"]),
            *(c for n in names for c in _spread(r["metrics"][n])),
        ]
        for r in rows
    ]
    return {
        "title": either((f"NDCG@10 · {part['by']}", f"NDCG@10 · {in_words(part['by'], 'zh')}")),
        "how": say("left", left=part["left_out"], fewest=fewest, unknown=part["unknown"]),
        "table": _table(heads, body, 1),
        **_dotted([(named(r["group"]), say_n(r["people"]), r["metrics"]["ndcg@10"]) for r in rows]),
    }


def say_n(people: int) -> Markup:
    """A number of people in both languages."""
    return say("people-count", n=people)


def _dotted(rows: Sequence[tuple[Any, Any, Mapping[str, Any]]]) -> dict[str, Any]:
    span = scale([value for _, _, i in rows for value in (i["low"], i["high"])])
    return {
        "rows": [
            {"name": name, "about": about, "chart": dots(i, span), "value": number(i["mean"])}
            for name, about, i in rows
        ],
        "axis": axis(span),
    }


def _spread(i: Mapping[str, Any]) -> tuple[str, str]:
    return number(i["mean"]), f"{number(i['low'])} … {number(i['high'])}"


def _table(
    heads: Sequence[Any], rows: Sequence[Any], n_words: int, *, opened: bool = False
) -> dict[str, Any]:
    return {
        "heads": heads,
        "rows": rows,
        "words": list(range(n_words)),
        "best": None,
        "opened": opened,
    }


def items(a: Mapping[str, Any]) -> dict[str, Any]:
    """The section on groups of items."""
    figures = []
    for part in a["fairness"]["items"]:
        rows = part["rows"]
        if not rows:
            continue
        by = (part["by"], in_words(part["by"], "zh"))
        heads = [
            say("group"),
            say("n"),
            *(
                cell
                for key in ("exposure", "choices", "difference")
                for cell in (say(key), say("interval"))
            ),
        ]
        body = [
            [
                named(r["group"]),
                number(r["people"]),
                *(c for key in ("exposure", "choices", "difference") for c in _spread(r[key])),
            ]
            for r in rows
        ]
        figures.append(
            {
                "title": say("items-title", by=by),
                "how": say("items-left", left=part["left_out"]),
                "table": _table(heads, body, 1),
                **_dotted([(named(r["group"]), say_n(r["people"]), r["difference"]) for r in rows]),
            }
        )
    return {"lead": say("items-lead"), "figures": figures}


def mitigation(a: Mapping[str, Any]) -> dict[str, Any]:
    """The section on re-ranking."""
    m = a["fairness"]["mitigation"]
    heads = [say("weight"), say("gap"), "NDCG@10"]
    rows = [[percent(r["weight"]), number(r["gap"]), number(r["accuracy"], 4)] for r in m["curve"]]
    lead = say(
        "fix-lead",
        weight=percent(m["weight"]),
        before=number(m["gap_before"]),
        after=number(m["gap_after"]),
        n0=number(m["ndcg_before"], 4),
        n1=number(m["ndcg_after"], 4),
    )
    moved = [either((row["en"], row["zh"])) for row in m["example"]]
    change = say("fix-change", **{key: number(value, 4) for key, value in m["ndcg_change"].items()})
    if moved:
        last = [
            {
                "title": say("fix-example"),
                "how": "",
                "table": None,
                "rows": [],
                "axis": "",
                "list": moved,
            }
        ]
    else:
        last = []
    good = m["halved"] and m["loss"] <= 0.02
    return {
        "lead": Markup("{} {}").format(lead, say("fix-yes" if good else "fix-no")),
        "figures": [
            {
                "title": say("fix-curve"),
                "how": change,
                "table": _table(heads, rows, 0, opened=True),
                "rows": [],
                "axis": "",
            },
            *last,
        ],
    }


def faithfulness(a: Mapping[str, Any]) -> dict[str, Any]:
    """The section on the removal of reasons."""
    found = a["faithfulness"]
    rows = [(named(r["method"]), "", r["metrics"]["drop"]) for r in found["rows"]]
    heads = [say("metric"), say("mean"), say("interval")]
    return {
        "lead": say("true-lead", n=number(found["cases"])),
        "figures": [
            {
                "title": metric("reason"),
                "how": "",
                "table": _table(heads, [[n, *_spread(i)] for n, _, i in rows], 1),
                **_dotted(rows),
            }
        ],
    }


def support(a: Mapping[str, Any]) -> dict[str, Any]:
    """The section on the people behind reasons."""
    found = a.get("support")  # None: no exact reasons
    if not found or not found["counted"]:
        return {"lead": say("support-none"), "figures": []}
    rows = [
        [say("support-under", n=bound), percent(share)] for bound, share in found["under"].items()
    ]
    rows += [
        [say("support-median"), number(found["median"])],
        [say("support-unknown"), number(found["unknown"])],
        [say("support-other"), number(found["other"])],
    ]
    return {
        "lead": Markup(" ").join(support_lead(found, say)),
        "figures": [
            {
                "title": say("support"),
                "how": "",
                "rows": [],
                "axis": "",
                "table": _table([say("metric"), say("mean")], rows, 1, opened=True),
            }
        ],
    }


def support_lead(found: Mapping[str, Any], one: Any) -> list[Any]:
    """The introduction of that section."""
    lead = [one("support-lead", n=number(found["counted"]))]
    if found["warning"]:
        lead.append(
            one(
                "support-warning",
                share=percent(found["weak"]),
                k=found["k"],
                limit=percent(found["limit"]),
            )
        )
    return lead


def safety(a: Mapping[str, Any]) -> dict[str, Any]:
    """The section on attacks with fake profiles."""
    found = a["safety"]
    if not found["measured"]:
        return {"lead": say("unmeasured", how=found["how"]), "figures": []}
    heads = [say(key) for key in ("attack", "recall", "false", "before", "under", "swept")]
    rows = [
        [
            named(r["attack"]),
            percent(r["recall"]),
            percent(r["false_alarms"], 1),
            *(percent(r[key], 1) for key in ("shown_before", "shown_under", "shown_swept")),
        ]
        for r in found["rows"]
    ]
    return {
        "lead": say("safe-lead", fakes=found["rows"][0]["fakes"]),
        "figures": [
            {
                "title": say("safety"),
                "how": "",
                "table": _table(heads, rows, 1, opened=True),
                "rows": [],
                "axis": "",
            }
        ],
    }


def privacy(a: Mapping[str, Any]) -> dict[str, Any]:
    """The section on privacy."""
    found = a["privacy"]
    if found.get("measured") is False:
        return {"lead": say("unmeasured", how=found["how"]), "figures": []}
    rows = [[either(tuple(row["name"])), row["value"]] for row in found["rows"]]
    return {
        "lead": "",
        "figures": [
            {
                "title": say("privacy"),
                "how": "",
                "rows": [],
                "axis": "",
                "table": _table([say("metric"), say("mean")], rows, 2, opened=True),
            }
        ],
    }


def how(a: Mapping[str, Any]) -> dict[str, Any]:
    """The section on limits and reproduction."""
    return {"lead": say("limits"), "figures": [], "code": a["command"]}
