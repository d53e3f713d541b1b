"""Write the HTML report: data, accuracy, people with tested reasons, factors and network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import numpy as np
from scipy import sparse

from whyrec import api, registry, storage
from whyrec.core import ArgumentError, Dataset, Query, recommend as slates
from whyrec.core.capabilities import AsksQuestions, ContributionMatrix, TrainedInEpochs
from whyrec.core.progress import Progress, plain, silent
from whyrec.workflows import printed, support
from whyrec.workflows.compare import DEMO_MODELS, Comparison, compare
from whyrec.workflows.explain import explain_to
from whyrec.workflows.faithfulness import faithful_rows
from whyrec.workflows.figures import now, versions
from whyrec.workflows.folders import same_data
from whyrec.workflows.reading import Folder, Reading, Source, as_rows, load, load_steps_for, opened
from whyrec.workflows.result import Block, Result, Row
from whyrec.workflows.training_run import place, train

TUNE_SECONDS = 3.0  # processor seconds for each baseline
FACTORS = 8
NETWORK_ITEMS = 60


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class ReportResult(Result):
    """The contents of a report that was written.

    Attributes:
        steps: The steps of reading and cleaning.
        compare: The object of the comparison.
        faithful: The effect of removing the first reason, compared with other single events.
        support: The number of people behind the first reasons; None for a model without exact
            reasons.
        truth: How often the first reason names a planted cause; None if no causes are known.
        explained: The object of one person's explanation; None if nobody has a history.
        report: The HTML file.
        model: The folder of the model that a demo fitted.
    """

    steps: list[Row]
    compare: Row
    faithful: Row
    support: Row | None
    truth: Row | None
    explained: Row | None
    report: str
    model: str | None

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        return printed.demo(self.to_dict(), lang)


def demo(
    data: str | Path = "films",
    out: str | Path = "demo",
    *,
    seed: int = 0,
    command: str = "whyrec.workflows.demo",
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> ReportResult:
    """Run every step on one data set: read, compare models, fit the best, explain, test, report.

    Args:
        data: A known name, a path or a database URL.
        out: The folder for the report and the model.
        seed: Seed of all random numbers.
        command: The command that the report names.
        progress: Receives texts and shares of the work; silent by default.
        **reading: How the data is read; see :func:`whyrec.load`.

    Returns:
        The ReportResult.

    Raises:
        DataError: If the data cannot be read, or is too small to split.
    """
    out = Path(out)
    place(out / "model")
    with progress(f"demo on {data}"):
        world, dataset, steps = _read(str(data), seed, progress, reading)
        comparison = compare(
            dataset,
            DEMO_MODELS,
            seed=seed,
            keep=["additive"],
            tune_seconds=TUNE_SECONDS,
            progress=progress,
        )
        tuned = comparison.models["additive"]
        found = {"ridge": tuned.ridge_, "mix": dict(tuned.mix_), "min_support": tuned.min_support_}
        final = registry.model("additive", **found)  # the tuned settings, all events
        train(final, dataset, seed=seed, label="additive on all events", progress=progress)
        final.take_weights(tuned)
        with progress("saving the model"):
            folder = storage.save(out / "model", final, dataset, name="additive", seed=seed)
        fitted = storage.Fitted(final, dataset, {"name": "additive", "histories": True})
        if world is not None:
            truth = graded(world, tuned, comparison, seed)
        else:
            truth = None
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
            progress=progress,
        )


def report(
    model: Folder,
    data: Source,
    out: str | Path = "report.html",
    *,
    seed: int = 0,
    command: str = "whyrec.workflows.report",
    progress: Progress = silent,
    **reading: Unpack[Reading],
) -> ReportResult:
    """Write the report of a model; its kind is fitted and measured again on a split of the data.

    Args:
        model: A model folder.
        data: The data that the model was fitted on.
        out: The HTML file, or the folder for report.html.
        seed: Seed of all random numbers.
        command: The command that the report names.
        progress: Receives texts and shares of the work; silent by default.
        **reading: Overrides how the data is read; the default is as for the model.

    Returns:
        The ReportResult.

    Raises:
        ArgumentError: If the data is not that of the model.
        DataError: If the data cannot be read.
    """
    fitted = opened(model)
    path = Path(out)
    dataset, steps = load_steps_for(fitted, data, progress=progress, **reading)
    same_data(fitted, dataset)
    if path.suffix != ".html":
        path = path / "report.html"
    path.parent.mkdir(
        parents=True, exist_ok=True
    )  # fail before the work if the file cannot be written
    name = fitted.header["name"]
    models = list(dict.fromkeys((*DEMO_MODELS, name)))
    others = [other for other in models if other != name]  # it is measured as it is
    comparison = compare(
        dataset,
        models,
        seed=seed,
        keep=[name],
        tune=others,
        tune_seconds=TUNE_SECONDS,
        progress=progress,
    )
    measured = comparison.models[name]
    return finish(
        fitted,
        comparison,
        measured,
        steps,
        path,
        seed=seed,
        command=command,
        progress=progress,
    )


def finish(
    fitted: storage.Fitted,
    comparison: Comparison,
    measured: Any,
    steps: Sequence[Any],
    path: Path,
    *,
    seed: int,
    command: str,
    truth: Row | None = None,
    folder: Path | None = None,
    progress: Progress = silent,
) -> ReportResult:
    """Explain three people, test their reasons, analyse the model and write the file."""
    from whyrec.visualise.report import render

    data = fitted.data
    cases = comparison.split.test
    faithful = faithful_rows(measured, cases.sample(500, seed).queries, seed, progress=progress)
    behind = support.firsts(measured, cases.sample(100, seed).queries, progress=progress)
    with progress("explaining three people"):
        people = [person(fitted, user) for user in chosen_people(data)]
    with progress("analysing the model"):
        inside = {"factors": factors(data, seed), "network": network(fitted)}
    compared = comparison.to_dict()
    value = {
        "title": f"whyrec: {data.name}",
        "data": summary(data, steps),
        "protocol": {
            "name": comparison.split.protocol,
            "users": len(cases),
            "notes": "; ".join(compared["notes"]),
            "command": command,
        },
        "accuracy": comparison.rows,
        "training": measured.stages_ if isinstance(measured, TrainedInEpochs) else None,
        "comparisons": comparison.differences(),
        "deletion": deletion(faithful),
        "support": behind,
        "tree": fitted.model.branches() if isinstance(fitted.model, AsksQuestions) else None,
        "truth": truth,
        "people": people,
        **inside,
        "versions": versions(),
        "command": command,
        "made": now(),
    }
    path.write_text(render(plain(value)), encoding="utf-8")
    return ReportResult(
        steps=as_rows(steps),
        compare=compared,
        faithful=faithful,
        support=behind,
        truth=truth,
        explained=people[0]["shown"] if people else None,
        report=str(path),
        model=str(folder) if folder else None,
    )


def _read(
    source: str, seed: int, progress: Progress, reading: Reading
) -> tuple[Any, Dataset, list[Any]]:
    if source in registry.names("worlds"):
        from whyrec.evaluate.truth import KnowsCauses

        with progress(f"simulating {source}"):
            world = registry.find("worlds", source)(seed=seed)
        return (world if isinstance(world, KnowsCauses) else None), world.data, []
    return (None, *load(source, progress=progress, **reading))


def graded(world: Any, model: Any, comparison: Comparison, seed: int) -> Row:
    """How often the first reason names a planted cause, compared with simple baselines."""
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


def summary(data: Dataset, steps: Sequence[Any]) -> Row:
    from whyrec.visualise.html_report.summary import data_summary

    return data_summary(data, as_rows(steps))


def deletion(faithful: Mapping[str, Any]) -> Row:
    rows = {row["method"]: row["metrics"] for row in faithful["rows"]}
    recent = rows.get("most recent", {}).get("drop")  # None if the events have no order
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
    """Three people with short, medium and long histories, of those with 8 events or more."""
    sizes = data.histories.sizes
    able = np.flatnonzero(sizes >= min(8, sizes.max(initial=0)))
    able = able[np.argsort(sizes[able], kind="stable")]
    at: Any = []
    if len(able):
        at = np.unique(np.linspace(0, len(able) - 1, n + 2).round().astype(int)[1:-1])
    return [data.users[able[i]] for i in at]


def person(fitted: storage.Fitted, user: str) -> Row:
    """One person's history, list and explanation, and the measured list without the reason."""
    data = fitted.data
    model = fitted.model
    query = data.history(user)
    table = data.item_table
    [slate] = slates(model, query, 10)
    shown = explain_to(fitted, query, None, method="auto", k=10, user=user).to_dict()
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
    """The largest difference between a reason's weight and the score drop without it."""
    events = [row for row in reasons if row["kind"] == "event"]
    if not events:
        return 0.0
    score = float(model.score([query])[0, item])
    without_each = model.score([query.without(row["positions"]) for row in events])[:, item]
    return float(np.abs(score - without_each - [row["weight"] for row in events]).max())


def day(moment: int) -> str:
    return str(np.datetime64(int(moment), "s").astype("datetime64[D]"))


def factors(data: Dataset, seed: int) -> Row:
    """Factors that replicate among other people, with loadings of some items and people."""
    from whyrec.visualise.views.factors import report_factors

    try:
        return report_factors(data, seed=seed, most=FACTORS)
    except ArgumentError:  # too few people or items
        return {"factors": []}


def network(fitted: storage.Fitted) -> Row:
    """The strongest links among the most chosen items, in both directions.

    A link is what one event of i adds to the score of j.
    """
    from whyrec.visualise.analysis.item_network import item_network

    data = fitted.data
    counts = np.bincount(data.item, minlength=data.n_items)
    top = np.argsort(-counts, kind="stable")[:NETWORK_ITEMS]
    if not isinstance(fitted.model, ContributionMatrix):
        return {"nodes": [], "edges": []}
    weights = sparse.coo_array(
        np.stack([fitted.model.contribution_matrix(Query(np.array([i])))[1][0][top] for i in top])
    )
    pairs = [
        (int(top[i]), int(top[j]), float(w))
        for i, j, w in zip(weights.row, weights.col, weights.data, strict=True)
        if i != j
    ]
    return item_network(pairs, data.item_table, counts, top=NETWORK_ITEMS)
