"""Accuracy of whyrec's models beside RecTools' and the baselines: one table per data set, and JSON.

    python -m bench.accuracy.accuracy [--sets ml-1m-order.zip films] [--rows additive
    "ease:ridge=200" rectools-sasrec]
                             [--minutes 30] [--seeds 0,1] [--threads 2] [--refit] [--quick]
                             [--reuse] [--out FILE]
    python -m bench.accuracy.accuracy --epoch-ratio

Protocol next-item, full ranking: every model is fitted on the same events, in a process of its own,
and gives its 100 best unseen items for the same queries, which end with the validation item. All
lists are measured by whyrec.evaluate.accuracy. The validation cases stop the training of the
transformers and tune the additive model. With several seeds a person's figure is the mean over
seeds.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.accuracy_run import Budget, Failed, Prepared, first_people, kept
from bench.accuracy.row_specs import SETS, Row, budgeted, parsed, rows_of
from whyrec import api, registry
from whyrec.core import ArgumentError, Measurement, WhyrecError, progress
from whyrec.core.cases import EvaluationCases
from whyrec.core.progress import dumps
from whyrec.evaluate.accuracy import measure
from whyrec.evaluate.statistics import bootstrap, paired

ROOT = Path(__file__).resolve().parents[2]
METRICS = ("ndcg@10", "hr@10", "recall@20", "ndcg@100")
QUICK_PEOPLE = 500


def find_data(name: str, folder: str | None) -> str:
    """A built-in world, a path, or a file of --data, WHYREC_DATA or ../shared/data."""
    if name in registry.names("worlds") or Path(name).exists():
        return name
    places = [
        Path(p)
        for p in (folder, os.environ.get("WHYREC_DATA"), ROOT.parent / "shared" / "data")
        if p
    ]
    for place in places:
        if (place / name).exists():
            return str(place / name)
    raise ArgumentError(
        f"the data set {name} must be at hand",
        given="no such file in "
        + ", ".join(f"{place.parent.name}/{place.name}" for place in places),
        fix="name the folder that holds it: make bench-accuracy DATA=FOLDER, or set WHYREC_DATA",
    )


def measured(lists: list[np.ndarray], cases: EvaluationCases) -> dict[str, Measurement]:
    """Each metric's values per person, the mean over the seeds' lists. The one evaluator of all
    rows.
    """
    counts = np.zeros(1)  # only metrics of novelty ask how often an item occurred
    seeds = [measure(one, cases, counts, metrics=METRICS) for one in lists]
    return {
        name: Measurement(name, np.mean([seed[name].values for seed in seeds], 0))
        for name in METRICS
    }


def run_row(
    row: Row,
    prepared: Prepared,
    budget: Budget,
    options: Any,
    epochs: Mapping[int, int] | None = None,
) -> tuple[dict[str, Any], dict[str, Measurement]]:
    """One line of the table, over its seeds. epochs: for each seed, as in accuracy_run.run."""
    seeds = options.seeds if row.seeded else options.seeds[:1]
    lists, runs = [], []
    for seed in seeds:
        progress.line(f"{datetime.now():%H:%M:%S}  {prepared.data.name}: {row.label}, seed {seed}")
        found, facts = kept(
            options.lists,
            row,
            prepared,
            budget,
            seed,
            reuse=options.reuse,
            epochs=(epochs or {}).get(seed),
        )
        lists.append(found)
        runs.append({"seed": seed} | facts)
    values = measured(lists, prepared.split.test)
    for one, run in zip(lists, runs, strict=True):
        run["ndcg@10"] = round(measured([one], prepared.split.test)["ndcg@10"].mean, 5)
    return {
        "model": row.name,
        "label": row.label,
        "peer": row.peer,
        "settings": row.settings,
        "seeds": list(seeds),
        "metrics": {
            name: {k: round(v, 5) for k, v in bootstrap(value)._asdict().items()}
            for name, value in values.items()
        },
        "fit_seconds": round(float(np.mean([run["fit_seconds"] for run in runs])), 2),
        "fit_cpu_seconds": round(float(np.mean([run["fit_cpu_seconds"] for run in runs])), 2),
        "score_seconds": round(float(np.mean([run["score_seconds"] for run in runs])), 2),
        "peak_mb": max(run["peak_mb"] for run in runs),
        "threads": budget.threads,
        "shown": row.shown,
        "runs": runs,
    }, values


def differences(
    rows: list[dict[str, Any]], values: dict[str, dict[str, Measurement]]
) -> str | None:
    """Adds to each row by how much whyrec's best is ahead of it on NDCG@10, paired over people;
    names that best.
    """
    own = [row["label"] for row in rows if not row["peer"] and row["label"] in values]
    if not own:
        return None
    best = max(own, key=lambda label: values[label]["ndcg@10"].mean)
    for row in rows:
        if row["label"] in values and row["label"] != best:
            found = paired(values[best]["ndcg@10"], values[row["label"]]["ndcg@10"])
            row["behind_best"] = {k: round(v, 5) for k, v in found._asdict().items()}
    return best


def run_set(name: str, budget: Budget, options: Any) -> dict[str, Any]:
    """All rows of a data set; a row that fails is told in the table and does not stop the
    others.
    """
    data = first_people(api.load(find_data(name, options.data)), options.people)
    wanted, lacking = parsed(options.rows or []), []
    if not wanted:
        wanted, lacking = rows_of(Path(name).name, peers=not options.no_peers)
    rows: list[dict[str, Any]] = []
    values: dict[str, dict[str, Measurement]] = {}
    with tempfile.TemporaryDirectory() as folder:
        prepared = Prepared.write(data, Path(folder), refit=budget.refit)
        for row in wanted:
            # One thread on the wall is at most one processor, so ours get no more than the peers.
            minutes = budget.minutes / budget.threads
            row = budgeted(row, minutes=minutes, quick=options.quick)
            try:
                line, values[row.label] = run_row(row, prepared, budget, options)
            except Failed as error:
                line = {
                    "model": row.name,
                    "label": row.label,
                    "peer": row.peer,
                    "settings": row.settings,
                    "failed": str(error),
                }
                progress.line(f"failed: {row.label}: {error}")
            rows.append(line)
    best, split = differences(rows, values), prepared.split
    return {
        "data": data.name,
        "users": len(np.unique(data.user)),
        "items": data.n_items,
        "events": len(data),
        "train_events": len(split.train),
        "train_hash": split.train.hash,
        "cases": len(split.test),
        "protocol": split.protocol,
        "notes": [split.notes, *split.steps],
        "best": best,
        "rows": rows,
        "left_out": lacking,
    }


def short(value: dict[str, float]) -> str:
    """A figure with its interval, narrow enough for eleven columns."""
    low, high = (f"{value[end]:.3f}".replace("0.", ".", 1) for end in ("low", "high"))
    return f"{value['mean']:.4f} {low}–{high}"


def print_set(found: dict[str, Any]) -> None:
    rows = [
        {
            "model": row["label"],
            "NDCG@10 95%": short(row["metrics"]["ndcg@10"]),
            "HR@10 95%": short(row["metrics"]["hr@10"]),
            "Recall@20": row["metrics"]["recall@20"]["mean"],
            "fit s": row["fit_seconds"],
            "score s": row["score_seconds"],
            "peak MB": row["peak_mb"],
            "threads": row["threads"],
            "seeds": len(row["seeds"]),
            "best − this": short(row["behind_best"]) if "behind_best" in row else "",
            "settings": row["shown"],
        }
        for row in found["rows"]
        if "failed" not in row
    ]
    rows.sort(key=lambda row: row["NDCG@10 95%"], reverse=True)
    progress.table(
        rows,
        f"{found['data']}: {found['users']:,} people, {found['items']:,} items, "
        f"{found['events']:,} events; "
        f"{found['cases']:,} cases; {found['notes'][0]}"
        + (f"; best of whyrec's: {found['best']}" if found["best"] else ""),
    )
    for row in found["rows"]:
        if "failed" in row:
            progress.line(f"failed: {row['label']}: {row['failed']}")
    if found["left_out"]:
        progress.line(f"left out, not in the catalogue: {', '.join(found['left_out'])}")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = made.add_argument
    add(
        "--sets",
        nargs="+",
        default=list(SETS),
        help="files of the data folder, paths, or built-in worlds",
    )
    add("--data", help="the folder that holds the data sets")
    add(
        "--rows",
        nargs="+",
        help="name or 'name:key=value;key=value'; default: the rows of bench/accuracy/row_specs.py",
    )
    add(
        "--minutes",
        type=float,
        default=30.0,
        help="processor minutes of each trained model's fit; whyrec's models count them on the "
        "wall, divided by the threads",
    )
    add(
        "--seeds",
        type=lambda text: [int(s) for s in text.split(",")],
        default=[0],
        help="by commas, such as 0,1,2",
    )
    add("--threads", type=int, default=2)
    add("--people", type=int, help="only the first so many people")
    add("--refit", action="store_true", help="the validation item is in the fit too")
    add(
        "--quick", action="store_true", help=f"{QUICK_PEOPLE} people, one epoch: does it run at all"
    )
    add("--no-peers", action="store_true", help="only whyrec's own models")
    add(
        "--reuse",
        action="store_true",
        help="take answers of earlier runs of the same rows, data and budget",
    )
    add(
        "--epoch-ratio",
        action="store_true",
        help="seconds of one epoch: our sequence model against RecTools' SASRec",
    )
    add("--out", type=Path, default=ROOT / "bench" / "results" / "accuracy.json")
    return made


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
    }


def write(out: Path, options: Any, results: dict[str, Any]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    kept_options = {
        key: value for key, value in vars(options).items() if key not in ("data", "out", "lists")
    }
    out.write_text(
        dumps(
            {
                "bench": "accuracy",
                "at": datetime.now(UTC).replace(microsecond=0).isoformat(),
                "options": kept_options,
                "machine": machine(),
                **results,
            }
        )
        + "\n",
        encoding="utf-8",
    )


def main() -> int:
    options = parser().parse_args()
    options.lists = options.out.parent / "lists"
    if options.quick:
        options.people = min(options.people or QUICK_PEOPLE, QUICK_PEOPLE)
    budget = Budget(options.minutes, options.threads, options.refit)
    try:
        if options.epoch_ratio:
            from bench.accuracy.epoch_ratio import compare

            data = first_people(
                api.load(find_data("ml-1m-order.zip", options.data)), options.people
            )
            write(
                options.out.with_name("epoch_ratio.json"),
                options,
                {"epoch_ratio": compare(data, options.threads)},
            )
            return 0
        found = []
        for name in options.sets:
            found.append(run_set(name, budget, options))
            write(
                options.out, options, {"sets": found}
            )  # after each set: a long run that is stopped keeps the rest
    except WhyrecError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 2
    for one in found:
        print_set(one)
    progress.line(f"written: {options.out.name}")
    return int(any("failed" in row for one in found for row in one["rows"]))


if __name__ == "__main__":
    sys.exit(main())
