"""Render an audit as one HTML page, and the system card as Markdown, in English and Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jinja2
from markupsafe import Markup

from whyrec.visualise.audit_sections import (
    TEXTS,
    about,
    facts,
    faithfulness,
    hero,
    how,
    in_words,
    items,
    mitigation,
    people,
    privacy,
    safety,
    say,
    support,
    support_lead,
)
from whyrec.visualise.html_report.format import attributes, both, number, percent, visible
from whyrec.visualise.report import _policy

__all__ = ["card", "render"]

SECTIONS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "about": about,
    "people": people,
    "items": items,
    "mitigation": mitigation,
    "faithfulness": faithfulness,
    "support": support,
    "safety": safety,
    "privacy": privacy,
    "how": how,
}


def render(audit: Mapping[str, Any]) -> str:
    """Render the audit as an HTML page.

    Args:
        audit: The object that `whyrec audit` writes to audit.json. All its texts are escaped, and
            it cannot run scripts.

    Returns:
        The page.
    """
    loader = jinja2.PackageLoader("whyrec.visualise")
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = (
        loader.get_source(environment, name)[0] for name in ("report.css", "report.js")
    )
    clean = visible(audit)
    parts = [{"key": key, "title": say(key), **section(clean)} for key, section in SECTIONS.items()]
    return environment.get_template("audit.html").render(
        t=both,
        aria=attributes,
        say=say,
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        title=clean["title"],
        made=clean["made"][:16].replace("T", " "),
        version=clean["versions"]["whyrec"],
        hero=hero(clean),
        parts=parts,
    )


def card(a: Mapping[str, Any], lang: str) -> str:
    """Write the system card as Markdown.

    It covers the purpose, disadvantaged groups, reasons, safety, privacy and limits.

    Args:
        a: The object that `whyrec audit` writes to audit.json.
        lang: "en" or "zh".

    Returns:
        The Markdown text.
    """
    at = int(lang == "zh")
    fair = a["fairness"]

    def one(key: str, **slots: Any) -> str:
        return TEXTS.say(key, lang, **slots)

    m = fair["mitigation"]
    told = [g for g in fair["gaps"] if g["told"]]
    ndcg = fair["overall"]["ndcg@10"]
    n = len(fair["gaps"])
    people = [one("told", told=len(told), n=n) if told else one("told-none", n=n)]
    people += [
        f"- {in_words(g['by'], lang)}: {g['a']} − {g['b']}, {g['metric']} "
        f"{number(g['difference']['mean'])}"
        for g in told
    ]
    drop = {row["method"]: row["metrics"]["drop"]["mean"] for row in a["faithfulness"]["rows"]}
    sections = {
        "about": [
            one("about-lead", **facts(a)),
            f"NDCG@10 {number(ndcg['mean'])} ({number(ndcg['low'])} … {number(ndcg['high'])})",
            one(
                "card-share",
                share=percent(a["model"]["explained_share"]),
                low=percent(a["model"]["explained_share_p10"]),
                least=percent(a["model"]["explained_share_min"]),
            ),
        ],
        "people": people,
        "mitigation": [
            one(
                "fix-lead",
                weight=percent(m["weight"]),
                before=number(m["gap_before"]),
                after=number(m["gap_after"]),
                n0=number(m["ndcg_before"], 4),
                n1=number(m["ndcg_after"], 4),
            )
        ],
        "faithfulness": [
            one("true-lead", n=number(a["faithfulness"]["cases"])),
            *(f"- {in_words(k, lang)}: {number(v)}" for k, v in drop.items()),
        ],
        "support": [one("support-none")]
        if not (a.get("support") or {}).get("counted")
        else [
            *support_lead(a["support"], one),
            *(
                f"- {one('support-under', n=bound)}: {percent(share)}"
                for bound, share in a["support"]["under"].items()
            ),
        ],
        "safety": [one("unmeasured", how=a["safety"]["how"])]
        if not a["safety"]["measured"]
        else [
            f"- {in_words(r['attack'], lang)}: "
            f"{one('recall')} {percent(r['recall'])}, "
            f"{one('false')} {percent(r['false_alarms'], 1)}"
            for r in a["safety"]["rows"]
        ],
        "privacy": [one("unmeasured", how=a["privacy"]["how"])]
        if a["privacy"].get("measured") is False
        else [f"- {row['name'][at]}: {row['value']}" for row in a["privacy"]["rows"]],
        "how": [one("limits"), f"`{a['command']}`"],
    }
    return f"# {a['title']}\n" + "".join(
        f"\n## {one(key)}\n" + "\n".join(rows) + "\n" for key, rows in sections.items()
    )
