"""From fitted models to the report: who is shown, what is proved, and the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from whyrec import api, registry, storage
from whyrec.cli import explaining, road, show, supporting
from whyrec.cli.folders import same_data
from whyrec.core import BadArgument, Dataset, Query, recommend as slates

FACTORS, NETWORK_ITEMS = 8, 60


def demo(
    source: str,
    columns: Mapping[str, str] | None,
    out: Path,
    *,
    seed: int,
    command: str,
    domain: str | None = None,
    verb: str | None = None,
    order: str | None = None,
) -> dict[str, Any]:
    """The whole road: read, compare, keep the best glass box, explain, prove, report."""
    road.place(out / "model")
    world, data, steps = _read(
        source, columns, seed, {"domain": domain, "verb": verb, "order": order}
    )
    comparison = road.compare(data, road.DEMO_MODELS, seed=seed, keep=["additive"])
    tuned = comparison.models["additive"]
    found = {"ridge": tuned.ridge_, "mix": dict(tuned.mix_), "min_support": tuned.min_support_}
    final = registry.model("additive", **found)  # the numbers found; all events
    road.fit(final, data, seed=seed, label="additive on all events")
    with show.progress("saving the model"):
        folder = storage.save(out / "model", final, data, name="additive", seed=seed)
    fitted = storage.Fitted(final, data, {"name": "additive", "histories": True})
    truth = graded(world, tuned, comparison, seed) if world is not None else None
    return finish(
        fitted,
        comparison,
        tuned,
        steps,
        out / "report.html",
        seed=seed,
        command=command,
        truth=truth,
        folder=folder,
    )


def report(
    fitted: storage.Fitted,
    data: Dataset,
    steps: Sequence[Any],
    path: Path,
    *,
    seed: int,
    command: str,
) -> dict[str, Any]:
    """The report of a model folder: the model's kind is measured anew on a split of `data`."""
    same_data(fitted, data)
    path.parent.mkdir(
        parents=True, exist_ok=True
    )  # before the work: a place that cannot be written is told now
    name = fitted.header["name"]
    models = dict.fromkeys((*road.DEMO_MODELS, name))
    comparison = road.compare(data, list(models), seed=seed, keep=[name])
    return finish(
        fitted, comparison, comparison.models[name], steps, path, seed=seed, command=command
    )


def finish(
    fitted: storage.Fitted,
    comparison: road.Comparison,
    measured: Any,
    steps: Sequence[Any],
    path: Path,
    *,
    seed: int,
    command: str,
    truth: dict[str, Any] | None = None,
    folder: Path | None = None,
) -> dict[str, Any]:
    """Explain three people, prove, look inside, write the file; returns what the terminal shows."""
    from whyrec.visualise.report import render

    data, cases = fitted.data, comparison.split.test
    faithful = road.faithful_rows(measured, cases.sample(500, seed).queries, seed)
    support = supporting.firsts(measured, cases.sample(200, seed).queries)
    with show.progress("explaining three people"):
        people = [person(fitted, user) for user in chosen_people(data)]
    with show.progress("looking inside"):
        inside = {"factors": factors(data, seed), "network": network(fitted)}
    value = {
        "title": f"whyrec: {data.name}",
        "data": summary(data, steps),
        "protocol": {
            "name": comparison.split.protocol,
            "users": len(cases),
            "notes": "; ".join(comparison.as_json()["notes"]),
            "command": command,
        },
        "accuracy": comparison.rows,
        "training": getattr(measured, "stages_", None),
        "comparisons": comparison.differences(),
        "deletion": deletion(faithful),
        "support": support,
        "tree": fitted.model.branches() if hasattr(fitted.model, "branches") else None,
        "truth": truth,
        "people": people,
        **inside,
        "versions": road.versions(),
        "command": command,
        "made": road.now(),
    }
    path.write_text(render(show._plain(value)), encoding="utf-8")
    return {
        "steps": road.as_rows(steps),
        "compare": comparison.as_json(),
        "faithful": faithful,
        "support": support,
        "truth": truth,
        "explained": people[0]["shown"] if people else None,
        "report": str(path),
        "model": str(folder) if folder else None,
    }


def _read(
    source: str,
    columns: Mapping[str, str] | None,
    seed: int,
    said: Mapping[str, Any],
) -> tuple[Any, Dataset, list[Any]]:
    if source in registry.names("worlds"):
        with show.progress(f"simulating {source}"):
            world = registry.find("worlds", source)(seed=seed)
        return (world if hasattr(world, "causes") else None), world.data, []
    return (None, *road.load(source, columns, **said))


def graded(world: Any, model: Any, comparison: road.Comparison, seed: int) -> dict[str, Any]:
    """How often the first reason names a planted cause, beside a random and the most similar
    event.
    """
    from whyrec.evaluate.truth import grade

    def causes(user: int, query: Query, item: int) -> list[tuple[int, ...]]:
        return [cause.positions for cause in world.causes(user, query, item)]

    found = grade(
        model,
        comparison.split.train,
        comparison.split.test.queries,
        causes,
        api.explain,
        seed=seed,
    )
    return {
        "cases": found.cases,
        "without_cause": found.without_cause,
        "share_named": found.any["first reason"].mean,
        "random": found.any["random"].mean,
        "cosine": found.any["cosine"].mean,
        "strongest": {name: value.mean for name, value in found.strongest.items()},
    }


def summary(data: Dataset, steps: Sequence[Any]) -> dict[str, Any]:
    from whyrec.visualise.html_report.summary import data_summary

    return data_summary(data, road.as_rows(steps))


def deletion(faithful: Mapping[str, Any]) -> dict[str, Any]:
    rows = {row["method"]: row["metrics"] for row in faithful["rows"]}
    recent = rows.get("most recent", {}).get("drop")  # none where the events have no order
    return {
        "top": rows["top reason"]["drop"],
        "recent": recent,
        "random": rows["random"]["drop"],
        "drop_rank_top": rows["top reason"]["rank"]["mean"],
        "drop_rank_random": rows["random"]["rank"]["mean"],
        "lost_top": rows["top reason"]["no_longer_first"]["mean"],
        "lost_random": rows["random"]["no_longer_first"]["mean"],
        "cases": faithful["cases"],
        "completeness": faithful["completeness"],
        "removal_error": faithful["removal_error"],
    }


def chosen_people(data: Dataset, n: int = 3) -> list[str]:
    """Three people with short, middling and long histories: the quartiles of those with 8 events
    or more.
    """
    sizes = data.histories.sizes
    able = np.flatnonzero(sizes >= min(8, sizes.max(initial=0)))
    able = able[np.argsort(sizes[able], kind="stable")]
    if not len(able):
        return []
    at = np.unique(np.linspace(0, len(able) - 1, n + 2).round().astype(int)[1:-1])
    return [data.users[able[i]] for i in at]


def person(fitted: storage.Fitted, user: str) -> dict[str, Any]:
    """One person's history, list, worked explanation, the list without the reason, and the check
    by removal.
    """
    data, model = fitted.data, fitted.model
    query, table = data.history(user), data.item_table
    [slate] = slates(model, query, 10)
    shown = explaining.explain(fitted, query, None, method="auto", k=10, user=user)
    gone = shown["removed"] or {
        "refs": [],
        "labels": [],
        "rank_before": shown["rank"],
        "rank_after": shown["rank"],
        "proved": False,
    }
    [after] = slates(
        model,
        without(query, gone["refs"], data),
        10,
        exclude=[data.item_number(ref) for ref in gone["refs"]],
    )
    was = {int(item): rank for rank, item in enumerate(slate.items, 1)}
    latest = range(len(query) - 1, max(-1, len(query) - 13), -1)
    return {
        "user": user,
        "shown": shown,
        "events": len(query),
        "history": [
            {
                "title": table.title[query.items[p]],
                "categories": list(table.categories[query.items[p]]),
                "when": day(query.times[p]) if data.moment(query.times[p]) is not None else None,
            }
            for p in latest
        ],
        "slate": [
            {
                "rank": rank,
                "title": table.title[item],
                "categories": list(table.categories[item]),
                "score": float(score),
            }
            for rank, (item, score) in enumerate(zip(slate.items, slate.scores, strict=True), 1)
        ],
        "explained": {
            key: shown[key]
            for key in (
                "title",
                "rank",
                "score",
                "base",
                "rest",
                "explained_share",
                "method",
                "reasons",
                "text",
            )
        },
        "removed": {
            **{key: gone[key] for key in ("labels", "rank_before", "rank_after", "proved")},
            "slate": [
                {"rank": rank, "title": table.title[item], "was": was.get(int(item))}
                for rank, item in enumerate(after.items, 1)
            ],
        },
        "loo_check": leave_one_out_error(
            model, query, data.item_number(shown["item"]), shown["reasons"]
        ),
    }


def without(query: Query, refs: Sequence[str], data: Dataset) -> Query:
    gone = {data.item_number(ref) for ref in refs}
    return query.without([p for p, item in enumerate(query.items) if int(item) in gone])


def leave_one_out_error(
    model: Any, query: Query, item: int, reasons: Sequence[Mapping[str, Any]]
) -> float:
    """The largest difference between a reason's weight and the fall of the score measured
    without it.
    """
    events = [row for row in reasons if row["kind"] == "event"]
    if not events:
        return 0.0
    score = float(model.score([query])[0, item])
    without_each = model.score([query.without(row["positions"]) for row in events])[:, item]
    return float(np.abs(score - without_each - [row["weight"] for row in events]).max())


def day(moment: int) -> str:
    return str(np.datetime64(int(moment), "s").astype("datetime64[D]"))


def factors(data: Dataset, seed: int) -> dict[str, Any]:
    """Factors that come back among other people, with the loadings of some items and people."""
    from whyrec.visualise.views.factors import report_factors

    try:
        return report_factors(data, seed=seed, most=FACTORS)
    except BadArgument:  # too few people or items to say anything
        return {"factors": []}


def network(fitted: storage.Fitted) -> dict[str, Any]:
    """The strongest ties among the most chosen items: what one event of i adds to the score of
    j, both ways.
    """
    from whyrec.visualise.analysis.item_network import item_network

    data = fitted.data
    counts = np.bincount(data.item, minlength=data.n_items)
    top = np.argsort(-counts, kind="stable")[:NETWORK_ITEMS]
    if not hasattr(fitted.model, "contribution_matrix"):
        return {"nodes": [], "edges": []}
    weights = sparse.coo_array(
        np.stack([fitted.model.contribution_matrix(Query([i]))[1][0][top] for i in top])
    )
    pairs = [
        (int(top[i]), int(top[j]), float(w))
        for i, j, w in zip(weights.row, weights.col, weights.data, strict=True)
        if i != j
    ]
    return item_network(pairs, data.item_table, counts, top=NETWORK_ITEMS)
