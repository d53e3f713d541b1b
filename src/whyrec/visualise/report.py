"""The report: one HTML file that works offline, in two languages, light and dark, on a phone and on paper."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup

from whyrec.visualise import charts
from whyrec.visualise.strings import STRINGS

__all__ = ["render"]

BARS = 8  # reasons drawn for each person; the rest is one line


def render(report: Mapping[str, Any]) -> str:
    """The report as one HTML page. All text in it is escaped: titles are other people's data.

    report: a JSON-like mapping with
    title, made, command, versions {name: version};
    data: see :func:`whyrec.visualise.summary.data_summary`;
    protocol {name, users, notes, command};
    accuracy [{model, metrics {name: {mean, low, high}}, fit_seconds, peak_mb, explained_share}];
    comparisons [{a, b, metric, difference {mean, low, high}, significant}];
    deletion {top, recent, random: {mean, low, high}, lost_top, lost_random, cases, completeness, removal_error};
    truth None or {cases, share_named, random, cosine};
    people [{user, events, history [{title, when, categories}], slate [{rank, title, categories, score}],
    explained {title, rank, score, base, rest, explained_share, method, reasons [{kind, label, weight}], text {en, zh}},
    removed {labels, rank_before, rank_after, minimal, slate [{rank, title, was}]}, loo_check}];
    factors {factors: see name_factors, items [titles], item_matrix}; network {nodes, edges}: see item_network.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("whyrec.visualise"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"number": _number, "percent": _percent, "small": _small}
    style, script = (environment.loader.get_source(environment, name)[0] for name in ("report.css", "report.js"))
    people = [{**person, "explained": _sized(person["explained"])} for person in report["people"]]
    return environment.get_template("report.html").render(
        r={**report, "people": people}, t=_both, charts=charts, bars=BARS, style=Markup(style), script=Markup(script),
        policy=_policy(style, script), best=_best(report["accuracy"]), heat=_heat(report["factors"]),)


def _both(key: str, **slots: Any) -> Markup:
    """A text in both languages; the page shows one of them."""
    en, zh = (Markup(text).format(**slots) for text in STRINGS[key])
    return Markup('<span lang="en">{}</span><span lang="zh">{}</span>').format(en, zh)


def _policy(style: str, script: str) -> str:
    """Nothing but this very style and script may act on the page: a title cannot."""
    style_hash, script_hash = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    return (f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; "
            "base-uri 'none'; form-action 'none'")


def _sized(explained: Mapping[str, Any]) -> dict[str, Any]:
    """The explanation with each reason's size, by which the bars are ordered."""
    return {**explained, "reasons": [{**reason, "size": abs(reason["weight"])} for reason in explained["reasons"]]}


def _best(rows: Any) -> dict[str, Any]:
    """The rows by NDCG@10, best first, and the axis of the dots."""
    ordered = sorted(rows, key=lambda row: -row["metrics"]["ndcg@10"]["mean"])
    return {"rows": ordered, "axis": charts.scale([row["metrics"]["ndcg@10"]["high"] for row in rows])}


def _heat(factors: Mapping[str, Any]) -> dict[str, Any]:
    """The heatmap's rows in clustered order; each factor scaled by its own largest loading, so that all show."""
    matrix = np.asarray(factors["item_matrix"], float)
    if not matrix.size:
        return {"rows": []}
    matrix = matrix / np.maximum(np.abs(matrix).max(0), 1e-12)
    return {"rows": [(factors["items"][row], matrix[row].tolist()) for row in charts.order_rows(matrix)]}


def _number(value: float | None, digits: int = 3) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.{digits}f}".replace("-", "−")


def _percent(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{100 * value:.{digits}f}%"


def _small(value: float | None) -> str:
    """A very small number: 3e-08 as 3 × 10⁻⁸."""
    if not value:
        return "0"
    mantissa, _, power = f"{value:.0e}".partition("e")
    return f"{mantissa} × 10{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
