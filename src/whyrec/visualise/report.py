"""The report: one HTML file that works offline, in two languages, on screen, phone and paper."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import jinja2
from markupsafe import Markup

from whyrec.visualise.html_report import sections as views
from whyrec.visualise.html_report.format import attributes, both, visible
from whyrec.visualise.html_report.training import training
from whyrec.visualise.html_report.tree import tree

__all__ = ["render"]

SECTIONS = ("data", "accuracy", "proof", "truth", "factors", "network", "how")


def render(report: Mapping[str, Any]) -> str:
    """Render the report as one HTML page; all text is escaped, because titles are external data.

    Args:
        report: A JSON-like mapping, described below. Unknown numbers are None, and keys with a ?
            may be absent; interval = {mean, low, high}.

    Returns:
        The page.

    Keys of the report:

    title, command, made (ISO time), versions {name: version}, model? (the model of the headline
    figures; by default the best);
    data: {name, domain, users, items, events, density, from, to (ISO dates or None),
    events_per_user [{low, high, people}], item_popularity [{part, items, events, share}],
    median_events?, steps [{name, touched, left, detail}], top_items [{title, count}]}, see
    :func:`whyrec.visualise.html_report.summary.data_summary`;
    protocol: {name, users, notes, command};
    accuracy: [{model, metrics {"ndcg@10": interval, ...}, fit_seconds?, score_seconds?, peak_mb?,
    explained_share?, explained_share_p10?, explained_share_min?}]; training?: the stages of a
    trained model, see :func:`whyrec.visualise.html_report.training.training`;
    comparisons: [{a, b, metric, difference interval, significant}];
    deletion: {top, random, recent? (intervals), cases, lost_top?, lost_random?, drop_rank_top?,
    drop_rank_random?, completeness?, removal_error?, note?};
    support?: the people behind the first reasons, see :func:`whyrec.evaluate.support.summary`;
    truth: None, or {cases, share_named, random, cosine} of a simulation with known causes;
    people: [{user, events?, history [{title, when or None, categories}], slate [{rank, title,
    categories, score}], explained {title, rank, score, base, rest, explained_share, method, reasons
    [{kind, label, weight}], text {en, zh}}, removed {labels, rank_before, rank_after, proved, slate
    [{rank, title, was (rank or None)}]}, loo_check (the largest difference between a weight and its
    measured removal)}];
    factors: {factors (see :func:`~whyrec.visualise.views.factors.report_factors`), items [titles],
    item_matrix (items, factors), people [labels], user_matrix (people, factors)};
    tree?: the questions of a decision tree, see :func:`whyrec.visualise.html_report.tree.tree`; its
    section is present only then;
    network: {nodes, edges, groups?}, see
    :func:`~whyrec.visualise.analysis.item_network.item_network`; at most 150 nodes.
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
    clean = visible(report)
    asked = tree(clean.get("tree"))
    sections = SECTIONS if asked is None else (*SECTIONS[:4], "tree", *SECTIONS[4:])
    return environment.get_template("report.html").render(
        t=both,
        aria=attributes,
        sections=sections,
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        title=clean["title"],
        name=clean["data"]["name"],
        made=clean["made"][:16].replace("T", " "),
        version=clean["versions"].get("whyrec", ""),
        hero=views.hero(clean),
        data=views.data(clean),
        accuracy=views.accuracy(clean),
        training=training(clean.get("training")),
        proof=views.people(clean),
        truth=views.deletion(clean),
        tree=asked,
        factors=views.factors(clean),
        network=views.network(clean),
        how=views.how(clean),
    )


def _policy(style: str, script: str) -> str:
    """A content security policy that allows only this style and this script."""
    style_hash, script_hash = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (style, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src "
        f"'sha256-{script_hash}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
